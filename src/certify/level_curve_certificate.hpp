// Certificates of the kinds `level-curve` and `level-area` (FORMAT.md, T7): level sets of smooth networks, their topology and their areas.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <utility>
#include <vector>

#include "certify/certificate.hpp"
#include "levelset/level_area.hpp"
#include "levelset/level_curve.hpp"

namespace narrows {

/// A point of the box and the component that holds it.
using PointInComponent = std::pair<std::vector<double>, std::size_t>;

/// Whatever the verdict: for `undecided` it certifies the cells that are settled.
void write_level_curve_certificate(const LevelCurveResult& result, const std::vector<PointInComponent>& contains, const Network& network,
                                   const OutputSelection& output, const CertificateSource& source, const TextSink& sink);

/// A point with its certified sign, +1 or −1.
using LabelledPoint = std::pair<std::vector<double>, int>;

/// Whatever gap was reached: the claim is the intervals.
void write_level_area_certificate(const LevelAreaResult& result, const std::vector<LabelledPoint>& labels, const Network& network, const OutputSelection& output,
                                  const CertificateSource& source, const TextSink& sink);

/// {"sign", "status", "holes", "area"}.
[[nodiscard]] nlohmann::ordered_json component_json(const LevelComponent& component);
/// {"type", …} as in FORMAT.md.
[[nodiscard]] nlohmann::ordered_json region_json(const ClassRegion& region);
/// {"sign", "region", "side", "area"}.
[[nodiscard]] nlohmann::ordered_json area_json(const LevelArea& area);

}  // namespace narrows
