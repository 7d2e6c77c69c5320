// Levels of smooth networks: tunnels and barriers, the cells of level curves and of areas.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "base/counted.hpp"
#include "network/chain.hpp"
#include "plot/approximate.hpp"
#include "plot/colour_map.hpp"
#include "plot/scene_picture.hpp"
#include "plot/verdict_line.hpp"
#include "report/certificate_figures.hpp"
#include "report/certificate_json.hpp"
#include "report/drawn_svg.hpp"

namespace narrows::certified {
namespace {

using namespace plot;

const Stroke kPath{colours::tunnel, 3.2};
const Stroke kBarrier{colours::witness, 2.8, {6, 4}};
const Stroke kGraph{colours::graph, 2.2};
const Stroke kLevel{colours::faint_ink, 1.4, {7, 4}};
const Stroke kRegion{{0.10, 0.10, 0.12, 0.85}, 1.4, {7, 4}};
constexpr std::size_t kSamples = 801;

std::string level_text(const Json& claim) {
  return fmt::format("{:.6g}", near(claim.at("level")));
}

/// {Φ > c} or {Φ < c}.
std::string set_text(const Json& claim) {
  return fmt::format("{{Φ {} {}}}", claim.at("sign") == "+" ? '>' : '<', level_text(claim));
}

Grid grid_about(const Chain& chain, const std::vector<Range>& window, double level) {
  Grid grid = sample_grid(chain, window);
  for (double& value : grid.values) value -= level;
  return grid;
}

/// The graph of Φ over a window of the line, sampled.
Polyline graph_of(const Chain& chain, const Range& window) {
  const CompiledChain<double> function = compile_approx(chain);
  Polyline graph;
  for (std::size_t k = 0; k < kSamples; ++k) {
    const double x = window.lower + window.length() * static_cast<double>(k) / (kSamples - 1);
    const double y = value_approx(function, std::array{x});
    if (std::isfinite(y)) graph.points.push_back({x, y});
  }
  return graph;
}

/// The heights of a graph and of one more value, with a margin.
Range heights(const Polyline& graph, double also) {
  double low = also, high = also;
  for (const Point& p : graph.points) low = std::min(low, p.y), high = std::max(high, p.y);
  const double margin = high > low ? 0.08 * (high - low) : 1;
  return {low - margin, high + margin};
}

/// A graph over the line, with its axes.
Scene line_scene(const Document& document, const Range& x, Polyline graph, double level) {
  Scene scene;
  scene.content.title = document.title;
  scene.content.x = x;
  scene.content.y = heights(graph, level);
  scene.content.x_label = "x";
  scene.content.y_label = "Φ(x)";
  scene.content.plot_width = 700;
  scene.content.plot_height = 400;
  scene.tick_lines = true;
  scene.lines.push_back({{{{x.lower, level}, {x.upper, level}}}, kLevel, false, fmt::format("level {:.6g}", level)});
  scene.lines.push_back({std::move(graph), kGraph, true, "Φ, sampled"});
  return scene;
}

Scene plane_scene(const Document& document, const std::vector<Range>& window) {
  Scene scene;
  scene.content = plane_content(window);
  scene.content.title = document.title;
  return scene;
}

void set_statement(Scene* scene, const Json& claim, const Domain& domain, const std::string& verdict, const std::string& note) {
  scene->statement = {to_string(domain), verdict, verdict_of(claim), note};
}

// ---- tunnels

/// What is to be seen of a tunnel on all of R^d: its points, with room round them.
std::vector<Range> window_round(const std::vector<std::vector<double>>& points, std::size_t dim) {
  std::vector<Range> window;
  double half = 2;
  for (std::size_t i = 0; i < dim; ++i) {
    double low = kInfinity, high = -kInfinity;
    for (const auto& point : points) low = std::min(low, point[i]), high = std::max(high, point[i]);
    window.push_back({low, high});
    half = std::max(half, 0.65 * (high - low));
  }
  for (Range& side : window) side = {0.5 * (side.lower + side.upper) - half, 0.5 * (side.lower + side.upper) + half};
  return window;
}

/// The corners of the path, with the ray of length `reach` if there is one; or those of the barrier.
struct Witness {
  std::vector<std::vector<double>> corners;
  bool closed = false, ray = false;
};

Witness witness_of(const Json& proof, double reach) {
  Witness witness;
  if (proof.contains("barrier")) {
    for (const Json& point : proof.at("barrier")) witness.corners.push_back(near_point(point));
    witness.closed = true;
  } else if (proof.contains("box")) {
    const auto box = box_of(proof.at("box"));
    witness.closed = true;
    if (box.size() == 1) witness.corners = {{box[0].lower()}, {box[0].upper()}};
    if (box.size() == 2)
      witness.corners = {{box[0].lower(), box[1].lower()}, {box[0].upper(), box[1].lower()}, {box[0].upper(), box[1].upper()}, {box[0].lower(), box[1].upper()}};
  } else {
    for (const Json& point : proof.at("path")) witness.corners.push_back(near_point(point));
    if (proof.contains("direction")) {
      const auto direction = near_point(proof.at("direction"));
      double length = 0;
      for (const double entry : direction) length = std::hypot(length, entry);
      std::vector<double> far = witness.corners.back();
      for (std::size_t i = 0; i < far.size(); ++i) far[i] += reach * direction[i] / length;
      witness.corners.push_back(far);
      witness.ray = true;
    }
  }
  return witness;
}

std::string tunnel_sentence(const Json& claim, const Witness& witness) {
  const std::string set = fmt::format("the component of {} round {}", set_text(claim), point_text(claim.at("from")));
  if (witness.closed) return fmt::format("{}: {} is bounded: it lies inside the barrier", to_string(verdict_of(claim)), set);
  const std::size_t segments = witness.corners.size() - (witness.ray ? 2 : 1);
  const std::string path = segments > 0 || !witness.ray ? " along " + counted(segments, "segment") : "";
  return fmt::format("proved: {} {}{}{}", set, witness.ray ? "is unbounded:" : "reaches the boundary of the box", path, witness.ray ? (path.empty() ? " along a ray" : " and a ray") : "");
}

void draw_planar_tunnel(HtmlPage* page, const Document& document, const Chain& chain) {
  const Json &claim = document.json.at("claim"), &proof = document.json.at("proof");
  const Domain domain = domain_of(claim, 2);
  const bool space = domain.type == Domain::Type::space;
  std::vector<std::vector<double>> seen = witness_of(proof, 1).corners;
  seen.push_back(near_point(claim.at("from")));
  const std::vector<Range> window = space ? window_round(seen, 2) : window_of(domain);
  const Witness witness = witness_of(proof, 4 * (window[0].length() + window[1].length()));
  Scene scene = plane_scene(document, window);
  scene.ground = grid_about(chain, window, near(claim.at("level")));
  scene.ground_name = near(claim.at("level")) == 0 ? "Φ" : "Φ − c";
  scene.ground_level = fmt::format("Φ = {}, sampled", level_text(claim));
  Polyline line{{}, witness.closed};
  for (const auto& corner : witness.corners) line.points.push_back({corner[0], corner[1]});
  const std::string name = witness.closed ? fmt::format("barrier: Φ {} {}, certified", claim.at("sign") == "+" ? '<' : '>', level_text(claim))
                                          : fmt::format("tunnel: Φ {} {}, certified", claim.at("sign") == "+" ? '>' : '<', level_text(claim));
  scene.lines.push_back({line, witness.closed ? kBarrier : kPath, true, name});
  scene.marks.push_back({{seen.back()[0], seen.back()[1]}, witness.closed ? colours::witness : colours::tunnel, "from " + point_text(claim.at("from")), "the point", false});
  set_statement(&scene, claim, domain, tunnel_sentence(claim, witness),
                fmt::format("The sign of Φ{} on the {} is certified; colours and level lines are drawn by sampling, not certified.", near(claim.at("level")) == 0 ? "" : " − " + level_text(claim), witness.closed ? "barrier" : "tunnel"));
  if (space) scene.statement.domain += " (window shown)";
  page->figure(drawn_svg([&](const std::string& path) { draw_scene(scene, path); }),
               fmt::format("The {} (proof.{}) and the point (claim.from).{}", witness.closed ? "barrier" : "tunnel",
                           witness.closed ? (proof.contains("box") ? "box" : "barrier") : "path", kSampled));
}

/// Φ over the length of the path, in any dimension.
void draw_along_path(HtmlPage* page, const Document& document, const Chain& chain) {
  const Json& claim = document.json.at("claim");
  std::vector<std::vector<double>> corners = witness_of(document.json.at("proof"), 0).corners;
  double length = 0;
  for (std::size_t k = 1; k < corners.size(); ++k) {
    double square = 0;
    for (std::size_t i = 0; i < corners[k].size(); ++i) square += std::pow(corners[k][i] - corners[k - 1][i], 2);
    length += std::sqrt(square);
  }
  const Witness witness = witness_of(document.json.at("proof"), std::max(4.0, length));
  corners = witness.corners;
  const CompiledChain<double> function = compile_approx(chain);
  Polyline graph;
  std::vector<double> joints;
  double done = 0;
  const std::size_t pieces = std::max<std::size_t>(2, 800 / corners.size());
  for (std::size_t k = 1; k < corners.size(); ++k) {
    double square = 0;
    for (std::size_t i = 0; i < corners[k].size(); ++i) square += std::pow(corners[k][i] - corners[k - 1][i], 2);
    for (std::size_t part = 0; part <= pieces; ++part) {
      const double t = static_cast<double>(part) / static_cast<double>(pieces);
      std::vector<double> x = corners[k - 1];
      for (std::size_t i = 0; i < x.size(); ++i) x[i] += t * (corners[k][i] - corners[k - 1][i]);
      const double value = value_approx(function, x);
      if (std::isfinite(value)) graph.points.push_back({done + t * std::sqrt(square), value});
    }
    done += std::sqrt(square);
    if (k + 1 < corners.size()) joints.push_back(done);
  }
  if (!(done > 0)) return;
  const double level = near(claim.at("level"));
  Scene scene = line_scene(document, {0, done}, graph, level);
  scene.content.x_label = "length along the tunnel";
  scene.content.y_label = "Φ";
  for (const double joint : joints)
    scene.lines.push_back({{{{joint, scene.content.y.lower}, {joint, scene.content.y.upper}}}, {colours::grid_line, 1.4}, false, "corners of the tunnel"});
  set_statement(&scene, claim, domain_of(claim, chain.input_dim), tunnel_sentence(claim, witness),
                fmt::format("That Φ {} {} all along is certified; the graph is drawn by sampling, not certified{}.", claim.at("sign") == "+" ? '>' : '<', level_text(claim),
                            witness.ray ? ", and shows the beginning of the ray" : ""));
  page->figure(drawn_svg([&](const std::string& path) { draw_scene(scene, path); }),
               "The network along the tunnel (proof.path). The sign is certified; the graph is drawn by sampling, not certified.");
}

/// One input: the graph, with the tunnel or the two points of the barrier on the level.
void draw_linear_tunnel(HtmlPage* page, const Document& document, const Chain& chain) {
  const Json& claim = document.json.at("claim");
  const Domain domain = domain_of(claim, 1);
  const bool space = domain.type == Domain::Type::space;
  const double level = near(claim.at("level")), from = near(claim.at("from").at(0));
  std::vector<std::vector<double>> seen = witness_of(document.json.at("proof"), 1).corners;
  seen.push_back({from});
  const Range window = space ? window_round(seen, 1)[0] : window_of(domain)[0];
  const Witness witness = witness_of(document.json.at("proof"), 4 * window.length());
  Scene scene = line_scene(document, window, graph_of(chain, window), level);
  if (!witness.closed) {
    Polyline line;
    for (const auto& corner : witness.corners) line.points.push_back({corner[0], level});
    scene.lines.push_back({line, kPath, true, fmt::format("tunnel: Φ {} {}, certified", claim.at("sign") == "+" ? '>' : '<', level_text(claim))});
  } else {
    for (const auto& corner : witness.corners)
      scene.marks.push_back({{corner[0], level}, colours::witness, fmt::format("x = {}", corner[0]), fmt::format("barrier: Φ {} {}, certified", claim.at("sign") == "+" ? '<' : '>', level_text(claim)), true});
  }
  scene.marks.push_back({{from, level}, witness.closed ? colours::witness : colours::tunnel, "from " + point_text(claim.at("from")), "the point", false});
  set_statement(&scene, claim, domain, tunnel_sentence(claim, witness), "The signs on the tunnel or at the barrier are certified; the graph is drawn by sampling, not certified.");
  page->figure(drawn_svg([&](const std::string& path) { draw_scene(scene, path); }),
               "The tunnel or the barrier (proof) at the height of the level. The graph is drawn by sampling, not certified.");
}

// ---- cells by sign

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
    scene->lines.push_back({std::move(curve), {colours::ink, 1.8}, false, fmt::format("Φ = {:.6g}, sampled", level)});
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
    return {circle(centre[0], centre[1], near(region.at("inner"))), circle(centre[0], centre[1], near(region.at("outer")))};
  }
  Polyline line{{}, true};
  if (type == "box") {
    const auto box = box_of(region.at("bounds"));
    line.points = {{box[0].lower(), box[1].lower()}, {box[0].upper(), box[1].lower()}, {box[0].upper(), box[1].upper()}, {box[0].lower(), box[1].upper()}};
  } else {
    for (const Json& vertex : region.at("vertices")) line.points.push_back({near(vertex.at(0)), near(vertex.at(1))});
  }
  return {line};
}

