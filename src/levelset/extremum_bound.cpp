// The lower bound of T6 for values (sup_error.hpp): extrema of the target over the boundary, enclosed, against its values inside.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "levelset/sup_error.hpp"
#include "network/activation_jet.hpp"

namespace narrows {
namespace {

constexpr std::size_t kMaxPieces = 1 << 14;
constexpr int kSamples = 2000, kPolishing = 80;
constexpr double kSmall = 1e-10;

/// A piece of the boundary's parameters, and the box of points that it stands for.
struct Piece {
  std::vector<Interval> box;
  double lower = -kInfinity, upper = kInfinity;
};

/// Pieces of the boundary: faces of a box; for a sphere boxes that meet it.
std::vector<Piece> boundary_pieces(const Domain& domain) {
  std::vector<Piece> pieces;
  std::vector<Interval> whole;
  for (std::size_t i = 0; i < domain.dim; ++i)
    whole.push_back(domain.type == Domain::Type::ball ? Interval(-domain.radius, domain.radius)
                                                      : Interval(domain.box.lower[i], domain.box.upper[i]));
  if (domain.type == Domain::Type::ball && domain.dim > 1) return {{whole}};
  for (std::size_t i = 0; i < domain.dim; ++i)
    for (const double end : {whole[i].lower(), whole[i].upper()}) {
      pieces.push_back({whole});
      pieces.back().box[i] = Interval(end);
    }
  return pieces;
}

bool meets_sphere(const std::vector<Interval>& box, double radius) {
  Interval sum = 0.0;
  for (const Interval& side : box) sum += square(side);
  const Interval r2 = square(Interval(radius));
  return !disjoint(sum, r2);
}

/// The largest value of f over the boundary, enclosed from above.
double boundary_maximum_upper(const Target& target, const Domain& domain, bool negated) {
  std::vector<Piece> pieces = boundary_pieces(domain);
  const bool sphere = domain.type == Domain::Type::ball && domain.dim > 1;
  const auto evaluate = [&](Piece* piece) {
    const Interval f = value_on(target, piece->box).range(), g = negated ? -f : f;
    piece->upper = g.upper();
  };
  for (Piece& piece : pieces) evaluate(&piece);
  const auto by_upper = [](const Piece& a, const Piece& b) { return a.upper < b.upper; };
  std::make_heap(pieces.begin(), pieces.end(), by_upper);
  for (std::size_t steps = 0; steps < kMaxPieces; ++steps) {
    std::size_t widest = 0;
    const Piece worst = pieces.front();
    for (std::size_t i = 1; i < worst.box.size(); ++i)
      if (width_upper(worst.box[i]) > width_upper(worst.box[widest])) widest = i;
    if (!(width_upper(worst.box[widest]) > kSmall)) break;
    std::pop_heap(pieces.begin(), pieces.end(), by_upper);
    pieces.pop_back();
    const double middle = midpoint(worst.box[widest]);
    for (const Interval half :
         {Interval(worst.box[widest].lower(), middle), Interval(middle, worst.box[widest].upper())}) {
      Piece part = worst;
      part.box[widest] = half;
      if (sphere && !meets_sphere(part.box, domain.radius)) continue;
      evaluate(&part);
      pieces.push_back(std::move(part));
      std::push_heap(pieces.begin(), pieces.end(), by_upper);
    }
  }
  return pieces.front().upper;
}

/// Exact where f is constant on the sphere.
Interval boundary_extremum(const Target& target, const Domain& domain, bool maximum) {
  if (domain.type == Domain::Type::ball) {
    if (const auto c = radial_coefficients(target.terms, domain.dim); !c.empty()) {
      Rational sum = 0;
      const Rational r2 = rational_exact(domain.radius) * rational_exact(domain.radius);
      for (std::size_t k = c.size(); k-- > 0;) sum = sum * r2 + c[k];
      const Interval p = enclose(sum);
      return target.type == Target::Type::polynomial
                 ? p
                 : jet_over(ActivationFunction<Interval>{Activation::sigmoid, 0.0}, p)[0];
    }
  }
  if (domain.dim == 1) {
    const bool ball = domain.type == Domain::Type::ball;
    const Interval a = value_at(target, Point{ball ? -domain.radius : domain.box.lower[0]}),
                   b = value_at(target, Point{ball ? domain.radius : domain.box.upper[0]});
    return maximum ? Interval(std::fmax(a.lower(), b.lower()), std::fmax(a.upper(), b.upper()))
                   : Interval(std::fmin(a.lower(), b.lower()), std::fmin(a.upper(), b.upper()));
  }
  const double bound = boundary_maximum_upper(target, domain, !maximum);
  return maximum ? Interval(-kInfinity, bound) : Interval(-bound, kInfinity);
}

/// An interior point at which `sign`·f is large, as floating-point arithmetic sees it: spread points, then a pattern search.
Point best_inside(const Target& target, const Domain& domain, double sign) {
  const std::size_t d = domain.dim;
  constexpr std::array<int, 6> primes{2, 3, 5, 7, 11, 13};
  const auto pulled_in = [&](Point x) {
    if (domain.type == Domain::Type::ball) {
      double square = 0;
      for (const double t : x) square += t * t;
      const double allowed = 0.99 * domain.radius;
      if (square > allowed * allowed)
        for (double& t : x) t *= allowed / std::sqrt(square);
    } else {
      for (std::size_t i = 0; i < d; ++i) {
        const double margin = 0.005 * (domain.box.upper[i] - domain.box.lower[i]);
        x[i] = std::clamp(x[i], domain.box.lower[i] + margin, domain.box.upper[i] - margin);
      }
    }
    return x;
  };
  Point best;
  double value = -kInfinity, size = 0;
  for (int k = 0; k <= kSamples; ++k) {
    Point x;
    for (std::size_t i = 0; i < d; ++i) {
      double share = 0, unit = 1;  // radical inverse; the centre first
      for (int n = k; n > 0; n /= primes[i % primes.size()])
        share += (unit /= primes[i % primes.size()]) * (n % primes[i % primes.size()]);
      if (k == 0) share = 0.5;
      const double lower = domain.type == Domain::Type::ball ? -domain.radius : domain.box.lower[i],
                   upper = domain.type == Domain::Type::ball ? domain.radius : domain.box.upper[i];
      x.push_back((1 - share) * lower + share * upper);
      size = std::fmax(size, upper - lower);
    }
    x = pulled_in(x);
    if (const double v = sign * value_approx(target, x); v > value) value = v, best = x;
  }
  double step = 0.02 * size;
  for (int k = 0; k < kPolishing; ++k) {
    bool better = false;
    for (std::size_t i = 0; i < d; ++i)
      for (const double move : {step, -step}) {
        Point other = best;
        other[i] += move;
        other = pulled_in(other);
        if (const double v = sign * value_approx(target, other); v > value)
          value = v, best = other, better = true;
      }
    if (!better) step *= 0.5;
  }
  return best;
}

}  // namespace

ExtremumBound extremum_bound(const Target& target, const Domain& domain) {
  ExtremumBound best;
  for (const bool maximum : {true, false}) {
    const Point x = best_inside(target, domain, maximum ? 1 : -1);
    const Interval value = value_at(target, x), boundary = boundary_extremum(target, domain, maximum);
    const double first = maximum ? value.lower() : boundary.lower(),
                 second = maximum ? boundary.upper() : value.upper();
    if (!std::isfinite(first) || !std::isfinite(second)) continue;
    const double bound = enclose((rational_exact(first) - rational_exact(second)) / 2).lower();
    if (bound > best.bound) best = {bound, maximum, x, value, boundary};
  }
  return best;
}

}  // namespace narrows
