#include "bounds/limit_network.hpp"

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "network/evaluate.hpp"
#include "network/slope_range.hpp"

namespace narrows {
namespace {

bool is_residual(const Layer& layer) { return std::holds_alternative<ResidualLayer>(layer.value); }

/// sup |σ| over R, rounded up.
double largest_value(const ActivationLayer& activation) {
  switch (activation.function) {
    case Activation::tanh:
    case Activation::sigmoid:
    case Activation::sin: return 1;
    case Activation::arctan: return 1.5707963267948968;  // above π/2
    default: return kInfinity;
  }
}

double largest_slope_upper(const ActivationLayer& activation) { return enclose(largest_slope(slope_range(activation))).upper(); }

// Non-negative matrix with `cols` columns, rounded up.
struct UpperMatrix {
  std::size_t rows = 0, cols = 0;
  std::vector<double> entry;
};

UpperMatrix identity(std::size_t n) {
  UpperMatrix unit{n, n, std::vector<double>(n * n, 0.0)};
  for (std::size_t i = 0; i < n; ++i) unit.entry[i * n + i] = 1;
  return unit;
}

UpperMatrix times_affine(const CompiledLayer<Interval>& layer, const UpperMatrix& x) {
  UpperMatrix product{layer.rows, x.cols, std::vector<double>(layer.rows * x.cols, 0.0)};
  for (std::size_t i = 0; i < layer.rows; ++i)
    for (std::size_t k = 0; k < layer.cols; ++k) {
      const double weight = magnitude(layer.weight[i * layer.cols + k]);
      for (std::size_t j = 0; j < x.cols; ++j) {
        double& sum = product.entry[i * x.cols + j];
        sum = add_upper(sum, mul_upper(weight, x.entry[k * x.cols + j]));
      }
    }
  return product;
}

void scale_row(UpperMatrix* x, std::size_t row, double factor) {
  for (std::size_t j = 0; j < x->cols; ++j) x->entry[row * x->cols + j] = mul_upper(factor, x->entry[row * x->cols + j]);
}

double infinity_norm_upper(const UpperMatrix& x) {
  double norm = 0;
  for (std::size_t i = 0; i < x.rows; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < x.cols; ++j) sum = add_upper(sum, x.entry[i * x.cols + j]);
    norm = std::fmax(norm, sum);
  }
  return norm;
}

// S: the values of the last activation are at most `bound`; what follows it is affine.
double size_upper(const CompiledLayer<Interval>& block, std::size_t last_activation, std::size_t width, double bound) {
  if (!std::isfinite(bound)) return kInfinity;
  std::vector<Interval> offset(width, Interval(0.0));
  LayerTrace<Interval> trace;
  UpperMatrix map = identity(width);
  for (std::size_t k = last_activation + 1; k < block.branch.size(); ++k) {
    const auto& layer = block.branch[k];
    if (layer.kind == LayerKind::affine)
      map = times_affine(layer, map);
    else
      for (std::size_t i = 0; i < map.rows; ++i) scale_row(&map, i, magnitude(layer.weight[i]));
    offset = forward(layer, offset, &trace);
  }
  double largest = 0;
  for (std::size_t i = 0; i < map.rows; ++i) {
    double sum = magnitude(offset[i]);
    for (std::size_t j = 0; j < map.cols; ++j) sum = add_upper(sum, mul_upper(map.entry[i * map.cols + j], bound));
    largest = std::fmax(largest, sum);
  }
  return largest;
}

BlockConstants constants_of(const ResidualLayer& exact, const CompiledLayer<Interval>& block, std::size_t width) {
  BlockConstants constants;
  UpperMatrix map = identity(width);
  std::size_t activations = 0, last = 0, last_width = 0;
  double last_bound = kInfinity;
  for (std::size_t k = 0; k < block.branch.size(); ++k) {
    const auto& layer = block.branch[k];
    if (layer.kind == LayerKind::affine) {
      map = times_affine(layer, map);
    } else if (layer.kind == LayerKind::diagonal) {
      for (std::size_t i = 0; i < map.rows; ++i) scale_row(&map, i, magnitude(layer.weight[i]));
    } else {
      const auto& activation = std::get<ActivationLayer>(exact.branch[k].value);
      for (std::size_t i = 0; i < map.rows; ++i) scale_row(&map, i, largest_slope_upper(activation));
      ++activations;
      last = k;
      last_width = map.rows;
      last_bound = largest_value(activation);
    }
  }
  constants.lipschitz = infinity_norm_upper(map);
  constants.one_activation = activations == 1;
  if (activations > 0) constants.size = size_upper(block, last, last_width, last_bound);
  return constants;
}

void require(bool condition, const std::string& where, const char* what) {
  if (!condition)
    throw InputError(where, what, "the limits are those of layers without residual, then residual blocks, then one affine layer");
}

}  // namespace

