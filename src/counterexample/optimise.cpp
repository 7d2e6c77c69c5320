#include "counterexample/optimise.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlopt.hpp>

namespace narrows {
namespace {

constexpr double kVeryBad = 1e30;

/// What NLopt calls: counts, keeps the best point, stops on request.
struct Watched {
  const Score& score;
  const OptimiseOptions& options;
  nlopt::opt* optimiser = nullptr;
  Minimum best{{}, std::numeric_limits<double>::infinity()};
  std::size_t scores = 0;

  double at(const std::vector<double>& z) {
    const double value = counted(z);
    if (value < best.score) best = {z, value};
    if (best.score < options.good_enough) optimiser->force_stop();
    return value;
  }

  double counted(const std::vector<double>& z) {
    ++scores;
    if (scores >= options.max_scores || (scores % 64 == 0 && options.stop.stop_requested()))
      optimiser->force_stop();
    const double value = score(z);
    return std::isfinite(value) ? value : kVeryBad;
  }

  /// By central differences, whose points may lie beyond the bounds and are not kept.
  void slope(const std::vector<double>& z, std::vector<double>* gradient) {
    std::vector<double> shifted = z;
    for (std::size_t i = 0; i < z.size(); ++i) {
      const double step = 1e-6 * std::max(1.0, std::fabs(z[i]));
      shifted[i] = z[i] + step;
      const double above = counted(shifted);
      shifted[i] = z[i] - step;
      const double below = counted(shifted);
      shifted[i] = z[i];
      (*gradient)[i] = (above - below) / (2 * step);
    }
  }
};

double evaluate(const std::vector<double>& z, std::vector<double>& gradient, void* data) {
  Watched& watched = *static_cast<Watched*>(data);
  const double value = watched.at(z);
  if (!gradient.empty()) watched.slope(z, &gradient);
  return value;
}

}  // namespace

Minimum minimise(const Score& score, const std::vector<double>& start, const OptimiseOptions& options) {
  nlopt::opt optimiser(options.smooth ? nlopt::LD_LBFGS : nlopt::LN_SBPLX,
                       static_cast<unsigned>(start.size()));
  Watched watched{score, options, &optimiser};
  optimiser.set_lower_bounds(options.lower);
  optimiser.set_upper_bounds(options.upper);
  optimiser.set_min_objective(evaluate, &watched);
  optimiser.set_ftol_rel(1e-12);
  std::vector<double> z = start;
  for (std::size_t i = 0; i < z.size(); ++i) z[i] = std::clamp(z[i], options.lower[i], options.upper[i]);
  watched.at(z);
  double last = 0;
  try {
    optimiser.optimize(z, last);
  } catch (const std::exception&) {
    // Stopped as asked, or rounding ended the progress: the best point is kept in either case.
  }
  return watched.best;
}

}  // namespace narrows
