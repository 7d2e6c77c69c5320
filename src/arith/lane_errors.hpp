// Proved error bounds of the elementary kernels in lane_elementary.hpp. Proofs: proofs/kernels/README.md.
//
// Guarantee  Let f be the true function at the double x, a the kernel's result. For orders 0, 1, 2 (value, slope, curvature)
//              |a − f| <= error·|a| + kKernelGuard,
//            and for order 3, which has zeros, with s the kernel's slope (that of the sigmoid for softplus, see there)
//              |a − f| <= error·s + kKernelGuard.
//            NaN gives NaN. Infinite x gives the limits within the same bounds.
#pragma once

namespace narrows {

/// Absolute part of every bound: covers results below it, where arguments are cut off. About 1.5e-300.
inline constexpr double kKernelGuard = 0x1p-996;

inline constexpr double kTanhValueError = 0x1p-46;
inline constexpr double kTanhSlopeError = 0x1p-46;
inline constexpr double kTanhCurvatureError = 0x1p-46;
inline constexpr double kTanhThirdError = 0x1p-46;

inline constexpr double kSigmoidValueError = 0x1p-46;
inline constexpr double kSigmoidSlopeError = 0x1p-46;
inline constexpr double kSigmoidCurvatureError = 0x1p-46;
inline constexpr double kSigmoidThirdError = 0x1p-46;

/// Orders 1, 2, 3 of softplus are orders 0, 1, 2 of sigmoid, same results and bounds: no zeros without relative accuracy.
inline constexpr double kSoftplusValueError = 0x1p-46;
inline constexpr double kSoftplusSlopeError = kSigmoidValueError;
inline constexpr double kSoftplusCurvatureError = kSigmoidSlopeError;
/// Relative to |a|, like the curvature of sigmoid.
inline constexpr double kSoftplusThirdError = kSigmoidCurvatureError;

/// Where the result is +inf (x >= 709.79) the true value is above 0x1.ffffffffffff0p1023; no upper bound but +inf is meant.
inline constexpr double kExpError = 0x1p-46;

}  // namespace narrows
