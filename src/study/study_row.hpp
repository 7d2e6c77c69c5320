// One row of a study: what one analysis found about one network.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/verdict.hpp"

namespace narrows {

/// The figures of all analyses, one column each; a row has those of its own analysis. Ends of enclosures are rounded outward.
enum class Figure : std::size_t {
  boxes,  ///< tested, where boxes are counted
  // certify
  complete,  ///< 1: every critical point of the domain is enclosed
  points,    ///< critical points proved to exist
  minima,
  saddles,
  maxima,
  open_regions,  ///< undecided
  winding,
  // threshold
  layers,
  regular_layers,
  ratio,  ///< the largest |δ/ε| of a block
  critical_ratio_lower,
  critical_ratio_upper,  ///< of the smallest sharp critical ratio of a block that is finite
  critical_ratio_norm,  ///< that ratio times s‖V‖‖W‖ of its block, s = sup σ': how many times the Lipschitz ratio it is; nearest double, no bound
  infinite_ratios,      ///< blocks whose critical ratio is proved infinite
  uniform_factor_lower,
  uniform_factor_upper,  ///< of the largest factor on all residuals that keeps every layer regular
  // levelset
  components_above,
  components_below,
  closed_components,
  closed_curves,
  arcs,
  area_above_lower,
  area_above_upper,
  // bounds
  theorem,
  sharper,
  distance_lower,
  distance_upper,
  // regimes: shares of the area of the whole rectangle
  area_none,
  area_exists,
  area_open,
  count
};
inline constexpr std::size_t kFigures = static_cast<std::size_t>(Figure::count);
struct FigureColumn {
  std::string_view name;
  bool whole;  ///< a whole number
};
[[nodiscard]] const FigureColumn& column_of(std::size_t figure);

struct StudyRow {
  std::size_t network = 0, analysis = 0;
  std::string sha256;  ///< of the network's file, or of the file that `study --extract` writes
  Verdict verdict = Verdict::undecided;
  std::string reason;
  std::string method;       ///< certify: as in its answer; else empty
  std::string certificate;  ///< SHA-256 of the certificate's bytes; empty: there is none
  std::array<std::optional<double>, kFigures> figures;
  std::optional<std::size_t> copy_of;  ///< an earlier network with the same hash: nothing was computed
  double seconds = 0;                  ///< the only column that may differ between two runs

  [[nodiscard]] std::optional<double>& operator[](Figure f) { return figures[static_cast<std::size_t>(f)]; }
  [[nodiscard]] const std::optional<double>& operator[](Figure f) const {
    return figures[static_cast<std::size_t>(f)];
  }
};

}  // namespace narrows
