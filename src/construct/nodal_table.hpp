// Taylor coefficients of a function at the nodes of the mesh, as the networks use them: rational, near the true ones, computed once.
//
// notation == meaning:  h = 1/n;  node v in {0 … n}^D stands for v/n;  c_{v,α} = h^{|α|} ∂^α f(v)/α!, so that the Taylor polynomial at v is
// Σ c_{v,α} ((x − v)/h)^α.
#pragma once

#include <map>
#include <vector>

#include "construct/smooth_function.hpp"

namespace narrows {

using MeshNode = std::vector<std::size_t>;

class NodalTable {
 public:
  /// All orders |α| <= degree, in the order of monomials().
  NodalTable(const SmoothFunction& f, std::size_t n, unsigned degree);

  [[nodiscard]] const SmoothFunction& function() const { return f_; }
  [[nodiscard]] std::size_t n() const { return n_; }
  [[nodiscard]] std::size_t dim() const { return f_.dim(); }
  [[nodiscard]] unsigned degree() const { return degree_; }
  /// Each the sorted list of the coordinates multiplied: {}, {0}, {1}, {0,0}, {0,1}, {1,1}, …
  [[nodiscard]] const std::vector<std::vector<std::size_t>>& monomials() const { return monomials_; }
  [[nodiscard]] const std::vector<Rational>& coefficients(const MeshNode& node);

 private:
  const SmoothFunction& f_;
  std::size_t n_;
  unsigned degree_;
  std::vector<std::vector<std::size_t>> monomials_;
  std::map<MeshNode, std::vector<Rational>> known_;
};

/// {0 … n}^D, the first coordinate fastest.
[[nodiscard]] std::vector<MeshNode> all_nodes(std::size_t dim, std::size_t n);

}  // namespace narrows
