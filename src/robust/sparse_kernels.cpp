// Compiled once per instruction set: narrows_lane_sources() in cmake/NarrowsModule.cmake. Eight doubles of one entry are one vector.
#include "robust/sparse_kernels.hpp"

namespace narrows::robust::NARROWS_ISA {
namespace {

using Eight = double __attribute__((vector_size(64)));

[[gnu::always_inline]] inline Eight load(const double* p) {
  Eight x;
  __builtin_memcpy(&x, p, sizeof x);
  return x;
}
[[gnu::always_inline]] inline void store(double* p, const Eight& x) {
  __builtin_memcpy(p, &x, sizeof x);
}

void product(const SparseView& map, const double* x, double* y) {
  for (std::size_t i = 0; i < map.rows; ++i) {
    Eight sum = map.bias[i] - Eight{};
    for (std::size_t k = map.start[i]; k < map.start[i + 1]; ++k)
      sum += map.weight[k] * load(x + kSamples * map.column[k]);
    store(y + kSamples * i, sum);
  }
}

void ball_product(const SparseView& map, const double* x, const double* s, double share, double* y,
                  double* z) {
  for (std::size_t i = 0; i < map.rows; ++i) {
    Eight sum = map.bias[i] - Eight{}, size = share * __builtin_fabs(map.bias[i]) - Eight{};
    for (std::size_t k = map.start[i]; k < map.start[i + 1]; ++k) {
      const std::size_t place = kSamples * map.column[k];
      sum += map.weight[k] * load(x + place);
      size += __builtin_fabs(map.weight[k]) * load(s + place);
    }
    store(y + kSamples * i, sum);
    store(z + kSamples * i, size);
  }
}

}  // namespace

SparseKernels make_sparse_kernels() {
  return {product, ball_product};
}

}  // namespace narrows::robust::NARROWS_ISA
