// A network's layers over one number type: weights rounded to it, values and derivatives; for numerical trajectories.
#pragma once

#include <cmath>
#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

#include "network/model.hpp"
#include "ode/number_traits.hpp"

namespace narrows::integration {

/// σ(z) and σ'(z).
template <class T>
void activate(const ActivationLayer& layer, const T& z, T* value, T* slope) {
  using std::atan, std::cos, std::erf, std::exp, std::expm1, std::log1p, std::sin, std::sqrt, std::tanh;
  const auto sigmoid = [](const T& x) -> T { return (1 + tanh(T(x / 2))) / 2; };
  switch (layer.function) {
    case Activation::tanh:
      *value = tanh(z);
      *slope = 1 - *value * *value;
      return;
    case Activation::sigmoid:
      *value = sigmoid(z);
      *slope = *value * (1 - *value);
      return;
    case Activation::softplus:
      *value = z > 0 ? T(z + log1p(T(exp(T(-z))))) : T(log1p(T(exp(z))));
      *slope = sigmoid(z);
      return;
    case Activation::arctan:
      *value = atan(z);
      *slope = 1 / (1 + z * z);
      return;
    case Activation::sin:
      *value = sin(z);
      *slope = cos(z);
      return;
    case Activation::silu: {
      const T s = sigmoid(z);
      *value = z * s;
      *slope = s + z * s * (1 - s);
      return;
    }
    case Activation::gelu: {
      const T normal = (1 + erf(T(z / sqrt(T(2))))) / 2,
              density = exp(T(-z * z / 2)) / sqrt(T(8 * atan(T(1))));
      *value = z * normal;
      *slope = normal + z * density;
      return;
    }
    case Activation::elu:
      *value = z > 0 ? z : T(expm1(z));
      *slope = z > 0 ? T(1) : T(exp(z));
      return;
    case Activation::relu:
    case Activation::leaky_relu:
    case Activation::identity:
      break;
  }
  *value = z;
  *slope = 1;
}

/// A layer with rounded weights: affine (rows x cols), an activation, a diagonal (batch_norm), or a residual block.
template <class T>
struct RoundedLayer {
  std::size_t rows = 0, cols = 0;  ///< affine: > 0
  std::vector<T> weight, bias;     ///< affine and diagonal
  ActivationLayer activation;
  T skip{}, residual{};
  std::vector<RoundedLayer> branch;  ///< residual
};

template <class T>
std::vector<RoundedLayer<T>> rounded(const std::vector<Layer>& layers);

template <class T>
struct Rounding {
  static std::vector<T> numbers(const std::vector<Rational>& exact) {
    std::vector<T> result;
    for (const Rational& q : exact) result.push_back(NumberTraits<T>::rounded(q));
    return result;
  }
  RoundedLayer<T> operator()(const AffineLayer& layer) const {
    return {layer.rows, layer.cols, numbers(layer.weight), numbers(layer.bias), {}, {}, {}, {}};
  }
  RoundedLayer<T> operator()(const ActivationLayer& layer) const { return {0, 0, {}, {}, layer, {}, {}, {}}; }
  RoundedLayer<T> operator()(const BatchNormLayer& layer) const {
    using std::sqrt;
    RoundedLayer<T> result;
    result.bias = numbers(layer.bias);
    for (std::size_t i = 0; i < layer.scale.size(); ++i) {
      result.weight.push_back(NumberTraits<T>::rounded(layer.scale[i]) /
                              sqrt(T(NumberTraits<T>::rounded(Rational(layer.variance[i] + layer.epsilon)))));
      result.bias[i] -= NumberTraits<T>::rounded(layer.mean[i]) * result.weight.back();
    }
    return result;
  }
  RoundedLayer<T> operator()(const ResidualLayer& layer) const {
    return {0,
            0,
            {},
            {},
            {},
            NumberTraits<T>::rounded(layer.skip),
            NumberTraits<T>::rounded(layer.residual),
            rounded<T>(layer.branch)};
  }
  RoundedLayer<T> operator()(const OdeLayer&) const { return {}; }  // never inside another layer
};

template <class T>
std::vector<RoundedLayer<T>> rounded(const std::vector<Layer>& layers) {
  std::vector<RoundedLayer<T>> result;
  for (const Layer& layer : layers) result.push_back(std::visit(Rounding<T>{}, layer.value));
  return result;
}

/// What must be added to the weights and biases of `layers` to have those of `to`.
template <class T>
std::vector<RoundedLayer<T>> difference(std::vector<RoundedLayer<T>> to,
                                        const std::vector<RoundedLayer<T>>& layers) {
  for (std::size_t l = 0; l < to.size(); ++l) {
    for (std::size_t k = 0; k < to[l].weight.size(); ++k) to[l].weight[k] -= layers[l].weight[k];
    for (std::size_t k = 0; k < to[l].bias.size(); ++k) to[l].bias[k] -= layers[l].bias[k];
  }
  return to;
}

/// layers + share·change.
template <class T>
std::vector<RoundedLayer<T>> moved(std::vector<RoundedLayer<T>> layers,
                                   const std::vector<RoundedLayer<T>>& change, const T& share) {
  for (std::size_t l = 0; l < change.size(); ++l) {
    for (std::size_t k = 0; k < layers[l].weight.size(); ++k)
      layers[l].weight[k] += share * change[l].weight[k];
    for (std::size_t k = 0; k < layers[l].bias.size(); ++k) layers[l].bias[k] += share * change[l].bias[k];
  }
  return layers;
}

/// Values and their derivatives by `columns` variables, row by row.
template <class T>
struct Jet1 {
  std::vector<T> value, derivative;
  std::size_t columns = 0;
};

template <class T>
void run(const std::vector<RoundedLayer<T>>& layers, Jet1<T>* x) {
  const std::size_t c = x->columns;
  for (const RoundedLayer<T>& layer : layers) {
    if (layer.rows > 0) {
      Jet1<T> y{layer.bias, std::vector<T>(layer.rows * c, T(0)), c};
      for (std::size_t i = 0; i < layer.rows; ++i) {
        for (std::size_t j = 0; j < layer.cols; ++j) {
          const T& w = layer.weight[i * layer.cols + j];
          y.value[i] += w * x->value[j];
          for (std::size_t k = 0; k < c; ++k) y.derivative[i * c + k] += w * x->derivative[j * c + k];
        }
      }
      *x = std::move(y);
    } else if (!layer.branch.empty()) {
      Jet1<T> y = *x;
      run(layer.branch, &y);
      for (std::size_t i = 0; i < x->value.size(); ++i)
        x->value[i] = layer.skip * x->value[i] + layer.residual * y.value[i];
      for (std::size_t i = 0; i < x->derivative.size(); ++i)
        x->derivative[i] = layer.skip * x->derivative[i] + layer.residual * y.derivative[i];
    } else {
      for (std::size_t i = 0; i < x->value.size(); ++i) {
        T value = 0, slope = 0;
        if (layer.weight.empty()) {
          activate(layer.activation, x->value[i], &value, &slope);
        } else {
          slope = layer.weight[i];
          value = slope * x->value[i] + layer.bias[i];
        }
        x->value[i] = value;
        for (std::size_t k = 0; k < c; ++k) x->derivative[i * c + k] *= slope;
      }
    }
  }
}

}  // namespace narrows::integration
