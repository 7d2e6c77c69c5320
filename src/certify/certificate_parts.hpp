// What certificates of all kinds share: the frame of the document, and domains.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "certify/certificate.hpp"
#include "critical/proof_tree.hpp"
#include "network/domain.hpp"
#include "network/model.hpp"

namespace narrows {

[[nodiscard]] nlohmann::ordered_json domain_json(const Domain& domain);
[[nodiscard]] nlohmann::ordered_json output_json(const OutputSelection& output);
[[nodiscard]] nlohmann::ordered_json interval_json(const Interval& x);

/// The tree in preorder, one operation per line, each line after a line break.
void write_tree(const ProofTree& tree, const TextSink& sink);

/// Everything before the value of "proof"; after that value kCertificateEnd follows.
[[nodiscard]] std::string certificate_start(const std::string& claim, const Network& network, const CertificateSource& source);
inline constexpr std::string_view kCertificateEnd = "}\n";

/// The whole document from the JSON texts of its claim and its proof.
[[nodiscard]] std::string certificate_text(const std::string& claim, const Network& network, const std::string& proof,
                                           const CertificateSource& source);

}  // namespace narrows
