// Affine forms as rows of doubles.
#include "checker/leaf_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace narrows::checker {
namespace {

/// What a sum of that many products errs by at most, relative to the sum of the magnitudes.
double error_share(std::size_t products) {
  return static_cast<double>(products + 1) * 0x1p-53;
}

/// At least |x| for x in the range; NaN if an end is.
double magnitude(const Rows::Rest& x) {
  return x.lo <= x.hi ? std::max(-x.lo, x.hi) : std::numeric_limits<double>::quiet_NaN();
}

/// Its place in a sum: the middle of a weight.
double middle(const LeafInterval& w) {
  return w.is_point() ? w.lo.as_double() : middle_of(w).as_double();
}

/// y += a·x.
void add_multiple(double* y, double a, const double* x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += a * x[i];
}

/// y += a·x + b·z: two terms in one loop, at most as many roundings of each as one after the other.
void add_multiples(double* y, double a, const double* x, double b, const double* z, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += a * x[i] + b * z[i];
}

/// Notes the size, and intersects the range with that of the affine part, unless it is not finite; unknown if they contradict each
/// other. Each bound makes up for four roundings, and there are at most three; sums have no subnormal errors.
void tighten(Rows& y, std::size_t i) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN(), share = 0x1p-51;
  Rows::Rest& rest = y.rest[i];
  const double centre = y.at(i)[0], slopes = directed::sum_of_magnitudes(y.at(i) + 1, y.length - 1);
  rest.size = directed::next_up(std::fabs(centre) + slopes);
  const double total = slopes + rest.radius, margin = (std::fabs(centre) + total) * share;
  if (std::isfinite(margin)) {
    const double lo = (centre - total) - margin, hi = (centre + total) + margin;
    if (lo > rest.lo) rest.lo = lo;
    if (hi < rest.hi) rest.hi = hi;
  }
  if (!(rest.lo <= rest.hi)) rest.lo = rest.hi = unknown;
}

/// A weighted sum of rows that becomes row i of y, which is 0.
class RowSum {
 public:
  /// `terms`: how many terms are added at most.
  RowSum(Rows& y, std::size_t i, std::size_t terms) : y_(y), i_(i), share_(error_share(terms)) {}

  /// w·x_j.
  void add(const LeafInterval& w, const Rows& x, std::size_t j) {
    const double a = middle(w);
    if (a != 0) add_multiple(y_.at(i_), a, x.at(j), x.length);
    add_errors(w, a, x, j);
  }
  /// v·x_j + w·x_(j+1).
  void add_two(const LeafInterval& v, const LeafInterval& w, const Rows& x, std::size_t j) {
    const double a = middle(v), b = middle(w);
    if (a == 0 || b == 0) {
      add(v, x, j);
      return add(w, x, j + 1);
    }
    add_multiples(y_.at(i_), a, x.at(j), b, x.at(j + 1), x.length);
    add_errors(v, a, x, j);
    add_errors(w, b, x, j + 1);
  }
  /// a·x_j without its range.
  void add_affine(double a, const Rows& x, std::size_t j) {
    if (a == 0) return;
    add_multiple(y_.at(i_), a, x.at(j), x.length);
    add_radius(a, x.rest[j]);
  }
  void add_constant(const LeafInterval& c) {
    const double a = middle(c), before = y_.at(i_)[0];
    y_.at(i_)[0] += a;
    if (before != 0) radius_.add(a * share_);
    if (!c.is_point()) radius_.add(absolute(c - LeafInterval(a)).hi.as_double());
    others_ = others_ + c;
  }
  /// A sum that is finite did not overflow on the way; of any other nothing is known.
  void finish() {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const double error = exact_ ? 0 : range_errors_.upper();
    const bool finite = std::isfinite(lo_) && std::isfinite(hi_);
    finish(others_ + (finite
                          ? LeafInterval(directed::add(lo_, -error, false), directed::add(hi_, error, true))
                          : LeafInterval(-infinity, infinity)));
  }
  void finish(const LeafInterval& range) {
    y_.rest[i_] = {radius_.upper(), range.lo.as_double(), range.hi.as_double()};
    tighten(y_, i_);
  }

