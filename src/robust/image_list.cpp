#include "robust/image_list.hpp"

#include <charconv>

#include "base/errors.hpp"
#include "io/exact_text.hpp"

namespace narrows::robust {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

int integer(std::string_view text, int lowest, int highest, const std::string& at) {
  const std::string_view digits = trimmed(text);
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value < lowest || value > highest)
    throw InputError(at,
                     "'" + std::string(digits.substr(0, 40)) + "' is not an integer from " +
                         std::to_string(lowest) + " to " + std::to_string(highest),
                     "write label,k_1,…,k_d with integers");
  return value;
}

LabelledImage image(std::string_view line, const std::string& at) {
  LabelledImage result;
  bool first = true;
  for (;;) {
    const std::size_t comma = line.find(',');
    const std::string_view field = line.substr(0, comma);
    if (first)
      result.label = static_cast<std::size_t>(integer(field, 0, kMaxLevel, at));
    else
      result.pixels.push_back(integer(field, -kMaxLevel, kMaxLevel, at));
    first = false;
    if (comma == std::string_view::npos) return result;
    line.remove_prefix(comma + 1);
  }
}

void read_remark(std::string_view remark, ImageList& list, const std::string& at) {
  if (!remark.starts_with("scale ")) return;
  const auto scale = parse_exact(trimmed(remark.substr(6)));
  if (!scale || !(*scale > 0))
    throw InputError(at, "the scale is not an exact number above 0", "write # scale 1/16");
  list.scale = *scale;
}

}  // namespace

ImageList parse_image_list(std::string_view text, const std::string& where) {
  ImageList list;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::string at = where + ": line " + std::to_string(number);
    if (line.empty()) continue;
    if (line.front() == '#') {
      read_remark(trimmed(line.substr(1)), list, at);
      continue;
    }
    if (list.images.size() == kMaxImages)
      throw InputError(at, "holds more than " + std::to_string(kMaxImages) + " images", "split the file");
    list.images.push_back(image(line, at));
    const std::size_t pixels = list.images.back().pixels.size();
    if (list.images.size() == 1) list.pixels = pixels;
    if (pixels == 0 || pixels != list.pixels)
      throw InputError(at,
                       "the image has " + std::to_string(pixels) + " pixels, the first one has " +
                           std::to_string(list.pixels),
                       "give every line the label and equally many pixels");
  }
  if (list.images.empty())
    throw InputError(where, "holds no image", "write one image per line: label,k_1,…,k_d");
  return list;
}

}  // namespace narrows::robust
