// The networks in data/: every ONNX file gives the same layers as its JSON twin.
#include <nlohmann/json.hpp>
#include <set>

#include "base/atomic_file.hpp"
#include "io/load.hpp"
#include "io/network_json.hpp"
#include "io/onnx_read.hpp"
#include "support.hpp"

using namespace narrows;
namespace fs = std::filesystem;

namespace {

const fs::path networks = fs::path(NARROWS_DATA_DIR) / "networks";

std::vector<fs::path> files(const std::string& folder, const std::string& extension) {
  std::set<fs::path> found;
  for (const auto& entry : fs::directory_iterator(networks / folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(extension) && name != "index.json" && name != "truth.json" &&
        name != "baseline.json") {
      found.insert(entry.path());
    }
  }
  return {found.begin(), found.end()};
}

bool ends_with_sigmoid(const Network& network) {
  const auto* last = std::get_if<ActivationLayer>(&network.layers.back().value);
  return last != nullptr && last->function == Activation::sigmoid;
}

}  // namespace

TEST_CASE("all 130 trained networks are the same in ONNX and JSON, apart from a final sigmoid") {
  const auto index = nlohmann::json::parse(read_file((networks / "trained" / "index.json").string()));
  REQUIRE(index["networks"].size() == 130);
  for (const auto& entry : index["networks"]) {
    const std::string name = entry["name"];
    INFO(name);
    LoadedNetwork onnx = load_network((networks / "trained" / (name + ".onnx")).string());
    const LoadedNetwork json = load_network((networks / "trained" / (name + ".json")).string());
    CHECK(onnx.format == LoadedNetwork::Format::onnx);
    CHECK(json.format == LoadedNetwork::Format::json);
    CHECK(onnx.sha256.size() == 64);
    CHECK(onnx.network.weights_dtype == entry["dtype"]);
    const bool sigmoid = entry["onnx_output"] == "sigmoid(logit)";
    REQUIRE(ends_with_sigmoid(onnx.network) == sigmoid);
    if (sigmoid) onnx.network.layers.pop_back();
    CHECK(same_layers(onnx.network, json.network));
    CHECK_NOTHROW(validate(json.network, "json"));
  }
}

TEST_CASE("all JSON networks survive being written as JSON and as ONNX") {
  for (const std::string folder : {"trained", "piecewise_linear", "random_tanh", "high_dimensional"}) {
    for (const fs::path& path : files(folder, ".json")) {
      INFO(path.string());
      const Network net = load_network(path.string()).network;
      CHECK(same_layers(net, parse_network_json(network_to_json(net, false), "copy")));
      CHECK(same_layers(net, parse_onnx(network_to_onnx(net, "copy"), "copy")));
    }
  }
}
