// Writing networks as ONNX models that parse_onnx() reads back to the same layers.
#pragma once

#include <string>

#include "network/model.hpp"

namespace narrows {

/// The producer's name in files that network_to_onnx() wrote; in them every Identity node is an identity
/// layer.
inline constexpr const char* onnx_producer_name = "narrows";

/// An ONNX model (opset 13) with input "x" of shape ["batch", input_dim] and output "y".
///
/// Shape      Precondition: the network passes validate().
/// Numbers    float32 tensors if weights_dtype is "float32" and every number is a float32, else float64.
/// BatchNormalization's
///            epsilon and the alpha of Elu and LeakyRelu are float32 attributes in ONNX.
/// Guarantee  parse_onnx() of the result gives same_layers(). SiLU and GELU are written as the patterns it
/// recognises. Errors     InputError naming `where` and the layer if a number cannot be stored exactly.
[[nodiscard]] std::string network_to_onnx(const Network& network, const std::string& where);

}  // namespace narrows
