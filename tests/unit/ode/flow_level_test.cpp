// Level sets of networks with an ode layer, where the flow is known.
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "base/errors.hpp"
#include "flows.hpp"
#include "levelset/flow_level_function.hpp"
#include "levelset/level_curve.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

Chain chain_of(std::vector<Layer> layers) {
  Network network;
  network.input_dim = 2;
  network.layers = std::move(layers);
  return make_chain(network, {}, "net");
}

/// softplus(u) + softplus(−u) + softplus(v) + softplus(−v) of h = (u, v): convex and even, smallest at 0 with the value 4 log 2.
std::vector<Layer> bowl() {
  return {dense(4, 2, {1, 0, -1, 0, 0, 1, 0, -1}), activation(Activation::softplus),
          dense(1, 4, {1, 1, 1, 1})};
}

std::vector<Layer> after_flow(const OdeLayer& flow, const std::vector<Layer>& rest) {
  std::vector<Layer> layers{{flow}};
  layers.insert(layers.end(), rest.begin(), rest.end());
  return layers;
}

}  // namespace

TEST_CASE(
    "the level curve of a bowl after a rotating flow is one closed curve round the point that flows to its "
    "bottom") {
  // ḣ = J(h − m) for a quarter of a time unit turns the plane about m = (1/4, 0); the bottom's preimage is the turned-back 0.
  const OdeLayer rotation{{{dense(2, 2, {0, -1, 1, 0}, {0, Rational(-1, 4)})}}, Rational(1, 2)};
  const auto function = flow_level_function(chain_of(after_flow(rotation, bowl())), "net", {});
  LevelCurveOptions options;
  options.level = Rational(31, 10);
  const LevelCurveResult result = level_curve(*function, {{-2, -2}, {2, 2}}, options);
  INFO(result.reason);
  REQUIRE(result.verdict == Verdict::proved);
  CHECK(result.closed_curves() == 1);
  CHECK(result.arcs() == 0);
  const double bottom[2] = {0.25 - 0.25 * std::cos(0.5), 0.25 * std::sin(0.5)};
  const auto component = component_of(result, *function, bottom);
  REQUIRE(component);
  CHECK_FALSE(result.components[*component].positive);
  CHECK(result.components[*component].status == LevelComponent::Status::closed);
}

TEST_CASE("a level set straight through a nonlinear flow consists of arcs to the boundary") {
  const OdeLayer flow = planar_example().flow;
  const auto function =
      flow_level_function(chain_of(after_flow({flow.branches, 1}, {dense(1, 2, {1, 2})})), "net", {});
  LevelCurveOptions options;
  options.level = Rational(1, 8);
  const LevelCurveResult result = level_curve(*function, {{-0.5, -0.5}, {0.5, 0.5}}, options);
  INFO(result.reason);
  REQUIRE(result.verdict == Verdict::proved);
  CHECK(result.closed_curves() == 0);  // T10: no critical point, so no closed curve
  CHECK(result.arcs() == 1);
}

TEST_CASE("what a stopped flow function says is nothing") {
  const OdeLayer flow = planar_example().flow;
  const auto function =
      flow_level_function(chain_of(after_flow(flow, {dense(1, 2, {1, 2})})), "net", StopToken(0.0));
  const double lower[2] = {0, 0}, upper[2] = {0.1, 0.1};
  CellBounds bounds;
  function->on_boxes(lower, upper, 1, Interval(0.0), true, &bounds);
  CHECK_FALSE(is_finite(bounds.value));
  CHECK_FALSE(bounds.has_gradient);
  CHECK_FALSE(bounds.error < kInfinity);
  CHECK_THROWS_AS(flow_level_function(chain_of({dense(1, 2, {1, 2})}), "net", {}), InputError);
}
