#include "counterexample/family.hpp"

#include <algorithm>
#include <cmath>

namespace narrows {
namespace {

constexpr double kLeakySlope =
    0.01;  // the format's default, as the nearest double; the network holds exactly that number

struct ValueAndSlope {
  double value, slope;
};

double normal_cdf(double z) {
  return 0.5 * std::erfc(-z * M_SQRT1_2);
}

ValueAndSlope activate(Activation function, double z) {
  const double logistic = 1 / (1 + std::exp(-z));
  switch (function) {
    case Activation::tanh: {
      const double t = std::tanh(z);
      return {t, 1 - t * t};
    }
    case Activation::sigmoid:
      return {logistic, logistic * (1 - logistic)};
    case Activation::softplus:
      return {z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z)), logistic};
    case Activation::arctan:
      return {std::atan(z), 1 / (1 + z * z)};
    case Activation::sin:
      return {std::sin(z), std::cos(z)};
    case Activation::silu:
      return {z * logistic, logistic * (1 + z * (1 - logistic))};
    case Activation::gelu:
      return {z * normal_cdf(z), normal_cdf(z) + z * std::exp(-z * z / 2) / std::sqrt(2 * M_PI)};
    case Activation::elu:
      return z > 0 ? ValueAndSlope{z, 1} : ValueAndSlope{std::expm1(z), std::exp(z)};
    case Activation::relu:
      return z > 0 ? ValueAndSlope{z, 1} : ValueAndSlope{0, 0};
    case Activation::leaky_relu:
      return z > 0 ? ValueAndSlope{z, 1} : ValueAndSlope{kLeakySlope * z, kLeakySlope};
    case Activation::identity:
      break;
  }
  return {z, 1};
}

ActivationLayer activation_layer(Activation function) {
  ActivationLayer layer{function, 0};
  if (function == Activation::elu) layer.alpha = 1;
  if (function == Activation::leaky_relu) layer.alpha = rational_exact(kLeakySlope);
  return layer;
}

AffineLayer affine_layer(std::size_t rows, std::size_t cols, std::span<const double> weight,
                         std::span<const double> bias) {
  AffineLayer layer{rows, cols, {}, std::vector<Rational>(rows)};
  for (const double x : weight) layer.weight.push_back(rational_exact(x));
  for (std::size_t i = 0; i < bias.size(); ++i) layer.bias[i] = rational_exact(bias[i]);
  return layer;
}

/// The tensors of one block and of the output as views into the parameters; an absent one is empty.
struct View {
  std::span<const double> inner, bias, outer;
};

View block_view(const Candidate& candidate, std::size_t block) {
  View view;
  const std::size_t stored = candidate.family.shared ? 0 : block;
  for (const Tensor& tensor : tensors_of(candidate.family)) {
    if (tensor.kind == Tensor::Kind::output || tensor.block != stored) continue;
    const std::span<const double> part(candidate.weights.data() + tensor.begin, tensor.size);
    (tensor.kind == Tensor::Kind::inner  ? view.inner
     : tensor.kind == Tensor::Kind::bias ? view.bias
                                         : view.outer) = part;
  }
  return view;
}

std::vector<double> output_row(const Candidate& candidate) {
  if (!candidate.family.free_output) return std::vector<double>(candidate.family.dim, 1.0);
  return {candidate.weights.end() - static_cast<std::ptrdiff_t>(candidate.family.dim),
          candidate.weights.end()};
}

/// The state and its Jacobian with respect to x, d columns, by rows.
struct State {
  std::vector<double> value, jacobian;
};

State through_block(const Family& family, const View& view, const State& h) {
  const std::size_t d = family.dim, m = family.neurons;
  const double delta = mpq_get_d(family.ratio.backend().data());
  State next = family.residual ? h : State{std::vector<double>(m), std::vector<double>(m * d)};
  std::vector<double> row(d);
  for (std::size_t k = 0; k < m; ++k) {
    double z = view.bias.empty() ? 0 : view.bias[k];
    std::fill(row.begin(), row.end(), 0.0);
    for (std::size_t j = 0; j < d; ++j) {
      const double weight = view.inner[k * d + j];
      z += weight * h.value[j];
      for (std::size_t c = 0; c < d; ++c) row[c] += weight * h.jacobian[j * d + c];
    }
    const ValueAndSlope neuron = activate(family.activation, z);
    for (std::size_t i = 0; i < d; ++i) {
      if (!family.residual && i != k) continue;
      const double factor = family.residual ? delta * view.outer[i * m + k] : 1;
      next.value[i] += factor * neuron.value;
      for (std::size_t c = 0; c < d; ++c) next.jacobian[i * d + c] += factor * neuron.slope * row[c];
    }
  }
  return next;
}

