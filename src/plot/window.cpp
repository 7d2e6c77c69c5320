#include "plot/window.hpp"

#include <algorithm>
#include <cmath>

namespace narrows::plot {
namespace {

Range padded(const Range& range, double share) {
  const double margin = share * range.length();
  return {range.lower - margin, range.upper + margin};
}

// `range` extended to contain [lower, upper] well inside.
void include(Range& range, double lower, double upper) {
  if (!std::isfinite(lower) || !std::isfinite(upper)) return;
  const Range hull{std::min(range.lower, lower), std::max(range.upper, upper)};
  const double margin = 0.06 * hull.length();
  range = {std::min(range.lower, lower - margin), std::max(range.upper, upper + margin)};
}

// Every side as long as the longest, about the same middles: circles stay circles.
void make_cube(std::vector<Range>& ranges) {
  double longest = 0;
  for (const Range& range : ranges) longest = std::max(longest, range.length());
  for (Range& range : ranges) {
    const double missing = (longest - range.length()) / 2;
    range = {range.lower - missing, range.upper + missing};
  }
}

std::vector<Range> window_of_space(const CertifyResult& result) {
  std::vector<Range> ranges(result.domain.dim, Range{-2.5, 2.5});
  const auto include_box = [&ranges](const std::vector<Interval>& box) {
    for (std::size_t i = 0; i < ranges.size(); ++i) include(ranges[i], box[i].lower(), box[i].upper());
  };
  for (const CriticalPoint& point : result.critical_points) include_box(point.box);
  for (const auto& box : result.undecided) include_box(box);
  make_cube(ranges);
  return ranges;
}

}  // namespace

std::vector<Range> picture_window(const CertifyResult& result) {
  const Domain& domain = result.domain;
  if (domain.type == Domain::Type::space) return window_of_space(result);
  std::vector<Range> ranges;
  for (std::size_t i = 0; i < domain.dim; ++i) {
    const bool ball = domain.type == Domain::Type::ball;
    ranges.push_back(padded(ball ? Range{-domain.radius, domain.radius} : Range{domain.box.lower[i], domain.box.upper[i]}, 0.06));
  }
  return ranges;
}

std::string domain_text(const Domain& domain) {
  return to_string(domain) + (domain.type == Domain::Type::space ? " (window shown)" : "");
}

std::vector<double> middle_of(const CriticalPoint& point) {
  std::vector<double> x;
  for (const Interval& side : point.box) x.push_back(midpoint(side));
  return x;
}

}  // namespace narrows::plot
