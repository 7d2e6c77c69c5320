// The trained networks: an independent exact computation in Python says which are regular in all layers.
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "critical/global_regularity.hpp"
#include "io/network_json.hpp"

using namespace narrows;

namespace {

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool all_regular(const Chain& chain) {
  for (const RegularityTest test : prove_layers_regular(chain)) {
    if (test == RegularityTest::none) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("the trained networks proved regular are exactly those of the recorded truth") {
  const std::string folder = NARROWS_DATA_DIR "/networks/trained/";
  const auto truth = nlohmann::json::parse(bytes_of(folder + "truth.json")).at("truth");
  int proved = 0, compared = 0;
  for (const auto& [name, facts] : truth.items()) {
    const char* key = "proved_no_critical_point_anywhere_by_slope_vertex_test";
    if (!facts.contains(key)) continue;
    INFO(name);
    const Network network = parse_network_json(bytes_of(folder + name + ".json"), name);
    const bool regular = all_regular(make_chain(network, {}, name));
    CHECK(regular == facts.at(key).get<bool>());
    proved += regular ? 1 : 0;
    ++compared;
  }
  CHECK(compared == 100);
  CHECK(proved == 35);
}
