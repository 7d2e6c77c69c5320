#include "arith/affine_form.hpp"

#include <cmath>

namespace narrows {
namespace {

constexpr double kUnitRoundoff = 0x1p-53;
// Inflation that covers the rounding of the error sums themselves (fewer than 1e3 terms of relative error 2^-53 each).
constexpr double kInflate = 1 + 1e-12;
constexpr double kGuard = 1e-300;  // covers underflow of any single operation

}  // namespace

AffineForm::AffineForm(const Interval& value, std::size_t symbols)
    : centre_(midpoint(value)), coefficients_(symbols, 0.0), range_(value) {
  radius_ = value.lower() == value.upper() ? 0.0 : radius_upper(value, centre_);
}

AffineForm AffineForm::symbol(const Interval& range, std::size_t index, std::size_t symbols) {
  AffineForm x(range, symbols);
  if (!(range.lower() < range.upper())) return x;  // a point: what is left is a rounding error, which no symbol may carry
  x.coefficients_[index] = x.radius_;
  x.radius_ = 0;
  return x;
}

double AffineForm::deviation_upper() const {
  double sum = radius_;
  for (const double k : coefficients_) sum += std::fabs(k);
  return sum * kInflate;
}

void AffineForm::finish(double radius, double magnitudes, const Interval& natural) {
  radius_ = (radius + magnitudes * kUnitRoundoff) * kInflate + kGuard;
  const double deviation = deviation_upper() + kGuard;
  // A NaN in either end gives the entire line; meet() then keeps the natural range.
  range_ = meet(natural, Interval(next_down(centre_ - deviation), next_up(centre_ + deviation)));
}

AffineForm AffineForm::operator-() const {
  AffineForm result = *this;
  result.centre_ = -centre_;
  for (double& k : result.coefficients_) k = -k;
  result.range_ = -range_;
  return result;
}

AffineForm AffineForm::operator+(const AffineForm& other) const {
  AffineForm result;
  result.coefficients_.resize(coefficients_.size());
  result.centre_ = centre_ + other.centre_;
  double magnitudes = std::fabs(result.centre_);
  for (std::size_t i = 0; i < coefficients_.size(); ++i) {
    result.coefficients_[i] = coefficients_[i] + other.coefficients_[i];
    magnitudes += std::fabs(result.coefficients_[i]);
  }
  result.finish(radius_ + other.radius_, magnitudes, range_ + other.range_);
  return result;
}

AffineForm AffineForm::operator+(const Interval& constant) const {
  AffineForm result = *this;
  const double middle = midpoint(constant);
  result.centre_ = centre_ + middle;
  const double spread = constant.lower() == constant.upper() ? 0.0 : radius_upper(constant, middle);
  result.finish(radius_ + spread, std::fabs(result.centre_), range_ + constant);
  return result;
}

AffineForm AffineForm::operator*(const Interval& factor) const {
  const double middle = midpoint(factor);
  const double spread = factor.lower() == factor.upper() ? 0.0 : radius_upper(factor, middle);
  AffineForm result = *this;
  result.centre_ = centre_ * middle;
  double magnitudes = std::fabs(result.centre_);
  for (double& k : result.coefficients_) {
    k *= middle;
    magnitudes += std::fabs(k);
  }
  const double size = (std::fabs(centre_) + deviation_upper()) * kInflate;
  result.finish(radius_ * std::fabs(middle) + (spread == 0 ? 0.0 : spread * size), magnitudes, range_ * factor);
  return result;
}

// (a + Σ a_i e_i + r ε)(b + Σ b_i e_i + s ε'): the quadratic part Σ_ij a_i b_j e_i e_j is bounded with e_i² in [0, 1]
// (its mean goes to the centre) and the mixed terms paired; what holds r or s is bounded by magnitudes.
AffineForm AffineForm::operator*(const AffineForm& other) const {
  const std::size_t d = coefficients_.size();
  AffineForm result;
  result.coefficients_.resize(d);
  double square_sum = 0, square_abs = 0, mixed = 0, magnitudes = 0, sum_a = 0, sum_b = 0;
  for (std::size_t i = 0; i < d; ++i) {
    const double ai = coefficients_[i], bi = other.coefficients_[i];
    sum_a += std::fabs(ai);
    sum_b += std::fabs(bi);
    const double term_a = centre_ * bi, term_b = other.centre_ * ai;
    result.coefficients_[i] = term_a + term_b;
    magnitudes += std::fabs(term_a) + std::fabs(term_b) + std::fabs(result.coefficients_[i]);
    square_sum += ai * bi;
    square_abs += std::fabs(ai * bi);
    for (std::size_t j = 0; j < i; ++j) {
      const double aibj = ai * other.coefficients_[j], ajbi = coefficients_[j] * bi;
      mixed += std::fabs(aibj + ajbi);
      magnitudes += 2 * (std::fabs(aibj) + std::fabs(ajbi));
    }
  }
  const double product = centre_ * other.centre_;
  result.centre_ = product + 0.5 * square_sum;
  magnitudes += std::fabs(product) + std::fabs(result.centre_) + static_cast<double>(2 * d + 2) * square_abs;
  const double size_a = std::fabs(centre_) + sum_a, size_b = std::fabs(other.centre_) + sum_b;
  const double radius = 0.5 * square_abs + mixed + size_a * other.radius_ + size_b * radius_ + radius_ * other.radius_;
  result.finish(radius * kInflate, magnitudes, range_ * other.range_);
  return result;
}

AffineForm AffineForm::linear_image(double slope, double offset, double error, const Interval& natural) const {
  AffineForm result = *this;
  const double scaled = centre_ * slope;
  result.centre_ = scaled + offset;
  double magnitudes = std::fabs(scaled) + std::fabs(result.centre_);
  for (double& k : result.coefficients_) {
    k *= slope;
    magnitudes += std::fabs(k);
  }
  result.finish(radius_ * std::fabs(slope) + error, magnitudes, natural);
  return result;
}

}  // namespace narrows
