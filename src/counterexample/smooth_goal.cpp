// Counterexamples among smooth narrow ResNets: all of them are networks with a nondegenerate critical point, and something more.
//
// Score   |∇Φ|²/|w|² at the point, plus penalties that keep the Hessian's eigenvalues away from 0 (or all negative, for a bounded level
//         set), so that the critical point survives small changes of the weights; plus what the claim itself demands.
// Proof   Newton's method repairs the point, Krawczyk's test proves it (critical/certify).
#include <algorithm>
#include <cmath>
#include <limits>

#include "counterexample/float_analysis.hpp"
#include "counterexample/goal.hpp"
#include "counterexample/lipschitz_ratio.hpp"
#include "network/chain.hpp"

namespace narrows {
namespace {

constexpr double kWindow = 2;              // proofs speak of [−2, 2]^d
constexpr std::size_t kMaxBoxes = 20'000;  // for networks of one block; deep ones take longer for each
const std::string kWhere = "counterexample";

double square(double x) {
  return x * x;
}
double excess(double x) {
  return x > 0 ? x * x : 0;
}

Domain box_round(const std::vector<double>& x, double radius) {
  Domain domain{Domain::Type::box, x.size(), {}, 0};
  for (const double entry : x) {
    domain.box.lower.push_back(entry - radius);
    domain.box.upper.push_back(entry + radius);
  }
  return domain;
}

Domain cube(std::size_t dim, double radius) {
  return box_round(std::vector<double>(dim, 0.0), radius);
}

class CriticalPointGoal : public Goal {
 public:
  using Goal::Goal;

  Family family(std::size_t blocks) const override {
    Family family;
    family.dim = dim();
    family.blocks = blocks;
    family.neurons = request_.width.value_or(dim());
    family.activation = request_.activation.value_or(Activation::tanh);
    family.ratio =
        request_.ratio ? simplest_dyadic(request_.ratio->first, request_.ratio->second) : Rational(1);
    return family;
  }

  std::pair<std::size_t, std::size_t> blocks() const override { return {1, request_.depth.value_or(2)}; }

  double bound(const Family& family, Tensor::Kind kind) const override {
    return kind == Tensor::Kind::output
               ? 2
               : 3 * std::max(1.0, 1 / std::sqrt(mpq_get_d(family.ratio.backend().data())));
  }

  double score(const Candidate& candidate) const override {
    std::vector<double> gradient;
    (void)value_approx(candidate, candidate.point, &gradient);
    const double w = output_norm(candidate);
    double sum = square(norm_approx(gradient) / w) + excess(0.5 - w);
    const double scale = curvature_scale(candidate) * w;
    for (const double eigenvalue :
         eigenvalues_approx(hessian_approx(candidate, candidate.point), candidate.point.size()))
      sum += curvature_penalty(eigenvalue / scale);
    return sum + penalty(candidate);
  }

  /// False if they were cut short.
  bool add_thresholds(Counterexample* found) const {
    ThresholdOptions options;
    options.stop = request_.stop;
    found->thresholds = find_thresholds(found->network, options);
    return !request_.stop.stop_requested();
  }

  double good_enough() const override { return 1e-12; }

  bool refutes(Candidate* candidate) const override {
    if (!premise(candidate) || !repair_point(candidate)) return false;
    const double radius = 0x1p-8 / curvature_scale(*candidate);
    const CertifyResult result = certified(*candidate, box_round(candidate->point, radius), 2000);
    return result.verdict == Verdict::refuted && has_wanted_index(result);
  }

  std::optional<Counterexample> prove(const Candidate& candidate) const override {
    Counterexample found;
    found.claim = request_.claim;
    found.candidate = candidate;
    found.network = network_of(candidate, refutable_claim(request_.claim).name);
    found.critical = certified_widely(candidate);
    if (found.critical->verdict != Verdict::refuted || !complete(&found)) return std::nullopt;
    return found;
  }

