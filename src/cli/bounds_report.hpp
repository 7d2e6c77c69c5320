// What `narrows bounds` prints: the table, the sweep and the regime, for human eyes and as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bounds/limit_comparison.hpp"
#include "bounds/regime_report.hpp"
#include "cli/common.hpp"

namespace narrows::cli {

/// The a-priori bound for a whole class of networks, and the worst of them that the search found.
struct UniformRow {
  Limit limit = Limit::ode;
  bool applies = false;
  std::string reason;         ///< why it does not
  double bound = kInfinity;   ///< the theorem's number for the class
  double worst = 0;           ///< certified distance of the network found, from below
  std::size_t tried = 0;
};

struct LimitSweep {
  Limit limit = Limit::ode;
  std::vector<SweepRow> rows;
  double slope = 0;  ///< in the limit; NaN if it could not be found
};

struct BoundsReport {
  std::string domain;
  std::vector<LimitComparison> rows;
  RegimeReport regime;
  std::optional<double> weight_bound;
  std::vector<UniformRow> uniform;
  std::vector<LimitSweep> sweeps;
  Verdict verdict = Verdict::undecided;
  std::string reason;
  std::string certificate, table, picture, worst_file;  ///< files written, empty: none
  double seconds = 0;
};

/// "tunnel/T4" or "tunnel/T5".
[[nodiscard]] std::string theorem_id(Limit limit);

[[nodiscard]] Json bounds_json(const SelectedNetwork& net, const BoundsReport& report);
void print_bounds(const BoundsReport& report);
/// The sweeps as CSV, one line per row.
[[nodiscard]] std::string sweep_csv(const std::vector<LimitSweep>& sweeps);

}  // namespace narrows::cli
