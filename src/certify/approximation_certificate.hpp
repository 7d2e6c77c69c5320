// Certificates of the kind `approximation`: a one-neuron ResNet and the grid function that it equals on cores (one-neuron.md, Theorems 1, 2, 5).
#pragma once

#include "certify/certificate.hpp"
#include "construct/approximation.hpp"

namespace narrows {

/// True if everything that the claim says was established.
[[nodiscard]] bool has_approximation_certificate(const Approximation& approximation);

/// The claim holds the grid function in full; the proof is empty, for all of it can be recomputed from the network.
/// The exact error is part of the claim only if its direct computation, piece by piece, is within kDirectCorners.
/// Precondition  has_approximation_certificate(); `network` is to_network(approximation.net).
void write_approximation_certificate(const Approximation& approximation, const Network& network,
                                     const CertificateSource& source, const TextSink& sink);

}  // namespace narrows
