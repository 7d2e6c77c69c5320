// The branches of critical points along a path of parameters: one panel per coordinate, the tubes over the position on the path.
#pragma once

#include <string>

#include "bounds/branch_tracking.hpp"

namespace narrows {

/// Writes the picture (.svg or .png by the ending of `path`).
/// Errors  InputError for another ending, or if the file cannot be written.
void draw_branch_picture(const Track& track, const std::string& title, const std::string& path);

}  // namespace narrows
