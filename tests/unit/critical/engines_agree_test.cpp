// The batched engine against its oracle, the simple one: other arithmetic, other order of tests, the same answers.
#include <catch2/catch.hpp>

#include "critical/certify.hpp"
#include "io/load.hpp"
#include "lane_chains.hpp"

using namespace narrows;
using test::RandomCases;

namespace {

Domain square(std::size_t dim, double half) { return {Domain::Type::box, dim, {std::vector<double>(dim, -half), std::vector<double>(dim, half)}, 0}; }

CertifyResult certify_with(const Chain& chain, const Domain& domain, Engine engine, std::size_t max_boxes) {
  CertifyOptions options;
  options.engine = engine;
  options.search.max_boxes = max_boxes;
  return certify(chain, domain, options, "test");
}

bool meet(const std::vector<Interval>& a, const std::vector<Interval>& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (disjoint(a[i], b[i])) return false;
  return true;
}

/// Every critical point of `a` is one of `b`, with the same index.
void require_points_of(const CertifyResult& a, const CertifyResult& b) {
  for (const CriticalPoint& point : a.critical_points) {
    int matches = 0;
    for (const CriticalPoint& other : b.critical_points) {
      if (!meet(point.box, other.box)) continue;
      ++matches;
      if (point.morse_index && other.morse_index) REQUIRE(*point.morse_index == *other.morse_index);
      REQUIRE(!disjoint(point.value, other.value));
    }
    REQUIRE(matches >= 1);
  }
}

/// What must hold whatever the budget: no proof contradicts another one.
void require_no_contradiction(const CertifyResult& a, const CertifyResult& b) {
  REQUIRE(!(a.verdict == Verdict::proved && b.verdict == Verdict::refuted));
  REQUIRE(!(a.verdict == Verdict::refuted && b.verdict == Verdict::proved));
  if (a.verdict == Verdict::proved)
    for (const CriticalPoint& point : b.critical_points) REQUIRE(!point.inside);
}

void require_agreement(const CertifyResult& a, const CertifyResult& b) {
  REQUIRE(a.verdict == b.verdict);
  REQUIRE(a.complete == b.complete);
  const auto inside = [](const CertifyResult& r) {
    return std::count_if(r.critical_points.begin(), r.critical_points.end(), [](const CriticalPoint& p) { return p.inside; });
  };
  REQUIRE(inside(a) == inside(b));
  require_points_of(a, b);
  require_points_of(b, a);
}

}  // namespace

TEST_CASE("on random small networks the batched and the simple engine find the same critical points") {
  RandomCases random(91);
  int compared = 0, points = 0;
  for (int k = 0; k < test::cases(60, 3'000); ++k) {
    const Chain chain = test::lane_chain(random, 2);
    const Domain domain = square(chain.input_dim, 2);
    const CertifyResult batched = certify_with(chain, domain, Engine::batched, 1500), simple = certify_with(chain, domain, Engine::simple, 1500);
    INFO("chain " << k << ": " << to_string(batched.verdict) << " and " << to_string(simple.verdict));
    require_no_contradiction(batched, simple);
    require_no_contradiction(simple, batched);
    if (!batched.complete || !simple.complete) continue;
    require_agreement(batched, simple);
    ++compared;
    points += static_cast<int>(batched.critical_points.size());
  }
  CHECK(compared > 10);
  CHECK(points > 0);
}

TEST_CASE("on shipped networks the batched and the simple engine find the same critical points") {
  for (const char* name : {"random_tanh/L2_dsm_s1", "random_tanh/L2_d05_s1", "random_tanh/L2_d10_s1", "random_tanh/L4_d05_s1", "high_dimensional/random_d2_L4_unit_s0",
                           "high_dimensional/random_d1_L4_s0"}) {
    const Network network = load_network(std::string(NARROWS_DATA_DIR "/networks/") + name + ".json").network;
    const Chain chain = make_chain(network, {}, name);
    const Domain domain = square(chain.input_dim, 1);
    INFO(name);
    const CertifyResult batched = certify_with(chain, domain, Engine::batched, 40'000), simple = certify_with(chain, domain, Engine::simple, 40'000);
    CHECK(batched.complete);
    require_agreement(batched, simple);
  }
}
