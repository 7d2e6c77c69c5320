// Certified distances and errors: the interval beside the theorem's bound, the cells of the proof, the point that attains the lower end.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/counted.hpp"
#include "network/chain.hpp"
#include "plot/approximate.hpp"
#include "plot/bound_picture.hpp"
#include "plot/colour_map.hpp"
#include "plot/rounded_text.hpp"
#include "plot/scene_picture.hpp"
#include "plot/verdict_line.hpp"
#include "report/certificate_figures.hpp"
#include "report/certificate_json.hpp"
#include "report/drawn_svg.hpp"

namespace narrows::certified {
namespace {

using namespace plot;

const Stroke kGraph{colours::graph, 2.2};
const Stroke kTarget{{0.72, 0.36, 0.02}, 2.2};
const Stroke kWitness{colours::witness, 2.4};
const Colour kBand{0.98, 0.79, 0.58, 0.45};
constexpr std::size_t kSamples = 601;

using Function = std::function<double(std::span<const double>)>;

Polyline graph_of(const Function& f, const Range& window) {
  Polyline graph;
  for (std::size_t k = 0; k < kSamples; ++k) {
    const double x = window.lower + window.length() * static_cast<double>(k) / (kSamples - 1);
    graph.points.push_back({x, f(std::array{x})});
  }
  return graph;
}

Grid grid_of(const Function& f, const std::vector<Range>& window, std::size_t side) {
  Grid grid{window[0], window[1], side, side, {}};
  for (std::size_t row = 0; row < side; ++row)
    for (std::size_t column = 0; column < side; ++column)
      grid.values.push_back(
          f(std::array{grid.x_at(static_cast<double>(column)), grid.y_at(static_cast<double>(row))}));
  return grid;
}

/// The band between two graphs.
Polyline band_of(const Polyline& middle, double half) {
  Polyline band{{}, true};
  for (const Point& p : middle.points) band.points.push_back({p.x, p.y + half});
  for (auto p = middle.points.rbegin(); p != middle.points.rend(); ++p)
    band.points.push_back({p->x, p->y - half});
  return band;
}

void fit_heights(Scene* scene) {
  double low = kInfinity, high = -kInfinity;
  const auto cover = [&](const Polyline& line) {
    for (const Point& p : line.points)
      if (std::isfinite(p.y)) low = std::min(low, p.y), high = std::max(high, p.y);
  };
  for (const SceneArea& area : scene->areas) cover(area.outline);
  for (const SceneLine& line : scene->lines) cover(line.line);
  const double margin = high > low ? 0.08 * (high - low) : 1;
  scene->content.y = low <= high ? Range{low - margin, high + margin} : Range{-1, 1};
}

Scene line_scene(const Document& document, const Range& x, const std::string& y_label) {
  Scene scene;
  scene.content.title = document.title;
  scene.content.x = x;
  scene.content.x_label = "x";
  scene.content.y_label = y_label;
  scene.content.plot_width = 700;
  scene.content.plot_height = 400;
  scene.tick_lines = true;
  return scene;
}

/// The leaves of the proof's tree over the plane, outlined, those beyond a ball veiled.
void add_cells(Scene* scene, const Json& tree, const Domain& domain, const std::vector<Range>& window) {
  std::vector<Interval> root;
  for (const Range& side : window) root.push_back({side.lower, side.upper});
  scene->kinds = {{"cell: the upper end is certified", {1, 1, 1, 0}},
                  {"outside of the domain", {1, 1, 1, 0.75}}};
  for (const TreeLeaf& leaf : leaves_of(tree, root))
    scene->cells.push_back({{leaf.box[0].lower(), leaf.box[0].upper()},
                            {leaf.box[1].lower(), leaf.box[1].upper()},
                            leaf.rule == "outside-domain" ? 1U : 0U});
  if (domain.type == Domain::Type::ball) {
    Polyline circle{{}, true};
    for (int k = 0; k < 180; ++k)
      circle.points.push_back(
          {domain.radius * std::cos(k * M_PI / 90), domain.radius * std::sin(k * M_PI / 90)});
    scene->lines.push_back({circle, {colours::ink, 1.4}, false, "domain"});
  }
}

void add_point(Scene* scene, const Json& point, double value_on_line) {
  const auto x = near_point(point);
  scene->marks.push_back({{x[0], x.size() == 1 ? value_on_line : x[1]},
                          colours::witness,
                          "at " + point_text(point),
                          "point: the lower end is certified",
                          false});
}

std::size_t leaf_count(const Json& tree) {
  return static_cast<std::size_t>(
      std::count_if(tree.begin(), tree.end(), [](const Json& item) { return item.at(0) != "split"; }));
}

/// f of the claim, in floating point.
Function target_of(const Json& target) {
  struct Term {
    double factor;
    std::vector<int> exponents;
  };
  std::vector<Term> terms;
  for (const Json& term : target.at("terms"))
    terms.push_back({near(term.at(0)), term.at(1).get<std::vector<int>>()});
  const bool sigmoid = target.at("type") == "sigmoid";
  return [terms, sigmoid](std::span<const double> x) {
    double sum = 0;
    for (const Term& term : terms) {
      double product = term.factor;
      for (std::size_t i = 0; i < x.size(); ++i) product *= std::pow(x[i], term.exponents[i]);
      sum += product;
    }
    return sigmoid ? 1 / (1 + std::exp(-sum)) : sum;
  };
}

}  // namespace

void add_distance(HtmlPage* page, const Document& document) {
  const Json &claim = document.json.at("claim"), &proof = document.json.at("proof");
  const Chain chain = make_chain(document.network, output_of(claim), document.title);
  const Domain domain = domain_of(claim, chain.input_dim);
  const Interval distance = interval_of(claim.at("distance"));
  const bool ode = claim.at("limit") == "ode";
  const std::string limit = ode ? "neural ODE" : "MLP without skips";
  if (claim.at("bound").is_object() && near(claim.at("bound").at("value")) > 0 && distance.upper() > 0) {
    const auto theorem = claim.at("bound").at("theorem").get<std::string>();
    BoundPicture picture{document.title,
                         fmt::format("largest distance from its {} on {}", limit, to_string(domain)),
                         distance,
                         "certified distance",
                         near(claim.at("bound").at("value")),
                         "bound of " + theorem,
                         "Both ends of the distance are certified; so is that the right-hand side of the "
                         "theorem is at most the number shown."};
    page->figure(
        drawn_svg([&](const std::string& path) { draw_bound_picture(picture, path); }),
        fmt::format(
            "The certified distance (claim.distance) and the number of theorem {} (claim.bound.value).",
            theorem));
  }
  if (chain.input_dim > 2) return;
  const CompiledChain<double> compiled = compile_approx(chain);
  const Function difference = [&](std::span<const double> x) {
    return difference_from_limit_approx(compiled, ode, x);
  };
  const std::vector<Range> window = window_of(domain);
  Scene scene;
  if (chain.input_dim == 1) {
    scene = line_scene(document, window[0], "Φ − limit");
    const Polyline zero{{{window[0].lower, 0}, {window[0].upper, 0}}};
    scene.areas.push_back({band_of(zero, distance.upper()), kBand, "±hi: certified to hold the graph"});
    scene.lines.push_back({graph_of(difference, window[0]), kGraph, true, "Φ − limit, sampled"});
    const double x = near(proof.at("point").at(0)), value = difference(std::array{x});
    scene.lines.push_back({{{{x, 0}, {x, value}}}, kWitness, false, ""});
    add_point(&scene, proof.at("point"), value);
    fit_heights(&scene);
  } else {
    scene.content = plane_content(window);
    scene.content.title = document.title;
    scene.ground = grid_of(difference, window, 97);
    scene.ground_name = "Φ − limit";
    add_cells(&scene, proof.at("tree"), domain, window);
    add_point(&scene, proof.at("point"), 0);
  }
  scene.statement = {
      to_string(domain),
      fmt::format("proved: the largest distance from the {} lies in {}", limit, text_around(distance)),
      verdict_of(claim), "Both ends are certified; the values between are drawn by sampling, not certified.",
      fmt::format("distance from the {}", limit)};
  page->figure(drawn_svg([&](const std::string& path) { draw_scene(scene, path); }),
               fmt::format("Where the network differs from its limit: the {} on which proof.tree certifies "
                           "the upper end, and the point (proof.point) that certifies the lower one. "
                           "Differences are drawn by sampling, not certified.",
                           counted(leaf_count(proof.at("tree")), "cell")));
}

void add_sup_error(HtmlPage* page, const Document& document) {
  const Json &claim = document.json.at("claim"), &proof = document.json.at("proof");
  const Chain chain = make_chain(document.network, output_of(claim), document.title);
  if (chain.input_dim > 2) {
    page->paragraph("No picture: more than two inputs.");
    return;
  }
  const Domain domain = domain_of(claim, chain.input_dim);
  const Interval error = interval_of(claim.at("error"));
  const CompiledChain<double> compiled = compile_approx(chain);
  // The claim speaks of the network's own values: no final sigmoid is dropped.
  const Function network = [&](std::span<const double> x) {
    const double value = value_approx(compiled, x);
    return chain.dropped_sigmoid ? 1 / (1 + std::exp(-value)) : value;
  };
  const Function target = target_of(claim.at("target"));
  const std::vector<Range> window = window_of(domain);
  Scene scene;
  if (chain.input_dim == 1) {
    scene = line_scene(document, window[0], "value");
    const Polyline f = graph_of(target, window[0]);
    scene.areas.push_back(
        {band_of(f, error.upper()), kBand, "f ± hi: certified to hold the network's graph"});
    scene.lines.push_back({f, kTarget, true, "target f, sampled"});
    scene.lines.push_back({graph_of(network, window[0]), kGraph, true, "network, sampled"});
    const double x = near(proof.at("point").at(0));
    scene.lines.push_back({{{{x, target(std::array{x})}, {x, network(std::array{x})}}}, kWitness, false, ""});
    add_point(&scene, proof.at("point"), network(std::array{x}));
    fit_heights(&scene);
  } else {
    scene.content = plane_content(window);
    scene.content.title = document.title;
    scene.ground = grid_of([&](std::span<const double> x) { return network(x) - target(x); }, window, 201);
    scene.ground_name = "network − f";
    add_cells(&scene, proof.at("tree"), domain, window);
    add_point(&scene, proof.at("point"), 0);
  }
  scene.statement = {
      to_string(domain), fmt::format("proved: sup |f − network| lies in {}", text_around(error)),
      verdict_of(claim), "Both ends are certified; the values between are drawn by sampling, not certified.",
      "error"};
  page->figure(drawn_svg([&](const std::string& path) { draw_scene(scene, path); }),
               fmt::format("The error against the target (claim.target): the {} on which proof.tree "
                           "certifies the upper end of claim.error, and the point (proof.point) that "
                           "certifies the lower one. Values are drawn by sampling, not certified.",
                           counted(leaf_count(proof.at("tree")), "cell")));
}

}  // namespace narrows::certified
