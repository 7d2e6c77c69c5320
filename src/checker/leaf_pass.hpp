// The passes of pass.hpp for the leaves of trees, where most of the time goes: the same affine forms, in rows of doubles, of one box or of
// four at once.
#pragma once

#include <vector>

#include "checker/leaf_maps.hpp"

namespace narrows::checker {

/// The same chain; nothing if it has flows or residual layers of a family. The chain is enclosed at
/// leaf_precision; numbers of another one would be unknown.
[[nodiscard]] std::vector<LeafLayer> leaf_layers(const std::vector<NumericLayer>& chain);

[[nodiscard]] inline Lines usual_lines(Carry carry) {
  return carry == Carry::symbols ? Lines::gentle : Lines::steep;
}

/// The passes over one box, or one in each lane, starting after `base` layers: those of Carry::values or, with symbols, of
/// Carry::symbols. A result that is not known is NaN or unbounded.
template <class T>
class BasicLeafPass {
 public:
  using Rows = BasicRows<T>;
  using Interval = BasicLeafInterval<T>;
  using Boxes = std::array<const Box*, lanes_in<T>>;

  BasicLeafPass(const std::vector<LeafLayer>& chain, std::size_t base, const Boxes& boxes, bool symbols, Lines lines);
  BasicLeafPass(const std::vector<LeafLayer>& chain, std::size_t base, const Box& box, bool symbols)
    requires std::is_same_v<T, double>
      : BasicLeafPass(chain, base, Boxes{&box}, symbols, usual_lines(symbols ? Carry::symbols : Carry::values)) {}

  /// Advances by one layer. Returns the ranges of the slopes that it met (of a residual layer: those of its branch), in order.
  std::vector<Interval> advance();
  /// v_P, P >= base. Finishes the forward pass first.
  Rows row_vector(std::size_t prefix);
  /// Encloses v_P·u.
  [[nodiscard]] Interval row_vector_along(std::size_t prefix, const std::vector<LeafInterval>& u);
  /// The same number as v_{P+1}·(J_{P+1} u), P < L.
  [[nodiscard]] Interval next_row_vector_along(std::size_t prefix, const std::vector<LeafInterval>& u);

 private:
  struct Trace {
    Rows preactivations{0, 1};  ///< of an activation layer; none of others
    RecycledVector<Linearisation<Interval>> lines{};
    std::vector<Interval> slopes{};  ///< their ranges
    std::vector<Trace> branch{};
  };

  Rows forward(const LeafLayer& layer, const Rows& h, Trace& trace);
  Rows backward(const LeafLayer& layer, const Trace& trace, const Rows& v);
  Rows tangent(const LeafLayer& layer, const Trace& trace, const Rows& t);
  Rows activated(const Activation& activation, const Rows& z, Trace& trace);
  Rows scaled(const Rows& x, const Trace& trace);

