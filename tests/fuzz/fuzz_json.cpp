// Any bytes: parse_network_json() gives a valid network that survives being written, or throws an InputError.
#include "base/errors.hpp"
#include "fuzz_target.hpp"
#include "io/network_json.hpp"

using namespace narrows;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Network network;
  try {
    network = parse_network_json(bytes, "fuzz");
  } catch (const InputError&) {
    return 0;
  }
  validate(network, "fuzz");
  const Network again = parse_network_json(network_to_json(network, size % 2 == 0), "again");
  fuzz_require(same_layers(network, again), "writing and reading gives the same layers");
  return 0;
}

std::vector<std::string> fuzz_seeds() {
  return {
      R"({"format":"narrows-network/1","input_dim":6,"layers":[{"type":"conv","weight":[[[1,"1/3"],[-0.5e1,"0x1.8p-3"]]],"bias":[5],
"input_shape":[2,3],"padding":"one-sided","stride":1},{"type":"activation","function":"leaky_relu","alpha":"1/7"}]})",
      R"({"format":"narrows-network/1","name":"n","input_dim":8,"layers":[{"type":"conv","weight":[[[[1,2],[3,4]],[[5,6],[7,8]]]],
"bias":[1e-3],"input_shape":[2,2,2],"padding":"same","stride":2},{"type":"activation","function":"elu"}]})",
      R"({"format":"narrows-network/1","input_dim":1,"layers":[{"type":"residual","skip":0,"residual":"22/7","branch":[
{"type":"batch_norm","scale":[1],"bias":[0],"mean":[-1],"variance":[2],"epsilon":1e-5},{"type":"activation","function":"gelu"}]}]})"};
}

std::string fuzz_extension() {
  return ".json";
}
