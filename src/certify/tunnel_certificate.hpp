// Certificates of the kinds `tunnel` and `sup-error` (FORMAT.md, T6 and T7).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "certify/certificate.hpp"
#include "levelset/sup_error.hpp"
#include "levelset/tunnel.hpp"

namespace narrows {

/// Precondition  tunnel.verdict is proved or refuted: an undecided one has no certificate. The checker takes smooth and C¹ networks.
[[nodiscard]] std::string tunnel_certificate(const Tunnel& tunnel, const Network& network,
                                             const OutputSelection& output, const CertificateSource& source);

/// Whatever gap was reached: the claim is the interval. Precondition  it is finite.
[[nodiscard]] std::string sup_error_certificate(const SupError& error, const Network& network,
                                                const OutputSelection& output,
                                                const CertificateSource& source);

/// {"type", "terms": [[coefficient, [exponents]], …]}, exactly.
[[nodiscard]] nlohmann::ordered_json target_json(const Target& target);

}  // namespace narrows
