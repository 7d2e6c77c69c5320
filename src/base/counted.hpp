// Numbers of things in words: "1 box", "3 boxes".
#pragma once

#include <cstddef>
#include <string>

namespace narrows {

/// "1 saddle", "3 saddles", "3 boxes": the plural is `many`, or `one` with an s.
[[nodiscard]] inline std::string counted(std::size_t count, const std::string& one, const std::string& many = "") {
  return std::to_string(count) + " " + (count == 1 ? one : many.empty() ? one + "s" : many);
}

}  // namespace narrows
