// The normal form of a piecewise linear network: integer affine maps with kinks between them, in homogeneous coordinates.
//
// Idea: between two activations everything is affine, and what a residual block keeps for its sum is carried along as extra
// coordinates without kinks. A point is homogeneous: (x; x0) with x0 >= 0 is x/x0, and x0 = 0 the direction x. relu and
// leaky_relu are positively homogeneous, so the homogenised network, biases times x0, commutes with positive scaling: all
// denominators are cleared, stage by stage, and only a positive constant is lost.
//
// notation == meaning:  d == input_dim; a state is a vector whose LAST entry belongs to x0; stage k maps a state of `cols`
// entries to `rows` values and keeps x0; the first `neurons` values meet the kink, the others pass.
#pragma once

#include <boost/multiprecision/gmp.hpp>
#include <cstddef>
#include <vector>

#include "polyhedral/piecewise_linear.hpp"

namespace narrows {

using Integer = boost::multiprecision::number<boost::multiprecision::gmp_int, boost::multiprecision::et_off>;

/// y = weight·state / denominator (rows x cols, row-major; the last column is the bias, times x0). Then y_i for i < neurons
/// becomes y_i (y_i >= 0) or y_i·slope_numerator/slope_denominator (y_i < 0).
struct Stage {
  std::size_t rows = 0, cols = 0, neurons = 0;
  std::vector<Integer> weight;
  Integer denominator = 1;                             ///< > 0
  Integer slope_numerator = 0, slope_denominator = 1;  ///< the second > 0
  std::size_t first_neuron = 0;                        ///< number of neurons in the stages before
  /// What happens to every value without kink, and to x0, in the integers: denominator·slope_denominator.
  [[nodiscard]] Integer growth() const { return denominator * slope_denominator; }
};

/// Φ: all stages one after the other. The last has one row and no neuron.
struct Stages {
  std::size_t input_dim = 0;
  std::size_t neurons = 0;
  std::vector<Stage> stages;
};
[[nodiscard]] Stages make_stages(const PiecewiseLinear& net);

/// The values at a homogeneous integer point p = (x1, …, xd, x0), times positive integers.
struct HomogeneousValues {
  std::vector<Integer> neurons;  ///< before their kink, stage by stage; neuron i of stage k times scales[k] > 0
  std::vector<Integer> scales;   ///< one per stage; N_h(p) = value / scales.back()
  Integer value;
  /// Φ(x/x0). Precondition: x0 > 0, the last entry of p.
  [[nodiscard]] Rational value_at(const Integer& x0) const { return Rational(value) / Rational(scales.back() * x0); }
};

/// Shape  p.size() == input_dim + 1, the last entry x0 >= 0. Exact.
[[nodiscard]] HomogeneousValues evaluate_homogeneous(const Stages& net, const std::vector<Integer>& p);

/// The state after the kink, from values before it, for given signs: in place. values.size() == stage.rows + 1, x0 last.
/// `positive(i)` tells whether neuron i keeps its value (>= 0) or takes the negative slope.
template <class Positive>
void apply_kinks_exact(const Stage& stage, std::vector<Integer>* values, Positive positive) {
  for (std::size_t i = 0; i < values->size(); ++i)
    (*values)[i] *= i >= stage.neurons || positive(i) ? stage.slope_denominator : stage.slope_numerator;
}

/// Φ(x), exactly. Shape  x.size() == input_dim.
[[nodiscard]] Rational evaluate_exact(const Stages& net, const std::vector<Rational>& x);

/// The primitive homogeneous point of x: (x·m, m) with the least m > 0 that makes it integer.
[[nodiscard]] std::vector<Integer> homogeneous_point(const std::vector<Rational>& x);

}  // namespace narrows
