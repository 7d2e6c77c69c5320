// Builders of small neural ODEs for the tests of this module.
#pragma once

#include <vector>

#include "arith/interval.hpp"
#include "network/domain.hpp"
#include "ode/flow_network.hpp"
#include "support/random_cases.hpp"

namespace narrows::test {

[[nodiscard]] inline Layer dense(std::size_t rows, std::size_t cols, const std::vector<Rational>& weight,
                                 std::vector<Rational> bias = {}) {
  bias.resize(rows);
  return {AffineLayer{rows, cols, weight, std::move(bias)}};
}
[[nodiscard]] inline Layer activation(Activation function, const Rational& alpha = 1) {
  return {ActivationLayer{function, function == Activation::elu ? alpha : Rational(0)}};
}

/// ḣ = branches(h) over [0, T] in R^n, nothing before and after.
[[nodiscard]] inline FlowNetwork flow(std::size_t n, std::vector<std::vector<Layer>> branches,
                                      const Rational& time) {
  FlowNetwork result;
  result.input_dim = result.dim = n;
  result.flow = {std::move(branches), time};
  return result;
}

/// W x + b with random doubles of the given size.
[[nodiscard]] inline Layer random_dense(RandomCases& random, std::size_t rows, std::size_t cols,
                                        double size) {
  std::vector<Rational> weight, bias;
  for (std::size_t k = 0; k < rows * cols; ++k) weight.push_back(rational_exact(random.uniform(-size, size)));
  for (std::size_t k = 0; k < rows; ++k) bias.push_back(rational_exact(random.uniform(-1, 1)));
  return dense(rows, cols, weight, bias);
}

/// σ(W h + b), or W̃ σ(W h + b) + b̃ with a few neurons; every smooth activation and elu.
[[nodiscard]] inline std::vector<Layer> random_branch(RandomCases& random, std::size_t n, double size) {
  constexpr Activation functions[] = {Activation::tanh,   Activation::sigmoid, Activation::softplus,
                                      Activation::arctan, Activation::sin,     Activation::silu,
                                      Activation::gelu,   Activation::elu};
  const Layer sigma = activation(functions[random.integer(0, 7)]);
  if (random.integer(0, 1) == 0) return {random_dense(random, n, n, size), sigma};
  const auto m = static_cast<std::size_t>(random.integer(1, 4));
  return {random_dense(random, m, n, size), sigma, random_dense(random, n, m, size)};
}

/// The example of the issue: ẏ = tanh(W y + b) in the plane over [0, 2].
[[nodiscard]] inline FlowNetwork planar_example() {
  const auto q = [](double x) { return rational_exact(x); };
  return flow(
      2, {{dense(2, 2, {q(1.2), q(-.7), q(.9), q(.4)}, {q(.1), q(-.3)}), activation(Activation::tanh)}}, 2);
}

[[nodiscard]] inline Box point_box(const std::vector<double>& x) {
  return {x, x};
}

/// x is in the interval, exactly.
[[nodiscard]] inline bool holds(const Interval& interval, const Rational& x) {
  return rational_exact(interval.lower()) <= x && x <= rational_exact(interval.upper());
}

}  // namespace narrows::test
