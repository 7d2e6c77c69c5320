// Soundness of the enclosures that branch and bound rests on: values, gradients, row vectors v_P, Hessians and layer
// determinants at sampled points lie in what affine forms and intervals claim on the box.
#include <catch2/catch.hpp>

#include "arith/small_matrix.hpp"
#include "critical/box_regularity.hpp"
#include "critical/box_test.hpp"
#include "critical/krawczyk.hpp"
#include "random_networks.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using test::RandomCases;

namespace {

// The two enclosures of one number must meet; `thin` is 160 bits at one point.
bool consistent(const Interval& wide, const BigInterval& thin) { return !disjoint(wide, thin.to_double()); }

std::vector<Interval> random_box(RandomCases& random, std::size_t d) {
  std::vector<Interval> box;
  const double width = std::ldexp(2.0, -random.integer(0, 24));
  for (std::size_t i = 0; i < d; ++i) {
    const double centre = random.uniform(-2, 2);
    box.emplace_back(centre - width * random.uniform(0, 1), centre + width * random.uniform(0, 1));
  }
  return box;
}

std::vector<BigInterval> random_point(RandomCases& random, const std::vector<Interval>& box) {
  std::vector<BigInterval> x;
  for (const Interval& side : box) {
    const double t = random.integer(0, 3) == 0 ? (random.integer(0, 1) ? side.lower() : side.upper()) : random.uniform(side.lower(), side.upper());
    x.emplace_back(std::fmin(side.upper(), std::fmax(side.lower(), t)), kPointPrecision);
  }
  return x;
}

}  // namespace

TEST_CASE("values, row vectors and Hessians at sampled points lie in their enclosures on the box") {
  RandomCases random(51);
  for (int k = 0; k < test::cases(300, 10'000); ++k) {
    const Problem problem(test::random_chain(random), {});
    const std::vector<Interval> box = random_box(random, problem.dim);
    const auto affine = forward_all(problem.fast, dual_coordinates(coordinates(box)));
    const auto natural = forward_all(problem.fast, box);
    const auto x = random_point(random, box);
    const auto point = forward_all(problem.precise, dual_coordinates(x));
    REQUIRE(consistent(affine.value.value.range(), point.value.value));
    REQUIRE(consistent(natural.value, point.value.value));
    for (std::size_t prefix = 0; prefix <= problem.depth(); ++prefix) {
      const auto wide = row_vector(problem.fast, affine, prefix);
      const auto wide_natural = row_vector(problem.fast, natural, prefix);
      const auto thin = row_vector(problem.precise, point, prefix);
      for (std::size_t j = 0; j < thin.size(); ++j) {
        REQUIRE(consistent(wide[j].value.range(), thin[j].value));
        REQUIRE(consistent(wide_natural[j], thin[j].value));
        for (std::size_t i = 0; i < problem.dim; ++i) REQUIRE(consistent(wide[j].gradient[i].range(), thin[j].gradient[i]));
      }
    }
  }
}

TEST_CASE("a layer called regular on a box has no singular Jacobian at sampled points, and one sign of the determinant") {
  RandomCases random(52);
  int regular_cases = 0;
  for (int k = 0; k < test::cases(400, 10'000); ++k) {
    const Problem problem(test::random_chain(random), {});
    const std::vector<Interval> box = random_box(random, problem.dim);
    std::vector<AffineForm> h = coordinates(box);
    std::vector<std::vector<Dual<BigInterval>>> points;
    for (int s = 0; s < 4; ++s) points.push_back(dual_coordinates(random_point(random, box)));
    for (std::size_t l = 0; l < problem.depth(); ++l) {
      LayerTrace<AffineForm> trace;
      const std::size_t n = h.size();
      h = forward(problem.fast.layers[l], h, &trace);
      const bool regular = regular_on_box(problem.fast.layers[l], trace, n);
      int sign = 0;
      for (auto& point : points) {
        std::vector<BigInterval> state;
        for (const auto& component : point) state.push_back(component.value);
        LayerTrace<Dual<BigInterval>> at;
        const auto image = forward(problem.precise.layers[l], dual_coordinates(state), &at);
        LayerTrace<Dual<BigInterval>> next;
        point = forward(problem.precise.layers[l], point, &next);
        if (!regular || image.size() != n) continue;
        std::vector<BigInterval> jacobian;
        for (const auto& row : image)
          for (const BigInterval& entry : row.gradient) jacobian.push_back(entry);
        const BigInterval det = determinant(jacobian, n);
        const int here = is_positive(det) ? 1 : is_negative(det) ? -1 : 0;
        REQUIRE(here != 0);
        REQUIRE((sign == 0 || sign == here));
        sign = here;
        ++regular_cases;
      }
    }
  }
  REQUIRE(regular_cases > 100);
}

TEST_CASE("a box excluded by a direction has no sampled point at which that combination of v_P changes sign") {
  RandomCases random(53);
  int excluded = 0;
  for (int k = 0; k < test::cases(300, 10'000); ++k) {
    Chain chain = test::random_chain(random);
    const Problem problem(chain, std::vector<RegularityTest>(chain.layers.size(), RegularityTest::none));
    const std::vector<Interval> box = random_box(random, problem.dim);
    const BoxTest result = test_box(problem, box);
    if (result.outcome != BoxTest::Outcome::direction_sign) continue;
    ++excluded;
    int sign = 0;
    for (int s = 0; s < 6; ++s) {
      const auto pass = forward_all(problem.precise, random_point(random, box));
      const auto v = row_vector(problem.precise, pass, result.prefix);
      BigInterval sum(0.0, kPointPrecision);
      for (std::size_t j = 0; j < v.size(); ++j) sum = sum + v[j] * BigInterval(result.direction[j], kPointPrecision);
      const int here = is_positive(sum) ? 1 : is_negative(sum) ? -1 : 0;
      REQUIRE(here != 0);
      REQUIRE((sign == 0 || sign == here));
      sign = here;
    }
  }
  REQUIRE(excluded > 30);
}

TEST_CASE("NaN and infinity in a box or in the weights never exclude anything") {
  RandomCases random(54);
  const Problem problem(test::random_chain(random), {});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Interval& side : {Interval(nan), Interval(-kInfinity, kInfinity), Interval(1e308, kInfinity)}) {
    Problem copy(problem.chain, std::vector<RegularityTest>(problem.depth(), RegularityTest::none));
    std::vector<Interval> box(copy.dim, side);
    for (auto& layer : copy.fast.layers)
      for (auto& weight : layer.weight) weight = Interval::entire();
    for (auto& layer : copy.fast.layers)
      for (auto& inner : layer.branch)
        for (auto& weight : inner.weight) weight = Interval::entire();
    REQUIRE(test_box(copy, box).outcome == BoxTest::Outcome::open);
  }
}
