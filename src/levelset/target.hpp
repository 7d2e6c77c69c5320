// Target functions for sup-norm errors (T6): polynomials with exact rational coefficients, or the sigmoid of one.
//
// Text     sums, products, powers and brackets over numbers (integers, decimals and fractions, all exact), x1 … xd (x if d = 1) and |x|^2 (even
//          powers of |x|): "x1^2+x2^2", "|x|^2", "(x-1/2)^2*(x+0.25)"; "sigmoid(8-32*|x|^2)" for 1/(1+exp(-p)).
// Built in "square" == |x|^2; "disc" == sigmoid(10*(1-|x|^2)), a smoothed indicator of the unit disc; "xor" == x1*x2, a saddle.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "arith/affine_form.hpp"
#include "arith/rational.hpp"

namespace narrows {

inline constexpr unsigned kMaxExponent = 32;

/// Exponents of x_1 … x_d (each at most kMaxExponent) to the coefficient, never 0.
using Polynomial = std::map<std::vector<unsigned>, Rational>;

struct Target {
  enum class Type { polynomial, sigmoid };
  Type type = Type::polynomial;
  std::size_t dim = 0;
  Polynomial terms;
  std::string text;  ///< as it was given
};

/// Errors  InputError (usage) naming `option`, with the place in the text.
[[nodiscard]] Target parse_target(const std::string& text, std::size_t dim, const std::string& option);

[[nodiscard]] Rational value_exact(const Polynomial& p, const std::vector<Rational>& x);
[[nodiscard]] Polynomial derivative_exact(const Polynomial& p, std::size_t axis);

/// f(x) at a point, a few ulps wide.
[[nodiscard]] Interval value_at(const Target& target, std::span<const double> x);
[[nodiscard]] double value_approx(const Target& target, std::span<const double> x);
/// f over a box: symbol i stands for coordinate i. Precondition  dim == target.dim.
[[nodiscard]] AffineForm value_on(const Target& target, const std::vector<Interval>& box);

/// If p = Σ c_k |x|^(2k), c_0, c_1, …; else empty. (The zero polynomial gives {0}.)
[[nodiscard]] std::vector<Rational> radial_coefficients(const Polynomial& p, std::size_t dim);

}  // namespace narrows
