// Functions with enclosures of their derivatives: what the convolutional constructions approximate, and some targets of the grids.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "arith/interval.hpp"
#include "construct/polynomial.hpp"

namespace narrows {

class SmoothFunction {
 public:
  explicit SmoothFunction(std::size_t dim) : dim_(dim) {}
  virtual ~SmoothFunction() = default;
  SmoothFunction(const SmoothFunction&) = delete;
  SmoothFunction& operator=(const SmoothFunction&) = delete;

  [[nodiscard]] std::size_t dim() const { return dim_; }
  /// Encloses ∂^order f on a box; |order| <= 4.
  [[nodiscard]] virtual Interval derivative(std::span<const unsigned> order, std::span<const Interval> box) const = 0;
  /// ∂^order f at a point, where it is rational.
  [[nodiscard]] virtual std::optional<Rational> derivative_exact(std::span<const unsigned> order, std::span<const Rational> x) const = 0;
  /// The polynomial that this is.
  [[nodiscard]] virtual const Polynomial* polynomial() const { return nullptr; }

  [[nodiscard]] Interval range(std::span<const Interval> box) const { return derivative(std::vector<unsigned>(dim_), box); }
  /// A number near ∂^order f(x): exact where that is rational, else a double.
  [[nodiscard]] Rational derivative_near(std::span<const unsigned> order, std::span<const Rational> x) const;
  /// Upper bound of sup |∂^order f| on [0,1]^d (a double).
  [[nodiscard]] double derivative_bound(std::span<const unsigned> order) const;

 private:
  std::size_t dim_;
};

/// "sine" ∏ sin 2πx_i, "square" Σ x_i², "gauss" exp(−|x|²), "bump" ∏ (4x_i(1−x_i))³, "gauss-bump" exp(−25/2 |x−c|²) with c the centre
/// of the cube, "polynomial:TEXT".
/// Errors  InputError naming --target if there is no such function.
[[nodiscard]] std::unique_ptr<SmoothFunction> make_smooth_function(const std::string& name, std::size_t dim);
/// True if `name` is one of them.
[[nodiscard]] bool is_smooth_function(const std::string& name);

}  // namespace narrows
