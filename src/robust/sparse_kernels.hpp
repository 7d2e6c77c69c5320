// Sparse products over eight samples at a time, for the instruction set at hand.
//
// Shape      vectors hold eight numbers per entry, sample by sample: entry i of sample k stands at 8 i + k. Nothing may overlap.
// Guarantee  rounding to nearest; every sum is the bias and the products in the order of the row, each operation rounded: the error bound
//            n u/(1 − n u) Σ|terms|, n = number of terms, holds (Higham, *Accuracy and Stability*, section 3.1). All sets give the same bits.
#pragma once

#include <cstddef>
#include <cstdint>

namespace narrows::robust {

inline constexpr std::size_t kSamples = 8;

struct SparseView {
  std::size_t rows;
  const std::size_t* start;
  const std::uint32_t* column;
  const double* weight;
  const double* bias;
};

struct SparseKernels {
  /// y = W x + b.
  void (*product)(const SparseView& map, const double* x, double* y);
  /// y = W x + b and z = |W| s + share·|b|.
  void (*ball_product)(const SparseView& map, const double* x, const double* s, double share, double* y,
                       double* z);
};

/// The fastest that this processor has.
[[nodiscard]] const SparseKernels& sparse_kernels();

namespace portable {
SparseKernels make_sparse_kernels();
}
namespace avx2 {
SparseKernels make_sparse_kernels();
}
namespace avx512 {
SparseKernels make_sparse_kernels();
}

}  // namespace narrows::robust
