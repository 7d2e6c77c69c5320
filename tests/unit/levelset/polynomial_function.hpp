// Polynomials as level functions: level sets that are known, through affine forms and exact rationals.
#pragma once

#include <array>
#include <vector>

#include "arith/affine_form.hpp"
#include "critical/problem.hpp"
#include "critical/sign_direction.hpp"
#include "levelset/level_function.hpp"

namespace narrows::test {

/// Σ coefficient · x^i y^j; in one variable j is 0.
class PolynomialFunction final : public LevelFunction {
 public:
  struct Term {
    double coefficient;
    int i, j;
  };
  explicit PolynomialFunction(std::vector<Term> terms, std::size_t dim = 2)
      : terms_(std::move(terms)), dim_(dim) {}

  [[nodiscard]] std::size_t dim() const override { return dim_; }

  void on_boxes(const double* lower, const double* upper, std::size_t count, const Interval&, bool gradient,
                CellBounds* results) const override {
    for (std::size_t b = 0; b < count; ++b) {
      IntervalBox box;
      for (std::size_t k = 0; k < dim_; ++k) box.emplace_back(lower[b * dim_ + k], upper[b * dim_ + k]);
      const std::vector<AffineForm> x = coordinates(box);
      const AffineForm value = evaluate(terms_, x, AffineForm(Interval(0.0), dim_));
      CellBounds bounds;
      bounds.value = value.range();
      bounds.centre = value.centre();
      bounds.error = value.radius();
      std::vector<AffineForm> slopes;
      for (std::size_t k = 0; k < dim_; ++k) {
        bounds.middle[k] = x[k].centre();
        bounds.half[k] = x[k].coefficients()[k];
        bounds.slope[k] = value.coefficients()[k];
        bounds.gradient[k] = Interval::entire();
      }
      results[b] = bounds;
      if (!gradient) continue;
      for (std::size_t k = 0; k < dim_; ++k) {
        slopes.push_back(evaluate(derivative(k), x, AffineForm(Interval(0.0), dim_)));
        bounds.gradient[k] = slopes[k].range();
      }
      bounds.has_gradient = true;
      double remainder = 0;
      if (const auto u = find_direction(slopes, dim_, &remainder); u)
        for (std::size_t k = 0; k < dim_; ++k) bounds.direction[k] = (*u)[k];
      results[b] = bounds;
    }
  }

  [[nodiscard]] Interval difference_at(const double* x, const Rational& level) const override {
    std::vector<Rational> point;
    for (std::size_t k = 0; k < dim_; ++k) point.push_back(rational_exact(x[k]));
    return enclose(Rational(evaluate(terms_, point, Rational(0)) - level));
  }

  [[nodiscard]] double at(double x, double y) const {
    double sum = 0;
    for (const Term& t : terms_) sum += t.coefficient * std::pow(x, t.i) * std::pow(y, t.j);
    return sum;
  }

 private:
  static AffineForm scaled(const AffineForm& x, double c) { return x * Interval(c); }
  static Rational scaled(const Rational& x, double c) { return x * rational_exact(c); }
  static AffineForm one(const AffineForm& like) { return {Interval(1.0), like.coefficients().size()}; }
  static Rational one(const Rational&) { return 1; }

  template <class S>
  static S evaluate(const std::vector<Term>& terms, const std::vector<S>& x, S sum) {
    for (const Term& t : terms) {
      S product = one(x[0]);
      for (int k = 0; k < t.i; ++k) product = product * x[0];
      for (int k = 0; k < t.j; ++k) product = product * x[1];
      sum = sum + scaled(product, t.coefficient);
    }
    return sum;
  }

  [[nodiscard]] std::vector<Term> derivative(std::size_t k) const {
    std::vector<Term> result;
    for (const Term& t : terms_) {
      const int power = k == 0 ? t.i : t.j;
      if (power > 0)
        result.push_back({t.coefficient * power, t.i - (k == 0 ? 1 : 0), t.j - (k == 1 ? 1 : 0)});
    }
    return result;
  }

  std::vector<Term> terms_;
  std::size_t dim_;
};

}  // namespace narrows::test
