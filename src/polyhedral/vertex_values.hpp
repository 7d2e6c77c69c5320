// The state of a network at many points at once: doubles with error radii, all points through a stage by matrix products.
//
// notation == meaning:  a value is (middle, radius): the true number lies within radius of middle. Radius 0 and middle 0 is an
// exact zero. A middle or radius that is not finite means that nothing is known.
// Error      |Σ w s − fl(Σ w' m)| <= Σ |w'| (r + κ |m|) with κ = (n + 8) 2^-52 for n terms, w' within an ulp of w and every
//            |w'| in [1e-150, 1e150]; a floor of 1e-140 under r + κ|m| covers underflow. A stage with other weights gives
//            radius infinity.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "polyhedral/stages.hpp"

namespace narrows {

/// Not known: to be decided exactly.
inline constexpr std::int8_t kUnknownSign = 2;

struct Value {
  double middle = 0, radius = 0;
};
/// −1, 0, 1 or kUnknownSign.
[[nodiscard]] std::int8_t sign_of(const Value& x);

/// points() rows of `width` values; the last of each row is x0.
class VertexValues {
 public:
  explicit VertexValues(std::size_t width) : width_(width) {}

  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::size_t points() const { return middles_.size() / width_; }
  [[nodiscard]] Value at(std::size_t point, std::size_t i) const { return {middles_[point * width_ + i], radii_[point * width_ + i]}; }
  void set(std::size_t point, std::size_t i, const Value& x) {
    middles_[point * width_ + i] = x.middle;
    radii_[point * width_ + i] = x.radius;
  }
  /// A point with exact coordinates.
  void append(const std::vector<double>& exact);
  /// The point between a and b at which value `i`, of strictly different true signs there, vanishes.
  void append_zero(std::size_t a, std::size_t b, std::size_t i);

  [[nodiscard]] const std::vector<double>& middles() const { return middles_; }
  [[nodiscard]] const std::vector<double>& radii() const { return radii_; }

 private:
  friend class DoubleStage;
  std::size_t width_;
  std::vector<double> middles_, radii_;
};

/// A stage in doubles.
class DoubleStage {
 public:
  explicit DoubleStage(const Stage& stage);
  /// The values before the kink, at all points.
  [[nodiscard]] VertexValues before_kink(const VertexValues& state) const;
  /// Applies the kink for the true signs of the neurons: `signs` has `neurons` entries per point.
  void apply_kink(std::span<const std::int8_t> signs, VertexValues* values) const;

 private:
  std::size_t rows_, cols_, neurons_;
  std::vector<double> weight_, magnitude_;  ///< transposed: cols x (rows + 1), x0 passes as the last
  double slope_ = 0;
  bool usable_ = true;
};

}  // namespace narrows
