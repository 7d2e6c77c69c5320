// The cells of level curves and of areas, by the sign that is certified of them.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "base/counted.hpp"
#include "report/certificate_json.hpp"
#include "report/drawn_svg.hpp"
#include "report/level_scene.hpp"

namespace narrows::certified {
namespace {

using namespace plot;

const Stroke kRegion{{0.10, 0.10, 0.12, 0.85}, 1.4, {7, 4}};

const std::vector<CellKind> kSigns = {{"Φ > c on all of the cell, certified", colours::above},
                                      {"Φ < c on all of the cell, certified", colours::below},
                                      {"monotone: crossed at most once, certified", colours::crossed},
                                      {"undecided", colours::open_cell}};

std::size_t kind_of_leaf(const std::string& rule) {
  return rule == "plus" ? 0 : rule == "minus" ? 1 : rule == "undecided" ? 3 : 2;
}

/// The cells of proof.tree coloured by their sign; over the line as stripes of the plot's whole height.
void add_cells(Scene* scene, const Json& tree, const Domain& domain) {
  std::vector<Interval> root;
  for (std::size_t i = 0; i < domain.dim; ++i) root.push_back({domain.box.lower[i], domain.box.upper[i]});
  scene->kinds = kSigns;
  for (const TreeLeaf& leaf : leaves_of(tree, root)) {
    const Range x{leaf.box[0].lower(), leaf.box[0].upper()};
    const Range y = leaf.box.size() == 1 ? scene->content.y : Range{leaf.box[1].lower(), leaf.box[1].upper()};
    scene->cells.push_back({x, y, kind_of_leaf(leaf.rule)});
  }
}

/// The sampled curve {Φ = c}, in ink.
void add_sampled_curve(Scene* scene, const Chain& chain, const std::vector<Range>& window, double level) {
  for (Polyline& curve : level_curves(grid_about(chain, window, level), 0))
    scene->lines.push_back(
        {std::move(curve), {colours::ink, 1.8}, false, fmt::format("Φ = {:.6g}, sampled", level)});
}

Polyline circle(double x, double y, double radius) {
  Polyline line{{}, true};
  constexpr int steps = 180;
  for (int k = 0; k < steps; ++k) {
    const double angle = 2 * std::numbers::pi * k / steps;
    line.points.push_back({x + radius * std::cos(angle), y + radius * std::sin(angle)});
  }
  return line;
}

std::vector<Polyline> outlines_of(const Json& region) {
  const auto type = region.at("type").get<std::string>();
  if (type == "disc" || type == "annulus") {
    const auto centre = near_point(region.at("centre"));
    if (type == "disc") return {circle(centre[0], centre[1], near(region.at("radius")))};
    return {circle(centre[0], centre[1], near(region.at("inner"))),
            circle(centre[0], centre[1], near(region.at("outer")))};
  }
  Polyline line{{}, true};
  if (type == "box") {
    const auto box = box_of(region.at("bounds"));
    line.points = {{box[0].lower(), box[1].lower()},
                   {box[0].upper(), box[1].lower()},
                   {box[0].upper(), box[1].upper()},
                   {box[0].lower(), box[1].upper()}};
  } else {
    for (const Json& vertex : region.at("vertices"))
      line.points.push_back({near(vertex.at(0)), near(vertex.at(1))});
  }
  return {line};
}

std::string curve_sentence(const Json& claim, std::size_t dim) {
  if (!claim.at("curves").is_object()) return "undecided: the certificate claims nothing of the curves";
  const auto closed = claim.at("curves").at("closed").get<std::size_t>(),
             arcs = claim.at("curves").at("arcs").get<std::size_t>();
  const std::string set = fmt::format("proved: {{Φ = {}}} is ", level_text(claim));
  if (dim == 1) return set + counted(arcs, "point");
  return set + (closed + arcs == 0 ? "empty"
                : closed == 0      ? counted(arcs, "arc")
                : arcs == 0        ? counted(closed, "closed curve")
                                   : counted(closed, "closed curve") + " and " + counted(arcs, "arc"));
}

}  // namespace

void add_level_curve(HtmlPage* page, const Document& document) {
  const Json& claim = document.json.at("claim");
  const Chain chain = make_chain(document.network, output_of(claim), document.title);
  std::vector<std::vector<HtmlPage::Cell>> rows = {{"component", "sign", "status", "holes",
                                                    chain.input_dim == 1 ? "length" : "area",
                                                    "in the certificate"}};
  if (claim.at("components").is_array())
    for (const Json& item : claim.at("components"))
      if (rows.size() <= kMostRows)
        rows.push_back({std::to_string(rows.size() - 1), item.at("sign").get<std::string>(),
                        item.at("status").get<std::string>(),
                        std::to_string(item.at("holes").get<std::size_t>()),
                        interval_text(interval_of(item.at("area"))),
                        fmt::format("claim.components[{}]", rows.size() - 1)});
  if (rows.size() > 1) {
    page->table(rows);
    say_more(page, claim.at("components").size());
  }
  if (chain.input_dim > 2) return;
  const Domain domain = domain_of(claim, chain.input_dim);
  const std::vector<Range> window = window_of(domain);
  const double level = near(claim.at("level"));
  Scene scene = chain.input_dim == 1 ? line_scene(document, window[0], graph_of(chain, window[0]), level)
                                     : plane_scene(document, window);
  scene.tick_lines = false;
  add_cells(&scene, document.json.at("proof").at("tree"), domain);
  if (chain.input_dim == 2) add_sampled_curve(&scene, chain, window, level);
  for (const Json& item : claim.at("contains")) {
    const auto x = near_point(item.at("point"));
    scene.marks.push_back({{x[0], x.size() == 1 ? level : x[1]},
                           colours::ink,
                           point_text(item.at("point")) +
                               fmt::format(" in component {}", item.at("component").get<std::size_t>()),
                           "point of a component",
                           false});
  }
  const bool decided = claim.at("curves").is_object();
  if (!decided) scene.kinds[2].text = "monotone, certified";
  set_statement(&scene, claim, domain, curve_sentence(claim, chain.input_dim),
                std::string(decided ? "The signs of the cells, and with them the topology, are certified"
                                    : "The signs of the cells are certified, the topology is not") +
                    "; the curve itself is drawn by sampling, not certified.");
  page->figure(drawn_svg([&](const std::string& path) { draw_scene(scene, path); }),
               fmt::format("The {} of proof.tree by what is certified of them (c = {}).",
                           counted(scene.cells.size(), "cell"), level_text(claim)) +
                   (chain.input_dim == 1 ? " The graph is drawn by sampling, not certified."
                                         : " The curve runs through cells without a sign only; its course "
                                           "inside them is drawn by sampling, not certified."));
}

void add_level_area(HtmlPage* page, const Document& document) {
  const Json& claim = document.json.at("claim");
  const Chain chain = make_chain(document.network, output_of(claim), document.title);
  std::vector<std::vector<HtmlPage::Cell>> rows = {{"set", "region", "area", "in the certificate"}};
  for (const Json& item : claim.at("areas"))
    if (rows.size() <= kMostRows)
      rows.push_back({fmt::format("{{Φ {} {}}}", item.at("sign") == "+" ? '>' : '<', level_text(claim)),
                      item.at("region").is_null()
                          ? "the domain"
                          : item.at("side").get<std::string>() +
                                fmt::format(" claim.regions[{}]", item.at("region").get<std::size_t>()),
                      interval_text(interval_of(item.at("area"))),
                      fmt::format("claim.areas[{}]", rows.size() - 1)});
  page->table(rows);
  say_more(page, claim.at("areas").size());
  const Domain domain = domain_of(claim, 2);
  const std::vector<Range> window = window_of(domain);
  Scene scene = plane_scene(document, window);
  add_cells(&scene, document.json.at("proof").at("tree"), domain);
  scene.kinds[2].text = "cut: areas of both signs bounded, certified";
  add_sampled_curve(&scene, chain, window, near(claim.at("level")));
  for (const Json& region : claim.at("regions"))
    for (Polyline& outline : outlines_of(region))
      scene.lines.push_back({std::move(outline), kRegion, false, "class regions"});
  for (const Json& item : claim.at("labels")) {
    const auto x = near_point(item.at("point"));
    const bool above = item.at("sign") == "+";
    scene.marks.push_back({{x[0], x[1]},
                           above ? Colour{0.72, 0.36, 0.02} : colours::graph,
                           point_text(item.at("point")),
                           above ? "label +, certified" : "label −, certified",
                           !above});
  }
  std::string verdict = "proved: ";
  const Json& first = claim.at("areas").empty() ? Json() : claim.at("areas").at(0);
  verdict += first.is_null() ? fmt::format("the signs at {}", counted(claim.at("labels").size(), "point"))
                             : fmt::format("areas of {{Φ > {0}}} and {{Φ < {0}}} in {1}", level_text(claim),
                                           claim.at("regions").empty() ? "the box" : "the regions");
  set_statement(&scene, claim, domain, verdict,
                "Cells and areas are certified; the curve is drawn by sampling, not certified.");
  page->figure(drawn_svg([&](const std::string& path) { draw_scene(scene, path); }),
               fmt::format("The {} of proof.tree by what is certified of them (c = {}), and the class "
                           "regions (claim.regions). The curve is drawn by sampling, not certified.",
                           counted(scene.cells.size(), "cell"), level_text(claim)));
}

}  // namespace narrows::certified
