#include "study/study_row.hpp"

namespace narrows {

const FigureColumn& column_of(std::size_t figure) {
  static constexpr std::array<FigureColumn, kFigures> columns = {{
      {"boxes", true},
      {"complete", true},
      {"points", true},
      {"minima", true},
      {"saddles", true},
      {"maxima", true},
      {"open_regions", true},
      {"winding", true},
      {"layers", true},
      {"regular_layers", true},
      {"ratio", false},
      {"critical_ratio_lower", false},
      {"critical_ratio_upper", false},
      {"critical_ratio_norm", false},
      {"infinite_ratios", true},
      {"uniform_factor_lower", false},
      {"uniform_factor_upper", false},
      {"components_above", true},
      {"components_below", true},
      {"closed_components", true},
      {"closed_curves", true},
      {"arcs", true},
      {"area_above_lower", false},
      {"area_above_upper", false},
      {"theorem", false},
      {"sharper", false},
      {"distance_lower", false},
      {"distance_upper", false},
      {"area_none", false},
      {"area_exists", false},
      {"area_open", false},
  }};
  static_assert(!columns.back().name.empty());
  return columns.at(figure);
}

}  // namespace narrows
