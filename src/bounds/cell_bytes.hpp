// Cells of a regime map on their way: what is asked of a cell and what was found, as bytes, for the state of a map and for other processes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bounds/cell_attack.hpp"

namespace narrows {

/// The arguments of CellAttack::run that differ from cell to cell.
struct CellTask {
  ParameterCell cell;
  int level = 0;
  std::vector<std::vector<double>> guesses;  ///< of the cell that this one is a quarter of
};

/// Errors  of the readers: std::length_error if there are too few bytes.
[[nodiscard]] std::string bytes_of(const CellTask& task);
[[nodiscard]] CellTask task_from(std::string_view bytes);
[[nodiscard]] std::string bytes_of(const CellFinding& finding);
[[nodiscard]] CellFinding finding_from(std::string_view bytes);

}  // namespace narrows
