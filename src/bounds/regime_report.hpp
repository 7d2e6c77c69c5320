// Where one trained network stands between its limits: its channel ratios beside their sharp thresholds (T3).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/cancellation.hpp"
#include "bounds/limit_network.hpp"
#include "critical/threshold.hpp"
#include "network/domain.hpp"

namespace narrows {

/// below: |α| is proved to be below the critical ratio (every Jacobian is regular, everywhere).
/// regular: not so, but the Jacobian is regular at all states reached from the domain. singular: not regular over the box of slopes.
enum class BlockRegime { below, regular, singular, undecided };
[[nodiscard]] std::string_view to_string(BlockRegime regime);

struct BlockReport {
  std::size_t layer = 0;                  ///< counted from 1
  std::optional<Rational> ratio;          ///< α; nothing: ε = 0
  std::optional<CriticalRatio> critical;  ///< the bracket of T3, if it is defined
  BlockRegime regime = BlockRegime::undecided;
};

/// skip_dominant: all blocks are below. residual_dominant: none is, all are regular on the states reached. mixed: all others.
enum class NetworkRegime { skip_dominant, residual_dominant, mixed };
[[nodiscard]] std::string_view to_string(NetworkRegime regime);

struct RegimeReport {
  std::vector<BlockReport> blocks;
  NetworkRegime regime = NetworkRegime::mixed;
};

[[nodiscard]] RegimeReport report_regime(const LimitNetwork& network, const Box& box, const StopToken& stop = {});

}  // namespace narrows
