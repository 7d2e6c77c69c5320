// Flows of neural ODEs: the tube of the proof's polynomials, the images of the domain on the way, the certified box of the end.
//
// notation == meaning:  p(s, ξ): the polynomials of a step, s the time since its start, ξ in [−1, 1]^d; ρ: its radius. The checker has
// accepted that the state stays within ρ of p, so a range of p widened by ρ encloses it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/counted.hpp"
#include "network/chain.hpp"
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

constexpr std::size_t kSlices = 360, kMostCoordinates = 6, kImages = 6, kOutline = 16;
const Stroke kStart{colours::faint_ink, 1.4, {4, 3}};
const Stroke kImage{colours::graph, 1};
const Stroke kEnd{colours::proved, 2.6};
const Colour kTube{0.80, 0.88, 0.96};

struct Monomial {
  double factor;
  int time;
  std::vector<int> powers;
};
using Polynomial = std::vector<Monomial>;

struct Step {
  double begins = 0, duration = 0, radius = 0;
  std::vector<Polynomial> state;
};

std::vector<Step> steps_of(const Json& steps) {
  std::vector<Step> result;
  double time = 0;
  for (const Json& item : steps) {
    Step step{time, near(item.at("duration")), near(item.at("radius")), {}};
    for (const Json& polynomial : item.at("state")) {
      Polynomial p;
      for (const Json& term : polynomial) {
        const auto exponents = term.at(1).get<std::vector<int>>();
        p.push_back({near(term.at(0)), exponents.at(0), {exponents.begin() + 1, exponents.end()}});
      }
      step.state.push_back(std::move(p));
    }
    time += step.duration;
    result.push_back(std::move(step));
  }
  return result;
}

double value_of(const Polynomial& p, double s, const std::vector<double>& xi) {
  double sum = 0;
  for (const Monomial& term : p) {
    double product = term.factor * std::pow(s, term.time);
    for (std::size_t i = 0; i < xi.size(); ++i) product *= std::pow(xi[i], term.powers[i]);
    sum += product;
  }
  return sum;
}

Interval power(const Interval& x, int exponent) {
  Interval result(1.0);
  for (int k = 0; k < exponent; ++k) result = result * x;
  return result;
}

/// p over s and all ξ, widened by the radius. What belongs to one power of ξ is added up first: over a short time it hardly varies.
Interval range_of(const Polynomial& p, const Interval& s, double radius) {
  std::map<std::vector<int>, Interval> coefficients;
  for (const Monomial& term : p) {
    const Interval part = Interval(term.factor) * power(s, term.time);
    const auto [at, added] = coefficients.emplace(term.powers, part);
    if (!added) at->second = at->second + part;
  }
  Interval sum(-radius, radius);
  for (const auto& [powers, coefficient] : coefficients) {
    const bool constant = std::all_of(powers.begin(), powers.end(), [](int k) { return k == 0; });
    const bool even = std::all_of(powers.begin(), powers.end(), [](int k) { return k % 2 == 0; });
    sum = sum + coefficient * (constant ? Interval(1.0) : even ? Interval(0.0, 1.0) : Interval(-1.0, 1.0));
  }
  return sum;
}

/// A piece of the tube: a piece of time and an enclosure of all states in it.
struct Slice {
  double from = 0, to = 0;
  std::vector<Interval> box;
};

std::vector<Slice> slices_of(const std::vector<Step>& steps) {
  const double total = steps.back().begins + steps.back().duration;
  std::vector<Slice> slices;
  for (const Step& step : steps) {
    const int pieces =
        std::max(1, static_cast<int>(std::lround(static_cast<double>(kSlices) * step.duration / total)));
    for (int k = 0; k < pieces; ++k) {
      const double from = step.duration * k / pieces, to = step.duration * (k + 1) / pieces;
      Slice slice{step.begins + from, step.begins + to, {}};
      for (const Polynomial& p : step.state) slice.box.push_back(range_of(p, {from, to}, step.radius));
      slices.push_back(std::move(slice));
    }
  }
  return slices;
}

