// Suprema by bisection: from below by values that occur, from above by enclosures on boxes that are bisected while they matter.
#pragma once

#include <cmath>
#include <functional>
#include <vector>

#include "arith/interval.hpp"

namespace narrows {

/// The largest of several quantities, each enclosed on boxes that are bisected until they cannot matter.
class SupremumSearch {
 public:
  explicit SupremumSearch(double tolerance) : tolerance_(tolerance) {}
  /// |x| occurs.
  void occurs(const Interval& x) { lower_ = std::fmax(lower_, x.lower() > 0 ? x.lower() : x.upper() < 0 ? -x.upper() : 0.0); }
  /// |x| is an upper bound of what remains in a box: true if that is good enough as it is (or nothing but rounding, where the quantity is 0).
  [[nodiscard]] bool settles(const Interval& x) const {
    return magnitude(x) <= std::fmax(lower_ * (1 + tolerance_), negligible);
  }
  void take(const Interval& x) { upper_ = std::fmax(upper_, magnitude(x)); }
  [[nodiscard]] Interval result() const { return {lower_, std::fmax(lower_, upper_)}; }

 private:
  static constexpr double negligible = 0x1p-43;
  double tolerance_, lower_ = 0, upper_ = 0;
};

/// Encloses the supremum over [0,1]^dim of a nonnegative quantity that `quantity` encloses on boxes. Best first; stops at the
/// relative tolerance or after `budget` boxes (the result is an enclosure in any case).
[[nodiscard]] Interval supremum_on_cube(std::size_t dim, const std::function<Interval(const std::vector<Interval>&)>& quantity, double tolerance = 2e-4,
                                        std::size_t budget = 100'000);

}  // namespace narrows
