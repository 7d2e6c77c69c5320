// Affine forms as rows of doubles, or of Lanes: sums, products and lines with rounding errors that are bounded for a whole sum at once.
//
// A row holds the centre, the slopes of all symbols, a radius and a range, as a Form does (form.hpp). Everything is computed to
// nearest, u = 2^-53: in a sum of k products that starts at 0, each takes part in at most k roundings, so the error is at most
// k·u/(1 - k·u) times the sum of the magnitudes, and (k + 1)·u is more. One bound of |centre| + Σ|slope| for each row makes up for
// all its coefficients. What subnormal products lose is less than what ErrorSum adds for each of its terms.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "checker/linearisation.hpp"
#include "checker/model.hpp"
#include "checker/pass.hpp"
#include "checker/recycled.hpp"

namespace narrows::checker {

using LeafLayer = BasicLayer<LeafInterval>;

/// Affine forms over the same symbols, of one box or of one in each lane.
template <class T>
struct BasicRows {
  struct Rest {
    T radius = 0, lo = 0, hi = 0;
    T size = 0;   ///< at least |centre| + Σ|slope|
    T reach = 0;  ///< at least |x| for x in the range; NaN if an end is

    void set_range(const T& lower, const T& upper) {
      const auto known = lower <= upper;
      const T unknown = std::numeric_limits<double>::quiet_NaN();
      lo = select(known, lower, unknown);
      hi = select(known, upper, unknown);
      reach = greatest(T(-lo), hi);
    }
  };
  std::size_t length;              ///< 1 + the number of symbols
  RecycledVector<T> coefficients;  ///< centre and slopes, row after row
  RecycledVector<Rest> rest;

  BasicRows(std::size_t rows, std::size_t coefficients_each)
      : length(coefficients_each), coefficients(rows * coefficients_each), rest(rows) {}
  [[nodiscard]] std::size_t size() const { return rest.size(); }
  [[nodiscard]] T* at(std::size_t i) { return coefficients.data() + i * length; }
  [[nodiscard]] const T* at(std::size_t i) const { return coefficients.data() + i * length; }
  [[nodiscard]] BasicLeafInterval<T> range(std::size_t i) const {
    return BasicLeafInterval<T>(rest[i].lo, rest[i].hi);
  }
};
using Rows = BasicRows<double>;

namespace row_parts {

/// What a sum of that many products errs by at most, relative to the sum of the magnitudes.
inline double error_share(std::size_t products) {
  return static_cast<double>(products + 1) * 0x1p-53;
}

/// Its place in a sum: the middle of a weight.
inline double middle(const LeafInterval& w) {
  return w.is_point() ? w.lo.as_double() : middle_of(w).as_double();
}

/// y += a·x.
template <class A, class T>
void add_multiple(T* y, const A& a, const T* x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += a * x[i];
}

/// y += a·x + b·z: two terms in one loop, at most as many roundings of each as one after the other.
template <class T>
void add_multiples(T* y, double a, const T* x, double b, const T* z, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += a * x[i] + b * z[i];
}

/// Notes the size, and intersects the range with that of the affine part, unless it is not finite; unknown if they contradict each
/// other. Each bound makes up for four roundings, and there are at most three; sums have no subnormal errors.
template <class T>
void tighten(BasicRows<T>& y, std::size_t i, const BasicLeafInterval<T>& range) {
  constexpr double share = 0x1p-51;
  auto& rest = y.rest[i];
  const T centre = y.at(i)[0], slopes = directed::sum_of_magnitudes(y.at(i) + 1, y.length - 1);
  rest.size = directed::step(T(magnitude(centre) + slopes), true);
  const T total = slopes + rest.radius, margin = (magnitude(centre) + total) * share;
  const T lo = (centre - total) - margin, hi = (centre + total) + margin;
  const auto finite = is_finite(margin);
  const T lower = range.lo.as_double(), upper = range.hi.as_double();
  rest.set_range(select(finite & (lo > lower), lo, lower), select(finite & (hi < upper), hi, upper));
}

/// A weighted sum of rows that becomes row i of y, which is 0.
template <class T>
class RowSum {
 public:
  using Interval = BasicLeafInterval<T>;

