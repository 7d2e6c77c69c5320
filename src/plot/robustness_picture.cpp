#include "plot/robustness_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "plot/canvas.hpp"

namespace narrows {
namespace {

using namespace plot;
using robust::NetworkRow;

constexpr double kLeft = 70, kTop = 92, kPanel = 250, kGap = 62, kHeight = 300, kBottom = 112;
constexpr std::size_t kMostRadii = 4;
constexpr Colour kGroupColours[] = {
    colours::graph, {0.80, 0.36, 0.05}, colours::proved, colours::maximum, colours::ink};

/// What one panel shows of a network; nothing where it has no number.
using Quantity = std::function<std::optional<double>(const NetworkRow&)>;

class Picture {
 public:
  Picture(const std::vector<NetworkRow>& rows, const std::string& path)
      : rows_(rows),
        radii_(rows.empty() ? 0 : rows[0].counts.size()),
        shown_(std::min(radii_, kMostRadii)),
        width_(2 * kLeft + (kPanel + kGap) * static_cast<double>(shown_ + 1) - kGap),
        canvas_(path, width_, kTop + kHeight + kBottom) {
    for (const NetworkRow& row : rows) {
      groups_.emplace(row.group, kGroupColours[groups_.size() % std::size(kGroupColours)]);
      widths_.insert(row.width);
    }
  }

  void draw() {
    canvas_.fill(Rectangle{0, 0, width_, kTop + kHeight + kBottom}, colours::paper);
    const std::string title = "Width against certified and attacked accuracy";
    canvas_.text({kLeft, 34}, title, {.size = 20, .bold = true});
    const std::size_t images = rows_.empty() ? 0 : rows_[0].images;
    canvas_.text({kLeft, 57},
                 fmt::format("{} networks, {} images, sup-norm balls; the robust accuracy lies between the "
                             "two lines of a colour",
                             rows_.size(), images),
                 {.size = 13, .colour = colours::faint_ink});
    canvas_.describe(title, fmt::format("{} networks", rows_.size()));
    for (std::size_t p = 0; p < shown_; ++p) draw_accuracies(p, radii_ - shown_ + p);
    draw_ratios(shown_);
    draw_legend();
    canvas_.save();
  }

 private:
  [[nodiscard]] Rectangle panel(std::size_t p) const {
    return {kLeft + (kPanel + kGap) * static_cast<double>(p), kTop, kPanel, kHeight};
  }

  [[nodiscard]] double x_place(const Rectangle& area, std::size_t width) const {
    const double low = std::log2(static_cast<double>(*widths_.begin())),
                 high = std::log2(static_cast<double>(*widths_.rbegin()));
    const double part = high > low ? (std::log2(static_cast<double>(width)) - low) / (high - low) : 0.5;
    return area.left + 18 + part * (area.width - 36);
  }

  static double y_place(const Rectangle& area, double value, double top) {
    return area.bottom() - std::clamp(value / top, 0.0, 1.0) * area.height;
  }

  void draw_frame(const Rectangle& area, const std::string& title, double top, double step) {
    for (double y = 0; y <= top * 1.0001; y += step) {
      const double at = y_place(area, y, top);
      canvas_.stroke(Polyline{{{area.left, at}, {area.right(), at}}}, {colours::grid_line, 1});
      canvas_.text({area.left - 8, at + 4}, fmt::format("{:g}", y), {.size = 12, .anchor = Anchor::end});
    }
    for (const std::size_t width : widths_)
      canvas_.text({x_place(area, width), area.bottom() + 18}, std::to_string(width),
                   {.size = 12, .anchor = Anchor::middle});
    canvas_.text({area.left + area.width / 2, area.bottom() + 38}, "width (channels)",
                 {.size = 13, .anchor = Anchor::middle});
    canvas_.text({area.left + area.width / 2, area.top - 10}, title,
                 {.size = 14, .bold = true, .anchor = Anchor::middle});
    canvas_.stroke(
        Polyline{{{area.left, area.top}, {area.left, area.bottom()}, {area.right(), area.bottom()}}},
        {colours::ink, 1});
  }

