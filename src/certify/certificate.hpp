// The only writer of certificates (narrows-certificate/1, see src/checker/FORMAT.md).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "critical/certify.hpp"
#include "network/domain.hpp"
#include "network/model.hpp"

namespace narrows {

/// Takes the next piece of a text.
using TextSink = std::function<void(std::string_view)>;

/// Where the network came from, as the certificate names it.
struct CertificateSource {
  std::string file;
  std::string sha256;  ///< of the file's bytes, 64 hexadecimal digits
};

/// The certificate of `result`, which must stem from `network` with this output selection.
/// Every verdict has one; for `undecided` it certifies what was found. All numbers are exact or round-trip.
/// The same in pieces, each handed to `sink` as it is made: trees have millions of leaves.
void write_critical_certificate(const CertifyResult& result, const Network& network, const OutputSelection& output,
                                const CertificateSource& source, const TextSink& sink);
[[nodiscard]] std::string critical_certificate(const CertifyResult& result, const Network& network,
                                               const OutputSelection& output, const CertificateSource& source);

}  // namespace narrows
