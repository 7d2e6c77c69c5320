#include "plot/ticks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace narrows::plot {
namespace {

// Smallest number of decimals d for which `step` is a multiple of 10^-d.
int decimals_of(double step) {
  int decimals = 0;
  for (double scaled = step; decimals < 8 && std::fabs(scaled - std::round(scaled)) > 1e-6 * scaled; ++decimals)
    scaled = step * std::pow(10.0, decimals + 1);
  return decimals;
}

std::string with_minus_sign(std::string text) {
  for (std::size_t at = text.find('-'); at != std::string::npos; at = text.find('-', at + 1)) text.replace(at, 1, "−");
  return text;
}

}  // namespace

Ticks round_ticks(const Range& range, int at_most) {
  Ticks ticks;
  if (!(std::isfinite(range.lower) && std::isfinite(range.upper) && range.lower < range.upper) || at_most < 1) return ticks;
  constexpr std::array<double, 5> round_factors{1, 2, 2.5, 5, 10};
  const double wanted = range.length() / at_most;
  const double power = std::pow(10.0, std::floor(std::log10(wanted)));
  for (const double factor : round_factors) {
    ticks.step = factor * power;
    const double first = std::ceil(range.lower / ticks.step - 1e-9), last = std::floor(range.upper / ticks.step + 1e-9);
    if (!(last - first + 1 <= at_most)) continue;
    for (double k = first; k <= last; ++k) ticks.values.push_back(k == 0 ? 0 : k * ticks.step);
    return ticks;
  }
  return ticks;
}

std::string tick_text(double value, double step) {
  if (value == 0) return "0";
  const double size = std::max(std::fabs(value), step);
  if (size >= 1e5 || step < 1e-4) return with_minus_sign(fmt::format("{:.{}g}", value, 6));
  return with_minus_sign(fmt::format("{:.{}f}", value, decimals_of(step)));
}

}  // namespace narrows::plot
