// A goal: what the search for a counterexample to one claim minimises, and how what it finds is proved.
//
// Idea   A smooth score is 0 exactly where the claim is contradicted with room to spare, so that rounding the weights to a few bits
//        leaves the contradiction alone. `refutes` is the exact test of one network, cheap enough to be asked after each
//        simplification; `prove` finds everything that the certificates say.
#pragma once

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "counterexample/claims.hpp"
#include "counterexample/family.hpp"
#include "critical/certify.hpp"
#include "critical/threshold.hpp"
#include "levelset/level_curve.hpp"
#include "levelset/sup_error.hpp"
#include "levelset/tunnel.hpp"
#include "polyhedral/analysis.hpp"
#include "polyhedral/clarke_hull.hpp"

namespace narrows {

/// A network that contradicts the claim, and the proofs that say so. Which of them are there depends on the claim.
struct Counterexample {
  ClaimId claim = ClaimId::lipschitz_ratio;
  Candidate candidate;
  Network network;
  std::optional<CertifyResult>
      critical;  ///< all claims about smooth networks: refuted, a critical point exists
  /// critical_ratio: α* of the block; lipschitz_ratio, ode_regime: α* of every block, for the premise
  std::optional<ThresholdResult> thresholds;
  std::optional<Network> below;                 ///< critical_ratio: the same network less than 1 % below α*
  std::optional<CertifyResult> below_critical;  ///< proved: it has no critical point in R^d
  std::optional<Tunnel> tunnel;                 ///< unbounded_levels: refuted, the component is bounded
  std::shared_ptr<LevelCurveResult>
      curve;                             ///< unbounded_levels in the plane: a closed curve of the level set
  std::optional<SupError> error;         ///< value_error
  std::optional<ClarkeHull> clarke;      ///< clarke: 0 in the subdifferential at the point
  std::vector<RegularityTest> regular;   ///< clarke: why each layer of the chain is regular
  std::optional<LevelSetResult> levels;  ///< width_d: an unbounded set {Φ > c}, c > 0 (or {Φ < c}, c < 0)
  std::optional<GrowthCertificate> growth;  ///< width_d: how fast the L1 error grows
  double cube_error =
      0;  ///< width_d: sampled L1 error on the cube as a share of that of the zero network; not proved
};

class Goal {
 public:
  explicit Goal(CounterexampleRequest request) : request_(std::move(request)) {}
  virtual ~Goal() = default;

  [[nodiscard]] const CounterexampleRequest& request() const { return request_; }
  [[nodiscard]] virtual Family family(std::size_t blocks) const = 0;
  /// The fewest and the most blocks to try.
  [[nodiscard]] virtual std::pair<std::size_t, std::size_t> blocks() const = 0;
  /// Largest magnitude of the entries of a tensor in the search.
  [[nodiscard]] virtual double bound(const Family& family, Tensor::Kind kind) const = 0;
  /// Points start in [−r, r]^d.
  [[nodiscard]] virtual double start_radius() const { return 1; }
  [[nodiscard]] virtual bool smooth() const { return true; }
  /// At most good_enough(): the candidate contradicts the claim, as far as floating-point arithmetic can tell.
  [[nodiscard]] virtual double score(const Candidate& candidate) const = 0;
  [[nodiscard]] virtual double good_enough() const { return 1e-14; }
  /// Is the candidate, with exactly its numbers, proved to contradict the claim? May move its point and its family's ratio.
  [[nodiscard]] virtual bool refutes(Candidate* candidate) const = 0;
  /// Everything that the certificates need; nothing if a proof does not succeed after all.
  [[nodiscard]] virtual std::optional<Counterexample> prove(const Candidate& candidate) const = 0;

 protected:
  [[nodiscard]] std::size_t dim() const { return request_.dimension.value_or(2); }
  CounterexampleRequest request_;
};

[[nodiscard]] std::unique_ptr<Goal> make_goal(const CounterexampleRequest& request);

// One function per kind of network, called by make_goal().
[[nodiscard]] std::unique_ptr<Goal> make_smooth_goal(const CounterexampleRequest& request);
[[nodiscard]] std::unique_ptr<Goal> make_clarke_goal(const CounterexampleRequest& request);
[[nodiscard]] std::unique_ptr<Goal> make_width_goal(const CounterexampleRequest& request);

}  // namespace narrows
