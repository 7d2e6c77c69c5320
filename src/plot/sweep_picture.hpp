// Distances from a limit over the channel ratio, doubly logarithmic, with the bounds of the theorem and the slope in the limit.
#pragma once

#include <string>
#include <vector>

#include "bounds/limit_comparison.hpp"

namespace narrows {

/// Writes the picture (.svg or .png by the ending of `path`). Rows without a positive finite distance are left out.
/// Errors  InputError for another ending, or if the file cannot be written.
void draw_sweep_picture(const std::vector<SweepRow>& rows, const std::string& domain, const std::string& title, const std::string& path);

}  // namespace narrows
