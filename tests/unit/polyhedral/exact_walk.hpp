// An independent reading of a piecewise linear chain for tests: exact values, and the sign rule for pieces of a path.
#pragma once

#include <vector>

#include "network/chain.hpp"

namespace narrows::test {

/// Value and rate of every neuron and of Φ at x, along r; one recursion over the layers as the format defines them.
class ExactWalk {
 public:
  using Point = std::vector<Rational>;

  /// x(t) = p + t r for t in [0, end], or t ≥ 0 if `endless`. Afterwards `one_sign` says whether each neuron keeps one.
  ExactWalk(const Chain& chain, const Point& p, const Point& r, bool endless) : endless_(endless), value_(p), rate_(r) {
    for (const Layer& layer : chain.layers) apply(layer);
  }
  /// Φ at p, and its rate.
  [[nodiscard]] const Rational& value() const { return value_[0]; }
  [[nodiscard]] const Rational& rate() const { return rate_[0]; }
  [[nodiscard]] bool one_sign() const { return one_sign_; }

 private:
  void apply(const Layer& layer) {
    if (const auto* affine = std::get_if<AffineLayer>(&layer.value)) {
      Point v = affine->bias, r(affine->rows);
      for (std::size_t i = 0; i < affine->rows; ++i) {
        for (std::size_t j = 0; j < affine->cols; ++j) {
          v[i] += affine->weight[i * affine->cols + j] * value_[j];
          r[i] += affine->weight[i * affine->cols + j] * rate_[j];
        }
      }
      value_ = v;
      rate_ = r;
    } else if (const auto* activation = std::get_if<ActivationLayer>(&layer.value)) {
      for (std::size_t i = 0; i < value_.size(); ++i) activate(*activation, i);
    } else {
      const auto& block = std::get<ResidualLayer>(layer.value);
      const Point v = value_, r = rate_;
      for (const Layer& inner : block.branch) apply(inner);
      for (std::size_t i = 0; i < v.size(); ++i) {
        value_[i] = block.skip * v[i] + block.residual * value_[i];
        rate_[i] = block.skip * r[i] + block.residual * rate_[i];
      }
    }
  }
  void activate(const ActivationLayer& activation, std::size_t i) {
    if (activation.function == Activation::identity) return;
    const Rational end = endless_ ? rate_[i] : Rational(value_[i] + rate_[i]);
    const bool plus = value_[i] >= 0 && end >= 0, minus = value_[i] <= 0 && end <= 0;
    one_sign_ = one_sign_ && (plus || minus);
    if (plus) return;
    const Rational slope = activation.function == Activation::relu ? Rational(0) : activation.alpha;
    value_[i] *= slope;
    rate_[i] *= slope;
  }

  bool endless_;
  bool one_sign_ = true;
  Point value_, rate_;
};

}  // namespace narrows::test
