// The C¹ version of T6 (sup_error.hpp): gradients on the boundary, its pieces as boxes in order round the domain.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/errors.hpp"
#include "levelset/sup_error.hpp"
#include "network/evaluate.hpp"

namespace narrows {
namespace {

constexpr std::size_t kMaxPieces = 600;

/// The boundary as closed pieces over the parameter [0, 4]: the ends of an interval (d = 1), the sides of a box, or the quarters of a circle.
class Boundary {
 public:
  explicit Boundary(const Domain& domain) : domain_(domain) {
    const bool ball = domain.type == Domain::Type::ball;
    for (std::size_t i = 0; i < domain.dim; ++i) {
      lower_.push_back(ball ? -domain.radius : domain.box.lower[i]);
      upper_.push_back(ball ? domain.radius : domain.box.upper[i]);
    }
  }

  /// Whole and even parts of [0, 4]: the first pieces. Parameters are multiples of a power of 2.
  [[nodiscard]] std::vector<std::pair<double, double>> parts(int each) const {
    std::vector<std::pair<double, double>> result;
    if (domain_.dim == 1) return {{0, 0}, {1, 1}};
    for (int k = 0; k < 4 * each; ++k)
      result.emplace_back(static_cast<double>(k) / each, static_cast<double>(k + 1) / each);
    return result;
  }

  /// A box that holds the piece; from and to lie in one of [0, 1], …, [3, 4].
  [[nodiscard]] std::vector<Interval> box(double from, double to) const {
    if (domain_.dim == 1) return {Interval(from == 0 ? lower_[0] : upper_[0])};
    if (domain_.type == Domain::Type::ball) {
      const Interval angle = pi(Interval(0.0)) * Interval(0.5) * Interval(from, to), radius(domain_.radius);
      return {radius * cos(angle), radius * sin(angle)};
    }
    const double side = std::fmin(std::floor(from), 3), a = from - side, b = to - side;
    const auto share = [&](std::size_t axis, double t) {
      return t == 1 ? upper_[axis] : (1 - t) * lower_[axis] + t * upper_[axis];
    };
    const std::size_t axis = side == 0 || side == 2 ? 0 : 1;
    std::vector<Interval> result(2);
    result[axis] = side < 2 ? Interval(share(axis, a), share(axis, b))
                            : Interval(share(axis, 1 - b), share(axis, 1 - a));
    result[1 - axis] = side == 0 ? lower_[1] : side == 1 ? upper_[0] : side == 2 ? upper_[1] : lower_[0];
    return result;
  }

 private:
  const Domain& domain_;
  Point lower_, upper_;
};

/// ∇f over a box in forms of its coordinates.
class TargetGradient {
 public:
  explicit TargetGradient(const Target& target) : target_(target) {
    for (std::size_t i = 0; i < target.dim; ++i)
      partial_.push_back({Target::Type::polynomial, target.dim, derivative_exact(target.terms, i), ""});
  }
  [[nodiscard]] std::vector<AffineForm> operator()(const std::vector<Interval>& box) const {
    std::vector<AffineForm> gradient;
    for (const Target& partial : partial_) gradient.push_back(value_on(partial, box));
    if (target_.type == Target::Type::polynomial) return gradient;
    const Target exponent{Target::Type::polynomial, target_.dim, target_.terms, ""};
    AffineForm value, slope;
    activate(ActivationFunction<Interval>{Activation::sigmoid, 0.0}, value_on(exponent, box), &value, &slope);
    for (AffineForm& entry : gradient) entry = entry * slope;
    return gradient;
  }

