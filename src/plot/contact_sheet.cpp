#include "plot/contact_sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "plot/canvas.hpp"
#include "plot/partition_drawing.hpp"

namespace narrows {
namespace {

using namespace plot;

constexpr double kTile = 216, kGap = 22, kMargin = 34, kTop = 76, kText = 62, kBottom = 24;
constexpr Colour kAbove{0.93, 0.58, 0.24, 0.55};
const Stroke kRegionLine{{0.10, 0.10, 0.12, 0.35}, 0.5};
const Stroke kLevelLine{colours::ink, 1.8};

/// The window to a tile's pixels.
struct Frame {
  Box window;
  double left = 0, top = 0;
  [[nodiscard]] Rectangle area() const { return {left, top, kTile, kTile}; }
  [[nodiscard]] Point operator()(const Point& p) const {
    return {left + kTile * (p.x - window.lower[0]) / (window.upper[0] - window.lower[0]), top + kTile * (window.upper[1] - p.y) / (window.upper[1] - window.lower[1])};
  }
};

std::string status_text(const LevelSetResult& result) {
  const auto& set = result.sets.superlevel;
  if (!set) return "undecided";
  if (set->status == SetStatus::bounded) return fmt::format("bounded, area {:.6g}", mpq_get_d(set->measure->backend().data()));
  return std::string(to_string(set->status));
}

void draw_tile(Canvas& canvas, const SheetTile& tile, const Frame& frame) {
  Partition partition = cut_partition(tile.chain, tile.result.level, frame.window, tile.title);
  {
    const ClipGuard clip(canvas, frame.area());
    for (std::size_t cell = 0; cell < partition.lattice().cells().size(); ++cell) {
      const Polyline outline = outline_of(partition, static_cast<Id>(cell), frame);
      if (is_above(partition, static_cast<Id>(cell))) canvas.fill(outline, kAbove);
    }
    draw_edges(canvas, partition, frame, kRegionLine, kLevelLine);
  }
  canvas.stroke(frame.area(), {colours::ink, 0.8});
  const double y = frame.top + kTile + 18;
  canvas.text({frame.left, y}, tile.title, {.size = 13, .bold = true});
  const bool unbounded = tile.result.sets.superlevel && tile.result.sets.superlevel->status == SetStatus::unbounded;
  canvas.text({frame.left, y + 18}, status_text(tile.result), {.size = 13, .colour = unbounded ? colours::undecided : colours::proved});
  if (tile.result.space) canvas.text({frame.left, y + 35}, fmt::format("{} linear regions", tile.result.space->regions), {.size = 12, .colour = colours::faint_ink});
}

}  // namespace

void draw_contact_sheet(const std::vector<std::vector<SheetTile>>& rows, const Box& window, const std::string& title, const std::string& path) {
  std::size_t columns = 0;
  for (const auto& row : rows) columns = std::max(columns, row.size());
  const double width = 2 * kMargin + static_cast<double>(columns) * (kTile + kGap) - kGap;
  const double height = kTop + static_cast<double>(rows.size()) * (kTile + kText) + kBottom;
  Canvas canvas(path, width, height);
  canvas.fill(Rectangle{0, 0, width, height}, colours::paper);
  canvas.text({kMargin, 32}, title, {.size = 20, .bold = true});
  const std::string caption = fmt::format("orange: {{Φ > c}} in [{:g}, {:g}] × [{:g}, {:g}], exact; verdicts hold on the whole plane", window.lower[0], window.upper[0], window.lower[1], window.upper[1]);
  canvas.text({kMargin, 56}, caption, {.size = 14, .colour = colours::faint_ink});
  canvas.describe(title, caption);
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t k = 0; k < rows[r].size(); ++k)
      draw_tile(canvas, rows[r][k], {window, kMargin + static_cast<double>(k) * (kTile + kGap), kTop + static_cast<double>(r) * (kTile + kText)});
  canvas.save();
}

}  // namespace narrows
