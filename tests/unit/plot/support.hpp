// Small chains and hand-made answers of `certify` for the tests of this module.
#pragma once

#include <initializer_list>
#include <optional>
#include <vector>

#include "critical/certify.hpp"
#include "network/chain.hpp"
#include "network/model.hpp"

namespace narrows::test {

[[nodiscard]] inline Layer affine(std::size_t rows, std::size_t cols, std::vector<Rational> weight, std::vector<Rational> bias) {
  return {AffineLayer{rows, cols, std::move(weight), std::move(bias)}};
}

[[nodiscard]] inline Chain chain(std::size_t input_dim, std::vector<Layer> layers) {
  Network net;
  net.input_dim = input_dim;
  net.layers = std::move(layers);
  return make_chain(net, {}, "test");
}

/// sin(2x) + sin(2y): minima, saddles and maxima at (±π/4, ±π/4).
[[nodiscard]] inline Chain waves() {
  return chain(2, {affine(2, 2, {2, 0, 0, 2}, {0, 0}), {ActivationLayer{Activation::sin, 0}}, affine(1, 2, {1, 1}, {0})});
}

/// sin(2x): a minimum at −π/4, a maximum at π/4.
[[nodiscard]] inline Chain wave() {
  return chain(1, {affine(1, 1, {2}, {0}), {ActivationLayer{Activation::sin, 0}}});
}

[[nodiscard]] inline Domain box_domain(std::vector<double> lower, std::vector<double> upper) {
  Domain domain;
  domain.type = Domain::Type::box;
  domain.dim = lower.size();
  domain.box = {std::move(lower), std::move(upper)};
  return domain;
}

[[nodiscard]] inline Domain space(std::size_t dim) {
  Domain domain;
  domain.dim = dim;
  return domain;
}

[[nodiscard]] inline CriticalPoint critical_point(const std::vector<double>& x, double value, std::optional<int> index) {
  CriticalPoint point;
  for (const double part : x) point.box.emplace_back(part - 1e-12, part + 1e-12);
  point.value = {value - 1e-12, value + 1e-12};
  point.morse_index = index;
  point.inside = true;
  return point;
}

/// What `certify` finds for waves() on [−1, 1]².
[[nodiscard]] inline CertifyResult answer_for_waves() {
  constexpr double quarter_pi = 0.78539816339744831;
  CertifyResult result;
  result.domain = box_domain({-1, -1}, {1, 1});
  result.verdict = Verdict::refuted;
  result.reason = "4 critical points proved to exist, every one enclosed";
  result.complete = true;
  result.critical_points = {critical_point({-quarter_pi, -quarter_pi}, -2, 0), critical_point({quarter_pi, -quarter_pi}, 0, 1),
                            critical_point({-quarter_pi, quarter_pi}, 0, 1), critical_point({quarter_pi, quarter_pi}, 2, 2)};
  return result;
}

}  // namespace narrows::test
