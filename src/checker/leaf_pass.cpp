// Forward and backward passes in rows of doubles.
#include "checker/leaf_pass.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "checker/linearisation.hpp"

namespace narrows::checker {
namespace {

/// What a sum of that many products errs by at most, relative to the sum of the magnitudes.
double error_share(std::size_t products) {
  return static_cast<double>(products + 1) * 0x1p-53;
}

/// At least |x| for x in the range; NaN if an end is.
double magnitude(const Rows::Rest& x) {
  return std::fabs(x.lo) + std::fabs(x.hi);
}

/// At least |centre| + Σ|slope| of row i.
double size_of(const Rows& x, std::size_t i) {
  return directed::sum_of_magnitudes(x.at(i), x.length);
}

/// y += a·x.
void add_multiple(double* y, double a, const double* x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += a * x[i];
}

/// Intersects the range with that of the affine part, unless it is not finite; unknown if they contradict each other.
void tighten(Rows& y, std::size_t i) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  Rows::Rest& rest = y.rest[i];
  const double centre = y.at(i)[0];
  const double total = directed::add(directed::sum_of_magnitudes(y.at(i) + 1, y.length - 1), rest.radius, true);
  if (std::isfinite(total) && std::isfinite(centre)) {
    const double lo = directed::add(centre, -total, false), hi = directed::add(centre, total, true);
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

  /// w·x_j; `size` bounds |centre| + Σ|slope| of x_j.
  void add(const LeafInterval& w, const Rows& x, std::size_t j, double size) {
    const Rows::Rest& rest = x.rest[j];
    add_affine(w.lo.as_double(), x, j, size);
    const double width = directed::add(w.hi.as_double(), -w.lo.as_double(), true), a = w.lo.as_double();
    if (width != 0) radius_.add(width * magnitude(rest));  // w·x = a·x + (w - a)·x
    if (width != 0 || !std::isfinite(magnitude(rest))) {
      others_ = others_ + w * x.range(j);
    } else if (a != 0) {
      lo_ += a * (a > 0 ? rest.lo : rest.hi);
      hi_ += a * (a > 0 ? rest.hi : rest.lo);
      range_errors_.add(a * magnitude(rest) * share_);
      exact_ = false;
    }
  }
  /// a·x_j without its range.
  void add_affine(double a, const Rows& x, std::size_t j, double size) {
    if (a == 0) return;
    add_multiple(y_.at(i_), a, x.at(j), x.length);
    radius_.add(a * size * share_);
    radius_.add(a * x.rest[j].radius);
  }
  void add_constant(const LeafInterval& c) {
    const double middle = middle_of(c).as_double(), before = y_.at(i_)[0];
    y_.at(i_)[0] += middle;
    if (before != 0) radius_.add(middle * share_);
    if (!c.is_point()) radius_.add(absolute(c - LeafInterval(middle)).hi.as_double());
    others_ = others_ + c;
  }
  void finish() {
    const double error = exact_ ? 0 : range_errors_.upper();
    finish(others_ + LeafInterval(directed::add(lo_, -error, false), directed::add(hi_, error, true)));
  }
  void finish(const LeafInterval& range) {
    y_.rest[i_] = {radius_.upper(), range.lo.as_double(), range.hi.as_double()};
    tighten(y_, i_);
  }

 private:
  Rows& y_;
  std::size_t i_;
  double share_, lo_ = 0, hi_ = 0;
  bool exact_ = true;  ///< lo_ and hi_ are 0
  directed::ErrorSum radius_, range_errors_;
  LeafInterval others_ = 0;
};

std::vector<double> sizes_of(const Rows& x) {
  std::vector<double> sizes;
  for (std::size_t i = 0; i < x.size(); ++i) sizes.push_back(size_of(x, i));
  return sizes;
}

/// Entry i: Σ_j weights[i·row + j·step]·x_j + bias_i (empty: 0).
Rows linear_map(std::size_t rows, const LeafInterval* weights, std::size_t row, std::size_t step, const Rows& x,
                const std::vector<LeafInterval>& bias) {
  Rows y(rows, x.length);
  const std::vector<double> sizes = sizes_of(x);
  for (std::size_t i = 0; i < rows; ++i) {
    RowSum sum(y, i, x.size() + 1);
    for (std::size_t j = 0; j < x.size(); ++j) sum.add(weights[i * row + j * step], x, j, sizes[j]);
    if (!bias.empty()) sum.add_constant(bias[i]);
    sum.finish();
  }
  return y;
}

Rows diagonal_map(const std::vector<LeafInterval>& scale, const Rows& x, const std::vector<LeafInterval>& bias) {
  Rows y(x.size(), x.length);
  for (std::size_t i = 0; i < x.size(); ++i) {
    RowSum sum(y, i, 2);
    sum.add(scale[i], x, i, size_of(x, i));
    if (!bias.empty()) sum.add_constant(bias[i]);
    sum.finish();
  }
  return y;
}

/// skip·x + residual·y.
Rows residual_sum(const LeafLayer& layer, const Rows& x, const Rows& y) {
  Rows sums(x.size(), std::max(x.length, y.length));
  for (std::size_t i = 0; i < x.size(); ++i) {
    RowSum sum(sums, i, 2);
    sum.add(layer.skip, x, i, size_of(x, i));
    sum.add(layer.residual, y, i, size_of(y, i));
    sum.finish();
  }
  return sums;
}

/// Row i of y, which is 0: the line at z_i, whose size is given.
void set_line(Rows& y, std::size_t i, const Line<LeafInterval>& line, const Rows& z, double size) {
  RowSum sum(y, i, 2);
  if (line.affine) sum.add_affine(line.lambda.as_double(), z, i, size);
  sum.add_constant(line.affine ? line.remainder : line.range);
  sum.finish(line.range);
}

/// One factor of a product: its coefficients, and bounds of Σ|slope| over the first d symbols and over the others.
struct Factor {
  const double* slopes;
  std::size_t symbols;
  double centre, radius, first, others;
  Factor(const Rows& x, std::size_t i, std::size_t d)
      : slopes(x.at(i) + 1),
        symbols(x.length - 1),
        centre(x.at(i)[0]),
        radius(x.rest[i].radius),
        first(directed::sum_of_magnitudes(slopes, std::min(d, symbols))),
        others(symbols > d ? directed::sum_of_magnitudes(slopes + d, symbols - d) : 0) {}
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
void set_product(Rows& z, std::size_t i, const Factor& x, const Factor& y, std::size_t d, const LeafInterval& range) {
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
  radius.add((std::fabs(x.centre) + x.first + x.others) * y.radius);
  radius.add((std::fabs(y.centre) + y.first + y.others) * x.radius);
  radius.add(x.radius * y.radius);
  z.rest[i] = {radius.upper(), range.lo.as_double(), range.hi.as_double()};
  tighten(z, i);
}

/// The radius becomes the slope of the symbol after coefficient `index - 1`.
void give_symbol(Rows& y, std::size_t i, std::size_t index) {
  std::swap(y.at(i)[index], y.rest[i].radius);
}

/// The coordinates of a box.
Rows coordinates(const Box& box) {
  Rows x(box.dim(), 1 + box.dim());
  for (std::size_t i = 0; i < box.dim(); ++i) {
    const LeafInterval c(box.lo[i], box.hi[i]), middle(middle_of(c));
    double* row = x.at(i);
    row[0] = middle.lo.as_double();
    (box.lo[i] < box.hi[i] ? row[1 + i] : x.rest[i].radius) = absolute(c - middle).hi.as_double();
    x.rest[i].lo = box.lo[i];
    x.rest[i].hi = box.hi[i];
  }
  return x;
}

/// The slopes of one layer as their ranges, each with its own symbol if it has one: the last of its coefficients.
Rows whole(const Rows& slopes, bool with_symbols) {
  Rows y(slopes.size(), slopes.length);
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    RowSum sum(y, i, 1);
    sum.add_constant(slopes.range(i));
    sum.finish();
    if (with_symbols) give_symbol(y, i, slopes.length - slopes.size() + i);
  }
  return y;
}

/// Rows that do not depend on the box.
Rows constants(const std::vector<LeafInterval>& values) {
  Rows x(values.size(), 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    RowSum sum(x, i, 1);
    sum.add_constant(values[i]);
    sum.finish();
  }
  return x;
}

}  // namespace

std::vector<LeafLayer> leaf_layers(const std::vector<NumericLayer>& chain) {
  std::vector<LeafLayer> layers;
  for (const NumericLayer& layer : chain) {
    if (layer.kind == LayerKind::ode || layer.family != Family::fixed) return {};
    LeafLayer& copy = layers.emplace_back();
    copy.kind = layer.kind;
    copy.inputs = layer.inputs;
    copy.outputs = layer.outputs;
    copy.activation = layer.activation;
    copy.weight = Matrix<LeafInterval>(layer.weight.rows, layer.weight.cols);
    for (std::size_t i = 0; i < layer.weight.entries.size(); ++i) copy.weight.entries[i] = LeafInterval(layer.weight.entries[i]);
    for (const Interval& x : layer.bias) copy.bias.emplace_back(x);
    for (const Interval& x : layer.scale) copy.scale.emplace_back(x);
    copy.skip = LeafInterval(layer.skip);
    copy.residual = LeafInterval(layer.residual);
    copy.branch = leaf_layers(layer.branch);
    if (copy.branch.size() != layer.branch.size()) return {};
  }
  return layers;
}

LeafPass::LeafPass(const std::vector<LeafLayer>& chain, std::size_t base, const Box& box, bool symbols)
    : chain_(chain), base_(base), dim_(box.dim()), length_(1 + box.dim()), fresh_(symbols), state_(coordinates(box)) {}

/// σ(z_i) and σ'(z_i), each with a symbol of its own if there are such.
std::pair<Rows, Rows> LeafPass::activated(const Activation& activation, const Rows& z) {
  const std::size_t before = length_, n = z.size();
  if (fresh_) length_ += 2 * n;
  Rows values(n, fresh_ ? before + n : z.length), slopes(n, fresh_ ? length_ : z.length);
  for (std::size_t i = 0; i < n; ++i) {
    const Linearisation<LeafInterval> lines(activation, z.range(i));
    const double size = size_of(z, i);
    set_line(values, i, lines.of(0), z, size);
    set_line(slopes, i, lines.of(1), z, size);
    if (!fresh_) continue;
    give_symbol(values, i, before + i);
    give_symbol(slopes, i, before + n + i);
  }
  return {std::move(values), std::move(slopes)};
}

/// x_i·slope_i, each with a symbol of its own if there are such.
Rows LeafPass::scaled(const Rows& x, const Rows& affine, SlopeForm form) {
  const Rows slopes = form == SlopeForm::whole ? whole(affine, fresh_) : affine;
  if (fresh_) length_ += x.size();
  Rows y(x.size(), fresh_ ? length_ : std::max(x.length, slopes.length));
  for (std::size_t i = 0; i < x.size(); ++i) {
    set_product(y, i, Factor(x, i, dim_), Factor(slopes, i, dim_), dim_, x.range(i) * slopes.range(i));
    if (fresh_) give_symbol(y, i, length_ - x.size() + i);
  }
  return y;
}

Rows LeafPass::forward(const LeafLayer& layer, const Rows& h, Trace& trace) {
  if (layer.kind == LayerKind::affine)
    return linear_map(layer.weight.rows, layer.weight.entries.data(), layer.weight.cols, 1, h, layer.bias);
  if (layer.kind == LayerKind::batch_norm) return diagonal_map(layer.scale, h, layer.bias);
  if (layer.kind == LayerKind::residual) {
    Rows inner = h;
    for (const LeafLayer& step : layer.branch) inner = forward(step, inner, trace.branch.emplace_back());
    return residual_sum(layer, h, inner);
  }
  auto [values, slopes] = activated(layer.activation, h);
  trace.slopes.push_back(std::move(slopes));
  return std::move(values);
}

Rows LeafPass::backward(const LeafLayer& layer, const Trace& trace, const Rows& v, SlopeForm form) {
  if (layer.kind == LayerKind::affine)
    return linear_map(layer.weight.cols, layer.weight.entries.data(), 1, layer.weight.cols, v, {});
  if (layer.kind == LayerKind::batch_norm) return diagonal_map(layer.scale, v, {});
  if (layer.kind == LayerKind::activation) return scaled(v, trace.slopes[0], form);
  Rows inner = v;
  for (std::size_t l = layer.branch.size(); l-- > 0;) inner = backward(layer.branch[l], trace.branch[l], inner, form);
  return residual_sum(layer, v, inner);
}

Rows LeafPass::tangent(const LeafLayer& layer, const Trace& trace, const Rows& t, SlopeForm form) {
  if (layer.kind == LayerKind::affine)
    return linear_map(layer.weight.rows, layer.weight.entries.data(), layer.weight.cols, 1, t, {});
  if (layer.kind == LayerKind::batch_norm) return diagonal_map(layer.scale, t, {});
  if (layer.kind == LayerKind::activation) return scaled(t, trace.slopes[0], form);
  Rows inner = t;
  for (std::size_t l = 0; l < layer.branch.size(); ++l) inner = tangent(layer.branch[l], trace.branch[l], inner, form);
  return residual_sum(layer, t, inner);
}

std::vector<LeafInterval> LeafPass::advance() {
  Trace& trace = traces_.emplace_back();
  state_ = forward(chain_[base_ + traces_.size() - 1], state_, trace);
  std::vector<LeafInterval> ranges;
  const auto append = [&](const Trace& met) {
    for (const Rows& slopes : met.slopes) {
      for (std::size_t i = 0; i < slopes.size(); ++i) ranges.push_back(slopes.range(i));
    }
  };
  append(trace);
  for (const Trace& step : trace.branch) append(step);
  return ranges;
}

Rows LeafPass::row_vector(std::size_t prefix, SlopeForm form) {
  while (base_ + traces_.size() < chain_.size()) advance();
  if (forward_length_ == 0) forward_length_ = length_;
  length_ = forward_length_;  // symbols of an earlier backward pass are free again
  Rows v = constants({1});
  for (std::size_t l = chain_.size(); l-- > prefix;) v = backward(chain_[l], traces_[l - base_], v, form);
  return v;
}

LeafInterval LeafPass::row_vector_along(std::size_t prefix, const std::vector<LeafInterval>& u, SlopeForm form) {
  return linear_map(1, u.data(), u.size(), 1, row_vector(prefix, form), {}).range(0);
}

LeafInterval LeafPass::next_row_vector_along(std::size_t prefix, const std::vector<LeafInterval>& u, SlopeForm form) {
  const Rows v = row_vector(prefix + 1, form), t = tangent(chain_[prefix], traces_[prefix - base_], constants(u), form);
  Rows products(v.size(), std::max(v.length, t.length));
  for (std::size_t j = 0; j < v.size(); ++j)
    set_product(products, j, Factor(v, j, dim_), Factor(t, j, dim_), dim_, v.range(j) * t.range(j));
  return linear_map(1, std::vector<LeafInterval>(v.size(), 1).data(), v.size(), 1, products, {}).range(0);
}

}  // namespace narrows::checker
