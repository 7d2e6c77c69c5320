// Files beside a network: regions of the plane that stand for classes, and labelled data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "levelset/class_region.hpp"

namespace narrows::cli {

/// A region, what it is called, and the sign of Φ − c that its points should have, if the file says.
struct NamedRegion {
  ClassRegion region;
  std::string name;
  std::optional<bool> positive;
};

/// {"regions": [{"type": "disc", "centre": [0, 0], "radius": 1, "name": "inner", "sign": "-"}, …]}; types and their keys: disc (centre, radius),
/// annulus (centre, inner, outer), box (bounds), polygon (vertices). "name" and "sign" may be left out.
/// Errors  InputError naming file and place.
[[nodiscard]] std::vector<NamedRegion> read_class_file(const std::string& path);

/// A point of a data set and its label, if the file has one.
struct DataPoint {
  std::vector<double> x;
  std::string label;
};

/// One point per line: x1,x2,… and perhaps a label; a first line that is no point is a heading.
/// Errors  InputError naming file and line.
[[nodiscard]] std::vector<DataPoint> read_points_file(const std::string& path, std::size_t dim);

}  // namespace narrows::cli
