// What a one-neuron ResNet approximates in L1: functions on [0,1]^d, 0 outside.
//
// Guarantee  range() encloses, so that every integral derived from it is an enclosure; at() is exact or, for transcendental functions, near.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "arith/interval.hpp"
#include "base/cancellation.hpp"
#include "construct/grid_function.hpp"
#include "construct/line_function.hpp"

namespace narrows {

class TargetFunction {
 public:
  explicit TargetFunction(std::size_t dim) : dim_(dim) {}
  virtual ~TargetFunction() = default;
  TargetFunction(const TargetFunction&) = delete;
  TargetFunction& operator=(const TargetFunction&) = delete;

  [[nodiscard]] std::size_t dim() const { return dim_; }
  /// The value at a point, exact where that is rational, else a double near it.
  [[nodiscard]] virtual Rational at(std::span<const Rational> x) const = 0;
  /// Encloses the value at a point; at() may be a neighbour of it.
  [[nodiscard]] virtual Interval enclosure_at(std::span<const Rational> x) const { return enclose(at(x)); }
  /// Encloses the values on a box inside [0,1]^d; a set of measure zero may be left out.
  [[nodiscard]] virtual Interval range(std::span<const Interval> box) const = 0;
  /// The grid that this target is, if it is one: then n is not free.
  [[nodiscard]] virtual const GridFunction* grid() const { return nullptr; }

 private:
  std::size_t dim_;
};

struct TargetOptions {
  std::size_t dim = 2;
  std::optional<Rational> radius;  ///< of balls, boxes and hats
};

/// disc, ball: 1 on the closed ball round the centre (radius 2/5). box: 1 on the cube round the centre with half side `radius` (1/4).
/// hat: max(0, 1 − |x − centre|_1/radius) (1/2). grid:FILE, image:FILE, polygon:FILE, and the smooth functions of smooth_function.hpp.
///
/// Special  grid, image and polygon files fix the dimension: options.dim must be theirs.
/// Errors   InputError naming the file or --target.
[[nodiscard]] std::unique_ptr<TargetFunction> make_target(const std::string& name, const TargetOptions& options);

/// A CSV file of n lines of n numbers: x_1 along a line, x_2 from line to line, upwards; n² lines for three coordinates; one line for one.
/// Numbers are decimals (exact) or fractions. Errors  InputError naming the file and the line.
[[nodiscard]] GridFunction read_grid(const std::string& path, std::size_t dim);
/// A square PGM (P2, P5) or PNG picture as brightness in [0,1], the bottom line first. Errors  InputError naming the file.
[[nodiscard]] GridFunction read_image(const std::string& path);

/// h = f at the centres of the cells. Values with denominators above 2^16 are rounded to multiples of 2^-12.
[[nodiscard]] GridFunction sample_centres(const TargetFunction& target, std::size_t n);

/// Encloses ∫ |f − h| over [0,1]^d (`whole`) and over the union of the cores.
struct GridDistance {
  Interval whole, cores;
};
/// Cells are bisected where the enclosure of |f − h| is widest, `budget` boxes in all.
[[nodiscard]] GridDistance distance_to_grid(const TargetFunction& target, const GridFunction& h, const Rational& theta, std::size_t budget, const StopToken& stop = {});

/// Encloses ∫ |f − g| over [0,1] in one dimension.
[[nodiscard]] Interval distance_to_line(const TargetFunction& target, const LineFunction& g, std::size_t budget, const StopToken& stop = {});

}  // namespace narrows
