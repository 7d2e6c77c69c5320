// The part of the input space that a picture shows.
#pragma once

#include <string>
#include <vector>

#include "critical/certify.hpp"
#include "plot/geometry.hpp"

namespace narrows::plot {

/// One range per input (one or two).
///
/// All of R^d     [-2.5, 2.5]^d, extended to contain every critical point with a margin, and every bounded undecided box.
/// Box, ball      the domain with a margin of 6 %, so that its outline and points next to it are seen.
[[nodiscard]] std::vector<Range> picture_window(const CertifyResult& result);

/// "R^2 (window shown)" for the whole space, else the domain as the command line spells it.
[[nodiscard]] std::string domain_text(const Domain& domain);

/// The middles of a critical point's enclosure.
[[nodiscard]] std::vector<double> middle_of(const CriticalPoint& point);

}  // namespace narrows::plot
