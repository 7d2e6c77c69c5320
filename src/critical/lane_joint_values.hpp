// Values over many joint boxes (x, ε, δ) of a family at once: combinations of v_P, and differences of Φ.
#pragma once

#include <cstddef>

#include "critical/lane_box_test.hpp"
#include "network/lane_chain.hpp"

namespace narrows {

/// A range as it leaves a lane. A bound may be NaN: nothing is known then.
struct LaneRange {
  double lower = 0, upper = 0;
};

/// U·v_prefix, U with dim − 2 rows and n_prefix columns, row-major; ranges of box i at [i·(dim − 2)].
/// Layout of boxes and workspace as in LaneBoxTest, the stride being dim.
using LaneRowsOn = void (*)(const LaneChain& chain, std::size_t prefix, const double* u, const double* lower, const double* upper, std::size_t count,
                            LaneRange* ranges, void* workspace);
/// Φ_p(x) − Φ_p(x0), one range for each box.
using LaneDifferencesOn = void (*)(const LaneChain& chain, const double* x0, const double* lower, const double* upper, std::size_t count, LaneRange* ranges,
                                   void* workspace);

/// Index dim − 1, null up to kFreeFactors.
struct LaneJointValues {
  LaneRowsOn rows[kMaxLaneDim];
  LaneDifferencesOn differences[kMaxLaneDim];
  std::size_t (*workspace_bytes)(const LaneChain& chain, std::size_t dim);
};

namespace portable {
LaneJointValues lane_joint_values();
}
namespace avx2 {
LaneJointValues lane_joint_values();
}
namespace avx512 {
LaneJointValues lane_joint_values();
}

}  // namespace narrows
