// Certificates of the kind `distance` (FORMAT.md, "Distances").
#pragma once

#include "bounds/limit_comparison.hpp"
#include "certify/certificate.hpp"

namespace narrows {

/// True if the row's distance is finite: only such a one can be claimed.
[[nodiscard]] bool has_distance_certificate(const LimitComparison& row);

/// The certificate of `row`, which must stem from `network` with this output selection, on the box `domain`. The theorem's number is
/// claimed, too, where it has a closed form.
/// Precondition  has_distance_certificate(row).
void write_distance_certificate(const LimitComparison& row, const Domain& domain, const Network& network, const OutputSelection& output,
                                const CertificateSource& source, const TextSink& sink);

}  // namespace narrows
