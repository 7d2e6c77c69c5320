// The trained ReLU networks and the piecewise linear set against independently computed exact truth.
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "io/load.hpp"
#include "polyhedral/level_sets.hpp"
#include "polyhedral/pattern_regions.hpp"
#include "polyhedral/regions.hpp"
#include "support/random_cases.hpp"

namespace narrows::test {
namespace {

using Json = nlohmann::json;

const std::string kNetworks = NARROWS_DATA_DIR "/networks/";

Json truth_of(const std::string& folder) { return Json::parse(std::ifstream(kNetworks + folder + "/truth.json")).at("truth"); }

std::shared_ptr<const Stages> stages_of(const std::string& file, const Rational& level) {
  const Chain chain = make_chain(load_network(kNetworks + file).network, {}, file);
  return std::make_shared<const Stages>(with_level(make_stages(make_piecewise_linear(chain, file)), level));
}

Box cube(std::size_t d, double half) { return {std::vector<double>(d, -half), std::vector<double>(d, half)}; }

void check_set(const LevelSet& set, const std::string& status, const Json& measure) {
  CHECK(to_string(set.status) == status);
  if (!measure.is_string() || measure.get<std::string>().starts_with("(")) return;
  REQUIRE(set.measure);
  CHECK(*set.measure == Rational(measure.get<std::string>()));
}

}  // namespace

TEST_CASE("region counts of the piecewise linear set equal the truth") {
  int compared = 0;
  const Json all = truth_of("piecewise_linear");
  for (const auto& [name, truth] : all.items()) {
    CAPTURE(name);
    Partition partition(stages_of("piecewise_linear/" + name + ".json", 0), cube(2, 1));
    const RegionSummary summary = summarise_regions(partition);
    CHECK(summary.unbounded == 0);
    CHECK(summary.regions == partition.lattice().cells().size());
    if (truth["linear_regions"].is_null()) continue;
    CHECK(summary.regions == truth["linear_regions"].get<std::size_t>());
    partition.cut_along(1);
    CHECK(partition.lattice().cells().size() == truth["cells_with_zero_level_set"].get<std::size_t>());
    ++compared;
  }
  CHECK(compared == 8);
}

TEST_CASE("linear programming over all patterns confirms the region counts, and the one that the truth leaves open") {
  // The last takes a quarter of an hour: 17,720 regions and 256 neurons, one linear program for nearly each pair.
  const std::vector<std::string> names = {"mlp_2-8-8-1_s0", "mlp_2-16-16-16-1_s0", "mlp_2-128-128-1_s0"};
  for (std::size_t i = 0; i < static_cast<std::size_t>(cases(2, 3)); ++i) {
    CAPTURE(names[i]);
    const auto net = stages_of("piecewise_linear/" + names[i] + ".json", 0);
    PatternOptions options;
    options.box = cube(2, 1);
    const PatternRegions patterns = enumerate_patterns(*net, options);
    CHECK(patterns.complete);
    Partition partition(net, cube(2, 1));
    CHECK(patterns.regions.size() == summarise_regions(partition).regions);
  }
}

TEST_CASE("regions, affine pieces, statuses and exact areas of the trained ReLU networks equal the truth") {
  int compared = 0;
  const Json all = truth_of("trained");
  for (const auto& [name, entry] : all.items()) {
    if (!entry.contains("relu")) continue;
    CAPTURE(name);
    const Json& truth = entry["relu"];
    Partition space(stages_of("trained/" + name + ".json", 0));
    const RegionSummary summary = summarise_regions(space);
    CHECK(summary.regions == truth["activation_patterns_whole_space"].get<std::size_t>());
    CHECK(summary.affine_pieces == truth["distinct_affine_pieces_whole_space"].get<std::size_t>());
    CHECK(summary.unbounded == truth["unbounded_activation_patterns"].get<std::size_t>());
    for (const auto& [half, key] : {std::pair{2.0, "box_2"}, {4.0, "box_4"}}) {
      if (!truth.contains(key)) continue;
      Partition box(stages_of("trained/" + name + ".json", 0), cube(space.dim(), half));
      const RegionSummary inside = summarise_regions(box);
      CHECK(inside.regions == truth[key]["regions"].get<std::size_t>());
      CHECK(box.lattice().cells().size() == truth[key]["cells"].get<std::size_t>());
      CHECK(inside.affine_pieces == truth[key]["distinct_affine_pieces"].get<std::size_t>());
    }
    space.cut_along(1);
    const LevelSets sets = level_sets_exact(space);
    check_set(*sets.superlevel, truth["positive"]["gt0"], truth["positive"].value("measure_exact", Json()));
    check_set(*sets.closed_superlevel, truth["positive"]["ge0"], truth["positive"].value("measure_exact", Json()));
    check_set(*sets.sublevel, truth["negative"]["gt0"], truth["negative"].value("measure_exact", Json()));
    check_set(*sets.closed_sublevel, truth["negative"]["ge0"], truth["negative"].value("measure_exact", Json()));
    ++compared;
  }
  CHECK(compared == 30);
}

}  // namespace narrows::test
