#include "bounds/branch_range.hpp"

#include <cmath>

#include "arith/elementary.hpp"
#include "network/evaluate.hpp"

namespace narrows {

IntervalBox branch_value(const CompiledLayer<Interval>& block, const IntervalBox& box) {
  IntervalBox state = box;
  LayerTrace<Interval> trace;
  for (const auto& layer : block.branch) state = forward(layer, state, &trace);
  return state;
}

BranchRange branch_range(const CompiledLayer<Interval>& block, const IntervalBox& box) {
  const std::size_t n = box.size();
  std::vector<LayerTrace<Interval>> traces(block.branch.size());
  BranchRange range{box, {}};
  for (std::size_t k = 0; k < block.branch.size(); ++k) range.value = forward(block.branch[k], range.value, &traces[k]);
  for (std::size_t i = 0; i < n; ++i) {
    IntervalBox row(n, Interval(0.0));
    row[i] = Interval(1.0);
    for (std::size_t k = block.branch.size(); k-- > 0;) row = backward(block.branch[k], traces[k], row);
    range.jacobian.insert(range.jacobian.end(), row.begin(), row.end());
  }
  return range;
}

IntervalBox flow_arcs(const CompiledLayer<Interval>& block, double lipschitz, const Interval& alpha, const IntervalBox& start) {
  constexpr int kTurns = 3;
  const double duration = magnitude(alpha);
  const double factor = lipschitz > 0 ? next_up(expm1(Interval(mul_upper(lipschitz, duration))).upper() / lipschitz) : duration;
  // |h(t) − h(0)| <= |f(h(0))| (e^{K|t|} − 1)/K; then h(t) lies in h(0) + [0, α] f(arcs).
  const double reach = mul_upper(size_upper(branch_value(block, start)), factor);
  IntervalBox arcs = widened(start, reach);
  const Interval times = hull(Interval(0.0), alpha);
  for (int turn = 0; turn < kTurns; ++turn) {
    const IntervalBox slopes = branch_value(block, arcs);
    for (std::size_t i = 0; i < start.size(); ++i) arcs[i] = meet(arcs[i], start[i] + times * slopes[i]);
  }
  return arcs;
}

double size_upper(const IntervalBox& box) {
  double largest = 0;
  for (const Interval& x : box) largest = std::fmax(largest, magnitude(x));
  return largest;
}

double norm_upper(const std::vector<Interval>& jacobian, std::size_t n) {
  double largest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < n; ++j) sum = add_upper(sum, magnitude(jacobian[i * n + j]));
    largest = std::fmax(largest, sum);
  }
  return largest;
}

double logarithmic_norm_upper(const std::vector<Interval>& jacobian, std::size_t n, int sign) {
  double largest = -kInfinity;
  for (std::size_t i = 0; i < n; ++i) {
    const Interval& diagonal = jacobian[i * n + i];
    double sum = sign > 0 ? diagonal.upper() : -diagonal.lower();
    for (std::size_t j = 0; j < n; ++j)
      if (j != i) sum = next_up(sum + magnitude(jacobian[i * n + j]));
    largest = std::fmax(largest, sum);
  }
  return largest;
}

double image_upper(const std::vector<Interval>& jacobian, const IntervalBox& v) {
  const std::size_t n = v.size();
  double largest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    Interval sum = 0.0;
    for (std::size_t j = 0; j < n; ++j) sum += jacobian[i * n + j] * v[j];
    largest = std::fmax(largest, magnitude(sum));
  }
  return largest;
}

IntervalBox widened(const IntervalBox& box, double radius) {
  IntervalBox wide = box;
  for (Interval& x : wide) x += Interval(-radius, radius);
  return wide;
}

}  // namespace narrows
