// Labelled images with exact pixels, and the CSV file that holds them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "arith/rational.hpp"

namespace narrows::robust {

/// Pixels are integers times the scale of the list, exactly.
struct LabelledImage {
  std::size_t label = 0;
  std::vector<int> pixels;
};
struct ImageList {
  Rational scale = 1;
  std::size_t pixels = 0;  ///< of every image
  std::vector<LabelledImage> images;
};

inline constexpr std::size_t kMaxImages = 10'000;
inline constexpr int kMaxLevel = 65'535;

/// One image per line: `label,k_1,…,k_d`, integers. Lines that start with # are remarks; `# scale 1/16` says what one level is worth
/// (an exact number > 0; 1 without it).
/// Errors  InputError naming `where` and the line: not an integer, a level beyond ±kMaxLevel, another number of pixels than the lines before,
///         a bad scale, no image, or more than kMaxImages.
[[nodiscard]] ImageList parse_image_list(std::string_view text, const std::string& where);

}  // namespace narrows::robust
