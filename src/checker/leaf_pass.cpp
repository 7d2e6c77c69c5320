// Forward and backward passes in rows of doubles.
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

LeafPass::LeafPass(const std::vector<LeafLayer>& chain, std::size_t base, const Box& box, bool symbols,
                   Lines lines)
    : chain_(chain),
      base_(base),
      dim_(box.dim()),
      length_(1 + box.dim()),
      fresh_(symbols),
      lines_(lines),
      state_(coordinates(box)) {
  traces_.reserve(chain.size());
}

/// σ(z_i), each with a symbol of its own if there are such.
Rows LeafPass::activated(const Activation& activation, const Rows& z, Trace& trace) {
  const std::size_t before = length_, n = z.size();
  if (fresh_) length_ += n;
  Rows values(n, fresh_ ? length_ : z.length);
  for (std::size_t i = 0; i < n; ++i) {
    const auto& at = trace.lines.emplace_back(activation, z.range(i));
    trace.slopes.push_back(at.range(1));
    set_line(values, i, at.of(0, lines_), z);
    if (fresh_) give_symbol(values, i, before + i);
  }
  trace.preactivations = z;
  return values;
}

/// x_i·slope_i, each with a symbol of its own if there are such: also for what the line of the slope leaves, as a slope takes part in
/// one product alone.
Rows LeafPass::scaled(const Rows& x, const Trace& trace) {
  const std::size_t before = length_, n = x.size();
  if (fresh_) length_ += n;
  const Rows& z = trace.preactivations;
  Rows slopes(n, z.length);
  for (std::size_t i = 0; i < n; ++i) set_line(slopes, i, trace.lines[i].of(1, lines_), z);
  Rows y = products(x, slopes, dim_, fresh_ ? length_ : 0);
  for (std::size_t i = 0; fresh_ && i < n; ++i) give_symbol(y, i, before + i);
  return y;
}

Rows LeafPass::forward(const LeafLayer& layer, const Rows& h, Trace& trace) {
  if (layer.kind == LayerKind::affine)
    return linear_map(layer.weight.rows, layer.weight.entries.data(), layer.weight.cols, 1, h, layer.bias);
  if (layer.kind == LayerKind::batch_norm) return diagonal_map(layer.scale, h, layer.bias);
  if (layer.kind == LayerKind::residual) {
    trace.branch.resize(layer.branch.size());
    Rows inner = forward(layer.branch[0], h, trace.branch[0]);
    for (std::size_t l = 1; l < layer.branch.size(); ++l)
      inner = forward(layer.branch[l], inner, trace.branch[l]);
    return residual_sum(layer, h, inner);
  }
  return activated(layer.activation, h, trace);
}

Rows LeafPass::backward(const LeafLayer& layer, const Trace& trace, const Rows& v) {
  if (layer.kind == LayerKind::affine)
    return linear_map(layer.weight.cols, layer.weight.entries.data(), 1, layer.weight.cols, v, {});
  if (layer.kind == LayerKind::batch_norm) return diagonal_map(layer.scale, v, {});
  if (layer.kind == LayerKind::activation) return scaled(v, trace);
  Rows inner = v;
  for (std::size_t l = layer.branch.size(); l-- > 0;)
    inner = backward(layer.branch[l], trace.branch[l], inner);
  return residual_sum(layer, v, inner);
}

Rows LeafPass::tangent(const LeafLayer& layer, const Trace& trace, const Rows& t) {
  if (layer.kind == LayerKind::affine)
    return linear_map(layer.weight.rows, layer.weight.entries.data(), layer.weight.cols, 1, t, {});
  if (layer.kind == LayerKind::batch_norm) return diagonal_map(layer.scale, t, {});
  if (layer.kind == LayerKind::activation) return scaled(t, trace);
  Rows inner = t;
  for (std::size_t l = 0; l < layer.branch.size(); ++l)
    inner = tangent(layer.branch[l], trace.branch[l], inner);
  return residual_sum(layer, t, inner);
}

std::vector<LeafInterval> LeafPass::advance() {
  Trace& trace = traces_.emplace_back();
  state_ = forward(chain_[base_ + traces_.size() - 1], state_, trace);
  std::vector<LeafInterval> ranges = trace.slopes;
  for (const Trace& step : trace.branch) ranges.insert(ranges.end(), step.slopes.begin(), step.slopes.end());
  return ranges;
}

Rows LeafPass::row_vector(std::size_t prefix) {
  while (base_ + traces_.size() < chain_.size()) advance();
  if (forward_length_ == 0) forward_length_ = length_;
  length_ = forward_length_;  // symbols of an earlier backward pass are free again
  Rows v = constants({1});
  for (std::size_t l = chain_.size(); l-- > prefix;) v = backward(chain_[l], traces_[l - base_], v);
  return v;
}

LeafInterval LeafPass::row_vector_along(std::size_t prefix, const std::vector<LeafInterval>& u) {
  return linear_map(1, u.data(), u.size(), 1, row_vector(prefix), {}).range(0);
}

LeafInterval LeafPass::next_row_vector_along(std::size_t prefix, const std::vector<LeafInterval>& u) {
  const Rows v = row_vector(prefix + 1),
             t = tangent(chain_[prefix], traces_[prefix - base_], constants(u));
  return linear_map(1, std::vector<LeafInterval>(v.size(), 1).data(), v.size(), 1, products(v, t, dim_, 0),
                    {})
      .range(0);
}

}  // namespace narrows::checker
