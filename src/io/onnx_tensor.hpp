// Constant tensors of an ONNX file, entry by entry exact.
#pragma once

#include <string>

#include "io/onnx_value.hpp"

namespace onnx {
class TensorProto;
}

namespace narrows::io {

/// The tensor, its float32 or float64 entries taken exactly (or its int64 entries).
///
/// Errors  InputError naming `where`: other element types, external data, an entry that is NaN or infinite,
/// data that do
///         not fit the shape, a dimension that is not positive, or too many entries (counted in `budget`).
[[nodiscard]] OnnxTensor read_tensor(const onnx::TensorProto& tensor, const std::string& where,
                                     NumberBudget& budget);

}  // namespace narrows::io
