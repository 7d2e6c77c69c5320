// narrows regimes --track: the critical points followed along a path of parameters.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bounds/parameter_family.hpp"
#include "cli/common.hpp"

namespace narrows::cli {

struct TrackRequest {
  std::string path;  ///< "1,0.5 -> 1,0"
  FamilyType family = FamilyType::shared;
  std::string certificate, table;
  std::vector<std::string> pictures;
  std::optional<double> timeout;
  std::size_t max_boxes = 0;
};

/// Tracks, writes what is asked for, prints the answer; returns the exit code.
[[nodiscard]] int run_track(const NetworkArguments& arguments, const SelectedNetwork& net, const Domain& domain, const TrackRequest& request);

}  // namespace narrows::cli