/// p at one time for ξ on the boundary of [−1, 1]^2, once round.
Polyline image_at(const std::vector<Step>& steps, double time) {
  auto step =
      std::find_if(steps.rbegin(), steps.rend(), [time](const Step& one) { return one.begins <= time; });
  const Step& at = step == steps.rend() ? steps.front() : *step;
  Polyline outline{{}, true};
  for (std::size_t side = 0; side < 4; ++side)
    for (std::size_t k = 0; k < kOutline; ++k) {
      const double t = -1 + 2 * static_cast<double>(k) / kOutline;
      const std::vector<double> xi = side == 0   ? std::vector{t, -1.0}
                                     : side == 1 ? std::vector{1.0, t}
                                     : side == 2 ? std::vector{-t, 1.0}
                                                 : std::vector{-1.0, -t};
      outline.points.push_back(
          {value_of(at.state[0], time - at.begins, xi), value_of(at.state[1], time - at.begins, xi)});
    }
  return outline;
}

Polyline centre_of(const std::vector<Step>& steps, std::size_t dim, std::size_t coordinate, bool over_time) {
  Polyline line;
  const std::vector<double> xi(dim, 0.0);
  for (const Step& step : steps)
    for (int k = 0; k <= 12; ++k) {
      const double s = step.duration * k / 12;
      if (over_time)
        line.points.push_back({step.begins + s, value_of(step.state[coordinate], s, xi)});
      else
        line.points.push_back({value_of(step.state[0], s, xi), value_of(step.state[1], s, xi)});
    }
  return line;
}

bool is_point(const Domain& domain) {
  return domain.box.lower == domain.box.upper;
}

std::string verdict_text(const Json& claim, std::size_t steps) {
  std::string text =
      fmt::format("proved: a tube of {} holds all states; the end is in the box", counted(steps, "step"));
  if (claim.at("determinant").is_array())
    text += fmt::format(", the determinant of the Jacobian in {}",
                        text_around(interval_of(claim.at("determinant"))));
  return text;
}

/// The plane of the states: equal scales, everything with a margin.
void set_window(Scene* scene, const std::vector<Slice>& slices) {
  double low[2] = {kInfinity, kInfinity}, high[2] = {-kInfinity, -kInfinity};
  for (const Slice& slice : slices)
    for (std::size_t axis = 0; axis < 2; ++axis) {
      low[axis] = std::min(low[axis], slice.box[axis].lower());
      high[axis] = std::max(high[axis], slice.box[axis].upper());
    }
  std::vector<Range> window;
  const double longest = std::max(high[0] - low[0], high[1] - low[1]), margin = 0.06 * longest;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const double spare = std::max(
        0.0, (longest / 2.5 - (high[axis] - low[axis])) / 2);  // long tubes are not squeezed to a line
    window.push_back({low[axis] - margin - spare, high[axis] + margin + spare});
  }
  const std::string title = scene->content.title;
  scene->content = plane_content(window);
  scene->content.title = title;
  scene->content.x_label = "h₁";
  scene->content.y_label = "h₂";
}

void add_plane(Scene* scene, const Json& claim, const Domain& domain, const std::vector<Step>& steps,
               const std::vector<Slice>& slices) {
  set_window(scene, slices);
  scene->kinds = {{"tube: all states on the way, certified", kTube, false}};
  for (const Slice& slice : slices)
    scene->cells.push_back(
        {{slice.box[0].lower(), slice.box[0].upper()}, {slice.box[1].lower(), slice.box[1].upper()}, 0});
  const double total = steps.back().begins + steps.back().duration;
  scene->lines.push_back(
      {centre_of(steps, domain.dim, 0, false), {{0.96, 0.60, 0.10}, 1.4}, false, "path of the middle"});
  if (domain.dim == 2 && !is_point(domain)) {
    for (std::size_t k = 1; k < kImages; ++k)
      scene->lines.push_back({image_at(steps, total * static_cast<double>(k) / kImages), kImage, false,
                              "images of the box on the way"});
    scene->lines.push_back({image_at(steps, 0), kStart, false, "the box at the start"});
    scene->lines.push_back({image_at(steps, total), {colours::graph, 2.2}, false, "image at the end"});
  } else {
    const Point from = scene->lines.front().line.points.front();
    scene->marks.push_back({from, colours::faint_ink, "start", "start", false});
  }
  const auto end = box_of(claim.at("end"));
  scene->lines.push_back({{{{end[0].lower(), end[1].lower()},
                            {end[0].upper(), end[1].lower()},
                            {end[0].upper(), end[1].upper()},
                            {end[0].lower(), end[1].upper()}},
                           true},
                          kEnd,
                          false,
                          "box of the end, certified"});
  const double shown = scene->content.x.length() / scene->content.plot_width * 4;
  if (end[0].upper() - end[0].lower() < shown && end[1].upper() - end[1].lower() < shown)
    scene->marks.push_back({{midpoint(end[0]), midpoint(end[1])},
                            colours::proved,
                            "end " + interval_text(end[0]) + " × " + interval_text(end[1]),
                            "box of the end (smaller than the ring), certified",
                            false});
}