std::string_view to_string(Limit limit) { return limit == Limit::ode ? "ode" : "mlp"; }

LimitNetwork make_limit_network(const Chain& chain, const std::string& where) {
  LimitNetwork network;
  network.chain = chain;
  network.compiled = compile(chain);
  const auto& layers = chain.layers;
  const auto begin = std::find_if(layers.begin(), layers.end(), is_residual);
  const auto end = std::find_if_not(begin, layers.end(), is_residual);
  require(begin != layers.end(), where, "the network has no residual block, so it has no limit");
  require(std::none_of(end, layers.end(), is_residual), where, "a layer without residual stands between residual blocks");
  require(end + 1 == layers.end() && std::holds_alternative<AffineLayer>(layers.back().value), where, "more than one affine layer follows the residual blocks");
  network.first_block = static_cast<std::size_t>(begin - layers.begin());
  network.blocks = static_cast<std::size_t>(end - begin);
  for (std::size_t l = 0; l < network.blocks; ++l)
    network.constants.push_back(constants_of(network.block(l), network.compiled_block(l), network.width()));
  for (const Interval& w : network.compiled.layers.back().weight) network.output_norm = add_upper(network.output_norm, magnitude(w));
  return network;
}

std::optional<std::string> violated_hypothesis(const LimitNetwork& network, Limit limit) {
  if (limit == Limit::mlp) return std::nullopt;
  for (std::size_t l = 0; l < network.blocks; ++l)
    if (network.block(l).skip == 0) return "layer " + std::to_string(network.first_block + l + 1) + " has skip 0, and T4 needs every skip ε ≠ 0";
  if (network.chain.smoothness == Smoothness::lipschitz)
    return first_kinked_activation(network.chain.layers) + " is only Lipschitz, and T4 needs networks in C¹";
  return std::nullopt;
}

BlockConstants uniform_constants(const ResidualLayer& block, double bound) {
  BlockConstants constants;
  double lipschitz = 1, size = kInfinity;  // of what has been passed
  std::size_t activations = 0;
  for (const Layer& layer : block.branch) {
    if (const auto* activation = std::get_if<ActivationLayer>(&layer.value)) {
      lipschitz = mul_upper(lipschitz, largest_slope_upper(*activation));
      size = largest_value(*activation);
      ++activations;
    } else {
      lipschitz = mul_upper(lipschitz, bound);
      size = add_upper(mul_upper(bound, size), bound);
    }
  }
  constants.lipschitz = lipschitz;
  constants.size = size;
  constants.one_activation = activations == 1;
  return constants;
}

bool has_batch_norm_layer(const ResidualLayer& block) {
  return std::any_of(block.branch.begin(), block.branch.end(), [](const Layer& layer) { return std::holds_alternative<BatchNormLayer>(layer.value); });
}

Interval channel_ratio_of(const ResidualLayer& block) { return enclose(Rational(block.residual / block.skip)); }

Chain toward_limit(const LimitNetwork& network, Limit limit, int doublings) {
  const Rational parts = Rational(1L << doublings);
  Chain chain = network.chain;
  chain.layers.clear();
  chain.widths = {chain.input_dim};
  const auto add = [&](Layer layer) {
    chain.widths.push_back(output_dim(layer, chain.widths.back()));
    chain.layers.push_back(std::move(layer));
  };
  for (const Layer& layer : network.chain.layers) {
    const auto* block = std::get_if<ResidualLayer>(&layer.value);
    if (block == nullptr) {
      add(layer);
    } else if (limit == Limit::mlp) {
      add({ResidualLayer{block->skip / parts, block->residual, block->branch}});
    } else {
      const Rational step = block->residual / block->skip / parts;
      for (long k = 1; k < (1L << doublings); ++k) add({ResidualLayer{1, step, block->branch}});
      add({ResidualLayer{block->skip, block->residual / parts, block->branch}});
    }
  }
  return chain;
}

}  // namespace narrows