std::string curve_sentence(const Json& claim, std::size_t dim) {
  if (!claim.at("curves").is_object()) return "undecided: the certificate claims nothing of the curves";
  const auto closed = claim.at("curves").at("closed").get<std::size_t>(), arcs = claim.at("curves").at("arcs").get<std::size_t>();
  const std::string set = fmt::format("proved: {{Φ = {}}} is ", level_text(claim));
  if (dim == 1) return set + counted(arcs, "point");
  return set + (closed + arcs == 0 ? "empty" : closed == 0 ? counted(arcs, "arc") : arcs == 0 ? counted(closed, "closed curve") : counted(closed, "closed curve") + " and " + counted(arcs, "arc"));
}

}  // namespace

void add_tunnel(HtmlPage* page, const Document& document) {
  const Chain chain = make_chain(document.network, output_of(document.json.at("claim")), document.title);
  const Json& proof = document.json.at("proof");
  if (chain.input_dim == 2) draw_planar_tunnel(page, document, chain);
  if (chain.input_dim == 1) draw_linear_tunnel(page, document, chain);
  if (chain.input_dim > 2 && proof.contains("path")) draw_along_path(page, document, chain);
  if (chain.input_dim > 2 && !proof.contains("path")) page->paragraph("No picture: the barrier is the boundary of a box in more than two dimensions (proof.box).");
}

