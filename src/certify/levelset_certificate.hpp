// Certificates of the kind `level-set` (FORMAT.md): status, measure and components of the sets on either side of a level, by a
// tiling of the space, or by rays alone.
#pragma once

#include <nlohmann/json.hpp>

#include "certify/certificate.hpp"
#include "polyhedral/analysis.hpp"

namespace narrows {

/// The certificate of `result`, in pieces.
///
/// @param network  what is embedded; without batch_norm: the network that `result` speaks of (fold_batch_norm)
void write_levelset_certificate(const LevelSetResult& result, const Network& network, const OutputSelection& output, const CertificateSource& source,
                                const TextSink& sink);
[[nodiscard]] std::string levelset_certificate(const LevelSetResult& result, const Network& network, const OutputSelection& output,
                                               const CertificateSource& source);

/// What claims and answers say about one set: status, measure, bounding box, components; rationals as strings.
[[nodiscard]] nlohmann::ordered_json level_set_json(const LevelSet& set);
/// {"path", "direction"}.
[[nodiscard]] nlohmann::ordered_json ray_json(const WitnessRay& ray);
[[nodiscard]] nlohmann::ordered_json point_json(const std::vector<Rational>& x);

}  // namespace narrows
