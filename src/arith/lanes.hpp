// Several doubles at a time, one box per lane: the vector type of the batched kernels.
//
// Idea: the sources that include this header are compiled once per instruction set (AVX-512, AVX2, portable) with
// NARROWS_ISA naming the set, and picked at run time. Every operation is one IEEE operation per lane in rounding to nearest,
// fma() included, so that all sets give the same bits; only the number of lanes differs.
//
// Rules for the sources concerned: everything inside namespace narrows::NARROWS_ISA, no inline function of other headers
// or of the standard library (the linker might keep the copy with the wrong instructions), plain pointers and arrays.
// Guarantee  lane i of every result depends on lane i of the operands only; a NaN compares false.
#pragma once

#include <cstddef>
#include <cstdint>

#ifndef NARROWS_ISA
#error "compile through narrows_lane_sources() in cmake/NarrowsModule.cmake, which defines NARROWS_ISA"
#endif

#if defined(__AVX512F__)
#define NARROWS_LANE_BYTES 64
#elif defined(__AVX2__)
#define NARROWS_LANE_BYTES 32
#else
#define NARROWS_LANE_BYTES 16
#endif
#if NARROWS_LANE_BYTES > 16
#include <immintrin.h>
#endif

#define NARROWS_INLINE [[gnu::always_inline]] static inline
// Functions of many instructions, called where they are used: one copy per source, not one per place.
#define NARROWS_SHARED [[gnu::noinline]] static inline

namespace narrows::NARROWS_ISA {

using Lanes = double __attribute__((vector_size(NARROWS_LANE_BYTES)));
/// All bits set in a lane: true. What comparisons of Lanes give.
using Mask = std::int64_t __attribute__((vector_size(NARROWS_LANE_BYTES)));
inline constexpr std::size_t kLanes = NARROWS_LANE_BYTES / sizeof(double);

NARROWS_INLINE Lanes broadcast(double x) { return x - Lanes{}; }
NARROWS_INLINE Mask all_true() { return Mask{} == Mask{}; }

/// a·b + c with one rounding.
NARROWS_INLINE Lanes fma(Lanes a, Lanes b, Lanes c) {
#if defined(__AVX512F__)
  return _mm512_fmadd_pd(a, b, c);
#elif defined(__AVX2__)
  return _mm256_fmadd_pd(a, b, c);
#else
  Lanes result;
  for (std::size_t i = 0; i < kLanes; ++i) result[i] = __builtin_fma(a[i], b[i], c[i]);
  return result;
#endif
}

NARROWS_INLINE Lanes select(Mask condition, Lanes yes, Lanes no) { return condition ? yes : no; }
/// The second operand where they compare unordered.
NARROWS_INLINE Lanes min(Lanes a, Lanes b) { return a < b ? a : b; }
NARROWS_INLINE Lanes max(Lanes a, Lanes b) { return a > b ? a : b; }
NARROWS_INLINE Lanes abs(Lanes x) { return (Lanes)((Mask)x & 0x7fffffffffffffff); }
NARROWS_INLINE Lanes sign_of(Lanes x) { return (Lanes)((Mask)x & INT64_MIN); }
/// |x| with the sign bits of `sign` (a result of sign_of) put in.
NARROWS_INLINE Lanes with_sign(Lanes magnitude, Lanes sign) { return (Lanes)((Mask)magnitude | (Mask)sign); }

NARROWS_INLINE bool any(Mask m) {
#if defined(__AVX512F__)
  return _mm512_movepi64_mask((__m512i)m) != 0;
#elif defined(__AVX2__)
  return _mm256_movemask_pd((__m256d)m) != 0;
#else
  return (m[0] | m[1]) != 0;
#endif
}
NARROWS_INLINE bool all(Mask m) { return !any(~m); }

NARROWS_INLINE Lanes load(const double* p) {
  Lanes x;
  __builtin_memcpy(&x, p, sizeof x);
  return x;
}
NARROWS_INLINE void store(double* p, Lanes x) { __builtin_memcpy(p, &x, sizeof x); }

}  // namespace narrows::NARROWS_ISA
