// Passes over four boxes at once against passes over one: in each lane the same numbers, to the last bit.
#include "checker/leaf_lanes.hpp"

#include <catch2/catch.hpp>

#include "checker/rules/regular_leaf.hpp"
#include "leaf_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

bool has_vectors() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") != 0;
#else
  return false;
#endif
}

bool same(double x, double y) {
  return x == y || (std::isnan(x) && std::isnan(y));
}

/// One box after the other.
PassResult pass_alone(const Leaf& leaf, const Box& box, std::size_t prefix, const Setting& s, Carry carry) {
  LeafPass pass(s.leaf_layers, 0, box, carry == Carry::symbols);
  PassResult result;
  result.regular = are_regular_on_leaf(s, pass, prefix);
  const std::vector<LeafInterval> u(leaf.direction.begin(), leaf.direction.end());
  if (result.regular && !u.empty()) result.along = pass.row_vector_along(prefix, u);
  return result;
}

Box draw_box(Chains& chains, std::size_t d, double reach, double radius) {
  Box box;
  for (std::size_t i = 0; i < d; ++i) {
    const double centre = reach * chains.unit(), r = chains.unit() > 0.8 ? 0 : radius * std::fabs(chains.unit());
    box.lo.push_back(centre - r);
    box.hi.push_back(centre + r);
  }
  return box;
}

}  // namespace

TEST_CASE("checker: passes over several boxes at once are passes over each of them") {
  if (!has_vectors()) return;
  Chains chains(21);
  std::size_t regular = 0, signs = 0, passes = 0;
  for (int trial = 0; trial < 600; ++trial) {
    const std::size_t d = 1 + static_cast<std::size_t>(trial) % 4;
    const double sizes[] = {1.5, 0.7, 1.5, 3, 1e-160, 1e155};
    const Setting s = setting_of(chains.draw(d, sizes[trial % 6]), Family::fixed);
    const double reach = trial % 7 == 0 ? 400 : trial % 7 == 1 ? 1e-300 : 2, radius = std::pow(10, -2 + 2 * chains.unit());
    const std::size_t prefix = static_cast<std::size_t>(trial) % s.chain.size(), count = 1 + static_cast<std::size_t>(trial) % lane_count;
    std::vector<Leaf> leaves(count);
    std::vector<Box> boxes;
    std::vector<Piece> pieces;
    for (std::size_t k = 0; k < count; ++k) {
      boxes.push_back(draw_box(chains, d, reach, radius));
      for (std::size_t i = 0; trial % 5 != 0 && i < s.width(prefix); ++i)
        leaves[k].direction.emplace_back(chains.unit(), leaf_precision);
    }
    for (std::size_t k = 0; k < count; ++k) pieces.push_back({&leaves[k], &boxes[k]});
    for (const Carry carry : {Carry::values, Carry::symbols}) {
      const auto results = pass_in_lanes(pieces, prefix, s, carry);
      for (std::size_t k = 0; k < count; ++k) {
        const PassResult alone = pass_alone(leaves[k], boxes[k], prefix, s, carry);
        CAPTURE(trial, d, prefix, k, carry == Carry::symbols);
        CAPTURE(results[k].along.lo.as_double(), results[k].along.hi.as_double(), alone.along.lo.as_double(), alone.along.hi.as_double());
        REQUIRE(results[k].regular == alone.regular);
        if (!alone.regular) continue;
        REQUIRE(same(results[k].along.lo.as_double(), alone.along.lo.as_double()));
        REQUIRE(same(results[k].along.hi.as_double(), alone.along.hi.as_double()));
        ++passes;
        regular += prefix > 0 ? 1 : 0;
        signs += alone.along.nonzero() ? 1 : 0;
      }
    }
  }
  CHECK(passes > 1000);
  CHECK(regular > 300);
  CHECK(signs > 300);
}
