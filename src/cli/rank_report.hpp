// What the ranks of a run with --mpi say of themselves: how much of the time each of them computed.
#pragma once

#include <string>
#include <vector>

#include "cli/common.hpp"
#include "study/rank_units.hpp"

namespace narrows::cli {

/// [{"units", "busy"}, …], rank by rank; busy is a share of `seconds`.
[[nodiscard]] Json ranks_json(const std::vector<RankWork>& ranks, double seconds);
/// "ranks busy 99.1 %, 98.7 % of the time\n"; empty if there are none.
[[nodiscard]] std::string ranks_text(const std::vector<RankWork>& ranks, double seconds);

}  // namespace narrows::cli
