// Certificates of the kind `regime-map` (FORMAT.md, "Regime maps").
#pragma once

#include "bounds/regime_map.hpp"
#include "certify/certificate.hpp"

namespace narrows {

/// The certificate of `map`, which must stem from `network` with this output selection, in pieces.
/// Errors  std::logic_error if a cell rests on a critical ratio that no step proves (a defect).
void write_regime_certificate(const RegimeMap& map, const Network& network, const OutputSelection& output, const CertificateSource& source,
                              const TextSink& sink);

}  // namespace narrows
