// The batched engine gives the same bits on every instruction set, in every rounding mode of the caller, for every position in a
// batch and for every number of threads.
#include <catch2/catch.hpp>
#include <cfenv>
#include <cstring>

#include "critical/certify.hpp"
#include "lane_chains.hpp"

using namespace narrows;
using test::RandomCases;

namespace {

bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b)); }
bool same_bits(const double* a, const double* b, std::size_t n) {
  return std::equal(a, a + n, b, [](double x, double y) { return same_bits(x, y); });
}

struct Answers {
  std::vector<LaneVerdict> test, stubborn[kSharpForms];
  std::vector<LaneDerivative> derivative;
  std::vector<LaneHalfSpace> half_space;
};

Answers answers(const LaneEngine& engine, const test::LaneBoxes& boxes) {
  const std::size_t n = boxes.size();
  Answers a{std::vector<LaneVerdict>(n), {}, std::vector<LaneDerivative>(n), std::vector<LaneHalfSpace>(n)};
  engine.test(boxes.lower.data(), boxes.upper.data(), n, a.test.data());
  for (std::size_t f = 0; f < kSharpForms; ++f) {
    a.stubborn[f].resize(n);
    engine.test_stubborn(static_cast<SharpForm>(f), boxes.lower.data(), boxes.upper.data(), n, a.stubborn[f].data());
  }
  engine.derivative(0, boxes.lower.data(), boxes.upper.data(), n, a.derivative.data());
  engine.half_space(0, boxes.lower.data(), boxes.upper.data(), n, a.half_space.data());
  return a;
}

void require_same(const LaneVerdict& a, const LaneVerdict& b) {
  REQUIRE(a.outcome == b.outcome);
  REQUIRE(a.prefix == b.prefix);
  REQUIRE(a.regular_prefix == b.regular_prefix);
  REQUIRE(same_bits(a.direction, b.direction, kMaxLaneWidth));
  if (a.outcome != LaneVerdict::Outcome::open) return;
  REQUIRE(same_bits(a.remainder, b.remainder));
  REQUIRE(same_bits(a.sensitivity, b.sensitivity, kMaxLaneDim));
}

void require_same(const Answers& a, const Answers& b, std::size_t i, std::size_t j) {
  INFO("box " << i);
  require_same(a.test[i], b.test[j]);
  for (std::size_t f = 0; f < kSharpForms; ++f) require_same(a.stubborn[f][i], b.stubborn[f][j]);
  REQUIRE(a.derivative[i].regular_prefix == b.derivative[j].regular_prefix);
  REQUIRE(same_bits(a.derivative[i].output, b.derivative[j].output, 2));
  REQUIRE(same_bits(a.derivative[i].value, b.derivative[j].value, 2 * kMaxLaneDim));
  REQUIRE(same_bits(a.derivative[i].jacobian, b.derivative[j].jacobian, 2 * kMaxLaneDim * kMaxLaneDim));
  REQUIRE(same_bits(a.half_space[i].direction, b.half_space[j].direction, kMaxLaneDim));
}

/// Random boxes, with unbounded, empty-width and NaN sides among them.
test::LaneBoxes wild_boxes(RandomCases& random, const Problem& problem, std::size_t count) {
  test::LaneBoxes boxes = test::lane_boxes(random, problem, count);
  for (double& x : boxes.upper)
    if (random.integer(0, 30) == 0) x = random.integer(0, 1) ? kInfinity : 1e300;
  for (double& x : boxes.lower)
    if (random.integer(0, 60) == 0) x = std::numeric_limits<double>::quiet_NaN();
  return boxes;
}

void require_same(const std::vector<Interval>& a, const std::vector<Interval>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) REQUIRE((same_bits(a[i].lower(), b[i].lower()) && same_bits(a[i].upper(), b[i].upper())));
}

