// Networks in 60 decimal digits: value, gradient, Hessian and critical points, straight from the network model.
//
// What the system tests compare with. Nothing here is shared with src/network/evaluate.hpp, the certify engine or the
// checker: own output selection, own formulas for the activations, own Newton iteration. It proves nothing; it finds
// critical points, and one that contradicts a claim refutes the claim for all practical purposes.
#pragma once

#include <boost/multiprecision/mpfr.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "network/domain.hpp"
#include "network/model.hpp"

namespace narrows::test {

using Real = boost::multiprecision::number<boost::multiprecision::mpfr_float_backend<60>, boost::multiprecision::et_off>;

/// Φ, its gradient (d entries) and its Hessian (d x d, row-major) at one point.
template <class T>
struct SecondJet {
  T value = 0;
  std::vector<T> gradient, hessian;
};

/// A critical point found by Newton's method, with the number of negative eigenvalues of its Hessian.
struct FoundPoint {
  std::vector<Real> x;
  Real value;
  int morse_index = 0;
};

[[nodiscard]] Real to_real(const Rational& exact);

/// Φ of a network: its logit (a final sigmoid is left out), component `first` or `first` minus `second`.
class HighPrecision {
 public:
  explicit HighPrecision(const Network& network, const OutputSelection& output = {});
  ~HighPrecision();
  HighPrecision(HighPrecision&&) noexcept;
  HighPrecision(const HighPrecision&) = delete;
  HighPrecision& operator=(const HighPrecision&) = delete;
  HighPrecision& operator=(HighPrecision&&) = delete;

  /// At a kink the slope from the left is used.
  [[nodiscard]] SecondJet<Real> at(const std::vector<Real>& x) const;
  [[nodiscard]] std::size_t input_dim() const;

  /// The nondegenerate critical point that Newton's method reaches from `start`: in double precision first, then in 60
  /// digits until the steps fall below 1e-40 quadratically. Nothing if it does not converge.
  [[nodiscard]] std::optional<FoundPoint> newton(const std::vector<double>& start) const;

  /// The distinct critical points reached from a grid with per_axis points on each axis of the box, wherever they lie.
  [[nodiscard]] std::vector<FoundPoint> search(const Box& box, int per_axis) const;

 private:
  struct Layers;
  std::unique_ptr<Layers> layers_;
};

/// The largest coordinate of |a − b|.
[[nodiscard]] Real distance(const std::vector<Real>& a, const std::vector<Real>& b);

}  // namespace narrows::test
