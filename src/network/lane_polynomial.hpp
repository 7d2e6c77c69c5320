// Taylor models of degree 2: zonotopes whose first symbols are the monomials of degree 2 in the coordinates, one box per lane.
//
// Idea: e_i² = (1 + T_i)/2 with T_i = 2e_i² − 1, and M_ij = e_i e_j: all of them lie in [-1, 1], so linear maps and ranges need not
// know that they are not independent symbols (lane_zonotope.hpp). Products and activations do: what is quadratic in the coordinates
// goes to the monomials, exactly, and only the rest is an error. That gets a fresh symbol (a polynomial zonotope), or goes to the
// radius (a plain Taylor model: no more symbols than monomials, however deep the network).
//
// notation == meaning:  symbol i(i+1)/2 + j == M_ij for j < i, T_i for j = i;  L == Σ_i k_i e_i, N == Σ_s n_s η_s.
// Guarantee  as lane_zonotope.hpp. Every vector has at least monomials(D) symbols.
#pragma once

#include "network/lane_parabola.hpp"
#include "network/lane_zonotope.hpp"

namespace narrows::NARROWS_ISA {

[[nodiscard]] static constexpr std::size_t monomials(int dim) {
  return static_cast<std::size_t>(dim * (dim + 1) / 2);
}

/// One entry of a vector.
template <int D>
struct Factor {
  const Form<D>& form;
  const Lanes* noise;
  std::size_t count;
  Lanes spread;
};

/// x·y without its rest, whose bound is returned: |L_x||N_y| + |N_x||L_y| + |N_x||N_y| less half of the squares of symbols, which are centred.
/// z has no range yet; `noise` gets max(x.count, y.count) coefficients. The radius holds all rounding errors.
template <int D>
NARROWS_INLINE Lanes multiply_parts(const Factor<D>& x, const Factor<D>& y, Form<D>* z, Lanes* noise,
                                    Lanes* noise_spread) {
  const Form<D>&f = x.form, &g = y.form;
  const Lanes linear_x = spread(f), linear_y = spread(g);
  const Lanes size_x = abs(f.centre) + linear_x + x.spread, size_y = abs(g.centre) + linear_y + y.spread;
  Lanes squares = Lanes{}, absolute_squares = Lanes{}, sum = Lanes{};
  std::size_t s = 0;
  for (int i = 0; i < D; ++i) {
    z->coefficient[i] = fma(f.centre, g.coefficient[i], g.centre * f.coefficient[i]);
    for (int j = 0; j <= i; ++j, ++s) {
      const Lanes straight = f.coefficient[i] * g.coefficient[j];
      const Lanes pair = i == j ? 0.5 * straight : fma(f.coefficient[j], g.coefficient[i], straight);
      if (i == j) squares = squares + straight;
      const Lanes square = x.noise[s] * y.noise[s];
      squares = squares + square;
      absolute_squares = absolute_squares + abs(square);
      noise[s] = fma(f.centre, y.noise[s], fma(g.centre, x.noise[s], pair));
      sum = sum + abs(noise[s]);
    }
  }
  const std::size_t common = x.count < y.count ? x.count : y.count;
  for (; s < common; ++s) {
    const Lanes square = x.noise[s] * y.noise[s];
    squares = squares + square;
    absolute_squares = absolute_squares + abs(square);
    noise[s] = fma(f.centre, y.noise[s], g.centre * x.noise[s]);
    sum = sum + abs(noise[s]);
  }
  for (; s < x.count; ++s) {
    noise[s] = g.centre * x.noise[s];
    sum = sum + abs(noise[s]);
  }
  for (; s < y.count; ++s) {
    noise[s] = f.centre * y.noise[s];
    sum = sum + abs(noise[s]);
  }
  *noise_spread = sum;
  z->centre = fma(f.centre, g.centre, 0.5 * squares);
  // The terms of all coefficients together are at most size_x·size_y, each rounded at most D + count + 4 times.
  const Lanes rounding =
      broadcast(rounding_share(static_cast<std::size_t>(D) + x.count + y.count)) * size_x * size_y;
  z->radius = fma(size_x, g.radius, fma(f.radius, size_y + g.radius, rounding)) * kInflate + kGuard;
  // A NaN here is lost in max(), but not in `rounding`.
  return max(fma(linear_x, y.spread,
                 fma(x.spread, linear_y, fma(x.spread, y.spread, -0.5 * absolute_squares))),
             Lanes{}) *
         kInflate;
}

/// Gives `error` to the fresh symbol, or to the radius; clips.
template <int D>
NARROWS_INLINE void finish_with_error(Lanes error, std::size_t count, std::size_t symbol, bool fresh,
                                      Form<D>* y, Lanes* noise, Lanes* noise_spread) {
  if (fresh) {
    for (std::size_t s = count; s < symbol; ++s) noise[s] = Lanes{};
    noise[symbol] = error;
    *noise_spread = *noise_spread + error;
  } else {
    y->radius = y->radius + error * kInflate;
  }
  clip_with_noise(y, noise, *noise_spread, true);
}

/// y = the parabola at t, from t and its square.
template <int D>
NARROWS_INLINE void image_of_parabola(const Factor<D>& t, const Factor<D>& square, Lanes square_rest,
                                      const Parabola& g, Bounds range, std::size_t symbol, bool fresh,
                                      Form<D>* y, Lanes* noise, Lanes* noise_spread) {
  Lanes sum = Lanes{};
  for (std::size_t s = 0; s < t.count; ++s) {
    noise[s] = fma(g.curvature, square.noise[s], g.slope * t.noise[s]);
    sum = sum + abs(noise[s]);
  }
  *noise_spread = sum;
  y->centre = fma(g.curvature, square.form.centre, fma(g.slope, t.form.centre, g.constant));
  for (int i = 0; i < D; ++i)
    y->coefficient[i] = fma(g.curvature, square.form.coefficient[i], g.slope * t.form.coefficient[i]);
  const Lanes size_line = abs(t.form.centre) + spread(t.form) + t.spread,
              size_square = abs(square.form.centre) + spread(square.form) + square.spread;
  const Lanes rounding = broadcast(4 * kUnit) *
                         fma(abs(g.curvature), size_square, fma(abs(g.slope), size_line, abs(g.constant)));
  y->radius =
      fma(abs(g.curvature), square.form.radius, fma(abs(g.slope), t.form.radius, rounding)) * kInflate +
      kGuard;
  y->lower = range.lower;
  y->upper = range.upper;
  finish_with_error(fma(abs(g.curvature), square_rest, g.error) * kInflate, t.count, symbol, fresh, y, noise,
                    noise_spread);
}

/// The identity with slope 1: no error, but the symbol is given out all the same.
template <int D>
NARROWS_INLINE void pass_through(const Form<D>& z, const Lanes* z_noise, Lanes z_spread, std::size_t count,
                                 std::size_t symbol, bool fresh, Form<D>* y, Lanes* noise,
                                 Lanes* noise_spread) {
  *y = z;
  for (std::size_t s = 0; s < count; ++s) noise[s] = z_noise[s];
  *noise_spread = z_spread;
  finish_with_error(Lanes{}, count, symbol, fresh, y, noise, noise_spread);
}

/// z − middle.
template <int D>
NARROWS_INLINE Form<D> shifted(const Form<D>& z, Lanes middle) {
  Form<D> t = z;
  t.centre = z.centre - middle;
  t.radius = fma(abs(z.centre) + abs(middle), broadcast(2 * kUnit), z.radius) * kInflate + kGuard;
  return t;
}

/// σ(z) and σ'(z) for all neurons of a layer; two fresh symbols each.
template <int D>
NARROWS_INLINE void activate_polynomial(const LaneLayer& layer, const ZonotopeVector<D>& in,
                                        ZonotopeVector<D>* out, ZonotopeScratch<D>* scratch) {
  const std::size_t n = layer.rows, capacity = scratch->capacity, first = scratch->used;
  const bool fresh = scratch->fresh;
  if (fresh) scratch->used += 2 * n;
  out->count = fresh ? first + n : first;
  for (std::size_t i = 0; i < n; ++i) {
    const Form<D>& z = in.form[i];
    const Lanes* z_noise = in.noise + i * capacity;
    const std::size_t k = layer.first_slope + i;
    Lanes* value_noise = out->noise + i * capacity;
    Lanes* slope_noise = scratch->slope_noise + k * capacity;
    scratch->slope_count[k] = fresh ? first + n + i + 1 : first;
    if (layer.function == LaneFunction::identity) {
      pass_through(z, z_noise, in.spread[i], in.count, first + i, fresh, &out->form[i], value_noise,
                   &out->spread[i]);
      for (std::size_t s = 0; s < in.count; ++s) scratch->square[s] = Lanes{};
      pass_through(constant<D>(1), scratch->square, Lanes{}, in.count, first + n + i, fresh,
                   &scratch->slopes[k], slope_noise, &scratch->slope_spread[k]);
    } else {
      const Lanes middle = 0.5 * z.lower + 0.5 * z.upper,
                  half = max(z.upper - middle, middle - z.lower) * (1 + 0x1p-51);
      const Ends g = ends_of(layer.function, z.lower, z.upper);
      const Parabolas bent = parabolas_of(layer.function, g, z.lower, z.upper, middle, half);
      Line value_line, slope_line;
      lines_from(g, z.lower, z.upper, &value_line, &slope_line);
      const Form<D> t = shifted(z, middle);
      Form<D> square_form;
      Lanes square_spread;
      const Factor<D> factor{t, z_noise, in.count, in.spread[i]};
      const Lanes rest = multiply_parts(factor, factor, &square_form, scratch->square, &square_spread);
      const Factor<D> square{square_form, scratch->square, in.count, square_spread};
      image_of_parabola(factor, square, rest, better(bent.value, value_line, middle), g.value, first + i,
                        fresh, &out->form[i], value_noise, &out->spread[i]);
      image_of_parabola(factor, square, rest, better(bent.slope, slope_line, middle), g.slope, first + n + i,
                        fresh, &scratch->slopes[k], slope_noise, &scratch->slope_spread[k]);
    }
    for (std::size_t s = first + i + 1; s < out->count; ++s) value_noise[s] = Lanes{};
  }
}

/// out_i = v_i·slope_i; a fresh symbol each.
template <int D>
NARROWS_INLINE void multiply_polynomial(const LaneLayer& layer, const ZonotopeVector<D>& v,
                                        ZonotopeVector<D>* out, ZonotopeScratch<D>* scratch) {
  const std::size_t n = layer.rows, capacity = scratch->capacity, first = scratch->used;
  const bool fresh = scratch->fresh;
  if (fresh) scratch->used += n;
  out->count = fresh ? first + n : first;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t k = layer.first_slope + i, count_y = scratch->slope_count[k];
    const Form<D>&x = v.form[i], &y = scratch->slopes[k];
    Lanes* noise = out->noise + i * capacity;
    Form<D>& z = out->form[i];
    const Factor<D> left{x, v.noise + i * capacity, v.count, v.spread[i]},
        right{y, scratch->slope_noise + k * capacity, count_y, scratch->slope_spread[k]};
    const Lanes rest = multiply_parts(left, right, &z, noise, &out->spread[i]);
    const Lanes y_lower = max(y.lower, Lanes{});
    const Lanes lower = x.lower * select(x.lower > 0, y_lower, y.upper),
                upper = x.upper * select(x.upper > 0, y.upper, y_lower);
    z.lower = lower - fma(abs(lower), broadcast(2 * kUnit), broadcast(kGuard));
    z.upper = upper + fma(abs(upper), broadcast(2 * kUnit), broadcast(kGuard));
    finish_with_error(rest, v.count > count_y ? v.count : count_y, first + i, fresh, &z, noise,
                      &out->spread[i]);
    for (std::size_t s = fresh ? first + i + 1 : out->count; s < out->count; ++s) noise[s] = Lanes{};
  }
}

}  // namespace narrows::NARROWS_ISA
