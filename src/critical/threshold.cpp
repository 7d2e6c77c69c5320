// The order of attack for one residual block: the exact critical ratio where the block is narrow enough, polynomial bounds where
// it is not; then the present ratio, by the cheapest test that decides it.
#include "critical/threshold.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "critical/global_regularity.hpp"
#include "critical/polynomial_tests.hpp"
#include "critical/reached_threshold.hpp"
#include "critical/small_witness.hpp"
#include "critical/vertex_signs.hpp"

namespace narrows {
namespace {

constexpr std::size_t kNarrowSide = 64;  ///< scalings are searched thoroughly up to this side

class ResidualThreshold {
 public:
  ResidualThreshold(const ResidualLayer& layer, std::size_t input_dim, Smoothness network, const ThresholdOptions& options)
      : layer_(layer), dim_(input_dim), network_(std::max(network, smoothness_of(layer.branch))), options_(options) {}

  LayerThreshold run() {
    result_.kind = "residual";
    if (layer_.skip == 0) {
      decide_by_all_vertices();
      return result_;
    }
    result_.ratio = layer_.residual / layer_.skip;
    maps_ = branch_doubles(layer_, dim_);
    block_ = make_channel_block(layer_, dim_, network_);
    if (maps_) {
      lipschitz_ = lipschitz_ratios(layer_, dim_, *maps_);
      result_.lipschitz_ratio = lipschitz_.two;
      result_.elementary_ratio = lipschitz_.elementary;
      part_ = SymmetricPart::of(layer_, dim_, *maps_);
    }
    result_.critical_is_sharp = slopes_reach_zero();
    decide_by_polynomial_tests();
    find_critical_ratio();
    if (result_.test == ThresholdTest::none) decide_exactly();
    return result_;
  }

 private:
  [[nodiscard]] Rational magnitude() const { return abs(*result_.ratio); }

  void settle(Regularity regular, ThresholdTest test) {
    result_.regular = regular;
    result_.test = regular == Regularity::undecided ? ThresholdTest::none : test;
  }

  [[nodiscard]] bool slopes_reach_zero() const {
    for (const BranchActivation& a : branch_activations(layer_, dim_)) {
      const SlopeRange range = slope_range(a.function);
      if (range.low > 0 || range.high < 0) return false;
    }
    return true;
  }

  // ---- the present ratio

  void decide_by_polynomial_tests() {
    if (magnitude() < rational_or_zero(lipschitz_.best) || lipschitz_.best == kInfinity || magnitude() == 0)
      return settle(Regularity::regular, ThresholdTest::norm);
    if (!part_) return;
    if (part_->is_definite(magnitude(), {})) return settle(Regularity::regular, ThresholdTest::symmetric_part);
    if (part_->is_definite(magnitude(), scaling())) {
      result_.scaling = scaling();
      settle(Regularity::regular, ThresholdTest::symmetric_part);
    }
  }

  void decide_exactly() {
    if (block_) {
      settle(decide_regularity(*block_, magnitude(), options_.stop), ThresholdTest::p_matrix);
      if (result_.regular == Regularity::not_regular) result_.failing = failing_vertices(*block_, magnitude());
      if (result_.test != ThresholdTest::none) return explain();
    }
    const CriticalRatio& critical = *result_.critical;
    if (result_.critical_is_sharp && critical.upper && magnitude() > *critical.upper) {
      settle(Regularity::not_regular, ThresholdTest::p_matrix);
      if (critical.witness.size() == 1) result_.failing = FailingVertices{critical.witness, {}};  // 1 + t s G_ii falls with t
    } else {
      decide_by_all_vertices();
    }
    explain();
  }

  void decide_by_all_vertices() {
    if (layer_.skip == 0) {
      const Layer layer{layer_};
      if (prove_layer_regular(layer, dim_, network_) == RegularityTest::chain) return settle(Regularity::regular, ThresholdTest::rank);
    }
    switch (decide_by_vertices(layer_, dim_, network_)) {
      case VertexOutcome::regular:
        settle(Regularity::regular, ThresholdTest::p_matrix);
        break;
      case VertexOutcome::not_regular:
        settle(Regularity::not_regular, ThresholdTest::p_matrix);
        break;
      case VertexOutcome::undecided:
      case VertexOutcome::too_many:
        break;
    }
    explain();
  }

  void explain() {
    if (result_.regular == Regularity::not_regular)
      result_.reason = "the determinant of its Jacobian vanishes or changes sign over the box of slopes";
    else if (result_.regular == Regularity::undecided)
      result_.reason = "the norm and symmetric-part tests fail, and the exact test is too expensive or undecided";
  }

  // ---- the critical ratio

  static Rational rational_or_zero(double x) { return std::isfinite(x) ? rational_exact(x) : Rational(0); }

  void find_critical_ratio() {
    CriticalRatio critical;
    if (block_) critical = critical_ratio(*block_, options_.stop);
    result_.lower_test = ThresholdTest::p_matrix;
    if (critical.status == CriticalRatio::Status::lower_bound) {
      raise_by_norms(&critical);
      raise_by_symmetric_part(&critical);
      if (critical.status != CriticalRatio::Status::infinite && !critical.upper) lower_by_small_sets(&critical);
    }
    result_.critical = std::move(critical);
  }

  void raise_by_norms(CriticalRatio* critical) {
    if (lipschitz_.best == kInfinity) {
      critical->status = CriticalRatio::Status::infinite;
      critical->lower = 0;
      result_.lower_test = ThresholdTest::norm;
    } else if (rational_or_zero(lipschitz_.best) > critical->lower) {
      critical->lower = rational_or_zero(lipschitz_.best);
      result_.lower_test = ThresholdTest::norm;
    }
  }

