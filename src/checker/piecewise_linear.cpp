// Exact evaluation of homogeneous piecewise linear networks.
//
// Every layer is scaled by a common denominator of its numbers, so that integers go through: the true state is the integer
// state over `scale`, which depends on the layer and not on the point.
#include "checker/piecewise_linear.hpp"

#include <algorithm>

namespace narrows::checker {
namespace {

/// `x` times `scale`, which is a multiple of its denominator.
Integer scaled(const Rational& x, const Integer& scale) {
  return x.get_num() * (scale / x.get_den());
}

Integer common_denominator(const std::vector<Rational>& numbers, Integer denominator = 1) {
  for (const Rational& x : numbers)
    mpz_lcm(denominator.get_mpz_t(), denominator.get_mpz_t(), x.get_den_mpz_t());
  return denominator;
}

[[noreturn]] void reject_layer(const char* got) {
  reject("network.model", "piecewise-linear", Reason::inapplicable, got,
         "affine layers, relu, leaky_relu, identity and residual blocks");
}

IntegerLayer activation_layer(const Layer& layer, Integer& scale, std::size_t& neurons) {
  IntegerLayer y;
  const Activation& a = layer.activation;
  const bool leaky = a.function == Function::leaky_relu;
  if (!leaky && a.function != Function::relu && a.function != Function::identity)
    reject_layer("another activation");
  y.counts = a.function != Function::identity;
  if (y.counts) neurons += layer.outputs;
  y.when_positive = leaky ? Integer(a.alpha.get_den()) : Integer(1);
  y.when_negative = leaky ? Integer(a.alpha.get_num()) : Integer(y.counts ? 0 : 1);
  scale *= y.when_positive;
  return y;
}

/// States arrive over `scale`, which becomes the one they leave over.
std::vector<IntegerLayer> integer_layers(const std::vector<Layer>& layers, Integer& scale,
                                         std::size_t& neurons) {
  std::vector<IntegerLayer> list;
  for (const Layer& layer : layers) {
    IntegerLayer y;
    if (layer.kind == LayerKind::batch_norm) reject_layer("batch_norm");
    if (layer.kind == LayerKind::activation) y = activation_layer(layer, scale, neurons);
    if (layer.kind == LayerKind::affine) {
      const Integer d = common_denominator(layer.bias, common_denominator(layer.weight.entries));
      y.weight = Matrix<Integer>(layer.weight.rows, layer.weight.cols);
      for (std::size_t i = 0; i < y.weight.entries.size(); ++i)
        y.weight.entries[i] = scaled(layer.weight.entries[i], d);
      for (const Rational& b : layer.bias) y.bias.emplace_back(scaled(b, d) * scale);
      scale *= d;
    }
    if (layer.kind == LayerKind::residual) {  // εh/s + δb/(sT) = (εT·h + δ·b)/(sT)
      const Integer before = scale, d = common_denominator({layer.skip, layer.residual});
      y.branch = integer_layers(layer.branch, scale, neurons);
      y.skip = scaled(layer.skip, d) * (scale / before);
      y.residual = scaled(layer.residual, d);
      scale *= d;
    }
    y.kind = layer.kind;
    list.push_back(std::move(y));
  }
  return list;
}

/// W·h + x0·b.
std::vector<Integer> affine_image(const IntegerLayer& layer, const std::vector<Integer>& h,
                                  const Integer& x0) {
  std::vector<Integer> y;
  for (std::size_t i = 0; i < layer.weight.rows; ++i) {
    Integer& sum = y.emplace_back(layer.bias[i] * x0);
    for (std::size_t j = 0; j < h.size(); ++j) {
      if (h[j] != 0) mpz_addmul(sum.get_mpz_t(), layer.weight.at(i, j).get_mpz_t(), h[j].get_mpz_t());
    }
  }
  return y;
}

void set_bit(Bits& bits, std::size_t i) {
  bits[i / 64] |= std::uint64_t{1} << i % 64;
}

/// Sends the state through the layers and notes the signs of the neurons, of which `next` is the first.
void apply(const std::vector<IntegerLayer>& layers, std::vector<Integer>& h, const Integer& x0,
           std::size_t& next, Evaluation& signs) {
  for (const IntegerLayer& layer : layers) {
    if (layer.kind == LayerKind::affine) h = affine_image(layer, h, x0);
    if (layer.kind == LayerKind::residual) {
      std::vector<Integer> inner = h;
      apply(layer.branch, inner, x0, next, signs);
      for (std::size_t i = 0; i < h.size(); ++i) h[i] = layer.skip * h[i] + layer.residual * inner[i];
    }
    if (layer.kind != LayerKind::activation) continue;
    for (Integer& z : h) {
      const int sign = sgn(z);
      if (layer.counts && sign != 0) set_bit(sign > 0 ? signs.positive : signs.negative, next);
      if (layer.counts) ++next;
      z *= sign > 0 ? layer.when_positive : layer.when_negative;
    }
  }
}

}  // namespace

HomogeneousNetwork::HomogeneousNetwork(const std::vector<Layer>& chain, const Rational& level) {
  layers_ = integer_layers(chain, factor_, neurons_);
  level_factor_ = level.get_den();
  level_shift_ = level.get_num() * factor_;
  factor_ *= level_factor_;
}

Evaluation HomogeneousNetwork::evaluate(const IntegerPoint& point) const {
  const Bits none((neurons_ + 63) / 64);
  Evaluation signs{none, none, 0};
  std::vector<Integer> h(point.begin() + 1, point.end());
  std::size_t next = 0;
  apply(layers_, h, point[0], next, signs);
  signs.value = h[0] * level_factor_ - level_shift_ * point[0];
  return signs;
}

void include(Bits& bits, const Bits& more) {
  for (std::size_t i = 0; i < bits.size(); ++i) bits[i] |= more[i];
}

bool disjoint(const Bits& a, const Bits& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if ((a[i] & b[i]) != 0) return false;
  }
  return true;
}

}  // namespace narrows::checker
