// A picture put together from plain parts: cells, areas, lines and marks in the coordinates of the data. What a certificate holds is
// drawn with it, and nothing else is needed to draw it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plot/contours.hpp"
#include "plot/frame.hpp"

namespace narrows::plot {

/// What the cells of one colour have in common.
struct CellKind {
  std::string text;  ///< in the legend
  Colour colour;     ///< opacity 0: only the outline is drawn
  bool outlined = true;
};

struct SceneCell {
  Range x, y;
  std::size_t kind = 0;  ///< index in Scene::kinds
};

/// A filled region; one legend entry for each text, none for the empty one.
struct SceneArea {
  Polyline outline;
  Colour colour;
  std::string legend;
};

struct SceneLine {
  Polyline line;
  Stroke stroke;
  bool halo = false;  ///< a white line below it, twice as wide
  std::string legend;
};

/// A ring, or with `cross` a cross, and words that are shown when the pointer rests on it.
struct SceneMark {
  Point at;
  Colour colour;
  std::string note, legend;
  bool cross = false;
};

/// Drawn in the order of the members, each list in its own order.
struct Scene {
  Page::Content content;  ///< its legend and right margin are made from what follows
  Page::Statement statement;
  std::optional<Grid> ground;     ///< sampled values, as a colour map with a bar and level lines
  std::string ground_name = "Φ";  ///< above the bar
  std::string ground_level;       ///< the legend of the ground's line 0; empty: no such line
  bool tick_lines = false;
  std::vector<CellKind> kinds;
  std::vector<SceneCell> cells;  ///< later ones cover earlier ones
  std::vector<SceneArea> areas;
  std::vector<SceneLine> lines;
  std::vector<SceneMark> marks;
};

/// Guarantee  none: everything is drawn as it is given. Parts outside the plot are cut off; cells of less than a pixel still are seen.
/// Errors     InputError for an ending of `path` other than .svg and .png, or if the file cannot be written.
void draw_scene(Scene scene, const std::string& path);

/// The colours of what is proved of a sign: told apart by every common kind of colour blindness.
namespace colours {
inline constexpr Colour above{0.98, 0.79, 0.58};
inline constexpr Colour below{0.66, 0.80, 0.94};
inline constexpr Colour crossed{0.96, 0.96, 0.95};
inline constexpr Colour open_cell{0.76, 0.76, 0.78};
inline constexpr Colour witness{0.64, 0.09, 0.45};
inline constexpr Colour tunnel{0.00, 0.46, 0.33};
}  // namespace colours

}  // namespace narrows::plot