  void raise_by_symmetric_part(CriticalRatio* critical) {
    if (!part_ || critical->status == CriticalRatio::Status::infinite) return;
    for (const std::vector<double>& lambda : {std::vector<double>{}, scaling()}) {
      const double limit = part_->limit_approx(lambda);
      if (limit == kInfinity && part_->is_definite_without_identity(lambda)) {
        critical->status = CriticalRatio::Status::infinite;
        critical->lower = 0;
        return accept_scaling(lambda);
      }
      for (const double margin : {1e-10, 1e-7, 1e-4, 1e-2}) {
        const Rational t = rational_or_zero(std::min(limit, 1e30) * (1 - margin));
        if (t <= critical->lower) break;
        if (!part_->is_definite(t, lambda)) continue;
        critical->lower = t;
        accept_scaling(lambda);
        break;
      }
    }
  }
  void accept_scaling(const std::vector<double>& lambda) {
    result_.lower_test = ThresholdTest::symmetric_part;
    result_.lower_scaling = lambda;
  }

  void lower_by_small_sets(CriticalRatio* critical) {
    const auto found = small_witness(layer_, dim_);
    if (!found) return;
    critical->upper = found->ratio;
    critical->witness = found->neurons;
    if (*critical->upper - critical->lower <= *critical->upper / 1'000'000'000'000) critical->status = CriticalRatio::Status::bracket;
  }

  /// The best scaling found; searched for once.
  const std::vector<double>& scaling() {
    if (!scaling_) scaling_ = part_->best_scaling_approx(part_->side() <= kNarrowSide ? options_.scaling_steps : options_.scaling_steps / 20);
    return *scaling_;
  }

  const ResidualLayer& layer_;
  std::size_t dim_;
  Smoothness network_;
  const ThresholdOptions& options_;
  std::optional<BranchDoubles> maps_;
  std::optional<ChannelBlock> block_;
  std::optional<SymmetricPart> part_;
  LipschitzRatios lipschitz_;
  std::optional<std::vector<double>> scaling_;
  LayerThreshold result_;
};

LayerThreshold plain_threshold(const Layer& layer, std::size_t input_dim, Smoothness network) {
  LayerThreshold result;
  result.kind = kind_of(layer);
  result.test = ThresholdTest::rank;  // for diagonal layers: of the diagonal of slopes
  result.regular = prove_layer_regular(layer, input_dim, network) != RegularityTest::none ? Regularity::regular : Regularity::not_regular;
  if (result.regular == Regularity::not_regular) result.reason = why_not_regular(layer, input_dim, network);
  return result;
}

/// One layer's bound on the uniform factor; false: it has no ratio and is not proved regular.
bool restrict_factor(const LayerThreshold& layer, UniformFactor* factor) {
  if (!layer.critical) return layer.regular == Regularity::regular;
  const CriticalRatio& critical = *layer.critical;
  const Rational ratio = abs(*layer.ratio);
  if (critical.status == CriticalRatio::Status::infinite || ratio == 0) return true;
  const Rational lower = critical.lower / ratio;
  if (factor->infinite || lower < factor->lower) factor->lower = lower;
  factor->infinite = false;
  if (critical.upper && layer.critical_is_sharp) {
    const Rational upper = *critical.upper / ratio;
    if (!factor->upper || upper < *factor->upper) factor->upper = upper;
  }
  return true;
}

}  // namespace

std::string_view to_string(ThresholdTest test) {
  switch (test) {
    case ThresholdTest::rank:
      return "rank";
    case ThresholdTest::norm:
      return "norm";
    case ThresholdTest::symmetric_part:
      return "symmetric-part";
    case ThresholdTest::p_matrix:
      return "p-matrix";
    case ThresholdTest::none:
      break;
  }
  return "none";
}

LayerThreshold find_threshold(const Layer& layer, std::size_t input_dim, Smoothness network, const ThresholdOptions& options) {
  if (const auto* residual = std::get_if<ResidualLayer>(&layer.value)) return ResidualThreshold(*residual, input_dim, network, options).run();
  return plain_threshold(layer, input_dim, network);
}

ThresholdResult find_thresholds(const Network& network, const ThresholdOptions& options) {
  ThresholdResult result;
  const Smoothness smoothness = smoothness_of(network.layers);
  std::size_t width = network.input_dim;
  for (const Layer& layer : network.layers) {
    result.layers.push_back(find_threshold(layer, width, smoothness, options));
    width = output_dim(layer, width);
  }
  conclude(&result);
  if (options.domain) restrict_to_domain(network, options, &result);
  return result;
}

void conclude(ThresholdResult* result) {
  std::size_t regular = 0;
  result->verdict = Verdict::proved;
  result->reason.clear();
  for (std::size_t l = 0; l < result->layers.size(); ++l) {
    const LayerThreshold& layer = result->layers[l];
    if (layer.regular == Regularity::regular) ++regular;
    if (layer.regular == Regularity::regular || result->verdict == Verdict::refuted) continue;
    const bool refuted = layer.regular == Regularity::not_regular;
    if (!refuted && result->verdict == Verdict::undecided) continue;
    result->verdict = refuted ? Verdict::refuted : Verdict::undecided;
    result->reason = "layer " + std::to_string(l + 1) + " (" + layer.kind + (refuted ? ") is not regular: " : ") is undecided: ") + layer.reason;
  }
  if (result->verdict == Verdict::proved) result->reason = "all " + std::to_string(regular) + " layers are regular";
  UniformFactor factor;
  factor.infinite = true;
  bool defined = true;
  for (const LayerThreshold& layer : result->layers) defined = restrict_factor(layer, &factor) && defined;
  result->factor = defined ? std::optional(factor) : std::nullopt;
}

}  // namespace narrows
