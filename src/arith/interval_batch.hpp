// Interval arithmetic and elementary functions over long arrays: the lane kernels behind a plain interface.
//
// Idea: structure of arrays, one loop per operation, compiled once per instruction set and picked at run time. The results
// do not depend on the instruction set, nor on the rounding mode of the caller.
#pragma once

#include <cstddef>
#include <vector>

#include "arith/isa.hpp"

namespace narrows {

/// One set {x : lo[i] <= x <= hi[i]} per index. Ends may be infinite; a NaN end is read as the infinite one of its side;
/// lo[i] > hi[i] is the empty set, written as [+inf, -inf] in results.
struct IntervalArray {
  std::vector<double> lo, hi;

  IntervalArray() = default;
  explicit IntervalArray(std::size_t size) : lo(size), hi(size) {}
  [[nodiscard]] std::size_t size() const { return lo.size(); }
};

/// `slope` and `curvature` are the first and second derivative.
enum class UnaryOperation { neg, square, exp, tanh, tanh_slope, tanh_curvature, sigmoid, sigmoid_slope, sigmoid_curvature, softplus };
/// div: entire where the divisor contains 0. mul: 0·∞ = 0. meet: intersection, possibly empty; hull: of the union.
enum class BinaryOperation { add, sub, mul, div, hull, meet };

/// out[i] = enclosure of {f(x) : x in a[i]}, or {f(x, y) : x in a[i], y in b[i]}.
///
/// Shape      lo and hi of an operand have one size, that of both operands is the same; *out is resized and may be an operand.
/// Guarantee  out[i] contains every exact result. Arithmetic: each end at most two doubles off the best one; elementary
///            functions: the proved error of arith/lane_errors.hpp. An empty operand gives the empty set (hull: the other one).
/// Errors     std::invalid_argument if the shapes differ or `isa` is not available.
void apply(UnaryOperation f, const IntervalArray& a, IntervalArray* out, Isa isa = best_isa());
void apply(BinaryOperation f, const IntervalArray& a, const IntervalArray& b, IntervalArray* out, Isa isa = best_isa());

}  // namespace narrows
