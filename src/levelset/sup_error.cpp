#include "levelset/sup_error.hpp"

#include <algorithm>
#include <cmath>
#include <queue>
#include <utility>

#include "base/errors.hpp"
#include "levelset/float_chain.hpp"
#include "levelset/form_values.hpp"
#include "network/point_value.hpp"

namespace narrows {
namespace {

constexpr std::size_t kBatch = 64;
constexpr int kPolishing = 60;

std::vector<Interval> root_of(const Domain& domain) {
  std::vector<Interval> box;
  for (std::size_t i = 0; i < domain.dim; ++i)
    box.push_back(domain.type == Domain::Type::ball ? Interval(-domain.radius, domain.radius)
                                                    : Interval(domain.box.lower[i], domain.box.upper[i]));
  return box;
}

bool in_domain_exact(const Point& x, const Domain& domain) {
  if (domain.type == Domain::Type::box) {
    for (std::size_t i = 0; i < x.size(); ++i)
      if (!(domain.box.lower[i] <= x[i] && x[i] <= domain.box.upper[i])) return false;
    return true;
  }
  Rational square = 0;
  for (const double t : x) square += rational_exact(t) * rational_exact(t);
  return square <= rational_exact(domain.radius) * rational_exact(domain.radius);
}

bool outside_ball(const std::vector<Interval>& box, const Domain& domain) {
  if (domain.type != Domain::Type::ball) return false;
  Interval sum = 0.0;
  for (const Interval& side : box) sum += square(side);
  return sum.lower() > square(Interval(domain.radius)).upper();
}

/// A box of the tree; `bound` >= |f − Φ| on it.
struct Node {
  std::vector<Interval> box;
  double bound = kInfinity;
  std::size_t axis = 0;   ///< where it should be halved
  std::size_t child = 0;  ///< 0: a leaf
  bool outside = false;
};

class ErrorSearch {
 public:
  ErrorSearch(const Chain& chain, const Target& target, const SupErrorOptions& options)
      : chain_(value_chain(chain)),
        target_(target),
        options_(options),
        values_(chain_, 0, chain.input_dim),
        approx_(chain_) {}

  SupError run() {
    nodes_.push_back({root_of(options_.domain)});
    evaluate({0});
    while (!converged() && nodes_.size() < options_.max_boxes && !options_.stop.stop_requested() &&
           halve_worst()) {
    }
    return result();
  }

 private:
  [[nodiscard]] double upper() const { return queue_.empty() ? 0 : queue_.top().first; }
  /// Half of the gap is kept for the rigorous evaluation at the point and for a checker whose forms differ.
  [[nodiscard]] bool converged() const {
    return upper() <=
           std::fmax(best_ * (1 + 0.9 * options_.relative_gap), best_ + 0.9 * options_.absolute_gap);
  }

  bool halve_worst() {
    std::vector<std::size_t> children;
    for (std::size_t k = 0; k < kBatch && !queue_.empty(); ++k) {
      const std::size_t n = queue_.top().second;
      if (k > 0 && queue_.top().first <= best_ * (1 + 0.5 * options_.relative_gap)) break;
      const Interval side = nodes_[n].box[nodes_[n].axis];
      const double middle = 0.5 * side.lower() + 0.5 * side.upper();
      if (!(side.lower() < middle && middle < side.upper())) break;
      queue_.pop();
      nodes_[n].child = nodes_.size();
      for (const Interval half : {Interval(side.lower(), middle), Interval(middle, side.upper())}) {
        Node child{nodes_[n].box};
        child.box[nodes_[n].axis] = half;
        children.push_back(nodes_.size());
        nodes_.push_back(std::move(child));
      }
    }
    evaluate(children);
    return !children.empty();
  }

  void evaluate(const std::vector<std::size_t>& which) {
    std::vector<double> pieces;
    for (const std::size_t n : which) values_.add_box(nodes_[n].box, &pieces);
    values_.forms(pieces, &forms_);
    for (std::size_t k = 0; k < which.size(); ++k) {
      Node& node = nodes_[which[k]];
      node.outside = outside_ball(node.box, options_.domain);
      if (node.outside) continue;
      bound(&node, forms_[k]);
      try_point(middle_of(node.box));
      queue_.emplace(node.bound, which[k]);
    }
  }

  /// |f − Φ| on the node's box, from the difference of the forms; the axis along which it changes most.
  void bound(Node* node, const ValueForm& phi) {
    const std::size_t d = node->box.size();
    const AffineForm form = affine_form(phi.centre, phi.coefficients.data(), d, phi.radius);
    const AffineForm f = value_on(target_, node->box);
    const AffineForm difference = f - form;
    node->bound = magnitude(meet(f.range() - phi.range, difference.range()));
    if (!(node->bound <= kInfinity)) node->bound = kInfinity;
    double most = -1;
    for (std::size_t i = 0; i < d; ++i) {
      // What is lost is of second order: shares of the forms of Φ and f count by size, wide sides a little for themselves.
      const double share = std::fabs(difference.coefficients()[i]) + std::fabs(phi.coefficients[i]) +
                           1e-3 * width_upper(node->box[i]);
      if (!(share <= most)) {
        most = share;
        node->axis = i;
      }
    }
    std::size_t widest = 0;
    for (std::size_t i = 1; i < d; ++i)
      if (width_upper(node->box[i]) > width_upper(node->box[widest])) widest = i;
    if (width_upper(node->box[widest]) > 4 * width_upper(node->box[node->axis])) node->axis = widest;
  }

