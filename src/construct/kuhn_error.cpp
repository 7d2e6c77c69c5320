#include "construct/kuhn_error.hpp"

#include <algorithm>
#include <cmath>

#include "construct/kuhn_piece.hpp"

namespace narrows {
namespace {

constexpr unsigned kDepth = 13;
constexpr unsigned kLineDepth = 40;  ///< the same in one dimension, where few boxes are near a maximum

/// Dyadic boxes of one cell: corner `at` in units of 2^-level cells.
struct SubBox {
  std::vector<std::size_t> at;
  unsigned level = 0;
};

class Search {
 public:
  Search(NodalTable& table, double tolerance, const StopToken& stop) : table_(table), stop_(stop), value_(tolerance), gradient_(tolerance) {}

  void sample(const KuhnPiece& piece) {
    const std::size_t D = table_.dim();
    // The vertices, the middle of the cell, which all simplices share, and the barycentre, in units of cells/2(D+1).
    const std::size_t unit = 2 * (D + 1);
    std::vector<std::size_t> vertex(D, 0), sum(D, 0);
    for (std::size_t j = 0; j <= D; ++j) {
      sample_at(piece, vertex, unit);
      for (std::size_t k = 0; k < D; ++k) sum[k] += vertex[k] / (D + 1);
      if (j < D) vertex[piece.simplex().order[j]] = unit;
    }
    sample_at(piece, sum, unit);
    sample_at(piece, std::vector<std::size_t>(D, D + 1), unit);
  }

  void cover(const KuhnPiece& piece, const SubBox& sub) {
    if (!meets(piece, sub)) return;
    // The middle of such a box is in the closed simplex, too.
    const std::vector<Interval> middle = middle_of(piece, sub);
    const KuhnPiece::Error there = piece.error_at(middle), error = piece.error_on(box_of(piece, sub), middle, there);
    occurs(there);
    if (settles(error) || sub.level == (table_.dim() == 1 ? kLineDepth : kDepth) || ((++count_ & 63) == 0 && stop_.stop_requested())) {
      value_.take(error.value);
      for (const Interval& component : error.gradient) gradient_.take(component);
      return;
    }
    const std::size_t D = table_.dim();
    for (std::size_t half = 0; half < std::size_t{1} << D; ++half) {
      SubBox next{{}, sub.level + 1};
      for (std::size_t k = 0; k < D; ++k) next.at.push_back(2 * sub.at[k] + (half >> k & 1));
      cover(piece, next);
    }
  }

  [[nodiscard]] ErrorEnclosure result() const { return {value_.result(), gradient_.result(), {}, {}}; }

 private:
  [[nodiscard]] Interval coordinate(std::size_t cell, std::size_t numerator, std::size_t denominator) const {
    return Interval(static_cast<double>(cell * denominator + numerator)) / Interval(static_cast<double>(table_.n() * denominator));
  }
  void sample_at(const KuhnPiece& piece, const std::vector<std::size_t>& at, std::size_t unit) {
    std::vector<Interval> point;
    for (std::size_t k = 0; k < at.size(); ++k) point.push_back(coordinate(piece.simplex().cell[k], at[k], unit));
    occurs(piece.error_at(point));
  }
  void occurs(const KuhnPiece::Error& error) {
    value_.occurs(error.value);
    for (const Interval& component : error.gradient) gradient_.occurs(component);
  }
  /// Up to a set of measure zero: the simplex is {y_{order[0]} >= y_{order[1]} >= …}.
  static bool meets(const KuhnPiece& piece, const SubBox& sub) {
    const auto& order = piece.simplex().order;
    for (std::size_t j = 0; j + 1 < order.size(); ++j)
      if (sub.at[order[j]] < sub.at[order[j + 1]]) return false;
    return true;
  }
  [[nodiscard]] std::vector<Interval> box_of(const KuhnPiece& piece, const SubBox& sub) const {
    std::vector<Interval> box;
    for (std::size_t k = 0; k < sub.at.size(); ++k) {
      const std::size_t parts = std::size_t{1} << sub.level, cell = piece.simplex().cell[k];
      box.push_back(hull(coordinate(cell, sub.at[k], parts), coordinate(cell, sub.at[k] + 1, parts)));
    }
    return box;
  }
  [[nodiscard]] std::vector<Interval> middle_of(const KuhnPiece& piece, const SubBox& sub) const {
    std::vector<Interval> middle;
    for (std::size_t k = 0; k < sub.at.size(); ++k) middle.push_back(coordinate(piece.simplex().cell[k], 2 * sub.at[k] + 1, std::size_t{2} << sub.level));
    return middle;
  }
  [[nodiscard]] bool settles(const KuhnPiece::Error& error) const {
    return value_.settles(error.value) && std::all_of(error.gradient.begin(), error.gradient.end(), [&](const Interval& g) { return gradient_.settles(g); });
  }

