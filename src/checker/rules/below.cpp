// Rule `below`: |f − Φ| <= bound on a box, by the difference of the two forms over the same symbols: what both have in common cancels.
#include "checker/rules/targets.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_exponent = 32, max_bits = 4096;
const Activation logistic{Function::sigmoid, 1};

/// x^n, n >= 1.
Form power(const Form& x, std::size_t n, std::size_t d) {
  if (n == 1) return x;
  const Form half = power(x, n / 2, d), even = product(half, half, d);
  return n % 2 == 0 ? even : product(even, x, d);
}

Form form_over(const Target& target, const Box& box) {
  const std::size_t d = box.dim();
  Form sum(d, leaf_precision);
  for (const Target::Term& term : target.terms) {
    Form monomial = constant_form(Interval(1, leaf_precision), d);
    for (std::size_t i = 0; i < d; ++i) {
      if (term.exponents[i] == 0) continue;
      const Form x = coordinate_form(box.lo[i], box.hi[i], i, d, leaf_precision);
      monomial = product(monomial, power(x, term.exponents[i], d), d);
    }
    add_scaled(sum, enclose(term.coefficient, leaf_precision), monomial);
  }
  tighten(sum);
  return target.sigmoid ? ActivatedForm(logistic, sum).derivative(0) : sum;
}

}  // namespace

Target read_target(const Field& at, std::size_t d) {
  const Field fields(at, {"type", "terms"});
  Target target;
  target.sigmoid = fields["type"].one_of({"polynomial", "sigmoid"}) == 1;
  for (const Field& item : fields["terms"].items()) {
    const std::vector<Field> parts = item.items(2);
    Target::Term& term = target.terms.emplace_back();
    term.coefficient = parts[0].exact();
    for (const Field& exponent : parts[1].items(d))
      term.exponents.push_back(exponent.integer(0, max_exponent));
  }
  return target;
}

std::string target_text(const Target& target) {
  std::string text;
  for (const Target::Term& term : target.terms) {
    text += (text.empty() ? "" : "+") + term.coefficient.get_str() + '*';
    for (std::size_t i = 0; i < term.exponents.size(); ++i)
      text += (i == 0 ? "(" : ",") + std::to_string(term.exponents[i]);
    text += ')';
  }
  return (target.sigmoid ? "sigmoid " : "polynomial ") + (text.empty() ? "0" : text);
}

Interval value_at(const Target& target, const ExactPoint& point) {
  std::vector<std::vector<Rational>> powers;  // of each coordinate
  for (const Rational& x : point) {
    if (mpz_sizeinbase(x.get_num_mpz_t(), 2) + mpz_sizeinbase(x.get_den_mpz_t(), 2) > max_bits)
      reject("point", "sup-error", Reason::limit, "a long number", "at most 4096 bits");
    powers.push_back({1});
    for (std::size_t k = 0; k < max_exponent; ++k) powers.back().push_back(powers.back().back() * x);
  }
  Rational sum = 0;
  for (const Target::Term& term : target.terms) {
    Rational monomial = term.coefficient;
    for (std::size_t i = 0; i < point.size(); ++i) monomial *= powers[i][term.exponents[i]];
    sum += monomial;
  }
  const Interval p = enclose(sum, point_precision);
  return target.sigmoid ? Ranges(logistic, p).range(0) : p;
}

bool is_error_below(const Target& target, const Setting& setting, const Box& box, double bound) {
  Form f = form_over(target, box);
  for (const Carry carry : {Carry::state, Carry::symbols}) {
    Form difference = BoxPass(setting.leaf_chain, 0, box, leaf_precision, carry).finish()[0].value;
    add_scaled(difference, -1.0, f);
    tighten(difference);
    if (inside(difference.range, -bound, bound)) return true;
  }
  return false;
}

}  // namespace narrows::checker
