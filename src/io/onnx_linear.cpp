// Gemm, MatMul, Conv and BatchNormalization with constant weights.
#include <algorithm>

#include "io/convolution.hpp"
#include "io/onnx_operators.hpp"

namespace narrows::io {
namespace {

/// A constant matrix, read as it stands or transposed.
struct Matrix {
  const OnnxTensor& tensor;
  bool transposed;
  [[nodiscard]] std::size_t rows() const { return tensor.dims[transposed ? 1 : 0]; }
  [[nodiscard]] std::size_t cols() const { return tensor.dims[transposed ? 0 : 1]; }
  [[nodiscard]] const Rational& at(std::size_t i, std::size_t j) const {
    return transposed ? tensor.numbers[j * rows() + i] : tensor.numbers[i * cols() + j];
  }
};

Matrix constant_matrix(const OnnxNode& node, std::size_t input, bool transposed) {
  const OnnxTensor& tensor = node.constant(input);
  if (tensor.dims.size() != 2) node.fail("its weight has shape " + to_string(tensor.dims), "use a matrix");
  return {tensor, transposed};
}

/// scale · m without a bias, applied to `length` numbers.
AffineLayer affine_layer(const OnnxNode& node, const Matrix& m, std::size_t length, const Rational& scale) {
  if (m.cols() != length) {
    node.fail(
        "its weight expects " + std::to_string(m.cols()) + " numbers and is fed " + std::to_string(length),
        "export the network again");
  }
  require_width(m.rows(), node.where());
  AffineLayer layer{m.rows(), m.cols(), {}, std::vector<Rational>(m.rows())};
  layer.weight.reserve(m.rows() * m.cols());
  for (std::size_t i = 0; i < m.rows(); ++i) {
    for (std::size_t j = 0; j < m.cols(); ++j)
      layer.weight.push_back(scale == 1 ? m.at(i, j) : Rational(scale * m.at(i, j)));
  }
  return layer;
}

/// The shape of a row or column vector after an optional transposition. Errors  unless it is one of length n.
void require_vector(const OnnxNode& node, const OnnxVector& x, bool transposed, bool row) {
  const bool matrix = x.dims.size() == 2;
  const std::size_t one = matrix ? x.dims[row == transposed ? 1 : 0] : 1;
  if ((matrix && one == 1) || x.dims.size() == 1) return;
  node.fail("is fed the shape " + to_string(x.dims) + " for one sample",
            "feed it one vector, flattened, per sample");
}

void add_bias(const OnnxNode& node, AffineLayer& layer, const Dims& dims, const Rational& beta) {
  const OnnxTensor& c = node.constant(2);
  const auto common = broadcast_dims(c.dims, dims);
  if (!common || count(*common) != layer.rows) {
    node.fail("its bias has shape " + to_string(c.dims) + ", the result has " + to_string(dims),
              "export the network again");
  }
  layer.bias = broadcast(c, *common);
  for (Rational& b : layer.bias) b *= beta;
}

}  // namespace

OnnxValue onnx_gemm(const OnnxNode& node, OnnxContext& context) {
  node.require_attributes({"alpha", "beta", "transA", "transB"});
  node.require_inputs(2, 3);
  const bool transposed_a = node.integer_attribute("transA", 0) != 0;
  const bool transposed_b = node.integer_attribute("transB", 0) != 0;
  const bool vector_first = std::holds_alternative<OnnxVector>(node.input(0));
  const OnnxVector& x = node.vector(vector_first ? 0 : 1);
  require_vector(node, x, vector_first ? transposed_a : transposed_b, vector_first);
  const Matrix weight =
      vector_first ? constant_matrix(node, 1, !transposed_b) : constant_matrix(node, 0, transposed_a);
  AffineLayer layer = affine_layer(node, weight, count(x.dims), node.float_attribute("alpha", 1.0F));
  const Dims dims = vector_first ? Dims{1, layer.rows} : Dims{layer.rows, 1};
  if (node.has_input(2)) add_bias(node, layer, dims, node.float_attribute("beta", 1.0F));
  return OnnxVector{dims, context.expressions.apply(x.id, {std::move(layer)}, node.where())};
}

OnnxValue onnx_matmul(const OnnxNode& node, OnnxContext& context) {
  node.require_attributes({});
  node.require_inputs(2, 2);
  const bool vector_first = std::holds_alternative<OnnxVector>(node.input(0));
  const OnnxVector& x = node.vector(vector_first ? 0 : 1);
  const std::size_t n = count(x.dims);
  const bool is_row = !x.dims.empty() && x.dims.back() == n;
  const bool is_column = x.dims.size() == 1 || (x.dims.size() == 2 && x.dims[0] == n);
  if (vector_first ? !is_row : !is_column) {
    node.fail("is fed the shape " + to_string(x.dims) + " for one sample",
              "feed it one vector, flattened, per sample");
  }
  AffineLayer layer = affine_layer(node, constant_matrix(node, vector_first ? 1 : 0, vector_first), n, 1);
  Dims dims = x.dims;
  (vector_first ? dims.back() : dims.front()) = layer.rows;
  return OnnxVector{dims, context.expressions.apply(x.id, {std::move(layer)}, node.where())};
}

namespace {

/// An attribute with one entry per axis, or `otherwise` everywhere. Errors  unless all entries are >=
/// `lowest`.
std::vector<std::size_t> per_axis(const OnnxNode& node, std::string_view name, std::size_t axes,
                                  std::int64_t lowest, std::size_t otherwise) {
  if (!node.has_attribute(name)) return std::vector<std::size_t>(axes, otherwise);
  const auto values = node.integers_attribute(name);
  const bool fits = values.size() == axes && std::all_of(values.begin(), values.end(), [&](std::int64_t v) {
                      return v >= lowest && v <= 65536;
                    });
  if (!fits)
    node.fail("its attribute \"" + std::string(name) + "\" does not fit", "export the network again");
  return {values.begin(), values.end()};
}

void read_padding(const OnnxNode& node, std::vector<ConvolutionAxis>& axes) {
  const std::string mode = node.text_attribute("auto_pad", "NOTSET");
  const auto pads = per_axis(node, "pads", 2 * axes.size(), 0, 0);
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (mode == "NOTSET") {
      axes[a].pad_begin = pads[a];
      axes[a].pad_end = pads[axes.size() + a];
    } else if (mode == "SAME_UPPER") {
      set_padding(axes[a], Padding::same_upper);
    } else if (mode == "SAME_LOWER") {
      set_padding(axes[a], Padding::same_lower);
    } else if (mode != "VALID") {
      node.fail("its auto_pad is unknown", "use NOTSET, SAME_UPPER, SAME_LOWER or VALID");
    }
  }
}

}  // namespace

