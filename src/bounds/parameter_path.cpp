#include "bounds/parameter_path.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/errors.hpp"

namespace narrows {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw InputError("--track", what, "write corners EPSILON,DELTA with arrows between them: \"1,0.5 -> 1,0\"");
}

double number_in(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  double x = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), x);
  if (error != std::errc() || rest != text.data() + text.size() || !std::isfinite(x)) refuse("'" + text + "' is not a number");
  return x;
}

ParameterPath::Point corner_in(const std::string& text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string::npos) refuse("'" + text + "' has no comma");
  return {number_in(text.substr(0, comma)), number_in(text.substr(comma + 1))};
}

}  // namespace

std::array<Rational, 2> ParameterPath::point_exact(double s) const {
  const std::size_t leg = std::min(static_cast<std::size_t>(s), corners_.size() - 2);
  const Rational t = rational_exact(s) - static_cast<long>(leg);
  std::array<Rational, 2> p;
  for (std::size_t i = 0; i < 2; ++i) {
    const Rational from = rational_exact(corners_[leg][i]);
    p[i] = from + t * (rational_exact(corners_[leg + 1][i]) - from);
  }
  return p;
}

ParameterPath::Point ParameterPath::point_approx(double s) const {
  const auto p = point_exact(s);
  return {static_cast<double>(p[0]), static_cast<double>(p[1])};
}

ParameterCell ParameterPath::cell(double from, double to) const {
  const auto a = point_exact(from), b = point_exact(to);
  return {hull(enclose(a[0]), enclose(b[0])), hull(enclose(a[1]), enclose(b[1]))};
}

ParameterPath parse_path(const std::string& text) {
  std::vector<ParameterPath::Point> corners;
  for (std::size_t begin = 0;;) {
    const std::size_t arrow = text.find("->", begin);
    corners.push_back(corner_in(text.substr(begin, arrow == std::string::npos ? arrow : arrow - begin)));
    if (corners.size() > 1 && corners.back() == corners[corners.size() - 2]) refuse("two equal corners in a row");
    if (arrow == std::string::npos) break;
    begin = arrow + 2;
  }
  if (corners.size() < 2) refuse("a path needs two corners");
  return ParameterPath(std::move(corners));
}

}  // namespace narrows
