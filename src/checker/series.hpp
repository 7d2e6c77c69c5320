// Power series in time along the solutions of ẏ = f(t, y), over boxes (forms) and over arcs of solutions (intervals).
//
// notation  f, rate  f(t, ·) at the start of the series and its change per unit of time (no layers: f is constant in time); they have no
//                    residual layers. Where T is Interval, f may hold all f(t, ·) of a step in time: the coefficients then hold for all of them.
//           c_k      coefficients: y(t) = Σ c_k t^k
//           d        symbols of the box, for products of forms
#pragma once

#include <vector>

#include "checker/increment.hpp"
#include "checker/interpolation.hpp"

namespace narrows::checker {

using Forms = std::vector<Form>;
using Intervals = std::vector<Interval>;

/// What an activation layer met at the start, entry by entry, and series of its slopes.
template <class T>
struct Encounter {
  std::vector<T> arguments, values;
  std::vector<std::vector<T>> slopes;
};

template <class T>
struct Solution {
  std::vector<std::vector<T>> coefficients;
  std::vector<Encounter<T>> met;  ///< activation layers in order, if recorded
};

enum class Record { nothing, values, slopes };

/// c_0…c_order with c_0 = y; slopes: their series up to order - 1. Order 1: f(y) is the last coefficient.
template <class T>
[[nodiscard]] Solution<T> solve(const Branch& f, const Branch& rate, const std::vector<T>& y,
                                std::size_t order, std::size_t d, Record record);

/// c_0…c_order of the solution of v̇ = D_y f(t, y(t))v, from slopes up to order - 1.
template <class T>
[[nodiscard]] std::vector<std::vector<T>> variation(const Branch& f, const Branch& rate,
                                                    const std::vector<Encounter<T>>& met,
                                                    const std::vector<T>& v, std::size_t order,
                                                    std::size_t d);

/// Encloses the solutions from y for all times between 0 and t, f all f(s, ·) of these times: if y + [0, t]·f(Y) is inside Y, they
/// stay in it, and in that set itself (Picard). Unknown if no Y is found.
[[nodiscard]] Intervals arc_enclosure(const Branch& f, const Intervals& y, const Interval& t);

[[nodiscard]] Intervals ranges_of(const Forms& x);
/// w·x, tightened.
[[nodiscard]] Form scaled(const Interval& w, const Form& x);
/// y += w·x, entry by entry.
void add_all(Forms& y, const Interval& w, const Forms& x);
/// y += Σ_{first <= k < order} t^k c_k + t^order·last.
void add_series(Forms& y, const std::vector<Forms>& c, std::size_t first, std::size_t order,
                const Interval& t, const Intervals& last);
/// The layer, which is affine or batch_norm; without its constant part if `linear`.
[[nodiscard]] Forms affine_image(const NumericLayer& layer, const Forms& x, bool linear);

}  // namespace narrows::checker
