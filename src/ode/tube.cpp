// How the tube is built, step by step: approximate, choose a duration, prove, advance.
#include "ode/tube.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "arith/elementary.hpp"
#include "ode/flow_field.hpp"
#include "ode/tube_end.hpp"

namespace narrows {
namespace {

using Polynomial = std::vector<double>;
using PolynomialMatrix = std::vector<std::vector<Polynomial>>;

/// K for a box with `dim` sides: as many monomials as stay cheap.
std::size_t default_degree(std::size_t dim) {
  constexpr std::size_t degrees[] = {0, 8, 4, 3, 3, 2, 2, 2, 2, 2, 2};
  return dim < std::size(degrees) ? degrees[dim] : 1;
}

/// >= e^{μh} and >= (e^{μh} − 1)/μ (h if μ == 0), which increases with μ.
struct Growth {
  double factor, integral;
};
Growth growth_upper(double mu, const Interval& h) {
  const double factor = exp(Interval(mu) * h).upper();
  if (std::fabs(mu) < 1e-9) return {factor, mul_upper(h.upper(), std::max(1.0, factor))};
  return {factor, (expm1(Interval(mu) * h) / Interval(mu)).upper()};
}

/// The largest value on a step of e' = μe + d, e(0) = start, and the last one. It is monotone in time.
struct Bound {
  double end, largest;
};
Bound grow(double start, double defect, const Growth& growth) {
  const double end = add_upper(mul_upper(growth.factor, start), mul_upper(defect, growth.integral));
  return {end, std::max(start, end)};
}

/// A bound E beyond this many times the size of the states helps nobody: the tube is given up.
constexpr double kLargestError = 100;

constexpr double kLongestStep =
    2;  ///< so that powers of a duration cannot lift an underflow above the models' 1e-300

constexpr std::size_t kMostMonomials = 5'000;          ///< in ξ
constexpr std::size_t kMostCoefficients = 20'000'000;  ///< of all polynomials of a step together

/// What is proved about p on [0, duration].
struct Attempt {
  Rational duration;
  double defect = kInfinity;
  double error = kInfinity, radius = kInfinity;
  double jacobian_error = 0, jacobian_radius = 0;
  Interval trace;  ///< ∋ ∫tr Df over the step, along every solution
  [[nodiscard]] bool closed() const {
    return error < radius && radius < kInfinity && jacobian_error < kInfinity;
  }
};

/// (N, K) of the tube from `box`.
struct Degrees {
  std::size_t time, box;
};
Degrees degrees_of(const Box& box, const TubeOptions& options) {
  std::size_t dim = 0;
  for (std::size_t i = 0; i < box.dim(); ++i) dim += box.lower[i] < box.upper[i] ? 1 : 0;
  return {options.time_degree > 0 ? options.time_degree : (dim == 0 ? 18 : 10),
          options.degree > 0 ? options.degree : default_degree(dim)};
}

/// Empty if the polynomials fit into memory.
std::string why_too_large(const FlowNetwork& network, const Box& box, const TubeOptions& options) {
  const Degrees degrees = degrees_of(box, options);
  std::size_t dim = 0, monomials = 1;
  for (std::size_t i = 0; i < box.dim(); ++i) {
    if (!(box.lower[i] < box.upper[i])) continue;
    ++dim;
    monomials = monomials * (dim + degrees.box) / dim;  // C(dim + K, K)
    if (monomials > kMostMonomials)
      return "the box has too many sides for polynomials of this degree; take a lower --degree or a point";
  }
  const std::size_t polynomials = network.dim * (options.jacobian ? network.dim + 1 : 1);
  if (polynomials * monomials * (degrees.time + 1) <= kMostCoefficients) return {};
  return options.jacobian ? "the Jacobian is too large; ask for the end only (--no-jacobian)"
                          : "the state is too large; take a point";
}

class TubeBuilder {
 public:
  TubeBuilder(const FlowNetwork& network, const Box& box, const TubeOptions& options)
      : network_(network), options_(options) {
    for (std::size_t i = 0; i < box.dim(); ++i)
      if (box.lower[i] < box.upper[i]) tube_.active.push_back(i);
    const Degrees degrees = degrees_of(box, options);
    tube_.basis.emplace(tube_.active.size(), degrees.time, degrees.box);
    start(box);
  }

