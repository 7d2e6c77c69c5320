// The outcome of `certify` in one sentence, as it stands below a picture.
#pragma once

#include <string>

#include "critical/certify.hpp"

namespace narrows::plot {

/// "proved: no critical point on R^2", "refuted: 3 critical points, every one enclosed", "undecided: REASON".
[[nodiscard]] std::string verdict_line(const CertifyResult& result);

}  // namespace narrows::plot
