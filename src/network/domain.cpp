// Writing a domain the way the command line and the certificates spell it.
#include "network/domain.hpp"

#include <array>
#include <charconv>

namespace narrows {
namespace {

/// The shortest decimal that reads back as `x`.
std::string shortest(double x) {
  std::array<char, 32> text{};
  const auto result = std::to_chars(text.data(), text.data() + text.size(), x);
  return {text.data(), result.ptr};
}

}  // namespace

std::string to_string(const Domain& domain) {
  if (domain.type == Domain::Type::space) return "R^" + std::to_string(domain.dim);
  if (domain.type == Domain::Type::ball) return "ball(" + shortest(domain.radius) + ")";
  std::string text;
  for (std::size_t i = 0; i < domain.box.dim(); ++i) {
    if (i > 0) text += "x";
    text += "[" + shortest(domain.box.lower[i]) + "," + shortest(domain.box.upper[i]) + "]";
  }
  return text;
}

}  // namespace narrows
