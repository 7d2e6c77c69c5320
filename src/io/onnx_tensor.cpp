#include "io/onnx_tensor.hpp"

#include <onnx/onnx_pb.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "base/errors.hpp"

static_assert(std::endian::native == std::endian::little, "raw_data of ONNX tensors is little-endian");

namespace narrows::io {
namespace {

/// The entries of a tensor, from raw bytes or from the typed field.
template <typename T, typename Field>
std::vector<T> entries(const onnx::TensorProto& tensor, const Field& typed, std::size_t expected,
                       const std::string& where) {
  std::vector<T> result;
  if (tensor.has_raw_data()) {
    const std::string& raw = tensor.raw_data();
    if (!typed.empty() || raw.size() % sizeof(T) != 0) {
      throw InputError(where, "its raw data are damaged", "export the network again");
    }
    result.resize(raw.size() / sizeof(T));
    std::memcpy(result.data(), raw.data(), raw.size());
  } else {
    result.assign(typed.begin(), typed.end());
  }
  if (result.size() != expected) {
    throw InputError(
        where,
        "holds " + std::to_string(result.size()) + " entries, its shape needs " + std::to_string(expected),
        "export the network again");
  }
  return result;
}

template <typename T>
std::vector<Rational> exact(const std::vector<T>& entries, const std::string& where) {
  std::vector<Rational> result;
  result.reserve(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!std::isfinite(entries[i])) {
      throw InputError(where, "entry " + std::to_string(i) + " is NaN or infinite",
                       "train or export the network again");
    }
    result.push_back(rational_exact(static_cast<double>(entries[i])));
  }
  return result;
}

void require_plain(const onnx::TensorProto& tensor, const std::string& where) {
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL || tensor.external_data_size() > 0) {
    throw InputError(where, "its data are in another file (external data)",
                     "save the model as one file: onnx.save(model, path, save_as_external_data=False)");
  }
  if (tensor.has_segment()) throw InputError(where, "is stored in segments", "save the model as one file");
}

}  // namespace

OnnxTensor read_tensor(const onnx::TensorProto& tensor, const std::string& where, NumberBudget& budget) {
  require_plain(tensor, where);
  OnnxTensor result;
  for (const std::int64_t d : tensor.dims()) {
    if (d < 1)
      throw InputError(where, "has a dimension " + std::to_string(d), "use dimensions of at least 1");
    result.dims.push_back(static_cast<std::size_t>(d));
  }
  const std::size_t n = count(result.dims);
  budget.take(n, 1, where);
  switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      result.numbers = exact(entries<float>(tensor, tensor.float_data(), n, where), where);
      return result;
    case onnx::TensorProto::DOUBLE:
      result.numbers = exact(entries<double>(tensor, tensor.double_data(), n, where), where);
      return result;
    case onnx::TensorProto::INT64:
      result.integers = entries<std::int64_t>(tensor, tensor.int64_data(), n, where);
      result.is_integer = true;
      return result;
    default:
      throw InputError(where, "has element type number " + std::to_string(tensor.data_type()),
                       "use float32 or float64 weights");
  }
}

}  // namespace narrows::io
