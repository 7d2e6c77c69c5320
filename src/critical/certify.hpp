// `certify`: has the scalar function of a chain a critical point (a local extremum) on a domain?
//
// Order of attack: T2 on every layer, exactly, which settles all of R^d at once; else, on all of R^d, tails and a core (d = 1,
// T9) or a change of variables that makes R^d a bounded cube; else branch and bound on the box or ball.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/verdict.hpp"
#include "critical/branch_and_bound.hpp"
#include "critical/global_regularity.hpp"
#include "network/chain.hpp"
#include "network/domain.hpp"

namespace narrows {

enum class Claim { no_critical_points, no_local_extremum };
enum class Method { global_regularity, branch_and_bound, one_dimensional };
[[nodiscard]] std::string_view to_string(Claim claim);
[[nodiscard]] std::string_view to_string(Method method);

struct CriticalPoint {
  std::vector<Interval> box;       ///< in the coordinates x of the network; holds exactly one critical point
  Interval value;                  ///< Φ there
  std::optional<int> morse_index;  ///< number of negative Hessian eigenvalues; nullopt: possibly degenerate
  bool inside = false;             ///< proved in the interior of the domain; else it may lie on or beyond the boundary
  std::size_t zero = 0;            ///< index into the proof's zeros
};

/// What the certificate is written from.
struct CriticalProof {
  std::vector<RegularityTest> layers;        ///< per layer, none where not proved regular everywhere
  bool tree_used = false;                    ///< false: the layers alone are the proof, or there is none
  std::optional<std::size_t> dropped_layers; ///< the change of variables h_k, k layers dropped
  std::optional<Interval> core;              ///< d = 1 on all of R: the bounded core; its two tails are regular
  SearchResult search;
};

struct CertifyOptions {
  Claim claim = Claim::no_critical_points;
  SearchOptions search;
  Engine engine = Engine::batched;
  Isa isa = best_isa();  ///< of the batched engine: the speed depends on it, the result does not
  bool winding = true;  ///< planar boxes: compute the winding number of the gradient as a cross-check
};

struct CertifyResult {
  Claim claim = Claim::no_critical_points;
  Domain domain;
  Verdict verdict = Verdict::undecided;
  std::string reason;
  Method method = Method::global_regularity;
  bool complete = false;  ///< every critical point in the domain is enclosed and nothing is undecided
  std::vector<CriticalPoint> critical_points;
  std::vector<std::vector<Interval>> undecided;  ///< regions in x (hulls of touching boxes); sides may be unbounded after a change of variables
  std::size_t boxes = 0;
  std::optional<int> winding;    ///< of ∇Φ along the boundary of a planar box domain
  std::optional<int> index_sum;  ///< Σ(−1)^index over the points inside, if all indices are known
  CriticalProof proof;
};

/// Guarantee  verdicts `proved` and `refuted`, `complete`, and every critical point listed are proofs about the real-number
///            network. A disagreement of winding number and index sum would show a defect: it throws std::logic_error.
/// Errors     InputError if the network has kinks and the claim is no_critical_points (naming `levelset`), or the
///            domain's dimension is not the network's.
/// Source     T1, T2, T8, T9 (arXiv 2603.28591).
[[nodiscard]] CertifyResult certify(const Chain& chain, const Domain& domain, const CertifyOptions& options,
                                    const std::string& where);

}  // namespace narrows
