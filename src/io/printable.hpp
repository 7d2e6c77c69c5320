// Names from a file, made fit for a one-line message.
#pragma once

#include <string>

namespace narrows::io {

/// At most 100 bytes of `text`; control characters become '?'.
[[nodiscard]] inline std::string printable(std::string text) {
  constexpr std::size_t longest = 100;
  if (text.size() > longest) text = text.substr(0, longest) + "...";
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return text;
}

}  // namespace narrows::io
