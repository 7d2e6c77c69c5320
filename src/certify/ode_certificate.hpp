// Certificates of the kind `ode-flow`: where a neural ODE takes a box, and its Jacobian (FORMAT.md).
#pragma once

#include "certify/certificate.hpp"
#include "ode/tube.hpp"

namespace narrows {

/// The certificate of a closed tube of `network`, which has one ode layer, from `box`.
/// Precondition  tube.closed.
void write_ode_certificate(const Tube& tube, const Box& box, const Network& network,
                           const CertificateSource& source, const TextSink& sink);

}  // namespace narrows
