#include "plot/ratio_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/errors.hpp"
#include "plot/canvas.hpp"

namespace narrows {
namespace {

using namespace plot;

constexpr double kLeft = 110, kPlotWidth = 640, kRight = 130, kTop = 96, kBar = 11, kGap = 3;
constexpr Colour kNotRegular = colours::undecided, kCritical = colours::graph, kLipschitz{0.72, 0.74, 0.78};

/// What is drawn of one layer; 0: nothing.
struct Group {
  std::size_t layer = 0;
  double ratio = 0, lower = 0, lipschitz = 0;
  bool infinite = false, open = false;  ///< open: only a lower bound is known
  Regularity regular = Regularity::undecided;
};

/// Height of a group of bars with the room below it.
double group_height(bool with_lipschitz) { return (with_lipschitz ? 3 : 2) * (kBar + kGap) + 13; }

double rounded(const Rational& x) { return mpq_get_d(x.backend().data()); }

std::vector<Group> groups_of(const ThresholdResult& result) {
  std::vector<Group> groups;
  for (std::size_t l = 0; l < result.layers.size(); ++l) {
    const LayerThreshold& layer = result.layers[l];
    if (!layer.critical) continue;
    Group group{l + 1, std::fabs(rounded(*layer.ratio)), rounded(layer.critical->lower)};
    group.infinite = layer.critical->status == CriticalRatio::Status::infinite;
    group.open = layer.critical->status == CriticalRatio::Status::lower_bound;
    group.lipschitz = layer.lipschitz_ratio.value_or(0);
    group.regular = layer.regular;
    groups.push_back(group);
  }
  return groups;
}

/// A logarithmic axis that shows all finite positive numbers, in whole decades.
struct LogAxis {
  double low = -1, high = 1;
  explicit LogAxis(const std::vector<Group>& groups) {
    double smallest = kInfinity, largest = 0;
    for (const Group& g : groups)
      for (const double x : {g.ratio, g.lower, g.lipschitz})
        if (x > 0 && std::isfinite(x)) smallest = std::min(smallest, x), largest = std::max(largest, x);
    if (!(smallest <= largest)) return;
    low = std::floor(std::log10(smallest) - 0.15);
    high = std::max(std::ceil(std::log10(largest) + 0.05), low + 1);
    low = std::max(low, high - 12);
  }
  [[nodiscard]] double place(double x) const {
    const double part = x > 0 ? (std::log10(x) - low) / (high - low) : 0;
    return kLeft + kPlotWidth * std::clamp(part, 0.0, 1.0);
  }
};

std::string number_text(double x) { return std::isfinite(x) ? fmt::format("{:.4g}", x) : "∞"; }

void draw_axis(Canvas& canvas, const LogAxis& axis, double bottom) {
  const int step = static_cast<int>(std::ceil((axis.high - axis.low) / 9));
  for (int k = static_cast<int>(axis.low); k <= static_cast<int>(axis.high); k += step) {
    const double x = axis.place(std::pow(10.0, k));
    canvas.stroke(Polyline{{{x, kTop}, {x, bottom}}}, {colours::grid_line, 1});
    canvas.text({x, bottom + 18}, k >= -3 && k <= 4 ? fmt::format("{:g}", std::pow(10.0, k)) : fmt::format("1e{}", k), {.size = 13, .anchor = Anchor::middle});
  }
  canvas.text({kLeft + kPlotWidth / 2, bottom + 42}, "channel ratio |α| = |residual / skip|", {.size = 15, .anchor = Anchor::middle});
}

void draw_bar(Canvas& canvas, const LogAxis& axis, double top, double value, const Colour& colour, bool hollow, bool arrow, const std::string& label) {
  const double right = arrow ? kLeft + kPlotWidth : axis.place(value);
  const Rectangle bar{kLeft, top, std::max(right - kLeft, 1.0), kBar};
  if (!hollow) canvas.fill(bar, colour);
  canvas.stroke(bar, {colour, 1});
  if (arrow) canvas.fill(Polyline{{{right, top - 2}, {right + 10, top + kBar / 2}, {right, top + kBar + 2}}, true}, colour);
  canvas.text({right + (arrow ? 15 : 6), top + kBar - 1.5}, label, {.size = 11.5});
}

void draw_group(Canvas& canvas, const LogAxis& axis, const Group& group, double top, bool with_lipschitz) {
  canvas.text({kLeft - 12, top + (with_lipschitz ? 1.5 * kBar + kGap : kBar + 0.5 * kGap) + 4.5}, fmt::format("layer {}", group.layer), {.size = 14, .anchor = Anchor::end});
  const Colour own = group.regular == Regularity::regular ? colours::proved : kNotRegular;
  draw_bar(canvas, axis, top, group.ratio, own, group.regular == Regularity::undecided, false, number_text(group.ratio));
  const std::string critical = group.infinite ? "∞" : (group.open ? "≥ " : "") + number_text(group.lower);
  draw_bar(canvas, axis, top + kBar + kGap, group.lower, kCritical, false, group.infinite, critical);
  if (with_lipschitz) draw_bar(canvas, axis, top + 2 * (kBar + kGap), group.lipschitz, kLipschitz, false, !std::isfinite(group.lipschitz), number_text(group.lipschitz));
  canvas.annotate({kLeft + 8, top + kBar / 2}, 8, "ratio",
                  fmt::format("layer {}: ratio {}, critical ratio {}{}", group.layer, number_text(group.ratio), critical, with_lipschitz ? ", Lipschitz ratio " + number_text(group.lipschitz) : ""));
}

void draw_legend(Canvas& canvas, double top, bool with_lipschitz) {
  struct Entry {
    Colour colour;
    bool hollow;
    const char* text;
  };
  std::vector<Entry> entries = {{colours::proved, false, "α, proved regular"},
                 {kNotRegular, false, "α, not regular"},
                 {kNotRegular, true, "α, undecided"},
                 {kCritical, false, "critical ratio α*"}};
  if (with_lipschitz) entries.push_back({kLipschitz, false, "Lipschitz ratio"});
  double x = kLeft;
  for (const Entry& entry : entries) {
    const Rectangle sample{x, top - 9, 18, 10};
    if (!entry.hollow) canvas.fill(sample, entry.colour);
    canvas.stroke(sample, {entry.colour, 1});
    canvas.text({x + 24, top}, entry.text, {.size = 12.5});
    x += 24 + canvas.text_width(entry.text, {.size = 12.5}) + 22;
  }
}

}  // namespace

void draw_ratio_picture(const ThresholdResult& result, const std::string& title, const std::string& path) {
  const std::vector<Group> groups = groups_of(result);
  if (groups.empty()) throw InputError(path, "there is no residual layer with a channel ratio to draw", "leave out --picture");
  const LogAxis axis(groups);
  const bool with_lipschitz = std::any_of(result.layers.begin(), result.layers.end(), [](const LayerThreshold& layer) { return layer.lipschitz_ratio.has_value(); });
  const double bottom = kTop + group_height(with_lipschitz) * static_cast<double>(groups.size()) + 6;
  Canvas canvas(path, kLeft + kPlotWidth + kRight, bottom + 96);
  canvas.fill(Rectangle{0, 0, kLeft + kPlotWidth + kRight, bottom + 96}, colours::paper);
  canvas.text({kLeft, 36}, title, {.size = 20, .bold = true});
  const auto regular = std::count_if(groups.begin(), groups.end(), [](const Group& g) { return g.regular == Regularity::regular; });
  const std::string summary = fmt::format("{}: {} of {} residual blocks proved regular{}", to_string(result.verdict), regular, groups.size(),
                                          result.domain ? " on " + to_string(*result.domain) : "");
  canvas.text({kLeft, 60}, summary, {.size = 14, .colour = colours::faint_ink});
  canvas.describe(title, fmt::format("Channel ratios{} and critical ratios of {} residual layers; {}", with_lipschitz ? ", Lipschitz ratios" : "", groups.size(), result.reason));
  draw_axis(canvas, axis, bottom);
  double top = kTop + 10;
  for (const Group& group : groups) {
    draw_group(canvas, axis, group, top, with_lipschitz);
    top += group_height(with_lipschitz);
  }
  canvas.stroke(Polyline{{{kLeft, kTop}, {kLeft, bottom}, {kLeft + kPlotWidth, bottom}}}, {colours::ink, 1});
  draw_legend(canvas, bottom + 74, with_lipschitz);
  canvas.save();
}

void require_ratio_drawable(const Network& network, const std::string& path) {
  (void)picture_format(path);
  for (const Layer& layer : network.layers) {
    const auto* residual = std::get_if<ResidualLayer>(&layer.value);
    if (residual != nullptr && residual->skip != 0) return;
  }
  throw InputError(path, "there is no residual layer with a channel ratio to draw", "leave out --picture");
}

}  // namespace narrows
