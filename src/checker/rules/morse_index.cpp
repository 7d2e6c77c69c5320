// Rule `morse-index`: signs of the pivots of LDLᵀ of the Hessian over the enclosure of a critical point (T8).
//
// The Hessian of Φ in the working coordinates is the derivative of v_base. A diffeomorphism of the
// coordinates (the reduction) changes the Hessian at a critical point by a congruence, which keeps the index.
#include <utility>

#include "checker/rules/rules.hpp"

namespace narrows::checker {

std::optional<std::size_t> morse_index(const Setting& setting, const Box& box) {
  const std::size_t d = setting.dim;
  if (setting.smoothness != Smoothness::smooth || d > max_box_dimension) return std::nullopt;
  BoxPass pass(setting.point_chain, setting.base(), box, point_precision, Carry::derivatives);
  const std::vector<Dual> gradient = pass.row_vector(setting.base());
  IntervalMatrix hessian(d, d);
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < d; ++j) {
      hessian.at(i, j) = intersect(gradient[i].derivative[j].range, gradient[j].derivative[i].range);
    }
  }
  return negative_index(std::move(hessian));
}

}  // namespace narrows::checker
