// Compiled once per instruction set: narrows_lane_sources() in cmake/NarrowsModule.cmake. The loops over j are what the compiler
// turns into vector operations; they add rows, so no sum is reordered behind our back. Four rows at a time halve the traffic.
#include "arith/dense_kernels.hpp"

namespace narrows::NARROWS_ISA {
namespace {

constexpr std::size_t kBlock = 64;  ///< rows of b that stay in the cache

/// c_j += f_0 r_0j + f_1 r_1j + f_2 r_2j + f_3 r_3j; the rows r are `stride` apart.
inline void add_four_rows(double* __restrict c, const double* __restrict r, std::size_t stride, const double* f, std::size_t count) {
  const double f0 = f[0], f1 = f[1], f2 = f[2], f3 = f[3];
  const double *r0 = r, *r1 = r + stride, *r2 = r + 2 * stride, *r3 = r + 3 * stride;
  for (std::size_t j = 0; j < count; ++j) c[j] += (f0 * r0[j] + f1 * r1[j]) + (f2 * r2[j] + f3 * r3[j]);
}

inline void add_row(double* __restrict c, const double* __restrict r, double f, std::size_t count) {
  for (std::size_t j = 0; j < count; ++j) c[j] += f * r[j];
}

void multiply(const double* a, const double* b, double* c, std::size_t rows, std::size_t inner, std::size_t cols) {
  for (std::size_t i = 0; i < rows * cols; ++i) c[i] = 0;
  for (std::size_t first = 0; first < inner; first += kBlock) {
    const std::size_t last = first + kBlock < inner ? first + kBlock : inner;
    for (std::size_t i = 0; i < rows; ++i) {
      const double* factors = a + i * inner;
      std::size_t k = first;
      for (; k + 4 <= last; k += 4) add_four_rows(c + i * cols, b + k * cols, cols, factors + k, cols);
      for (; k < last; ++k) add_row(c + i * cols, b + k * cols, factors[k], cols);
    }
  }
}

bool cholesky(double* a, std::size_t n) {
  for (std::size_t first = 0; first < n; first += 4) {
    const std::size_t last = first + 4 < n ? first + 4 : n;
    for (std::size_t k = first; k < last; ++k) {
      double* row = a + k * n;
      for (std::size_t p = first; p < k; ++p) add_row(row + k, a + p * n + k, -a[p * n + k], n - k);
      if (!(row[k] > 0)) return false;
      const double root = __builtin_sqrt(row[k]);
      row[k] = root;
      for (std::size_t j = k + 1; j < n; ++j) row[j] /= root;
    }
    for (std::size_t i = last; i < n; ++i) {
      if (last - first == 4) {
        const double factors[4] = {-a[first * n + i], -a[(first + 1) * n + i], -a[(first + 2) * n + i], -a[(first + 3) * n + i]};
        add_four_rows(a + i * n + i, a + first * n + i, n, factors, n - i);
      }
    }
  }
  return true;
}

void apply(const double* a, const double* x, double* y, std::size_t rows, std::size_t cols) {
  for (std::size_t i = 0; i < rows; ++i) {
    double sums[8] = {};
    std::size_t j = 0;
    for (; j + 8 <= cols; j += 8)
      for (std::size_t k = 0; k < 8; ++k) sums[k] += a[i * cols + j + k] * x[j + k];
    double sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
    for (; j < cols; ++j) sum += a[i * cols + j] * x[j];
    y[i] = sum;
  }
}

}  // namespace

DenseKernels make_dense_kernels() { return {multiply, cholesky, apply}; }

}  // namespace narrows::NARROWS_ISA
