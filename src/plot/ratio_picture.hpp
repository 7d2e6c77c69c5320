// The bar picture of a `threshold` answer: for each residual block its ratio, its critical ratio and its Lipschitz ratio.
#pragma once

#include <string>

#include "critical/threshold.hpp"

namespace narrows {

/// Draws one group of three bars per residual layer with ε ≠ 0 on a logarithmic axis: |α| (green: proved regular, red: not
/// regular, hollow: undecided), the critical ratio α* (an arrow at the edge: infinite, or only a lower bound), and the Lipschitz
/// ratio.
///
/// Guarantee  none beyond those of `result`; bars are drawn from rounded numbers.
/// Errors     InputError for an ending other than .svg or .png, if there is no such layer, or if the file cannot be written.
void draw_ratio_picture(const ThresholdResult& result, const std::string& title, const std::string& path);

/// The first two errors of draw_ratio_picture(), to be had before the long work.
void require_ratio_drawable(const Network& network, const std::string& path);

}  // namespace narrows
