// The outcome of `certify` in one sentence, as it stands below a picture.
#pragma once

#include <string>

#include "critical/certify.hpp"

namespace narrows::plot {

/// "proved: no critical point on R^2", "refuted: 3 critical points, every one enclosed", "undecided: REASON".
[[nodiscard]] std::string verdict_line(const CertifyResult& result);

/// "1 saddle", "3 boxes": the plural is `many`, or `one` with an s.
[[nodiscard]] std::string counted(std::size_t count, const std::string& one, const std::string& many = "");

}  // namespace narrows::plot
