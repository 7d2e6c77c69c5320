// Critical points followed along a path of parameters: certified branches, where they meet, and where they leave the domain.
//
// Idea: the path is cut into slabs. Over each slab every critical point in the domain is enclosed in a tube for all parameters at once,
// and a tree proves that there is no other (slab.hpp). Tubes of neighbouring slabs that share their point at the common parameter are
// joined to branches. Where a tube cannot be continued (the Hessian becomes singular: a fold), a short slab with an *event* box takes
// its place: outside of it everything stays proved, and the sum of (−1)^index over the points that enter it is that of those that
// leave it.
//
// notation == meaning:  s: position on the path (parameter_path.hpp).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/verdict.hpp"
#include "bounds/slab.hpp"
#include "network/domain.hpp"

namespace narrows {

enum class BranchEnd { start, end, fold, boundary, event };
[[nodiscard]] std::string_view to_string(BranchEnd end);

/// A tube in a slab: zeros[zero] of slabs[slab].
struct BranchPiece {
  std::size_t slab = 0, zero = 0;
};

/// Why a tube and one of the next slab belong together: at the parameter that both slabs share, `at` encloses the only zero of both.
struct BranchJoint {
  std::size_t slab = 0, zero = 0, next_zero = 0;  ///< zeros[zero] of slabs[slab], zeros[next_zero] of slabs[slab + 1]
  TrackedZero at;                                 ///< at.box is inside both uniqueness boxes
};

/// A point of a branch at one parameter, with the Morse index there.
struct BranchIndex {
  BranchPiece piece;
  double s = 0;
  TrackedZero at;
  int morse_index = 0;
};

/// First piece of the path on which the branch is proved outside of, or across the boundary of, `scale` times the domain.
struct Exit {
  double scale = 1;
  double from = 0, to = 0;
};

struct Branch {
  std::vector<BranchPiece> pieces;    ///< consecutive slabs
  BranchEnd begins = BranchEnd::start, ends = BranchEnd::end;
  std::optional<BranchIndex> index;   ///< the Morse index is the same along the branch
  std::vector<Exit> exits;
  [[nodiscard]] double from(const std::vector<Slab>& slabs) const { return slabs[pieces.front().slab].from; }
  [[nodiscard]] double to(const std::vector<Slab>& slabs) const { return slabs[pieces.back().slab].to; }
};

struct TrackOptions {
  SlabOptions slab;
  double first_step = 1.0 / 64, largest_step = 1.0 / 16, smallest_step = 0x1p-14, longest_event = 1.0 / 8;  ///< in legs of the path
  double growth = 16;  ///< branches that leave the domain are followed to this multiple of it
  std::function<void(double s, std::size_t branches)> progress = {};
};

struct Track {
  ParameterPath path;
  IntervalBox domain;
  std::vector<Slab> slabs;
  std::vector<BranchJoint> joints;
  std::vector<Branch> branches;
  /// Σ(−1)^index over the branches inside the domain, per slab; nothing if an index is unknown or a tube crosses the boundary.
  std::vector<std::optional<int>> index_sums;
  Verdict verdict = Verdict::undecided;  ///< proved: the slabs cover the path, every end of a branch is explained, events are apart
  std::string reason;
  std::size_t boxes = 0;
};

/// Guarantee  slabs, tubes, joints and indices are proved. A `fold` is an event with winding number 0 (d = 1, 2) that exactly two tubes
///            meet, on the same side and of opposite parity; a `boundary` end has neither a tube nor an event beyond it, so that its
///            point is outside the domain there; `event` is anything else.
/// Errors     InputError for networks with kinks, domains that are no box, a path on which ε and δ vanish together.
[[nodiscard]] Track track_branches(const JointProblem& problem, const Box& domain, const ParameterPath& path, const TrackOptions& options);

}  // namespace narrows
