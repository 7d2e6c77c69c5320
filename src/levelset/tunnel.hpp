// Tunnels (T7): is the component of {Φ > c} (or {Φ < c}) that holds a point bounded, or does it run off to the boundary, to infinity?
//
// Proof of the first kind, a tunnel: a path from the point to the boundary of the box, or a path and a ray, on which Φ − c keeps its
// strict sign. Proof of the contrary: a barrier round the point on which Φ − c has the opposite strict sign. Paths are guessed in
// floating-point arithmetic (flow, chords, cells), certified segment by segment in affine forms over t; nothing is proved from samples.
//
// notation == meaning:  Φ the chain's function;  c the level;  `from` == x0, the sign of Φ(x0) − c chooses {Φ > c} or {Φ < c}.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arith/interval.hpp"
#include "arith/rational.hpp"
#include "base/cancellation.hpp"
#include "base/verdict.hpp"
#include "network/chain.hpp"
#include "network/domain.hpp"

namespace narrows {

using Point = std::vector<double>;

enum class Reaches { nothing, boundary, infinity, closed };
[[nodiscard]] std::string_view to_string(Reaches reaches);

struct TunnelOptions {
  Rational level = 0;
  Domain domain;                 ///< box: towards its boundary; space: towards infinity
  std::size_t max_segments = 8;  ///< of the path
  std::size_t max_barrier =
      4096;  ///< vertices of a polygon; barriers are simplified, but a curled one may need many
  StopToken stop;
};

/// `proved`: reaches == boundary (path) or infinity (path, direction). `refuted`: reaches == closed (barrier, or barrier_box).
struct Tunnel {
  Verdict verdict = Verdict::undecided;
  std::string reason;  ///< how it was proved, or what is missing
  Domain domain;
  Rational level;
  Point from;
  Interval value_at_from;  ///< encloses Φ(from)
  bool positive = true;    ///< the component is one of {Φ > c}; else of {Φ < c}
  Reaches reaches = Reaches::nothing;
  std::vector<Point> path;  ///< from `from`, at least one point; each in the box of a box domain
  Point direction;          ///< infinity only: not zero
  std::vector<Point>
      barrier;  ///< closed, d = 2: a polygon, last joined to first, not 0 times round `from`; d = 1: a point on either side
  std::optional<Box>
      barrier_box;  ///< closed, other d: `from` in its interior, the opposite sign on all faces
};

/// Looks for a tunnel from `from`, then for a barrier round it.
///
/// Shape      from.size() == chain.input_dim; domain of the same dimension, a box or all of R^d; `from` in the box.
/// Guarantee  `proved`: on every closed segment of the path (and the whole ray) Φ − c has the strict sign it has at `from`; the last
///            vertex lies on the boundary of the box (exactly), or a ray in `direction` starts there. `refuted`: on every closed segment of the barrier Φ − c has
///            the opposite strict sign, `from` lies inside, the barrier within the box. So the component is unbounded, or bounded.
/// Special    Φ(from) = c, or not told apart from it: undecided. A ray need not exist even where the component is unbounded.
/// Errors     InputError if a dimension is wrong, the domain is a ball, or `from` is not finite or not in the box.
/// Source     T7 (arXiv 2603.28591).
[[nodiscard]] Tunnel find_tunnel(const Chain& chain, const Point& from, const TunnelOptions& options,
                                 const std::string& where);

}  // namespace narrows
