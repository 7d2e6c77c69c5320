// The rules of claims of the kind `distance`: near-limit, a-priori.
//
// notation  h_l = ε_l h_{l-1} + δ_l f_l(h_{l-1}) states of the residual network, α_l = δ_l/ε_l
//           η_l  states of the limit in the same coordinates, η_0 = h_0:
//                mlp: η_l = δ_l f_l(η_{l-1});  ode: η_l = ε_l φ(η_{l-1}), φ the flow of ẏ = f_l(y) over the signed time α_l
//           E_l = h_l - η_l, so that Φ_ResNet - Φ_limit = w·E_L
// With e_l = ε_1⋯ε_{l-1} and y = η/e this ODE is T4's: ẏ = e_l^{-1} f_l(e_l y).
#pragma once

#include <optional>
#include <vector>

#include "checker/document.hpp"
#include "checker/model.hpp"

namespace narrows::checker {

enum class Limit { ode, mlp };

/// A chain that both limits are defined for.
struct BlockChain {
  std::vector<Layer> before;  ///< affine, activation, batch_norm: x -> h_0
  std::vector<Layer> blocks;  ///< residual, at least one
  Layer last;                 ///< affine with one row w
};

// ---- rule `near-limit` ----

/// How the difference is enclosed; every choice is right, some are sharper.
struct Effort {
  Precision precision = leaf_precision;
  bool symbols = false;   ///< each nonlinear error of a state has a symbol of its own; h - η counts, too
  std::size_t parts = 1;  ///< arcs of the ODE are cut into so many times more parts
  std::size_t most = 8;   ///< Taylor expansions have this order at most
};

/// Encloses Φ_ResNet - Φ_limit over boxes.
class Difference {
 public:
  /// `order`: K, of the Taylor expansions in time (ode). For ode all ε_l ≠ 0 and all activations are differentiable.
  Difference(const BlockChain& chain, Limit limit, std::size_t order);

  [[nodiscard]] Interval over(const Box& box, const Effort& effort) const;
  /// Proved: |Φ_ResNet - Φ_limit| <= bound on the box. Tries several efforts.
  [[nodiscard]] bool is_below(double bound, const Box& box) const;
  /// Proved: |Φ_ResNet - Φ_limit| >= bound at the point. Tries several efforts.
  [[nodiscard]] bool is_reached(double bound, const Box& point) const;

 private:
  struct Block {
    NumericLayer layer;
    Rational ratio;         ///< α; 0 for mlp
    std::size_t parts = 1;  ///< of its arc
  };
  struct Numbers {
    std::vector<NumericLayer> before;
    std::vector<Block> blocks;
    NumericLayer last;
  };

  [[nodiscard]] Numbers enclose_at(const BlockChain& chain, Precision p) const;

  Limit limit_;
  std::size_t order_;
  std::size_t inputs_;
  Numbers leaf_, point_;  ///< at leaf_precision and point_precision
};

// ---- rule `a-priori` ----

/// An upper bound on the right-hand side of T4 (ode) or T5 (mlp) over the box; nothing unless each branch has one activation layer, of
/// tanh, sigmoid, arctan or sin.
[[nodiscard]] std::optional<Real> a_priori_bound_upper(const BlockChain& chain, Limit limit, const Box& box);

}  // namespace narrows::checker
