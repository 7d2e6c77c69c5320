#include "bounds/distance_engine.hpp"

#include <algorithm>
#include <cmath>

#include "arith/elementary.hpp"
#include "bounds/form_distance.hpp"
#include "bounds/lane_distance.hpp"
#include "critical/lane_workspace.hpp"

namespace narrows {
namespace {

constexpr std::size_t kMostPieces = 4096;
constexpr std::size_t kPolled = 64;  // boxes between two looks at the clock

LaneDistances distances_of(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return avx512::lane_distances();
  if (isa == Isa::avx2) return avx2::lane_distances();
#endif
  (void)isa;
  return portable::lane_distances();
}

ArcSteps steps_of(const ResidualLayer& block, double lipschitz, double longest) {
  const Rational ratio = block.residual / block.skip;
  ArcSteps steps;
  const double length = lipschitz * magnitude(enclose(ratio)) / longest;
  steps.pieces = length > 1 ? static_cast<std::size_t>(std::fmin(std::ceil(length), kMostPieces)) : 1;
  const Rational step = ratio / Rational(steps.pieces);
  Rational power = 1;
  for (std::size_t k = 0; k <= kMaxFlowOrder; ++k) {
    const Interval enclosed = enclose(power);
    steps.power[k] = midpoint(enclosed);
    steps.power_radius[k] = enclosed.lower() == enclosed.upper() ? 0.0 : radius_upper(enclosed, steps.power[k]);
    power *= step;
  }
  const double duration = magnitude(enclose(step));
  steps.reach = lipschitz > 0 ? next_up(expm1(Interval(mul_upper(lipschitz, duration))).upper() / lipschitz) : duration;
  return steps;
}

// Terms of the order K count about (K_l τ)^(K−2) beside the leading one.
std::size_t suitable_order(const LimitNetwork& network, const std::vector<ArcSteps>& arcs) {
  double longest = 0;
  for (std::size_t l = 0; l < arcs.size(); ++l) longest = std::fmax(longest, network.constants[l].lipschitz * std::fabs(arcs[l].power[1]));
  std::size_t order = 3;
  for (double rest = longest; rest > 1e-5 && order < kMaxFlowOrder; rest *= longest) ++order;
  return order;
}

template <class Layer>
DistanceProgram<Layer> program_for(const LimitNetwork& network, const std::vector<ArcSteps>& arcs, std::size_t order) {
  DistanceProgram<Layer> program;
  program.first_block = network.first_block;
  program.blocks = network.blocks;
  program.arcs = arcs.empty() ? nullptr : arcs.data();
  program.order = order;
  for (const std::size_t width : network.chain.widths) program.widest = std::max(program.widest, width);
  for (std::size_t l = 0; l < network.blocks; ++l) {
    const auto& block = network.compiled_block(l);
    program.deepest = std::max(program.deepest, block.branch.size());
    for (const auto& layer : block.branch) program.widest = std::max({program.widest, layer.rows, layer.cols});
  }
  return program;
}

}  // namespace

DistanceEngine::DistanceEngine(const LimitNetwork& network, Limit limit, const FlowSteps& steps, Isa isa, bool batched, const StopToken& stop)
    : input_dim_(network.chain.input_dim), isa_(isa), stop_(stop) {
  if (limit == Limit::ode)
    for (std::size_t l = 0; l < network.blocks; ++l) arcs_.push_back(steps_of(network.block(l), network.constants[l].lipschitz, steps.longest));
  const std::size_t used = std::clamp<std::size_t>(steps.order ? *steps.order : suitable_order(network, arcs_), 2, largest_flow_order(network.compiled.layers));
  form_program_ = program_for<CompiledLayer<Interval>>(network, arcs_, used);
  form_program_.layers = network.compiled.layers.data();
  if (!batched || input_dim_ > kMaxLaneDistanceDim || form_program_.widest > kMaxLaneDistanceWidth) return;
  // "Regular everywhere" keeps the determinants out, which are of no use here.
  auto lanes = make_lane_program(network.compiled, std::vector<bool>(network.compiled.layers.size(), true), 0);
  if (!lanes) return;
  lanes_ = std::make_shared<const LaneProgram>(std::move(*lanes));
  lane_program_ = program_for<LaneLayer>(network, arcs_, used);
  lane_program_.layers = lanes_->chain().layers;
}

void DistanceEngine::enclose_differences(std::span<const double> lower, std::span<const double> upper, std::span<Interval> results) const {
  const std::size_t d = input_dim_;
  std::fill(results.begin(), results.end(), Interval::entire());
  if (lanes_ == nullptr) {
    for (std::size_t i = 0; i < results.size() && !stop_.stop_requested(); ++i) results[i] = form_distance(form_program_, lower.subspan(i * d, d), upper.subspan(i * d, d));
    return;
  }
  const NearestRounding guard;
  const LaneDistances kernels = distances_of(isa_);
  std::vector<double> ends(2 * kPolled);
  void* const workspace = lane_workspace(kernels.workspace_bytes(lane_program_));
  for (std::size_t at = 0; at < results.size() && !stop_.stop_requested(); at += kPolled) {
    const std::size_t count = std::min(kPolled, results.size() - at);
    const auto first = static_cast<std::ptrdiff_t>(at * d), last = static_cast<std::ptrdiff_t>((at + count) * d);
    const bool points = std::equal(lower.begin() + first, lower.begin() + last, upper.begin() + first);
    const bool quadratic = !points && kernels.quadratic_on[d - 1] != nullptr;
    (quadratic ? kernels.quadratic_on : kernels.on)[d - 1](lane_program_, lower.data() + at * d, upper.data() + at * d, count, ends.data(), workspace);
    for (std::size_t i = 0; i < count; ++i) results[at + i] = Interval(ends[2 * i], ends[2 * i + 1]);  // a NaN: entire
  }
}

}  // namespace narrows