void add_level_curve(HtmlPage* page, const Document& document) {
  const Json& claim = document.json.at("claim");
  const Chain chain = make_chain(document.network, output_of(claim), document.title);
  std::vector<std::vector<HtmlPage::Cell>> rows = {{"component", "sign", "status", "holes", chain.input_dim == 1 ? "length" : "area", "in the certificate"}};
  if (claim.at("components").is_array())
    for (const Json& item : claim.at("components"))
      if (rows.size() <= kMostRows)
        rows.push_back({std::to_string(rows.size() - 1), item.at("sign").get<std::string>(), item.at("status").get<std::string>(), std::to_string(item.at("holes").get<std::size_t>()),
                        interval_text(interval_of(item.at("area"))), fmt::format("claim.components[{}]", rows.size() - 1)});
  if (rows.size() > 1) {
    page->table(rows);
    say_more(page, claim.at("components").size());
  }
  if (chain.input_dim > 2) return;
  const Domain domain = domain_of(claim, chain.input_dim);
  const std::vector<Range> window = window_of(domain);
  const double level = near(claim.at("level"));
  Scene scene = chain.input_dim == 1 ? line_scene(document, window[0], graph_of(chain, window[0]), level) : plane_scene(document, window);
  scene.tick_lines = false;
  add_cells(&scene, document.json.at("proof").at("tree"), domain);
  if (chain.input_dim == 2) add_sampled_curve(&scene, chain, window, level);
  for (const Json& item : claim.at("contains")) {
    const auto x = near_point(item.at("point"));
    scene.marks.push_back({{x[0], x.size() == 1 ? level : x[1]}, colours::ink, point_text(item.at("point")) + fmt::format(" in component {}", item.at("component").get<std::size_t>()), "point of a component", false});
  }
  set_statement(&scene, claim, domain, curve_sentence(claim, chain.input_dim), "The signs of the cells, and with them the topology, are certified; the curve itself is drawn by sampling, not certified.");
  page->figure(drawn_svg([&](const std::string& path) { draw_scene(scene, path); }),
               fmt::format("The {} of proof.tree by what is certified of them (c = {}).", counted(scene.cells.size(), "cell"), level_text(claim)) +
                   (chain.input_dim == 1 ? " The graph is drawn by sampling, not certified." : " The curve runs through the monotone cells only; its course inside them is drawn by sampling, not certified."));
}

