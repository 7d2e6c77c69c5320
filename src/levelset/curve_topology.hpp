// From settled cells to the answer: components and their areas, curves, who surrounds whom, and what stayed undecided.
#pragma once

#include "levelset/level_curve.hpp"

namespace narrows {

/// Fills in everything but the cells, the level and the number of boxes.
///
/// Precondition  no leaf is open; monotone leaves have what level_curve.hpp asks of their boundaries.
void find_topology(const LevelFunction& function, LevelCurveResult* result);

}  // namespace narrows
