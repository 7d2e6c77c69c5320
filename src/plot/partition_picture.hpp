// The linear regions of a function of two variables, coloured by value, with the level line, a witness ray and what is critical.
#pragma once

#include <cstddef>
#include <string>

#include "network/chain.hpp"
#include "polyhedral/analysis.hpp"

namespace narrows {

/// Errors  InputError for a bad ending of `path`, or if there are not two inputs.
void require_partition_drawable(std::size_t input_dim, const std::string& path);

/// Shows the box of the result, or a window of the plane that holds what is bounded.
///
/// @param chain   what `result` stems from
/// @param title   shown above the picture
/// @param path    ends in .svg or .png
/// Errors  as above, and if the file cannot be written.
void draw_partition_picture(const Chain& chain, const LevelSetResult& result, const std::string& title, const std::string& path);

}  // namespace narrows
