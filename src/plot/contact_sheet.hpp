// Many small pictures of level sets on one page: what is above the level, with its verdict and, for piecewise linear networks, its exact area.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "levelset/level_curve.hpp"
#include "network/chain.hpp"
#include "network/domain.hpp"
#include "polyhedral/analysis.hpp"

namespace narrows {

struct SheetTile {
  std::string title;
  Chain chain;
  LevelSetResult result;                   ///< of a piecewise linear chain
  std::optional<LevelCurveResult> curve = std::nullopt;  ///< of a smooth chain, in the window
  std::vector<CurvePolygon> polygons = {}; ///< of the curve
};

/// One row of tiles after the other, each with the same window of the plane.
///
/// Precondition  every network has two inputs; at least one tile.
/// Errors  InputError for a bad ending of `path`, or if the file cannot be written.
void draw_contact_sheet(const std::vector<std::vector<SheetTile>>& rows, const Box& window, const std::string& title, const std::string& path);

}  // namespace narrows
