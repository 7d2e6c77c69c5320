#include "bounds/limit_bounds.hpp"

#include <algorithm>
#include <cmath>

#include "arith/elementary.hpp"
#include "base/errors.hpp"
#include "bounds/branch_range.hpp"
#include "network/evaluate.hpp"

namespace narrows {
namespace {

constexpr std::size_t kFewestCells = 16;

IntervalBox sides(const Box& box) {
  IntervalBox x;
  for (std::size_t k = 0; k < box.dim(); ++k) x.emplace_back(box.lower[k], box.upper[k]);
  return x;
}

/// The states before the first block.
template <class S>
std::vector<S> before_blocks(const LimitNetwork& network, std::vector<S> x) {
  LayerTrace<S> trace;
  for (std::size_t l = 0; l < network.first_block; ++l) x = forward(network.compiled.layers[l], x, &trace);
  return x;
}

double exp_upper(double x) { return exp(Interval(x)).upper(); }

/// |ε| (growth·E + α²/2·local).
double euler_step(const CompiledLayer<Interval>& block, const Interval& alpha, double growth, double error, double local) {
  const double half_square = mul_upper(0.5, mul_upper(magnitude(alpha), magnitude(alpha)));
  return mul_upper(magnitude(block.skip), add_upper(mul_upper(growth, error), mul_upper(half_square, local)));
}

/// |ε| R + |δ| K E.
double skip_step(const CompiledLayer<Interval>& block, double size, double lipschitz, double error) {
  return add_upper(mul_upper(magnitude(block.skip), size), mul_upper(mul_upper(magnitude(block.residual), lipschitz), error));
}

IntervalBox ranges(const std::vector<AffineForm>& state) {
  IntervalBox box;
  for (const AffineForm& x : state) box.push_back(x.range());
  return box;
}

std::vector<AffineForm> forms(const IntervalBox& cell) {
  std::vector<AffineForm> x;
  for (std::size_t k = 0; k < cell.size(); ++k) x.push_back(AffineForm::symbol(cell[k], k, cell.size()));
  return x;
}

bool all_global(const LimitNetwork& network) {
  return std::all_of(network.constants.begin(), network.constants.end(), [](const BlockConstants& c) { return c.one_activation && std::isfinite(c.size); });
}

double euler_theorem(const LimitNetwork& network, const Box& box) {
  const bool global = std::all_of(network.constants.begin(), network.constants.end(), [](const BlockConstants& c) { return std::isfinite(c.size); });
  LayerTrace<AffineForm> trace;
  std::vector<AffineForm> state;
  if (!global) state = before_blocks(network, forms(sides(box)));
  double error = 0;
  for (std::size_t l = 0; l < network.blocks; ++l) {
    const auto& block = network.compiled_block(l);
    const Interval alpha = channel_ratio_of(network.block(l));
    const double lipschitz = network.constants[l].lipschitz;
    double size = network.constants[l].size;
    if (!global) {
      if (!std::isfinite(size)) size = size_upper(branch_value(block, flow_arcs(block, lipschitz, alpha, widened(ranges(state), error))));
      state = forward(block, state, &trace);
    }
    error = euler_step(block, alpha, exp_upper(mul_upper(magnitude(alpha), lipschitz)), error, mul_upper(lipschitz, size));
  }
  return mul_upper(network.output_norm, error);
}

double skip_theorem(const LimitNetwork& network, const Box& box) {
  double size = size_upper(before_blocks(network, sides(box))), error = 0;
  for (std::size_t l = 0; l < network.blocks; ++l) {
    const auto& block = network.compiled_block(l);
    double branch = network.constants[l].size;
    if (!std::isfinite(branch)) branch = size_upper(branch_value(block, IntervalBox(network.width(), Interval(-size, size))));
    error = skip_step(block, size, network.constants[l].lipschitz, error);
    size = add_upper(mul_upper(magnitude(block.skip), size), mul_upper(magnitude(block.residual), branch));
  }
  return mul_upper(network.output_norm, error);
}

double euler_on_cell(const LimitNetwork& network, const IntervalBox& cell) {
  const std::size_t n = network.width();
  LayerTrace<AffineForm> trace;
  std::vector<AffineForm> state = before_blocks(network, forms(cell));
  double error = 0;
  for (std::size_t l = 0; l < network.blocks; ++l) {
    const auto& block = network.compiled_block(l);
    const Interval alpha = channel_ratio_of(network.block(l));
    const double lipschitz = network.constants[l].lipschitz;
    const IntervalBox from = ranges(state);
    const BranchRange own = branch_range(block, flow_arcs(block, lipschitz, alpha, from));
    const double local = image_upper(own.jacobian, own.value);
    double growth = 1;
    if (error > 0) {
      const BranchRange both = branch_range(block, flow_arcs(block, lipschitz, alpha, widened(from, error)));
      const double rate = logarithmic_norm_upper(both.jacobian, n, is_negative(alpha) ? -1 : 1);
      // Upward for either sign: a negative rate counts with the shorter time.
      const double exponent = rate >= 0 ? mul_upper(magnitude(alpha), rate) : next_up(rate * std::fmin(std::fabs(alpha.lower()), std::fabs(alpha.upper())));
      growth = exp_upper(exponent);
    }
    error = euler_step(block, alpha, growth, error, local);
    state = forward(block, state, &trace);
  }
  return mul_upper(network.output_norm, error);
}

double skip_on_cell(const LimitNetwork& network, const IntervalBox& cell) {
  LayerTrace<AffineForm> trace;
  std::vector<AffineForm> state = before_blocks(network, forms(cell));
  double error = 0;
  for (std::size_t l = 0; l < network.blocks; ++l) {
    const auto& block = network.compiled_block(l);
    const IntervalBox from = ranges(state);
    const double lipschitz = error > 0 ? norm_upper(branch_range(block, widened(from, error)).jacobian, network.width()) : 0;
    error = skip_step(block, size_upper(from), lipschitz, error);
    state = forward(block, state, &trace);
  }
  return mul_upper(network.output_norm, error);
}

double largest_over_cells(const LimitNetwork& network, Limit limit, const Box& box, std::size_t cells, const StopToken& stop) {
  const std::size_t d = box.dim();
  const auto side = std::max<std::size_t>(1, static_cast<std::size_t>(std::floor(std::pow(static_cast<double>(cells), 1 / static_cast<double>(d)) + 1e-9)));
  std::vector<std::size_t> at(d, 0);
  double largest = 0;
  const auto cut = [&](std::size_t k, std::size_t i) {  // the cells meet exactly
    if (i == 0 || i == side) return i == 0 ? box.lower[k] : box.upper[k];
    const double t = static_cast<double>(i) / static_cast<double>(side);
    return box.lower[k] + t * (box.upper[k] - box.lower[k]);
  };
  while (true) {
    if (stop.stop_requested()) return kInfinity;
    IntervalBox cell;
    for (std::size_t k = 0; k < d; ++k) cell.emplace_back(cut(k, at[k]), cut(k, at[k] + 1));
    const double bound = limit == Limit::ode ? euler_on_cell(network, cell) : skip_on_cell(network, cell);
    largest = bound <= largest ? largest : bound;  // a NaN stays
    std::size_t k = 0;
    while (k < d && ++at[k] == side) at[k++] = 0;
    if (k == d) break;
  }
  return largest >= 0 ? largest : kInfinity;
}

}  // namespace

LimitBounds limit_bounds(const LimitNetwork& network, Limit limit, const Box& box, std::size_t work, const StopToken& stop) {
  LimitBounds bounds;
  const double theorem = limit == Limit::ode ? euler_theorem(network, box) : skip_theorem(network, box);
  if (theorem >= 0) bounds.theorem = theorem;
  bounds.sharper = largest_over_cells(network, limit, box, std::max<std::size_t>(kFewestCells, work / network.blocks), stop);
  bounds.closed_form = all_global(network);
  if (limit == Limit::ode)
    for (std::size_t l = 0; l < network.blocks; ++l)
      bounds.largest_exponent = add_upper(bounds.largest_exponent, mul_upper(magnitude(channel_ratio_of(network.block(l))), network.constants[l].lipschitz));
  return bounds;
}

double uniform_bound(const LimitNetwork& network, Limit limit, const Box& box, double weight_bound, const std::string& where) {
  double size = size_upper(before_blocks(network, sides(box))), error = 0;
  for (std::size_t l = 0; l < network.blocks; ++l) {
    const BlockConstants uniform = uniform_constants(network.block(l), weight_bound);
    const std::string layer = "layer " + std::to_string(network.first_block + l + 1);
    if (has_batch_norm_layer(network.block(l)))
      throw InputError(where, layer + " has a batch_norm in its branch, which --weight-bound does not cover", "fold it into the affine layers, or leave --weight-bound out");
    if (!std::isfinite(uniform.size))
      throw InputError(where, layer + " has an unbounded activation, so no bound on the weights bounds its branch", "use tanh, sigmoid, arctan or sin, or leave --weight-bound out");
    const auto& block = network.compiled_block(l);
    if (limit == Limit::ode) {
      const Interval alpha = channel_ratio_of(network.block(l));
      error = euler_step(block, alpha, exp_upper(mul_upper(magnitude(alpha), uniform.lipschitz)), error, mul_upper(uniform.lipschitz, uniform.size));
    } else {
      error = skip_step(block, size, uniform.lipschitz, error);
      size = add_upper(mul_upper(magnitude(block.skip), size), mul_upper(magnitude(block.residual), uniform.size));
    }
  }
  return mul_upper(network.output_norm, error);
}

}  // namespace narrows
