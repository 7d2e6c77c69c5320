// Zonotopes: affine forms with a fresh noise symbol for every nonlinear error, one box per lane.
//
// Idea: what an affine form throws into its radius is the same number wherever it is used again. With a symbol of its own it
// cancels, or scales a whole row vector by one common factor, which no direction test minds. Costs three symbols per neuron.
//
// notation == meaning:  x = centre + Σ_{i<=D} k_i e_i + Σ_s n_s η_s + radius·ε; a ZonotopeVector of entries shares its symbols.
// Guarantee  as lane_affine.hpp, with η_s in [-1, 1] shared by all forms of one evaluation. The rounding errors of the noise
//            coefficients go into the radius as well: γ_n Σ|terms|, see lane_affine.hpp.
#pragma once

#include "network/lane_evaluate.hpp"

namespace narrows::NARROWS_ISA {

/// Entry i: form[i], noise coefficients noise[i·capacity + s] for s < count, and spread[i] >= Σ_s |noise| up to 2^-41 relative
/// (fewer than 2^10 symbols: LaneEngine sees to it).
template <int D>
struct ZonotopeVector {
  Form<D>* form;
  Lanes* noise;
  Lanes* spread;
  std::size_t count;
};

template <int D>
struct ZonotopeScratch {
  std::size_t capacity;  ///< noise symbols of one entry: 3 per neuron, and the monomials
  std::size_t used;      ///< symbols given out so far
  bool polynomial = false;  ///< the first symbols are the monomials of lane_polynomial.hpp
  bool fresh = true;        ///< errors get symbols of their own; else they go to the radius (polynomial only)
  Lanes* square = nullptr;  ///< polynomial: `capacity` coefficients
  ZonotopeVector<D> inner[2];
  Form<D>* slopes;           ///< as Scratch::slopes
  Lanes* slope_noise;        ///< slope i: slope_noise + i·capacity
  Lanes* slope_spread;
  std::size_t* slope_count;  ///< symbols of slope i
  Term<D>* terms;            ///< twice the widest layer
  ZonotopeVector<D> in_basis;
};

inline constexpr std::size_t kMaxZonotopeWidth = 16;

template <int D>
NARROWS_INLINE void prepare_all(const ZonotopeVector<D>& x, std::size_t n, double share, Term<D>* terms) {
  for (std::size_t j = 0; j < n; ++j) {
    terms[j] = prepare(x.form[j], share);
    terms[j].error = fma(x.spread[j], broadcast(share), terms[j].error);
  }
}

[[nodiscard]] static constexpr std::size_t square_symbol(int i) { return static_cast<std::size_t>(i * (i + 1) / 2 + i); }  ///< of lane_polynomial.hpp

/// For t > 0 the minimum of k·e + t(2e² − 1) over e in [-1, 1] exceeds −|k| − t by 2t if |k| >= 4t, else by |k|(1 − |k|/(8t)).
NARROWS_INLINE Lanes gain_of_square(Lanes k, Lanes t) {
  const Lanes size = abs(k);
  return select(t > 0, select(size >= 4 * t, 2 * t, size * (1 - size / (8 * t))), Lanes{});
}

/// Intersects the range with what the form and its noise say. If the first symbols are monomials, the square of a coordinate and
/// the coordinate itself are bounded together: that saves at most half of the reach, so its relative error at most doubles.
template <int D>
NARROWS_INLINE void clip_with_noise(Form<D>* x, const Lanes* noise, Lanes noise_spread, bool polynomial) {
  const Lanes reach = spread(*x) + noise_spread + x->radius;
  if (!polynomial) return clip_to(x, reach);
  Lanes below = Lanes{}, above = Lanes{};
  for (int i = 0; i < D; ++i) {
    const Lanes k = x->coefficient[i], t = noise[square_symbol(i)];
    below = below + gain_of_square(k, t);
    above = above + gain_of_square(k, -t);
  }
  const Lanes own = abs(x->centre) * (2 * kUnit), wide = reach * (1 + 0x1p-36) + kGuard;
  x->lower = max(x->centre - (own + (wide - below)) * kInflate, x->lower);
  x->upper = min(x->centre + (own + (wide - above)) * kInflate, x->upper);
}

/// Finishes entry i of `out` from its row sum, its noise coefficients being in place.
template <int D>
NARROWS_INLINE void finish_entry(const RowSum<D>& row, const ZonotopeVector<D>& out, std::size_t i, const ZonotopeScratch<D>& scratch) {
  const std::size_t capacity = scratch.capacity;
  Lanes spread_noise = Lanes{};
  for (std::size_t s = 0; s < out.count; ++s) spread_noise = spread_noise + abs(out.noise[i * capacity + s]);
  out.spread[i] = spread_noise;
  Form<D>& y = out.form[i];
  y = finish_row(row);  // clips to the affine part without noise: redone below from the natural range
  const Lanes outward = fma(abs(row.middle), broadcast(2 * kUnit), row.half) * kInflate + kGuard;
  y.lower = row.middle - outward;
  y.upper = row.middle + outward;
  clip_with_noise(&y, out.noise + i * capacity, spread_noise, scratch.polynomial);
}

/// out_i = Σ_j w_ij x_j + b_i; w_ij stands at weight[i·row_stride + j·column_stride].
template <int D>
NARROWS_INLINE void linear_map(const double* weight, const double* radius, std::size_t rows, std::size_t cols, std::size_t row_stride,
                               std::size_t column_stride, const double* bias, const double* bias_radius, const ZonotopeVector<D>& in,
                               ZonotopeVector<D>* out, const ZonotopeScratch<D>& scratch) {
  const double share = rounding_share(cols);
  prepare_all(in, cols, share, scratch.terms);
  out->count = in.count;
  for (std::size_t s = 0; s < in.count; ++s) {
    Lanes x[kMaxZonotopeWidth];
    for (std::size_t j = 0; j < cols; ++j) x[j] = in.noise[j * scratch.capacity + s];
    for (std::size_t i = 0; i < rows; ++i) {
      Lanes sum = Lanes{};
      for (std::size_t j = 0; j < cols; ++j) sum = fma(broadcast(weight[i * row_stride + j * column_stride]), x[j], sum);
      out->noise[i * scratch.capacity + s] = sum;
    }
  }
  for (std::size_t i = 0; i < rows; ++i) {
    RowSum<D> row = start_row<D>(bias ? bias[i] : 0, bias_radius ? bias_radius[i] : 0, share);
    for (std::size_t j = 0; j < cols; ++j) add_term(&row, broadcast(weight[i * row_stride + j * column_stride]), scratch.terms[j]);
    if (radius != nullptr)
      for (std::size_t j = 0; j < cols; ++j) add_weight_radius(&row, radius[i * row_stride + j * column_stride], scratch.terms[j]);
    finish_entry(row, *out, i, scratch);
  }
}

/// out_i = w_i x_i + b_i.
template <int D>
NARROWS_INLINE void diagonal_map(const LaneLayer& layer, bool with_bias, const ZonotopeVector<D>& in, ZonotopeVector<D>* out,
                                 const ZonotopeScratch<D>& scratch) {
  const double share = rounding_share(1);
  prepare_all(in, layer.rows, share, scratch.terms);
  out->count = in.count;
  for (std::size_t i = 0; i < layer.rows; ++i) {
    for (std::size_t s = 0; s < in.count; ++s)
      out->noise[i * scratch.capacity + s] = in.noise[i * scratch.capacity + s] * broadcast(layer.weight[i]);
    RowSum<D> row = start_row<D>(with_bias ? layer.bias[i] : 0, with_bias && layer.bias_radius ? layer.bias_radius[i] : 0, share);
    add_term(&row, broadcast(layer.weight[i]), scratch.terms[i]);
    if (layer.weight_radius != nullptr) add_weight_radius(&row, layer.weight_radius[i], scratch.terms[i]);
    finish_entry(row, *out, i, scratch);
  }
}

/// out_i = skip·x_i + residual·y_i. `out` may be neither x nor y.
template <int D>
NARROWS_INLINE void residual_sum(const LaneLayer& layer, std::size_t n, const ZonotopeVector<D>& x, const ZonotopeVector<D>& y,
                                 ZonotopeVector<D>* out, const ZonotopeScratch<D>& scratch) {
  const double share = rounding_share(2);
  Term<D>*tx = scratch.terms, *ty = scratch.terms + n;
  prepare_all(x, n, share, tx);
  prepare_all(y, n, share, ty);
  out->count = x.count > y.count ? x.count : y.count;
  for (std::size_t i = 0; i < n; ++i) {
    const Lanes skip = broadcast(layer.skip), residual = broadcast(layer.residual);
    for (std::size_t s = 0; s < out->count; ++s) {
      Lanes sum = s < x.count ? skip * x.noise[i * scratch.capacity + s] : Lanes{};
      if (s < y.count) sum = fma(residual, y.noise[i * scratch.capacity + s], sum);
      out->noise[i * scratch.capacity + s] = sum;
    }
    RowSum<D> row = start_row<D>(0, 0, share);
    add_term(&row, skip, tx[i]);
    add_term(&row, residual, ty[i]);
    if (layer.skip_radius != 0) add_weight_radius(&row, layer.skip_radius, tx[i]);
    if (layer.residual_radius != 0) add_weight_radius(&row, layer.residual_radius, ty[i]);
    finish_entry(row, *out, i, scratch);
  }
}

/// y = line(z) with the line's error on the fresh symbol `symbol`; noise and spread of y at `noise` and `*spread_noise`.
template <int D>
NARROWS_INLINE void image_with_symbol(const Form<D>& z, const Lanes* z_noise, std::size_t z_count, const Line& line, Bounds range, std::size_t symbol,
                                      Form<D>* y, Lanes* noise, Lanes* spread_noise) {
  Lanes sum = Lanes{};
  for (std::size_t s = 0; s < z_count; ++s) {
    noise[s] = line.slope * z_noise[s];
    sum = sum + abs(noise[s]);
  }
  for (std::size_t s = z_count; s < symbol; ++s) noise[s] = Lanes{};
  y->centre = fma(line.slope, z.centre, line.offset);
  for (int i = 0; i < D; ++i) y->coefficient[i] = line.slope * z.coefficient[i];
  const Lanes spread_y = spread(*y);
  y->radius = (fma(abs(line.slope), z.radius, broadcast(2 * kUnit) * (abs(y->centre) + spread_y + sum))) * kInflate + kGuard;
  noise[symbol] = line.error;
  *spread_noise = sum + line.error;
  y->lower = range.lower;
  y->upper = range.upper;
  clip_to(y, spread_y + *spread_noise + y->radius);
}

/// σ(z) and σ'(z) for all neurons of a layer; two fresh symbols each.
template <int D>
NARROWS_INLINE void activate_all(const LaneLayer& layer, const ZonotopeVector<D>& in, ZonotopeVector<D>* out, ZonotopeScratch<D>* scratch) {
  const std::size_t n = layer.rows, capacity = scratch->capacity, first = scratch->used;
  scratch->used += 2 * n;
  out->count = first + n;
  for (std::size_t i = 0; i < n; ++i) {
    const Form<D>& z = in.form[i];
    const Lanes* z_noise = in.noise + i * capacity;
    const std::size_t k = layer.first_slope + i;
    Lanes* slope_noise = scratch->slope_noise + k * capacity;
    scratch->slope_count[k] = first + n + i + 1;
    Line value, slope;
    Bounds value_range, slope_range;
    lines_of(layer.function, z.lower, z.upper, &value, &slope, &value_range, &slope_range);
    image_with_symbol(z, z_noise, in.count, value, value_range, first + i, &out->form[i], out->noise + i * capacity, &out->spread[i]);
    for (std::size_t s = first + i + 1; s < out->count; ++s) out->noise[i * capacity + s] = Lanes{};
    image_with_symbol(z, z_noise, in.count, slope, slope_range, first + n + i, &scratch->slopes[k], slope_noise, &scratch->slope_spread[k]);
  }
}

/// out_i = v_i·slope_i; the quadratic part, at most Σ|v|·Σ|s| − ½ Σ|v_s s_s| around its mean, goes to a fresh symbol each.
template <int D>
NARROWS_INLINE void multiply_slopes(const LaneLayer& layer, const ZonotopeVector<D>& v, ZonotopeVector<D>* out, ZonotopeScratch<D>* scratch) {
  const std::size_t n = layer.rows, capacity = scratch->capacity, first = scratch->used;
  scratch->used += n;
  out->count = first + n;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t k = layer.first_slope + i, count_x = v.count, count_y = scratch->slope_count[k];
    const Form<D>&x = v.form[i], &y = scratch->slopes[k];
    const Lanes *x_noise = v.noise + i * capacity, *y_noise = scratch->slope_noise + k * capacity;
    Lanes* noise = out->noise + i * capacity;
    Form<D>& z = out->form[i];
    const Lanes spread_x = spread(x) + v.spread[i], spread_y = spread(y) + scratch->slope_spread[k];
    const Lanes size_x = abs(x.centre) + spread_x, size_y = abs(y.centre) + spread_y;
    Lanes squares = Lanes{}, absolute_squares = Lanes{}, sum = Lanes{};
    for (int c = 0; c < D; ++c) {
      const Lanes square = x.coefficient[c] * y.coefficient[c];
      squares = squares + square;
      absolute_squares = absolute_squares + abs(square);
      z.coefficient[c] = fma(x.centre, y.coefficient[c], y.centre * x.coefficient[c]);
    }
    const std::size_t common = count_x < count_y ? count_x : count_y;
    for (std::size_t s = 0; s < common; ++s) {
      const Lanes square = x_noise[s] * y_noise[s];
      squares = squares + square;
      absolute_squares = absolute_squares + abs(square);
      noise[s] = fma(x.centre, y_noise[s], y.centre * x_noise[s]);
      sum = sum + abs(noise[s]);
    }
    for (std::size_t s = common; s < count_x; ++s) {
      noise[s] = y.centre * x_noise[s];
      sum = sum + abs(noise[s]);
    }
    for (std::size_t s = common; s < count_y; ++s) {
      noise[s] = x.centre * y_noise[s];
      sum = sum + abs(noise[s]);
    }
    for (std::size_t s = count_x > count_y ? count_x : count_y; s < out->count; ++s) noise[s] = Lanes{};
    z.centre = fma(x.centre, y.centre, 0.5 * squares);
    const Lanes rounding = broadcast(rounding_share(D + count_x + count_y)) * size_x * size_y;
    // A NaN here is lost in max(), but not in `rounding`, which holds size_x·size_y and goes into the radius.
    const Lanes quadratic = max(fma(spread_x, spread_y, -0.5 * absolute_squares), Lanes{}) * kInflate;
    noise[first + i] = quadratic;
    out->spread[i] = sum + quadratic;
    z.radius = (fma(size_x, y.radius, fma(x.radius, size_y + y.radius, rounding))) * kInflate + kGuard;
    const Lanes y_lower = max(y.lower, Lanes{});
    const Lanes lower = x.lower * select(x.lower > 0, y_lower, y.upper), upper = x.upper * select(x.upper > 0, y.upper, y_lower);
    z.lower = lower - fma(abs(lower), broadcast(2 * kUnit), broadcast(kGuard));
    z.upper = upper + fma(abs(upper), broadcast(2 * kUnit), broadcast(kGuard));
    clip_to(&z, spread(z) + out->spread[i] + z.radius);
  }
}

}  // namespace narrows::NARROWS_ISA
