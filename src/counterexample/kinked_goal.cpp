// Counterexamples among piecewise linear networks: T1's trap about Clarke's subdifferential, and width d in L1(R^d).
//
// clarke    All biases are 0, so Φ is positively homogeneous and linear on cones round 0; ∂_CΦ(0) is the hull of their gradients. Score: how far
//           that hull is from containing a small simplex round 0, plus penalties for vertices of the Clarke boxes with small determinants.
// width-d   Score: the mean distance to the hat function max(0, 1 − |x|_∞) on [−1,1]^d. Proof: along a ray the network keeps a value c ≠ 0,
//           so {Φ > c/2} (or {Φ < c/2}) is unbounded; it is a union of polyhedra with interior, so its measure is infinite.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "counterexample/float_analysis.hpp"
#include "counterexample/goal.hpp"
#include "network/chain.hpp"
#include "polyhedral/local_map.hpp"

namespace narrows {
namespace {

const std::string kWhere = "counterexample";

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// Primitive integer vectors with entries up to `size` in magnitude, small ones first.
std::vector<Vector> integer_directions(std::size_t dim, int size) {
  std::vector<Vector> all;
  const int side = 2 * size + 1;
  std::size_t count = 1;
  for (std::size_t i = 0; i < dim; ++i) count *= static_cast<std::size_t>(side);
  for (std::size_t k = 0; k < count; ++k) {
    Vector r;
    int common = 0;
    for (std::size_t i = 0, rest = k; i < dim; ++i, rest /= static_cast<std::size_t>(side)) {
      const int entry = static_cast<int>(rest % static_cast<std::size_t>(side)) - size;
      common = std::gcd(common, entry);
      r.push_back(entry);
    }
    if (common == 1) all.push_back(r);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Vector& a, const Vector& b) { return dot(a, a) < dot(b, b); });
  return all;
}

/// Distance from `corner` to the convex hull of the points, roughly, by Frank and Wolfe's steps with line search.
double hull_distance_approx(const std::vector<Vector>& points, const Vector& corner) {
  Vector nearest = points.front();
  for (std::size_t i = 0; i < corner.size(); ++i) nearest[i] -= corner[i];
  for (int step = 0; step < 60; ++step) {
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < points.size(); ++k)
      if (const double value = dot(points[k], nearest) - dot(corner, nearest); value < least)
        least = value, best = k;
    if (dot(nearest, nearest) - least < 1e-12) break;
    Vector towards(corner.size());
    for (std::size_t i = 0; i < corner.size(); ++i) towards[i] = points[best][i] - corner[i] - nearest[i];
    const double t = std::clamp(-dot(nearest, towards) / dot(towards, towards), 0.0, 1.0);
    for (std::size_t i = 0; i < corner.size(); ++i) nearest[i] += t * towards[i];
  }
  return std::sqrt(dot(nearest, nearest));
}

// ---- clarke

class ClarkeGoal : public Goal {
 public:
  explicit ClarkeGoal(const CounterexampleRequest& request)
      : Goal(request), directions_(integer_directions(dim(), dim() == 2 ? 6 : 2)) {}

  Family family(std::size_t blocks) const override {
    Family family;
    family.dim = dim();
    family.blocks = blocks;
    family.neurons = request_.width.value_or(dim());
    family.activation = request_.activation.value_or(Activation::relu);
    family.biases = false;
    family.ratio =
        request_.ratio ? simplest_dyadic(request_.ratio->first, request_.ratio->second) : Rational(1);
    return family;
  }
  std::pair<std::size_t, std::size_t> blocks() const override {
    return {std::min<std::size_t>(2, request_.depth.value_or(4)), request_.depth.value_or(4)};
  }
  double bound(const Family& family, Tensor::Kind kind) const override {
    return kind == Tensor::Kind::output
               ? 2
               : 2 * std::max(1.0, 1 / std::sqrt(mpq_get_d(family.ratio.backend().data())));
  }
  bool smooth() const override { return false; }
  double good_enough() const override { return 1e-4; }

  double score(const Candidate& candidate) const override {
    double sum = hull_score(candidate, 0.15);
    for (std::size_t block = 0; block < candidate.family.blocks; ++block)
      for (const double minor : principal_minors_approx(candidate, block, 1))
        sum += std::max(0.0, 0.3 - minor);
    return sum;
  }

  bool refutes(Candidate* candidate) const override {
    if (!(hull_score(*candidate, 0) < 1e-3)) return false;
    std::fill(candidate->point.begin(), candidate->point.end(), 0.0);
    return all_regular(*candidate) && hull_of(*candidate).has_value();
  }

  std::optional<Counterexample> prove(const Candidate& candidate) const override {
    Counterexample found;
    found.claim = request_.claim;
    found.candidate = candidate;
    found.network = network_of(candidate, refutable_claim(request_.claim).name);
    found.regular = prove_layers_regular(chain_of(candidate));
    found.clarke = hull_of(candidate);
    if (!found.clarke || !all_regular(candidate)) return std::nullopt;
    return found;
  }

 private:
  static Chain chain_of(const Candidate& candidate) {
    return make_chain(network_of(candidate, ""), {}, kWhere);
  }

  static bool all_regular(const Candidate& candidate) {
    const auto tests = prove_layers_regular(chain_of(candidate));
    return std::find(tests.begin(), tests.end(), RegularityTest::none) == tests.end();
  }

  std::optional<ClarkeHull> hull_of(const Candidate& candidate) const {
    std::vector<RationalPoint> exact;
    for (const Vector& r : directions_) {
      exact.emplace_back();
      for (const double entry : r) exact.back().push_back(rational_exact(entry));
    }
    return clarke_hull(chain_of(candidate), RationalPoint(dim()), exact);
  }

