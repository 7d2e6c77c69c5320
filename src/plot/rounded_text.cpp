#include "plot/rounded_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

namespace narrows {
namespace {

constexpr int kDigits = 6;

double read(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);
}

}  // namespace

std::string text_below(double x) {
  if (x == 0) return "0";
  std::string text = fmt::format("{:.{}g}", x, kDigits);
  if (read(text) <= x) return text;
  const double unit = std::pow(10, std::floor(std::log10(std::fabs(x))) - (kDigits - 1));
  text = fmt::format("{:.{}g}", x - unit, kDigits);
  return read(text) <= x ? text : fmt::format("{}", x);  // all digits, if the last one cannot be stepped
}

std::string text_above(double x) {
  const std::string text = text_below(-x);
  return text == "0" ? text : text.front() == '-' ? text.substr(1) : "-" + text;
}

std::string text_around(const Interval& x) {
  return "[" + text_below(x.lower()) + ", " + text_above(x.upper()) + "]";
}

}  // namespace narrows