void require_same(const CertifyResult& a, const CertifyResult& b) {
  REQUIRE(a.verdict == b.verdict);
  REQUIRE(a.complete == b.complete);
  REQUIRE(a.boxes == b.boxes);
  const SearchResult &x = a.proof.search, &y = b.proof.search;
  REQUIRE(x.boxes == y.boxes);
  REQUIRE(x.stopped == y.stopped);
  REQUIRE(x.tree.size() == y.tree.size());
  for (std::size_t i = 0; i < x.tree.size(); ++i) {
    const TreeNode &p = x.tree[i], &q = y.tree[i];
    REQUIRE((p.split == q.split && p.rule == q.rule && p.prefix == q.prefix && p.length == q.length && p.index == q.index));
  }
  REQUIRE(x.tree.directions() == y.tree.directions());
  REQUIRE(x.zeros.size() == y.zeros.size());
  for (std::size_t i = 0; i < x.zeros.size(); ++i) {
    REQUIRE(x.zeros[i].prefix == y.zeros[i].prefix);
    require_same(x.zeros[i].box, y.zeros[i].box);
    require_same(x.zeros[i].enclosure, y.zeros[i].enclosure);
  }
  REQUIRE(x.undecided.size() == y.undecided.size());
  for (std::size_t i = 0; i < x.undecided.size(); ++i) require_same(x.undecided[i], y.undecided[i]);
  REQUIRE(a.critical_points.size() == b.critical_points.size());
  for (std::size_t i = 0; i < a.critical_points.size(); ++i) REQUIRE(a.critical_points[i].morse_index == b.critical_points[i].morse_index);
}

}  // namespace

TEST_CASE("all instruction sets and all rounding modes of the caller give the same bits") {
  RandomCases random(81);
  int sets = 0;
  for (const Isa isa : {Isa::portable, Isa::avx2, Isa::avx512}) sets += is_available(isa);
  INFO(sets << " instruction sets");
  for (int k = 0; k < test::cases(30, 10'000); ++k) {
    const Chain chain = test::lane_chain(random);
    const Problem problem(chain, std::vector<RegularityTest>(chain.layers.size(), RegularityTest::none));
    const test::LaneBoxes boxes = wild_boxes(random, problem, 19);
    const std::vector<bool> regular(chain.layers.size(), false);
    const Answers expected = answers(*LaneEngine::make(problem.fast, regular, Isa::portable), boxes);
    for (const Isa isa : {Isa::portable, Isa::avx2, Isa::avx512}) {
      if (!is_available(isa)) continue;
      const auto engine = LaneEngine::make(problem.fast, regular, isa);
      for (const int mode : {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
        const int saved = std::fegetround();
        std::fesetround(mode);
        const Answers found = answers(*engine, boxes);
        const bool kept = std::fegetround() == mode;
        std::fesetround(saved);
        INFO("chain " << k << " on " << to_string(isa) << " in rounding mode " << mode);
        REQUIRE(kept);
        for (std::size_t i = 0; i < boxes.size(); ++i) require_same(expected, found, i, i);
      }
    }
  }
}

TEST_CASE("what is said about a box does not depend on the boxes beside it") {
  RandomCases random(82);
  for (int k = 0; k < test::cases(25, 5'000); ++k) {
    const Chain chain = test::lane_chain(random);
    const Problem problem(chain, std::vector<RegularityTest>(chain.layers.size(), RegularityTest::none));
    const test::LaneBoxes boxes = wild_boxes(random, problem, 13);
    const Answers together = answers(*problem.lanes, boxes);
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      test::LaneBoxes alone;
      const auto begin = static_cast<std::ptrdiff_t>(i * problem.dim), end = begin + static_cast<std::ptrdiff_t>(problem.dim);
      alone.boxes.push_back(boxes.boxes[i]);
      alone.lower.assign(boxes.lower.begin() + begin, boxes.lower.begin() + end);
      alone.upper.assign(boxes.upper.begin() + begin, boxes.upper.begin() + end);
      INFO("chain " << k);
      const Answers found = answers(*problem.lanes, alone);
      require_same(together, found, i, 0);
    }
  }
}

TEST_CASE("one, two and eight threads leave the same tree, directions and zeros behind") {
  RandomCases random(83);
  std::size_t nodes = 0, zeros = 0;
  for (int k = 0; k < test::cases(12, 400); ++k) {
    const Chain chain = test::lane_chain(random, 3);
    Domain domain{Domain::Type::box, chain.input_dim, {std::vector<double>(chain.input_dim, -2), std::vector<double>(chain.input_dim, 2)}, 0};
    CertifyOptions options;
    options.search.max_boxes = 3000;
    const CertifyResult one = certify(chain, domain, options, "random");
    nodes += one.proof.search.tree.size();
    zeros += one.proof.search.zeros.size();
    for (const int threads : {2, 8}) {
      INFO("chain " << k << ", " << threads << " threads");
      options.search.threads = threads;
      require_same(one, certify(chain, domain, options, "random"));
    }
  }
  CHECK(nodes > 300);
  CHECK(zeros > 0);
}
