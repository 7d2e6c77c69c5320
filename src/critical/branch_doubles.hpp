// The maps of a branch as plain doubles with a bound on what that loses: the input of the polynomial tests for wide layers.
#pragma once

#include <optional>
#include <vector>

#include "arith/dense_matrix.hpp"
#include "network/branch_form.hpp"

namespace narrows {

/// A_0 … A_p of the branch (branch_form.hpp).
struct BranchDoubles {
  /// |true entry − entry| <= kEntryError |entry|.
  static constexpr double kEntryError = 0x1p-50;
  std::vector<DenseMatrix<double>> maps;
  std::vector<char> is_identity;  ///< the map is the identity, exactly
};

/// Nothing if an entry is so large, so small or so uncertain that the bound does not hold.
[[nodiscard]] std::optional<BranchDoubles> branch_doubles(const ResidualLayer& layer, std::size_t input_dim);

}  // namespace narrows
