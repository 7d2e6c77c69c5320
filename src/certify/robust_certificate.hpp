// Certificates of the kind `robust` (FORMAT.md, "Robust labels").
#pragma once

#include <vector>

#include "certify/certificate.hpp"
#include "io/convolutional.hpp"
#include "robust/robustness.hpp"

namespace narrows {

/// True if some image is proved to be right: only such ones can be claimed.
[[nodiscard]] bool has_robust_certificate(const robust::RobustnessResult& result);

/// The certificate of all images that are right, each with its certified radius. `result` must stem from this network and this list. Layers that
/// are convolutions are embedded as such.
/// Precondition  has_robust_certificate(result).
void write_robust_certificate(const robust::RobustnessResult& result, const robust::ImageList& list,
                              const ConvolutionalNetwork& network, const CertificateSource& source,
                              const TextSink& sink);

}  // namespace narrows
