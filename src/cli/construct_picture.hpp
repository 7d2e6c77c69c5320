// Pictures of constructions in two dimensions.
#pragma once

#include <string>

#include "construct/approximation.hpp"

namespace narrows::cli {

/// Errors  InputError for a bad ending of `path`, or if there are not two dimensions.
void require_approximation_drawable(std::size_t dim, const std::string& path);
void draw_approximation(const TargetFunction& target, const Approximation& a, const std::string& name, const std::string& path);

}  // namespace narrows::cli
