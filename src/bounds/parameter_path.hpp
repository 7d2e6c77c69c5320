// A polygonal path of parameters (ε, δ), and the cells that its pieces lie in.
//
// notation == meaning:  s in [0, n]: the position on a path with n legs; leg k runs from corner k at s = k to corner k + 1.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "bounds/parameter_family.hpp"

namespace narrows {

class ParameterPath {
 public:
  using Point = std::array<double, 2>;  ///< (ε, δ)

  /// Precondition: at least two corners, finite.
  explicit ParameterPath(std::vector<Point> corners) : corners_(std::move(corners)) {}

  [[nodiscard]] const std::vector<Point>& corners() const { return corners_; }
  [[nodiscard]] double end() const { return static_cast<double>(corners_.size() - 1); }

  /// p(s), exactly. Precondition: 0 <= s <= end().
  [[nodiscard]] std::array<Rational, 2> point_exact(double s) const;
  [[nodiscard]] Point point_approx(double s) const;

  /// A cell that contains the piece from s = from to s = to of one leg: the hull of both ends, rounded outward.
  [[nodiscard]] ParameterCell cell(double from, double to) const;

 private:
  std::vector<Point> corners_;
};

/// "1,0.5 -> 1,0 -> 2,0": corners ε,δ of a path.
/// Errors  InputError naming the corner, for fewer than two or for two equal ones in a row.
[[nodiscard]] ParameterPath parse_path(const std::string& text);

}  // namespace narrows
