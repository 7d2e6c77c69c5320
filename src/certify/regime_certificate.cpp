#include "certify/regime_certificate.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "certify/certificate_parts.hpp"
#include "certify/threshold_certificate.hpp"

namespace narrows {
namespace {

using Json = nlohmann::ordered_json;

std::string claim_text(const RegimeMap& map, const OutputSelection& output) {
  const Json claim = {{"kind", "regime-map"},
                      {"verdict", to_string(map.complete ? Verdict::proved : Verdict::undecided)},
                      {"domain", domain_json(map.domain)},
                      {"output", output_json(output)},
                      {"family", {{"type", to_string(map.family)}, {"skip", interval_json(map.rectangle.skip)}, {"residual", interval_json(map.rectangle.residual)}}},
                      {"depth", map.depth},
                      {"area", {{"none", to_text(map.areas.none)}, {"exists", to_text(map.areas.exists)}, {"undecided", to_text(map.areas.undecided)}}}};
  return claim.dump();
}

bool uses(const RegimeMap& map, CellRule rule) {
  for (const MapCell& cell : map.cells)
    if (cell.finding.rule == rule) return true;
  return false;
}

/// The steps that the cells and the leaves of trees rest on: layers without ratio regular as they stand, and critical ratios.
std::string ratio_steps(const RegimeMap& map) {
  std::string text;
  const auto add = [&text](const std::string& step) { text += (text.empty() ? "\n" : ",\n") + step; };
  const bool ratios = uses(map, CellRule::none_by_ratios);
  for (std::size_t l = 0; l < map.chain.layers.size(); ++l) {
    const Layer& layer = map.chain.layers[l];
    if (map.fixed_layers[l]) add(present_step(layer, l + 1, map.chain.widths[l], map.chain.smoothness));
    if (!ratios || !map.ratios[l]) continue;
    const RatioBound& bound = *map.ratios[l];
    const CriticalRatioStep step = critical_ratio_step(bound.threshold, layer, l + 1, map.chain.widths[l], map.chain.smoothness);
    if (step.text.empty() && !bound.infinite && bound.below == 0) continue;
    if (step.infinite != bound.infinite || (!bound.infinite && step.lower < bound.below)) throw std::logic_error("a critical ratio without proof");
    add(step.text);
  }
  return text;
}

std::string box_text(const Box& box) {
  Json sides = Json::array();
  for (std::size_t k = 0; k < box.dim(); ++k) sides.push_back(Json::array({box.lower[k], box.upper[k]}));
  return sides.dump();
}

std::string existence_text(const ExistenceProof& proof) {
  const std::string box = box_text(proof.box);
  switch (proof.rule) {
    case ExistenceRule::sign_change: return fmt::format("[\"exists\",\"sign-change\",{},{}]", proof.prefix, box);
    case ExistenceRule::winding: return fmt::format("[\"exists\",\"winding\",{},{}]", proof.prefix, box);
    case ExistenceRule::minimum: return fmt::format("[\"exists\",\"extremum\",\"min\",{},{}]", box, Json(proof.numbers).dump());
    case ExistenceRule::maximum: return fmt::format("[\"exists\",\"extremum\",\"max\",{},{}]", box, Json(proof.numbers).dump());
    case ExistenceRule::opposite_faces: break;
  }
  const std::size_t d = proof.box.dim();
  Json rows = Json::array();
  for (std::size_t i = 0; i < d; ++i)
    rows.push_back(std::vector<double>(proof.numbers.begin() + static_cast<std::ptrdiff_t>(i * d), proof.numbers.begin() + static_cast<std::ptrdiff_t>((i + 1) * d)));
  return fmt::format("[\"exists\",\"opposite-faces\",{},{},{}]", proof.prefix, box, rows.dump());
}

void write_leaf(const CellFinding& finding, const TextSink& sink) {
  switch (finding.rule) {
    case CellRule::none_by_ratios: return sink("[\"none\",\"ratios\"]");
    case CellRule::none_by_vertices: return sink("[\"none\",\"vertices\"]");
    case CellRule::exists: return sink(existence_text(finding.existence));
    case CellRule::open: return sink("[\"undecided\"]");
    case CellRule::none_by_tree: break;
  }
  sink("[\"none\",\"tree\",[");
  write_tree(finding.tree, sink);
  sink("]]");
}

void write_map(const RegimeMap& map, const TextSink& sink) {
  std::vector<std::size_t> stack{0};
  bool first = true;
  while (!stack.empty()) {
    const MapCell& cell = map.cells[stack.back()];
    stack.pop_back();
    sink(first ? "\n" : ",\n");
    first = false;
    if (cell.first_quarter == 0) {
      write_leaf(cell.finding, sink);
      continue;
    }
    sink("[\"quarter\"]");
    for (std::size_t k = 4; k-- > 0;) stack.push_back(cell.first_quarter + k);
  }
}

}  // namespace

void write_regime_certificate(const RegimeMap& map, const Network& network, const OutputSelection& output, const CertificateSource& source,
                              const TextSink& sink) {
  sink(certificate_start(claim_text(map, output), network, source));
  sink("{\"ratios\":[" + ratio_steps(map) + "],\n\"map\":[");
  write_map(map, sink);
  sink("]}");
  sink(kCertificateEnd);
}

}  // namespace narrows
