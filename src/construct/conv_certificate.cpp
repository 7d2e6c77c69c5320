#include "construct/conv_certificate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/errors.hpp"
#include "construct/conv_identity.hpp"
#include "construct/kuhn_piece.hpp"
#include "construct/point_check.hpp"

namespace narrows {
namespace {

/// That an error is at most its bound: refuted if it is larger, undecided if the bound lies inside the enclosure.
Verdict at_most(const std::optional<Rational>& exact, const Interval& enclosure, double bound) {
  if (!std::isfinite(bound)) return Verdict::undecided;
  if (exact) return *exact <= rational_exact(bound) ? Verdict::proved : Verdict::refuted;
  if (enclosure.upper() <= bound) return Verdict::proved;
  return enclosure.lower() > bound ? Verdict::refuted : Verdict::undecided;
}

Verdict within_bound(const ErrorEnclosure& error, const ErrorBound& bound) {
  const Verdict value = at_most(error.value_exact, error.value, bound.value),
                gradient = at_most(error.gradient_exact, error.gradient, bound.gradient);
  if (value == Verdict::refuted || gradient == Verdict::refuted) return Verdict::refuted;
  return value == Verdict::proved && gradient == Verdict::proved ? Verdict::proved : Verdict::undecided;
}

/// Outward rounding alone carries an enclosure beyond a bound that is attained: by less than this, relative.
constexpr double kRoundingReach = 1e-9;

bool reaches_beyond(const std::optional<Rational>& exact, const Interval& enclosure, double bound) {
  return !exact && !(enclosure.upper() <= bound + kRoundingReach * bound);
}

/// kuhn_error, with smaller and smaller tolerances where an enclosure reaches beyond the bound: attained bounds need them.
ErrorEnclosure error_beside(const ErrorBound& bound, NodalTable& table, unsigned product_depth,
                            double tolerance, const StopToken& stop) {
  ErrorEnclosure error = kuhn_error(table, product_depth, tolerance, stop);
  while (tolerance > kRoundingReach / 4 && !stop.stop_requested() &&
         (reaches_beyond(error.value_exact, error.value, bound.value) ||
          reaches_beyond(error.gradient_exact, error.gradient, bound.gradient)) &&
         bound.value > 0 && bound.gradient > 0 && at_most({}, error.value, bound.value) != Verdict::refuted &&
         at_most({}, error.gradient, bound.gradient) != Verdict::refuted) {
    tolerance /= 64;
    const ErrorEnclosure before = std::exchange(error, kuhn_error(table, product_depth, tolerance, stop));
    if (error.value.upper() >= before.value.upper() && error.gradient.upper() >= before.gradient.upper()) break;
  }
  return error;
}

/// A lower bound of inf |f''| over [0,1] (0 if f'' may vanish).
double least_curvature(const SmoothFunction& f) {
  const unsigned order[1] = {2};
  const double size = f.derivative_bound(order);
  for (const double sign : {1.0, -1.0}) {
    const Interval gap = supremum_on_cube(1, [&](const std::vector<Interval>& box) {
      return Interval(size) - Interval(sign) * f.derivative(order, box);
    });
    const double least = next_down(size - gap.upper());
    if (least > 0) return least;
  }
  return 0;
}

/// `difference`: why the network may not be the function that the errors speak of; nothing if it is proved to be.
void finish(ConvAnswer* answer, const std::optional<std::string>& difference, std::size_t failures,
            const StopToken& stop) {
  answer->parameters = class_of(answer->net);
  answer->within_bound = within_bound(answer->error, answer->bound);
  const bool enclosed = is_finite(answer->error.value) && is_finite(answer->error.gradient);
  if (failures > 0)
    answer->reason = std::to_string(failures) + " points have other values than the errors speak of";
  else if (difference)
    answer->reason = *difference;
  else if (stop.stop_requested())
    answer->reason = "stopped: the enclosures are wide";
  else if (!enclosed)
    answer->reason = "the errors are not enclosed";
  else if (answer->within_bound == Verdict::refuted)
    answer->reason = "an error exceeds the theorem's bound";
  else if (reaches_beyond(answer->error.value_exact, answer->error.value, answer->bound.value) ||
           reaches_beyond(answer->error.gradient_exact, answer->error.gradient, answer->bound.gradient))
    answer->reason = "an enclosure reaches beyond the theorem's bound by more than 1e-9 of it";
  else
    answer->verdict = Verdict::proved;
}

/// Where f̃ = Σ φ_v p_v with all nodes: exactly equal to the network without products, within their deviation with them.
std::size_t count_mismatches(NodalTable& table, const ConvAnswer& answer, const ErrorBound& deviation,
                             std::size_t points) {
  RandomPoints random(1);
  std::size_t mismatches = 0;
  for (std::size_t k = 0; k < points; ++k) {
    std::vector<Rational> x, direction;
    for (std::size_t i = 0; i < table.dim(); ++i) {
      // Nodes and walls of the mesh are frequent: kinks.
      x.push_back(random.below(2) == 0 ? Rational(random.below(table.n() + 1)) / Rational(table.n())
                                       : random.between(0, 1));
      direction.push_back(x.back() == 1   ? Rational(-1)
                          : x.back() == 0 ? Rational(1)
                                          : Rational(random.below(3)) - 1);
    }
    const KuhnPiece piece(table, simplex_at(x, direction, table.n()));
    const ValueAndSlope expected = piece.approximant_exact(x, direction),
                        got = value_and_slope(answer.net, x, direction);
    mismatches +=
        abs(got.value - expected.value) > rational_exact(deviation.value) ||
        abs(got.slope - expected.slope) > rational_exact(deviation.gradient) * Rational(table.dim());
  }
  return mismatches;
}

void require(bool condition, const std::string& option, const std::string& what, const std::string& mend) {
  if (!condition) throw InputError(option, what, mend, ExitCode::usage);
}

/// Rational evaluations cost about this many operations per point.
std::size_t weights_of(const ConvResNet& net) {
  std::size_t weights = 0;
  for (const auto& block : net.blocks)
    for (const ConvLayer& layer : block) weights += layer.weight.size() * net.positions;
  return weights;
}

std::size_t affordable_points(const ConvResNet& net) {
  return std::clamp<std::size_t>(20'000'000 / (weights_of(net) + 1), 4, 200);
}

/// One-dimensional errors are those of the network's own linear pieces (line_form): nothing is left to compare.
const std::optional<std::string> kByLineForm;

ConvAnswer theorem_c(const ConvRequest& request, const SmoothFunction& f) {
  ConvAnswer answer;
  NodalTable table(f, request.n, 0);
  answer.net = interpolant_network(table, request.options.group);
  const LineFunction g = line_form(answer.net);
  answer.error = line_error(f, g, request.tolerance / 2000, request.stop);
  answer.bound = theorem_bound(table, 0);
  answer.pieces = pieces_on_unit_interval(g);
  answer.gradient_lower_bound = next_down(least_curvature(f) / static_cast<double>(2 * *answer.pieces));
  answer.points = affordable_points(answer.net);
  finish(&answer, kByLineForm, count_mismatches(table, answer, {}, answer.points), request.stop);
  return answer;
}

ConvAnswer theorem_d_or_h(const ConvRequest& request, const SmoothFunction& f) {
  ConvAnswer answer;
  NodalTable table(f, request.n, request.theorem == 'D' ? 0 : 2);
  const auto nodes = all_nodes(request.dim, request.n);
  answer.hats = nodes.size();
  answer.net = hat_network(table, nodes, request.product_depth, request.options);
  const unsigned m = request.theorem == 'D' ? 0 : request.product_depth;
  answer.bound = theorem_bound(table, m);
  answer.error =
      error_beside(answer.bound, table, m,
                   m == 0 && request.dim < 3 ? request.tolerance : 5 * request.tolerance, request.stop);
  answer.points = affordable_points(answer.net);
  const ErrorBound deviation = m == 0 ? ErrorBound{} : product_deviation(table, m);
  const auto difference = difference_from_hats(answer.net, table, nodes, m, false, request.stop);
  finish(&answer, difference, count_mismatches(table, answer, deviation, answer.points), request.stop);
  return answer;
}

ConvAnswer theorem_e(const ConvRequest& request, const SmoothFunction& f) {
  ConvAnswer answer;
  NodalTable table(f, request.n, 0);
  const ManifoldError along = manifold_error(table, request.manifold, request.stop);
  answer.hats = along.nodes.size();
  answer.net = hat_network(table, along.nodes, 0, request.options);
  answer.error = along.error;
  answer.bound = along.bound;
  finish(&answer, difference_from_hats(answer.net, table, along.nodes, 0, false, request.stop), 0,
         request.stop);
  return answer;
}

ConvAnswer theorem_g(const ConvRequest& request, const SmoothFunction& f) {
  ConvAnswer answer;
  NodalTable table(f, request.n, 2);
  answer.net = taylor_network(table, request.product_depth, request.options.group);
  answer.bound = theorem_bound(table, request.product_depth);
  answer.error = error_beside(answer.bound, table, request.product_depth, request.tolerance, request.stop);
  answer.points = affordable_points(answer.net);
  const auto difference = difference_from_hats(answer.net, table, all_nodes(1, request.n),
                                               request.product_depth, true, request.stop);
  finish(&answer, difference,
         count_mismatches(table, answer, product_deviation(table, request.product_depth), answer.points),
         request.stop);
  return answer;
}

/// |prod − xy| <= 4^-(m+1) and the gradient error is at most 2^-m (Theorem F); both are met, up to a tiny distance from the kinks.
ConvAnswer theorem_f(const ConvRequest& request) {
  ConvAnswer answer;
  answer.net = product_network(request.product_depth, request.options);
  answer.bound = {std::ldexp(1.0, -2 * static_cast<int>(request.product_depth) - 2),
                  std::ldexp(1.0, -static_cast<int>(request.product_depth))};
  const Rational step = rational_exact(answer.bound.gradient), tiny = step / 1048576;
  const auto error_at = [&](const Rational& a, const Rational& b) {  // a = (x+y)/2, b = (x−y)/2
    const Rational x = a + b, y = a - b;
    const ValueAndSlope got = value_and_slope(answer.net, {x, y}, {Rational(1), Rational(0)});
    ++answer.points;
    return ValueAndSlope{abs(got.value - x * y), abs(got.slope - y)};
  };
  const Rational value = error_at(step / 2, 0).value, slope = error_at(step + tiny, step - tiny).slope;
  answer.error.value = Interval(enclose(value).lower(), answer.bound.value);
  answer.error.gradient = Interval(enclose(slope).lower(), answer.bound.gradient);
  std::size_t failures = 0;
  RandomPoints random(1);
  for (int k = 0; k < 200; ++k) {
    const Rational x = random.between(0, 1), y = random.between(0, 1);
    const ValueAndSlope got =
        value_and_slope(answer.net, {x, y}, {x == 1 ? Rational(-1) : Rational(1), Rational(0)});
    ++answer.points;
    failures += abs(got.value - x * y) > rational_exact(answer.bound.value) ||
                abs(abs(got.slope) - y) > rational_exact(answer.bound.gradient);
  }
  finish(&answer, difference_from_product(answer.net, request.product_depth, request.stop), failures,
         request.stop);
  return answer;
}

}  // namespace

ConvAnswer construct_convresnet(const ConvRequest& request) {
  const char theorem = request.theorem;
  require(theorem >= 'C' && theorem <= 'H', "--theorem",
          "there is no Theorem '" + std::string(1, theorem) + "' here", "use C, D, E, F, G or H");
  require(request.options.group >= 1, "--group", "is 0", "use 1 or more");
  require(request.product_depth >= 1 && request.product_depth <= 24, "--product-depth", "is not in 1 … 24",
          "use for example 8");
  if (theorem == 'F') return theorem_f(request);
  const std::size_t dim = request.dim;
  require(dim >= 1 && dim <= 3, "--dim", "is not in 1 … 3", "use 1, 2 or 3");
  require((theorem != 'C' && theorem != 'G') || dim == 1, "--dim", "Theorems C and G have one dimension",
          "use --dim 1, or Theorem D or H");
  require(theorem != 'E' || !request.manifold.empty(), "--manifold", "is missing",
          "use circle, curve or sphere");
  require(request.options.filter == 0 || request.options.filter >= std::min<std::size_t>(dim, 2), "--filter",
          "a filter of size 1 does not reach other positions", "use 2 or more");
  const double nodes =
      std::pow(static_cast<double>(request.n + 1), static_cast<double>(theorem == 'E' ? dim - 1 : dim));
  require(request.n >= 1 && nodes <= 20'000, "--n", "is 0 or needs more than 20,000 hats",
          "use a coarser mesh");
  const auto f = make_smooth_function(request.target, dim);
  switch (theorem) {
    case 'C':
      return theorem_c(request, *f);
    case 'E':
      return theorem_e(request, *f);
    case 'G':
      return theorem_g(request, *f);
    default:
      return theorem_d_or_h(request, *f);
  }
}

ConvAnswer construct_staircase(std::size_t plateaus, const Rational& ramp, std::size_t group) {
  require(plateaus >= 2 && plateaus <= 20'000, "--plateaus", "is not in 2 … 20000", "use for example 1000");
  require(ramp > 0 && ramp <= 1, "--ramp", to_text(ramp) + " is not in (0, 1]", "use for example 1/100");
  ConvAnswer answer;
  answer.net = staircase_network(plateaus, ramp, group);
  const LineFunction g = line_form(answer.net);
  answer.error = line_error(*make_smooth_function("polynomial:x", 1), g);
  answer.bound = {enclose(1 / Rational(2 * plateaus)).upper(),
                  enclose(std::max(Rational(1), Rational(1 / ramp - 1))).upper()};
  answer.pieces = pieces_on_unit_interval(g);
  finish(&answer, kByLineForm, 0, {});
  return answer;
}

ConvAnswer construct_sawtooth(const std::string& target, std::size_t n, unsigned depth,
                              const Rational& amplitude, const StopToken& stop) {
  require(depth >= 1 && depth <= 16, "--depth", "is not in 1 … 16", "use for example 12");
  require(n >= 1 && n <= 20'000, "--n", "is not in 1 … 20000", "use for example 64");
  require(amplitude > 0, "--amplitude", "is not positive", "use for example 1/64");
  const auto f = make_smooth_function(target, 1);
  ConvAnswer answer;
  NodalTable table(*f, n, 0);
  answer.net = sawtooth_network(table, depth, amplitude, 1);
  const LineFunction g = line_form(answer.net);
  answer.error = line_error(*f, g, 1e-3, stop);
  const ErrorBound smooth = theorem_bound(table, 0);
  answer.bound = {
      add_upper(smooth.value, enclose(amplitude).upper()),
      add_upper(smooth.gradient, std::ldexp(enclose(amplitude).upper(), static_cast<int>(depth)))};
  answer.pieces = pieces_on_unit_interval(g);
  finish(&answer, kByLineForm, 0, stop);
  return answer;
}

}  // namespace narrows
