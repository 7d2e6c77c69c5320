#include "levelset/target.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/errors.hpp"
#include "network/scalars.hpp"

namespace narrows {
namespace {

constexpr std::size_t kMaxTerms = 5000, kMaxDigits = 300, kMaxBrackets = 40;

/// Recursive descent; every function leaves position_ behind what it read.
class PolynomialParser {
 public:
  PolynomialParser(std::string_view text, std::size_t dim, const std::string& option)
      : text_(text), dim_(dim), option_(option) {}

  Polynomial whole() {
    Polynomial p = sum();
    if (position_ < text_.size()) fail("does not go on like a polynomial");
    return p;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw InputError(
        option_, "at \"" + std::string(text_.substr(position_, 20)) + "\": " + what,
        "write a target such as \"x1^2+x2^2\", \"|x|^2\", \"(x-1/2)^2\" or \"sigmoid(8-32*|x|^2)\"",
        ExitCode::usage);
  }
  bool take(char c) {
    skip_blanks();
    if (position_ == text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }
  void skip_blanks() {
    while (position_ < text_.size() && text_[position_] == ' ') ++position_;
  }
  [[nodiscard]] bool digit_ahead() const {
    return position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9';
  }

  Polynomial sum() {
    Polynomial p;
    bool first = true;
    for (;;) {
      int sign = 1;
      if (take('-'))
        sign = -1;
      else if (!take('+') && !first)
        return p;
      for (const auto& [exponents, c] : product()) add(&p, exponents, sign * c);
      first = false;
    }
  }

  Polynomial product() {
    Polynomial p = power();
    for (;;) {
      if (take('*')) {
        p = times(p, power());
      } else if (take('/')) {
        const Polynomial q = power();
        if (q.size() != 1 || q.begin()->first != std::vector<unsigned>(dim_, 0))
          fail("only numbers other than 0 may be divided by");
        for (auto& [exponents, c] : p) c /= q.begin()->second;
      } else {
        return p;
      }
    }
  }

  Polynomial power() {
    if (take('|')) return norm_power();
    const Polynomial base = atom();
    if (!take('^')) return base;
    return to_the(base, exponent());
  }

  Polynomial norm_power() {
    if (!take('x') || !take('|') || !take('^')) fail("|x| is followed by ^ and an even number");
    const unsigned k = exponent();
    if (k % 2 != 0) fail("odd powers of |x| are no polynomials");
    Polynomial square;
    for (std::size_t i = 0; i < dim_; ++i) {
      std::vector<unsigned> exponents(dim_, 0);
      exponents[i] = 2;
      square[exponents] = 1;
    }
    return to_the(square, k / 2);
  }

  unsigned exponent() {
    skip_blanks();
    unsigned k = 0;
    if (!digit_ahead()) fail("an exponent is a whole number");
    while (digit_ahead()) {
      k = 10 * k + static_cast<unsigned>(text_[position_++] - '0');
      if (k > kMaxExponent) fail("exponents go up to 32");
    }
    return k;
  }

  Polynomial atom() {
    skip_blanks();
    if (take('(')) {
      if (++brackets_ > kMaxBrackets) fail("too many brackets");
      Polynomial p = sum();
      if (!take(')')) fail("a bracket is not closed");
      --brackets_;
      return p;
    }
    if (take('x')) return coordinate();
    if (digit_ahead() || (position_ < text_.size() && text_[position_] == '.')) return number();
    fail("a number, a coordinate or a bracket is missing");
  }

  Polynomial coordinate() {
    std::size_t index = 0;
    if (digit_ahead()) {
      while (digit_ahead() && index <= dim_)
        index = 10 * index + static_cast<std::size_t>(text_[position_++] - '0');
      if (index < 1 || index > dim_) fail("the coordinates are x1 to x" + std::to_string(dim_));
    } else if (dim_ == 1) {
      index = 1;
    } else {
      fail("say which coordinate: x1 to x" + std::to_string(dim_));
    }
    std::vector<unsigned> exponents(dim_, 0);
    exponents[index - 1] = 1;
    return {{exponents, Rational(1)}};
  }

  /// Decimals are exact: 0.1 is 1/10.
  Polynomial number() {
    Rational value = 0, unit = 1;
    const std::size_t start = position_;
    while (digit_ahead()) value = 10 * value + (text_[position_++] - '0');
    if (position_ < text_.size() && text_[position_] == '.') {
      ++position_;
      while (digit_ahead()) {
        value = 10 * value + (text_[position_++] - '0');
        unit *= 10;
      }
    }
    if (position_ - start < 1 || position_ - start > kMaxDigits ||
        text_.substr(start, position_ - start) == ".")
      fail("is not a number");
    Polynomial p;
    add(&p, std::vector<unsigned>(dim_, 0), value / unit);
    return p;
  }

  static void add(Polynomial* p, const std::vector<unsigned>& exponents, const Rational& c) {
    Rational& entry = (*p)[exponents];
    entry += c;
    if (entry == 0) p->erase(exponents);
  }

  Polynomial times(const Polynomial& a, const Polynomial& b) const {
    Polynomial result;
    for (const auto& [ea, ca] : a)
      for (const auto& [eb, cb] : b) {
        std::vector<unsigned> e = ea;
        for (std::size_t i = 0; i < dim_; ++i)
          if ((e[i] += eb[i]) > kMaxExponent) fail("exponents go up to 32");
        add(&result, e, ca * cb);
      }
    if (result.size() > kMaxTerms) fail("too many terms");
    return result;
  }

  Polynomial to_the(const Polynomial& base, unsigned k) const {
    Polynomial p{{std::vector<unsigned>(dim_, 0), Rational(1)}};
    for (unsigned i = 0; i < k; ++i) p = times(p, base);
    return p;
  }

  std::string_view text_;
  std::size_t dim_, position_ = 0, brackets_ = 0;
  const std::string& option_;
};

std::string built_in(const std::string& text) {
  if (text == "square") return "|x|^2";
  if (text == "disc") return "sigmoid(10*(1-|x|^2))";
  if (text == "xor") return "x1*x2";
  return text;
}

const ActivationFunction<Interval> kSigmoid{Activation::sigmoid, 0.0};

}  // namespace

Target parse_target(const std::string& text, std::size_t dim, const std::string& option) {
  Target target{Target::Type::polynomial, dim, {}, text};
  std::string body = built_in(text);
  constexpr std::string_view head = "sigmoid(";
  if (body.starts_with(head) && body.ends_with(')')) {
    target.type = Target::Type::sigmoid;
    body = body.substr(head.size(), body.size() - head.size() - 1);
  }
  target.terms = PolynomialParser(body, dim, option).whole();
  return target;
}

Rational value_exact(const Polynomial& p, const std::vector<Rational>& x) {
  Rational sum = 0;
  for (const auto& [exponents, c] : p) {
    Rational term = c;
    for (std::size_t i = 0; i < x.size(); ++i)
      for (unsigned k = 0; k < exponents[i]; ++k) term *= x[i];
    sum += term;
  }
  return sum;
}

Polynomial derivative_exact(const Polynomial& p, std::size_t axis) {
  Polynomial result;
  for (const auto& [exponents, c] : p) {
    if (exponents[axis] == 0) continue;
    std::vector<unsigned> e = exponents;
    --e[axis];
    result[e] = c * exponents[axis];
  }
  return result;
}

Interval value_at(const Target& target, std::span<const double> x) {
  std::vector<Rational> exact;
  for (const double t : x) exact.push_back(rational_exact(t));
  const Interval p = enclose(value_exact(target.terms, exact));
  return target.type == Target::Type::polynomial ? p : jet_over(kSigmoid, p)[0];
}

double value_approx(const Target& target, std::span<const double> x) {
  double sum = 0;
  for (const auto& [exponents, c] : target.terms) {
    double term = c.convert_to<double>();
    for (std::size_t i = 0; i < x.size(); ++i) term *= std::pow(x[i], exponents[i]);
    sum += term;
  }
  return target.type == Target::Type::polynomial ? sum : 1 / (1 + std::exp(-sum));
}

AffineForm value_on(const Target& target, const std::vector<Interval>& box) {
  const std::size_t d = box.size();
  std::vector<std::vector<AffineForm>> powers(d);  // powers[i][k - 1] == x_i^k
  const auto power = [&](std::size_t i, unsigned k) -> const AffineForm& {
    if (powers[i].empty()) powers[i].push_back(AffineForm::symbol(box[i], i, d));
    while (powers[i].size() < k) {
      const std::size_t n =
          powers[i].size() + 1;  // x^n as a square where it is one: forms of squares are sharper
      AffineForm next = powers[i][n / 2 - 1] * powers[i][n - n / 2 - 1];
      powers[i].push_back(std::move(next));
    }
    return powers[i][k - 1];
  };
  AffineForm sum(Interval(0.0), d);
  for (const auto& [exponents, c] : target.terms) {
    AffineForm term(Interval(1.0), d);
    bool constant = true;
    for (std::size_t i = 0; i < d; ++i) {
      if (exponents[i] == 0) continue;
      term = constant ? power(i, exponents[i]) : term * power(i, exponents[i]);
      constant = false;
    }
    sum = sum + term * enclose(c);
  }
  if (target.type == Target::Type::polynomial) return sum;
  AffineForm value, slope;
  activate(kSigmoid, sum, &value, &slope);
  return value;
}

std::vector<Rational> radial_coefficients(const Polynomial& p, std::size_t dim) {
  std::vector<Rational> c;
  for (const auto& [exponents, coefficient] : p) {
    if (!std::all_of(exponents.begin() + 1, exponents.end(), [](unsigned e) { return e == 0; })) continue;
    if (exponents[0] % 2 != 0) return {};
    if (c.size() <= exponents[0] / 2) c.resize(exponents[0] / 2 + 1, Rational(0));
    c[exponents[0] / 2] = coefficient;
  }
  // p(x1, 0, …) == g(x1²); is p == g(x1² + … + xd²)? Multinomial coefficients k!/(k_1!⋯k_d!).
  std::size_t terms = 0;
  for (const auto& [exponents, coefficient] : p) {
    Rational expected = 1;
    std::size_t k = 0;
    for (const unsigned e : exponents) {
      if (e % 2 != 0) return {};
      for (unsigned i = 1; i <= e / 2; ++i) expected *= Rational(++k) / Rational(i);
    }
    if (k >= c.size() || coefficient != expected * c[k]) return {};
    ++terms;
  }
  std::size_t needed = 0;  // binomial(k + d − 1, d − 1) terms for every k with c_k != 0
  for (std::size_t k = 0; k < c.size(); ++k) {
    if (c[k] == 0) continue;
    Rational count = 1;
    for (std::size_t i = 1; i < dim; ++i) count *= Rational(k + i) / Rational(i);
    needed += count.convert_to<std::size_t>();
  }
  if (terms != needed) return {};
  if (c.empty()) c.push_back(0);
  return c;
}

}  // namespace narrows
