#include "io/onnx_value.hpp"

#include <algorithm>
#include <limits>

namespace narrows::io {

std::size_t count(const Dims& dims) {
  std::size_t n = 1;
  for (const std::size_t d : dims) {
    if (d != 0 && n > std::numeric_limits<std::size_t>::max() / d)
      return std::numeric_limits<std::size_t>::max();
    n *= d;
  }
  return n;
}

std::string to_string(const Dims& dims) {
  std::string text = "[";
  for (std::size_t i = 0; i < dims.size(); ++i) text += (i > 0 ? "," : "") + std::to_string(dims[i]);
  return text + "]";
}

std::optional<Dims> broadcast_dims(const Dims& a, const Dims& b) {
  Dims result(std::max(a.size(), b.size()), 1);
  for (std::size_t i = 0; i < result.size(); ++i) {  // i counts from the last dimension
    const std::size_t x = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::size_t y = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (x != y && x != 1 && y != 1) return std::nullopt;
    result[result.size() - 1 - i] = x == 1 ? y : x;
  }
  return result;
}

std::vector<Rational> broadcast(const OnnxTensor& tensor, const Dims& dims) {
  const std::size_t n = count(dims);
  if (tensor.numbers.size() == n) return tensor.numbers;
  const std::size_t leading = dims.size() - tensor.dims.size();
  std::vector<Rational> result;
  result.reserve(n);
  for (std::size_t flat = 0; flat < n; ++flat) {
    std::size_t rest = flat, stride = 1, index = 0;
    for (std::size_t i = dims.size(); i-- > leading;) {
      const std::size_t own = tensor.dims[i - leading];
      if (own != 1) index += rest % dims[i] * stride;
      rest /= dims[i];
      stride *= own;
    }
    result.push_back(tensor.numbers[index]);
  }
  return result;
}

}  // namespace narrows::io
