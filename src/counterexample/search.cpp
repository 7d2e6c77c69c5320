#include "counterexample/search.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "counterexample/optimise.hpp"

namespace narrows {
namespace {

constexpr std::size_t kStartsPerDepth = 8;
constexpr double kWindow = 1.5;  // of the point of interest

/// `x` rounded to a multiple of 2^exponent.
double rounded(double x, int exponent) {
  return std::ldexp(std::nearbyint(std::ldexp(x, -exponent)), exponent);
}

/// Fewer bits first, then closer to 1.
double complexity(double x) {
  if (x == 0) return 0;
  int exponent = 0;
  double odd = std::frexp(std::fabs(x), &exponent);
  int bits = 0;
  for (; odd != std::floor(odd); odd *= 2) ++bits;
  return 1 + bits + 0.01 * std::abs(exponent - 1) + (x < 0 ? 0.001 : 0);
}

class Hunt {
 public:
  Hunt(const Goal& goal, const SearchProgress& progress)
      : goal_(goal), progress_(progress), source_(goal.request().seed) {}

  SearchReport run() {
    const std::size_t fewest = goal_.blocks().first;
    while (!done())
      for (std::size_t blocks = fewest; blocks <= most_blocks() && !done(); ++blocks)
        for (std::size_t start = 0; start < kStartsPerDepth && !done(); ++start)
          from_start(random_start(blocks));
    return std::move(report_);
  }

 private:
  [[nodiscard]] bool stopped() const { return goal_.request().stop.stop_requested(); }
  [[nodiscard]] bool done() const { return report_.finds >= goal_.request().finds || stopped(); }
  /// Once something is found, nothing deeper is of interest.
  [[nodiscard]] std::size_t most_blocks() const {
    return report_.found ? report_.found->candidate.family.blocks : goal_.blocks().second;
  }

  /// Fewer blocks, then fewer bits, then fewer nonzero weights.
  static bool simpler(const Candidate& a, const Candidate& b) {
    const auto measure = [](const Candidate& c) {
      return std::tuple(c.family.blocks, weight_bits(c), nonzero_weights(c));
    };
    return measure(a) < measure(b);
  }

  void keep_simplest(Candidate candidate) {
    auto proved = goal_.prove(candidate);
    if (!proved) return;
    ++report_.finds;
    if (!report_.found || simpler(candidate, report_.found->candidate)) report_.found = std::move(proved);
  }

  Candidate random_start(std::size_t blocks) {
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform(-1, 1);
    Candidate candidate{goal_.family(blocks), {}, {}};
    for (const Tensor& tensor : tensors_of(candidate.family))
      for (std::size_t i = 0; i < tensor.size; ++i)
        candidate.weights.push_back(goal_.bound(candidate.family, tensor.kind) / 3 * normal(source_));
    for (std::size_t i = 0; i < candidate.family.dim; ++i)
      candidate.point.push_back(goal_.start_radius() * uniform(source_));
    return candidate;
  }

  void from_start(const Candidate& start) {
    ++report_.starts;
    tell();
    const auto minimum = descend(start);
    if (!minimum) return;
    ++report_.minima;
    for (int bits = 2; bits <= goal_.request().bits && !stopped(); ++bits)
      for (const int coarser : {0, 1})
        if (auto few = with_few_bits(*minimum, bits, coarser); refutes(&*few)) {
          keep_simplest(simplified(std::move(*few)));
          return;
        }
  }

  /// A candidate that contradicts the claim in floating-point arithmetic.
  std::optional<Candidate> descend(Candidate candidate) const {
    const std::size_t weights = candidate.weights.size();
    // Every variable is measured by its bound, so that all have the same scale.
    std::vector<double> bounds;
    for (const Tensor& tensor : tensors_of(candidate.family))
      bounds.insert(bounds.end(), tensor.size, goal_.bound(candidate.family, tensor.kind));
    bounds.insert(bounds.end(), candidate.point.size(), kWindow);
    const auto unpack = [&candidate, &bounds, weights](const std::vector<double>& z) {
      for (std::size_t i = 0; i < z.size(); ++i)
        (i < weights ? candidate.weights[i] : candidate.point[i - weights]) = bounds[i] * z[i];
    };
    std::vector<double> z = candidate.weights;
    z.insert(z.end(), candidate.point.begin(), candidate.point.end());
    for (std::size_t i = 0; i < z.size(); ++i) z[i] /= bounds[i];
    OptimiseOptions options;
    options.lower.assign(z.size(), -1);
    options.upper.assign(z.size(), 1);
    options.smooth = goal_.smooth();
    options.good_enough = goal_.good_enough();
    options.stop = goal_.request().stop;
    const Minimum minimum = minimise(
        [&](const std::vector<double>& at) { return unpack(at), goal_.score(candidate); }, z, options);
    if (!(minimum.score <= goal_.good_enough())) return std::nullopt;
    unpack(minimum.at);
    return candidate;
  }

