// Affine forms over the symbols of a box: x = c + Σ k_i e_i + r·ε with e_i, ε in [-1, 1], and an interval range.
//
// Idea: symbols e_1…e_d are the box coordinates, shared by all forms of one evaluation, so that linear dependence on the
// input survives. All nonlinear and rounding errors go into r. Every form also carries an interval `range`, the
// intersection of the form's own range with the natural interval extension, which is never worse than either.
//
// Guarantee  For every point e of the box there is an ε with value = c + Σ k_i e_i + r ε, and value lies in `range`.
//            Computation is in rounding to nearest; each operation adds to r a bound on its rounding errors:
//            |fl(x) − x| <= 2^-53 |fl(x)| per operation, summed, inflated by 1e-12 relative and 1e-300 absolute.
//            NaN or infinity anywhere makes `range` fall back to the natural extension and the form useless, never wrong.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstddef>

#include "arith/interval.hpp"

namespace narrows {

class AffineForm {
 public:
  using Coefficients = boost::container::small_vector<double, 4>;

  AffineForm() = default;
  /// A constant (no dependence on the symbols), enclosed in `value`; `symbols` == d.
  AffineForm(const Interval& value, std::size_t symbols);
  /// The coordinate with the given range: centre + half-width · e_index. A point is a constant: forms at two points may be subtracted.
  [[nodiscard]] static AffineForm symbol(const Interval& range, std::size_t index, std::size_t symbols);

  [[nodiscard]] const Interval& range() const { return range_; }
  [[nodiscard]] double centre() const { return centre_; }
  [[nodiscard]] double radius() const { return radius_; }
  [[nodiscard]] const Coefficients& coefficients() const { return coefficients_; }
  /// Upper bound on Σ|k_i| + r.
  [[nodiscard]] double deviation_upper() const;

  [[nodiscard]] AffineForm operator-() const;
  [[nodiscard]] AffineForm operator+(const AffineForm& other) const;
  [[nodiscard]] AffineForm operator-(const AffineForm& other) const { return *this + (-other); }
  [[nodiscard]] AffineForm operator*(const AffineForm& other) const;
  [[nodiscard]] AffineForm operator*(const Interval& factor) const;
  [[nodiscard]] AffineForm operator+(const Interval& constant) const;
  AffineForm& operator+=(const AffineForm& other) { return *this = *this + other; }

  /// λ·x + μ ± ρ intersected with `natural`: the image under a function g with |g(x) − λx − μ| <= ρ and g(x) in natural.
  [[nodiscard]] AffineForm linear_image(double slope, double offset, double error, const Interval& natural) const;

 private:
  // Sets radius to `radius` plus the rounding errors of results whose magnitudes sum to `magnitudes`, then the range.
  void finish(double radius, double magnitudes, const Interval& natural);

  double centre_ = 0;
  double radius_ = 0;
  Coefficients coefficients_;
  Interval range_;
};

}  // namespace narrows
