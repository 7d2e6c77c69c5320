// The family of networks N_p, p = (ε, δ), in which the factors of all residual layers are free.
//
// notation == meaning:  shared: h ← ε h + δ f_l(h) in every residual layer;  scaled: h ← ε ε_l h + δ δ_l f_l(h) with the factors
// ε_l, δ_l of the given network. A *cell* is a closed rectangle of parameters; its *joint box* is the domain box times the cell, in
// the coordinates (x, ε, δ).
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "arith/interval.hpp"
#include "network/chain.hpp"

namespace narrows {

enum class FamilyType { shared, scaled };
[[nodiscard]] std::string_view to_string(FamilyType type);

struct ParameterCell {
  Interval skip, residual;
};

/// The chain whose residual layers hold the factors that p multiplies: 1 and 1 (shared), or those given (scaled).
[[nodiscard]] Chain family_chain(Chain chain, FamilyType type);

/// The member of a family chain at p.
[[nodiscard]] Chain member_at(Chain family, const Rational& skip, const Rational& residual);

/// The four quarters, all closed, cut at 0.5·lo + 0.5·hi (the certificate format fixes this formula), in the order (ε low, δ low),
/// (ε high, δ low), (ε low, δ high), (ε high, δ high). nullopt if a side is too short to be cut.
[[nodiscard]] std::optional<std::array<ParameterCell, 4>> quarters(const ParameterCell& cell);

/// Two parameter points whose non-negative combinations contain the cell.
struct Cone {
  std::array<double, 2> first, second;  ///< (ε, δ)
};

/// Every polynomial that is homogeneous in (ε, δ) takes the same signs (all of them negated, if the degree is odd and `cell` lies
/// opposite) on the cell as on the segment from one of these points to the other. nullopt if the cell contains (0, 0) or meets
/// more than two quadrants.
[[nodiscard]] std::optional<Cone> cone_of(const ParameterCell& cell);

}  // namespace narrows