 private:
  void add_radius(double a, const Rows::Rest& rest) {
    radius_.add(a * rest.size * share_);
    radius_.add(a * rest.radius);
  }
  /// All of w·x_j but the coefficients, which are a·x_j.
  void add_errors(const LeafInterval& w, double a, const Rows& x, std::size_t j) {
    const Rows::Rest& rest = x.rest[j];
    if (a != 0) add_radius(a, rest);
    if (!w.is_point()) radius_.add(absolute(w - LeafInterval(a)).hi.as_double() * magnitude(rest));
    if (!w.is_point() || !std::isfinite(magnitude(rest))) {
      others_ = others_ + w * x.range(j);
    } else if (a != 0) {
      lo_ += a * (a > 0 ? rest.lo : rest.hi);
      hi_ += a * (a > 0 ? rest.hi : rest.lo);
      range_errors_.add(a * magnitude(rest) * share_);
      exact_ = false;
    }
  }

  Rows& y_;
  std::size_t i_;
  double share_, lo_ = 0, hi_ = 0;
  bool exact_ = true;  ///< lo_ and hi_ are 0
  directed::ErrorSum radius_, range_errors_;
  LeafInterval others_ = 0;
};

/// One factor of a product: its coefficients, and bounds of Σ|slope| over the first d symbols and over the others, and of its range.
struct Factor {
  const double* slopes;
  std::size_t symbols;
  double centre, radius, first, others, reach;
  Factor(const Rows& x, std::size_t i, std::size_t d)
      : slopes(x.at(i) + 1),
        symbols(x.length - 1),
        centre(x.at(i)[0]),
        radius(x.rest[i].radius),
        first(directed::sum_of_magnitudes(slopes, std::min(d, symbols))),
        others(symbols > d ? directed::sum_of_magnitudes(slopes + d, symbols - d) : 0),
        reach(magnitude(x.rest[i])) {}
};

/// centre += Σ x_k y_k / 2 over from <= k < to. Returns Σ|x_k y_k / 2|, to nearest.
double add_squares(double& centre, const Factor& x, const Factor& y, std::size_t from, std::size_t to) {
  double magnitudes = 0;
  for (std::size_t k = from; k < to; ++k) {
    const double half = 0.5 * (x.slopes[k] * y.slopes[k]);  // no factor may lose a subnormal
    centre += half;
    magnitudes += std::fabs(half);
  }
  return magnitudes;
}

/// |x_k y_l + x_l y_k| for k < l < d.
void add_pairs(directed::ErrorSum& radius, const Factor& x, const Factor& y, std::size_t d) {
  const auto entry = [](const Factor& f, std::size_t k) { return k < f.symbols ? f.slopes[k] : 0.0; };
  for (std::size_t k = 0; k < d; ++k) {
    for (std::size_t l = k + 1; l < d; ++l) {
      const double one = entry(x, k) * entry(y, l), other = entry(x, l) * entry(y, k);
      radius.add(std::fabs(one + other) + (std::fabs(one) + std::fabs(other)) * error_share(2));
    }
  }
}

/// Row i of z, which is 0: x·y. The square terms x_k y_k e_k^2, e_k^2 in [0, 1], are centred at x_k y_k / 2. Of the mixed terms those
/// of the first d symbols are paired; for all others Σ|x_k|·Σ|y_l| is a bound, in which the squares are twice what they
/// must be (the subnormals that these may have gained are those that upper() adds for three terms).
void set_product(Rows& z, std::size_t i, const Factor& x, const Factor& y, std::size_t d,
                 const LeafInterval& range) {
  const std::size_t shared = std::min(x.symbols, y.symbols), paired = std::min(shared, d);
  const double share = error_share(2 * shared + 4);
  double* out = z.at(i);
  add_multiple(out + 1, x.centre, y.slopes, y.symbols);
  add_multiple(out + 1, y.centre, x.slopes, x.symbols);
  out[0] = x.centre * y.centre;
  const double constant = std::fabs(out[0]), first = add_squares(out[0], x, y, 0, paired),
               others = add_squares(out[0], x, y, paired, shared);
  directed::ErrorSum radius, mixed;
  radius.add((constant + first + others) * share);
  radius.add(x.centre * (y.first + y.others) * share);
  radius.add(y.centre * (x.first + x.others) * share);
  radius.add(first * (1 + share));
  add_pairs(radius, x, y, d);
  mixed.add(x.others * y.others);
  mixed.add(x.others * y.first);
  mixed.add(x.first * y.others);
  radius.add(directed::add(mixed.upper(), -others * (1 - share), true));
  radius.add(x.reach * y.radius);  // (X + r)(Y + s) = XY + (X + r)s + rY, X and Y the affine parts
  radius.add((std::fabs(y.centre) + y.first + y.others) * x.radius);
  z.rest[i] = {radius.upper(), range.lo.as_double(), range.hi.as_double()};
  tighten(z, i);
}

}  // namespace

