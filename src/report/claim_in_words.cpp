#include "report/claim_in_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/counted.hpp"
#include "plot/rounded_text.hpp"
#include "report/certificate_json.hpp"
#include "report/level_scene.hpp"

namespace narrows::certified {
namespace {

std::string range_text(const Json& interval) {
  const Interval x = interval_of(interval);
  return "between " + text_below(x.lower()) + " and " + text_above(x.upper());
}

Domain whole_domain(const Json& document) {
  return domain_of(document.at("claim"),
                   document.at("network").at("model").at("input_dim").get<std::size_t>());
}

/// "on all of R^2", "on the box [-2,2]x[-2,2]", "on the ball(1)".
std::string place_of(const Json& document) {
  const Domain domain = whole_domain(document);
  if (domain.type == Domain::Type::space) return "on all of " + to_string(domain);
  return (domain.type == Domain::Type::box ? "on the box " : "on the ") + to_string(domain);
}

std::string critical_words(const Json& document) {
  const Json& claim = document.at("claim");
  const bool extremum = claim.at("kind") == "no-local-extremum";
  const std::string what = extremum ? "local extremum" : "critical point", place = place_of(document);
  const Verdict verdict = verdict_of(claim);
  if (verdict == Verdict::proved)
    return extremum
               ? fmt::format("The network's function has no local maximum and no local minimum {}.", place)
               : fmt::format(
                     "The network's function has no critical point {}: its gradient vanishes nowhere there.",
                     place);
  const Json& points = claim.at("critical_points");
  const auto inside = static_cast<std::size_t>(std::count_if(
      points.begin(), points.end(), [](const Json& point) { return point.at("in_domain") == "inside"; }));
  std::string listed = fmt::format("{} {} enclosed in tiny boxes", counted(inside, "critical point"),
                                   inside == 1 ? "is" : "are");
  if (inside < points.size())
    listed += fmt::format(", {} more on or next to the boundary", points.size() - inside);
  const std::string complete =
      claim.at("complete").get<bool>() ? "; there are no others" : "; there may be others";
  if (verdict == Verdict::undecided)
    return fmt::format("It is not decided whether there is a {} {}: {}{}.", what, place, listed, complete);
  return fmt::format("That there is no {} {} is refuted: {}{}.", what, place, listed, complete);
}

std::string ratio_words(const Json& document) {
  const Json& layers = document.at("claim").at("layers");
  const auto starting = [&](const std::string& word) {
    return std::count_if(layers.begin(), layers.end(),
                         [&](const Json& text) { return text.get<std::string>().starts_with(word); });
  };
  return fmt::format(
      "Of {}, {} proved regular (the Jacobian has full rank at every state{}), {} proved not to be, {} "
      "left open. The critical ratio of a residual layer is "
      "how far δ/ε may be turned up before it stops being regular.",
      counted(layers.size(), "layer"), starting("regular"),
      document.at("claim").at("domain").at("type") == "space" ? "" : " reached from the box",
      starting("not-regular"), starting("undecided"));
}

std::string tunnel_words(const Json& document) {
  const Json& claim = document.at("claim");
  const std::string set =
      fmt::format("The part of {{Φ {} {}}} that is connected with {}", claim.at("sign") == "+" ? '>' : '<',
                  level_text(claim), point_text(claim.at("from")));
  const auto reaches = claim.at("reaches").get<std::string>();
  if (reaches == "closed")
    return set + " is bounded: a barrier round it, on which Φ lies on the other side, closes it in.";
  if (reaches == "infinity") return set + " is unbounded: a path and a ray in it lead to infinity.";
  return set + fmt::format(" reaches the boundary of the box {}: a path in it, a tunnel, leads there.",
                           to_string(whole_domain(document)));
}

std::string curve_words(const Json& document) {
  const Json& claim = document.at("claim");
  if (!claim.at("curves").is_object()) return "Nothing is claimed of the level set.";
  const auto closed = claim.at("curves").at("closed").get<std::size_t>(),
             arcs = claim.at("curves").at("arcs").get<std::size_t>();
  if (claim.at("domain").at("bounds").size() == 1)
    return fmt::format("Φ takes the value {} at exactly {} {}.", level_text(claim), counted(arcs, "point"),
                       place_of(document));
  std::string parts = closed > 0 || arcs == 0 ? counted(closed, "closed curve") : "";
  if (arcs > 0) parts += (parts.empty() ? "" : " and ") + counted(arcs, "arc") + " from boundary to boundary";
  return fmt::format("The level set {{Φ = {}}} {} {}; the components of both sides are those of the table.",
                     level_text(claim), place_of(document),
                     closed + arcs == 0 ? "is empty" : "consists of exactly " + parts);
}

std::string regime_words(const Json& document) {
  const Json& area = document.at("claim").at("area");
  const auto percent = [&](const char* key) { return fmt::format("{:.4g} %", 100 * near(area.at(key))); };
  return fmt::format(
      "All factors of skips and residuals in a rectangle at once: for about {} of the rectangle the network "
      "has no "
      "critical point {}, for {} it has at least one, {} stays undecided.",
      percent("none"), place_of(document), percent("exists"), percent("undecided"));
}

std::string branch_words(const Json& document) {
  const Json& claim = document.at("claim");
  return fmt::format(
      "Critical points followed while skip and residual move along a path: {} {}, each inside a chain of "
      "tubes that hold exactly one critical point for every parameter.",
      counted(claim.at("branches").size(), "branch", "branches"), place_of(document));
}

std::string distance_words(const Json& document) {
  const Json& claim = document.at("claim");
  std::string text =
      fmt::format("The largest distance of the network from {} {} lies {}.",
                  claim.at("limit") == "ode" ? "the neural ODE whose Euler steps its blocks are"
                                             : "the same network without its skips",
                  place_of(document), range_text(claim.at("distance")));
  if (claim.at("bound").is_object())
    text += " Theorem " + claim.at("bound").at("theorem").get<std::string>() + " promises at most " +
            text_above(near(claim.at("bound").at("value"))) + ".";
  return text;
}

std::string flow_words(const Json& document) {
  const Json& claim = document.at("claim");
  std::string text = fmt::format(
      "Every solution of the neural ODE that starts from an input {} ends in the box of the table",
      place_of(document));
  if (claim.at("determinant").is_array())
    text += fmt::format("; the determinant of the Jacobian of this map lies {}",
                        range_text(claim.at("determinant")));
  return text + ".";
}

std::string approximation_words(const Json& document) {
  const Json& claim = document.at("claim");
  std::string text = fmt::format(
      "The network equals a function that is constant on the cells of a grid ({} in each direction), except "
      "near the walls of the cells",
      counted(claim.at("grid").at("n").get<std::size_t>(), "cell"));
  if (claim.at("vanishes_outside").get<bool>()) text += ", and is 0 outside of the unit cube";
  if (!claim.at("l1_error").is_null())
    text += fmt::format("; its L1 error is an exact number, about {:.6g}", near(claim.at("l1_error")));
  return text + ".";
}

std::string robust_words(const Json& document) {
  const Json& images = document.at("claim").at("images");
  double least = kInfinity;
  for (const Json& image : images) least = std::min(least, near(image.at("radius")));
  return fmt::format(
      "{} keep their class if every pixel moves by no more than the certified radius, whatever the "
      "direction; the least radius is at least {}.",
      counted(images.size(), "image"), text_below(least));
}

std::string error_words(const Json& document) {
  return fmt::format("The largest error |f − network| {} lies {}.", place_of(document),
                     range_text(document.at("claim").at("error")));
}

std::string area_words(const Json& document) {
  const Json& claim = document.at("claim");
  return fmt::format(
      "Areas of {{Φ > {0}}} and {{Φ < {0}}} {1} and in {2}, each in an interval of the table{3}.",
      level_text(claim), place_of(document), counted(claim.at("regions").size(), "class region"),
      claim.at("labels").empty()
          ? ""
          : fmt::format("; the sign of Φ at {}", counted(claim.at("labels").size(), "point")));
}

std::string level_set_words(const Json& document) {
  const Json& sets = document.at("claim").at("sets");
  std::string text = fmt::format("Where the network lies above and below {}, found exactly.",
                                 level_text(document.at("claim")));
  for (const auto& [key, name] : {std::pair{"superlevel", "{Φ > c}"}, std::pair{"sublevel", "{Φ < c}"}})
    if (sets.at(key).is_object())
      text += fmt::format(" {} is {}.", name, sets.at(key).at("status").get<std::string>());
  return text;
}

std::string clarke_words(const Json& document) {
  const Json& claim = document.at("claim");
  return fmt::format(
      "0 is a convex combination of limits of the network's gradients at {}, so the point is critical in "
      "Clarke's sense{}.",
      point_text(claim.at("point")),
      claim.at("layers_regular").get<bool>() ? ", although every layer is regular everywhere" : "");
}

}  // namespace

std::string claim_in_words(const Json& document) {
  using Words = std::string (*)(const Json&);
  static const std::map<std::string, Words> all = {
      {"no-critical-points", critical_words}, {"no-local-extremum", critical_words},
      {"channel-ratios", ratio_words},        {"tunnel", tunnel_words},
      {"level-curve", curve_words},           {"level-area", area_words},
      {"level-set", level_set_words},         {"sup-error", error_words},
      {"regime-map", regime_words},           {"branches", branch_words},
      {"distance", distance_words},           {"ode-flow", flow_words},
      {"approximation", approximation_words}, {"robust", robust_words},
      {"clarke-critical-point", clarke_words}};
  const auto found = all.find(document.at("claim").at("kind").get<std::string>());
  return found == all.end() ? "" : found->second(document);
}

}  // namespace narrows::certified
