// Certificates of the kind `ode-flow`: where a neural ODE takes a box, and its Jacobian (FORMAT.md).
#pragma once

#include "certify/certificate.hpp"
#include "ode/flow_cover.hpp"

namespace narrows {

/// A certificate holds at most this many pieces.
inline constexpr std::size_t kMostCertifiedPieces = 4096;

/// The certificate of closed tubes of `network`, which has one ode layer, from `box`: their steps, one tree of the pieces if there
/// are several.
/// Precondition  cover.whole.closed, at most kMostCertifiedPieces pieces.
void write_ode_certificate(const FlowCover& cover, const Box& box, const Network& network,
                           const CertificateSource& source, const TextSink& sink);

}  // namespace narrows
