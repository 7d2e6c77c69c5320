// The picture of a `certify` answer: what the function looks like, and what was proved about its critical points.
#pragma once

#include <string>

#include "critical/certify.hpp"
#include "network/chain.hpp"

namespace narrows {

/// Draws the function Φ of `chain`, the critical points and the undecided boxes of `result`, and the verdict.
///
/// One input    the graph of Φ; a symbol and a short horizontal tangent at each critical point.
/// Two inputs   a colour map, blue below and orange above zero (above the median, if Φ does not change sign in the window),
///              about 12 level curves, zero in bold, the level curves through proved saddles dashed.
/// Window       the domain with a margin; for R^d a window that contains [-2.5, 2.5]^d and every critical point.
/// Symbols      ▽ minimum, × saddle, △ maximum, ◇ index unknown; hollow where the point may lie on the boundary or outside.
/// Guarantee    none beyond those of `result`: symbols and verdict repeat what is proved there; colours, curves and graph are
///              drawn from plain floating-point values and prove nothing.
/// Format       SVG or PNG by the ending of `path`; an SVG shows the enclosures of a critical point when the pointer rests on it.
/// Errors       InputError for another ending, for more than two inputs, or if the file cannot be written (then it is as it was).
void draw_critical_picture(const Chain& chain, const CertifyResult& result, const std::string& title, const std::string& path);

/// The first two errors of draw_critical_picture(), to be had before a long proof.
void require_drawable(const Chain& chain, const std::string& path);

}  // namespace narrows
