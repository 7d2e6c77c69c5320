// What the parts of an accepted certificate say, as values that can be drawn.
//
// All functions expect the shapes that the checker has accepted; what is missing or of another type throws nlohmann's exceptions.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "arith/interval.hpp"
#include "base/verdict.hpp"
#include "network/chain.hpp"
#include "plot/geometry.hpp"

namespace narrows::certified {

using Json = nlohmann::json;

/// Encloses an exact number: a JSON number, "p/q" or a hexadecimal float. Errors  InputError for other strings.
[[nodiscard]] Interval number_of(const Json& value);
/// Its middle, for drawing.
[[nodiscard]] double near(const Json& value);
[[nodiscard]] std::vector<double> near_point(const Json& value);

[[nodiscard]] Interval interval_of(const Json& value);
[[nodiscard]] std::vector<Interval> box_of(const Json& value);
/// "[lo, hi]", or one number.
[[nodiscard]] std::string interval_text(const Interval& x);
/// "(x, y)" of numbers as they stand.
[[nodiscard]] std::string point_text(const Json& value);

[[nodiscard]] Domain domain_of(const Json& claim, std::size_t dim);
/// A window with both inputs of a planar box or ball, without margin.
[[nodiscard]] std::vector<plot::Range> window_of(const Domain& domain);
[[nodiscard]] OutputSelection output_of(const Json& claim);
[[nodiscard]] Verdict verdict_of(const Json& claim);

/// A leaf of a tree in preorder, with its box.
struct TreeLeaf {
  std::vector<Interval> box;
  std::string rule;  ///< the first word of the operation
};
/// The leaves of a list of `["split", i]` and others over `root`, boxes cut as FORMAT.md fixes it.
[[nodiscard]] std::vector<TreeLeaf> leaves_of(const Json& tree, const std::vector<Interval>& root);

}  // namespace narrows::certified