void add_over_time(Scene* scene, const std::vector<Step>& steps, const std::vector<Slice>& slices,
                   std::size_t dim) {
  constexpr std::array<Colour, kMostCoordinates> hues = {Colour{0.16, 0.36, 0.62}, Colour{0.80, 0.42, 0.02},
                                                         Colour{0.00, 0.47, 0.38}, Colour{0.64, 0.09, 0.45},
                                                         Colour{0.45, 0.45, 0.50}, Colour{0.55, 0.40, 0.05}};
  double low = kInfinity, high = -kInfinity;
  const std::size_t count = std::min(kMostCoordinates, steps.front().state.size());
  for (std::size_t i = 0; i < count; ++i) {
    Polyline band{{}, true};
    for (const Slice& slice : slices)
      for (const double time : {slice.from, slice.to}) band.points.push_back({time, slice.box[i].upper()});
    for (auto slice = slices.rbegin(); slice != slices.rend(); ++slice)
      for (const double time : {slice->to, slice->from}) band.points.push_back({time, slice->box[i].lower()});
    for (const Point& p : band.points) low = std::min(low, p.y), high = std::max(high, p.y);
    Colour pale = hues[i];
    pale.opacity = 0.28;
    scene->areas.push_back({band, pale, ""});
    scene->lines.push_back({centre_of(steps, dim, i, true),
                            {hues[i], 1.8},
                            false,
                            fmt::format("h{}, with its certified tube", i + 1)});
  }
  const double margin = high > low ? 0.08 * (high - low) : 1;
  scene->content.x = {0, steps.back().begins + steps.back().duration};
  scene->content.y = {low - margin, high + margin};
  scene->content.x_label = "time t";
  scene->content.y_label = "state";
  scene->content.plot_width = 700;
  scene->content.plot_height = 400;
  scene->tick_lines = true;
}

}  // namespace

void add_flow(HtmlPage* page, const Document& document) {
  const Json& claim = document.json.at("claim");
  std::vector<std::vector<HtmlPage::Cell>> rows = {
      {"state at the end", "certified to lie in", "in the certificate"}};
  for (std::size_t i = 0; i < claim.at("end").size() && i < kMostRows; ++i)
    rows.push_back({fmt::format("h{}", i + 1), interval_text(interval_of(claim.at("end").at(i))),
                    fmt::format("claim.end[{}]", i)});
  page->table(rows);
  const Json& proof = document.json.at("proof");
  if (!proof.contains("steps") || proof.at("steps").empty()) return;  // in pieces: a tube for each, no one picture
  const std::vector<Step> steps = steps_of(proof.at("steps"));
  const Domain domain = domain_of(claim, document.network.input_dim);
  const std::vector<Slice> slices = slices_of(steps);
  Scene scene;
  scene.content.title = document.title;
  const std::size_t states = steps.front().state.size();
  if (states == 2)
    add_plane(&scene, claim, domain, steps, slices);
  else
    add_over_time(&scene, steps, slices, domain.dim);
  scene.statement = {to_string(domain), verdict_text(claim, steps.size()), verdict_of(claim),
                     "Tube and box are certified; the lines are the polynomials of the proof, from which the "
                     "states differ by no more than the radius of their step.",
                     "flow"};
  page->figure(drawn_svg([&](const std::string& path) { draw_scene(scene, path); }),
               fmt::format("The flow over time {:.6g}: tube and lines from the {} of proof.steps, the box of "
                           "the end from claim.end.{}",
                           steps.back().begins + steps.back().duration, counted(steps.size(), "step"),
                           states > kMostCoordinates
                               ? fmt::format(" The first {} of {} coordinates.", kMostCoordinates, states)
                               : ""));
}

}  // namespace narrows::certified