  const std::vector<LeafLayer>& chain_;
  std::size_t base_;
  std::size_t dim_;
  std::size_t length_;              ///< of a row that knows all symbols so far
  std::size_t forward_length_ = 0;  ///< length_ after the forward pass, once that is finished
  bool fresh_;                      ///< nonlinear errors get symbols
  Lines lines_;
  Rows state_;
  std::vector<Trace> traces_;
};
using LeafPass = BasicLeafPass<double>;

template <class T>
BasicLeafPass<T>::BasicLeafPass(const std::vector<LeafLayer>& chain, std::size_t base, const Boxes& boxes, bool symbols,
                                Lines lines)
    : chain_(chain),
      base_(base),
      dim_(boxes[0]->dim()),
      length_(1 + dim_),
      fresh_(symbols),
      lines_(lines),
      state_(coordinates<T>(boxes)) {
  traces_.reserve(chain.size());
}

/// σ(z_i), each with a symbol of its own if there are such.
template <class T>
BasicRows<T> BasicLeafPass<T>::activated(const Activation& activation, const Rows& z, Trace& trace) {
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
template <class T>
BasicRows<T> BasicLeafPass<T>::scaled(const Rows& x, const Trace& trace) {
  const std::size_t before = length_, n = x.size();
  if (fresh_) length_ += n;
  const Rows& z = trace.preactivations;
  Rows slopes(n, z.length);
  for (std::size_t i = 0; i < n; ++i) set_line(slopes, i, trace.lines[i].of(1, lines_), z);
  Rows y = products(x, slopes, dim_, fresh_ ? length_ : 0);
  for (std::size_t i = 0; fresh_ && i < n; ++i) give_symbol(y, i, before + i);
  return y;
}

template <class T>
BasicRows<T> BasicLeafPass<T>::forward(const LeafLayer& layer, const Rows& h, Trace& trace) {
  if (layer.kind == LayerKind::affine)
    return linear_map<T>(layer.weight.rows, layer.weight.entries.data(), layer.weight.cols, 1, h, layer.bias);
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

template <class T>
BasicRows<T> BasicLeafPass<T>::backward(const LeafLayer& layer, const Trace& trace, const Rows& v) {
  if (layer.kind == LayerKind::affine)
    return linear_map<T>(layer.weight.cols, layer.weight.entries.data(), 1, layer.weight.cols, v, {});
  if (layer.kind == LayerKind::batch_norm) return diagonal_map(layer.scale, v, {});
  if (layer.kind == LayerKind::activation) return scaled(v, trace);
  Rows inner = v;
  for (std::size_t l = layer.branch.size(); l-- > 0;)
    inner = backward(layer.branch[l], trace.branch[l], inner);
  return residual_sum(layer, v, inner);
}

template <class T>
BasicRows<T> BasicLeafPass<T>::tangent(const LeafLayer& layer, const Trace& trace, const Rows& t) {
  if (layer.kind == LayerKind::affine)
    return linear_map<T>(layer.weight.rows, layer.weight.entries.data(), layer.weight.cols, 1, t, {});
  if (layer.kind == LayerKind::batch_norm) return diagonal_map(layer.scale, t, {});
  if (layer.kind == LayerKind::activation) return scaled(t, trace);
  Rows inner = t;
  for (std::size_t l = 0; l < layer.branch.size(); ++l)
    inner = tangent(layer.branch[l], trace.branch[l], inner);
  return residual_sum(layer, t, inner);
}

template <class T>
std::vector<BasicLeafInterval<T>> BasicLeafPass<T>::advance() {
  Trace& trace = traces_.emplace_back();
  state_ = forward(chain_[base_ + traces_.size() - 1], state_, trace);
  std::vector<Interval> ranges = trace.slopes;
  for (const Trace& step : trace.branch) ranges.insert(ranges.end(), step.slopes.begin(), step.slopes.end());
  return ranges;
}

template <class T>
BasicRows<T> BasicLeafPass<T>::row_vector(std::size_t prefix) {
  while (base_ + traces_.size() < chain_.size()) advance();
  if (forward_length_ == 0) forward_length_ = length_;
  length_ = forward_length_;  // symbols of an earlier backward pass are free again
  Rows v = constants<T>({1});
  for (std::size_t l = chain_.size(); l-- > prefix;) v = backward(chain_[l], traces_[l - base_], v);
  return v;
}

template <class T>
BasicLeafInterval<T> BasicLeafPass<T>::row_vector_along(std::size_t prefix, const std::vector<LeafInterval>& u) {
  return linear_map<T>(1, u.data(), u.size(), 1, row_vector(prefix), {}).range(0);
}

template <class T>
BasicLeafInterval<T> BasicLeafPass<T>::next_row_vector_along(std::size_t prefix, const std::vector<LeafInterval>& u) {
  const Rows v = row_vector(prefix + 1),
             t = tangent(chain_[prefix], traces_[prefix - base_], constants<T>(u));
  return linear_map<T>(1, std::vector<LeafInterval>(v.size(), 1).data(), v.size(), 1, products(v, t, dim_, 0),
                    {})
      .range(0);
}

extern template class BasicLeafPass<double>;

}  // namespace narrows::checker
