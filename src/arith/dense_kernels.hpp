// Fast plain-double kernels of the verified linear algebra for wide matrices, for the instruction set at hand.
//
// Guarantee  rounding to nearest; every entry of a product is a sum of rounded products in some order, every entry of a
//            Cholesky factor is computed by the textbook formula with the sum in some order. The error bounds of Higham,
//            *Accuracy and Stability of Numerical Algorithms* (2nd ed.), Lemma 8.4 and Theorem 10.3, hold for any order.
#pragma once

#include <cstddef>

namespace narrows {

/// All matrices are row-major.
struct DenseKernels {
  /// c (rows x cols) = a (rows x inner) · b (inner x cols).
  void (*multiply)(const double* a, const double* b, double* c, std::size_t rows, std::size_t inner, std::size_t cols);
  /// Overwrites the upper triangle of the symmetric `a` (n x n) by R with a = RᵀR; only that triangle is read. False: a pivot
  /// was not positive (or not a number), nothing else is known.
  bool (*cholesky)(double* a, std::size_t n);
  /// y (rows) = a (rows x cols) · x.
  void (*apply)(const double* a, const double* x, double* y, std::size_t rows, std::size_t cols);
};

/// The fastest that this processor has.
[[nodiscard]] const DenseKernels& dense_kernels();

namespace portable {
DenseKernels make_dense_kernels();
}
namespace avx2 {
DenseKernels make_dense_kernels();
}
namespace avx512 {
DenseKernels make_dense_kernels();
}

}  // namespace narrows
