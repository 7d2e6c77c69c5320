// The ONNX operators that can be lowered to the network model, by name.
#pragma once

#include <string>
#include <string_view>

#include "io/onnx_node.hpp"

namespace narrows::io {

/// Computes the value of one node. Errors  InputError naming the node.
using OnnxOperator = OnnxValue (*)(const OnnxNode& node, OnnxContext& context);

/// The operator called `name`, or nullptr.
[[nodiscard]] OnnxOperator find_operator(std::string_view name);

/// "Add, Atan, …"
[[nodiscard]] std::string supported_operators();

// Arithmetic, with broadcasting (onnx_arithmetic.cpp).
[[nodiscard]] OnnxValue onnx_add(const OnnxNode& node, OnnxContext& context);
[[nodiscard]] OnnxValue onnx_sub(const OnnxNode& node, OnnxContext& context);
[[nodiscard]] OnnxValue onnx_mul(const OnnxNode& node, OnnxContext& context);
[[nodiscard]] OnnxValue onnx_div(const OnnxNode& node, OnnxContext& context);
[[nodiscard]] OnnxValue onnx_neg(const OnnxNode& node, OnnxContext& context);

// Layers with weights (onnx_linear.cpp).
[[nodiscard]] OnnxValue onnx_gemm(const OnnxNode& node, OnnxContext& context);
[[nodiscard]] OnnxValue onnx_matmul(const OnnxNode& node, OnnxContext& context);
[[nodiscard]] OnnxValue onnx_conv(const OnnxNode& node, OnnxContext& context);
[[nodiscard]] OnnxValue onnx_batch_normalization(const OnnxNode& node, OnnxContext& context);

}  // namespace narrows::io