  /// `terms`: how many terms are added at most.
  RowSum(BasicRows<T>& y, std::size_t i, std::size_t terms) : y_(y), i_(i), share_(error_share(terms)) {}

  /// w·x_j.
  void add(const LeafInterval& w, const BasicRows<T>& x, std::size_t j) {
    const double a = middle(w);
    if (a != 0) add_multiple(y_.at(i_), a, x.at(j), x.length);
    add_errors(w, a, x, j);
  }
  /// v·x_j + w·z_k, where rows of z are no shorter than those of x.
  void add_two(const LeafInterval& v, const BasicRows<T>& x, std::size_t j, const LeafInterval& w, const BasicRows<T>& z, std::size_t k) {
    const double a = middle(v), b = middle(w);
    if (a == 0 || b == 0) {
      add(v, x, j);
      return add(w, z, k);
    }
    add_multiples(y_.at(i_), a, x.at(j), b, z.at(k), x.length);
    add_multiple(y_.at(i_) + x.length, b, z.at(k) + x.length, z.length - x.length);
    add_errors(v, a, x, j);
    add_errors(w, b, z, k);
  }
  /// a·x_j without its range; nothing, whatever x_j is, where a is 0.
  void add_affine(const T& a, const BasicRows<T>& x, std::size_t j) {
    const auto used = a != 0;
    const T *from = x.at(j), size = select(used, x.rest[j].size, T(0)), radius = select(used, x.rest[j].radius, T(0));
    T* to = y_.at(i_);
    if (all(used)) {
      add_multiple(to, a, from, x.length);
    } else if (any(used)) {
      for (std::size_t k = 0; k < x.length; ++k) to[k] += select(used, T(a * from[k]), T(0));
    }
    add_radius(a, size, radius);
  }
  void add_constant(const Interval& c) {
    const T a = select(c.is_point(), c.lo.as_double(), middle_of(c).as_double());
    T& centre = y_.at(i_)[0];
    radius_.add(select(centre != 0, T(a * share_), T(0)));
    centre += a;
    const T off = absolute(c - Interval(a, a)).hi.as_double();
    radius_.add(select(c.is_point(), T(0), off));
    add_other(c);
  }
  /// A sum that is finite did not overflow on the way; of any other nothing is known.
  void finish() {
    if (!exact_) {
      const T error = range_errors_.upper();
      const Interval sum(directed::add(lo_, T(-error), false), directed::add(hi_, error, true));
      const Interval other = select(is_nan(lo_) | is_nan(hi_), Interval::unknown(), Interval::whole());
      add_other(select(is_finite(lo_) & is_finite(hi_), sum, other));
    }
    finish(others_);
  }
  void finish(const Interval& range) {
    y_.rest[i_].radius = radius_.upper();
    tighten(y_, i_, range);
  }

 private:
  /// To the range.
  void add_other(const Interval& x) {
    others_ = any_others_ ? others_ + x : x;
    any_others_ = true;
  }
  template <class A>
  void add_radius(const A& a, const T& size, const T& radius) {
    radius_.add(a * size * share_);
    radius_.add(a * radius);
  }
  /// All of w·x_j but the coefficients, which are a·x_j.
  void add_errors(const LeafInterval& w, double a, const BasicRows<T>& x, std::size_t j) {
    const auto& rest = x.rest[j];
    if (a != 0) add_radius(a, rest.size, rest.radius);
    if (!w.is_point()) {
      radius_.add(absolute(w - LeafInterval(a)).hi.as_double() * rest.reach);
      add_other(Interval(w) * x.range(j));
    } else if (a != 0) {
      lo_ += a * (a > 0 ? rest.lo : rest.hi);
      hi_ += a * (a > 0 ? rest.hi : rest.lo);
      range_errors_.add(a * rest.reach * share_);
      exact_ = false;
    } else {
      add_other(select(is_nan(rest.reach), Interval::unknown(), Interval(0)));
    }
  }

