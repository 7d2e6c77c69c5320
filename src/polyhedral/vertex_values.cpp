#include "polyhedral/vertex_values.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "arith/dense_kernels.hpp"

namespace narrows {
namespace {

constexpr double kUnit = std::numeric_limits<double>::epsilon();  // 2^-52, two unit roundoffs
constexpr double kFloor = 1e-140, kSmallest = 1e-150, kLargest = 1e150;
constexpr double kUnknown = std::numeric_limits<double>::infinity();

/// κ of the header.
double relative_error(std::size_t terms) { return static_cast<double>(terms + 8) * kUnit; }

/// Within an ulp of the rational.
double approximate(const Integer& numerator, const Integer& denominator) {
  return mpq_get_d(Rational(numerator, denominator).backend().data());
}

/// At least the floor; infinite for a NaN.
double radius_at_least_floor(double r) { return r >= kFloor ? r : r < kFloor ? kFloor : kUnknown; }

/// Where on the way from a to b a function with values `a`, `b` of different signs vanishes: weight of b, and its error.
Value crossing(const Value& a, const Value& b) {
  const double from = std::fabs(a.middle), to = std::fabs(b.middle), share = from / (from + to);
  if (!std::isfinite(share) || !std::isfinite(a.radius) || !std::isfinite(b.radius)) return {share, kUnknown};
  const double from_low = std::fmax(from - a.radius, 0), from_high = from + a.radius, to_low = std::fmax(to - b.radius, 0), to_high = to + b.radius;
  const double low = from_low / (from_low + to_high), high = from_high / (from_high + to_low);
  return {share, std::fmax(share - low, high - share) + 8 * kUnit};
}

}  // namespace

std::int8_t sign_of(const Value& x) {
  if (x.middle > x.radius) return 1;
  if (x.middle < -x.radius) return -1;
  return x.middle == 0 && x.radius == 0 ? 0 : kUnknownSign;
}

void VertexValues::append(const std::vector<double>& exact) {
  middles_.insert(middles_.end(), exact.begin(), exact.end());
  radii_.resize(middles_.size(), 0.0);
}

void VertexValues::append_zero(std::size_t a, std::size_t b, std::size_t zero) {
  const Value share = crossing(at(a, zero), at(b, zero));
  const std::size_t point = points();
  middles_.resize((point + 1) * width_);
  radii_.resize((point + 1) * width_);
  const double* ma = &middles_[a * width_];
  const double* mb = &middles_[b * width_];
  const double* ra = &radii_[a * width_];
  const double* rb = &radii_[b * width_];
  double* m = &middles_[point * width_];
  double* r = &radii_[point * width_];
  for (std::size_t i = 0; i < width_; ++i) {
    const double way = mb[i] - ma[i], size = std::fabs(ma[i]) + std::fabs(mb[i]);
    m[i] = ma[i] + share.middle * way;
    const double radius = (ra[i] + rb[i] * share.middle + share.radius * (std::fabs(way) + ra[i] + rb[i])) * (1 + 16 * kUnit) + 4 * kUnit * size;
    r[i] = size == 0 && radius == 0 ? 0 : radius_at_least_floor(radius);
  }
  set(point, zero, {0, 0});
}

DoubleStage::DoubleStage(const Stage& stage) : rows_(stage.rows), cols_(stage.cols), neurons_(stage.neurons) {
  const std::size_t out = rows_ + 1;
  weight_.assign(cols_ * out, 0.0);
  for (std::size_t i = 0; i < rows_; ++i)
    for (std::size_t j = 0; j < cols_; ++j) {
      const Integer& exact = stage.weight[i * cols_ + j];
      if (exact == 0) continue;
      const double w = approximate(exact, stage.denominator);
      usable_ = usable_ && std::fabs(w) >= kSmallest && std::fabs(w) <= kLargest;
      weight_[j * out + i] = w;
    }
  weight_[(cols_ - 1) * out + rows_] = 1;
  magnitude_.reserve(weight_.size());
  for (const double w : weight_) magnitude_.push_back(std::fabs(w));
  slope_ = approximate(stage.slope_numerator, stage.slope_denominator);
  usable_ = usable_ && (stage.slope_numerator == 0 || (std::fabs(slope_) >= kSmallest && std::fabs(slope_) <= kLargest));
}

VertexValues DoubleStage::before_kink(const VertexValues& state) const {
  const double kappa = relative_error(cols_);
  VertexValues image(rows_ + 1);
  const std::size_t points = state.points(), size = points * image.width();
  image.middles_.resize(size);
  image.radii_.resize(size);
  if (!usable_) {
    std::fill(image.radii_.begin(), image.radii_.end(), kUnknown);
    return image;
  }
  std::vector<double> spread(state.middles_.size());
  for (std::size_t i = 0; i < spread.size(); ++i) {
    const double m = std::fabs(state.middles_[i]), r = state.radii_[i];
    spread[i] = m == 0 && r == 0 ? 0 : radius_at_least_floor(r + kappa * m);
  }
  dense_kernels().multiply(state.middles_.data(), weight_.data(), image.middles_.data(), points, cols_, rows_ + 1);
  dense_kernels().multiply(spread.data(), magnitude_.data(), image.radii_.data(), points, cols_, rows_ + 1);
  for (double& radius : image.radii_) radius *= 1 + 4 * kappa;
  return image;
}

void DoubleStage::apply_kink(std::span<const std::int8_t> signs, VertexValues* values) const {
  for (std::size_t point = 0; point < values->points(); ++point)
    for (std::size_t i = 0; i < neurons_; ++i) {
      const std::int8_t sign = signs[point * neurons_ + i];
      if (sign > 0) continue;
      const Value x = values->at(point, i);
      const double m = slope_ * x.middle, r = (std::fabs(slope_) * x.radius + 2 * kUnit * std::fabs(m)) * (1 + 8 * kUnit);
      const bool zero = sign == 0 || slope_ == 0;
      values->set(point, i, zero ? Value{} : Value{m, radius_at_least_floor(r)});
    }
}

}  // namespace narrows
