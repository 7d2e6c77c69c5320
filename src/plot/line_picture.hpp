// The graph of a function of one variable with its critical points: the case of one input of draw_critical_picture().
#pragma once

#include <string>

#include "critical/certify.hpp"
#include "network/chain.hpp"

namespace narrows::plot {

/// Shape  chain.input_dim == 1. Everything else as in draw_critical_picture().
void draw_line_picture(const Chain& chain, const CertifyResult& result, const std::string& title, const std::string& path);

}  // namespace narrows::plot
