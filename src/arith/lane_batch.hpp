// The loops of lane_batch.cpp, one set per instruction set: what interval_batch.cpp picks from.
#pragma once

#include <cstddef>

#include "arith/interval_batch.hpp"

namespace narrows {

/// Pointers to `size` lower and upper ends.
struct BatchOperand {
  const double *lo, *hi;
};
struct BatchResult {
  double *lo, *hi;
};

// Preconditions: rounding to nearest; the result is an operand or does not overlap it.
namespace portable {
void run(UnaryOperation f, BatchOperand a, BatchResult out, std::size_t size);
void run(BinaryOperation f, BatchOperand a, BatchOperand b, BatchResult out, std::size_t size);
}  // namespace portable
namespace avx2 {
void run(UnaryOperation f, BatchOperand a, BatchResult out, std::size_t size);
void run(BinaryOperation f, BatchOperand a, BatchOperand b, BatchResult out, std::size_t size);
}  // namespace avx2
namespace avx512 {
void run(UnaryOperation f, BatchOperand a, BatchResult out, std::size_t size);
void run(BinaryOperation f, BatchOperand a, BatchOperand b, BatchResult out, std::size_t size);
}  // namespace avx512

}  // namespace narrows
