// Reading networks with convolutions, for claims of the kind `robust` only.
#include <numeric>

#include "checker/rules/robustness.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_taps = 20'000'000;

void require_width(const Field& at, std::size_t width) {
  if (width < 1 || width > max_width)
    at.fail(Reason::limit, std::to_string(width), "a dimension from 1 to 4096");
}

void read_affine(SparseLayer& layer, const Field& object, std::size_t inputs) {
  const Field fields(object, {"type", "weight", "bias"});
  const auto rows = fields["weight"].items();
  require_width(object, rows.size());
  std::vector<Rational> weights;
  for (const Field& row : rows) {
    for (Rational& w : row.exact_vector(inputs)) weights.push_back(std::move(w));
  }
  const std::vector<Rational> bias = fields["bias"].exact_vector(rows.size());
  layer.kind = SparseLayer::Kind::map;
  layer.map = SparseMap(inputs, std::move(weights));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    layer.map.begin_row(bias[i]);
    for (std::size_t j = 0; j < inputs; ++j) layer.map.add(j, i * inputs + j);
  }
}

/// Sizes along two axes; a map of one axis has the second one of size 1.
struct Sizes {
  std::size_t first = 1, second = 1;
  [[nodiscard]] std::size_t area() const { return first * second; }
};

/// The numbers of weight[out][in][k_1]…, in this order, and the sizes of all these lists.
struct Kernel {
  std::size_t outputs = 0;
  Sizes size;
  std::vector<Rational> weights;
};

Kernel read_kernel(const Field& at, std::size_t inputs, bool two_axes) {
  Kernel kernel;
  const auto outputs = at.items();
  kernel.outputs = outputs.size();
  require_width(at, kernel.outputs);
  kernel.size = {0, 0};
  const auto same = [&](const Field& list, std::size_t& size, std::size_t found) {
    if (size == 0) size = found;
    if (found == 0 || found > max_width || found != size)
      list.fail(Reason::mismatch, std::to_string(found) + " entries", "one shape of all weights");
  };
  for (const Field& output : outputs) {
    for (const Field& input : output.items(inputs)) {
      const auto rows = two_axes ? input.items() : std::vector<Field>{input};
      same(input, kernel.size.first, rows.size());
      for (const Field& row : rows) {
        const std::size_t count = row.items().size();
        same(row, kernel.size.second, count);
        for (Rational& w : row.exact_vector(count)) kernel.weights.push_back(std::move(w));
      }
    }
  }
  return kernel;
}

/// y[o, p] = bias[o] + Σ weight[o][c][k]·x[c, p + k − s], x = 0 outside of the feature map.
void read_conv(SparseLayer& layer, const Field& object, std::size_t inputs) {
  const Field fields(object, {"type", "weight", "bias", "input_shape", "padding", "stride"});
  const auto shape = fields["input_shape"].items();
  if (shape.size() != 2 && shape.size() != 3)
    fields["input_shape"].fail(Reason::mismatch, std::to_string(shape.size()) + " numbers",
                               "channels and one or two axes");
  const std::size_t channels = shape[0].integer(1, max_width);
  const bool two_axes = shape.size() == 3;
  // One axis is the second one of two, where the first has the size 1.
  const Sizes map{two_axes ? shape[1].integer(1, max_width) : 1, shape.back().integer(1, max_width)};
  if (channels * map.area() != inputs)
    fields["input_shape"].fail(Reason::mismatch, std::to_string(channels * map.area()),
                               std::to_string(inputs));
  (void)fields["stride"].integer(1, 1);
  const std::size_t padding = fields["padding"].one_of({"one-sided", "same", "valid"});
  Kernel kernel = read_kernel(fields["weight"], channels, two_axes);
  const std::vector<Rational> bias = fields["bias"].exact_vector(kernel.outputs);
  const Sizes size = kernel.size,
              shift = padding == 1 ? Sizes{(size.first - 1) / 2, (size.second - 1) / 2} : Sizes{0, 0};
  Sizes out = map;
  if (padding == 2) {
    if (size.first > map.first || size.second > map.second)
      fields["weight"].fail(Reason::mismatch, "a kernel larger than the map", "a smaller one");
    out = {map.first - size.first + 1, map.second - size.second + 1};
  }
  require_width(object, kernel.outputs * out.area());
  if (kernel.outputs * out.area() * channels * size.area() > max_taps)
    object.fail(Reason::limit, "too many products", "at most 20000000");

  layer.kind = SparseLayer::Kind::map;
  layer.map = SparseMap(inputs, std::move(kernel.weights));
  for (std::size_t row = 0; row < kernel.outputs * out.area(); ++row) {
    const std::size_t o = row / out.area(), p = row % out.area() / out.second, q = row % out.second;
    layer.map.begin_row(bias[o]);
    for (std::size_t tap = 0; tap < channels * size.area(); ++tap) {
      const std::size_t c = tap / size.area(), i = tap % size.area() / size.second, j = tap % size.second;
      if (p + i < shift.first || q + j < shift.second) continue;
      const std::size_t at_p = p + i - shift.first, at_q = q + j - shift.second;
      if (at_p < map.first && at_q < map.second)
        layer.map.add((c * map.first + at_p) * map.second + at_q, o * channels * size.area() + tap);
    }
  }
}

