// Random chains for tests of passes in rows.
#pragma once

#include <random>
#include <sstream>

#include "support.hpp"

namespace narrows::checker::test {

inline std::string join(std::size_t n, const std::function<std::string()>& entry) {
  std::string text;
  for (std::size_t i = 0; i < n; ++i) text += (i == 0 ? "" : ", ") + entry();
  return "[" + text + "]";
}

/// Random chains R^d -> R: residual blocks with one or two hidden maps, activations, batch_norm and affine maps.
class Chains {
 public:
  explicit Chains(unsigned seed) : source_(seed) {}

  std::string draw(std::size_t d, double size) {
    const char* functions[] = {"tanh", "sigmoid", "softplus", "arctan", "sin", "silu", "gelu", "elu"};
    const auto number = [&] { return number_text(size * unit_(source_)); };
    const auto affine = [&](std::size_t outputs, std::size_t inputs) {
      return R"({"type": "affine", "weight": )" + join(outputs, [&] { return join(inputs, number); }) +
             R"(, "bias": )" + join(outputs, number) + "}";
    };
    const auto activation = [&] {
      return std::string(R"({"type": "activation", "function": ")") + functions[source_() % 8] + "\"}";
    };
    std::string layers;
    for (int block = 0; block < 3; ++block) {
      const std::size_t width = 1 + source_() % 4;
      switch (source_() % 4) {
        case 0:
          layers += activation();
          break;
        case 1:
          layers += R"({"type": "batch_norm", "scale": )" + join(d, number) + R"(, "bias": )" +
                    join(d, number) + R"(, "mean": )" + join(d, number) + R"(, "variance": )" +
                    join(d, [] { return std::string("0.3"); }) + R"(, "epsilon": 1e-5})";
          break;
        default:
          layers += R"({"type": "residual", "skip": )" + std::string(source_() % 2 != 0 ? "1" : "0.7") +
                    R"(, "residual": )" + number() + R"(, "branch": [)" + affine(width, d) + ", " +
                    activation() + ", " + affine(d, width) + "]}";
      }
      layers += ", ";
    }
    return model(d, layers + affine(1, d));
  }
  double unit() { return unit_(source_); }

 private:
  static std::string number_text(double x) {
    std::ostringstream text;
    text.precision(17);
    text << x;
    return text.str();
  }

  std::mt19937 source_;
  std::uniform_real_distribution<double> unit_{-1, 1};
};

}  // namespace narrows::checker::test
