// The cells of a partition as files for other programs: exact JSON, and the level surface of three inputs as OFF.
#pragma once

#include "certify/certificate.hpp"
#include "polyhedral/analysis.hpp"

namespace narrows {

/// `narrows-cells/1`: all cells of the box if the result has one, else of the whole space (orthant by orthant, with vertices at
/// infinity). Vertices are homogeneous integer strings (x0, x1 … xd); each cell has its vertices (d = 3: its facets), orthant,
/// region, pattern (one character per neuron, + or -), affine function, and its neighbour across each wall (-1: none).
/// Errors  InputError if there is no complete partition.
void write_cells(const LevelSetResult& result, const CertificateSource& source, const TextSink& sink);

/// The polygons of {Φ = level} that are bounded: in the box if the result has one, else in space. Coordinates are rounded to
/// doubles; they are for looking at. Precondition: three inputs.
[[nodiscard]] std::string level_surface_off(const LevelSetResult& result);

}  // namespace narrows
