// Affine forms: numbers that remember how they depend on the point of a box.
//
// For a box with symbols e_1,...,e_d in [-1, 1] a Form stands for a function of e with
//     value(e) = centre + Σ slope_i e_i + r(e),  |r(e)| <= radius,   and   value(e) in range.
// Further symbols may be added: a nonlinear error that gets one of its own (give_symbol) is the same number wherever it
// appears again. Forms of one evaluation may know different numbers of symbols; missing slopes are 0.
// Both descriptions always hold; `range` is the natural interval result intersected with the one of the
// affine part. Centre, slopes and radius have one precision. A rounding error of the affine part goes into the radius. If the affine part is not finite
// (boxes with infinite ends), only the range is used.
#pragma once

#include <utility>
#include <vector>

#include "checker/activation.hpp"
#include "checker/interval.hpp"
#include "checker/linearisation.hpp"

namespace narrows::checker {

/// One number for each symbol. At leaf precision these are plain doubles: most of the work is done on them.
class Slopes {
 public:
  Slopes(std::size_t n, Precision p) : precision_(p), doubles_(p == leaf_precision ? n : 0), reals_(p == leaf_precision ? 0 : n, Real(p)) {}

  [[nodiscard]] std::size_t size() const { return is_double() ? doubles_.size() : reals_.size(); }
  [[nodiscard]] Real operator[](std::size_t i) const { return is_double() ? Real(doubles_[i], leaf_precision) : reals_[i]; }
  /// `x` and number i change places.
  void exchange(std::size_t i, Real& x) {
    if (!is_double()) return std::swap(reals_[i], x);
    std::swap(doubles_[i], x.as_double());
  }
  /// Appends zeros up to n numbers.
  void extend(std::size_t n) {
    if (n <= size()) return;
    if (is_double()) return doubles_.resize(n, 0.0);
    reals_.resize(n, Real(precision_));
  }
  [[nodiscard]] bool is_double() const { return precision_ == leaf_precision; }
  /// All numbers, if they are doubles (else none); if they are not.
  [[nodiscard]] std::vector<double>& doubles() { return doubles_; }
  [[nodiscard]] const std::vector<double>& doubles() const { return doubles_; }
  [[nodiscard]] std::vector<Real>& reals() { return reals_; }
  [[nodiscard]] const std::vector<Real>& reals() const { return reals_; }

 private:
  Precision precision_;
  std::vector<double> doubles_;
  std::vector<Real> reals_;
};

struct Form {
  Real centre;
  Slopes slope;
  Real radius;
  Interval range;

  /// The constant 0 over d symbols.
  Form(std::size_t d, Precision p) : centre(p), slope(d, p), radius(p), range(0, p) {}
};

/// The constant `value` (enclosed).
[[nodiscard]] Form constant_form(const Interval& value, std::size_t d);
/// The coordinate x_i in [lo, hi] as the i-th symbol.
[[nodiscard]] Form coordinate_form(double lo, double hi, std::size_t i, std::size_t d, Precision p);

/// y += w·x, not yet tightened.
void add_scaled(Form& y, const Interval& w, const Form& x);
void add_constant(Form& y, const Interval& c);
/// Intersects the range with the range of the affine part. Call after a sum.
void tighten(Form& y);
/// The first `d` symbols are paired sharply in the quadratic part.
[[nodiscard]] Form product(const Form& x, const Form& y, std::size_t d);
/// Turns the radius into the slope of symbol `index`, which no other form of the evaluation may have been given.
void give_symbol(Form& y, std::size_t index);

/// σ(z), σ'(z), σ''(z) for a form z.
class ActivatedForm {
 public:
  ActivatedForm(const Activation& a, const Form& z, Lines lines = Lines::steep)
      : z_(z), at_(a, z.range), lines_(lines) {}
  /// σ^(k)(z), k = 0, 1, 2.
  [[nodiscard]] Form derivative(int k) const;
  /// Encloses σ^(k) over the range of z, k = 0..3.
  [[nodiscard]] Interval range(int k) const { return at_.range(k); }

 private:
  const Form& z_;
  Linearisation<Interval> at_;
  Lines lines_;
};

/// A form and its partial derivatives with respect to the d coordinates (none in a pass that needs none).
struct Dual {
  Form value;
  std::vector<Form> derivative;

  Dual(std::size_t d, std::size_t derivatives, Precision p)
      : value(d, p), derivative(derivatives, Form(d, p)) {}
};

void add_scaled(Dual& y, const Interval& w, const Dual& x);
void tighten(Dual& y);
[[nodiscard]] Dual product(const Dual& x, const Dual& y, std::size_t d);

}  // namespace narrows::checker