  static Point middle_of(const std::vector<Interval>& box) {
    Point x;
    for (const Interval& side : box) x.push_back(midpoint(side));
    return x;
  }

  [[nodiscard]] double error_approx(const Point& x) const {
    return std::fabs(value_approx(target_, x) - approx_.value_approx(x));
  }

  /// Moves x into the domain, a little inside of a sphere.
  [[nodiscard]] Point pulled_in(Point x) const {
    if (options_.domain.type == Domain::Type::box) {
      for (std::size_t i = 0; i < x.size(); ++i)
        x[i] = std::clamp(x[i], options_.domain.box.lower[i], options_.domain.box.upper[i]);
      return x;
    }
    double square = 0;
    for (const double t : x) square += t * t;
    const double length = std::sqrt(square), allowed = options_.domain.radius * (1 - 1e-12);
    if (length > allowed)
      for (double& t : x) t *= allowed / length;
    return x;
  }

  void try_point(const Point& x) {
    const Point inside = pulled_in(x);
    if (error_approx(inside) > 1.0001 * best_ || point_.empty()) polish(inside);
  }

  /// Pattern search for a larger error near x.
  void polish(Point x) {
    double error = error_approx(x), step = 0.05;
    for (int k = 0; k < kPolishing && step > 1e-9; ++k) {
      bool better = false;
      for (std::size_t i = 0; i < x.size(); ++i)
        for (const double move : {step, -step}) {
          Point other = x;
          other[i] += move;
          other = pulled_in(other);
          const double value = error_approx(other);
          if (!(value > error)) continue;
          error = value;
          x = other;
          better = true;
        }
      step *= better ? 1.5 : 0.4;
    }
    if (error > best_ || point_.empty()) {
      best_ = error;
      point_ = x;
    }
  }

  /// A rigorous lower bound of |f − Φ| at the best point.
  [[nodiscard]] double proved_at_point() const {
    if (point_.empty() || !in_domain_exact(point_, options_.domain)) return 0;
    const Interval difference = value_at(target_, point_) - evaluate_at(chain_, point_).value;
    return std::fmax(std::fmax(difference.lower(), -difference.upper()), 0);
  }

  void write_tree(std::vector<ErrorTreeStep>* steps) const {
    std::vector<std::size_t> stack{0};
    while (!stack.empty()) {
      const Node& node = nodes_[stack.back()];
      stack.pop_back();
      if (node.child != 0) {
        steps->push_back({static_cast<std::int16_t>(node.axis)});
        stack.push_back(node.child + 1);
        stack.push_back(node.child);
      } else {
        steps->push_back({node.outside ? ErrorTreeStep::outside_domain : ErrorTreeStep::below});
      }
    }
  }

  [[nodiscard]] SupError result() const {
    SupError result;
    result.domain = options_.domain;
    result.target = target_;
    const double lower = proved_at_point(), highest = upper();
    // A little above what is proved: a checker with other forms need not reach the same digits.
    const double padded =
        next_up(highest + 0.05 * options_.relative_gap * highest + 0.05 * options_.absolute_gap);
    result.error = Interval(lower, padded);
    result.point = in_domain_exact(point_, options_.domain) ? point_ : Point(point_.size(), 0.0);
    result.boxes = nodes_.size();
    write_tree(&result.tree);
    const bool close =
        padded <= lower * (1 + options_.relative_gap) || padded - lower <= options_.absolute_gap;
    result.verdict = close ? Verdict::proved : Verdict::undecided;
    result.reason = close                            ? "the error is enclosed"
                    : options_.stop.stop_requested() ? "stopped before the gap was reached"
                                                     : "the gap asked for was not reached";
    return result;
  }

  Chain chain_;
  const Target& target_;
  const SupErrorOptions& options_;
  FormValues values_;
  FloatChain approx_;
  std::vector<Node> nodes_;
  std::priority_queue<std::pair<double, std::size_t>> queue_;
  std::vector<ValueForm> forms_;
  double best_ = 0;
  Point point_;
};

}  // namespace

Chain value_chain(const Chain& chain) {
  Chain result = chain;
  if (!chain.dropped_sigmoid) return result;
  result.layers.emplace_back().value = ActivationLayer{Activation::sigmoid, Rational(0)};
  result.widths.push_back(1);
  result.dropped_sigmoid = false;
  return result;
}

SupError sup_error(const Chain& chain, const Target& target, const SupErrorOptions& options,
                   const std::string& where) {
  if (options.domain.type == Domain::Type::space)
    throw InputError(where, "the error of a target is bounded on a box or ball only",
                     "give one with --domain");
  if (options.domain.dim != chain.input_dim || target.dim != chain.input_dim)
    throw InputError(where, "the domain, the target and the network differ in dimension",
                     "give a domain with one interval for each input");
  return ErrorSearch(chain, target, options).run();
}

}  // namespace narrows
