#include "report/theorem_statements.hpp"

#include <map>
#include <stdexcept>

namespace narrows {
namespace {

// Φ(x) = w·h_L(x) + c, h_l = ε_l h_{l−1} + δ_l f_l(h_{l−1}); J_l is the Jacobian of layer l; σ the activation, s the supremum of σ'.
const std::vector<TheoremStatement>& statements() {
  static const std::vector<TheoremStatement> all = {
      {"tunnel/T1", "No critical point from regular layers",
       "If the activations are C¹, w ≠ 0 and the Jacobian of every layer has full row rank at every state "
       "reached from K, then ∇Φ ≠ 0 on all of K. For activations that are only Lipschitz, regularity "
       "for every diagonal of the closed box of slopes makes Φ an open map: it has no local extremum."},
      {"tunnel/T2", "Regularity of a layer, exactly",
       "det(εI + δ W̃ D W) is affine in every entry of the diagonal D. So over a closed box of slopes it has "
       "one strict sign if and only if it has it at all vertices of the box; for slopes in [0, s] and "
       "ε ≠ 0 this says that I + sα W W̃, α = δ/ε, is a P-matrix: all its principal minors are positive."},
      {"tunnel/T3", "The sharp critical channel ratio",
       "For slopes in [0, s], α* is the supremum of the ratios α for which a block is regular at all smaller "
       "ratios of that sign. Below α* the block is regular everywhere. α* is at least the Lipschitz ratio "
       "1/(s‖W̃‖‖W‖) and may be infinite. Certified are rational numbers that pass the exact test of T2."},
      {"tunnel/T4", "Distance from the neural ODE",
       "With e_l = ε_1⋯ε_{l−1}, K_l a Lipschitz constant and S_l a bound of f_l on a convex set that holds "
       "the states of the network and the arcs of the flow, |Φ_ResNet − Φ_ODE| ≤ ‖w‖₁ |e_{L+1}| Σ_l (α_l²/2) "
       "K_l S_l "
       "|e_l|⁻¹ exp(Σ_{j>l} |α_j| K_j)."},
      {"tunnel/T5", "Distance from the MLP",
       "With R_l = |ε_l| R_{l−1} + |δ_l| S_l and E_l = |ε_l| R_{l−1} + |δ_l| K_l E_{l−1}, E_0 = 0, the "
       "network and the one without its skips differ by at most ‖w‖₁ E_L."},
      {"tunnel/T6", "No critical point, hence a lower bound of the error",
       "If Φ has no local extremum inside a compact K, then max_K Φ and min_K Φ are attained on the "
       "boundary; so for every target f and every x inside K, sup_K |f − Φ| ≥ ½(f(x) − max_∂K f) and ≥ "
       "½(min_∂K f − f(x))."},
      {"tunnel/T7", "The tunnel",
       "If Φ has no local extremum, every component of {Φ ≥ c} and of {Φ ≤ c} is unbounded, and inside a "
       "compact K every component meets the boundary. Witnesses are polylines and rays on which the sign of "
       "Φ − c is "
       "proved, and level curves whose topology is proved cell by cell."},
      {"tunnel/T8", "Existence of critical points",
       "If Krawczyk's operator of ∇Φ maps a box strictly into itself, there is exactly one critical point in "
       "it; the signs of the pivots of an interval LDLᵀ decomposition of the Hessian give its Morse index."},
      {"tunnel/T9", "One dimension",
       "For one input, Φ' is a product with one factor ε_l + δ_l Σ_j W̃_lj W_lj σ' for each layer. A layer "
       "whose factor is positive for all slopes has no zero; with one neuron for each block a critical point "
       "needs a layer with "
       "α w̃ w ≤ −1/s."},
      {"tunnel/T10", "The neural ODE itself",
       "The time-T map of ẏ = f(t, y), f C¹ in y, is a C¹ diffeomorphism onto its image with det Dφ = exp ∫ "
       "tr D_y f > 0: so a neural ODE with full-rank outer maps has no critical point."},
      {"one-neuron/N", "Level sets of narrow ReLU networks",
       "A network of piecewise linear layers is affine on finitely many polyhedral cells. On a partition by "
       "these cells, cut along the level, bounded and unbounded components, measures and directions to "
       "infinity are exact."},
  };
  return all;
}

}  // namespace

std::vector<std::string> theorems_of(const std::string& kind) {
  static const std::map<std::string, std::vector<std::string>> table = {
      {"no-critical-points", {"tunnel/T1", "tunnel/T2", "tunnel/T8"}},
      {"no-local-extremum", {"tunnel/T1", "tunnel/T2", "tunnel/T8"}},
      {"certify", {"tunnel/T1", "tunnel/T2", "tunnel/T8", "tunnel/T9"}},
      {"channel-ratios", {"tunnel/T2", "tunnel/T3"}},
      {"threshold", {"tunnel/T2", "tunnel/T3"}},
      {"level-set", {"one-neuron/N"}},
      {"level-curve", {"tunnel/T7"}},
      {"level-area", {"tunnel/T7"}},
      {"levelset", {"tunnel/T7", "one-neuron/N"}},
      {"tunnel", {"tunnel/T7"}},
      {"sup-error", {"tunnel/T6"}},
      {"regime-map", {"tunnel/T1", "tunnel/T2", "tunnel/T3"}},
      {"regimes", {"tunnel/T1", "tunnel/T2", "tunnel/T3"}},
      {"branches", {"tunnel/T8"}},
      {"distance", {"tunnel/T4", "tunnel/T5"}},
      {"bounds", {"tunnel/T4", "tunnel/T5"}},
      {"ode-flow", {"tunnel/T10"}},
  };
  const auto found = table.find(kind);
  return found == table.end() ? std::vector<std::string>{} : found->second;
}

const TheoremStatement& theorem_statement(const std::string& id) {
  for (const TheoremStatement& statement : statements())
    if (statement.id == id) return statement;
  throw std::logic_error("no theorem " + id);
}

}  // namespace narrows
