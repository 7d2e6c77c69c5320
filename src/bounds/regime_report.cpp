#include "bounds/regime_report.hpp"

#include <algorithm>

namespace narrows {
namespace {

bool is_below(const std::optional<Rational>& ratio, const std::optional<CriticalRatio>& critical) {
  if (!ratio || !critical) return false;
  return *ratio == 0 || critical->status == CriticalRatio::Status::infinite || Rational(abs(*ratio)) < critical->lower;
}

NetworkRegime conclude(const std::vector<BlockReport>& blocks) {
  const auto all = [&](BlockRegime regime) { return std::all_of(blocks.begin(), blocks.end(), [&](const BlockReport& b) { return b.regime == regime; }); };
  if (all(BlockRegime::below)) return NetworkRegime::skip_dominant;
  return all(BlockRegime::regular) ? NetworkRegime::residual_dominant : NetworkRegime::mixed;
}

}  // namespace

std::string_view to_string(BlockRegime regime) {
  switch (regime) {
    case BlockRegime::below: return "below";
    case BlockRegime::regular: return "regular";
    case BlockRegime::singular: return "singular";
    case BlockRegime::undecided: break;
  }
  return "undecided";
}

std::string_view to_string(NetworkRegime regime) {
  switch (regime) {
    case NetworkRegime::skip_dominant: return "skip-dominant";
    case NetworkRegime::residual_dominant: return "residual-dominant";
    case NetworkRegime::mixed: break;
  }
  return "mixed";
}

RegimeReport report_regime(const LimitNetwork& network, const Box& box, const StopToken& stop) {
  ThresholdOptions options;
  options.stop = stop;
  RegimeReport report;
  bool all_below = true;
  for (std::size_t l = 0; l < network.blocks; ++l) {
    const Layer& layer = network.chain.layers[network.first_block + l];
    const LayerThreshold threshold = find_threshold(layer, network.width(), network.chain.smoothness, options);
    BlockReport block{network.first_block + l + 1, threshold.ratio, threshold.critical, BlockRegime::undecided};
    if (is_below(block.ratio, block.critical))
      block.regime = BlockRegime::below;
    else if (threshold.regular == Regularity::regular)
      block.regime = BlockRegime::regular;
    else if (threshold.regular == Regularity::not_regular)
      block.regime = BlockRegime::singular;
    all_below = all_below && block.regime == BlockRegime::below;
    report.blocks.push_back(std::move(block));
  }
  if (!all_below) {  // what holds at the states reached from the box
    options.domain = Domain{Domain::Type::box, box.dim(), box, 0};
    Network whole;
    whole.input_dim = network.chain.input_dim;
    whole.layers = network.chain.layers;
    const ThresholdResult reached = find_thresholds(whole, options);
    for (std::size_t l = 0; l < network.blocks; ++l)
      if (report.blocks[l].regime != BlockRegime::below && reached.layers[network.first_block + l].regular == Regularity::regular)
        report.blocks[l].regime = BlockRegime::regular;
  }
  report.regime = conclude(report.blocks);
  return report;
}

}  // namespace narrows
