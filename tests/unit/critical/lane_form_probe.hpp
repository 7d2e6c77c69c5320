// Every intermediate form of the batched passes behind plain functions, one set per instruction set, for the tests.
#pragma once

#include <cstddef>

#include "network/lane_chain.hpp"

namespace narrows {

inline constexpr int kMaxProbeDim = 3;

/// A form of the first lane; `radius` includes all noise symbols but the monomials, whose coefficients stand in `quadratic`: symbol
/// i(i+1)/2 + j is e_i e_j for j < i, 2e_i² − 1 for j = i.
struct FormValues {
  double centre, coefficient[kMaxProbeDim], quadratic[kMaxProbeDim * (kMaxProbeDim + 1) / 2], radius, lower, upper;
};

/// Entry i of state or row vector l stands at [(k·(depth + 1) + l)·widest + i], k = 0 the value, k >= 1 the derivative by x_k (dual only);
/// slopes and their derivatives at [k·slope_count + i]; v_l in the basis of layer l + 1 at [l·widest + i] where it has one (forms with symbols only).
struct ProbedForms {
  FormValues *states, *rows, *slopes, *in_basis;
};

enum class FormPass { affine, zonotope, taylor, polynomial_zonotope, dual };

struct ShapeValues {
  double top, bend, bend_low, bend_high, dip, hump, hump_low, hump_high;
};

struct FourthValues {
  double crest, crest_low, crest_high, trough, trough_low, trough_high;
};

/// One box; dim <= kMaxProbeDim. `workspace`: kProbeBytes, aligned to 64.
inline constexpr std::size_t kProbeBytes = std::size_t{1} << 24;

namespace portable {
void probe_forms(FormPass pass, const LaneChain& chain, int dim, const double* lower, const double* upper, ProbedForms out, void* workspace);
ShapeValues tanh_shape();
ShapeValues sigmoid_shape();
FourthValues tanh_fourth();
FourthValues sigmoid_fourth();
}
namespace avx2 {
void probe_forms(FormPass pass, const LaneChain& chain, int dim, const double* lower, const double* upper, ProbedForms out, void* workspace);
}
namespace avx512 {
void probe_forms(FormPass pass, const LaneChain& chain, int dim, const double* lower, const double* upper, ProbedForms out, void* workspace);
}

}  // namespace narrows
