#include "construct/polynomial.hpp"

#include <cctype>
#include <optional>

#include "base/errors.hpp"

namespace narrows {

Polynomial Polynomial::constant(std::size_t dim, const Rational& value) {
  Polynomial p(dim);
  p.add(std::vector<unsigned>(dim), value);
  return p;
}

Polynomial Polynomial::coordinate(std::size_t dim, std::size_t i) {
  std::vector<unsigned> powers(dim);
  powers[i] = 1;
  Polynomial p(dim);
  p.add(powers, 1);
  return p;
}

void Polynomial::add(const std::vector<unsigned>& powers, const Rational& coefficient) {
  Term& term = terms_[powers];
  term.coefficient += coefficient;
  if (term.coefficient == 0) {
    terms_.erase(powers);
    return;
  }
  term.enclosure = enclose(term.coefficient);
}

unsigned Polynomial::degree() const {
  unsigned degree = 0;
  for (const auto& [powers, term] : terms_) {
    unsigned total = 0;
    for (const unsigned k : powers) total += k;
    degree = std::max(degree, total);
  }
  return degree;
}

Polynomial Polynomial::derivative(std::size_t i) const {
  Polynomial p(dim_);
  for (const auto& [powers, term] : terms_) {
    if (powers[i] == 0) continue;
    std::vector<unsigned> lowered = powers;
    --lowered[i];
    p.add(lowered, term.coefficient * powers[i]);
  }
  return p;
}

Rational Polynomial::operator()(std::span<const Rational> x) const {
  Rational sum;
  for (const auto& [powers, term] : terms_) {
    Rational product = term.coefficient;
    for (std::size_t i = 0; i < dim_; ++i)
      for (unsigned k = 0; k < powers[i]; ++k) product *= x[i];
    sum += product;
  }
  return sum;
}

Interval power(const Interval& x, unsigned k) {
  if (k == 0) return 1.0;
  if (k == 1) return x;
  return k % 2 == 0 ? power(square(x), k / 2) : power(square(x), k / 2) * x;
}

Interval Polynomial::range(std::span<const Interval> box) const {
  Interval sum = 0.0;
  for (const auto& [powers, term] : terms_) {
    Interval product = term.enclosure;
    for (std::size_t i = 0; i < dim_; ++i)
      if (powers[i] > 0) product = product * power(box[i], powers[i]);
    sum += product;
  }
  return sum;
}

Polynomial Polynomial::operator+(const Polynomial& other) const {
  Polynomial sum = *this;
  for (const auto& [powers, term] : other.terms_) sum.add(powers, term.coefficient);
  return sum;
}

Polynomial Polynomial::operator*(const Polynomial& other) const {
  Polynomial product(dim_);
  for (const auto& [a, s] : terms_)
    for (const auto& [b, t] : other.terms_) {
      std::vector<unsigned> powers = a;
      for (std::size_t i = 0; i < dim_; ++i) powers[i] += b[i];
      product.add(powers, s.coefficient * t.coefficient);
    }
  return product;
}

Polynomial Polynomial::scaled(const Rational& factor) const { return *this * constant(dim_, factor); }

namespace {

/// Recursive descent; `next_` is the first byte not read.
class Parser {
 public:
  Parser(const std::string& text, std::size_t dim, const std::string& where) : text_(text), dim_(dim), where_(where) {}

  Polynomial whole() {
    Polynomial p = sum();
    if (peek() != '\0') fail("unexpected '" + std::string(1, peek()) + "'");
    return p;
  }

 private:
  static constexpr unsigned kMaxPower = 64;
  static constexpr int kMaxDepth = 64;

  [[noreturn]] void fail(const std::string& what) const {
    throw InputError(where_, what + " at byte " + std::to_string(next_ + 1) + " of \"" + text_ + "\"", "write for example \"x^2 + 3*x*y - 1/2\"", ExitCode::usage);
  }
  char peek() {
    while (next_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[next_])) != 0) ++next_;
    return next_ < text_.size() ? text_[next_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++next_;
    return true;
  }

  Polynomial sum() {
    if (++depth_ > kMaxDepth) fail("too many parentheses");
    Polynomial p = take('-') ? product().scaled(-1) : product();
    for (;;) {
      if (take('+'))
        p = p + product();
      else if (take('-'))
        p = p + product().scaled(-1);
      else
        break;
    }
    --depth_;
    return p;
  }

  Polynomial product() {
    Polynomial p = factor();
    for (;;) {
      if (take('*')) {
        p = p * factor();
      } else if (take('/')) {
        const Rational divisor = number();
        if (divisor == 0) fail("division by 0");
        p = p.scaled(1 / divisor);
      } else if (const char c = peek(); c == '(' || std::isalpha(static_cast<unsigned char>(c)) != 0) {
        p = p * factor();
      } else {
        return p;
      }
      if (p.degree() > kMaxPower) fail("the degree exceeds 64");
    }
  }

  Polynomial factor() {
    Polynomial base = atom();
    if (!take('^')) return base;
    const Rational exponent = number();
    if (denominator(exponent) != 1 || exponent > kMaxPower) fail("an exponent is an integer from 0 to 64");
    const auto k = exponent.convert_to<unsigned>();
    if (k * base.degree() > kMaxPower) fail("the degree exceeds 64");
    Polynomial result = Polynomial::constant(dim_, 1);
    for (unsigned i = 0; i < k; ++i) result = result * base;
    return result;
  }

  Polynomial atom() {
    const char c = peek();
    if (take('(')) {
      Polynomial inner = sum();
      if (!take(')')) fail("a ')' is missing");
      return inner;
    }
    if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.') return Polynomial::constant(dim_, number());
    return Polynomial::coordinate(dim_, variable());
  }

  std::size_t variable() {
    const char c = peek();
    std::size_t i = c == 'x' ? 0 : c == 'y' ? 1 : c == 'z' ? 2 : dim_;
    if (i < dim_) ++next_;
    if (c == 'x' && next_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[next_])) != 0) i = static_cast<std::size_t>(text_[next_++] - '0') - 1;
    if (i >= dim_) fail("a number or one of " + std::to_string(dim_) + " coordinates is expected (x1, x2, …, or x, y, z)");
    return i;
  }

  Rational number() {
    (void)peek();
    Rational value = 0, unit = 1;
    std::size_t digits = 0;
    bool point = false;
    for (; next_ < text_.size(); ++next_) {
      const char c = text_[next_];
      if (c == '.' && !point) {
        point = true;
        continue;
      }
      if (std::isdigit(static_cast<unsigned char>(c)) == 0) break;
      if (++digits > 100) fail("the number is too long");
      value = value * 10 + (c - '0');
      if (point) unit *= 10;
    }
    if (digits == 0) fail("a number is expected");
    return value / unit;
  }

  const std::string& text_;
  std::size_t dim_, next_ = 0;
  int depth_ = 0;
  const std::string& where_;
};

}  // namespace

Polynomial Polynomial::parse(const std::string& text, std::size_t dim, const std::string& where) { return Parser(text, dim, where).whole(); }

}  // namespace narrows