Rows coordinates(const Box& box) {
  Rows x(box.dim(), 1 + box.dim());
  for (std::size_t i = 0; i < box.dim(); ++i) {
    const LeafInterval c(box.lo[i], box.hi[i]), middle(middle_of(c));
    double* row = x.at(i);
    row[0] = middle.lo.as_double();
    (box.lo[i] < box.hi[i] ? row[1 + i] : x.rest[i].radius) = absolute(c - middle).hi.as_double();
    x.rest[i].lo = box.lo[i];
    x.rest[i].hi = box.hi[i];
    x.rest[i].size = directed::add(std::fabs(row[0]), row[1 + i], true);
  }
  return x;
}

Rows constants(const std::vector<LeafInterval>& values) {
  Rows x(values.size(), 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    RowSum sum(x, i, 1);
    sum.add_constant(values[i]);
    sum.finish();
  }
  return x;
}

void give_symbol(Rows& y, std::size_t i, std::size_t index) {
  y.rest[i].size = directed::add(y.rest[i].size, y.rest[i].radius, true);
  std::swap(y.at(i)[index], y.rest[i].radius);
}

Rows linear_map(std::size_t rows, const LeafInterval* weights, std::size_t row, std::size_t step,
                const Rows& x, const std::vector<LeafInterval>& bias) {
  Rows y(rows, x.length);
  for (std::size_t i = 0; i < rows; ++i) {
    RowSum sum(y, i, x.size() + 1);
    std::size_t j = 0;
    for (; j + 2 <= x.size(); j += 2)
      sum.add_two(weights[i * row + j * step], weights[i * row + (j + 1) * step], x, j);
    if (j < x.size()) sum.add(weights[i * row + j * step], x, j);
    if (!bias.empty()) sum.add_constant(bias[i]);
    sum.finish();
  }
  return y;
}

Rows diagonal_map(const std::vector<LeafInterval>& scale, const Rows& x,
                  const std::vector<LeafInterval>& bias) {
  Rows y(x.size(), x.length);
  for (std::size_t i = 0; i < x.size(); ++i) {
    RowSum sum(y, i, 2);
    sum.add(scale[i], x, i);
    if (!bias.empty()) sum.add_constant(bias[i]);
    sum.finish();
  }
  return y;
}

Rows residual_sum(const LeafLayer& layer, const Rows& x, const Rows& y) {
  Rows sums(x.size(), std::max(x.length, y.length));
  for (std::size_t i = 0; i < x.size(); ++i) {
    RowSum sum(sums, i, 2);
    sum.add(layer.skip, x, i);
    sum.add(layer.residual, y, i);
    sum.finish();
  }
  return sums;
}

void set_line(Rows& y, std::size_t i, const Line<LeafInterval>& line, const Rows& z) {
  RowSum sum(y, i, 2);
  if (line.affine) sum.add_affine(line.lambda.as_double(), z, i);
  sum.add_constant(line.affine ? line.remainder : line.range);
  sum.finish(line.range);
}

Rows products(const Rows& x, const Rows& y, std::size_t d, std::size_t length) {
  Rows z(x.size(), std::max(length, std::max(x.length, y.length)));
  for (std::size_t i = 0; i < x.size(); ++i)
    set_product(z, i, Factor(x, i, d), Factor(y, i, d), d, x.range(i) * y.range(i));
  return z;
}

}  // namespace narrows::checker
