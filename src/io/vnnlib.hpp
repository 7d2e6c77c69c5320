// The input box of a VNN-LIB property.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "network/domain.hpp"

namespace narrows {

/// The box that the assertions about X_0 … X_{dim-1} describe: (assert (<= X_i c)), (>= X_i c), either way
/// round, and conjunctions of them. Several bounds for one variable mean all of them.
///
/// Numbers  decimals, read as the nearest double.
/// Special  Assertions that speak of outputs Y_j only are left out; each adds a line to `notes` unless it is
/// null. Errors   InputError naming `where` (a file): other commands or operators, conditions that mix inputs
/// and outputs, disjunctions of
///          inputs, a variable that is not declared or not bounded on both sides, an interval with lo >= hi,
///          another dimension than `dim`.
[[nodiscard]] Domain parse_vnnlib_box(std::string_view bytes, const std::string& where, std::size_t dim,
                                      std::vector<std::string>* notes = nullptr);

}  // namespace narrows
