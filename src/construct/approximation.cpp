#include "construct/approximation.hpp"

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "construct/digit_form.hpp"
#include "construct/grid_error.hpp"
#include "construct/one_neuron.hpp"

namespace narrows {
namespace {

constexpr std::size_t kBudget = 40'000;  // boxes for ∫ |f − h|
constexpr std::size_t kLineBudget = 8'000;
const Rational kThetaDefault = Rational(1, 2);

void require_cells(std::size_t dim, std::size_t n, const ApproximationOptions& options) {
  std::size_t cells = 1;
  for (std::size_t i = 0; i < dim && cells <= options.max_cells; ++i) cells *= n;
  if (n == 0 || cells > options.max_cells)
    throw InputError("--n", std::to_string(n) + "^" + std::to_string(dim) + " cells are not in 1 … " + std::to_string(options.max_cells), "use fewer cells per side", ExitCode::usage);
}

Rational bound_of(const GridFunction& h, const Rational& theta, bool fold_free) {
  return (fold_free ? h.oscillation() : h.oscillation_with_zero()) * flank_volume(h.dim, theta);
}

/// 1/q with the bound at most `allowed`.
Rational theta_for(const GridFunction& h, const Rational& allowed) {
  const Rational slope = h.oscillation_with_zero() * Rational(h.dim);
  if (slope <= allowed) return kThetaDefault;
  const Rational q = slope / allowed;
  return 1 / Rational(numerator(q) / denominator(q) + 1);
}

struct Size {
  GridFunction h;
  Rational theta;
};

/// The first n of 1, 2, 3, 4, 6, 8, 12, … for which ∫ |f − h| leaves room for the flanks.
Size size_for_error(const TargetFunction& target, const ApproximationOptions& options) {
  const Rational error = *options.l1_error;
  if (!(error > 0)) throw InputError("--l1-error", to_text(error) + " is not positive", "use a positive error", ExitCode::usage);
  for (std::size_t n = 1;; n = n < 3 ? n + 1 : (n & (n - 1)) == 0 ? n + n / 2 : (n / 3) * 4) {
    std::size_t cells = 1;
    for (std::size_t i = 0; i < target.dim() && cells <= options.max_cells; ++i) cells *= n;
    if (cells > options.max_cells)
      throw InputError("--l1-error", "no grid of at most " + std::to_string(options.max_cells) + " cells comes as close as " + to_text(error), "ask for a larger error", ExitCode::usage);
    const GridFunction h = sample_centres(target, n);
    const Rational to_grid = rational_exact(distance_to_grid(target, h, kThetaDefault, std::max(4 * cells, target.dim() == 1 ? kLineBudget / 4 : kBudget / 4), options.stop).whole.upper());
    if (target.grid() != nullptr || 2 * to_grid <= error) return {h, theta_for(h, error - to_grid)};
    if (options.stop.stop_requested()) throw InputError("--l1-error", "stopped before a grid was found", "allow more time, or ask for a larger error");
  }
}

Size chosen_size(const TargetFunction& target, const ApproximationOptions& options) {
  if (options.l1_error) return size_for_error(target, options);
  std::size_t n = options.n.value_or(0);
  if (const GridFunction* grid = target.grid()) {
    if (options.n && *options.n != grid->n) throw InputError("--n", "the target has " + std::to_string(grid->n) + " cells per side", "leave out --n", ExitCode::usage);
    n = grid->n;
  } else if (!options.n) {
    throw InputError("--n", "the number of cells per side is missing", "give --n N, or --l1-error E", ExitCode::usage);
  }
  require_cells(target.dim(), n, options);
  const Rational theta = options.theta.value_or(n == 1 ? Rational(1, 2) : Rational(1) / Rational(n));
  if (!(theta > 0 && theta < 1)) throw InputError("--theta", to_text(theta) + " is not in (0,1)", "use for example 1/8", ExitCode::usage);
  return {sample_centres(target, n), theta};
}

/// What the network's own form says: the error on the cube, values on cores and outside.
void analyse(Approximation* a, const StopToken& stop) {
  if (a->h.dim == 1) {
    const LineFunction form = line_form(a->net);
    a->to_grid = grid_error_exact(form, a->h);
    a->claims = grid_claims(form, a->h, a->theta);
    a->direct_corners = form.x().size() + a->h.n;
    return;
  }
  std::string why;
  const auto form = digit_form(a->net, &why);
  if (!form) return;
  a->to_grid = grid_error_exact(*form, a->h, stop);
  a->claims = grid_claims(*form, a->h, a->theta, !a->fold_free);
  a->direct_corners = direct_corners(*form, a->h, kDirectCorners);
}

void enclose_distance_to_target(const TargetFunction& target, Approximation* a, const StopToken& stop) {
  if (!a->to_grid) return;
  if (target.grid() != nullptr) {
    a->to_target_exact = a->to_grid;
    a->to_target = enclose(*a->to_grid);
    return;
  }
  if (a->h.dim == 1) {
    a->to_target = distance_to_line(target, line_form(a->net), std::max(kLineBudget, 16 * a->h.n), stop);
    return;
  }
  const GridDistance f = distance_to_grid(target, a->h, a->theta, std::max(kBudget, 8 * a->h.cells()), stop);
  // On the cores N = h; on the flanks | |f − h| − |N − h| | <= |f − N| <= |f − h| + |N − h|.
  const Interval network = enclose(*a->to_grid);
  const Interval flanks(std::fmax(0.0, (f.whole - f.cores).lower()), (f.whole - f.cores).upper());
  const Interval gap = flanks - network;
  const double least = gap.lower() > 0 ? gap.lower() : gap.upper() < 0 ? -gap.upper() : 0.0;
  a->to_target = Interval((f.cores + Interval(least)).lower(), (f.cores + flanks + network).upper());
}

}  // namespace

Approximation approximate(const TargetFunction& target, const ApproximationOptions& options) {
  if (options.fold_free && target.dim() == 1) throw InputError("--fold-free", "Theorem 5 needs two dimensions or more", "use --dim 2", ExitCode::usage);
  Size size = chosen_size(target, options);
  Approximation a;
  a.h = std::move(size.h);
  a.theta = size.theta;
  a.fold_free = options.fold_free;
  a.net = a.h.dim == 1 ? line_network(a.h, a.theta) : a.fold_free ? fold_free_network(a.h, a.theta) : digit_network(a.h, a.theta);
  a.full_blocks = full_block_count(a.h, a.fold_free);
  a.bound = bound_of(a.h, a.theta, a.fold_free);
  a.check = check_points(a.net, a.h, a.theta, options.points, !a.fold_free, options.seed);
  analyse(&a, options.stop);
  enclose_distance_to_target(target, &a, options.stop);
  if (!a.to_grid)
    a.reason = options.stop.stop_requested() ? "stopped before the error was computed" : "the network has not the form that Lemma 4 needs";
  else if (!a.claims.vanishes_outside && !a.fold_free)
    a.reason = "the network does not vanish off the cube";
  else if (!a.claims.equals_on_cores || !a.claims.in_range)
    a.reason = a.claims.in_range ? "the network is not the grid function on all cores" : "the network leaves the range of the grid function";
  else if (*a.to_grid > a.bound)
    a.reason = "the exact error exceeds the theorem's bound";
  else if (a.check.failures > 0)
    a.reason = std::to_string(a.check.failures) + " points have wrong values";
  else
    a.verdict = Verdict::proved;
  return a;
}

}  // namespace narrows