 protected:
  virtual double domain_radius() const { return kWindow; }
  /// Typical size of second derivatives of Φ/|w|.
  virtual double curvature_scale(const Candidate&) const { return 1; }
  virtual double curvature_penalty(double eigenvalue) const { return excess(0.2 - std::fabs(eigenvalue)); }
  virtual double penalty(const Candidate&) const { return 0; }
  /// What the claim presupposes, exactly; may choose the family's ratio.
  virtual bool premise(Candidate*) const { return true; }
  virtual bool has_wanted_index(const CertifyResult&) const { return true; }
  /// Adds the claim's own proofs.
  virtual bool complete(Counterexample*) const { return true; }

  /// All critical points in the window, or in a smaller box round the point if there are too many boxes.
  CertifyResult certified_widely(const Candidate& candidate) const {
    const std::size_t boxes = kMaxBoxes / candidate.family.blocks;
    CertifyResult result = certified(candidate, cube(dim(), domain_radius()), boxes);
    for (int halvings = 2; !result.complete && halvings < 8; halvings += 2) {
      const double radius =
          std::ldexp(1.0, -halvings - static_cast<int>(std::ceil(std::log2(curvature_scale(candidate)))));
      std::vector<double> centre;  // with few digits
      for (const double entry : candidate.point)
        centre.push_back(radius / 16 * std::nearbyint(16 / radius * entry));
      result = certified(candidate, box_round(centre, radius), boxes);
    }
    return result;
  }

  CertifyResult certified(const Candidate& candidate, const Domain& domain, std::size_t max_boxes) const {
    CertifyOptions options;
    options.search.stop = request_.stop;
    options.search.max_boxes = max_boxes;
    options.winding = false;
    return certify(make_chain(network_of(candidate, ""), {}, kWhere), domain, options, kWhere);
  }

 private:
  /// Newton's method from the point. False if it ends outside the window or at a nearly degenerate point.
  bool repair_point(Candidate* candidate) const {
    std::vector<double> x = candidate->point, gradient;
    for (int step = 0; step < 30; ++step) {
      (void)value_approx(*candidate, x, &gradient);
      const std::vector<double> change = solve_approx(hessian_approx(*candidate, x), gradient);
      if (change.empty()) return false;
      const double damping = std::min(1.0, 0.5 / (curvature_scale(*candidate) * norm_approx(change)));
      for (std::size_t i = 0; i < x.size(); ++i) x[i] -= damping * change[i];
      if (norm_approx(change) < 1e-13) break;
    }
    (void)value_approx(*candidate, x, &gradient);
    if (!(norm_approx(gradient) < 1e-9)) return false;
    for (const double entry : x)
      if (!(std::fabs(entry) < 0.9 * domain_radius())) return false;
    const double scale = curvature_scale(*candidate) * output_norm(*candidate);
    for (const double eigenvalue : eigenvalues_approx(hessian_approx(*candidate, x), x.size()))
      if (!(curvature_penalty(10 * eigenvalue / scale) == 0)) return false;
    candidate->point = x;
    return true;
  }
};

// ---- lipschitz-ratio

class LipschitzGoal : public CriticalPointGoal {
  using CriticalPointGoal::CriticalPointGoal;
  bool premise(Candidate* candidate) const override {
    return exceeds_lipschitz_ratio(network_of(*candidate, ""));
  }
  bool complete(Counterexample* found) const override {
    return add_thresholds(found);
  }
};

// ---- critical-ratio

/// The family's ratio follows the weights: it is chosen within 1 % above α*.
class CriticalRatioGoal : public CriticalPointGoal {
  using CriticalPointGoal::CriticalPointGoal;
  std::pair<std::size_t, std::size_t> blocks() const override { return {1, 1}; }
  double curvature_penalty(double eigenvalue) const override { return excess(0.02 - std::fabs(eigenvalue)); }

  /// The block is regular at 99.2 % of the ratio: all principal minors of I + 0.992·α·s·W W̃ are positive.
  double penalty(const Candidate& candidate) const override {
    double sum = 0;
    const double slope = largest_slope_approx(candidate.family.activation);
    for (const double minor : principal_minors_approx(candidate, 0, 0.992 * slope))
      sum += excess(0.001 - minor);
    return sum;
  }

