#include "plot/branch_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plot/canvas.hpp"
#include "plot/ticks.hpp"

namespace narrows {
namespace {

using namespace plot;

constexpr double kWidth = 720, kHeight = 280, kLeft = 92, kTop = 92, kGap = 34, kRight = 36, kBottom = 112;
constexpr double kLeastHeight = 2.2;  ///< of a tube, in pixels, so that thin ones are seen

/// One coordinate over the position on the path.
struct Panel {
  std::size_t coordinate = 0;
  double top = 0, end = 1;
  Interval range;
  [[nodiscard]] double x(double s) const { return kLeft + kWidth * s / end; }
  [[nodiscard]] double y(double t) const { return top + kHeight * (range.upper() - t) / (range.upper() - range.lower()); }
  [[nodiscard]] Rectangle frame() const { return {kLeft, top, kWidth, kHeight}; }
};

Colour colour_of(const Branch& branch, std::size_t dim) {
  if (!branch.index) return colours::unknown_index;
  if (branch.index->morse_index == 0) return colours::minimum;
  return branch.index->morse_index == static_cast<int>(dim) ? colours::maximum : colours::saddle;
}

void draw_events(Canvas& canvas, const Track& track, const Panel& panel) {
  for (const Slab& slab : track.slabs)
    for (const SlabEvent& event : slab.events) {
      const Interval& side = event.box[panel.coordinate];
      const Point centre{panel.x(0.5 * (slab.from + slab.to)), panel.y(midpoint(side))};
      canvas.stroke_circle(centre, 6, {colours::undecided, 1.4});
      canvas.annotate(centre, 8, "event", fmt::format("event between s = {:.6g} and {:.6g}", slab.from, slab.to));
    }
}

void draw_branches(Canvas& canvas, const Track& track, const Panel& panel) {
  for (const Branch& branch : track.branches) {
    const Colour colour = colour_of(branch, track.domain.size());
    for (const BranchPiece& piece : branch.pieces) {
      const Slab& slab = track.slabs[piece.slab];
      const Interval& side = slab.zeros[piece.zero].enclosure[panel.coordinate];
      double top = panel.y(side.upper()), bottom = panel.y(side.lower());
      if (bottom - top < kLeastHeight) {
        const double middle = 0.5 * (top + bottom);
        top = middle - 0.5 * kLeastHeight;
        bottom = middle + 0.5 * kLeastHeight;
      }
      canvas.fill(Rectangle{panel.x(slab.from), top, std::max(panel.x(slab.to) - panel.x(slab.from), 0.6), bottom - top}, colour);
    }
  }
}

void draw_frame(Canvas& canvas, const Track& track, const Panel& panel, bool last) {
  const double bottom = panel.top + kHeight;
  canvas.stroke(panel.frame(), {colours::ink, 1});
  const Ticks up = round_ticks({panel.range.lower(), panel.range.upper()}, 6);
  for (const double t : up.values) {
    canvas.stroke(Polyline{{{kLeft - 5, panel.y(t)}, {kLeft, panel.y(t)}}}, {colours::ink, 1});
    canvas.text({kLeft - 10, panel.y(t) + 4.5}, tick_text(t, up.step), {.size = 13, .anchor = Anchor::end});
  }
  canvas.text({kLeft - 10, panel.top - 9}, fmt::format("x{}", panel.coordinate + 1), {.size = 15, .anchor = Anchor::end});
  if (!last) return;
  // Along the path: the parameters at a few positions.
  const int count = 4;
  for (int k = 0; k <= count; ++k) {
    const double s = panel.end * k / count;
    const auto p = track.path.point_approx(s);
    canvas.stroke(Polyline{{{panel.x(s), bottom}, {panel.x(s), bottom + 5}}}, {colours::ink, 1});
    canvas.text({panel.x(s), bottom + 21}, fmt::format("({:.4g}, {:.4g})", p[0], p[1]), {.size = 13, .anchor = Anchor::middle});
  }
  canvas.text({kLeft + kWidth / 2, bottom + 46}, "(skip ε, residual δ) along the path", {.size = 15, .anchor = Anchor::middle});
}

void draw_legend(Canvas& canvas, std::size_t dim, double y) {
  const struct {
    Colour colour;
    const char* text;
  } entries[] = {{colours::minimum, "minimum"}, {colours::saddle, "saddle"}, {colours::maximum, "maximum"}, {colours::unknown_index, "index unknown"}};
  double x = kLeft;
  for (const auto& entry : entries) {
    if (dim == 1 && std::string_view(entry.text) == "saddle") continue;
    canvas.fill(Rectangle{x, y - 9, 22, 5}, entry.colour);
    canvas.text({x + 29, y}, entry.text, {.size = 13});
    x += 29 + canvas.text_width(entry.text, {.size = 13}) + 24;
  }
  canvas.stroke_circle({x + 8, y - 5}, 6, {colours::undecided, 1.4});
  canvas.text({x + 22, y}, "enclosed fold or event", {.size = 13});
}

}  // namespace

void draw_branch_picture(const Track& track, const std::string& title, const std::string& path) {
  const std::size_t dim = track.domain.size();
  const double panels = static_cast<double>(dim), height = kTop + panels * kHeight + (panels - 1) * kGap + kBottom;
  Canvas canvas(path, kLeft + kWidth + kRight, height);
  canvas.fill(Rectangle{0, 0, kLeft + kWidth + kRight, height}, colours::paper);
  canvas.text({kLeft - 10, 32}, title, {.size = 20, .bold = true});
  const std::string summary = fmt::format("{} branches of critical points, every tube proved ({} slabs)", track.branches.size(), track.slabs.size());
  canvas.text({kLeft - 10, 56}, summary, {.size = 14, .colour = colours::faint_ink});
  canvas.describe(title, summary);
  for (std::size_t i = 0; i < dim; ++i) {
    const Panel panel{i, kTop + static_cast<double>(i) * (kHeight + kGap), track.path.end(), track.domain[i]};
    {
      const ClipGuard inside(canvas, panel.frame());
      draw_branches(canvas, track, panel);
      draw_events(canvas, track, panel);
    }
    draw_frame(canvas, track, panel, i + 1 == dim);
  }
  draw_legend(canvas, dim, height - 22);
  canvas.save();
}

}  // namespace narrows
