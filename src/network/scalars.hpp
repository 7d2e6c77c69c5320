// The scalars that networks are evaluated over, and how an activation acts on each.
#pragma once

#include <cstddef>
#include <vector>

#include "arith/affine_form.hpp"
#include "arith/big_interval.hpp"
#include "network/activation_jet.hpp"

namespace narrows {

/// Value and gradient with respect to d variables, each an S: forward-mode differentiation.
template <class S>
struct Dual {
  S value{};
  std::vector<S> gradient;
};

// One-like constants: the constant 1 in the shape of x.
[[nodiscard]] inline Interval one_like(const Interval&) { return 1.0; }
[[nodiscard]] inline BigInterval one_like(const BigInterval& x) { return {1.0, x.precision()}; }
[[nodiscard]] inline AffineForm one_like(const AffineForm& x) { return {Interval(1.0), x.coefficients().size()}; }
[[nodiscard]] inline Interval zero_like(const Interval&) { return 0.0; }
[[nodiscard]] inline BigInterval zero_like(const BigInterval& x) { return {0.0, x.precision()}; }
[[nodiscard]] inline AffineForm zero_like(const AffineForm& x) { return {Interval(0.0), x.coefficients().size()}; }
template <class S>
[[nodiscard]] Dual<S> one_like(const Dual<S>& x) {
  return {one_like(x.value), std::vector<S>(x.gradient.size(), zero_like(x.value))};
}

template <class S>
[[nodiscard]] Dual<S> operator+(const Dual<S>& a, const Dual<S>& b) {
  Dual<S> sum{a.value + b.value, a.gradient};
  for (std::size_t i = 0; i < sum.gradient.size(); ++i) sum.gradient[i] = sum.gradient[i] + b.gradient[i];
  return sum;
}
template <class S, class I>
[[nodiscard]] Dual<S> operator+(const Dual<S>& a, const I& constant) {
  return {a.value + constant, a.gradient};
}
template <class S>
[[nodiscard]] Dual<S> operator*(const Dual<S>& a, const Dual<S>& b) {
  Dual<S> product{a.value * b.value, {}};
  product.gradient.reserve(a.gradient.size());
  for (std::size_t i = 0; i < a.gradient.size(); ++i)
    product.gradient.push_back(a.gradient[i] * b.value + a.value * b.gradient[i]);
  return product;
}
template <class S, class I>
[[nodiscard]] Dual<S> operator*(const Dual<S>& a, const I& factor) {
  Dual<S> product{a.value * factor, a.gradient};
  for (S& g : product.gradient) g = g * factor;
  return product;
}

/// value ∋ σ(z), slope ∋ σ'(z), for every z that the scalar stands for.
void activate(const ActivationFunction<Interval>& f, const Interval& z, Interval* value, Interval* slope);
void activate(const ActivationFunction<BigInterval>& f, const BigInterval& z, BigInterval* value, BigInterval* slope);
void activate(const ActivationFunction<Interval>& f, const AffineForm& z, AffineForm* value, AffineForm* slope);
/// Dual numbers carry the exact first derivatives as well: smooth activations only.
void activate(const ActivationFunction<Interval>& f, const Dual<Interval>& z, Dual<Interval>* value, Dual<Interval>* slope);
void activate(const ActivationFunction<BigInterval>& f, const Dual<BigInterval>& z, Dual<BigInterval>* value, Dual<BigInterval>* slope);
void activate(const ActivationFunction<Interval>& f, const Dual<AffineForm>& z, Dual<AffineForm>* value, Dual<AffineForm>* slope);

}  // namespace narrows
