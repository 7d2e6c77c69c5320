// Certificates of the kind `branches` (FORMAT.md, "Branches").
#pragma once

#include "bounds/branch_tracking.hpp"
#include "certify/certificate.hpp"

namespace narrows {

/// The certificate of `track`, which must stem from `network` with this output selection, in pieces. The track must be finished.
void write_branches_certificate(const Track& track, FamilyType family, const Network& network, const OutputSelection& output, const CertificateSource& source,
                                const TextSink& sink);

}  // namespace narrows
