// Critical points, channel ratios, the cells of piecewise linear networks, and points that are critical in Clarke's sense.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "io/exact_text.hpp"
#include "network/chain.hpp"
#include "plot/colour_map.hpp"
#include "plot/critical_picture.hpp"
#include "plot/partition_picture.hpp"
#include "plot/ratio_picture.hpp"
#include "plot/scene_picture.hpp"
#include "report/certificate_figures.hpp"
#include "report/certificate_json.hpp"
#include "report/drawn_svg.hpp"

namespace narrows::certified {
namespace {

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// The claim as a result that can be drawn.
CertifyResult critical_result(const Json& claim, std::size_t dim) {
  CertifyResult result;
  result.claim =
      claim.at("kind") == "no-local-extremum" ? Claim::no_local_extremum : Claim::no_critical_points;
  result.domain = domain_of(claim, dim);
  result.verdict = verdict_of(claim);
  result.complete = claim.at("complete").get<bool>();
  if (result.verdict == Verdict::undecided)
    result.reason = "the certificate claims no more than the points listed";
  for (const Json& item : claim.at("critical_points")) {
    CriticalPoint point;
    for (const Json& side : item.at("box")) point.box.push_back(interval_of(side));
    point.value = interval_of(item.at("value"));
    if (!item.at("morse_index").is_null()) point.morse_index = item.at("morse_index").get<int>();
    point.inside = item.at("in_domain") == "inside";
    result.critical_points.push_back(std::move(point));
  }
  return result;
}

/// "[p/q,p/q]", "[p/q,?]" or "infinite".
CriticalRatio ratio_of(const std::string& bracket) {
  CriticalRatio ratio;
  if (bracket == "infinite") {
    ratio.status = CriticalRatio::Status::infinite;
    return ratio;
  }
  const auto comma = bracket.find(',');
  ratio.lower = parse_exact(bracket.substr(1, comma - 1)).value();
  const std::string upper = bracket.substr(comma + 1, bracket.size() - comma - 2);
  if (upper == "?") return ratio;
  ratio.upper = parse_exact(upper).value();
  ratio.status = CriticalRatio::Status::bracket;
  return ratio;
}

}  // namespace

void add_critical(HtmlPage* page, const Document& document) {
  const Json& claim = document.json.at("claim");
  const Network& network = document.network;
  const std::string& title = document.title;
  const Chain chain = make_chain(network, output_of(claim), title);
  const CertifyResult result = critical_result(claim, chain.input_dim);
  std::vector<std::vector<HtmlPage::Cell>> rows = {
      {"critical point", "value", "Morse index", "where", "in the certificate"}};
  for (std::size_t i = 0; i < result.critical_points.size() && i < kMostRows; ++i) {
    const CriticalPoint& point = result.critical_points[i];
    std::string box;
    for (const Interval& side : point.box) box += (box.empty() ? "" : " × ") + interval_text(side);
    rows.push_back({box, interval_text(point.value),
                    point.morse_index ? std::to_string(*point.morse_index) : "not proved",
                    point.inside ? "inside" : "on or next to the boundary",
                    fmt::format("claim.critical_points[{}]", i)});
  }
  if (rows.size() > 1) page->table(rows);
  say_more(page, result.critical_points.size());
  if (chain.input_dim <= 2 && first_ode_layer(chain.layers) == chain.layers.size())
    page->figure(
        drawn_svg([&](const std::string& path) { draw_critical_picture(chain, result, title, path); }),
        "The function, and what the certificate proves of its critical points. Symbols and verdict repeat "
        "the claim; colours and level lines are drawn from floating-point values.");
}

void add_ratios(HtmlPage* page, const Document& document) {
  const Json& claim = document.json.at("claim");
  const Network& network = document.network;
  const std::string& title = document.title;
  ThresholdResult result;
  result.verdict = verdict_of(claim);
  if (claim.at("domain").at("type") != "space") result.domain = domain_of(claim, network.input_dim);
  std::vector<std::vector<HtmlPage::Cell>> rows = {
      {"layer", "kind", "ratio", "regular", "critical ratio", "in the certificate"}};
  bool any = false;
  std::string above;  // layers whose ratio exceeds their critical one
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const auto words = claim.at("layers").at(l).get<std::string>();
    LayerThreshold layer;
    layer.kind = kind_of(network.layers[l]);
    const std::string first = words.substr(0, words.find(' '));
    layer.regular = first == "regular"       ? Regularity::regular
                    : first == "not-regular" ? Regularity::not_regular
                                             : Regularity::undecided;
    if (const auto* block = std::get_if<ResidualLayer>(&network.layers[l].value);
        block != nullptr && block->skip != 0)
      layer.ratio = block->residual / block->skip;
    std::string shown = "–";
    if (const auto at = words.find(" critical "); at != std::string::npos && layer.ratio) {
      layer.critical = ratio_of(words.substr(at + 10));
      any = true;
      const CriticalRatio& critical = *layer.critical;
      shown = critical.status == CriticalRatio::Status::infinite
                  ? "infinite"
                  : fmt::format("[{}, {}]", enclose(critical.lower).lower(),
                                critical.upper ? fmt::format("{}", enclose(*critical.upper).upper()) : "?");
    }
    if (layer.critical && layer.critical->upper && abs(*layer.ratio) > *layer.critical->upper)
      above += (above.empty() ? "" : ", ") + std::to_string(l + 1);
    rows.push_back({std::to_string(l + 1), layer.kind,
                    layer.ratio ? fmt::format("{}", mpq_get_d(layer.ratio->backend().data())) : "–", first,
                    shown, fmt::format("claim.layers[{}]", l)});
    result.layers.push_back(std::move(layer));
  }
  page->table(rows);
  if (!above.empty())
    page->paragraph("The ratio of layer " + above +
                    " is above the critical ratio, and so above the Lipschitz ratio 1/(s‖W̃‖‖W‖), which is at "
                    "most the critical one (T2, T3): below it a norm proves a block regular.");
  if (any)
    page->figure(drawn_svg([&](const std::string& path) { draw_ratio_picture(result, title, path); }),
                 "Channel ratios and sharp critical ratios as the certificate proves them (the Lipschitz "
                 "ratio is no part of the claim and is left out).");
}

