// Tunnels and barriers: paths on which a sign is certified, and closed lines that keep a component in.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/counted.hpp"
#include "plot/approximate.hpp"
#include "report/certificate_json.hpp"
#include "report/drawn_svg.hpp"
#include "report/level_scene.hpp"

namespace narrows::certified {
namespace {

using namespace plot;

const Stroke kPath{colours::tunnel, 3.2};
const Stroke kBarrier{colours::witness, 2.8, {6, 4}};

/// {Φ > c} or {Φ < c}.
std::string set_text(const Json& claim) {
  return fmt::format("{{Φ {} {}}}", claim.at("sign") == "+" ? '>' : '<', level_text(claim));
}

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
  for (Range& side : window)
    side = {0.5 * (side.lower + side.upper) - half, 0.5 * (side.lower + side.upper) + half};
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
      witness.corners = {{box[0].lower(), box[1].lower()},
                         {box[0].upper(), box[1].lower()},
                         {box[0].upper(), box[1].upper()},
                         {box[0].lower(), box[1].upper()}};
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
  const std::string set =
      fmt::format("the component of {} round {}", set_text(claim), point_text(claim.at("from")));
  if (witness.closed)
    return fmt::format("{}: {} is bounded: it lies inside the barrier", to_string(verdict_of(claim)), set);
  const std::size_t segments = witness.corners.size() - (witness.ray ? 2 : 1);
  const std::string path = segments > 0 || !witness.ray ? " along " + counted(segments, "segment") : "";
  return fmt::format("proved: {} {}{}{}", set,
                     witness.ray ? "is unbounded:" : "reaches the boundary of the box", path,
                     witness.ray ? (path.empty() ? " along a ray" : " and a ray") : "");
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
  const std::string name =
      witness.closed
          ? fmt::format("barrier: Φ {} {}, certified", claim.at("sign") == "+" ? '<' : '>', level_text(claim))
          : fmt::format("tunnel: Φ {} {}, certified", claim.at("sign") == "+" ? '>' : '<', level_text(claim));
  scene.lines.push_back({line, witness.closed ? kBarrier : kPath, true, name});
  scene.marks.push_back({{seen.back()[0], seen.back()[1]},
                         witness.closed ? colours::witness : colours::tunnel,
                         "from " + point_text(claim.at("from")),
                         "the point",
                         false});
  set_statement(&scene, claim, domain, tunnel_sentence(claim, witness),
                fmt::format("The sign of Φ{} on the {} is certified; colours and level lines are drawn by "
                            "sampling, not certified.",
                            near(claim.at("level")) == 0 ? "" : " − " + level_text(claim),
                            witness.closed ? "barrier" : "tunnel"));
  if (space) scene.statement.domain += " (window shown)";
  page->figure(
      drawn_svg([&](const std::string& path) { draw_scene(scene, path); }),
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
    for (std::size_t i = 0; i < corners[k].size(); ++i)
      square += std::pow(corners[k][i] - corners[k - 1][i], 2);
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
    for (std::size_t i = 0; i < corners[k].size(); ++i)
      square += std::pow(corners[k][i] - corners[k - 1][i], 2);
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
    scene.lines.push_back({{{{joint, scene.content.y.lower}, {joint, scene.content.y.upper}}},
                           {colours::grid_line, 1.4},
                           false,
                           "corners of the tunnel"});
  set_statement(
      &scene, claim, domain_of(claim, chain.input_dim), tunnel_sentence(claim, witness),
      fmt::format("That Φ {} {} all along is certified; the graph is drawn by sampling, not certified{}.",
                  claim.at("sign") == "+" ? '>' : '<', level_text(claim),
                  witness.ray ? ", and shows the beginning of the ray" : ""));
  page->figure(drawn_svg([&](const std::string& path) { draw_scene(scene, path); }),
               "The network along the tunnel (proof.path). The sign is certified; the graph is drawn by "
               "sampling, not certified.");
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
    scene.lines.push_back(
        {line, kPath, true,
         fmt::format("tunnel: Φ {} {}, certified", claim.at("sign") == "+" ? '>' : '<', level_text(claim))});
  } else {
    for (const auto& corner : witness.corners)
      scene.marks.push_back(
          {{corner[0], level},
           colours::witness,
           fmt::format("x = {}", corner[0]),
           fmt::format("barrier: Φ {} {}, certified", claim.at("sign") == "+" ? '<' : '>', level_text(claim)),
           true});
  }
  scene.marks.push_back({{from, level},
                         witness.closed ? colours::witness : colours::tunnel,
                         "from " + point_text(claim.at("from")),
                         "the point",
                         false});
  set_statement(&scene, claim, domain, tunnel_sentence(claim, witness),
                "The signs on the tunnel or at the barrier are certified; the graph is drawn by sampling, "
                "not certified.");
  page->figure(drawn_svg([&](const std::string& path) { draw_scene(scene, path); }),
               "The tunnel or the barrier (proof) at the height of the level. The graph is drawn by "
               "sampling, not certified.");
}

}  // namespace

void add_tunnel(HtmlPage* page, const Document& document) {
  const Chain chain = make_chain(document.network, output_of(document.json.at("claim")), document.title);
  const Json& proof = document.json.at("proof");
  if (chain.input_dim == 2) draw_planar_tunnel(page, document, chain);
  if (chain.input_dim == 1) draw_linear_tunnel(page, document, chain);
  if (chain.input_dim > 2 && proof.contains("path")) draw_along_path(page, document, chain);
  if (chain.input_dim > 2 && !proof.contains("path"))
    page->paragraph(
        "No picture: the barrier is the boundary of a box in more than two dimensions (proof.box).");
}

}  // namespace narrows::certified
