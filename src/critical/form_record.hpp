// Which sharper form a box deserves: how often each of them closed boxes of the same size before.
//
// Idea: an open box costs about kSplit tests in zonotopes more (its halves, and what is left of them), a test in form f costs c_f and
// closes a share p_f: the form with the least c_f + (1 − p_f)·kSplit·c_zonotope serves, or none. At first zonotopes are tried alone; once a
// search turns out to be long, a sample of each size of boxes goes through all forms, and zonotopes make way for a better one.
// The answers depend on the boxes recorded so far only, not on threads, clocks or instruction sets.
#pragma once

#include <array>
#include <bitset>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>

#include "critical/lane_box_test.hpp"
#include "critical/open_boxes.hpp"

namespace narrows {

using FormSet = std::bitset<kSharpForms>;           ///< indices are SharpForm
using FormCosts = std::array<double, kSharpForms>;  ///< of one test, in tests in affine forms

/// The binary logarithm of the volume.
[[nodiscard]] inline std::int32_t size_class(const OpenBoxes& boxes, std::size_t i) {
  std::int32_t exponent = 0;
  for (std::size_t k = 0; k < boxes.dim(); ++k) exponent += std::ilogb(boxes.upper(i)[k] - boxes.lower(i)[k]);
  return exponent;
}

/// Counts by size class and form.
struct FormRecord {
  struct Count {
    std::uint64_t tried = 0, closed = 0;
  };
  std::map<std::int32_t, std::array<Count, kSharpForms>> counts;
  std::uint64_t survivors = 0;  ///< boxes recorded

  static constexpr std::uint64_t kLong = 8192;    ///< survivors after which a search is long
  static constexpr std::uint64_t kTrial = 128;    ///< boxes of a size that are tried in any case
  static constexpr std::uint64_t kCompared = 64;  ///< boxes of a size that the other forms are tried on
  static constexpr double kSplit = 8;

  /// The forms to test a box of this size in: one, none, or all of them for a comparison.
  [[nodiscard]] FormSet choose(std::int32_t size, const FormCosts& costs) const {
    const auto found = counts.find(size);
    if (found == counts.end()) return with(SharpForm::zonotope);
    if (survivors >= kLong && at(found->second, SharpForm::taylor).tried < kCompared) return FormSet().set();
    const double open = kSplit * costs[static_cast<std::size_t>(SharpForm::zonotope)];
    double least = at(found->second, SharpForm::zonotope).tried < kTrial ? HUGE_VAL : open;
    FormSet best;
    for (std::size_t f = 0; f < kSharpForms; ++f) {
      const Count& count = found->second[f];
      if (count.tried == 0) continue;
      const double work = costs[f] + open * static_cast<double>(count.tried - count.closed) /
                                         static_cast<double>(count.tried);
      if (!(work < least)) continue;
      least = work;
      best = FormSet().set(f);
    }
    return best;
  }
  /// This form, unless it closes too few boxes of the size.
  [[nodiscard]] FormSet only(SharpForm form, std::int32_t size) const {
    const auto found = counts.find(size);
    if (found == counts.end()) return with(form);
    const Count& count = at(found->second, form);
    return count.tried < kTrial ||
                   static_cast<double>(count.closed) * kSplit >= static_cast<double>(count.tried)
               ? with(form)
               : FormSet();
  }
  void record(SharpForm form, std::int32_t size, bool closed) {
    ++survivors;
    Count& count = counts[size][static_cast<std::size_t>(form)];
    ++count.tried;
    count.closed += closed;
  }

 private:
  static FormSet with(SharpForm form) { return FormSet().set(static_cast<std::size_t>(form)); }
  static const Count& at(const std::array<Count, kSharpForms>& of, SharpForm form) {
    return of[static_cast<std::size_t>(form)];
  }
};

}  // namespace narrows
