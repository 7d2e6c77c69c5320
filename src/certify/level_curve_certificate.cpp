#include "certify/level_curve_certificate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "certify/certificate_parts.hpp"

namespace narrows {

using Json = nlohmann::ordered_json;

namespace {

/// A tree in preorder, one operation per line; leaf(cell) is the text of a leaf.
template <class Node, class Leaf>
void write_cells(const std::vector<Node>& cells, Leaf leaf, const TextSink& sink) {
  constexpr std::size_t piece = std::size_t{1} << 20;
  std::vector<std::uint32_t> stack{0};
  std::string text;
  const char* between = "\n";
  while (!stack.empty()) {
    const Node& cell = cells[stack.back()];
    stack.pop_back();
    text += between;
    between = ",\n";
    if (cell.child != 0) {
      fmt::format_to(std::back_inserter(text), "[\"split\",{}]", cell.axis);
      stack.push_back(cell.child + 1);
      stack.push_back(cell.child);
    } else {
      text += leaf(cell);
    }
    if (text.size() < piece) continue;
    sink(text);
    text.clear();
  }
  sink(text);
}

std::string curve_leaf(const LevelCell& cell, std::size_t dim) {
  switch (cell.kind) {
    case CellKind::plus: return "[\"plus\"]";
    case CellKind::minus: return "[\"minus\"]";
    case CellKind::monotone: return fmt::format("[\"monotone\",[{}]]", fmt::join(cell.direction, cell.direction + dim, ","));
    default: return "[\"undecided\"]";
  }
}

std::string area_leaf(const AreaCell& cell) {
  switch (cell.kind) {
    case AreaLeaf::plus: return "[\"plus\"]";
    case AreaLeaf::minus: return "[\"minus\"]";
    case AreaLeaf::cut: return "[\"cut\"]";
    default: return "[\"undecided\"]";
  }
}

Json sides_json(const double* lower, const double* upper, std::size_t dim) {
  Json sides = Json::array();
  for (std::size_t k = 0; k < dim; ++k) sides.push_back(Json::array({lower[k], upper[k]}));
  return sides;
}

Json box_domain_json(const double* lower, const double* upper, std::size_t dim) { return {{"type", "box"}, {"bounds", sides_json(lower, upper, dim)}}; }

}  // namespace

Json component_json(const LevelComponent& component) {
  using Status = LevelComponent::Status;
  const char* status = component.status == Status::closed ? "closed" : component.status == Status::reaches_boundary ? "reaches-boundary" : "undecided";
  return {{"sign", component.positive ? "+" : "-"}, {"status", status}, {"holes", component.holes}, {"area", interval_json(component.area)}};
}

Json region_json(const ClassRegion& region) {
  const Json centre = Json::array({region.centre[0], region.centre[1]});
  switch (region.type) {
    case ClassRegion::Type::disc: return {{"type", "disc"}, {"centre", centre}, {"radius", region.radius}};
    case ClassRegion::Type::annulus: return {{"type", "annulus"}, {"centre", centre}, {"inner", region.inner}, {"outer", region.radius}};
    case ClassRegion::Type::box: return {{"type", "box"}, {"bounds", sides_json(region.bounds.lower.data(), region.bounds.upper.data(), 2)}};
    case ClassRegion::Type::polygon: break;
  }
  Json vertices = Json::array();
  for (const auto& [x, y] : region.vertices) vertices.push_back(Json::array({x, y}));
  return {{"type", "polygon"}, {"vertices", vertices}};
}

Json area_json(const LevelArea& area) {
  return {{"sign", area.positive ? "+" : "-"},
          {"region", area.region ? Json(*area.region) : Json(nullptr)},
          {"side", area.inside ? "inside" : "outside"},
          {"area", interval_json(area.area)}};
}

void write_level_curve_certificate(const LevelCurveResult& result, const std::vector<PointInComponent>& contains, const Network& network,
                                   const OutputSelection& output, const CertificateSource& source, const TextSink& sink) {
  const bool proved = result.verdict == Verdict::proved;
  const LevelCell& root = result.cells.cell(0);
  Json components = nullptr, curves = nullptr, points = Json::array();
  if (proved) {
    components = Json::array();
    for (const LevelComponent& component : result.components) components.push_back(component_json(component));
    curves = {{"closed", result.closed_curves()}, {"arcs", result.arcs()}};
    for (const auto& [point, component] : contains) points.push_back({{"point", point}, {"component", component}});
  }
  const Json claim = {{"kind", "level-curve"},
                      {"verdict", to_string(result.verdict)},
                      {"domain", box_domain_json(root.lower, root.upper, result.cells.dim())},
                      {"output", output_json(output)},
                      {"level", to_text(result.level)},
                      {"curves", curves},
                      {"components", components},
                      {"contains", points}};
  sink(certificate_start(claim.dump(), network, source));
  sink("{\"tree\":[");
  write_cells(result.cells.cells(), [&](const LevelCell& cell) { return curve_leaf(cell, result.cells.dim()); }, sink);
  sink("]}");
  sink(kCertificateEnd);
}

void write_level_area_certificate(const LevelAreaResult& result, const std::vector<LabelledPoint>& labels, const Network& network, const OutputSelection& output,
                                  const CertificateSource& source, const TextSink& sink) {
  Json regions = Json::array(), areas = Json::array(), points = Json::array();
  for (const ClassRegion& region : result.regions) regions.push_back(region_json(region));
  for (const LevelArea& area : result.areas) areas.push_back(area_json(area));
  for (const auto& [point, sign] : labels) points.push_back({{"point", point}, {"sign", sign > 0 ? "+" : "-"}});
  const Json claim = {{"kind", "level-area"},
                      {"verdict", "proved"},
                      {"domain", box_domain_json(result.box.lower.data(), result.box.upper.data(), 2)},
                      {"output", output_json(output)},
                      {"level", to_text(result.level)},
                      {"regions", regions},
                      {"areas", areas},
                      {"labels", points}};
  sink(certificate_start(claim.dump(), network, source));
  sink("{\"tree\":[");
  write_cells(result.cells, area_leaf, sink);
  sink("]}");
  sink(kCertificateEnd);
}

}  // namespace narrows