  Tube run() {
    const Rational arc = network_.arc();
    for (std::size_t b = 0; b < network_.arcs(); ++b) {
      FlowField field(network_.from(b), network_.to(b), network_.dim, arc);
      for (Rational left = arc; left > 0;) {
        field.set_start(arc - left);
        if (!step(&field, left)) return std::move(tube_);
        left -= tube_.steps.back().duration;
        elapsed_ += tube_.steps.back().duration;
        tube_.reached = midpoint(enclose(elapsed_));
      }
    }
    enclose_end(&tube_);
    return std::move(tube_);
  }

 private:
  [[nodiscard]] const TaylorBasis& basis() const { return *tube_.basis; }
  [[nodiscard]] std::size_t dim() const { return network_.dim; }

  void start(const Box& box) {
    const TaylorAlgebra algebra(basis(), 0.0);
    FlowField before(network_.before, network_.input_dim);
    for (TaylorModel& model : before.image(algebra, box_coordinates(algebra, box), false, 1e-18).value) {
      error_ = std::max(error_, model.error);
      state_.push_back(std::move(model.c));
    }
    if (!options_.jacobian) return;
    jacobian_.assign(dim(), std::vector<Polynomial>(dim(), Polynomial(basis().coefficients())));
    for (std::size_t i = 0; i < dim(); ++i) jacobian_[i][i][0] = 1;
  }

  bool step(FlowField* field, const Rational& left) {
    if (options_.stop.stop_requested() || tube_.steps.size() >= options_.max_steps)
      return fail("the search stopped at its budget");
    approximate(field);
    Attempt best = attempt(field, duration_at_most(guess_duration(), left));
    for (int halvings = 0; halvings < 8; ++halvings) {
      if (best.closed() && (best.defect <= goal() || best.defect <= 2 * floor_)) break;
      Attempt half = attempt(field, best.duration / 2);
      if (best.closed() && !(half.defect < best.defect / 4)) {
        floor_ =
            best.defect;  // shorter steps do not help: the defect is that of the degree in ξ, or rounding
        break;
      }
      best = std::move(half);
    }
    if (!best.closed()) return fail("no tube closes, however short the step");
    advance(best);
    if (error_ > kLargestError * size())
      return fail("the tube is far wider than what it encloses; take a smaller box");
    return true;
  }

  /// 1 + the largest coefficient of p(0, ·).
  [[nodiscard]] double size() const {
    double largest = 0;
    for (const Polynomial& p : state_)
      for (std::size_t k = 0; k < basis().size(); ++k) largest = std::max(largest, std::fabs(p[k]));
    return 1 + largest;
  }

  bool fail(const std::string& why) {
    tube_.reason = fmt::format("{} at time {:.6g} after {} steps", why, tube_.reached, tube_.steps.size());
    return false;
  }

  /// Taylor coefficients of the solutions in s, truncated in ξ: row j + 1 of p is row j of f(p) over j + 1.
  void approximate(FlowField* field) {
    const std::size_t m = basis().size(), top = basis().time_degree();
    for (std::size_t j = 0; j < top; ++j) {
      const TaylorImage image =
          field->image(TaylorAlgebra::approximate(basis(), j), models(state_), false, 0);
      for (std::size_t i = 0; i < dim(); ++i)
        for (std::size_t k = 0; k < m; ++k)
          state_[i][(j + 1) * m + k] = image.value[i].c[j * m + k] / static_cast<double>(j + 1);
    }
    if (!jacobian_.empty()) approximate_jacobian(field);
  }

