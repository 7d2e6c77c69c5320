// Every intermediate form of the batched passes behind plain functions, one set per instruction set, for the tests.
#pragma once

#include <cstddef>

#include "network/lane_chain.hpp"

namespace narrows {

inline constexpr int kMaxProbeDim = 3;

/// A form of the first lane; `radius` includes all noise symbols.
struct FormValues {
  double centre, coefficient[kMaxProbeDim], radius, lower, upper;
};

/// Entry i of state or row vector l stands at [(k·(depth + 1) + l)·widest + i], k = 0 the value, k >= 1 the derivative by x_k (dual only);
/// slopes and their derivatives at [k·slope_count + i]; v_l in the basis of layer l + 1 at [l·widest + i] where it has one (zonotope only).
struct ProbedForms {
  FormValues *states, *rows, *slopes, *in_basis;
};

enum class FormPass { affine, zonotope, dual };

struct ShapeValues {
  double top, bend, bend_low, bend_high, dip, hump, hump_low, hump_high;
};

/// One box; dim <= kMaxProbeDim. `workspace`: kProbeBytes, aligned to 64.
inline constexpr std::size_t kProbeBytes = std::size_t{1} << 24;

namespace portable {
void probe_forms(FormPass pass, const LaneChain& chain, int dim, const double* lower, const double* upper, ProbedForms out, void* workspace);
ShapeValues tanh_shape();
ShapeValues sigmoid_shape();
}
namespace avx2 {
void probe_forms(FormPass pass, const LaneChain& chain, int dim, const double* lower, const double* upper, ProbedForms out, void* workspace);
}
namespace avx512 {
void probe_forms(FormPass pass, const LaneChain& chain, int dim, const double* lower, const double* upper, ProbedForms out, void* workspace);
}

}  // namespace narrows
