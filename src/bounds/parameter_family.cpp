#include "bounds/parameter_family.hpp"

#include <utility>

namespace narrows {

std::string_view to_string(FamilyType type) { return type == FamilyType::shared ? "shared" : "scaled"; }

Chain family_chain(Chain chain, FamilyType type) {
  if (type == FamilyType::scaled) return chain;
  for (Layer& layer : chain.layers)
    if (auto* residual = std::get_if<ResidualLayer>(&layer.value)) residual->skip = residual->residual = 1;
  return chain;
}

Chain member_at(Chain family, const Rational& skip, const Rational& residual) {
  for (Layer& layer : family.layers)
    if (auto* free = std::get_if<ResidualLayer>(&layer.value)) {
      free->skip *= skip;
      free->residual *= residual;
    }
  return family;
}

std::optional<std::array<ParameterCell, 4>> quarters(const ParameterCell& cell) {
  const auto cut = [](const Interval& side) { return 0.5 * side.lower() + 0.5 * side.upper(); };
  const double e = cut(cell.skip), d = cut(cell.residual);
  if (!(cell.skip.lower() < e && e < cell.skip.upper() && cell.residual.lower() < d && d < cell.residual.upper())) return std::nullopt;
  const Interval e_low(cell.skip.lower(), e), e_high(e, cell.skip.upper()), d_low(cell.residual.lower(), d), d_high(d, cell.residual.upper());
  return std::array<ParameterCell, 4>{{{e_low, d_low}, {e_high, d_low}, {e_low, d_high}, {e_high, d_high}}};
}

namespace {

// For a cell in the half-plane v >= 0 that does not contain 0 and has v > 0 or lies on one side of u = 0: the corners of the least
// and the greatest angle, as (u, v).
std::optional<Cone> upper_cone(const Interval& u, const Interval& v) {
  if (v.lower() > 0)
    return Cone{{u.upper(), u.upper() > 0 ? v.lower() : v.upper()}, {u.lower(), u.lower() < 0 ? v.lower() : v.upper()}};
  if (v.lower() == 0 && u.lower() > 0) return Cone{{u.upper(), v.lower()}, {u.lower(), v.upper()}};
  if (v.lower() == 0 && u.upper() < 0) return Cone{{u.upper(), v.upper()}, {u.lower(), v.lower()}};
  return std::nullopt;
}

}  // namespace

std::optional<Cone> cone_of(const ParameterCell& cell) {
  const Interval &e = cell.skip, &d = cell.residual;
  if (d.lower() >= 0)
    if (auto cone = upper_cone(e, d)) return cone;
  if (d.upper() <= 0)
    if (auto cone = upper_cone(-e, -d)) return cone;
  auto turned = e.lower() >= 0 ? upper_cone(d, e) : e.upper() <= 0 ? upper_cone(-d, -e) : std::nullopt;
  if (!turned) return std::nullopt;
  std::swap(turned->first[0], turned->first[1]);
  std::swap(turned->second[0], turned->second[1]);
  return turned;
}

}  // namespace narrows