  /// The farthest that a corner of a simplex of this size round 0 is from the hull of the gradients, as a multiple of their mean length.
  double hull_score(const Candidate& candidate, double size) const {
    std::vector<Vector> gradients;
    Vector gradient;
    double mean = 0;
    for (const Vector& r : directions_) {
      (void)value_approx(candidate, r, &gradient);
      gradients.push_back(gradient);
      mean += std::sqrt(dot(gradient, gradient)) / static_cast<double>(directions_.size());
    }
    if (!(mean > 0)) return 1;
    for (Vector& g : gradients)
      for (double& entry : g) entry /= mean;
    double farthest = 0;
    for (std::size_t corner = 0; corner <= dim(); ++corner) {
      Vector at(dim(), corner == dim() ? -size : 0.0);
      if (corner < dim()) at[corner] = size;
      farthest = std::max(farthest, hull_distance_approx(gradients, at));
      if (size == 0) break;
    }
    return farthest;
  }

  std::vector<Vector> directions_;
};

// ---- width-d

class WidthGoal : public Goal {
 public:
  explicit WidthGoal(const CounterexampleRequest& request)
      : Goal(request), samples_(grid(dim(), dim() == 2 ? 17 : 5)) {
    for (const Vector& x : samples_) {
      double size = 0;
      for (const double entry : x) size = std::max(size, std::fabs(entry));
      target_.push_back(std::max(0.0, 1 - size));
    }
    std::vector<double> sorted = target_;
    std::sort(sorted.begin(), sorted.end());
    double zero = 0;
    for (const double f : target_) {
      constant_error_ += std::fabs(f - sorted[sorted.size() / 2]);
      zero += f;
    }
    constant_error_ /= zero;
  }

  Family family(std::size_t blocks) const override {
    Family family;
    family.dim = family.neurons = dim();
    family.blocks = blocks;
    family.activation = Activation::relu;
    family.residual = false;
    return family;
  }
  std::pair<std::size_t, std::size_t> blocks() const override { return {1, request_.depth.value_or(3)}; }
  double bound(const Family&, Tensor::Kind) const override { return 2; }
  bool smooth() const override { return false; }
  double good_enough() const override { return 0.85 * constant_error_; }

  /// Sampled L1 error on the cube as a share of that of the zero network.
  double score(const Candidate& candidate) const override {
    double error = 0, zero = 0;
    for (std::size_t k = 0; k < samples_.size(); ++k) {
      error += std::fabs(target_[k] - value_approx(candidate, samples_[k], nullptr));
      zero += target_[k];
    }
    return error / zero;
  }

  bool refutes(Candidate* candidate) const override {
    if (!(score(*candidate) < 0.9 * constant_error_)) return false;
    const auto peak =
        std::max_element(samples_.begin(), samples_.end(), [candidate](const Vector& a, const Vector& b) {
          return std::fabs(value_approx(*candidate, a, nullptr)) <
                 std::fabs(value_approx(*candidate, b, nullptr));
        });
    candidate->point = *peak;
    return ray_of(*candidate).has_value();
  }

  std::optional<Counterexample> prove(const Candidate& candidate) const override {
    const auto ray = ray_of(candidate);
    if (!ray) return std::nullopt;
    Counterexample found;
    found.claim = request_.claim;
    found.candidate = candidate;
    found.network = network_of(candidate, refutable_claim(request_.claim).name);
    found.cube_error = score(candidate);
    const Chain chain = chain_of(candidate);
    const Rational value = local_map(chain, exact(candidate.point)).value;
    LevelSetOptions options;
    options.stop = request_.stop;
    options.level =
        value > 0 ? simplest_rational(value / 3, value * 2 / 3) : simplest_rational(value * 2 / 3, value / 3);
    found.levels = analyse_level_sets(chain, options, kWhere);
    const auto& beyond = value > 0 ? found.levels->sets.superlevel : found.levels->sets.sublevel;
    if (!beyond || beyond->status != SetStatus::unbounded) return std::nullopt;
    RationalPoint near = ray->path.back();
    for (std::size_t i = 0; i < near.size(); ++i) near[i] += ray->direction[i];
    found.growth = growth_certificate(chain, near, 1);
    return found;
  }

 private:
  static Chain chain_of(const Candidate& candidate) {
    return make_chain(network_of(candidate, ""), {}, kWhere);
  }

  static RationalPoint exact(const Vector& x) {
    RationalPoint point;
    for (const double entry : x) point.push_back(rational_exact(entry));
    return point;
  }

  /// A ray from the point on which Φ keeps its value there, which is not 0.
  static std::optional<LevelRay> ray_of(const Candidate& candidate) {
    const Chain chain = chain_of(candidate);
    const RationalPoint from = exact(candidate.point);
    if (local_map(chain, from).value == 0) return std::nullopt;
    return constant_ray(chain, from).ray;
  }

  static std::vector<Vector> grid(std::size_t dim, int side) {
    std::vector<Vector> points{{}};
    for (std::size_t i = 0; i < dim; ++i) {
      std::vector<Vector> longer;
      for (const Vector& x : points)
        for (int k = 0; k < side; ++k) {
          longer.push_back(x);
          longer.back().push_back(-1 + 2.0 * k / (side - 1));
        }
      points = std::move(longer);
    }
    return points;
  }

  std::vector<Vector> samples_;
  Vector target_;
  double constant_error_ = 0;  ///< of the best constant, as score() measures it
};

}  // namespace

std::unique_ptr<Goal> make_clarke_goal(const CounterexampleRequest& request) {
  return std::make_unique<ClarkeGoal>(request);
}
std::unique_ptr<Goal> make_width_goal(const CounterexampleRequest& request) {
  return std::make_unique<WidthGoal>(request);
}

}  // namespace narrows
