// T2 and T3 over a whole cell of parameters: are all layers regular at every state, for every member of the family?
#pragma once

#include <optional>
#include <vector>

#include "bounds/parameter_family.hpp"
#include "base/cancellation.hpp"
#include "critical/threshold.hpp"
#include "network/compiled.hpp"

namespace narrows {

/// What is proved once about a residual layer's critical ratio, in the direction of the family's positive ratios.
struct RatioBound {
  LayerThreshold threshold;  ///< of the family's layer (ε = δ = 1, or the given factors)
  bool infinite = false;     ///< every ratio is regular
  Rational below = 0;        ///< every ratio of this sign and of smaller size is
};

class FamilyRegularity {
 public:
  /// `family` is a family_chain() of a smooth or C¹ network.
  explicit FamilyRegularity(const Chain& family, const StopToken& stop = {});

  /// Layers without free factors: proved regular at every state. One entry per layer, residual layers false.
  [[nodiscard]] const std::vector<bool>& fixed_layers() const { return fixed_; }
  /// One entry per layer; nothing for those that are not residual or have skip 0.
  [[nodiscard]] const std::vector<std::optional<RatioBound>>& ratios() const { return ratios_; }

  /// Every layer regular for all p in the cell: the largest ratio in it is below every layer's bound. ε > 0 and δ >= 0 on it.
  [[nodiscard]] bool regular_by_ratios(const ParameterCell& cell) const;
  /// The same by the signs of det J at the vertices of the box of all slopes, as polynomials in (ε, δ) (T2 with its half-open and
  /// open ranges).
  [[nodiscard]] bool regular_by_vertices(const ParameterCell& cell) const;

 private:
  /// det J at the vertices of a layer's box of slopes.
  struct Vertex {
    std::vector<Interval> minor_sums;
    bool attained = false;  ///< every half-open slope is at its upper end
  };
  struct Vertices {
    Interval skip, residual;
    bool closed = false, open = false;  ///< some range is closed, or open at both ends
    std::vector<Vertex> vertices;
  };
  static std::optional<Vertices> vertices_of(const ResidualLayer& layer, std::size_t dim);
  static bool one_sign(const Vertices& layer, const Cone& cone);

  std::vector<bool> fixed_;
  bool all_fixed_ = true;  ///< all layers that are not residual
  std::vector<std::optional<RatioBound>> ratios_;
  std::vector<std::optional<Vertices>> vertices_;  ///< per layer
};

}  // namespace narrows
