#include "construct/grid_claims.hpp"

#include <algorithm>

namespace narrows {

LineRange range_on(const LineFunction& f, const Rational& a, const Rational& b) {
  const Rational at_a = f(a), at_b = f(b);
  LineRange range{std::min(at_a, at_b), std::max(at_a, at_b)};
  const auto& x = f.x();
  for (auto k = static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), a) - x.begin());
       k < x.size() && x[k] < b; ++k) {
    range.least = std::min(range.least, f.y()[k]);
    range.greatest = std::max(range.greatest, f.y()[k]);
  }
  return range;
}

namespace {

bool is_constant_on(const LineFunction& f, const LineRange& z, const Rational& value) {
  const LineRange range = range_on(f, z.least, z.greatest);
  return range.least == value && range.greatest == value;
}

/// The one-dimensional cores [j/n + w, (j+1)/n − w].
std::vector<LineRange> cores(std::size_t n, const Rational& theta) {
  const Rational w = theta / Rational(2 * n);
  std::vector<LineRange> list;
  for (std::size_t j = 0; j < n; ++j)
    list.push_back({Rational(j) / Rational(n) + w, Rational(j + 1) / Rational(n) - w});
  return list;
}

bool is_in_range(const LineFunction& f, const GridFunction& h, bool with_zero) {
  if (f.left_slope() != 0 || f.right_slope() != 0) return false;
  Rational least = *std::min_element(h.values.begin(), h.values.end()),
           greatest = *std::max_element(h.values.begin(), h.values.end());
  if (with_zero) {
    least = std::min(least, Rational(0));
    greatest = std::max(greatest, Rational(0));
  }
  return std::all_of(f.y().begin(), f.y().end(),
                     [&](const Rational& y) { return least <= y && y <= greatest; });
}

/// On the core of a cell the number z = φ + Σ s_i stays in an interval on which G must be the cell's value.
bool equals_on_cores(const DigitForm& form, const GridFunction& h, const Rational& theta) {
  std::vector<std::vector<LineRange>> parts(h.dim);
  for (const LineRange& core : cores(h.n, theta)) {
    for (std::size_t i = 0; i + 1 < h.dim; ++i)
      parts[i].push_back(range_on(form.stairs[i], core.least, core.greatest));
    parts[h.dim - 1].push_back(range_on(form.phi, core.least, core.greatest));
  }
  for (std::size_t m = 0; m < h.cells(); ++m) {
    const auto cell = h.cell(m);
    LineRange z;
    for (std::size_t i = 0; i < h.dim; ++i) {
      z.least += parts[i][cell[i]].least;
      z.greatest += parts[i][cell[i]].greatest;
    }
    if (!is_constant_on(form.code, z, h.values[m])) return false;
  }
  return true;
}

}  // namespace

GridClaims grid_claims(const DigitForm& form, const GridFunction& h, const Rational& theta, bool with_zero) {
  return {equals_on_cores(form, h, theta), vanishes_off_cube(form), is_in_range(form.code, h, with_zero)};
}

GridClaims grid_claims(const LineFunction& form, const GridFunction& h, const Rational& theta) {
  const auto list = cores(h.n, theta);
  bool equal = true;
  for (std::size_t j = 0; j < h.n; ++j) equal = equal && is_constant_on(form, list[j], h.values[j]);
  return {equal, vanishes_off_cube(form), is_in_range(form, h, true)};
}

}  // namespace narrows