OnnxValue onnx_conv(const OnnxNode& node, OnnxContext& context) {
  node.require_attributes({"auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"});
  node.require_inputs(2, 3);
  const OnnxVector& x = node.vector(0);
  const OnnxTensor& weight = node.constant(1);
  const std::size_t rank = x.dims.size();
  if ((rank != 3 && rank != 4) || x.dims[0] != 1 || weight.dims.size() != rank) {
    node.fail("is fed the shape " + to_string(x.dims) + " with a filter of shape " + to_string(weight.dims),
              "use one sample of [1, channels, positions] or [1, channels, rows, columns]");
  }
  const std::size_t axes = rank - 2;
  const auto kernel = per_axis(node, "kernel_shape", axes, 1, 0);
  const auto strides = per_axis(node, "strides", axes, 1, 1);
  const auto dilations = per_axis(node, "dilations", axes, 1, 1);
  Convolution convolution;
  convolution.inputs = x.dims[1];
  convolution.outputs = weight.dims[0];
  const std::int64_t groups = node.integer_attribute("group", 1);
  if (groups < 1 || x.dims[1] != static_cast<std::size_t>(groups) * weight.dims[1]) {
    node.fail("its groups do not fit the filter", "export the network again");
  }
  convolution.groups = static_cast<std::size_t>(groups);
  for (std::size_t a = 0; a < axes; ++a) {
    if (kernel[a] != 0 && kernel[a] != weight.dims[a + 2]) {
      node.fail("its kernel_shape differs from the filter", "export the network again");
    }
    convolution.axes.push_back({x.dims[a + 2], weight.dims[a + 2], strides[a], dilations[a]});
  }
  read_padding(node, convolution.axes);
  convolution.weight = weight.numbers;
  convolution.bias =
      node.has_input(2) ? node.constant(2).numbers : std::vector<Rational>(convolution.outputs);
  AffineLayer layer = lower_convolution(convolution, context.constants, node.where());
  Dims dims{1, convolution.outputs};
  for (const ConvolutionAxis& axis : convolution.axes) dims.push_back(axis.output());
  if (context.convolutions != nullptr) context.convolutions->push_back(std::move(convolution));
  return OnnxVector{dims, context.expressions.apply(x.id, {std::move(layer)}, node.where())};
}

OnnxValue onnx_batch_normalization(const OnnxNode& node, OnnxContext& context) {
  node.require_attributes({"epsilon", "momentum", "spatial", "training_mode"});
  node.require_inputs(5, 5);
  if (node.integer_attribute("training_mode", 0) != 0 || node.integer_attribute("spatial", 1) != 1) {
    node.fail("is in training mode", "export the network in evaluation mode: model.eval()");
  }
  const OnnxVector& x = node.vector(0);
  if (x.dims.size() < 2) node.fail("is fed the shape " + to_string(x.dims), "use [batch, channels]");
  const std::size_t channels = x.dims[1];
  const std::size_t positions = count({x.dims.begin() + 2, x.dims.end()});
  const auto per_entry = [&](std::size_t input) {
    const OnnxTensor& tensor = node.constant(input);
    if (tensor.numbers.size() != channels) {
      node.fail("input " + std::to_string(input) + " has " + std::to_string(tensor.numbers.size()) +
                    " entries for " + std::to_string(channels) + " channels",
                "export the network again");
    }
    std::vector<Rational> result;
    for (std::size_t i = 0; i < count(x.dims); ++i)
      result.push_back(tensor.numbers[i / positions % channels]);
    return result;
  };
  BatchNormLayer layer{per_entry(1), per_entry(2), per_entry(3), per_entry(4),
                       node.float_attribute("epsilon", 1e-5F)};
  for (const Rational& variance : layer.variance) {
    if (variance + layer.epsilon <= 0)
      node.fail("variance + epsilon is not positive", "train the network again");
  }
  return OnnxVector{x.dims, context.expressions.apply(x.id, {std::move(layer)}, node.where())};
}

}  // namespace narrows::io
