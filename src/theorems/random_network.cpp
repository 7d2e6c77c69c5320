#include "theorems/random_network.hpp"

#include <random>

namespace narrows::theorems {
namespace {

/// Weights in the order in which they are asked for. Only the raw words of the generator are used: the library's distributions differ.
class Weights {
 public:
  Weights(std::uint64_t seed, const Rational& size)
      : generator_(seed), largest_((size * 64).convert_to<std::int64_t>()) {}

  std::string vector(std::size_t n) {
    std::string text = "[";
    for (std::size_t i = 0; i < n; ++i) text += (i ? ", " : "") + next();
    return text + "]";
  }
  std::string affine(std::size_t rows, std::size_t columns) {
    std::string text = R"({"type": "affine", "weight": [)";
    for (std::size_t i = 0; i < rows; ++i) text += (i ? ", " : "") + vector(columns);
    return text + R"(], "bias": )" + vector(rows) + "}";
  }

 private:
  std::string next() {
    const auto range = static_cast<std::uint64_t>(2 * largest_ + 1);
    const std::int64_t k = static_cast<std::int64_t>(generator_() % range) - largest_;
    return "\"" + std::to_string(k) + "/64\"";
  }
  std::mt19937_64 generator_;
  std::int64_t largest_;
};

}  // namespace

std::string random_network_document(const RandomNetwork& random) {
  Weights weights(random.seed, random.size);
  const std::string activation = R"({"type": "activation", "function": ")" + random.activation + R"("})";
  std::string layers;
  std::size_t width = random.input_dim;
  for (std::size_t layer = 0; layer < random.layers; ++layer) {
    if (random.kind == "resnet") {
      const std::string inner = weights.affine(random.neurons, width),
                        outer = weights.affine(width, random.neurons);
      layers += R"({"type": "residual", "skip": ")" + random.skip.str() + R"(", "residual": ")" +
                random.residual.str() + R"(", "branch": [)" + inner + ", " + activation + ", " + outer +
                "]},\n  ";
    } else {
      layers += weights.affine(random.neurons, width) + ", " + activation + ",\n  ";
      width = random.neurons;
    }
  }
  return R"({"format": "narrows-network/1", "input_dim": )" + std::to_string(random.input_dim) +
         ", \"layers\": [\n  " + layers + weights.affine(1, width) + "\n]}\n";
}

}  // namespace narrows::theorems
