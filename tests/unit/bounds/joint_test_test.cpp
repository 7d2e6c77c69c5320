#include <catch2/catch.hpp>

#include "bounds/joint_test.hpp"
#include "bounds/none_tree.hpp"
#include "critical/problem.hpp"
#include "families.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

IntervalBox random_joint_box(std::mt19937_64& source, std::size_t dim) {
  IntervalBox box;
  const double width = std::ldexp(1.0, -static_cast<int>(source() % 10));
  for (std::size_t k = 0; k < dim; ++k) {
    const double x = uniform(source, -2, 2 - width);
    box.emplace_back(x, x + width);
  }
  return joint_box(std::move(box), random_cell(source));
}

std::vector<double> sample(std::mt19937_64& source, const IntervalBox& box) {
  std::vector<double> point;
  for (const Interval& side : box) point.push_back(source() % 4 == 0 ? (source() % 2 ? side.lower() : side.upper()) : uniform(source, side.lower(), side.upper()));
  return point;
}

/// Φ and v_prefix of the member at the sampled parameters, at the sampled x, in 160 bits.
struct Truth {
  Truth(const Chain& family, const std::vector<double>& point, std::size_t prefix) {
    const std::size_t dim = family.input_dim;
    const CompiledChain<BigInterval> member = compile_big(member_at(family, rational_exact(point[dim]), rational_exact(point[dim + 1])), 160);
    std::vector<BigInterval> x;
    for (std::size_t k = 0; k < dim; ++k) x.emplace_back(point[k], 160);
    const auto pass = forward_all(member, x);
    value = pass.value.to_double();
    for (const BigInterval& v : row_vector(member, pass, prefix)) row.push_back(v.to_double());
  }
  Interval value;
  std::vector<Interval> row;
};

const char* const networks[] = {"circ_res6_m03", "circ_res6_bn_m11", "circ_res6_sigmoid_m06", "circ_res6_softplus_m09", "x2_L2_s2_r1_m04"};

}  // namespace

TEST_CASE("bounds: enclosures over joint boxes hold every sampled point of every sampled member") {
  std::mt19937_64 source(7);
  for (const char* name : networks)
    for (const FamilyType type : {FamilyType::shared, FamilyType::scaled}) {
      const JointProblem batched(family_chain(trained_chain(name), type)), simple(family_chain(trained_chain(name), type), {}, false);
      REQUIRE(batched.lanes);
      const std::size_t dim = batched.dim;
      for (int n = 0; n < cases(12, 400); ++n) {
        const IntervalBox box = random_joint_box(source, dim);
        const std::size_t prefix = source() % batched.depth();
        if (batched.family.widths[prefix] != dim) continue;
        std::vector<double> u;
        for (std::size_t k = 0; k < dim * dim; ++k) u.push_back(uniform(source, -1, 1));
        std::vector<double> x0 = sample(source, box);
        const auto rows = rows_on(batched, prefix, u, {box}), slow = rows_on(simple, prefix, u, {box});
        const Interval difference = differences_on(batched, x0, {box})[0], slow_difference = differences_on(simple, x0, {box})[0];
        for (int k = 0; k < 4; ++k) {
          const std::vector<double> point = sample(source, box);
          std::vector<double> there = point;
          std::copy(x0.begin(), x0.begin() + static_cast<std::ptrdiff_t>(dim), there.begin());
          const Truth truth(batched.family, point, prefix), at_x0(batched.family, there, prefix);
          for (std::size_t i = 0; i < dim; ++i) {
            Interval w = 0.0;
            for (std::size_t j = 0; j < dim; ++j) w += Interval(u[i * dim + j]) * truth.row[j];
            CHECK_FALSE(disjoint(w, rows[0][i]));
            CHECK_FALSE(disjoint(w, slow[0][i]));
          }
          CHECK_FALSE(disjoint(truth.value - at_x0.value, difference));
          CHECK_FALSE(disjoint(truth.value - at_x0.value, slow_difference));
        }
      }
    }
}

TEST_CASE("bounds: a joint box that is closed holds no critical point of any sampled member") {
  std::mt19937_64 source(8);
  for (const char* name : networks) {
    const JointProblem batched(family_chain(trained_chain(name), FamilyType::shared)), simple(family_chain(trained_chain(name), FamilyType::shared), {}, false);
    int closed[2] = {0, 0};
    for (int n = 0; n < cases(60, 2000); ++n) {
      const IntervalBox box = random_joint_box(source, batched.dim);
      std::vector<double> lower, upper;
      for (const Interval& side : box) lower.push_back(side.lower()), upper.push_back(side.upper());
      for (const JointProblem* problem : {&batched, &simple}) {
        BoxTest finding;
        test_joint_boxes(*problem, lower.data(), upper.data(), 1, &finding);
        if (finding.outcome == BoxTest::Outcome::open) continue;
        ++closed[problem == &simple];
        for (int k = 0; k < 3; ++k) {
          const std::vector<double> point = sample(source, box);
          const std::size_t prefix = finding.outcome == BoxTest::Outcome::layers_regular ? 0 : finding.prefix;
          const Truth truth(batched.family, point, prefix);
          Interval along = 0.0;
          if (finding.outcome == BoxTest::Outcome::direction_sign)
            for (std::size_t j = 0; j < truth.row.size(); ++j) along += Interval(finding.direction[j]) * truth.row[j];
          else
            for (const Interval& v : truth.row) along += square(v);
          CHECK(excludes_zero(along));
        }
      }
    }
    INFO(name);
    CHECK(closed[0] > 0);
    CHECK(closed[1] > 0);
  }
}

TEST_CASE("bounds: a tree proves absence on a cell in both engines, and is refused where a member has a critical point") {
  for (const bool lanes : {true, false}) {
    const JointProblem problem(family_chain(one_neuron(2, -1), FamilyType::shared), {}, lanes);
    std::size_t boxes = 0;
    // ε = 1: critical points where 1 = 2δ σ'(2x), at |x| = artanh(sqrt(1 − 1/(2δ)))/2 < 0.6 for δ <= 1.6.
    CHECK(prove_none(problem, {{0.7, 2}, {1, 1.0625}, {0.9, 1}}, 2000, {}, &boxes));
    CHECK_FALSE(prove_none(problem, {{-2, 2}, {1, 1.0625}, {0.9, 1}}, 2000, {}, &boxes));
    CHECK(boxes > 0);
  }
}