  static std::optional<Candidate> with_few_bits(Candidate candidate, int bits, int coarser) {
    for (const Tensor& tensor : tensors_of(candidate.family)) {
      double largest = 0;
      for (std::size_t i = 0; i < tensor.size; ++i)
        largest = std::max(largest, std::fabs(candidate.weights[tensor.begin + i]));
      if (largest == 0) continue;
      int exponent = 0;
      std::frexp(largest, &exponent);  // largest < 2^exponent
      exponent -= bits - 1 - coarser;
      while (std::fabs(rounded(largest, exponent)) >= std::ldexp(1.0, exponent + bits - 1)) ++exponent;
      for (std::size_t i = 0; i < tensor.size; ++i)
        candidate.weights[tensor.begin + i] = rounded(candidate.weights[tensor.begin + i], exponent);
    }
    return candidate;
  }

  bool refutes(Candidate* candidate) {
    ++report_.exact;
    tell();
    return goal_.refutes(candidate);
  }

  // ---- simplification: every step must leave the contradiction proved and must not need more bits

  Candidate simplified(Candidate candidate) {
    while (drop_a_block(&candidate)) {
    }
    for (int pass = 0; pass < 4; ++pass) {
      bool changed = false;
      for (std::size_t i = 0; i < candidate.weights.size() && !stopped(); ++i)
        changed |= simplify_weight(i, &candidate);
      if (!changed) break;
    }
    while (drop_a_block(&candidate)) {
    }
    return candidate;
  }

  bool drop_a_block(Candidate* candidate) {
    if (candidate->family.shared ||
        candidate->family.blocks <= std::max<std::size_t>(1, goal_.blocks().first))
      return false;
    for (std::size_t block = 0; block < candidate->family.blocks; ++block)
      if (accept(without_block(*candidate, block), candidate)) return true;
    return false;
  }

  bool simplify_weight(std::size_t i, Candidate* candidate) {
    const double x = candidate->weights[i];
    if (x == 0) return false;
    const double power = std::ldexp(1.0, std::ilogb(x)), sign = x > 0 ? 1 : -1;
    std::vector<double> simpler{0.0, sign, sign * power, sign * power * 2, sign * power * 1.5, -sign};
    std::erase_if(simpler, [x](double y) { return complexity(y) >= complexity(x); });
    std::stable_sort(simpler.begin(), simpler.end(),
                     [](double a, double b) { return complexity(a) < complexity(b); });
    for (const double y : simpler) {
      Candidate trial = *candidate;
      trial.weights[i] = y;
      if (accept(std::move(trial), candidate)) return true;
    }
    return false;
  }

  bool accept(Candidate trial, Candidate* candidate) {
    if (stopped() || weight_bits(trial) > weight_bits(*candidate) || !refutes(&trial)) return false;
    *candidate = std::move(trial);
    return true;
  }

  void tell() const {
    if (progress_) progress_(report_);
  }

  const Goal& goal_;
  const SearchProgress& progress_;
  std::mt19937_64 source_;
  SearchReport report_;
};

}  // namespace

SearchReport find_counterexample(const Goal& goal, const SearchProgress& progress) {
  return Hunt(goal, progress).run();
}

std::unique_ptr<Goal> make_goal(const CounterexampleRequest& request) {
  require_sensible(request);
  switch (request.claim) {
    case ClaimId::clarke:
      return make_clarke_goal(request);
    case ClaimId::width_d:
      return make_width_goal(request);
    default:
      return make_smooth_goal(request);
  }
}

}  // namespace narrows
