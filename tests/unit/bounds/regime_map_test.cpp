#include <catch2/catch.hpp>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "base/errors.hpp"
#include "certify/regime_certificate.hpp"
#include "checker/check.hpp"
#include "critical/certify.hpp"
#include "families.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

RegimeOptions options(int depth, double end = 2) {
  RegimeOptions result;
  result.rectangle = {{0, end}, {0, end}};
  result.depth = depth;
  return result;
}

Domain line_domain() {
  Domain domain;
  domain.dim = 1;
  return domain;
}

CellStatus status_at(const RegimeMap& map, double e, double d) {
  std::size_t at = 0;
  while (map.cells[at].first_quarter != 0)
    for (std::size_t k = 0; k < 4; ++k)
      if (contains(map.cells[map.cells[at].first_quarter + k].cell, e, d)) {
        at = map.cells[at].first_quarter + k;
        break;
      }
  return status_of(map.cells[at]);
}

std::string certificate_of(const std::string& name, const RegimeMap& map) {
  const LoadedNetwork loaded = load_network(std::string(NARROWS_DATA_DIR) + "/networks/trained/" + name + ".json");
  std::string text;
  write_regime_certificate(map, loaded.network, {}, {name + ".json", loaded.sha256}, [&text](std::string_view piece) { text += piece; });
  return text;
}

/// Random parameters against certify() of the network that has them; returns how many were compared.
int contradictions(const Chain& chain, const Domain& domain, const RegimeMap& map, int points, std::mt19937_64& source) {
  int wrong = 0;
  const Chain family = family_chain(chain, FamilyType::shared);
  for (int n = 0; n < points; ++n) {
    const double e = uniform(source, 0, 2), d = uniform(source, 0, 2);
    const CellStatus status = status_at(map, e, d);
    if (status == CellStatus::undecided) continue;
    CertifyOptions certify_options;
    certify_options.search.max_boxes = 20'000;
    const CertifyResult result = certify(member_at(family, rational_exact(e), rational_exact(d)), domain, certify_options, "member");
    wrong += (result.verdict == Verdict::proved && status == CellStatus::exists) || (result.verdict == Verdict::refuted && status == CellStatus::none);
  }
  return wrong;
}

}  // namespace

TEST_CASE("bounds: the map of one neuron is the closed form of T9") {
  // Φ' = ε − 2δ σ'(2x) vanishes somewhere iff ε <= 2δ (ε > 0).
  const RegimeMap map = find_regimes(one_neuron(2, -1), line_domain(), options(7), "test");
  CHECK(map.verdict == Verdict::proved);
  std::size_t line = 0;
  for (const MapCell& cell : map.cells) {
    if (cell.first_quarter != 0) continue;
    const double least = cell.cell.skip.lower() - 2 * cell.cell.residual.upper(), most = cell.cell.skip.upper() - 2 * cell.cell.residual.lower();
    switch (status_of(cell)) {
      case CellStatus::none: CHECK(least > 0); break;
      case CellStatus::exists: CHECK(most < 0); break;
      case CellStatus::undecided:
        ++line;
        CHECK(cell.level == 7);
        CHECK(least <= 0.1);  // near the line ε = 2δ or the axis ε = 0
        CHECK((most >= -0.1 || cell.cell.skip.lower() == 0));
    }
  }
  CHECK(line > 0);
  CHECK(map.areas.undecided < Rational(3) / 100);
  CHECK(map.areas.none + map.areas.exists + map.areas.undecided == 1);
}

TEST_CASE("bounds: for one block the status depends on the ratio of the parameters only") {
  const RegimeMap map = find_regimes(trained_chain("x2_L1_s1_r1_m16"), line_domain(), options(7), "test");
  std::mt19937_64 source(4);
  int compared = 0;
  for (int n = 0; n < 2000; ++n) {
    const double e = uniform(source, 0.05, 2), d = uniform(source, 0, 2), shrink = uniform(source, 0.1, 1);
    const CellStatus here = status_at(map, e, d), there = status_at(map, e * shrink, d * shrink);
    if (here == CellStatus::undecided || there == CellStatus::undecided) continue;
    ++compared;
    CHECK(here == there);
  }
  CHECK(compared > 1000);
}

TEST_CASE("bounds: maps in one dimension decide nearly everything, on all of R, and the checker accepts them") {
  for (const char* name : {"x2_L1_s1_r10_m05", "x2_L2_s1_r1_m03"}) {
    const RegimeMap map = find_regimes(trained_chain(name), line_domain(), options(9), name);
    INFO(name);
    CHECK(map.areas.undecided <= Rational(5) / 1000);
    CHECK(checker::check(certificate_of(name, map)).accepted());
  }
}

TEST_CASE("bounds: no parameter point contradicts certify") {
  std::mt19937_64 source(11);
  for (const char* name : {"circ_res6_m07", "circ_res6_bn_m08"}) {
    const Chain chain = trained_chain(name);
    const Domain domain = box_domain(2, 2);
    const RegimeMap map = find_regimes(chain, domain, options(cases(4, 8)), name);
    CHECK(contradictions(chain, domain, map, cases(40, 1000), source) == 0);
  }
}

