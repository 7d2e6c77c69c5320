// The function whose level sets are wanted, as the subdivision sees it: enclosures over boxes and signs at points.
//
// Idea: the subdivision asks few questions, so it works for everything that answers them: networks, and in tests functions
// whose level sets are known.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "arith/interval.hpp"
#include "arith/isa.hpp"
#include "arith/rational.hpp"
#include "levelset/lane_cells.hpp"
#include "network/chain.hpp"

namespace narrows {

/// What is known about Φ on one box.
struct CellBounds {
  Interval value;
  bool has_gradient = false;
  Interval gradient[kMaxCellDim];
  double direction[kMaxCellDim] =
      {};  ///< u such that u·∇Φ has one strict sign on the box; all zeros: none was found
  /// Φ(x) lies in centre + Σ slope_i (x_i − middle_i)/half_i + [−error, error] for every x of the box; half_i is 0 for a point side.
  /// Nothing is known if error is not finite.
  double middle[kMaxCellDim] = {}, half[kMaxCellDim] = {};
  double centre = 0, slope[kMaxCellDim] = {}, error = kInfinity;
};

class LevelFunction {
 public:
  virtual ~LevelFunction() = default;
  /// 1 or 2.
  [[nodiscard]] virtual std::size_t dim() const = 0;

  /// Encloses Φ on `count` boxes: box i has the sides [lower[i·dim + k], upper[i·dim + k]], which may be points.
  /// With `gradient` also ∇Φ, where Φ is not proved to avoid `level` anyway.
  virtual void on_boxes(const double* lower, const double* upper, std::size_t count, const Interval& level,
                        bool gradient, CellBounds* results) const = 0;

  /// Encloses Φ(x) − level in high precision: a tiny difference is known to many digits, too.
  [[nodiscard]] virtual Interval difference_at(const double* x, const Rational& level) const = 0;

  /// The sign of Φ(x) − level: +1 or −1, or 0 if it is 0 or too small to tell.
  [[nodiscard]] int sign_at(const double* x, const Rational& level) const {
    const Interval difference = difference_at(x, level);
    return is_positive(difference) ? 1 : is_negative(difference) ? -1 : 0;
  }
};

/// lanes: the batched kernels where they apply; simple: one box at a time in affine forms, kept as the oracle of the other.
enum class CellEngine { lanes, simple };

/// The function of a chain with one or two inputs that is smooth or C¹.
///
/// Errors  InputError for other chains, naming `where`.
[[nodiscard]] std::unique_ptr<LevelFunction> level_function(const Chain& chain, const std::string& where,
                                                            CellEngine engine = CellEngine::lanes,
                                                            Isa isa = best_isa());

}  // namespace narrows
