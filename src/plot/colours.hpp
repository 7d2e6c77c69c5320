// The colours of every picture: a diverging colour map, and the few fixed colours of lines, marks and text.
//
// Blue and orange are told apart by every common kind of colour blindness. The map is built in Oklab (B. Ottosson, 2020),
// whose lightness is perceptual: lightness falls linearly from the middle to both ends, at constant hue on each side, so
// equal differences of the value look equally strong and no false edges appear.
#pragma once

#include <cstdint>

namespace narrows::plot {

/// sRGB, each part and the opacity in [0, 1].
struct Colour {
  double red = 0, green = 0, blue = 0, opacity = 1;
};

/// Blue at −1, near-white at 0, orange at +1; outside [−1, 1] the end colour; light grey for NaN.
[[nodiscard]] Colour diverging_colour(double t);

/// The same as 0x00RRGGBB, in 255 steps, so that 0 has a step of its own.
[[nodiscard]] std::uint32_t diverging_pixel(double t);

namespace colours {
inline constexpr Colour ink{0.13, 0.13, 0.15};
inline constexpr Colour faint_ink{0.42, 0.42, 0.45};
inline constexpr Colour paper{1, 1, 1};
inline constexpr Colour grid_line{0.90, 0.90, 0.91};
inline constexpr Colour level_line{0.10, 0.10, 0.12, 0.38};
inline constexpr Colour veil{1, 1, 1, 0.62};  ///< laid over what is outside the domain
inline constexpr Colour hatched_ground{1, 1, 1, 0.4};
inline constexpr Colour outside{0.45, 0.45, 0.50, 0.11};  ///< of the domain, on paper
inline constexpr Colour graph{0.16, 0.36, 0.62};
inline constexpr Colour proved{0.00, 0.42, 0.36};
inline constexpr Colour undecided{0.78, 0.07, 0.10};
inline constexpr Colour minimum{0.00, 0.47, 0.38};
inline constexpr Colour saddle{0.07, 0.07, 0.08};
inline constexpr Colour maximum{0.64, 0.09, 0.45};
inline constexpr Colour unknown_index{0.96, 0.80, 0.10};
}  // namespace colours

}  // namespace narrows::plot
