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

/// What one layer's threshold proves about its critical ratio, as a step of `proof.ratios`.
struct CriticalRatioStep {
  std::string text;       ///< the JSON object; empty: there is no rule for it
  bool infinite = false;
  Rational lower = 0;     ///< the step proves t* >= lower
};
/// @param number  of the layer, from 1
[[nodiscard]] CriticalRatioStep critical_ratio_step(const LayerThreshold& threshold, const Layer& layer, std::size_t number, std::size_t input_dim,
                                                    Smoothness network);

/// The step that proves a layer without ratio regular as it stands; empty if there is none.
[[nodiscard]] std::string present_step(const Layer& layer, std::size_t number, std::size_t input_dim, Smoothness network);

}  // namespace narrows