  /// The means over the networks of one group and width; every network is marked with a dot.
  std::vector<Point> draw_means(const Rectangle& area, const std::string& group, const Quantity& quantity,
                                double top, const Stroke& stroke) {
    std::vector<Point> means;
    for (const std::size_t width : widths_) {
      double sum = 0, n = 0;
      for (const NetworkRow& row : rows_) {
        if (row.group != group || row.width != width) continue;
        const std::optional<double> value = quantity(row);
        if (!value) continue;
        sum += *value;
        ++n;
        const Point at{x_place(area, width), y_place(area, *value, top)};
        canvas_.stroke_circle(at, 2.2, {stroke.colour, 1});
        canvas_.annotate(at, 5, "network", fmt::format("{}: {:.4g}", row.file, *value));
      }
      if (n > 0) means.push_back({x_place(area, width), y_place(area, sum / n, top)});
    }
    if (means.size() > 1) canvas_.stroke(Polyline{means}, stroke);
    return means;
  }

  void draw_accuracies(std::size_t p, std::size_t i) {
    const Rectangle area = panel(p);
    draw_frame(area, fmt::format("r = {:g}", rows_[0].counts[i].radius), 1, 0.2);
    const auto share = [](std::size_t count, const NetworkRow& row) {
      return static_cast<double>(count) / static_cast<double>(std::max<std::size_t>(row.images, 1));
    };
    for (const auto& [group, colour] : groups_) {
      const auto lower =
          draw_means(area, group, [&](const NetworkRow& row) { return share(row.counts[i].certified, row); },
                     1, {colour, 2.2});
      auto upper = draw_means(area, group,
                              [&](const NetworkRow& row) { return share(row.counts[i].not_attacked, row); },
                              1, {colour, 1.6, {6, 4}});
      draw_means(area, group, [&](const NetworkRow& row) { return share(row.right, row); }, 1,
                 {colour, 1, {1.5, 3}});
      Polyline band{lower, true};
      band.points.insert(band.points.end(), upper.rbegin(), upper.rend());
      if (lower.size() > 1) canvas_.fill(band, {colour.red, colour.green, colour.blue, 0.10});
    }
  }

  void draw_ratios(std::size_t p) {
    const Quantity ratio = [](const NetworkRow& row) {
      return row.ratio && is_finite(*row.ratio) ? std::optional(midpoint(*row.ratio)) : std::nullopt;
    };
    double largest = 1;
    for (const NetworkRow& row : rows_) largest = std::max(largest, ratio(row).value_or(0));
    const double step = std::pow(10, std::floor(std::log10(largest))) *
                        (largest / std::pow(10, std::floor(std::log10(largest))) > 5   ? 2
                         : largest / std::pow(10, std::floor(std::log10(largest))) > 2 ? 1
                                                                                       : 0.5);
    const double top = std::ceil(largest / step) * step;
    draw_frame(panel(p), "median |gradient| / margin", top, step);
    for (const auto& [group, colour] : groups_) draw_means(panel(p), group, ratio, top, {colour, 2.2});
  }

  void draw_legend() {
    const double y = kTop + kHeight + 78;
    double x = kLeft;
    const auto entry = [&](const std::string& text, const Stroke& stroke) {
      canvas_.stroke(Polyline{{{x, y - 4}, {x + 26, y - 4}}}, stroke);
      canvas_.text({x + 33, y}, text, {.size = 13});
      x += 33 + canvas_.text_width(text, {.size = 13}) + 24;
    };
    for (const auto& [group, colour] : groups_) entry(group, {colour, 4});
    entry("certified", {colours::ink, 2.2});
    entry("left by the attack", {colours::ink, 1.6, {6, 4}});
    entry("right without a change", {colours::ink, 1, {1.5, 3}});
  }

  const std::vector<NetworkRow>& rows_;
  std::size_t radii_, shown_;
  double width_;
  Canvas canvas_;
  std::map<std::string, Colour> groups_;
  std::set<std::size_t> widths_;
};

}  // namespace

void draw_robustness_picture(const std::vector<NetworkRow>& rows, const std::string& path) {
  Picture(rows, path).draw();
}

void require_picture_format(const std::string& path) {
  (void)picture_format(path);
}

}  // namespace narrows
