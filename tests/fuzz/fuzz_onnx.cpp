// Any bytes: parse_onnx() gives a valid network that survives being written as JSON and ONNX, or throws an
// InputError.
#include "base/errors.hpp"
#include "fuzz_target.hpp"
#include "io/network_json.hpp"
#include "io/onnx_read.hpp"
#include "io/onnx_write.hpp"

using namespace narrows;

namespace {

void require_onnx_round_trip(const Network& network) {
  std::string bytes;
  try {
    bytes = network_to_onnx(network, "fuzz");
  } catch (const InputError&) {
    return;  // a number that ONNX cannot store
  }
  fuzz_require(same_layers(network, parse_onnx(bytes, "again")),
               "writing and reading ONNX gives the same layers");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Network network;
  try {
    network = parse_onnx(bytes, "fuzz");
  } catch (const InputError&) {
    return 0;
  }
  validate(network, "fuzz");
  const Network again = parse_network_json(network_to_json(network, true), "again");
  fuzz_require(same_layers(network, again), "writing and reading JSON gives the same layers");
  require_onnx_round_trip(network);
  return 0;
}

std::vector<std::string> fuzz_seeds() {
  std::vector<std::string> seeds;
  for (const char* function : {"silu", "gelu", "elu", "leaky_relu", "identity", "arctan", "sin"}) {
    const std::string name = function;
    const bool parameter = name == "elu" || name == "leaky_relu";
    const std::string activation =
        R"({"type":"activation","function":")" + name + "\"" + (parameter ? ",\"alpha\":0.5}" : "}");
    const std::string text =
        R"({"format":"narrows-network/1","input_dim":2,"layers":[{"type":"residual","skip":0.5,"residual":-2,"branch":[)" +
        activation + R"(]},{"type":"affine","weight":[[1,2],[3,4]],"bias":[5,6]},)" + activation + "]}";
    seeds.push_back(network_to_onnx(parse_network_json(text, "seed"), "seed"));
  }
  return seeds;
}

std::string fuzz_extension() {
  return ".onnx";
}
