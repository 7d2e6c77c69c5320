// v_P and its Jacobian over boxes, by the batched kernels where they apply, else one box at a time in affine forms; and at a
// point in high precision.
#pragma once

#include <optional>
#include <vector>

#include "critical/problem.hpp"

namespace narrows {

/// Over one box. Entries that are not known are the entire line.
struct DerivativeOn {
  bool prefix_regular = false;  ///< layers 1…prefix are proved regular on the box
  Interval output;                 ///< Φ
  std::vector<Interval> value;     ///< n entries of v_prefix
  std::vector<Interval> jacobian;  ///< n × n, row-major: row j holds the derivatives of (v_prefix)_j
};

/// Precondition n_prefix == n == problem.dim; smooth activations.
/// Guarantee    encloses v_prefix and its Jacobian at every point of the box.
[[nodiscard]] std::vector<DerivativeOn> derivatives_on(const Problem& problem, const std::vector<IntervalBox>& boxes, std::size_t prefix);

/// For each box some u (n entries, single precision) with u·v_prefix > 0 on it, or nothing.
[[nodiscard]] std::vector<std::optional<std::vector<double>>> half_spaces_on(const Problem& problem, const std::vector<IntervalBox>& boxes,
                                                                            std::size_t prefix);

/// v_prefix at a point, kPointPrecision bits of working precision, rounded outward to doubles.
[[nodiscard]] std::vector<Interval> row_vector_at(const Problem& problem, const std::vector<double>& point, std::size_t prefix);

/// v_prefix and its Jacobian on a (very small) box in natural intervals of kPointPrecision bits; prefix_regular is not tested.
[[nodiscard]] DerivativeOn derivative_precise(const Problem& problem, const IntervalBox& box, std::size_t prefix);

}  // namespace narrows
