// The picture of a smooth network's level set: the filled sets on both sides, the certified curve, and what else was proved.
#pragma once

#include <string>
#include <vector>

#include "critical/certify.hpp"
#include "levelset/class_region.hpp"
#include "levelset/level_curve.hpp"
#include "levelset/tunnel.hpp"
#include "network/chain.hpp"

namespace narrows {

/// What is drawn beside the function; null or empty: nothing.
struct LevelPicture {
  const LevelCurveResult* curve = nullptr;  ///< never null; in the plane
  std::vector<CurvePolygon> polygons;       ///< of the curve
  std::vector<ClassRegion> regions;
  const Tunnel* tunnel = nullptr;
  const CertifyResult* critical = nullptr;
};

/// "proved: {Φ > 0} has 2 components, 1 of them closed; …" for captions.
[[nodiscard]] std::string level_sentence(const LevelCurveResult& result);

/// Window   the box of the level set.
/// Colours  blue below the level, orange above it; the certified curve in ink, undecided cells hatched.
/// Guarantee  none beyond those of what is drawn: curve, path, barrier and symbols repeat what is proved (the curve within the width of its
///            cells), colours are drawn from plain floating-point values and prove nothing.
/// Errors   InputError for an ending of `path` other than .svg and .png, or if the file cannot be written (then it is as it was).
void draw_level_picture(const Chain& chain, const LevelPicture& what, const std::string& title, const std::string& path);

}  // namespace narrows