  NodalTable& table_;
  const StopToken& stop_;
  SupremumSearch value_, gradient_;
  std::size_t count_ = 0;
};

/// What products instead of exact ones change: bounds on value and on each gradient component.
ErrorBound deviation_of(const std::vector<double>& by_order, std::size_t active, unsigned m, std::size_t n) {
  const double d0 = std::ldexp(1.0, -2 * static_cast<int>(m) - 2), eta = std::ldexp(1.0, -static_cast<int>(m));
  const double values[] = {0, d0, 2 * d0}, slopes[] = {0, eta, add_upper(2 * eta, add_upper(mul_upper(eta, eta), d0))};
  ErrorBound bound;
  for (std::size_t q = 1; q < by_order.size(); ++q) {
    const double weight = mul_upper(static_cast<double>(active), by_order[q]);
    bound.value = add_upper(bound.value, mul_upper(weight, values[q]));
    bound.gradient = add_upper(bound.gradient, mul_upper(mul_upper(weight, slopes[q]), static_cast<double>(n)));
  }
  return bound;
}

/// sup over nodes of Σ |c_{v,α}| over |α| = q, for q = 0, 1, 2.
std::vector<double> coefficient_sizes(NodalTable& table, const std::vector<MeshNode>& nodes) {
  std::vector<double> sizes(table.degree() + 1, 0);
  for (const MeshNode& node : nodes) {
    const auto& c = table.coefficients(node);
    std::vector<Rational> sums(table.degree() + 1);
    for (std::size_t t = 0; t < c.size(); ++t) sums[table.monomials()[t].size()] += abs(c[t]);
    for (std::size_t q = 0; q < sums.size(); ++q) sizes[q] = std::fmax(sizes[q], enclose(sums[q]).upper());
  }
  return sizes;
}

}  // namespace

ErrorBound product_deviation(NodalTable& table, unsigned product_depth) {
  return deviation_of(coefficient_sizes(table, all_nodes(table.dim(), table.n())), table.dim() + 1, product_depth, table.n());
}

ErrorEnclosure kuhn_error(NodalTable& table, unsigned product_depth, double tolerance, const StopToken& stop) {
  const std::size_t D = table.dim();
  Search search(table, tolerance, stop);
  const auto orders = all_orders(D);
  for (const bool sampling : {true, false})
    for (const MeshNode& cell : all_nodes(D, table.n() - 1))
      for (const auto& order : orders) {
        const KuhnPiece piece(table, {cell, order});
        if (sampling)
          search.sample(piece);
        else
          search.cover(piece, {std::vector<std::size_t>(D, 0), 0});
      }
  ErrorEnclosure error = search.result();
  if (product_depth > 0) {
    const ErrorBound more = product_deviation(table, product_depth);
    error.value = Interval(std::fmax(0.0, next_down(error.value.lower() - more.value)), add_upper(error.value.upper(), more.value));
    error.gradient = Interval(std::fmax(0.0, next_down(error.gradient.lower() - more.gradient)), add_upper(error.gradient.upper(), more.gradient));
  }
  return error;
}

namespace {

/// sup |∂_k ∂_j f| on the cube, symmetric.
std::vector<std::vector<double>> hessian_bounds(const SmoothFunction& f) {
  std::vector<std::vector<double>> H(f.dim(), std::vector<double>(f.dim()));
  for (std::size_t k = 0; k < f.dim(); ++k)
    for (std::size_t j = 0; j <= k; ++j) {
      std::vector<unsigned> order(f.dim());
      ++order[k], ++order[j];
      H[k][j] = H[j][k] = f.derivative_bound(order);
    }
  return H;
}

/// sup ‖Hess f‖_2, by the largest absolute row sum at each point, which bounds the norm of a symmetric matrix.
double hessian_norm_bound(const SmoothFunction& f) {
  return supremum_on_cube(f.dim(), [&](const std::vector<Interval>& box) {
           double lower = 0, upper = 0;
           for (std::size_t k = 0; k < f.dim(); ++k) {
             Interval row = 0.0;
             for (std::size_t j = 0; j < f.dim(); ++j) {
               std::vector<unsigned> order(f.dim());
               ++order[k], ++order[j];
               const Interval x = f.derivative(order, box);
               row += Interval(x.lower() > 0 ? x.lower() : x.upper() < 0 ? -x.upper() : 0.0, magnitude(x));
             }
             lower = std::fmax(lower, row.lower());
             upper = std::fmax(upper, row.upper());
           }
           return Interval(lower, upper);
         }).upper();
}

/// Largest |∂^β f| over |β| = total.
double order_bound(const SmoothFunction& f, unsigned total) {
  double most = 0;
  std::vector<unsigned> order(f.dim());
  const auto distribute = [&](const auto& self, std::size_t k, unsigned left) -> void {
    if (k + 1 == f.dim()) {
      order[k] = left;
      most = std::fmax(most, f.derivative_bound(order));
      return;
    }
    for (order[k] = 0; order[k] <= left; ++order[k]) self(self, k + 1, left - order[k]);
  };
  distribute(distribute, 0, total);
  return most;
}

}  // namespace

ErrorBound theorem_bound(const NodalTable& table, unsigned product_depth) {
  const SmoothFunction& f = table.function();
  const std::size_t D = table.dim();
  const auto up = [](double a, double b) { return mul_upper(a, b); };
  const double h = next_up(1.0 / static_cast<double>(table.n())), d = static_cast<double>(D);
  ErrorBound bound;
  if (table.degree() == 0) {
    const auto H = hessian_bounds(f);
    const double norm = hessian_norm_bound(f);
    for (std::size_t k = 0; k < D; ++k) {
      double mixed = 0;
      for (std::size_t j = 0; j < D; ++j)
        if (j != k) mixed = add_upper(mixed, H[k][j]);
      bound.gradient = std::fmax(bound.gradient, up(h, add_upper(H[k][k] / 2, mixed)));
    }
    bound.value = up(up(norm, d), up(h, h)) / 8;
    return bound;
  }
  const double F = order_bound(f, 3), first = order_bound(f, 1), second = order_bound(f, 2);
  const double d0 = std::ldexp(1.0, -2 * static_cast<int>(product_depth) - 2), eta = std::ldexp(1.0, -static_cast<int>(product_depth));
  const double e2 = add_upper(2 * eta, add_upper(up(eta, eta), d0));
  if (D == 1) {
    const double h2 = up(h, h);
    bound.value = add_upper(next_up(up(F, up(h2, h)) / 48), add_upper(2 * up(up(h, first), d0), 2 * up(up(h2, second), d0)));
    bound.gradient = add_upper(next_up(up(F, h2) / 6), 2 * add_upper(up(first, eta), up(up(h / 2, second), e2)));
    return bound;
  }
  // Theorem H, and the products of D+1 active vertices: D first and D(D+1)/2 second monomials, |c| <= h·first and h²·second.
  const double reach = up(d, h), active = d + 1, firsts = up(d, up(h, first)), seconds = up(d * (d + 1) / 2, up(up(h, h), second));
  bound.value = next_up(up(F, up(reach, up(reach, reach))) / 6);
  bound.gradient = up(up(F, up(reach, reach)), add_upper(next_up(d / 3), 0.5));
  bound.value = add_upper(bound.value, up(active, add_upper(up(firsts, d0), 2 * up(seconds, d0))));
  bound.gradient = add_upper(bound.gradient, up(up(active, static_cast<double>(table.n())), add_upper(up(firsts, eta), up(seconds, e2))));
  return bound;
}

}  // namespace narrows
