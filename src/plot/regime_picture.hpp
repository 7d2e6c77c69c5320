// The phase diagram of a regime map: cells without critical points, with one, undecided, over the plane of (ε, δ).
#pragma once

#include <string>

#include "bounds/regime_map.hpp"

namespace narrows {

/// Writes the picture (.svg or .png by the ending of `path`). The lines δ = α* ε are those of the layers' critical ratios.
/// Errors  InputError for another ending, or if the file cannot be written.
void draw_regime_picture(const RegimeMap& map, const std::string& title, const std::string& path);

}  // namespace narrows