  void approximate_jacobian(FlowField* field) {
    const std::size_t m = basis().size(), top = basis().time_degree();
    const TaylorAlgebra algebra = TaylorAlgebra::approximate(basis(), top - 1);
    const TaylorImage image = field->image(algebra, models(state_), true, 0);
    for (std::size_t r = 0; r < top; ++r) {
      for (std::size_t i = 0; i < dim(); ++i) {
        for (std::size_t l = 0; l < dim(); ++l) {
          for (std::size_t j = 0; j < dim(); ++j) {
            const std::vector<double> row =
                algebra.product_row_approx(image.derivative[i][j].c, jacobian_[j][l], r);
            for (std::size_t k = 0; k < m; ++k) {
              double& entry = jacobian_[i][l][(r + 1) * m + k];
              entry = (j == 0 ? 0 : entry) + row[k] / static_cast<double>(r + 1);
            }
          }
        }
      }
    }
  }

  static std::vector<TaylorModel> models(const std::vector<Polynomial>& polynomials) {
    std::vector<TaylorModel> result;
    for (const Polynomial& p : polynomials) result.push_back({p, 0});
    return result;
  }

  /// Defects below this are good enough: rounding from a point, 1e-7 of the size of the image from a box.
  [[nodiscard]] double goal() const {
    const std::size_t m = basis().size();
    double size = 1, spread = 0;
    for (const Polynomial& p : state_) {
      for (std::size_t k = 0; k < m; ++k) size = std::max(size, std::fabs(p[m + k]));
      for (std::size_t k = 1; k < m; ++k) spread = std::max(spread, std::fabs(p[k]));
    }
    return std::max(4e-15 * size, 1e-7 * spread);
  }

  /// Where the last two Taylor coefficients fall to a fraction of the goal.
  [[nodiscard]] double guess_duration() const {
    const std::size_t m = basis().size(), top = basis().time_degree();
    double duration = kLongestStep;
    for (std::size_t r = top - 1; r <= top; ++r) {
      double size = 0;
      for (const Polynomial& p : state_) {
        double row = 0;
        for (std::size_t k = 0; k < m; ++k) row += std::fabs(p[r * m + k]);
        size = std::max(size, row);
      }
      if (size > 0) duration = std::min(duration, std::pow(goal() / 16 / size, 1.0 / static_cast<double>(r)));
    }
    return duration;
  }

  /// `guess` with few bits, so that sums of durations stay short; what is left if that is little more.
  static Rational duration_at_most(double guess, const Rational& left) {
    int exponent = 0;
    const double mantissa = std::frexp(std::max(guess, 1e-9), &exponent);
    const Rational rounded = rational_exact(std::ldexp(std::floor(mantissa * 32), exponent - 5));
    if (left <= rounded) return left;
    return left < 2 * rounded ? Rational(left / 2) : rounded;
  }

  Attempt attempt(FlowField* field, const Rational& duration) {
    const Interval h = enclose(duration);
    const TaylorAlgebra algebra(basis(), h.upper());
    const double tolerance = goal() / 64;
    const TaylorImage image = field->image(algebra, models(state_), !jacobian_.empty(), tolerance);
    Attempt result;
    result.duration = duration;
    result.defect = 0;
    std::vector<Interval> range;
    for (std::size_t i = 0; i < dim(); ++i) {
      TaylorModel defect = algebra.time_derivative(state_[i]);
      algebra.accumulate(&defect, -1.0, image.value[i]);
      result.defect = std::max(result.defect, algebra.norm_upper(defect));
      range.push_back(algebra.range({state_[i], 0}));
    }
    if (!(result.defect < kInfinity)) return result;
    close(*field, range, h, algebra, image, &result);
    return result;
  }

  /// Looks for a radius that keeps twice the bound inside; every radius tried is a proof of its own (a posteriori).
  void close(const FlowField& field, const std::vector<Interval>& range, const Interval& h,
             const TaylorAlgebra& algebra, const TaylorImage& image, Attempt* result) {
    double radius = 2 * (error_ + result->defect * h.upper());
    for (int tries = 0; tries < 12; ++tries) {
      std::vector<Interval> tube;
      for (const Interval& side : range) tube.push_back(side + Interval(-radius, radius));
      const FieldBounds bounds = field.bounds(tube, h.upper());
      if (!(bounds.lognorm < kInfinity)) return;
      const Growth growth = growth_upper(bounds.lognorm, h);
      const Bound error = grow(error_, result->defect, growth);
      if (!(error.largest < kInfinity)) return;
      if (error.largest < radius && 1.9 * error.largest <= radius) {
        result->error = error.end;
        result->radius = radius;
        Interval trace = 0.0;
        for (std::size_t i = 0; i < dim(); ++i) trace += bounds.jacobian.at(i, i);
        result->trace = trace * h;
        if (!jacobian_.empty()) bound_jacobian(bounds, growth, error.largest, algebra, image, result);
        return;
      }
      radius = 2.1 * error.largest;
    }
  }

