// How large an input may be. Every limit stops a small file that asks for gigabytes; networks in scope stay
// far below.
#pragma once

#include <cstddef>
#include <string>

namespace narrows::io {

inline constexpr std::size_t max_file_bytes = std::size_t{256} << 20;
inline constexpr std::size_t max_width = 4096;             ///< the checker's limit on every dimension
inline constexpr std::size_t max_numbers = 10'000'000;     ///< weights after lowering, in all layers together
inline constexpr std::size_t max_json_values = 20'000'000; ///< values of one JSON document
inline constexpr std::size_t max_json_depth = 64;          ///< nesting of arrays and objects
inline constexpr std::size_t max_onnx_nodes = 100'000;

/// Counts the exact numbers that a reader creates for one network.
class NumberBudget {
 public:
  /// Takes rows·cols numbers. Errors  InputError naming `where` once more than max_numbers have been taken.
  void take(std::size_t rows, std::size_t cols, const std::string& where);

 private:
  std::size_t left_ = max_numbers;
};

/// Errors  InputError unless 1 <= width <= max_width.
void require_width(std::size_t width, const std::string& where);

/// Errors  InputError if `bytes` exceeds max_file_bytes.
void require_file_size(std::size_t bytes, const std::string& where);

}  // namespace narrows::io