  bool premise(Candidate* candidate) const override {
    const auto critical = critical_ratio_of(*candidate);
    if (!critical || critical->status != CriticalRatio::Status::bracket) return false;
    // Strictly above: the bracket's upper end itself may be α*.
    const Rational lower = *critical->upper * Rational(1'000'001) / 1'000'000,
                   upper = critical->lower * Rational(101) / 100;
    if (!(lower < upper)) return false;
    candidate->family.ratio = simplest_dyadic(lower, upper);
    return true;
  }

  bool complete(Counterexample* found) const override {
    const CriticalRatio critical = *critical_ratio_of(found->candidate);
    if (!add_thresholds(found)) return false;
    Candidate below = found->candidate;
    below.family.ratio =
        simplest_dyadic(*critical.upper * Rational(99) / 100, critical.lower * Rational(999'999) / 1'000'000);
    found->below = network_of(below, std::string(refutable_claim(request_.claim).name) + "-below");
    Domain space;
    space.dim = dim();
    found->below_critical = certified(below, space, kMaxBoxes);
    return found->below_critical->verdict == Verdict::proved;
  }

  static std::optional<CriticalRatio> critical_ratio_of(const Candidate& candidate) {
    const Network network = network_of(candidate, "");
    return find_threshold(network.layers.front(), network.input_dim, Smoothness::smooth).critical;
  }

  static double largest_slope_approx(Activation activation) {
    return activation == Activation::sigmoid ? 0.25 : 1;
  }
};

// ---- ode-regime

class OdeRegimeGoal : public CriticalPointGoal {
  using CriticalPointGoal::CriticalPointGoal;
  static constexpr std::size_t kDepth = 16;
  std::pair<std::size_t, std::size_t> blocks() const override {
    const std::size_t depth = request_.depth.value_or(kDepth);
    return {depth, depth};
  }
  Family family(std::size_t blocks) const override {
    Family family = CriticalPointGoal::family(blocks);
    family.shared = true;
    family.ratio = Rational(2) / Rational(blocks);
    return family;
  }
  bool complete(Counterexample* found) const override {
    return add_thresholds(found);
  }
};

// ---- unbounded-levels

class BoundedLevelGoal : public CriticalPointGoal {
  using CriticalPointGoal::CriticalPointGoal;
  double curvature_penalty(double eigenvalue) const override {
    return excess(0.2 + eigenvalue);
  }  // a maximum

  bool has_wanted_index(const CertifyResult& result) const override {
    return std::any_of(result.critical_points.begin(), result.critical_points.end(),
                       [this](const CriticalPoint& point) {
                         return point.inside && point.morse_index == static_cast<int>(dim());
                       });
  }

  /// How far Φ has fallen everywhere on a sphere of this radius round the maximum, by samples.
  double fall_approx(const Candidate& candidate, double radius) const {
    std::mt19937_64 source(1);
    std::normal_distribution<double> normal;
    const double top = value_approx(candidate, candidate.point, nullptr);
    double least = std::numeric_limits<double>::infinity();
    for (int sample = 0; sample < 400; ++sample) {
      std::vector<double> r(dim());
      for (double& entry : r) entry = normal(source);
      const double length = norm_approx(r);
      for (std::size_t i = 0; i < r.size(); ++i) r[i] = candidate.point[i] + radius * r[i] / length;
      least = std::min(least, top - value_approx(candidate, r, nullptr));
    }
    return least;
  }

  bool complete(Counterexample* found) const override {
    double best = 0;
    for (const double radius : {0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0, 1.25})
      best = std::max(best, fall_approx(found->candidate, radius));
    if (!(best > 0)) return false;
    const double top = value_approx(found->candidate, found->candidate.point, nullptr);
    TunnelOptions options;
    options.level = simplest_rational(rational_exact(top - 0.7 * best), rational_exact(top - 0.4 * best));
    options.domain = cube(dim(), 2 * kWindow);
    options.stop = request_.stop;
    std::vector<double> from;
    for (const double entry : found->candidate.point)
      from.push_back(std::ldexp(std::nearbyint(std::ldexp(entry, 10)), -10));
    const Chain chain = make_chain(found->network, {}, kWhere);
    found->tunnel = find_tunnel(chain, from, options, kWhere);
    if (found->tunnel->verdict != Verdict::refuted) return false;
    if (dim() == 2) {
      LevelCurveOptions curve;
      curve.level = options.level;
      curve.max_boxes = 100'000;
      curve.max_crossed_width = 0.125;
      curve.stop = request_.stop;
      found->curve = std::make_shared<LevelCurveResult>(
          level_curve(*level_function(chain, kWhere), options.domain.box, curve));
      if (found->curve->verdict != Verdict::proved)
        found->curve.reset();  // the tunnel refutes the claim without it
    }
    return true;
  }
};

// ---- value-error

/// f(x) = x1 + … + xd; Φ = f + δ·(…) keeps to f within the error, and its gradient, unlike f's, vanishes somewhere.
class ValueErrorGoal : public CriticalPointGoal {
  using CriticalPointGoal::CriticalPointGoal;

  double domain_radius() const override { return 1; }

  Family family(std::size_t blocks) const override {
    Family family = CriticalPointGoal::family(blocks);
    family.free_output = false;
    const Rational half = request_.value_error / 2;
    family.ratio = simplest_dyadic(half, request_.value_error);
    return family;
  }

  double error() const { return mpq_get_d(request_.value_error.backend().data()); }
  double bound(const Family&, Tensor::Kind kind) const override {
    return kind == Tensor::Kind::inner ? 8 / error() : 1;
  }
  double start_radius() const override { return error(); }
  double curvature_scale(const Candidate&) const override { return 1 / error(); }
  std::pair<std::size_t, std::size_t> blocks() const override { return {1, request_.depth.value_or(1)}; }

  double penalty(const Candidate& candidate) const override {
    return excess(error_upper_approx(candidate) / error() - 0.9);
  }
  bool premise(Candidate* candidate) const override { return error_upper_approx(*candidate) <= error(); }

  bool complete(Counterexample* found) const override {
    SupErrorOptions options;
    options.domain = cube(dim(), 1);
    options.relative_gap = 0.005;
    options.stop = request_.stop;
    std::string text;
    for (std::size_t i = 1; i <= dim(); ++i) text += (i > 1 ? "+x" : "x") + std::to_string(i);
    found->error =
        sup_error(make_chain(found->network, {}, kWhere), parse_target(text, dim(), kWhere), options, kWhere);
    return rational_exact(found->error->error.upper()) <= request_.value_error &&
           has_point_in_cube(*found->critical);
  }

  /// The smaller box that certified_widely() may end with need not lie in the cube.
  static bool has_point_in_cube(const CertifyResult& result) {
    return std::any_of(
        result.critical_points.begin(), result.critical_points.end(), [](const CriticalPoint& point) {
          return point.inside && std::all_of(point.box.begin(), point.box.end(),
                                             [](const Interval& side) { return magnitude(side) < 1; });
        });
  }

  /// |Φ − f| on all of R^d: δ sup|σ| Σ_i |Σ_k W̃_ki| for each block.
  static double error_upper_approx(const Candidate& candidate) {
    const Family& family = candidate.family;
    double sum = 0;
    for (const Tensor& tensor : tensors_of(family))
      for (std::size_t i = 0; tensor.kind == Tensor::Kind::outer && i < family.neurons; ++i) {
        double entry = 0;
        for (std::size_t k = 0; k < family.dim; ++k)
          entry += candidate.weights[tensor.begin + k * family.neurons + i];
        sum += std::fabs(entry);
      }
    return sum * (family.activation == Activation::arctan ? M_PI_2 : 1) *
           mpq_get_d(family.ratio.backend().data());
  }
};

}  // namespace

std::unique_ptr<Goal> make_smooth_goal(const CounterexampleRequest& request) {
  switch (request.claim) {
    case ClaimId::critical_ratio:
      return std::make_unique<CriticalRatioGoal>(request);
    case ClaimId::ode_regime:
      return std::make_unique<OdeRegimeGoal>(request);
    case ClaimId::unbounded_levels:
      return std::make_unique<BoundedLevelGoal>(request);
    case ClaimId::value_error:
      return std::make_unique<ValueErrorGoal>(request);
    default:
      return std::make_unique<LipschitzGoal>(request);
  }
}

}  // namespace narrows
