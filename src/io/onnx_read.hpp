// Reading ONNX files: the graph is lowered to the layers of the network model, every number exact.
#pragma once

#include <string>
#include <string_view>

#include "network/model.hpp"

namespace narrows {

/// The network that an ONNX model (opset 7 to 24, one input, one output) computes for one sample.
///
/// Operators  Gemm, MatMul, Conv, BatchNormalization with constant weights; Add, Sub, Mul, Div with a
/// constant; Neg, Identity,
///            Constant, Flatten, Reshape; Tanh, Sigmoid, Softplus, Relu, LeakyRelu, Elu, Atan, Sin; sums
///            skip·h + residual·branch(h); x·Sigmoid(x) (SiLU) and 0.5·x·(1 + Erf(x/√2)) (GELU).
/// Guarantee  Stored float32 and float64 numbers are taken exactly and combined exactly: the result is the
/// function that
///            the graph denotes in real arithmetic, with one exception: √2 in GELU is stored rounded, and its
///            nearest float32 or float64 is read as √2. The result passes validate() and respects
///            io/limits.hpp.
/// Special    A final Sigmoid stays. MatMul followed by Add is one affine layer; Conv is the dense affine
/// layer it equals.
///            The batch dimension may be 1, symbolic or absent.
/// Errors     InputError naming `where` (a file), the node and how to mend it.
[[nodiscard]] Network parse_onnx(std::string_view bytes, const std::string& where);

}  // namespace narrows
