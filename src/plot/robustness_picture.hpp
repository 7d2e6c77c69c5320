// The picture of a `robust` answer over several networks: width against accuracy at each radius, and gradient-to-margin ratios.
#pragma once

#include <string>
#include <vector>

#include "robust/comparison.hpp"

namespace narrows {

/// One panel per radius (the last four) with the share of images certified (solid) and left by the attack (dashed), means over the networks of
/// one width and group, each network a dot, the band between the two shaded; and one panel of median gradient-to-margin ratios.
/// The width grows to the right, logarithmically; groups have one colour each.
///
/// Guarantee  none beyond those of `rows`; lines are drawn from rounded numbers.
/// Errors     InputError for an ending other than .svg or .png, or if the file cannot be written.
void draw_robustness_picture(const std::vector<robust::NetworkRow>& rows, const std::string& path);

/// The first error of draw_robustness_picture(), to be had before the long work.
void require_picture_format(const std::string& path);

}  // namespace narrows
