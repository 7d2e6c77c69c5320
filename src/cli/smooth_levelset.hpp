// narrows levelset for networks that are not piecewise linear: certified level curves, tunnels, areas, labels, errors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/common.hpp"
#include "cli/tunnel.hpp"

namespace narrows::cli {

/// Options that smooth networks alone have; add() registers them.
struct SmoothOptions {
  std::string classes, points;
  std::string area_certificate;
  double gap = 1e-2;
  std::optional<double> resolution;
  std::size_t max_boxes = 1'000'000;
  TunnelArguments tunnel;

  void add(CLI::App* command);
  /// The first of these options that was given, for messages; empty if none was.
  [[nodiscard]] std::string first_given() const;
};

/// Options that both kinds of networks have, as they were given.
struct LevelRequest {
  std::string level, domain, from, certificate;
  std::vector<std::string> pictures;
  std::optional<double> timeout;
};

/// An ode layer is among the layers: no picture can be made.
[[nodiscard]] inline bool has_flow(const SelectedNetwork& net) { return first_ode_layer(net.chain.layers) < net.chain.layers.size(); }

/// Proves, writes what is asked for, prints the answer; returns the exit code.
[[nodiscard]] int run_smooth_levelset(const NetworkArguments& arguments, const SelectedNetwork& net, const LevelRequest& request, const SmoothOptions& options);

}  // namespace narrows::cli
