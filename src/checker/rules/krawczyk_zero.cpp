// Rule `krawczyk-zero`: exactly one zero of f = v_P in a box X, and it lies in Z (T8).
//
// - At most one: f(x) - f(y) = M(x - y) with M in the enclosure of Df over the convex X; ‖I - C·M‖ < 1 makes M
//   regular.
// - At least one: x - C'f(x) maps Z into K(Z); K(Z) ⊂ int Z gives a fixed point (Brouwer), and ‖I - C'Df(Z)‖
// < 1,
//   so that C' is regular and the fixed point is a zero of f.
// - Layers 1…P are regular on X, so zeros of f are exactly the critical points in X (T1).
// With parameters p, f and Df (with respect to x) are enclosed over the cell of p: the rule then holds for each p.
#include <utility>

#include "checker/rules/rules.hpp"

namespace narrows::checker {
namespace {

const std::vector<NumericLayer>& chain_at(const Setting& setting, Precision precision) {
  return precision == leaf_precision ? setting.leaf_chain : setting.point_chain;
}

BoxPass derivative_pass(const Setting& setting, const Box& box, Precision precision) {
  return BoxPass(chain_at(setting, precision), setting.base(), box, precision, Carry::derivatives);
}

IntervalMatrix derivative_of(const std::vector<Dual>& v, std::size_t d) {
  IntervalMatrix m(v.size(), d);
  for (std::size_t i = 0; i < v.size(); ++i) {
    for (std::size_t j = 0; j < d; ++j) m.at(i, j) = v[i].derivative[j].range;
  }
  return m;
}

constexpr std::size_t max_cell_bisections = 4;

/// What fails of the rule, and what was needed.
using Failure = std::optional<std::pair<const char*, const char*>>;

Failure failure_of(const Setting& setting, const Zero& zero, const Box& cell, Precision precision) {
  const std::size_t d = setting.dim;
  BoxPass pass = derivative_pass(setting, joined(zero.box, cell), precision);
  if (!are_regular_on_box(setting, chain_at(setting, precision), pass, zero.prefix))
    return {{"prefix may be singular", "regular prefix"}};
  BoxPass at_midpoint = derivative_pass(setting, joined(midpoint(zero.box), cell), precision);
  const auto c = inverse_approx(derivative_of(at_midpoint.row_vector(zero.prefix), d));
  std::vector<double> half_widths;
  for (std::size_t i = 0; i < d; ++i) half_widths.push_back(0.5 * zero.box.hi[i] - 0.5 * zero.box.lo[i]);
  if (!c || !is_near_inverse(*c, derivative_of(pass.row_vector(zero.prefix), d), half_widths))
    return {{"uniqueness", "norm of I - C*Df(X) below 1"}};
  if (!maps_into_interior(setting, zero.prefix, zero.enclosure, cell, precision))
    return {{"existence", "K(Z) inside the interior of Z"}};
  return std::nullopt;
}

}  // namespace

bool maps_into_interior(const Setting& setting, std::size_t prefix, const Box& z, const Box& cell,
                        Precision precision) {
  const std::size_t d = setting.dim;
  const Box m = midpoint(z);
  if (!contained(m, z)) return false;
  BoxPass at_midpoint = derivative_pass(setting, joined(m, cell), precision),
          over_box = derivative_pass(setting, joined(z, cell), precision);
  const std::vector<Dual> f = at_midpoint.row_vector(prefix);
  const auto c = inverse_approx(derivative_of(f, d));
  if (!c) return false;
  IntervalMatrix value(d, 1);
  for (std::size_t i = 0; i < d; ++i) value.at(i, 0) = f[i].value.range;
  const IntervalMatrix step = product(*c, value);
  const IntervalMatrix cd = product(*c, derivative_of(over_box.row_vector(prefix), d));
  for (std::size_t i = 0; i < d; ++i) {
    Interval k = m.lo[i] - step.at(i, 0);
    for (std::size_t j = 0; j < d; ++j) {
      const Interval defect = (i == j ? 1.0 : 0.0) - cd.at(i, j);
      k = k + defect * (Interval(z.lo[j], z.hi[j], precision) - m.lo[j]);
    }
    if (!inside_interior(k, z.lo[i], z.hi[i])) return false;
  }
  return true;
}

void check_krawczyk_zero(const Setting& setting, const Zero& zero, const std::string& step, const Box& cell) {
  const auto require = [&](bool good, Reason reason, const char* got, const char* expected) {
    if (!good) reject(step, "krawczyk-zero", reason, got, expected);
  };
  require(setting.smoothness == Smoothness::smooth, Reason::inapplicable, "not smooth", "a smooth network");
  require(setting.dim <= max_box_dimension, Reason::limit, "a large dimension", "dimension at most 64");
  require(setting.width(zero.prefix) == setting.dim, Reason::inapplicable, "n_P != d", "n_P = d");
  require(contained(zero.enclosure, zero.box), Reason::mismatch, "enclosure outside box",
          "enclosure inside box");
  Failure failure;
  const auto holds = [&](const Box& part) {
    if (cell.dim() > 0 && !failure_of(setting, zero, part, leaf_precision)) return true;  // tubes are wide
    return !(failure = failure_of(setting, zero, part, point_precision));
  };
  const bool proved = holds_on_pieces(holds, cell, cell.dim() == 0 ? 0 : max_cell_bisections);
  require(proved, Reason::not_proved, failure ? failure->first : "", failure ? failure->second : "");
}

}  // namespace narrows::checker