  BasicRows<T>& y_;
  std::size_t i_;
  double share_;
  T lo_ = 0, hi_ = 0;
  bool exact_ = true;  ///< lo_ and hi_ are 0
  directed::BasicErrorSum<T> radius_, range_errors_;
  bool any_others_ = false;
  Interval others_ = 0;
};

/// One factor of a product: its coefficients, and bounds of Σ|slope| over the first d symbols and over the others, and of its range.
template <class T>
struct Factor {
  const T* slopes;
  std::size_t symbols;
  T centre, radius, first, others, reach;
  Factor(const BasicRows<T>& x, std::size_t i, std::size_t d)
      : slopes(x.at(i) + 1),
        symbols(x.length - 1),
        centre(x.at(i)[0]),
        radius(x.rest[i].radius),
        first(directed::sum_of_magnitudes(slopes, std::min(d, symbols))),
        others(symbols > d ? directed::sum_of_magnitudes(slopes + d, symbols - d) : T(0)),
        reach(x.rest[i].reach) {}
};

/// centre += Σ x_k y_k / 2 over from <= k < to. Returns Σ|x_k y_k / 2|, to nearest.
template <class T>
T add_squares(T& centre, const Factor<T>& x, const Factor<T>& y, std::size_t from, std::size_t to) {
  T magnitudes = 0;
  for (std::size_t k = from; k < to; ++k) {
    const T half = 0.5 * (x.slopes[k] * y.slopes[k]);  // no factor may lose a subnormal
    centre += half;
    magnitudes += magnitude(half);
  }
  return magnitudes;
}

/// |x_k y_l + x_l y_k| for k < l < d.
template <class T>
void add_pairs(directed::BasicErrorSum<T>& radius, const Factor<T>& x, const Factor<T>& y, std::size_t d) {
  const auto entry = [](const Factor<T>& f, std::size_t k) { return k < f.symbols ? f.slopes[k] : T(0); };
  for (std::size_t k = 0; k < d; ++k) {
    for (std::size_t l = k + 1; l < d; ++l) {
      const T one = entry(x, k) * entry(y, l), other = entry(x, l) * entry(y, k);
      radius.add(magnitude(one + other) + (magnitude(one) + magnitude(other)) * error_share(2));
    }
  }
}

/// Row i of z, which is 0: x·y. The square terms x_k y_k e_k^2, e_k^2 in [0, 1], are centred at x_k y_k / 2. Of the mixed terms those
/// of the first d symbols are paired; for all others Σ|x_k|·Σ|y_l| is a bound, in which the squares are twice what they
/// must be (the subnormals that these may have gained are those that upper() adds for three terms).
template <class T>
void set_product(BasicRows<T>& z, std::size_t i, const Factor<T>& x, const Factor<T>& y, std::size_t d,
                 const BasicLeafInterval<T>& range) {
  const std::size_t shared = std::min(x.symbols, y.symbols), paired = std::min(shared, d);
  const double share = error_share(2 * shared + 4);
  T* out = z.at(i);
  add_multiple(out + 1, x.centre, y.slopes, y.symbols);
  add_multiple(out + 1, y.centre, x.slopes, x.symbols);
  out[0] = x.centre * y.centre;
  const T constant = magnitude(out[0]), first = add_squares(out[0], x, y, 0, paired),
          others = add_squares(out[0], x, y, paired, shared);
  directed::BasicErrorSum<T> radius, mixed;
  radius.add((constant + first + others) * share);
  radius.add(x.centre * (y.first + y.others) * share);
  radius.add(y.centre * (x.first + x.others) * share);
  radius.add(first * (1 + share));
  add_pairs(radius, x, y, d);
  mixed.add(x.others * y.others);
  mixed.add(x.others * y.first);
  mixed.add(x.first * y.others);
  radius.add(directed::add(mixed.upper(), T(-others * (1 - share)), true));
  radius.add(x.reach * y.radius);  // (X + r)(Y + s) = XY + (X + r)s + rY, X and Y the affine parts
  radius.add((magnitude(y.centre) + y.first + y.others) * x.radius);
  z.rest[i].radius = radius.upper();
  tighten(z, i, range);
}

}  // namespace row_parts

}  // namespace narrows::checker
