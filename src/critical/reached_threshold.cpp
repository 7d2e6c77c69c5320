#include "critical/reached_threshold.hpp"

#include <algorithm>
#include <utility>

#include "critical/box_regularity.hpp"
#include "critical/problem.hpp"
#include "network/branch_form.hpp"

namespace narrows {
namespace {

using Trace = LayerTrace<Interval>;
constexpr std::size_t kMaxWidth = 64;  ///< affine forms and small determinants

Trace ranges_of(const LayerTrace<AffineForm>& trace) {
  Trace ranges;
  for (const AffineForm& slope : trace.slopes) ranges.slopes.push_back(slope.range());
  for (const auto& inner : trace.branch) ranges.branch.push_back(ranges_of(inner));
  return ranges;
}

Trace widened(Trace trace) {
  for (Interval& slope : trace.slopes) slope = hull(slope, Interval(0.0));
  for (Trace& inner : trace.branch) inner = widened(std::move(inner));
  return trace;
}

Chain chain_of(const Network& network) {
  Chain chain;
  chain.input_dim = network.input_dim;
  chain.layers = network.layers;
  chain.widths = widths(network);
  chain.smoothness = smoothness_of(network.layers);
  return chain;
}

/// The slopes that every layer meets on each piece of the domain.
class ReachedSlopes {
 public:
  ReachedSlopes(const Network& network, const Box& domain) : chain_(compile(chain_of(network))) {
    std::vector<Interval> box;
    for (std::size_t i = 0; i < domain.dim(); ++i) box.emplace_back(domain.lower[i], domain.upper[i]);
    boxes_ = {box};
    compute();
  }

  /// Cuts every piece in half.
  void refine() {
    std::vector<std::vector<Interval>> halves;
    for (const auto& box : boxes_) {
      std::size_t axis = 0;
      for (std::size_t i = 1; i < box.size(); ++i)
        if (box[i].upper() - box[i].lower() > box[axis].upper() - box[axis].lower()) axis = i;
      const double middle = 0.5 * box[axis].lower() + 0.5 * box[axis].upper();
      auto lower = box, upper = box;
      lower[axis] = Interval(box[axis].lower(), middle);
      upper[axis] = Interval(middle, box[axis].upper());
      halves.push_back(std::move(lower));
      halves.push_back(std::move(upper));
    }
    boxes_ = std::move(halves);
    ++depth_;
    compute();
  }

  [[nodiscard]] int depth() const { return depth_; }

  [[nodiscard]] bool is_regular(std::size_t l) const {
    return std::all_of(traces_.begin(), traces_.end(), [&](const std::vector<Trace>& traces) {
      return regular_on_box(chain_.layers[l], traces[l], chain_.widths[l]);
    });
  }

  /// Regular at ±t and at all smaller ratios of that sign: those of scaled slopes. Requires has_one_activation().
  [[nodiscard]] bool is_regular_up_to(std::size_t l, const Rational& t) const {
    CompiledLayer<Interval> layer = chain_.layers[l];
    layer.skip = 1.0;
    layer.residual = enclose(t);
    return std::all_of(traces_.begin(), traces_.end(),
                       [&](const std::vector<Trace>& traces) { return regular_on_box(layer, widened(traces[l]), chain_.widths[l]); });
  }

 private:
  void compute() {
    traces_.clear();
    for (const auto& box : boxes_) {
      std::vector<AffineForm> h = coordinates(box);
      traces_.emplace_back();
      for (const auto& layer : chain_.layers) {
        LayerTrace<AffineForm> trace;
        h = forward(layer, h, &trace);
        traces_.back().push_back(ranges_of(trace));
      }
    }
  }

