// Helpers shared by the tests of src/io: random networks and the message of an expected InputError.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/errors.hpp"
#include "io/onnx_write.hpp"
#include "network/model.hpp"

namespace narrows::test {

/// The message of the InputError that `action` must throw; fails the test if it does not.
template <typename Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  FAIL("no InputError was thrown");
  return {};
}

/// Passes if `text` contains every one of `parts`; prints both otherwise.
inline void require_parts(const std::string& text, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    INFO(text);
    INFO("lacks: " + part);
    CHECK(text.find(part) != std::string::npos);
  }
}

/// Which numbers a random network may hold.
enum class Numbers { float32, float64, rational };
/// Whether random networks hold ode layers.
enum class Flows { no, yes };

/// Seeded random networks with every kind of layer, biased to corners (0, 1, widths of 1, tiny and huge
/// numbers).
class RandomNetworks {
 public:
  RandomNetworks(unsigned seed, Numbers numbers, Flows flows = Flows::no) : random_(seed), numbers_(numbers), flows_(flows) {}

  Network next() {
    Network network;
    network.weights_dtype = numbers_ == Numbers::float32 ? "float32" : "float64";
    network.input_dim = pick(1, 3);
    std::size_t width = network.input_dim;
    for (std::size_t n = pick(1, 5); n > 0; --n) {
      if (flows_ == Flows::yes && pick(0, 2) == 0) network.layers.push_back({flow(width)});
      network.layers.push_back(pick(0, 2) == 0 ? Layer{residual(width)} : plain(width));
    }
    return network;
  }

 private:
  std::size_t pick(std::size_t lowest, std::size_t highest) {
    return std::uniform_int_distribution<std::size_t>(lowest, highest)(random_);
  }

  Rational number() {
    static const std::vector<double> corners = {0, 1, -1, 0.5, 1e-30, 3.5e37, -0.1F, 1e-44F};
    const std::size_t choice = pick(0, 9);
    if (choice == 0) return rational_exact(static_cast<float>(corners[pick(0, corners.size() - 1)]));
    if (choice < 4 && numbers_ == Numbers::rational) {
      return Rational(static_cast<long>(pick(0, 2000)) - 1000, static_cast<long>(pick(1, 1000)));
    }
    const double value = std::normal_distribution<double>()(random_);
    return rational_exact(numbers_ == Numbers::float32 ? static_cast<float>(value) : value);
  }

  std::vector<Rational> vector(std::size_t n) {
    std::vector<Rational> result(n);
    std::generate(result.begin(), result.end(), [&] { return number(); });
    return result;
  }

  AffineLayer affine(std::size_t rows, std::size_t cols) {
    return {rows, cols, vector(rows * cols), vector(rows)};
  }

  ActivationLayer activation() {
    ActivationLayer layer{static_cast<Activation>(pick(0, 10)), 0};
    if (layer.function == Activation::elu) layer.alpha = Rational(static_cast<long>(pick(1, 9)), 4);
    if (layer.function == Activation::leaky_relu) layer.alpha = rational_exact(0.01F);
    return layer;
  }

  BatchNormLayer batch_norm(std::size_t width) {
    BatchNormLayer layer{vector(width), vector(width), vector(width), vector(width), rational_exact(1e-5F)};
    for (Rational& v : layer.variance) v = abs(v);
    return layer;
  }

  /// An affine, activation or batch_norm layer; `width` becomes the dimension after it.
  Layer plain(std::size_t& width) {
    const std::size_t choice = pick(0, 4);
    if (choice == 0) return {batch_norm(width)};
    if (choice <= 2) return {activation()};
    const std::size_t rows = pick(1, 4);
    AffineLayer layer = affine(rows, width);
    width = rows;
    return {std::move(layer)};
  }

  ResidualLayer residual(std::size_t width) {
    ResidualLayer layer{number(), number(), {}};
    std::size_t inner = width;
    for (std::size_t n = pick(0, 3); n > 0; --n) layer.branch.push_back(plain(inner));
    if (layer.branch.empty() || inner != width) layer.branch.push_back({affine(width, inner)});
    return layer;
  }

  OdeLayer flow(std::size_t width) {
    OdeLayer layer{{}, abs(number()) + Rational(1, 8)};
    for (std::size_t k = pick(1, 3); k > 0; --k)
      layer.branches.push_back({{affine(3, width)}, {ActivationLayer{Activation::tanh, 0}}, {affine(width, 3)}});
    return layer;
  }

  std::mt19937 random_;
  Numbers numbers_;
  Flows flows_;
};

}  // namespace narrows::test