/// The least b such that the numbers are a power of two times integers below 2^(b−1) in magnitude; 1 if all are 0.
int bits_of(std::span<const double> numbers) {
  int lowest = 0, highest = 0;
  bool any = false;
  for (const double x : numbers) {
    if (x == 0) continue;
    int exponent = 0;
    double odd = std::frexp(std::fabs(x), &exponent);
    int low = exponent;
    for (; odd != std::floor(odd); odd *= 2) --low;
    lowest = any ? std::min(lowest, low) : low;
    highest = any ? std::max(highest, exponent) : exponent;
    any = true;
  }
  return any ? highest - lowest + 1 : 1;
}

}  // namespace

std::vector<Tensor> tensors_of(const Family& family) {
  std::vector<Tensor> tensors;
  std::size_t begin = 0;
  const auto add = [&](Tensor::Kind kind, std::size_t block, std::size_t size) {
    tensors.push_back({kind, block, begin, size});
    begin += size;
  };
  for (std::size_t block = 0; block < (family.shared ? 1 : family.blocks); ++block) {
    add(Tensor::Kind::inner, block, family.neurons * family.dim);
    if (family.biases) add(Tensor::Kind::bias, block, family.neurons);
    if (family.residual) add(Tensor::Kind::outer, block, family.dim * family.neurons);
  }
  if (family.free_output) add(Tensor::Kind::output, 0, family.dim);
  return tensors;
}

std::size_t parameter_count(const Family& family) {
  std::size_t count = 0;
  for (const Tensor& tensor : tensors_of(family)) count += tensor.size;
  return count;
}

Candidate without_block(const Candidate& candidate, std::size_t block) {
  Candidate smaller = candidate;
  --smaller.family.blocks;
  smaller.weights.clear();
  for (const Tensor& tensor : tensors_of(candidate.family))
    if (tensor.kind == Tensor::Kind::output || tensor.block != block)
      for (std::size_t i = 0; i < tensor.size; ++i)
        smaller.weights.push_back(candidate.weights[tensor.begin + i]);
  return smaller;
}

Network network_of(const Candidate& candidate, const std::string& name) {
  const Family& family = candidate.family;
  Network network;
  network.name = name;
  network.input_dim = family.dim;
  for (std::size_t block = 0; block < family.blocks; ++block) {
    const View view = block_view(candidate, block);
    const Layer inner{affine_layer(family.neurons, family.dim, view.inner, view.bias)};
    const Layer activation{activation_layer(family.activation)};
    if (family.residual) {
      network.layers.push_back({ResidualLayer{
          1, family.ratio, {inner, activation, {affine_layer(family.dim, family.neurons, view.outer, {})}}}});
    } else {
      network.layers.push_back(inner);
      network.layers.push_back(activation);
    }
  }
  network.layers.push_back({affine_layer(1, family.dim, output_row(candidate), {})});
  return network;
}

double value_approx(const Candidate& candidate, std::span<const double> x, std::vector<double>* gradient) {
  const std::size_t d = candidate.family.dim;
  State h{{x.begin(), x.end()}, std::vector<double>(d * d, 0.0)};
  for (std::size_t i = 0; i < d; ++i) h.jacobian[i * d + i] = 1;
  for (std::size_t block = 0; block < candidate.family.blocks; ++block)
    h = through_block(candidate.family, block_view(candidate, block), h);
  const std::vector<double> w = output_row(candidate);
  double value = 0;
  for (std::size_t i = 0; i < d; ++i) value += w[i] * h.value[i];
  if (gradient != nullptr) {
    gradient->assign(d, 0.0);
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t c = 0; c < d; ++c) (*gradient)[c] += w[i] * h.jacobian[i * d + c];
  }
  return value;
}

int weight_bits(const Candidate& candidate) {
  int bits = 1;
  for (const Tensor& tensor : tensors_of(candidate.family))
    bits = std::max(bits, bits_of(std::span(candidate.weights).subspan(tensor.begin, tensor.size)));
  return bits;
}

std::size_t nonzero_weights(const Candidate& candidate) {
  return static_cast<std::size_t>(
      std::count_if(candidate.weights.begin(), candidate.weights.end(), [](double x) { return x != 0; }));
}

}  // namespace narrows