std::vector<SparseLayer> read_layers(const Field& list, std::size_t inputs, bool in_branch) {
  std::vector<std::string_view> types = {"affine", "conv", "activation"};
  if (!in_branch) types.push_back("residual");
  std::vector<SparseLayer> layers;
  for (const Field& at : list.items()) {
    SparseLayer& layer = layers.emplace_back();
    const std::size_t type = at["type"].one_of(types);
    layer.outputs = inputs;
    if (type == 0) read_affine(layer, at, inputs);
    if (type == 1) read_conv(layer, at, inputs);
    if (type == 2) {
      const Field fields(at, {"type", "function"});
      layer.kind = fields["function"].one_of({"relu", "identity"}) == 0 ? SparseLayer::Kind::relu
                                                                        : SparseLayer::Kind::identity;
    }
    if (type == 3) {
      const Field fields(at, {"type", "skip", "residual", "branch"});
      layer.kind = SparseLayer::Kind::residual;
      layer.skip = fields["skip"].exact();
      layer.residual = fields["residual"].exact();
      layer.branch = read_layers(fields["branch"], inputs, true);
      if (layer.branch.empty()) at.fail(Reason::out_of_range, "no layer", "at least one");
      if (layer.branch.back().outputs != inputs)
        at.fail(Reason::mismatch, "another dimension at its end", std::to_string(inputs));
    }
    if (layer.kind == SparseLayer::Kind::map) layer.outputs = layer.map.outputs();
    inputs = layer.outputs;
  }
  return layers;
}

std::size_t taps_of(const std::vector<SparseLayer>& layers) {
  return std::accumulate(layers.begin(), layers.end(), std::size_t{0},
                         [](std::size_t sum, const SparseLayer& layer) {
                           return sum + layer.map.taps() + taps_of(layer.branch);
                         });
}

}  // namespace

std::size_t SparseNetwork::taps() const {
  return taps_of(layers) + last.taps();
}

SparseNetwork read_sparse_network(const Field& model) {
  const Field fields(model, {"format", "input_dim", "layers", "name", "weights_dtype", "comment"});
  fields["format"].require_text("narrows-network/1");
  for (const char* key : {"name", "weights_dtype", "comment"}) {
    if (fields.has(key)) (void)fields[key].text();
  }
  SparseNetwork network;
  network.input_dim = fields["input_dim"].integer(1, max_width);
  network.layers = read_layers(fields["layers"], network.input_dim, false);
  const auto types = fields["layers"].items();
  if (types.empty() || types.back()["type"].text() != "affine" || network.layers.back().outputs < 2)
    fields["layers"].fail(Reason::inapplicable, "another last layer", "an affine layer of at least two rows");
  network.last = std::move(network.layers.back().map);
  network.layers.pop_back();
  if (network.taps() > max_taps)
    fields["layers"].fail(Reason::limit, "too many products", "at most 20000000");
  return network;
}

}  // namespace narrows::checker
