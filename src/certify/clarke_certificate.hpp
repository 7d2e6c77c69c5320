// Certificates of the kind `clarke-critical-point`: 0 in Clarke's subdifferential, although every layer may be regular (FORMAT.md).
#pragma once

#include <string>
#include <vector>

#include "certify/certificate.hpp"
#include "polyhedral/clarke_hull.hpp"

namespace narrows {

/// @param regular  why each layer of the chain is regular (prove_layers_regular); empty, or none among them: nothing is claimed about it
[[nodiscard]] std::string clarke_certificate(const ClarkeHull& hull,
                                             const std::vector<RegularityTest>& regular,
                                             const Network& network, const OutputSelection& output,
                                             const CertificateSource& source);

}  // namespace narrows
