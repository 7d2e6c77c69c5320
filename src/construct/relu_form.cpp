#include "construct/relu_form.hpp"

#include <algorithm>

namespace narrows {
namespace {

bool has_sign(const ReluForm& e, int sign) {
  return e.constant.sign() * sign >= 0 && std::all_of(e.terms.begin(), e.terms.end(), [&](const auto& term) {
           return term.second.sign() * sign > 0;
         });
}

/// e divided by its first weight.
ReluForm normal(const ReluForm& e) {
  ReluForm key = e;
  const Rational lead = e.terms[0].second;
  if (lead == 1) return key;
  for (auto& term : key.terms) term.second /= lead;
  key.constant /= lead;
  return key;
}

}  // namespace

bool operator==(const ReluForm& a, const ReluForm& b) {
  return a.terms == b.terms && a.constant == b.constant;
}

bool ReluAlgebra::Before::operator()(const ReluForm& a, const ReluForm& b) const {
  if (a.terms.size() != b.terms.size()) return a.terms.size() < b.terms.size();
  for (std::size_t i = a.terms.size(); i-- > 0;)
    if (a.terms[i].first != b.terms[i].first) return a.terms[i].first < b.terms[i].first;
  if (const int c = a.constant.compare(b.constant); c != 0) return c < 0;
  for (std::size_t i = a.terms.size(); i-- > 0;)
    if (const int c = a.terms[i].second.compare(b.terms[i].second); c != 0) return c < 0;
  return false;
}

ReluForm ReluAlgebra::relu(const ReluForm& e) {
  if (has_sign(e, 1)) return e;
  if (has_sign(e, -1)) return {};
  const Rational& lead = e.terms[0].second;
  const int side = lead.sign();
  ReluForm key = normal(e);
  Known& known = known_[key];
  if (known.sign != 0) return known.sign == side ? e : ReluForm{};
  if (!known.has_atom) {
    known.has_atom = true;
    known.atom = atoms_++;
    // relu(−key) = atom − key is not negative either.
    ReluForm other = combine({{Rational(-1), &key}});
    other.terms.emplace_back(known.atom, Rational(1));
    const std::uint32_t atom = known.atom;
    assume_nonnegative(other);
    if (side > 0) return {{{atom, lead}}, 0};
    ReluForm result = e;
    result.terms.emplace_back(atom, abs(lead));
    return result;
  }
  const ReluForm positive{{{known.atom, Rational(abs(lead))}}, 0};
  return side > 0 ? positive : combine({{Rational(1), &positive}, {Rational(1), &e}});
}

void ReluAlgebra::assume_nonnegative(const ReluForm& e) {
  if (e.terms.empty()) return;
  Known& known = known_[normal(e)];
  if (known.sign == 0) known.sign = e.terms[0].second.sign();
}

ReluForm combine(const std::vector<std::pair<Rational, const ReluForm*>>& parts, Rational constant) {
  ReluForm sum;
  sum.constant = std::move(constant);
  for (const auto& [weight, part] : parts) {
    if (weight == 0) continue;
    sum.constant += weight * part->constant;
    for (const auto& [atom, coefficient] : part->terms) sum.terms.emplace_back(atom, weight * coefficient);
  }
  std::sort(sum.terms.begin(), sum.terms.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < sum.terms.size();) {
    std::size_t j = i + 1;
    for (; j < sum.terms.size() && sum.terms[j].first == sum.terms[i].first; ++j)
      sum.terms[i].second += sum.terms[j].second;
    if (sum.terms[i].second != 0) {
      if (kept != i) sum.terms[kept] = std::move(sum.terms[i]);
      ++kept;
    }
    i = j;
  }
  sum.terms.resize(kept);
  return sum;
}

}  // namespace narrows
