// Random chains and boxes for the batched engine, and exact judgements of its claims at single points, in 160 bits.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "arith/small_matrix.hpp"
#include "critical/problem.hpp"
#include "random_networks.hpp"

namespace narrows::test {

using Point = std::vector<double>;

/// Numbers as networks have them: doubles of several magnitudes, thirds that are no doubles, zeros.
inline Rational lane_weight(RandomCases& random, double scale, bool thirds) {
  if (random.integer(0, 19) == 0) return 0;
  const double x = scale * random.uniform(-1.5, 1.5);
  return thirds ? Rational(rational_exact(x) / 3) : rational_exact(x);
}

inline Layer lane_affine(RandomCases& random, std::size_t rows, std::size_t cols) {
  const double scale = random.integer(0, 3) == 0 ? std::pow(10.0, random.uniform(-3, 1.3)) : 1;
  const bool thirds = random.integer(0, 3) == 0;
  AffineLayer layer{rows, cols, {}, {}};
  for (std::size_t i = 0; i < rows * cols; ++i) layer.weight.push_back(lane_weight(random, scale, thirds));
  for (std::size_t i = 0; i < rows; ++i) layer.bias.push_back(lane_weight(random, scale, thirds));
  return {layer};
}

inline Layer lane_activation(RandomCases& random) {
  constexpr Activation all[] = {Activation::tanh, Activation::tanh, Activation::sigmoid, Activation::softplus, Activation::softplus, Activation::identity};
  return {ActivationLayer{all[random.integer(0, 5)], 0}};
}

inline std::size_t lane_width(RandomCases& random, int most) { return static_cast<std::size_t>(random.integer(1, most)); }

inline Layer lane_residual(RandomCases& random, std::size_t n) {
  const double skips[] = {1, 0, -0.5, random.uniform(-1.5, 1.5)};
  ResidualLayer block{rational_exact(skips[random.integer(0, 3)]), lane_weight(random, 1, random.integer(0, 1) == 0), {}};
  std::size_t m = n;
  for (int turns = random.integer(1, 2); turns > 0; --turns) {
    if (random.integer(0, 4) != 0) {
      m = random.integer(0, 1) ? n : lane_width(random, 8);
      block.branch.push_back(lane_affine(random, m, block.branch.empty() ? n : output_dim(Layer{block}, n)));
    }
    if (random.integer(0, 3) == 0) block.branch.push_back({random_batch_norm(random, m)});
    block.branch.push_back(lane_activation(random));
    if (m != n || random.integer(0, 2) == 0) block.branch.push_back(lane_affine(random, n, m));
    m = n;
  }
  return {block};
}

/// At most `most` inputs (and as many neurons in residual layers), plain layers up to 8 wide.
inline Chain lane_chain(RandomCases& random, int most = 6) {
  Network network;
  std::size_t n = network.input_dim = lane_width(random, most);
  for (int layers = random.integer(1, 6); layers > 0; --layers) {
    const int kind = random.integer(0, 5);
    if (kind == 0) {
      const std::size_t m = random.integer(0, 1) ? n : lane_width(random, 8);
      network.layers.push_back(lane_affine(random, m, n));
      n = m;
    } else if (kind == 1) {
      network.layers.push_back({random_batch_norm(random, n)});
    } else if (kind == 2) {
      network.layers.push_back(lane_activation(random));
    } else {
      network.layers.push_back(lane_residual(random, n));
    }
  }
  network.layers.push_back(lane_affine(random, 1, n));
  validate(network, "lane chain");
  return make_chain(network, {}, "lane chain");
}

/// T2 on all layers, or on a random part of them: the box test has to prove the rest.
inline std::vector<RegularityTest> some_regular_layers(RandomCases& random, const Chain& chain) {
  std::vector<RegularityTest> tests = prove_layers_regular(chain);
  const int kept = random.integer(0, 2);
  for (std::size_t l = 0; l < tests.size(); ++l)
    if (kept == 0 || (kept == 1 && !std::holds_alternative<AffineLayer>(chain.layers[l].value))) tests[l] = RegularityTest::none;
  return tests;
}

/// A point on a zero set of one entry of v_0, by bisection in doubles; where rounding errors decide about signs.
inline Point point_of_sign_change(RandomCases& random, const Problem& problem) {
  const std::size_t j = static_cast<std::size_t>(random.integer(0, static_cast<int>(problem.dim) - 1));
  Point a, b;
  for (std::size_t i = 0; i < problem.dim; ++i) {
    a.push_back(random.uniform(-2, 2));
    b.push_back(random.uniform(-2, 2));
  }
  const auto sign = [&](const Point& x) {
    const auto v = row_vector(problem.fast, forward_all(problem.fast, std::vector<Interval>(x.begin(), x.end()), problem.first), problem.first);
    return midpoint(v[j]) > 0;
  };
  const bool at_a = sign(a);
  for (int k = 0; k < 56; ++k) {
    Point middle;
    for (std::size_t i = 0; i < a.size(); ++i) middle.push_back(0.5 * a[i] + 0.5 * b[i]);
    (sign(middle) == at_a ? a : b) = middle;
  }
  return a;
}

/// Widths from 1e-9 to 4, now and then one or more sides of width 0 or a few ulps round a change of sign.
inline IntervalBox lane_box(RandomCases& random, const Problem& problem) {
  const int kind = random.integer(0, 3);
  const Point centre = kind == 0 ? point_of_sign_change(random, problem) : Point(problem.dim, 0.0);
  const double width = std::pow(10.0, kind == 0 ? random.uniform(-17, -4) : random.uniform(-9, 0.6));
  IntervalBox box;
  for (std::size_t i = 0; i < problem.dim; ++i) {
    const double c = kind == 0 ? centre[i] : random.uniform(-2, 2);
    if (random.integer(0, 15) == 0)
      box.emplace_back(c);
    else
      box.emplace_back(c - width * random.uniform(0, 1), c + width * random.uniform(0, 1));
  }
  return box;
}

inline Point lane_point(RandomCases& random, const IntervalBox& box) {
  Point x;
  const bool corner = random.integer(0, 1) == 0;
  for (const Interval& side : box) {
    const double t = corner || random.integer(0, 3) == 0 ? (random.integer(0, 1) ? side.lower() : side.upper()) : random.uniform(side.lower(), side.upper());
    x.push_back(std::fmin(side.upper(), std::fmax(side.lower(), t)));
  }
  return x;
}

/// Where 160 bits cannot tell a saturated slope from 0.
inline constexpr mpfr_prec_t kDeepPrecision = 2400;

inline std::vector<BigInterval> precise_point(const Point& point, mpfr_prec_t precision = kPointPrecision) {
  std::vector<BigInterval> x;
  for (const double t : point) x.emplace_back(t, precision);
  return x;
}

inline int sign_of(const BigInterval& x) { return is_positive(x) ? 1 : is_negative(x) ? -1 : 0; }

/// +1 or −1; 0 if it may vanish.
inline int sign_along(const std::vector<BigInterval>& v, const double* direction) {
  BigInterval sum(0.0, kPointPrecision);
  for (std::size_t j = 0; j < v.size(); ++j) sum += v[j] * BigInterval(direction[j], kPointPrecision);
  return sign_of(sum);
}

/// The sign of det J of a square layer at a state; 0 if it may vanish.
inline int determinant_sign(const CompiledLayer<BigInterval>& layer, const std::vector<BigInterval>& state) {
  LayerTrace<Dual<BigInterval>> trace;
  std::vector<BigInterval> jacobian;
  for (const auto& row : forward(layer, dual_coordinates(state), &trace)) jacobian.insert(jacobian.end(), row.gradient.begin(), row.gradient.end());
  return sign_of(determinant(jacobian, state.size()));
}

/// The signs of u·v_prefix and of det J of layers first+1 … at a point, in kDeepPrecision: slow.
inline int deep_sign_along(const Problem& problem, const Point& point, std::size_t prefix, const double* direction) {
  const auto deep = compile_big(problem.chain, kDeepPrecision);
  return sign_along(row_vector(deep, forward_all(deep, precise_point(point, kDeepPrecision), problem.first), prefix), direction);
}
inline int deep_determinant_sign(const Problem& problem, const Point& point, std::size_t l) {
  const auto deep = compile_big(problem.chain, kDeepPrecision);
  std::vector<BigInterval> state = precise_point(point, kDeepPrecision);
  LayerTrace<BigInterval> trace;
  for (std::size_t k = problem.first; k < l; ++k) state = forward(deep.layers[k], state, &(trace = {}));
  return determinant_sign(deep.layers[l], state);
}

/// False only if `exact`, a very thin enclosure, certainly lies outside [lower, upper]; a bound that is NaN says nothing.
inline bool may_lie_in(const BigInterval& exact, double lower, double upper) {
  const bool below = std::isfinite(lower) ? is_negative(exact - BigInterval(lower, kPointPrecision)) : lower > 0;
  const bool above = std::isfinite(upper) ? is_positive(exact - BigInterval(upper, kPointPrecision)) : upper < 0;
  return !below && !above;
}

/// Boxes laid out as LaneEngine wants them.
struct LaneBoxes {
  std::vector<IntervalBox> boxes;
  std::vector<double> lower, upper;
  void add(const IntervalBox& box) {
    boxes.push_back(box);
    for (const Interval& side : box) {
      lower.push_back(side.lower());
      upper.push_back(side.upper());
    }
  }
  [[nodiscard]] std::size_t size() const { return boxes.size(); }
};

inline LaneBoxes lane_boxes(RandomCases& random, const Problem& problem, std::size_t count) {
  LaneBoxes result;
  while (result.size() < count) result.add(lane_box(random, problem));
  return result;
}

}  // namespace narrows::test