  /// F' = e^{μh}F + (R + G)(e^{μh} − 1)/μ with R the defect of P and G the change of Df between p and y.
  void bound_jacobian(const FieldBounds& bounds, const Growth& growth, double error,
                      const TaylorAlgebra& algebra, const TaylorImage& image, Attempt* result) const {
    double defect = 0, size = 0;
    for (std::size_t i = 0; i < dim(); ++i) {
      double row = 0, row_size = 0;
      for (std::size_t l = 0; l < dim(); ++l) {
        TaylorModel entry = algebra.time_derivative(jacobian_[i][l]);
        for (std::size_t j = 0; j < dim(); ++j)
          algebra.accumulate(&entry, -1.0, algebra.multiply(image.derivative[i][j], {jacobian_[j][l], 0}));
        row = add_upper(row, algebra.norm_upper(entry));
        row_size = add_upper(row_size, algebra.norm_upper({jacobian_[i][l], 0}));
      }
      defect = std::max(defect, row);
      size = std::max(size, row_size);
    }
    const double change = mul_upper(mul_upper(bounds.curvature, error), size);
    const Bound bound = grow(jacobian_error_, add_upper(defect, change), growth);
    result->jacobian_error = bound.end < kInfinity ? bound.end : kInfinity;
    result->jacobian_radius = 2.1 * bound.largest;
  }

  /// Keeps the step; the next one starts from its end, rounded to doubles.
  void advance(const Attempt& proved) {
    tube_.steps.push_back({proved.duration, state_, jacobian_, proved.radius, proved.jacobian_radius,
                           proved.error, proved.jacobian_error});
    tube_.trace += proved.trace;
    const Interval h = enclose(proved.duration);
    double jump = 0, jacobian_jump = 0;
    for (Polynomial& p : state_) jump = std::max(jump, restart(&p, h));
    for (auto& row : jacobian_) {
      double sum = 0;
      for (Polynomial& p : row) sum = add_upper(sum, restart(&p, h));
      jacobian_jump = std::max(jacobian_jump, sum);
    }
    error_ = add_upper(proved.error, jump);
    jacobian_error_ = add_upper(proved.jacobian_error, jacobian_jump);
  }

  /// p ← the polynomial in ξ alone next to p(h, ·). Returns a bound on the difference.
  double restart(Polynomial* p, const Interval& h) const {
    const std::vector<Interval> end = at_time(basis(), *p, h);
    std::fill(p->begin(), p->end(), 0.0);
    double jump = 0;
    for (std::size_t k = 0; k < end.size(); ++k) {
      (*p)[k] = midpoint(end[k]);
      jump = add_upper(jump, radius_upper(end[k], (*p)[k]));
    }
    return jump;
  }

  const FlowNetwork& network_;
  const TubeOptions& options_;
  Tube tube_;
  std::vector<Polynomial> state_;
  PolynomialMatrix jacobian_;
  double error_ = 0, jacobian_error_ = 0;  ///< E and F at the start of the next step
  double floor_ = 0;                       ///< a defect that shorter steps did not improve
  Rational elapsed_ = 0;
};

}  // namespace

Tube enclose_flow(const FlowNetwork& network, const Box& box, const TubeOptions& options) {
  if (std::string why = why_too_large(network, box, options); !why.empty()) {
    Tube tube;
    tube.reason = std::move(why);
    return tube;
  }
  return TubeBuilder(network, box, options).run();
}

}  // namespace narrows
