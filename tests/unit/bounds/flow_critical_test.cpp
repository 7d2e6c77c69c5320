#include "bounds/flow_critical.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace narrows;

namespace {

AffineLayer dense(std::size_t rows, std::size_t cols, std::vector<Rational> weight, std::vector<Rational> bias = {}) {
  if (bias.empty()) bias.resize(rows);
  return {rows, cols, std::move(weight), std::move(bias)};
}

Domain box_domain(std::vector<double> lower, std::vector<double> upper) {
  const std::size_t dim = lower.size();
  return {Domain::Type::box, dim, {std::move(lower), std::move(upper)}, 0};
}

/// Φ(x) = 2 (softplus(x) + softplus(−x)): ẏ1 = 0, ẏ2 = softplus(y1) + softplus(−y1) from (x, 0) over time 2, then y2. Its one critical point is 0.
Chain lifted() {
  const std::vector<Layer> branch{{dense(2, 2, {1, 0, -1, 0})}, {ActivationLayer{Activation::softplus, 0}}, {dense(2, 2, {0, 0, 1, 1})}};
  Chain chain;
  chain.input_dim = 1;
  chain.layers = {{dense(2, 1, {1, 0})}, {OdeLayer{{branch}, 2}}, {dense(1, 2, {0, 1})}};
  chain.widths = {1, 2, 2, 1};
  return chain;
}

/// A flow, then one block that is not regular everywhere.
Chain folded() {
  Chain chain;
  chain.input_dim = 2;
  chain.layers = {{OdeLayer{{{{dense(2, 2, {Rational(3, 5), -1, 1, 0})}, {ActivationLayer{Activation::tanh, 0}}}}, 1}},
                  {ResidualLayer{1, 1, {{dense(2, 2, {-2, 1, 0, -2})}, {ActivationLayer{Activation::tanh, 0}}}}},
                  {dense(1, 2, {1, Rational(1, 2)})}};
  chain.widths = {2, 2, 2, 1};
  return chain;
}

}  // namespace

TEST_CASE("beside its one critical point a lifted flow has none, and the point stays undecided") {
  const Chain chain = lifted();
  for (const auto& [lower, upper] : {std::pair{0.1, 2.0}, {-2.0, -0.1}}) {
    const CertifyResult found = certify_with_flow(chain, box_domain({lower}, {upper}), {}, "net");
    REQUIRE(found.verdict == Verdict::proved);
    REQUIRE(found.complete);
    REQUIRE(found.proof.tree_used);
    for (const TreeNode& node : found.proof.search.tree.nodes()) {
      if (node.split) continue;
      REQUIRE(node.rule == LeafRule::direction_sign);
      REQUIRE(node.prefix == 0);  // the first layer is not regular
      REQUIRE(found.proof.search.tree.direction(node)[0] * lower > 0);  // Φ' has the sign of x
    }
  }
  const CertifyResult open = certify_with_flow(chain, box_domain({-1}, {1}), {}, "net");
  REQUIRE(open.verdict == Verdict::undecided);
  REQUIRE(!open.undecided.empty());
  for (const IntervalBox& box : open.undecided) REQUIRE(std::fabs(midpoint(box[0])) < 1e-5);
  REQUIRE(certify_with_flow(chain, {Domain::Type::space, 1, {}, 0}, {}, "net").verdict == Verdict::undecided);
}

TEST_CASE("behind a flow the derivative by its end decides, and a spent budget is told") {
  CertifyOptions options;
  options.search.max_boxes = 2;
  const CertifyResult stopped = certify_with_flow(folded(), box_domain({-1, -1}, {1, 1}), options, "net");
  REQUIRE(stopped.verdict == Verdict::undecided);
  REQUIRE(stopped.reason.find("--max-boxes") != std::string::npos);
  const CertifyResult found = certify_with_flow(folded(), box_domain({2, -3}, {3, -2}), {}, "net");
  INFO(found.reason);
  REQUIRE(found.verdict == Verdict::proved);
  for (const TreeNode& node : found.proof.search.tree.nodes())
    if (!node.split) REQUIRE(node.prefix == 1);
}
