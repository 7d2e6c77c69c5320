// Branches of an ode layer between which f(t, ·) is interpolated linearly in time.
#pragma once

#include <vector>

#include "checker/model.hpp"

namespace narrows::checker {

/// A branch without residual layers: a right-hand side f at one time.
using Branch = std::vector<NumericLayer>;

/// f(t, ·) for all times of one arc of an ode layer: `from` at its start; if it is not constant, `to` at its end.
struct Arc {
  Branch from, to;
  Rational duration;
};

/// The arcs of an ode layer one after the other: k of constant f, or k - 1 on which it is linear in time.
[[nodiscard]] std::size_t number_of_arcs(const Layer& layer);
[[nodiscard]] std::vector<Arc> arcs_of(const Layer& layer, Precision p);

/// from + λ(to - from): weights, biases and factors of all layers. λ an interval: for all numbers in it.
[[nodiscard]] Branch interpolated(const Branch& from, const Branch& to, const Interval& lambda);
/// rate·(to - from).
[[nodiscard]] Branch difference(const Branch& from, const Branch& to, const Interval& rate);

}  // namespace narrows::checker
