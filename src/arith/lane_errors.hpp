// Proved error bounds of the elementary kernels in lane_elementary.hpp. The chain of the proof: proofs/kernels/README.md;
// `./dev proofs` runs it.
//
// Guarantee  Let f be the true function at the double x, a the kernel's result. For orders 0, 1, 2 (value, slope, curvature)
//              |a − f| <= error·|a| + kKernelGuard,
//            and for order 3 of tanh and sigmoid, which has zeros, with s the kernel's slope of the same function
//              |a − f| <= error·s + kKernelGuard.
// Special    NaN gives NaN. Infinite x gives the limits within the same bounds; softplus(+inf) = +inf.
#pragma once

namespace narrows {

/// Absolute part of every bound: covers results below it, where arguments are cut off. About 1.5e-300.
inline constexpr double kKernelGuard = 0x1p-996;

inline constexpr double kTanhValueError = 0x1.98p-51;
inline constexpr double kTanhSlopeError = 0x1.4p-50;
inline constexpr double kTanhCurvatureError = 0x1.ep-50;
inline constexpr double kTanhThirdError = 0x1.ep-48;

// Orders k >= 1 are those of tanh times 2^-(k+1), in the same operations; order 3 relative to the slope: a quarter.
inline constexpr double kSigmoidValueError = 0x1.28p-51;
inline constexpr double kSigmoidSlopeError = kTanhSlopeError;
inline constexpr double kSigmoidCurvatureError = kTanhCurvatureError;
inline constexpr double kSigmoidThirdError = kTanhThirdError / 4;

/// Orders 1, 2, 3 of softplus are orders 0, 1, 2 of sigmoid: all of them relative to |a|.
inline constexpr double kSoftplusValueError = 0x1.8p-51;
inline constexpr double kSoftplusSlopeError = kSigmoidValueError;
inline constexpr double kSoftplusCurvatureError = kSigmoidSlopeError;
inline constexpr double kSoftplusThirdError = kSigmoidCurvatureError;

/// Where a is +inf (x > 709.78) the bound says nothing; the true value is then at least kExpOverflow.
inline constexpr double kExpError = 0x1.dap-53;
inline constexpr double kExpOverflow = 0x1.ffffffffffffep1023;

}  // namespace narrows
