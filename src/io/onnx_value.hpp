// What a name in an ONNX graph stands for: a constant tensor with exact entries, or a vector computed from
// the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "io/convolution.hpp"
#include "io/expression.hpp"

namespace narrows::io {

using Dims = std::vector<std::size_t>;

/// A constant. Exactly one of `numbers` (float and double tensors) and `integers` (int64) is filled, in
/// row-major order.
struct OnnxTensor {
  Dims dims;
  std::vector<Rational> numbers;
  std::vector<std::int64_t> integers;
  bool is_integer = false;
};

/// A computed vector; `dims` is its shape for one sample (the batch dimension is 1), row-major.
struct OnnxVector {
  Dims dims;
  ExpressionGraph::Id id = 0;
};

using OnnxValue = std::variant<OnnxTensor, OnnxVector>;

/// What the operators work with.
struct OnnxContext {
  ExpressionGraph& expressions;
  NumberBudget& constants;  ///< counts the entries of constant tensors
  bool keep_identity;  ///< every Identity node stands for an identity layer (files written by this project)
  std::vector<Convolution>* convolutions;  ///< takes every Conv node; may be null
};

/// Number of entries; 1 for a scalar. Saturates at the largest std::size_t.
[[nodiscard]] std::size_t count(const Dims& dims);

/// "[1,2,3]"
[[nodiscard]] std::string to_string(const Dims& dims);

/// The shape that two shapes broadcast to (aligned at the last dimension), or nothing if they do not fit.
[[nodiscard]] std::optional<Dims> broadcast_dims(const Dims& a, const Dims& b);

/// The entries of `tensor` repeated to shape `dims`. Precondition: it broadcasts to exactly `dims`.
[[nodiscard]] std::vector<Rational> broadcast(const OnnxTensor& tensor, const Dims& dims);

}  // namespace narrows::io