void add_level_area(HtmlPage* page, const Document& document) {
  const Json& claim = document.json.at("claim");
  const Chain chain = make_chain(document.network, output_of(claim), document.title);
  std::vector<std::vector<HtmlPage::Cell>> rows = {{"set", "region", "area", "in the certificate"}};
  for (const Json& item : claim.at("areas"))
    if (rows.size() <= kMostRows)
      rows.push_back({fmt::format("{{Φ {} {}}}", item.at("sign") == "+" ? '>' : '<', level_text(claim)),
                      item.at("region").is_null() ? "the domain" : item.at("side").get<std::string>() + fmt::format(" claim.regions[{}]", item.at("region").get<std::size_t>()),
                      interval_text(interval_of(item.at("area"))), fmt::format("claim.areas[{}]", rows.size() - 1)});
  page->table(rows);
  say_more(page, claim.at("areas").size());
  const Domain domain = domain_of(claim, 2);
  const std::vector<Range> window = window_of(domain);
  Scene scene = plane_scene(document, window);
  add_cells(&scene, document.json.at("proof").at("tree"), domain);
  scene.kinds[2].text = "cut: areas of both signs bounded, certified";
  add_sampled_curve(&scene, chain, window, near(claim.at("level")));
  for (const Json& region : claim.at("regions"))
    for (Polyline& outline : outlines_of(region)) scene.lines.push_back({std::move(outline), kRegion, false, "class regions"});
  for (const Json& item : claim.at("labels")) {
    const auto x = near_point(item.at("point"));
    const bool above = item.at("sign") == "+";
    scene.marks.push_back({{x[0], x[1]}, above ? Colour{0.72, 0.36, 0.02} : colours::graph, point_text(item.at("point")), above ? "label +, certified" : "label −, certified", !above});
  }
  std::string verdict = "proved: ";
  const Json& first = claim.at("areas").empty() ? Json() : claim.at("areas").at(0);
  verdict += first.is_null() ? fmt::format("the signs at {}", counted(claim.at("labels").size(), "point"))
                             : fmt::format("areas of {{Φ > {0}}} and {{Φ < {0}}} in {1}", level_text(claim), claim.at("regions").empty() ? "the box" : "the regions");
  set_statement(&scene, claim, domain, verdict, "Cells and areas are certified; the curve is drawn by sampling, not certified.");
  page->figure(drawn_svg([&](const std::string& path) { draw_scene(scene, path); }),
               fmt::format("The {} of proof.tree by what is certified of them (c = {}), and the class regions (claim.regions). The curve is drawn by sampling, not certified.",
                           counted(scene.cells.size(), "cell"), level_text(claim)));
}

}  // namespace narrows::certified
