// A direction in which a vector of affine forms has a strict sign: what closes a box of branch and bound.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "arith/affine_form.hpp"

namespace narrows {

/// u with Σ u_j v_j of one strict sign on the box: unit vectors, the middle of v, the rows of the inverse of its linear part.
///
/// Shape      the first `dim` symbols of the forms are the coordinates; others (the parameters of a family) are left alone.
///            The inverse exists for v.size() == dim only.
/// @param remainder  becomes the largest deviation of the preconditioned v from the identity, relative to the box (infinite
///                   when there is no inverse)
[[nodiscard]] std::optional<std::vector<double>> find_direction(const std::vector<AffineForm>& v, std::size_t dim, double* remainder);

}  // namespace narrows
