// The leaf tests of box_test.hpp for many boxes at once: what the search calls, and what each instruction set provides.
#pragma once

#include <cstddef>
#include <cstdint>

#include "network/lane_chain.hpp"

namespace narrows {

inline constexpr std::size_t kMaxLaneDim = 6;     ///< input dimensions that the batched engine takes
inline constexpr std::size_t kMaxLaneWidth = 16;  ///< widest layer that it takes

/// What is known about one box; the fields mean what they mean in BoxTest.
struct LaneVerdict {
  enum class Outcome : std::uint8_t { open, layers_regular, direction_sign };
  Outcome outcome = Outcome::open;
  std::uint16_t prefix = 0;
  std::uint16_t regular_prefix = 0;
  double remainder = 0;                     ///< open: deviation of the preconditioned v_prefix from the identity; infinite if none
  double direction[kMaxLaneWidth] = {};     ///< direction_sign: its first n_prefix entries
  double sensitivity[kMaxLaneDim] = {};     ///< open; of a family: the coordinates, then the two factors
};

/// Tests `count` boxes; box i has the sides [lower[k·stride + i], upper[k·stride + i]], k < dim.
/// `workspace` points to lane_workspace_bytes() bytes, aligned to 64.
using LaneBoxTest = void (*)(const LaneChain& chain, const double* lower, const double* upper, std::size_t stride, std::size_t count,
                             LaneVerdict* verdicts, void* workspace);

inline constexpr std::size_t kFreeFactors = 2;  ///< symbols of a family after the coordinates

/// One test per dimension 1…kMaxLaneDim (index dim − 1), and the workspace that it needs.
struct LaneBoxTests {
  LaneBoxTest by_dim[kMaxLaneDim];
  std::size_t (*workspace_bytes)(const LaneChain& chain, std::size_t dim);
};

/// Forms for boxes that affine forms leave open, from cheap to tight in most cases.
/// taylor               Taylor models of degree 2, what is left in the radius
/// zonotope             affine forms with a fresh symbol for every nonlinear error
/// polynomial_zonotope  both: degree 2, and symbols for what is left
enum class SharpForm : std::uint8_t { taylor, zonotope, polynomial_zonotope };
inline constexpr std::size_t kSharpForms = 3;

/// As LaneBoxTest, in one of these forms.
using LaneSharpTest = void (*)(const LaneChain& chain, SharpForm form, const double* lower, const double* upper, std::size_t stride, std::size_t count,
                               LaneVerdict* verdicts, void* workspace);

struct LaneSharpTests {
  LaneSharpTest by_dim[kMaxLaneDim];
  std::size_t (*workspace_bytes)(const LaneChain& chain, std::size_t dim);
};

/// lane_box_tests: affine forms. lane_sharp_tests: for boxes that the former leave open; they take several times longer and fill
/// in the outcome only.
/// lane_joint_tests: affine forms for families; boxes and dim count the coordinates and the factors, dim > kFreeFactors.
namespace portable {
LaneBoxTests lane_box_tests();
LaneBoxTests lane_joint_tests();
LaneSharpTests lane_sharp_tests();
}
namespace avx2 {
LaneBoxTests lane_box_tests();
LaneBoxTests lane_joint_tests();
LaneSharpTests lane_sharp_tests();
}
namespace avx512 {
LaneBoxTests lane_box_tests();
LaneBoxTests lane_joint_tests();
LaneSharpTests lane_sharp_tests();
}

}  // namespace narrows
