// Chains for passes in rows of doubles, and such passes over one box.
#include "checker/leaf_pass.hpp"

namespace narrows::checker {

std::vector<LeafLayer> leaf_layers(const std::vector<NumericLayer>& chain) {
  std::vector<LeafLayer> layers;
  for (const NumericLayer& layer : chain) {
    if (layer.kind == LayerKind::ode || layer.family != Family::fixed) return {};
    LeafLayer& copy = layers.emplace_back();
    copy.kind = layer.kind;
    copy.inputs = layer.inputs;
    copy.outputs = layer.outputs;
    copy.activation = layer.activation;
    copy.weight = Matrix<LeafInterval>(layer.weight.rows, layer.weight.cols);
    for (std::size_t i = 0; i < layer.weight.entries.size(); ++i)
      copy.weight.entries[i] = LeafInterval(layer.weight.entries[i]);
    for (const Interval& x : layer.bias) copy.bias.emplace_back(x);
    for (const Interval& x : layer.scale) copy.scale.emplace_back(x);
    copy.skip = LeafInterval(layer.skip);
    copy.residual = LeafInterval(layer.residual);
    copy.branch = leaf_layers(layer.branch);
    if (copy.branch.size() != layer.branch.size()) return {};
  }
  return layers;
}

template class BasicLeafPass<double>;

}  // namespace narrows::checker
