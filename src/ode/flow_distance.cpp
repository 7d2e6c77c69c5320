#include "ode/flow_distance.hpp"

#include <algorithm>
#include <cmath>

#include "ode/flow_field.hpp"
#include "ode/tube_end.hpp"

namespace narrows {
namespace {

/// |p(ξ)| − error >= this at the corners, the centre and the middles of the sides.
double largest_sample_lower(const TaylorBasis& basis, const TaylorModel& difference) {
  constexpr std::size_t most = 6;  // coordinates that vary: 3^6 samples
  const std::size_t varying = std::min(basis.dim(), most);
  std::size_t count = 1;
  for (std::size_t i = 0; i < varying; ++i) count *= 3;
  double best = 0;
  for (std::size_t n = 0; n < count; ++n) {
    Interval value = 0.0;
    for (std::size_t a = 0; a < basis.size(); ++a) {
      std::size_t digits = n;
      int product = 1;
      for (std::size_t i = 0; i < basis.dim(); ++i) {
        const int xi = i < varying ? static_cast<int>(digits % 3) - 1 : 0;
        digits /= 3;
        for (int e = 0; e < basis.exponents(a)[i]; ++e) product *= xi;
      }
      if (product != 0) value += Interval(product * difference.c[a]);
    }
    const double magnitude_lower = std::max({0.0, value.lower(), -value.upper()});
    best = std::max(best, next_down(magnitude_lower - difference.error));
  }
  return best;
}

}  // namespace

Interval distance_to_flow(const Chain& chain, const std::vector<Layer>& after, const Tube& tube,
                          const Box& box) {
  const TaylorBasis& basis = *tube.basis;
  const TaylorAlgebra algebra(basis, 0.0);
  FlowField network(chain.layers, chain.input_dim), rest(after, tube.steps.back().state.size());
  const TaylorModel ours = network.image(algebra, box_coordinates(algebra, box), false, 1e-18).value[0];
  const TaylorModel limit = rest.image(algebra, end_models(tube), false, 1e-18).value[0];
  const TaylorModel difference = algebra.add(ours, algebra.scale(limit, -1.0));
  return {std::max(0.0, largest_sample_lower(basis, difference)), magnitude(algebra.range(difference))};
}

}  // namespace narrows
