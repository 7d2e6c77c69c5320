// Loops of interval_batch.hpp over the lane kernels; the last lanes are padded with zeros. A lane source: see lanes.hpp.
#include "arith/lane_batch.hpp"

#include "arith/lane_interval.hpp"

namespace narrows::NARROWS_ISA {
namespace {

// `count` intervals from index i on, normalized, zeros beyond.
NARROWS_INLINE IntervalLanes load_some(BatchOperand a, std::size_t i, std::size_t count) {
  if (count == kLanes) return normalized({load(a.lo + i), load(a.hi + i)});
  double lo[kLanes] = {}, hi[kLanes] = {};
  for (std::size_t j = 0; j < count; ++j) lo[j] = a.lo[i + j], hi[j] = a.hi[i + j];
  return normalized({load(lo), load(hi)});
}

NARROWS_INLINE void store_some(BatchResult out, std::size_t i, std::size_t count, IntervalLanes x) {
  if (count == kLanes) {
    store(out.lo + i, x.lo);
    store(out.hi + i, x.hi);
    return;
  }
  double lo[kLanes], hi[kLanes];
  store(lo, x.lo);
  store(hi, x.hi);
  for (std::size_t j = 0; j < count; ++j) out.lo[i + j] = lo[j], out.hi[i + j] = hi[j];
}

// The operations as functions of one signature.
NARROWS_INLINE IntervalLanes tanh_value(IntervalLanes x) { return tanh(x).value; }
NARROWS_INLINE IntervalLanes tanh_slope(IntervalLanes x) { return tanh(x).slope; }
NARROWS_INLINE IntervalLanes tanh_curvature(IntervalLanes x) { return tanh(x).curvature; }
NARROWS_INLINE IntervalLanes sigmoid_value(IntervalLanes x) { return sigmoid(x).value; }
NARROWS_INLINE IntervalLanes sigmoid_slope(IntervalLanes x) { return sigmoid(x).slope; }
NARROWS_INLINE IntervalLanes sigmoid_curvature(IntervalLanes x) { return sigmoid(x).curvature; }
NARROWS_INLINE IntervalLanes softplus_value(IntervalLanes x) { return softplus(x).value; }

NARROWS_INLINE std::size_t smaller(std::size_t a, std::size_t b) { return a < b ? a : b; }

// f of the intervals that are not empty.
template <IntervalLanes (*f)(IntervalLanes)>
NARROWS_INLINE void each(BatchOperand a, BatchResult out, std::size_t size) {
  for (std::size_t i = 0; i < size; i += kLanes) {
    const std::size_t count = smaller(size - i, kLanes);
    const IntervalLanes x = load_some(a, i, count);
    store_some(out, i, count, select(is_empty(x), empty(), f(x)));
  }
}

// f of the pairs of which none is empty.
template <IntervalLanes (*f)(IntervalLanes, IntervalLanes)>
NARROWS_INLINE void each(BatchOperand a, BatchOperand b, BatchResult out, std::size_t size) {
  for (std::size_t i = 0; i < size; i += kLanes) {
    const std::size_t count = smaller(size - i, kLanes);
    const IntervalLanes x = load_some(a, i, count), y = load_some(b, i, count), z = f(x, y);
    store_some(out, i, count, select(is_empty(x) | is_empty(y) | is_empty(z), empty(), z));
  }
}

NARROWS_INLINE void each_hull(BatchOperand a, BatchOperand b, BatchResult out, std::size_t size) {
  for (std::size_t i = 0; i < size; i += kLanes) {
    const std::size_t count = smaller(size - i, kLanes);
    const IntervalLanes x = load_some(a, i, count), y = load_some(b, i, count);
    store_some(out, i, count, hull(select(is_empty(x), empty(), x), select(is_empty(y), empty(), y)));
  }
}

}  // namespace

void run(UnaryOperation f, BatchOperand a, BatchResult out, std::size_t size) {
  switch (f) {
    case UnaryOperation::neg: return each<neg>(a, out, size);
    case UnaryOperation::square: return each<square>(a, out, size);
    case UnaryOperation::exp: return each<exp>(a, out, size);
    case UnaryOperation::tanh: return each<tanh_value>(a, out, size);
    case UnaryOperation::tanh_slope: return each<tanh_slope>(a, out, size);
    case UnaryOperation::tanh_curvature: return each<tanh_curvature>(a, out, size);
    case UnaryOperation::sigmoid: return each<sigmoid_value>(a, out, size);
    case UnaryOperation::sigmoid_slope: return each<sigmoid_slope>(a, out, size);
    case UnaryOperation::sigmoid_curvature: return each<sigmoid_curvature>(a, out, size);
    case UnaryOperation::softplus: return each<softplus_value>(a, out, size);
  }
}

void run(BinaryOperation f, BatchOperand a, BatchOperand b, BatchResult out, std::size_t size) {
  switch (f) {
    case BinaryOperation::add: return each<add>(a, b, out, size);
    case BinaryOperation::sub: return each<sub>(a, b, out, size);
    case BinaryOperation::mul: return each<mul>(a, b, out, size);
    case BinaryOperation::div: return each<div>(a, b, out, size);
    case BinaryOperation::hull: return each_hull(a, b, out, size);
    case BinaryOperation::meet: return each<meet>(a, b, out, size);
  }
}

}  // namespace narrows::NARROWS_ISA
