// The frame of a certificate round the text of its model, for kinds of claims whose models hold more than the plain layers.
#pragma once

#include <string>

#include "certify/certificate.hpp"

namespace narrows {

/// Everything before the value of "proof"; `claim` and `model` (a narrows-network/1 document) are JSON texts.
[[nodiscard]] std::string certificate_start(const std::string& claim, const std::string& model,
                                            const CertificateSource& source);

}  // namespace narrows