  CompiledChain<Interval> chain_;
  std::vector<std::vector<Interval>> boxes_;
  std::vector<std::vector<Trace>> traces_;  ///< per piece and layer
  int depth_ = 0;
};

bool is_wide(const Network& network) {
  for (const std::size_t width : widths(network))
    if (width > kMaxWidth) return true;
  return false;
}

/// What is known about all states is weakened to what it says about some of them.
void forget_global_failures(const Network& network, ThresholdResult* result) {
  for (std::size_t l = 0; l < result->layers.size(); ++l) {
    LayerThreshold& layer = result->layers[l];
    layer.failing.reset();
    if (layer.critical && layer.critical->status != CriticalRatio::Status::infinite) {
      layer.critical->status = CriticalRatio::Status::lower_bound;
      layer.critical->upper.reset();
      layer.critical->witness.clear();
    }
    const bool affine = std::holds_alternative<AffineLayer>(network.layers[l].value);
    if (layer.regular != Regularity::not_regular || affine) continue;
    layer.regular = Regularity::undecided;
    layer.test = ThresholdTest::none;
    layer.reason = "the box of slopes that are reached from the domain is too large to decide";
  }
}

/// A ratio up to which the layer is regular on all pieces: a little below the largest, by bisection.
Rational largest_ratio(const ReachedSlopes& slopes, std::size_t l, const LayerThreshold& layer) {
  const int sign = *layer.ratio < 0 ? -1 : 1;
  const auto holds = [&](double t) { return slopes.is_regular_up_to(l, sign * rational_exact(t)); };
  double low = mpq_get_d(layer.critical->lower.backend().data()), high = low > 0 ? 2 * low : 1;
  for (int k = 0; k < 40 && holds(high); ++k) low = high, high *= 2;
  for (int k = 0; k < 40 && high - low > 1e-6 * high; ++k) {
    const double middle = 0.5 * (low + high);
    (holds(middle) ? low : high) = middle;
  }
  return rational_exact(low * (1 - 1e-6));  // room for the checker's own affine forms
}

/// A smaller ratio is a scaled diagonal of slopes; without slopes nothing follows from one ratio about the smaller ones.
bool has_one_activation(const Layer& layer, std::size_t input_dim) {
  const auto* residual = std::get_if<ResidualLayer>(&layer.value);
  return residual != nullptr && branch_activations(*residual, input_dim).size() == 1;
}

void raise_lower_end(const ReachedSlopes& slopes, std::size_t l, LayerThreshold* layer) {
  if (!layer->critical || layer->critical->status == CriticalRatio::Status::infinite) return;
  const Rational reached = largest_ratio(slopes, l, *layer);
  if (reached <= layer->critical->lower) return;
  layer->critical->lower = reached;
  layer->lower_reached_depth = slopes.depth() + 2;
}

}  // namespace

void restrict_to_domain(const Network& network, const ThresholdOptions& options, ThresholdResult* result) {
  result->domain = options.domain;
  forget_global_failures(network, result);
  if (!is_wide(network) && options.domain->dim <= kMaxWidth) {
    ReachedSlopes slopes(network, options.domain->box);
    for (;;) {
      bool all_regular = true;
      for (std::size_t l = 0; l < result->layers.size(); ++l) {
        LayerThreshold& layer = result->layers[l];
        if (layer.regular == Regularity::undecided && slopes.is_regular(l)) {
          layer.regular = Regularity::regular;
          layer.test = ThresholdTest::p_matrix;
          layer.reason.clear();
          layer.reached_depth = slopes.depth() + 2;
        }
        all_regular = all_regular && layer.regular != Regularity::undecided;
      }
      if (slopes.depth() >= kMostHalvings || options.stop.stop_requested() || (all_regular && slopes.depth() >= 6)) break;
      slopes.refine();
    }
    std::size_t width = network.input_dim;
    for (std::size_t l = 0; l < result->layers.size() && !options.stop.stop_requested(); ++l) {
      if (has_one_activation(network.layers[l], width)) raise_lower_end(slopes, l, &result->layers[l]);
      width = output_dim(network.layers[l], width);
    }
  }
  conclude(result);
  result->factor.reset();  // the states that are reached depend on all ratios
}

}  // namespace narrows
