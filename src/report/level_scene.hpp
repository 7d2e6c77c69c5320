// What the figures of levels share: the sampled network under the certified parts, in the plane and on the line.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "network/chain.hpp"
#include "plot/scene_picture.hpp"
#include "report/certificate_figures.hpp"

namespace narrows::certified {

/// claim.level as it stands there, or a rounded number if it is long.
[[nodiscard]] std::string level_text(const nlohmann::json& claim);

/// Φ − level on a grid over a planar window, sampled.
[[nodiscard]] plot::Grid grid_about(const Chain& chain, const std::vector<plot::Range>& window, double level);

/// The graph of Φ over a window of the line, sampled.
[[nodiscard]] plot::Polyline graph_of(const Chain& chain, const plot::Range& window);

/// A graph over the line with the level, and its axes.
[[nodiscard]] plot::Scene line_scene(const Document& document, const plot::Range& x, plot::Polyline graph,
                                     double level);
[[nodiscard]] plot::Scene plane_scene(const Document& document, const std::vector<plot::Range>& window);

void set_statement(plot::Scene* scene, const nlohmann::json& claim, const Domain& domain,
                   const std::string& verdict, const std::string& note);

}  // namespace narrows::certified
