#include "plot/colours.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace narrows::plot {
namespace {

double srgb_part(double linear) {
  const double x = std::clamp(linear, 0.0, 1.0);
  return x <= 0.0031308 ? 12.92 * x : 1.055 * std::pow(x, 1 / 2.4) - 0.055;
}

/// Oklab lightness in [0, 1], chroma, hue in degrees, to sRGB; what sRGB cannot show is cut off.
Colour from_oklch(double lightness, double chroma, double hue) {
  const double a = chroma * std::cos(hue * std::numbers::pi / 180), b = chroma * std::sin(hue * std::numbers::pi / 180);
  const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
  const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
  const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
  return {srgb_part(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
          srgb_part(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
          srgb_part(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)};
}

constexpr int kSteps = 127;  // on each side of the middle

std::array<std::uint32_t, 2 * kSteps + 1> make_pixels() {
  std::array<std::uint32_t, 2 * kSteps + 1> pixels{};
  const auto byte = [](double part) { return static_cast<std::uint32_t>(std::lround(255 * part)); };
  for (int k = -kSteps; k <= kSteps; ++k) {
    const Colour colour = diverging_colour(static_cast<double>(k) / kSteps);
    pixels[static_cast<std::size_t>(k + kSteps)] = (byte(colour.red) << 16U) | (byte(colour.green) << 8U) | byte(colour.blue);
  }
  return pixels;
}

}  // namespace

Colour diverging_colour(double t) {
  if (std::isnan(t)) return {0.8, 0.8, 0.8};
  const double size = std::min(std::fabs(t), 1.0);
  constexpr double middle_lightness = 0.975, end_lightness = 0.60, end_chroma = 0.135;
  constexpr double blue_hue = 250, orange_hue = 55;
  const double chroma = end_chroma * std::sin(size * std::numbers::pi / 2);
  return from_oklch(middle_lightness + (end_lightness - middle_lightness) * size, chroma, t < 0 ? blue_hue : orange_hue);
}

std::uint32_t diverging_pixel(double t) {
  static const auto pixels = make_pixels();
  if (std::isnan(t)) return 0xCCCCCC;
  return pixels[static_cast<std::size_t>(std::lround(std::clamp(t, -1.0, 1.0) * kSteps) + kSteps)];
}

}  // namespace narrows::plot
