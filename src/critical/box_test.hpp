// The leaf tests of branch and bound: is a box free of critical points, and if not, what is known about v_P on it.
//
// Idea (prefix dropping): if layers 1…P are regular on the box, ∇Φ = 0 ⇔ v_P = 0, and v_P is better conditioned than ∇Φ
// because the input-side Jacobians are gone. All layers regular closes the box; otherwise v_P, v_{P−1}, … are tried
// with sign tests in the directions of the unit vectors, of v_P(midpoint), and of the rows of the inverse of v_P's linear part.
// Source     T1, T2 (arXiv 2603.28591); Krawczyk's operator in affine form.
#pragma once

#include <boost/container/small_vector.hpp>
#include <vector>

#include "critical/problem.hpp"

namespace narrows {

using SmallVector = boost::container::small_vector<double, 4>;

struct BoxTest {
  enum class Outcome { layers_regular, direction_sign, open };
  Outcome outcome = Outcome::open;
  std::size_t prefix = 0;            ///< direction_sign: P of the proof. open: the P best suited for Krawczyk
  SmallVector direction;             ///< direction_sign: u with Σ u_j (v_P)_j of one strict sign
  std::size_t regular_prefix = 0;    ///< layers 1…regular_prefix are regular on the box
  double remainder = kInfinity;      ///< open: deviation of the preconditioned v_prefix from the identity, relative to the box
  SmallVector sensitivity;           ///< open: how much each coordinate contributes to the variation of v_P
};

/// Guarantee  layers_regular and direction_sign are proofs that the closed box holds no critical point. Thread-safe.
[[nodiscard]] BoxTest test_box(const Problem& problem, const std::vector<Interval>& box);

/// The same for `count` boxes (box i: sides [lower[i·dim + k], upper[i·dim + k]]), by the batched kernels where they apply.
void test_box_batch(const Problem& problem, const double* lower, const double* upper, std::size_t count, BoxTest* findings);

/// Tests boxes that test_box_batch() left open once more in a sharper form: tighter and several times slower. Findings are replaced only
/// where something is proved. Precondition problem.lanes->has_stubborn_test().
void test_stubborn_batch(const Problem& problem, SharpForm form, const double* lower, const double* upper, std::size_t count, BoxTest* findings);

/// True if a zero of v_P may be isolated in the box: the preconditioned v_P deviates little from the identity, or the box is
/// so small that it is tried anyway. Smooth chains only.
[[nodiscard]] bool is_promising(const Problem& problem, const std::vector<Interval>& box, double remainder);

/// True if layers first+1 … prefix are proved regular on the box.
[[nodiscard]] bool prefix_regular(const Problem& problem, const std::vector<Interval>& box, std::size_t prefix);

}  // namespace narrows
