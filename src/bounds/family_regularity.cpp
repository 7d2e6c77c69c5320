#include "bounds/family_regularity.hpp"

#include <algorithm>

#include "bounds/ratio_polynomial.hpp"
#include "critical/global_regularity.hpp"
#include "network/branch_form.hpp"
#include "network/layer_determinant.hpp"
#include "network/slope_range.hpp"

namespace narrows {
namespace {

constexpr std::size_t kMaxFreeSlopes = 8;

RatioBound ratio_bound(const Layer& layer, std::size_t dim, Smoothness network, const StopToken& stop) {
  ThresholdOptions options;
  options.stop = stop;
  RatioBound bound{find_threshold(layer, dim, network, options), false, 0};
  const LayerThreshold& threshold = bound.threshold;
  if (!threshold.critical || threshold.lower_test == ThresholdTest::norm) {
    // Norms in double precision are taken with a margin, as the certificate does.
    const double elementary = threshold.elementary_ratio * (1 - 1e-12);
    if (std::isfinite(elementary) && elementary > 0) bound.below = rational_exact(elementary);
    return bound;
  }
  bool nonnegative = true;
  for (const BranchActivation& a : branch_activations(std::get<ResidualLayer>(layer.value), dim)) nonnegative = nonnegative && slope_range(a.function).low >= 0;
  if (threshold.critical->status == CriticalRatio::Status::infinite)
    bound.infinite = nonnegative || threshold.lower_test == ThresholdTest::symmetric_part;
  else
    bound.below = threshold.critical->lower;
  return bound;
}

}  // namespace

FamilyRegularity::FamilyRegularity(const Chain& family, const StopToken& stop) {
  for (std::size_t l = 0; l < family.layers.size(); ++l) {
    const Layer& layer = family.layers[l];
    ratios_.emplace_back();
    vertices_.emplace_back();
    const auto* residual = std::get_if<ResidualLayer>(&layer.value);
    fixed_.push_back(residual == nullptr && prove_layer_regular(layer, family.widths[l], family.smoothness) != RegularityTest::none);
    if (residual == nullptr) {
      all_fixed_ = all_fixed_ && fixed_.back();
      continue;
    }
    if (residual->skip != 0) ratios_.back() = ratio_bound(layer, family.widths[l], family.smoothness, stop);
    vertices_.back() = vertices_of(*residual, family.widths[l]);
  }
}

bool FamilyRegularity::regular_by_ratios(const ParameterCell& cell) const {
  if (!all_fixed_ || !(cell.skip.lower() > 0) || !(cell.residual.lower() >= 0)) return false;
  const Rational largest = rational_exact(cell.residual.upper()) / rational_exact(cell.skip.lower());
  for (std::size_t l = 0; l < fixed_.size(); ++l) {
    if (fixed_[l]) continue;
    const auto& bound = ratios_[l];
    if (!bound || !(bound->infinite || largest * abs(*bound->threshold.ratio) < bound->below)) return false;
  }
  return true;
}

std::optional<FamilyRegularity::Vertices> FamilyRegularity::vertices_of(const ResidualLayer& layer, std::size_t dim) {
  Vertices result{enclose(layer.skip), enclose(layer.residual), false, false, {}};
  std::vector<SlopeRange> ranges;
  for (const BranchActivation& a : branch_activations(layer, dim)) ranges.insert(ranges.end(), a.width, slope_range(a.function));
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (ranges[i].low == ranges[i].high) continue;
    free.push_back(i);
    result.closed = result.closed || ranges[i].ends == RangeEnds::closed;
    result.open = result.open || ranges[i].ends == RangeEnds::open;
  }
  if (free.size() > kMaxFreeSlopes || dim > kMaxMinorSide) return std::nullopt;
  if (free.empty()) result.closed = true;
  Chain branch;
  branch.input_dim = dim;
  branch.widths = {dim, dim};
  branch.layers = {Layer{ResidualLayer{0, 1, layer.branch}}};
  const CompiledLayer<Interval> compiled = compile(branch).layers[0];
  for (std::size_t set = 0; set < (std::size_t{1} << free.size()); ++set) {
    Vertex vertex;
    vertex.attained = true;
    std::vector<Interval> slopes;
    for (const SlopeRange& range : ranges) slopes.push_back(enclose(range.high));
    for (std::size_t k = 0; k < free.size(); ++k) {
      if (set >> k & 1) continue;
      slopes[free[k]] = enclose(ranges[free[k]].low);
      if (ranges[free[k]].ends == RangeEnds::half_open) vertex.attained = false;
    }
    vertex.minor_sums = principal_minor_sums(residual_jacobian(compiled, slopes, dim), dim);
    result.vertices.push_back(std::move(vertex));
  }
  return result;
}

// Closed ranges: one strict sign at all vertices. Otherwise det J is a combination of the vertices with positive weights on all of
// them (open), or on those that are attained and others (half-open): none may have the opposite sign and one that always counts
// must be strict.
bool FamilyRegularity::one_sign(const Vertices& layer, const Cone& cone) {
  bool up = true, down = true, anchored = false;
  for (const Vertex& vertex : layer.vertices) {
    const RangeSign sign = sign_on_cone(vertex.minor_sums, cone, layer.skip, layer.residual);
    const bool strict = sign == RangeSign::positive || sign == RangeSign::negative;
    if (layer.closed && !strict) return false;
    up = up && (sign == RangeSign::positive || sign == RangeSign::nonnegative);
    down = down && (sign == RangeSign::negative || sign == RangeSign::nonpositive);
    if (!up && !down) return false;
    anchored = anchored || (strict && vertex.attained);
  }
  return layer.closed || anchored;
}

bool FamilyRegularity::regular_by_vertices(const ParameterCell& cell) const {
  const auto cone = cone_of(cell);
  if (!all_fixed_ || !cone) return false;
  for (std::size_t l = 0; l < fixed_.size(); ++l)
    if (!fixed_[l] && !(vertices_[l] && one_sign(*vertices_[l], *cone))) return false;
  return true;
}

}  // namespace narrows
