// The colour map of a function of two variables with its critical points: two inputs of draw_critical_picture().
#pragma once

#include <string>

#include "critical/certify.hpp"
#include "network/chain.hpp"

namespace narrows::plot {

/// Shape  chain.input_dim == 2. Everything else as in draw_critical_picture().
void draw_plane_picture(const Chain& chain, const CertifyResult& result, const std::string& title, const std::string& path);

}  // namespace narrows::plot