 private:
  const Target& target_;
  std::vector<Target> partial_;
};

Interval length_of(const std::vector<AffineForm>& v) {
  Interval sum = 0.0;
  for (const AffineForm& entry : v) sum += square(entry.range());
  return sqrt(sum);
}

/// The degree of ∇f round the pieces, in quarter turns: every piece needs a component of ∇f with one strict sign. Neighbours share a point, so their
/// signs are those of directions at most a right angle apart. nullopt if a piece has none.
std::optional<int> quarter_turns(const std::vector<std::vector<AffineForm>>& gradients) {
  std::vector<int> direction;
  for (const auto& g : gradients) {
    const Interval x = g[0].range(), y = g[1].range();
    direction.push_back(is_positive(x)   ? 0
                        : is_positive(y) ? 1
                        : is_negative(x) ? 2
                        : is_negative(y) ? 3
                                         : -1);
    if (direction.back() < 0) return std::nullopt;
  }
  int quarters = 0;
  for (std::size_t k = 0; k < direction.size(); ++k) {
    const int turn = (direction[(k + 1) % direction.size()] - direction[k] + 4) % 4;
    if (turn == 2) return std::nullopt;  // opposite half-planes have no common point: cannot happen
    quarters += turn == 3 ? -1 : turn;
  }
  return quarters;
}

}  // namespace

GradientBound gradient_bound(const Target& target, const Domain& domain) {
  GradientBound result;
  if (domain.dim > 2 || domain.type == Domain::Type::space) return result;
  const TargetGradient gradient(target);
  const Boundary boundary(domain);
  for (const int each : {64, 512, 4096}) {
    std::vector<std::vector<AffineForm>> gradients;
    double least = kInfinity;
    for (const auto& [from, to] : boundary.parts(each)) {
      gradients.push_back(gradient(boundary.box(from, to)));
      least = std::fmin(least, length_of(gradients.back()).lower());
    }
    if (domain.dim == 1) {
      const Interval a = gradients[0][0].range(), b = gradients[1][0].range();
      if (is_positive(a) && is_negative(b)) result = {-1, least};
      if (is_negative(a) && is_positive(b)) result = {1, least};
      return result;
    }
    const auto quarters = quarter_turns(gradients);
    if (!quarters || !(least > 0)) continue;
    result = *quarters % 4 == 0 && *quarters != 0 ? GradientBound{*quarters / 4, least} : GradientBound{};
    if (result.degree == 0 || each >= 512) return result;
  }
  return result;
}

Interval gradient_error(const Chain& chain, const Target& target, const Domain& domain, double relative_gap,
                        const std::string& where) {
  if (chain.smoothness == Smoothness::lipschitz)
    throw InputError(where, "the network is not C1", "ask for the error of its values only");
  if (domain.dim > 2 || domain.type == Domain::Type::space || domain.dim != chain.input_dim ||
      target.dim != chain.input_dim)
    throw InputError(where,
                     "gradients are compared on the boundary of a box or ball in one or two dimensions",
                     "give such a domain");
  const CompiledChain<Interval> compiled = compile(value_chain(chain));
  const TargetGradient gradient(target);
  const Boundary boundary(domain);
  struct Piece {
    double from, to;
    Interval length;
  };
  const auto piece_of = [&](double from, double to) {
    const std::vector<Interval> box = boundary.box(from, to);
    std::vector<AffineForm> state;
    for (std::size_t i = 0; i < box.size(); ++i) state.push_back(AffineForm::symbol(box[i], i, box.size()));
    const std::vector<AffineForm> phi = row_vector(compiled, forward_all(compiled, state), 0);
    std::vector<AffineForm> difference = gradient(box);
    for (std::size_t i = 0; i < box.size(); ++i) difference[i] = difference[i] - phi[i];
    return Piece{from, to, length_of(difference)};
  };
  std::vector<Piece> pieces;
  double lower = 0;
  const auto add = [&](double from, double to) {
    pieces.push_back(piece_of(from, to));
    lower = std::fmax(lower, pieces.back().length.lower());
  };
  for (const auto& [from, to] : boundary.parts(4)) add(from, to);
  const auto by_upper = [](const Piece& a, const Piece& b) { return a.length.upper() < b.length.upper(); };
  for (std::size_t n = 0; n < kMaxPieces; ++n) {
    const auto worst = std::max_element(pieces.begin(), pieces.end(), by_upper);
    const Piece piece = *worst;
    const double middle = 0.5 * piece.from + 0.5 * piece.to;
    if (piece.length.upper() <= lower * (1 + relative_gap) || !(piece.from < middle && middle < piece.to))
      break;
    pieces.erase(worst);
    add(piece.from, middle);
    add(middle, piece.to);
  }
  return {lower, std::max_element(pieces.begin(), pieces.end(), by_upper)->length.upper()};
}

}  // namespace narrows
