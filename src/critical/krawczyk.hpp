// Critical points, enclosed: Newton in floating point proposes, the Krawczyk operator proves (T8).
#pragma once

#include <optional>
#include <vector>

#include "critical/problem.hpp"

namespace narrows {

/// A proved critical point: `enclosure` holds exactly one, and `box` holds no other. enclosure ⊂ box.
struct UniqueZero {
  std::size_t prefix = 0;  ///< layers 1…prefix are regular on `box`; the proof speaks of v_prefix
  std::vector<Interval> box;
  std::vector<Interval> enclosure;
};

/// Tries to prove that exactly one zero of v_prefix lies near `region`, with a uniqueness box that covers `region` if possible.
///
/// Shape      region: d intervals of the problem's variable; n_prefix == d.
/// Guarantee  a result is a proof: K(enclosure) ⊂ int(enclosure) strictly, v_prefix is injective on `box`, and layers
///            1…prefix are regular on `box`. Smooth activations only. No result promises nothing; a zero in the uniqueness
///            box of a `known` one gives none.
/// Source     T8; Krawczyk 1969; FORMAT.md krawczyk-zero.
[[nodiscard]] std::optional<UniqueZero> isolate_zero(const Problem& problem, const IntervalBox& region, std::size_t prefix,
                                                      const std::vector<UniqueZero>& known = {});

/// Φ over a box (affine forms).
[[nodiscard]] Interval value_on(const Problem& problem, const std::vector<Interval>& box);

/// Morse index of the critical point in `enclosure` by interval LDLᵀ of the Hessian; nullopt if possibly degenerate.
[[nodiscard]] std::optional<int> morse_index(const Problem& problem, const std::vector<Interval>& enclosure);

}  // namespace narrows
