// Certificates of the kind `robust` for the tests of its rules.
#pragma once

#include <string>

#include "level_parts.hpp"

namespace narrows::checker::test {

struct RobustParts {
  std::string model;
  std::string images;  ///< the entries of the list
  std::string rules = R"("interval-margin")";
  std::string scale = R"("1/2")";
  std::string verdict = "proved", norm = "linf";
};

[[nodiscard]] inline std::string certificate(const RobustParts& p) {
  return certificate(R"({"kind": "robust", "verdict": ")" + p.verdict + R"(", "norm": ")" + p.norm +
                         R"(", "scale": )" + p.scale + R"(, "images": [)" + p.images + "]}",
                     p.model, R"({"rules": [)" + p.rules + "]}");
}
[[nodiscard]] inline std::string verdict_of(const RobustParts& parts) {
  return short_verdict(check(certificate(parts)));
}

[[nodiscard]] inline std::string image(int index, int label, const std::string& radius,
                                       const std::string& pixels) {
  return R"({"index": )" + std::to_string(index) + R"(, "label": )" + std::to_string(label) +
         R"(, "radius": )" + radius + R"(, "pixels": )" + pixels + "}";
}

/// f = (x_0, x_1).
[[nodiscard]] inline std::string two_classes() {
  return model(2, dense("[[1, 0], [0, 1]]", "[0, 0]"));
}

/// A convolution as a layer.
[[nodiscard]] inline std::string conv(const std::string& weight, const std::string& bias,
                                      const std::string& shape, const std::string& padding) {
  return R"({"type": "conv", "weight": )" + weight + R"(, "bias": )" + bias + R"(, "input_shape": )" + shape +
         R"(, "padding": ")" + padding + R"(", "stride": 1})";
}

}  // namespace narrows::checker::test
