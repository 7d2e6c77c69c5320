#include "construct/smooth_function.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "arith/elementary.hpp"
#include "base/errors.hpp"
#include "construct/supremum.hpp"

namespace narrows {
namespace {

class PolynomialFunction : public SmoothFunction {
 public:
  explicit PolynomialFunction(Polynomial p) : SmoothFunction(p.dim()), p_(std::move(p)) {}

  Interval derivative(std::span<const unsigned> order, std::span<const Interval> box) const override { return of(order).range(box); }
  std::optional<Rational> derivative_exact(std::span<const unsigned> order, std::span<const Rational> x) const override { return of(order)(x); }
  const Polynomial* polynomial() const override { return &p_; }

 private:
  /// Derivatives are computed once.
  const Polynomial& of(std::span<const unsigned> order) const {
    const std::vector<unsigned> key(order.begin(), order.end());
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
    Polynomial p = p_;
    for (std::size_t i = 0; i < key.size(); ++i)
      for (unsigned k = 0; k < key[i]; ++k) p = p.derivative(i);
    return known_.emplace(key, std::move(p)).first->second;
  }

  Polynomial p_;
  mutable std::map<std::vector<unsigned>, Polynomial> known_;
};

/// One factor g(x_i) of a product, with its derivatives.
struct Factor {
  virtual ~Factor() = default;
  virtual Interval derivative(unsigned k, const Interval& x) const = 0;
  virtual std::optional<Rational> derivative_exact(unsigned k, const Rational& x) const = 0;
};

struct SineFactor : Factor {
  Interval derivative(unsigned k, const Interval& x) const override {
    const Interval two_pi = pi(x) * Interval(2.0), angle = two_pi * x;
    const Interval value = k % 2 == 0 ? sin(angle) : cos(angle);
    return power(two_pi, k) * (k % 4 < 2 ? value : -value);
  }
  std::optional<Rational> derivative_exact(unsigned k, const Rational& x) const override {
    const Rational quarters = 4 * x;
    if (k > 0 || denominator(quarters) != 1) return std::nullopt;
    constexpr std::array<int, 4> values = {0, 1, 0, -1};
    const auto n = numerator(quarters);
    return Rational(values[static_cast<std::size_t>(((n % 4 + 4) % 4).convert_to<int>())]);
  }
};

/// exp(−rate (x − centre)²).
struct GaussFactor : Factor {
  GaussFactor(double rate, double centre) : rate_(rate), centre_(centre) {}
  Interval derivative(unsigned k, const Interval& x) const override {
    const Interval t = x - Interval(centre_), e = exp(-(square(t) * Interval(rate_))), r = rate_, s = square(t);
    switch (k) {
      case 0: return e;
      case 1: return Interval(-2.0) * r * t * e;
      case 2: return (Interval(4.0) * r * r * s - Interval(2.0) * r) * e;
      case 3: return (Interval(12.0) * r * r - Interval(8.0) * r * r * r * s) * t * e;
      case 4: return (Interval(16.0) * power(r, 4) * square(s) - Interval(48.0) * r * r * r * s + Interval(12.0) * r * r) * e;
      default: return Interval::entire();
    }
  }
  std::optional<Rational> derivative_exact(unsigned, const Rational&) const override { return std::nullopt; }
  double rate_, centre_;
};

/// p³ with p = 4x(1−x) = 1 − (2x−1)².
struct BumpFactor : Factor {
  template <class Number>
  static Number formula(unsigned k, const Number& p, const Number& q) {  // q = p', p'' = −8
    switch (k) {
      case 0: return p * p * p;
      case 1: return Number(3) * p * p * q;
      case 2: return p * (Number(6) * q * q - Number(24) * p);
      case 3: return q * (Number(6) * q * q - Number(144) * p);
      default: return Number(1152) * p - Number(288) * q * q;
    }
  }
  Interval derivative(unsigned k, const Interval& x) const override {
    const Interval t = x * Interval(2.0) - Interval(1.0);
    return k > 4 ? Interval::entire() : formula(k, Interval(1.0) - square(t), t * Interval(-4.0));
  }
  std::optional<Rational> derivative_exact(unsigned k, const Rational& x) const override {
    return formula(k, Rational(4 * x * (1 - x)), Rational(4 - 8 * x));
  }
};

class ProductFunction : public SmoothFunction {
 public:
  ProductFunction(std::size_t dim, std::unique_ptr<Factor> factor) : SmoothFunction(dim), factor_(std::move(factor)) {}
  Interval derivative(std::span<const unsigned> order, std::span<const Interval> box) const override {
    Interval product = factor(order[0], box[0]);
    for (std::size_t i = 1; i < dim(); ++i) product = product * factor(order[i], box[i]);
    return product;
  }
  std::optional<Rational> derivative_exact(std::span<const unsigned> order, std::span<const Rational> x) const override {
    Rational product = 1;
    for (std::size_t i = 0; i < dim(); ++i) {
      const auto value = factor_->derivative_exact(order[i], x[i]);
      if (!value) return std::nullopt;
      product *= *value;
    }
    return product;
  }

