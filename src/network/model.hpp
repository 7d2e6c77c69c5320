// The network model: what a narrows-network/1 file or an ONNX graph says, with every number exact.
//
// notation == meaning:  d == input_dim;  layer l maps R^{n_{l-1}} to R^{n_l}, n_0 = d;  weight is row-major, rows x cols.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "arith/rational.hpp"

namespace narrows {

/// Activation functions, by the names of the file format.
enum class Activation { tanh, sigmoid, softplus, arctan, sin, silu, gelu, elu, relu, leaky_relu, identity };

/// y = W h + b; W has rows x cols entries in row-major order, b has rows.
struct AffineLayer {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<Rational> weight;
  std::vector<Rational> bias;
};

/// y_i = σ(h_i). `alpha` is the parameter of elu (> 0) and leaky_relu, unused otherwise.
struct ActivationLayer {
  Activation function = Activation::identity;
  Rational alpha = 0;
};

/// y_i = scale_i (h_i − mean_i) / sqrt(variance_i + epsilon) + bias_i, evaluation mode; variance_i + epsilon > 0.
struct BatchNormLayer {
  std::vector<Rational> scale, bias, mean, variance;
  Rational epsilon;
};

struct Layer;

/// y = skip·h + residual·branch(h); the branch keeps the dimension and holds no residual layer.
struct ResidualLayer {
  Rational skip;
  Rational residual;
  std::vector<Layer> branch;
};

/// How the parameters of several branches, of which there are k, make a field for all times in [0, T].
///   constant  branch i holds on [iT/k, (i+1)T/k];
///   linear    branch i holds at time iT/(k−1), between two such times weights and biases move linearly (of batch_norm: the factors and
///             shifts that it amounts to), activations stay. k >= 2, and the branches differ in numbers only.
enum class Interpolation { constant, linear };

/// The time-T map of a neural ODE: y = h(T) for h(0) = input and ḣ = f(t, h), f given by the branches, k == branches.size().
/// T > 0; every branch keeps the dimension, holds neither residual nor ode layers, and its activations are C¹ with bounded
/// slopes: so f is C¹ in h and globally Lipschitz and the map is a C¹ diffeomorphism of R^n (T10). Stands at top level only.
struct OdeLayer {
  std::vector<std::vector<Layer>> branches;
  Rational time;
  Interpolation interpolation = Interpolation::constant;
};

struct Layer {
  std::variant<AffineLayer, ActivationLayer, BatchNormLayer, ResidualLayer, OdeLayer> value;
};

/// A network R^d → R^{n_L}. Readers guarantee that the layers fit each other's dimensions (see validate()).
struct Network {
  std::string name;           ///< optional
  std::string weights_dtype;  ///< optional: "float32" or "float64"
  std::string comment;        ///< optional
  std::size_t input_dim = 0;
  std::vector<Layer> layers;
};

/// The name used in files: "tanh", "leaky_relu", …
[[nodiscard]] std::string_view to_string(Activation function);

/// "affine", "activation", "batch_norm", "residual" or "ode".
[[nodiscard]] std::string_view kind_of(const Layer& layer);

/// Dimension after `layer` when it is fed `input` numbers. Precondition: a validated layer.
[[nodiscard]] std::size_t output_dim(const Layer& layer, std::size_t input);

/// n_0, n_1, …, n_L.
[[nodiscard]] std::vector<std::size_t> widths(const Network& network);

/// Checks every rule of the format: dimensions fit, nothing empty, variance + epsilon > 0, elu's alpha > 0, no nested
/// residual or ode layers, their branches keep the dimension, an ode layer's time is positive and its activations are C¹.
/// Errors  InputError naming `where` (a file) and the layer.
void validate(const Network& network, const std::string& where);

/// Why the parameters of these branches cannot move linearly in time; empty if they can.
[[nodiscard]] std::string why_not_interpolable(const std::vector<std::vector<Layer>>& branches);

/// The position of the first ode layer; layers.size() if there is none.
[[nodiscard]] std::size_t first_ode_layer(const std::vector<Layer>& layers);

/// Equal as functions given by the same layers with the same exact numbers (names and comments do not count).
[[nodiscard]] bool same_layers(const Network& a, const Network& b);

}  // namespace narrows