void add_partition(HtmlPage* page, const Document& document) {
  const Json& claim = document.json.at("claim");
  const Network& network = document.network;
  const std::string& title = document.title;
  const Chain chain = make_chain(network, output_of(claim), title);
  if (chain.input_dim != 2) return;
  LevelSetOptions options;
  const Json& level = claim.at("level");
  options.level =
      level.is_string() ? parse_exact(level.get<std::string>()).value() : rational_exact(level.get<double>());
  const LevelSetResult result = analyse_level_sets(chain, options, title);
  page->figure(
      drawn_svg([&](const std::string& path) { draw_partition_picture(chain, result, title, path); }),
      "The cells on which the network is affine, computed again exactly, and the level line.");
}

void add_clarke(HtmlPage* page, const Document& document) {
  const Json &claim = document.json.at("claim"), &proof = document.json.at("proof");
  const Chain chain = make_chain(document.network, output_of(claim), document.title);
  std::vector<std::vector<HtmlPage::Cell>> rows = {
      {"direction of a limiting gradient", "weight", "in the certificate"}};
  for (std::size_t k = 0; k < proof.at("directions").size() && k < kMostRows; ++k)
    rows.push_back({point_text(proof.at("directions").at(k)), text_of(proof.at("weights").at(k)),
                    fmt::format("proof.directions[{0}], proof.weights[{0}]", k)});
  page->table(rows);
  say_more(page, proof.at("directions").size());
  if (chain.input_dim != 2) return;
  using namespace plot;
  const auto at = near_point(claim.at("point"));
  const std::vector<Range> window = {{at[0] - 2, at[0] + 2}, {at[1] - 2, at[1] + 2}};
  Scene scene;
  scene.content = plane_content(window);
  scene.content.title = document.title;
  scene.ground = sample_grid(chain, window);
  for (const Json& item : proof.at("directions")) {
    const auto direction = near_point(item);
    const double length = std::hypot(direction[0], direction[1]);
    if (length > 0)
      scene.lines.push_back(
          {{{{at[0], at[1]}, {at[0] + 0.8 * direction[0] / length, at[1] + 0.8 * direction[1] / length}}},
           {colours::tunnel, 2.4},
           true,
           "directions of limiting gradients, certified"});
  }
  scene.marks.push_back({{at[0], at[1]},
                         colours::witness,
                         point_text(claim.at("point")),
                         "0 is in the subdifferential, certified",
                         false});
  scene.statement = {
      "R^2 (window shown)",
      std::string("proved: 0 lies in Clarke's subdifferential at the point") +
          (claim.at("layers_regular").get<bool>() ? ", although all layers are regular" : ""),
      verdict_of(claim),
      "Point and directions are certified; colours and level lines are drawn by sampling, not certified."};
  page->figure(
      drawn_svg([&](const std::string& path) { draw_scene(scene, path); }),
      std::string("The point (claim.point) and the directions (proof.directions) along which limits of "
                  "gradients are taken; with the weights (proof.weights) these gradients add up to 0.") +
          kSampled);
}

}  // namespace narrows::certified