 private:
  /// Boxes of a mesh share their sides: the last enclosures are kept, by a hash of order and ends.
  const Interval& factor(unsigned k, const Interval& x) const {
    const std::uint64_t mixed = (std::bit_cast<std::uint64_t>(x.lower()) * 0x9e3779b97f4a7c15ULL) ^ (std::bit_cast<std::uint64_t>(x.upper()) * 0xc2b2ae3d27d4eb4fULL) ^ k;
    Kept& kept = kept_[(mixed ^ mixed >> 29) * 0x94d049bb133111ebULL >> 48];
    if (kept.order != static_cast<int>(k) || kept.x.lower() != x.lower() || kept.x.upper() != x.upper()) kept = {static_cast<int>(k), x, factor_->derivative(k, x)};
    return kept.value;
  }

  struct Kept {
    int order = -1;
    Interval x, value;
  };
  std::unique_ptr<Factor> factor_;
  mutable std::vector<Kept> kept_ = std::vector<Kept>(std::size_t{1} << 16);
};

const std::string kPolynomial = "polynomial:";

}  // namespace

Rational SmoothFunction::derivative_near(std::span<const unsigned> order, std::span<const Rational> x) const {
  if (const auto exact = derivative_exact(order, x)) return *exact;
  std::vector<Interval> point;
  for (const Rational& entry : x) point.push_back(enclose(entry));
  return rational_exact(midpoint(derivative(order, point)));
}

double SmoothFunction::derivative_bound(std::span<const unsigned> order) const {
  return supremum_on_cube(dim(), [&](const std::vector<Interval>& box) {
           const Interval x = derivative(order, box);
           return Interval(x.lower() > 0 ? x.lower() : x.upper() < 0 ? -x.upper() : 0.0, magnitude(x));
         }).upper();
}

bool is_smooth_function(const std::string& name) {
  return name == "sine" || name == "square" || name == "gauss" || name == "bump" || name == "gauss-bump" || name.starts_with(kPolynomial);
}

std::unique_ptr<SmoothFunction> make_smooth_function(const std::string& name, std::size_t dim) {
  if (name == "sine") return std::make_unique<ProductFunction>(dim, std::make_unique<SineFactor>());
  if (name == "gauss") return std::make_unique<ProductFunction>(dim, std::make_unique<GaussFactor>(1.0, 0.0));
  if (name == "gauss-bump") return std::make_unique<ProductFunction>(dim, std::make_unique<GaussFactor>(12.5, 0.5));
  if (name == "bump") return std::make_unique<ProductFunction>(dim, std::make_unique<BumpFactor>());
  if (name == "square") {
    Polynomial sum(dim);
    for (std::size_t i = 0; i < dim; ++i) sum = sum + Polynomial::coordinate(dim, i) * Polynomial::coordinate(dim, i);
    return std::make_unique<PolynomialFunction>(std::move(sum));
  }
  if (name.starts_with(kPolynomial)) return std::make_unique<PolynomialFunction>(Polynomial::parse(name.substr(kPolynomial.size()), dim, "--target"));
  throw InputError("--target", "'" + name + "' is not a smooth function", "use sine, square, gauss, gauss-bump, bump or polynomial:TEXT", ExitCode::usage);
}

}  // namespace narrows
