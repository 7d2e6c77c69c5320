#include "io/limits.hpp"

#include "base/errors.hpp"

namespace narrows::io {

void NumberBudget::take(std::size_t rows, std::size_t cols, const std::string& where) {
  if (cols != 0 && rows > left_ / cols) {
    throw InputError(where, "the network needs more than " + std::to_string(max_numbers) + " numbers",
                     "use a smaller network; convolutions count as the dense matrices they stand for");
  }
  left_ -= rows * cols;
}

void require_width(std::size_t width, const std::string& where) {
  if (width >= 1 && width <= max_width) return;
  throw InputError(where, "dimension " + std::to_string(width) + " is out of range",
                   "use dimensions from 1 to " + std::to_string(max_width));
}

void require_file_size(std::size_t bytes, const std::string& where) {
  if (bytes <= max_file_bytes) return;
  throw InputError(where, "is larger than " + std::to_string(max_file_bytes >> 20) + " MiB",
                   "use a smaller network");
}

}  // namespace narrows::io
