#include "construct/kuhn_piece.hpp"

#include <algorithm>
#include <numeric>

namespace narrows {
namespace {

/// Σ over the vertices of barycentric coordinate times Taylor polynomial, in y = x − corner.
Polynomial piece_polynomial(NodalTable& table, const KuhnSimplex& simplex) {
  const std::size_t D = table.dim();
  const Rational n = Rational(table.n());
  Polynomial sum(D);
  MeshNode vertex = simplex.cell;
  std::vector<Polynomial> scaled;  // (x_k − v_k)/h
  for (std::size_t k = 0; k < D; ++k) scaled.push_back(Polynomial::coordinate(D, k).scaled(n));
  const Polynomial one = Polynomial::constant(D, 1);
  for (std::size_t j = 0; j <= D; ++j) {
    const Polynomial from = j == 0 ? one : Polynomial::coordinate(D, simplex.order[j - 1]).scaled(n);
    const Polynomial hat = j == D ? from : from + Polynomial::coordinate(D, simplex.order[j]).scaled(-n);
    const auto& coefficients = table.coefficients(vertex);
    Polynomial taylor(D);
    for (std::size_t t = 0; t < coefficients.size(); ++t) {
      Polynomial term = Polynomial::constant(D, coefficients[t]);
      for (const std::size_t k : table.monomials()[t]) term = term * scaled[k];
      taylor = taylor + term;
    }
    sum = sum + hat * taylor;
    if (j == D) break;
    ++vertex[simplex.order[j]];
    scaled[simplex.order[j]] = scaled[simplex.order[j]] + Polynomial::constant(D, -1);
  }
  return sum;
}

}  // namespace

KuhnPiece::KuhnPiece(NodalTable& table, KuhnSimplex simplex) : f_(table.function()), simplex_(std::move(simplex)), q_(piece_polynomial(table, simplex_)) {
  for (std::size_t k = 0; k < table.dim(); ++k) {
    corner_exact_.push_back(Rational(simplex_.cell[k]) / Rational(table.n()));
    corner_.push_back(enclose(corner_exact_[k]));
    gradient_.push_back(q_.derivative(k));
    hessian_.emplace_back();
    for (std::size_t j = 0; j <= k; ++j) hessian_[k].push_back(gradient_[k].derivative(j));
  }
}

std::vector<Interval> KuhnPiece::local(const std::vector<Interval>& box) const {
  std::vector<Interval> y;
  for (std::size_t k = 0; k < box.size(); ++k) y.push_back(box[k] - corner_[k]);
  return y;
}

KuhnPiece::Error KuhnPiece::error_at(const std::vector<Interval>& point) const {
  const std::vector<Interval> y = local(point);
  std::vector<unsigned> order(point.size());
  Error error{f_.derivative(order, point) - q_.range(y), {}};
  for (std::size_t k = 0; k < point.size(); ++k) {
    order[k] = 1;
    error.gradient.push_back(f_.derivative(order, point) - gradient_[k].range(y));
    order[k] = 0;
  }
  return error;
}

KuhnPiece::Error KuhnPiece::error_on(const std::vector<Interval>& box, const std::vector<Interval>& middle, const Error& error) const {
  const std::size_t D = box.size();
  std::vector<Interval> t;
  for (std::size_t k = 0; k < D; ++k) t.push_back(box[k] - middle[k]);
  const std::vector<Interval> y = local(box);
  std::vector<unsigned> order(D);
  Interval linear = 0.0, quadratic = 0.0;
  std::vector<Interval> gradient = error.gradient;
  for (std::size_t k = 0; k < D; ++k) {
    linear += error.gradient[k] * t[k];
    ++order[k];
    for (std::size_t j = 0; j <= k; ++j) {
      ++order[j];
      const Interval second = f_.derivative(order, box) - hessian_[k][j].range(y);
      --order[j];
      quadratic += j == k ? second * square(t[k]) * Interval(0.5) : second * t[k] * t[j];
      gradient[k] += second * t[j];
      if (j < k) gradient[j] += second * t[k];
    }
    --order[k];
  }
  return {error.value + linear + quadratic, std::move(gradient)};
}

ValueAndSlope KuhnPiece::approximant_exact(const std::vector<Rational>& x, const std::vector<Rational>& direction) const {
  std::vector<Rational> y;
  for (std::size_t k = 0; k < x.size(); ++k) y.push_back(x[k] - corner_exact_[k]);
  ValueAndSlope result{q_(y), 0};
  for (std::size_t k = 0; k < x.size(); ++k) result.slope += gradient_[k](y) * direction[k];
  return result;
}

KuhnSimplex simplex_at(const std::vector<Rational>& x, const std::vector<Rational>& direction, std::size_t n) {
  KuhnSimplex simplex;
  std::vector<Rational> y;
  for (std::size_t k = 0; k < x.size(); ++k) {
    const Rational scaled = x[k] * Rational(n);
    auto cell = (numerator(scaled) / denominator(scaled)).convert_to<std::size_t>();
    if (cell > 0 && Rational(cell) == scaled && (direction[k] < 0 || cell == n)) --cell;
    simplex.cell.push_back(cell);
    simplex.order.push_back(k);
    y.push_back(scaled - Rational(cell));
  }
  std::stable_sort(simplex.order.begin(), simplex.order.end(), [&](std::size_t a, std::size_t b) { return y[a] != y[b] ? y[a] > y[b] : direction[a] > direction[b]; });
  return simplex;
}

std::vector<std::vector<std::size_t>> all_orders(std::size_t dim) {
  std::vector<std::size_t> order(dim);
  std::iota(order.begin(), order.end(), 0);
  std::vector<std::vector<std::size_t>> orders;
  do orders.push_back(order);
  while (std::next_permutation(order.begin(), order.end()));
  return orders;
}

}  // namespace narrows
