// Exact evaluation of homogeneous piecewise linear networks.
//
// Every layer is scaled by a common denominator of its numbers, so that integers go through: the true state is the integer
// state over `scale`, the product of these denominators so far, which depends on the layer and not on the point.
#include "checker/piecewise_linear.hpp"

#include <algorithm>

namespace narrows::checker {
namespace {

constexpr std::size_t max_denominator_bits = 4096, max_state_bits = std::size_t{1} << 17;

/// `x` times `scale`, which is a multiple of its denominator.
Integer scaled(const Rational& x, const Integer& scale) {
  return x.get_num() * (scale / x.get_den());
}

Integer common_denominator(const std::vector<Rational>& numbers, Integer denominator = 1) {
  for (const Rational& x : numbers)
    mpz_lcm(denominator.get_mpz_t(), denominator.get_mpz_t(), x.get_den_mpz_t());
  if (mpz_sizeinbase(denominator.get_mpz_t(), 2) > max_denominator_bits)
    reject("network.model", "piecewise-linear", Reason::limit, "a large common denominator of a layer",
           "at most 4096 bits");
  return denominator;
}

[[noreturn]] void reject_layer(const char* got) {
  reject("network.model", "piecewise-linear", Reason::inapplicable, got,
         "affine layers, relu, leaky_relu, identity and residual blocks");
}

IntegerLayer activation_layer(const Layer& layer, std::size_t& neurons) {
  IntegerLayer y;
  const Activation& a = layer.activation;
  const bool leaky = a.function == Function::leaky_relu;
  if (!leaky && a.function != Function::relu && a.function != Function::identity)
    reject_layer("another activation");
  y.counts = a.function != Function::identity;
  if (y.counts) neurons += layer.outputs;
  y.factor = leaky ? common_denominator({a.alpha}) : Integer(1);
  y.when_negative = leaky ? Integer(a.alpha.get_num()) : Integer(y.counts ? 0 : 1);
  return y;
}

std::vector<IntegerLayer> integer_layers(const std::vector<Layer>& layers, std::size_t& neurons) {
  std::vector<IntegerLayer> list;
  for (const Layer& layer : layers) {
    IntegerLayer y;
    if (layer.kind == LayerKind::batch_norm || layer.kind == LayerKind::ode) reject_layer("batch_norm or ode");
    if (layer.kind == LayerKind::activation) y = activation_layer(layer, neurons);
    if (layer.kind == LayerKind::affine) {
      y.factor = common_denominator(layer.bias, common_denominator(layer.weight.entries));
      y.weight = Matrix<Integer>(layer.weight.rows, layer.weight.cols);
      for (std::size_t i = 0; i < y.weight.entries.size(); ++i)
        y.weight.entries[i] = scaled(layer.weight.entries[i], y.factor);
      for (const Rational& b : layer.bias) y.bias.push_back(scaled(b, y.factor));
    }
    if (layer.kind == LayerKind::residual) {
      y.branch = integer_layers(layer.branch, neurons);
      y.factor = common_denominator({layer.skip, layer.residual});
      y.skip = scaled(layer.skip, y.factor);
      y.residual = scaled(layer.residual, y.factor);
    }
    y.kind = layer.kind;
    list.push_back(std::move(y));
  }
  return list;
}

/// W·h + unit·b.
std::vector<Integer> affine_image(const IntegerLayer& layer, const std::vector<Integer>& h,
                                  const Integer& unit) {
  std::vector<Integer> y;
  for (std::size_t i = 0; i < layer.weight.rows; ++i) {
    Integer& sum = y.emplace_back(layer.bias[i] * unit);
    for (std::size_t j = 0; j < h.size(); ++j) {
      if (h[j] != 0) mpz_addmul(sum.get_mpz_t(), layer.weight.at(i, j).get_mpz_t(), h[j].get_mpz_t());
    }
  }
  return y;
}

/// Keeps the memory of all vertices together bounded.
void require_moderate(const Integer& x) {
  if (mpz_sizeinbase(x.get_mpz_t(), 2) > max_state_bits)
    reject("network.model", "piecewise-linear", Reason::limit, "a state of too many digits", "at most 2^17 bits");
}

void set_bit(Bits& bits, std::size_t i) {
  bits[i / 64] |= std::uint64_t{1} << i % 64;
}

/// One evaluation: x0, the scale so far, the number of the next neuron, and the signs found.
struct Course {
  const Integer& x0;
  Integer scale = 1;
  std::size_t next = 0;
  Evaluation& signs;
};

void apply(const std::vector<IntegerLayer>& layers, std::vector<Integer>& h, Course& course) {
  for (const IntegerLayer& layer : layers) {
    if (layer.kind == LayerKind::affine) h = affine_image(layer, h, course.x0 * course.scale);
    if (layer.kind == LayerKind::residual) {  // εh/s + δy/(sT) = (εT·h + δ·y)/(sT)
      const Integer before = course.scale;
      std::vector<Integer> inner = h;
      apply(layer.branch, inner, course);
      const Integer skip = layer.skip * (course.scale / before);
      for (std::size_t i = 0; i < h.size(); ++i) h[i] = skip * h[i] + layer.residual * inner[i];
    }
    if (layer.kind == LayerKind::activation) {
      for (Integer& z : h) {
        const int sign = sgn(z);
        if (layer.counts && sign != 0)
          set_bit(sign > 0 ? course.signs.positive : course.signs.negative, course.next);
        if (layer.counts) ++course.next;
        z *= sign > 0 ? layer.factor : layer.when_negative;
        require_moderate(z);
      }
    }
    course.scale *= layer.factor;
    require_moderate(course.scale);
    for (const Integer& x : h) require_moderate(x);
  }
}

}  // namespace

HomogeneousNetwork::HomogeneousNetwork(const std::vector<Layer>& chain, const Rational& level)
    : level_(level) {
  layers_ = integer_layers(chain, neurons_);
}

Evaluation HomogeneousNetwork::evaluate(const IntegerPoint& point) const {
  const Bits none((neurons_ + 63) / 64);
  Evaluation signs{none, none, 0};
  std::vector<Integer> h(point.begin() + 1, point.end());
  Course course{point[0], 1, 0, signs};
  apply(layers_, h, course);
  signs.value = h[0] * level_.get_den() - level_.get_num() * course.scale * point[0];
  require_moderate(signs.value);
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
