#include "plot/contact_sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/counted.hpp"
#include "plot/canvas.hpp"
#include "plot/colour_map.hpp"
#include "plot/level_picture.hpp"
#include "plot/partition_drawing.hpp"
#include "plot/verdict_line.hpp"

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
  [[nodiscard]] plot::Point operator()(const plot::Point& p) const {
    return {left + kTile * (p.x - window.lower[0]) / (window.upper[0] - window.lower[0]), top + kTile * (window.upper[1] - p.y) / (window.upper[1] - window.lower[1])};
  }
};

/// What stands below a tile.
struct Caption {
  std::string status, detail;
  bool alarming = false;  ///< unbounded, or reaching the boundary
};

Caption caption_of(const LevelSetResult& result) {
  Caption caption{"undecided", result.space ? fmt::format("{} linear regions", result.space->regions) : "", true};
  const auto& set = result.sets.superlevel;
  if (!set) return caption;
  caption.alarming = set->status == SetStatus::unbounded;
  caption.status = set->status == SetStatus::bounded ? fmt::format("bounded, area {:.6g}", mpq_get_d(set->measure->backend().data())) : std::string(to_string(set->status));
  return caption;
}

/// In red where nothing is closed off: no component is kept from the boundary of the window.
Caption caption_of(const LevelCurveResult& result) {
  using Status = LevelComponent::Status;
  if (result.verdict != Verdict::proved) return {"undecided", "", true};
  std::size_t closed = 0;
  for (const LevelComponent& component : result.components) closed += component.status == Status::closed ? 1 : 0;
  return {fmt::format("proved: {} closed of {}", closed, counted(result.components.size(), "component")), fmt::format("{}, {}", counted(result.closed_curves(), "closed curve"), counted(result.arcs(), "arc")), closed == 0};
}

void draw_cells(Canvas& canvas, const SheetTile& tile, const Frame& frame) {
  Partition partition = cut_partition(tile.chain, tile.result.level, frame.window, tile.title);
  for (std::size_t cell = 0; cell < partition.lattice().cells().size(); ++cell) {
    const Polyline outline = outline_of(partition, static_cast<Id>(cell), frame);
    if (is_above(partition, static_cast<Id>(cell))) canvas.fill(outline, kAbove);
  }
  draw_edges(canvas, partition, frame, kRegionLine, kLevelLine);
}

void draw_curve(Canvas& canvas, const SheetTile& tile, const Frame& frame) {
  Grid grid = sample_grid(tile.chain, {{frame.window.lower[0], frame.window.upper[0]}, {frame.window.lower[1], frame.window.upper[1]}});
  for (double& value : grid.values) value -= mpq_get_d(tile.curve->level.backend().data());
  canvas.draw(colour_map(grid, ValueScale(grid.values), frame.area()), frame.area());
  for (const CurvePolygon& polygon : tile.polygons) {
    Polyline line{{}, polygon.closed};
    for (const auto& [x, y] : polygon.points) line.points.push_back(frame({x, y}));
    canvas.stroke(line, kLevelLine);
  }
}

void draw_tile(Canvas& canvas, const SheetTile& tile, const Frame& frame) {
  {
    const ClipGuard clip(canvas, frame.area());
    if (tile.curve)
      draw_curve(canvas, tile, frame);
    else
      draw_cells(canvas, tile, frame);
  }
  canvas.stroke(frame.area(), {colours::ink, 0.8});
  const Caption caption = tile.curve ? caption_of(*tile.curve) : caption_of(tile.result);
  const double y = frame.top + kTile + 18;
  canvas.text({frame.left, y}, tile.title, {.size = 13, .bold = true});
  canvas.text({frame.left, y + 18}, caption.status, {.size = 13, .colour = caption.alarming ? colours::undecided : colours::proved});
  canvas.text({frame.left, y + 35}, caption.detail, {.size = 12, .colour = colours::faint_ink});
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
  bool smooth = false, exact = false;
  for (const auto& row : rows)
    for (const SheetTile& tile : row) (tile.curve ? smooth : exact) = true;
  const char* what = !smooth ? "exact; verdicts hold on the whole plane" : !exact ? "curves certified; verdicts hold in this window" : "exact on the whole plane for ReLU networks, certified in this window for smooth ones";
  const std::string caption = fmt::format("orange: {{Φ > c}} in [{:g}, {:g}] × [{:g}, {:g}], {}", window.lower[0], window.upper[0], window.lower[1], window.upper[1], what);
  canvas.text({kMargin, 56}, caption, {.size = 14, .colour = colours::faint_ink});
  canvas.describe(title, caption);
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t k = 0; k < rows[r].size(); ++k)
      draw_tile(canvas, rows[r][k], {window, kMargin + static_cast<double>(k) * (kTile + kGap), kTop + static_cast<double>(r) * (kTile + kText)});
  canvas.save();
}

}  // namespace narrows
