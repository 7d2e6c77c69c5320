// Compiled once per instruction set: see arith/lanes.hpp.
#include "critical/lane_joint_values.hpp"

#include "critical/lane_findings.hpp"

namespace narrows::NARROWS_ISA {
namespace {

template <int D>
std::size_t bytes_for(const LaneChain& chain) {
  return (4 * chain.widest + chain.slope_count) * sizeof(Form<D>) + chain.widest * sizeof(Term<D>);
}

/// One group of joint boxes on its way through the chain; X coordinates, X + 2 == D.
template <int D, int X>
struct JointPass {
  JointPass(const LaneChain& chain, const double* lower, const double* upper, std::size_t count, void* workspace) : chain_(chain) {
    Memory memory(workspace);
    state = memory.take<Form<D>>(chain.widest);
    next_ = memory.take<Form<D>>(chain.widest);
    scratch_.inner[0] = memory.take<Form<D>>(chain.widest);
    scratch_.inner[1] = memory.take<Form<D>>(chain.widest);
    scratch_.slopes = memory.take<Form<D>>(chain.slope_count);
    scratch_.terms = memory.take<Term<D>>(chain.widest);
    read_boxes<D>(lower, upper, D, count, symbols);
    read_factors<D, X>(lower, upper, D, count, symbols, &factors_);
    scratch_.factors = &factors_;
  }
  /// Φ from the coordinates in `state`.
  Form<D> value() {
    for (std::size_t l = 0; l < chain_.depth; ++l) {
      forward(chain_.layers[l], state, next_, scratch_);
      swap();
    }
    return state[0];
  }
  /// v_prefix after value(), in `state`.
  void row(std::size_t prefix) {
    state[0] = constant<D>(1);
    for (std::size_t l = chain_.depth; l-- > prefix;) {
      backward(chain_.layers[l], state, next_, scratch_);
      swap();
    }
  }
  [[nodiscard]] Term<D>* terms() const { return scratch_.terms; }
  Form<D> symbols[D];
  Form<D>* state;

 private:
  void swap() {
    Form<D>* old = state;
    state = next_;
    next_ = old;
  }
  const LaneChain& chain_;
  Scratch<D> scratch_;
  LaneFactors<D> factors_;
  Form<D>* next_;
};

template <int D, int X>
void rows_group(const LaneChain& chain, std::size_t prefix, const double* u, const double* lower, const double* upper, std::size_t count, LaneRange* ranges,
                void* workspace) {
  JointPass<D, X> pass(chain, lower, upper, count, workspace);
  for (int k = 0; k < X; ++k) pass.state[k] = pass.symbols[k];
  (void)pass.value();
  pass.row(prefix);
  const std::size_t n = chain.layers[prefix].cols;
  for (std::size_t j = 0; j < n; ++j) pass.terms()[j] = prepare(pass.state[j], rounding_share(n));
  for (std::size_t k = 0; k < static_cast<std::size_t>(X); ++k) {
    const Form<D> sum = row_of<D>(u + k * n, nullptr, 1, pass.terms(), n, 0, 0);
    for (std::size_t i = 0; i < count; ++i) ranges[i * static_cast<std::size_t>(X) + k] = {sum.lower[i], sum.upper[i]};
  }
}

template <int D, int X>
void differences_group(const LaneChain& chain, const double* x0, const double* lower, const double* upper, std::size_t count, LaneRange* ranges,
                       void* workspace) {
  JointPass<D, X> pass(chain, lower, upper, count, workspace);
  for (int k = 0; k < X; ++k) pass.state[k] = coordinate<D>(broadcast(x0[k]) - kGuard, broadcast(x0[k]) + kGuard, k);
  // x0 is a point: what its tiny width contributes belongs to the remainder, not to the symbol of x.
  for (int k = 0; k < X; ++k) {
    pass.state[k].radius = pass.state[k].radius + pass.state[k].coefficient[k] + broadcast(kGuard);
    pass.state[k].coefficient[k] = Lanes{};
  }
  Form<D> there = pass.value();
  for (int k = 0; k < X; ++k) pass.state[k] = pass.symbols[k];
  const Form<D> here = pass.value();
  const double minus_one = -1;
  there = scaled(there, minus_one, 0, 0, 0);
  const Form<D> difference = sum(here, there);
  for (std::size_t i = 0; i < count; ++i) ranges[i] = {difference.lower[i], difference.upper[i]};
}

template <int D>
void rows_on(const LaneChain& chain, std::size_t prefix, const double* u, const double* lower, const double* upper, std::size_t count, LaneRange* ranges,
             void* workspace) {
  constexpr std::size_t x = D - static_cast<int>(kFreeFactors);
  for (std::size_t at = 0; at < count; at += kLanes)
    rows_group<D, D - static_cast<int>(kFreeFactors)>(chain, prefix, u, lower + at * D, upper + at * D, count - at < kLanes ? count - at : kLanes, ranges + at * x, workspace);
}

template <int D>
void differences_on(const LaneChain& chain, const double* x0, const double* lower, const double* upper, std::size_t count, LaneRange* ranges, void* workspace) {
  for (std::size_t at = 0; at < count; at += kLanes)
    differences_group<D, D - static_cast<int>(kFreeFactors)>(chain, x0, lower + at * D, upper + at * D, count - at < kLanes ? count - at : kLanes, ranges + at, workspace);
}

std::size_t workspace_bytes(const LaneChain& chain, std::size_t dim) {
  return for_dimension(dim, [&]<int D>() { return bytes_for<D>(chain); });
}

}  // namespace

LaneJointValues lane_joint_values() {
  return {{nullptr, nullptr, rows_on<3>, rows_on<4>, rows_on<5>, rows_on<6>},
          {nullptr, nullptr, differences_on<3>, differences_on<4>, differences_on<5>, differences_on<6>},
          workspace_bytes};
}

}  // namespace narrows::NARROWS_ISA
