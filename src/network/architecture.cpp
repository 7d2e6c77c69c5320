#include "network/architecture.hpp"

#include <algorithm>

namespace narrows {
namespace {

/// The names of all activations, each once, in order of appearance.
void collect_activations(const Layer& layer, std::vector<std::string>& names) {
  if (const auto* activation = std::get_if<ActivationLayer>(&layer.value)) {
    std::string name(to_string(activation->function));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  if (const auto* residual = std::get_if<ResidualLayer>(&layer.value)) {
    for (const Layer& step : residual->branch) collect_activations(step, names);
  }
  if (const auto* flow = std::get_if<OdeLayer>(&layer.value)) {
    for (const auto& branch : flow->branches)
      for (const Layer& step : branch) collect_activations(step, names);
  }
}

std::string activation_names(const Layer& layer) {
  std::vector<std::string> names;
  collect_activations(layer, names);
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return joined;
}

}  // namespace

std::string_view to_string(ArchitectureClass architecture) {
  switch (architecture) {
    case ArchitectureClass::augmented:
      return "augmented";
    case ArchitectureClass::bottleneck:
      return "bottleneck";
    case ArchitectureClass::non_augmented:
      break;
  }
  return "non-augmented";
}

ArchitectureClass classify(const std::vector<std::size_t>& widths) {
  bool has_fallen = false;
  for (std::size_t l = 1; l < widths.size(); ++l) {
    if (widths[l] > widths[l - 1] && has_fallen) return ArchitectureClass::bottleneck;
    has_fallen = has_fallen || widths[l] < widths[l - 1];
  }
  const bool rises =
      std::any_of(widths.begin(), widths.end(), [&](std::size_t n) { return n > widths.front(); });
  return rises ? ArchitectureClass::augmented : ArchitectureClass::non_augmented;
}

std::vector<std::size_t> state_widths(const Chain& chain) {
  std::vector<std::size_t> widths{chain.input_dim};
  for (const Layer& layer : chain.layers) {
    const auto* residual = std::get_if<ResidualLayer>(&layer.value);
    if (residual != nullptr && residual->skip == 0) {
      for (const Layer& step : residual->branch) widths.push_back(output_dim(step, widths.back()));
    } else {
      widths.push_back(output_dim(layer, widths.back()));
    }
  }
  return widths;
}

ArchitectureClass classify(const Chain& chain) {
  return classify(state_widths(chain));
}

std::vector<LayerSummary> summarize_layers(const Network& network) {
  std::vector<LayerSummary> summaries;
  std::size_t width = network.input_dim;
  for (const Layer& layer : network.layers) {
    width = output_dim(layer, width);
    LayerSummary summary;
    summary.kind = std::string(kind_of(layer));
    summary.width = width;
    summary.activation = activation_names(layer);
    if (const auto* residual = std::get_if<ResidualLayer>(&layer.value)) {
      summary.skip = residual->skip;
      summary.residual = residual->residual;
      if (residual->skip != 0) summary.ratio = residual->residual / residual->skip;
    }
    if (const auto* flow = std::get_if<OdeLayer>(&layer.value)) summary.time = flow->time;
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

}  // namespace narrows