TEST_CASE("bounds: both engines, any number of threads and both families give maps that the checker accepts") {
  const Chain chain = trained_chain("circ_res6_noin_m06");
  const Domain domain = box_domain(2, 2);
  RegimeOptions quick = options(2, 1);
  quick.max_boxes = 2000;
  const std::string one = certificate_of("circ_res6_noin_m06", find_regimes(chain, domain, quick, "test"));
  CHECK(checker::check(one).accepted());
  quick.threads = 2;
  CHECK(certificate_of("circ_res6_noin_m06", find_regimes(chain, domain, quick, "test")) == one);
  quick.depth = 1;
  quick.lanes = false;
  CHECK(checker::check(certificate_of("circ_res6_noin_m06", find_regimes(chain, domain, quick, "test"))).accepted());
  quick.lanes = true;
  quick.family = FamilyType::scaled;
  CHECK(checker::check(certificate_of("circ_res6_noin_m06", find_regimes(chain, domain, quick, "test"))).accepted());
}

TEST_CASE("bounds: a map whose cells are attacked elsewhere, in another order, is the same map") {
  const Chain chain = trained_chain("x2_L3_s1_r1_m22");
  const Domain domain = box_domain(1, 2);
  RegimeOptions settings = options(5);
  const std::string alone = certificate_of("x2_L3_s1_r1_m22", find_regimes(chain, domain, settings, "test"));
  const CellWorker worker(chain, domain, settings, "test");
  std::size_t cells = 0;
  settings.spread = [&](const std::vector<std::string>& tasks) {
    std::vector<std::optional<std::string>> findings(tasks.size());
    for (std::size_t i = tasks.size(); i-- > 0; ++cells) findings[i] = worker.attack(tasks[i]);
    return findings;
  };
  const RegimeMap map = find_regimes(chain, domain, settings, "test");
  CHECK(certificate_of("x2_L3_s1_r1_m22", map) == alone);
  CHECK(cells == map.cells.size());
  // An answer that does not come stops the map; nothing is decided for want of it.
  settings.spread = [&](const std::vector<std::string>& tasks) {
    std::vector<std::optional<std::string>> findings(tasks.size());
    if (tasks.size() == 1) findings[0] = worker.attack(tasks[0]);
    return findings;
  };
  const RegimeMap stopped = find_regimes(chain, domain, settings, "test");
  CHECK(stopped.stopped);
  CHECK(stopped.verdict == Verdict::undecided);
  CHECK(stopped.areas.undecided == 1);
}

TEST_CASE("bounds: a map that is stopped again and again ends as the uninterrupted one") {
  const std::string path = (std::filesystem::temp_directory_path() / ("narrows-regime-map-" + std::to_string(::getpid()))).string();
  std::filesystem::remove(path);
  const Chain chain = trained_chain("circ_res6_m07");
  const Domain domain = box_domain(2, 2);
  RegimeOptions settings = options(3);
  const std::string straight = certificate_of("circ_res6_m07", find_regimes(chain, domain, settings, "test"));
  settings.state_path = path;
  settings.fingerprint = "test";
  int runs = 0;
  for (bool stopped = true; stopped && runs < 1000; ++runs) {
    settings.stop = StopToken(0.002 + 0.01 * runs);
    const RegimeMap map = find_regimes(chain, domain, settings, "test");
    stopped = map.stopped;
    if (!stopped) CHECK(certificate_of("circ_res6_m07", map) == straight);
    else CHECK(map.verdict == Verdict::undecided);
    if (runs % 3 == 0) CHECK(checker::check(certificate_of("circ_res6_m07", map)).accepted());  // also of what was found so far
  }
  CHECK(runs > 1);
  std::filesystem::remove(path);
}

TEST_CASE("bounds: networks with kinks, without residual layers, balls and empty rectangles are refused") {
  const Domain domain = box_domain(2, 2);
  Network affine;
  affine.input_dim = 2;
  affine.layers.push_back({AffineLayer{1, 2, {1, 1}, {0}}});
  CHECK_THROWS_AS(find_regimes(make_chain(affine, {}, "affine"), domain, options(2), "affine"), InputError);
  Chain kinked = trained_chain("circ_res6_m03");
  kinked.smoothness = Smoothness::lipschitz;
  CHECK_THROWS_AS(find_regimes(kinked, domain, options(2), "kinked"), InputError);
  Domain ball = domain;
  ball.type = Domain::Type::ball;
  ball.radius = 1;
  CHECK_THROWS_AS(find_regimes(trained_chain("circ_res6_m03"), ball, options(2), "ball"), InputError);
  RegimeOptions empty = options(2);
  empty.rectangle.skip = Interval(1.0);
  CHECK_THROWS_AS(find_regimes(trained_chain("circ_res6_m03"), domain, empty, "empty"), InputError);
  CHECK_THROWS_AS(find_regimes(trained_chain("circ_res6_m03"), line_domain(), options(2), "dimension"), InputError);
}
