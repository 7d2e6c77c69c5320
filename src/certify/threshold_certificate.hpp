// Certificates of the kind `channel-ratios` (FORMAT.md, "Channel ratios").
#pragma once

#include <string>

#include "certify/certificate.hpp"
#include "critical/threshold.hpp"
#include "network/model.hpp"

namespace narrows {

struct ThresholdCertificate {
  std::string text;
  bool says_less = false;  ///< the format has no rule for something that `result` proves; the claim leaves it out
};

/// The certificate of `result`, which must stem from `network`.
///
/// @param with_factor  claim the largest uniform factor, too
[[nodiscard]] ThresholdCertificate threshold_certificate(const ThresholdResult& result, const Network& network, bool with_factor,
                                                         const CertificateSource& source);

}  // namespace narrows
