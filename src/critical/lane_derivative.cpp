// Compiled once per instruction set: see arith/lanes.hpp.
#include "critical/lane_derivative.hpp"

#include "critical/lane_findings.hpp"
#include "network/lane_dual.hpp"

namespace narrows::NARROWS_ISA {
namespace {

constexpr std::size_t kWorkLanes = 256;

template <int D>
std::size_t bytes_for(const LaneChain& chain) {
  return (4 * (1 + D) * chain.widest + (1 + D) * chain.slope_count) * sizeof(Form<D>) + chain.widest * sizeof(Term<D>) + kWorkLanes * sizeof(Lanes);
}

template <int D>
struct Pass {
  explicit Pass(const LaneChain& chain, void* workspace) : memory(workspace) {
    scratch.scratch.terms = memory.template take<Term<D>>(chain.widest);
    work = memory.template take<Lanes>(kWorkLanes);
    for (std::size_t i = 0; i < 4; ++i) {
      DualVector<D>& vector = i == 0 ? state : i == 1 ? next : scratch.inner[i - 2];
      vector = {memory.template take<Form<D>>((1 + D) * chain.widest), chain.widest};
    }
    scratch.scratch.inner[0] = scratch.inner[0].forms;
    scratch.scratch.inner[1] = scratch.inner[1].forms;
    scratch.slope_count = chain.slope_count;
    scratch.scratch.slopes = memory.template take<Form<D>>(chain.slope_count);
    scratch.slope_partials = memory.template take<Form<D>>(D * chain.slope_count);
  }
  void swap() {
    const DualVector<D> old = state;
    state = next;
    next = old;
  }
  void start(const double* lower, const double* upper, std::size_t count) {
    read_boxes<D>(lower, upper, D, count, state.block(0));
    for (int k = 0; k < D; ++k)
      for (int j = 0; j < D; ++j) state.block(1 + k)[j] = constant<D>(j == k);
  }

  Memory memory;
  DualScratch<D> scratch;
  DualVector<D> state, next;
  Lanes* work;
};

template <int D>
void derivative_group(const LaneChain& chain, std::size_t prefix, const double* lower, const double* upper, std::size_t count,
                      LaneDerivative* results, void* workspace) {
  Pass<D> pass(chain, workspace);
  pass.start(lower, upper, count);
  Mask regular = all_true();
  Lanes regular_prefix = broadcast(static_cast<double>(chain.first));
  for (std::size_t l = chain.first; l < chain.depth; ++l) {
    forward_dual(chain.layers[l], pass.state, pass.next, pass.scratch);
    pass.swap();
    if (l >= prefix) continue;
    regular &= regular_on_box(chain.layers[l], pass.scratch.scratch.slopes, pass.work);
    regular_prefix = regular_prefix + select(regular, broadcast(1), Lanes{});
  }
  for (std::size_t i = 0; i < count; ++i) {
    results[i].output[0] = pass.state.block(0)[0].lower[i];
    results[i].output[1] = pass.state.block(0)[0].upper[i];
  }
  pass.state.block(0)[0] = constant<D>(1);
  for (int k = 1; k <= D; ++k) pass.state.block(k)[0] = constant<D>(0);
  for (std::size_t l = chain.depth; l-- > prefix;) {
    backward_dual(chain.layers[l], pass.state, pass.next, pass.scratch);
    pass.swap();
  }
  for (std::size_t i = 0; i < count; ++i) {
    LaneDerivative& result = results[i];
    result.regular_prefix = static_cast<std::uint16_t>(regular_prefix[i]);
    for (int j = 0; j < D; ++j) {
      result.value[2 * j] = pass.state.block(0)[j].lower[i];
      result.value[2 * j + 1] = pass.state.block(0)[j].upper[i];
      for (int k = 0; k < D; ++k) {
        result.jacobian[2 * (j * D + k)] = pass.state.block(1 + k)[j].lower[i];
        result.jacobian[2 * (j * D + k) + 1] = pass.state.block(1 + k)[j].upper[i];
      }
    }
  }
}

template <int D>
void half_space_group(const LaneChain& chain, std::size_t prefix, const double* lower, const double* upper, std::size_t count,
                      LaneHalfSpace* results, void* workspace) {
  Pass<D> pass(chain, workspace);
  pass.start(lower, upper, count);
  Form<D>*state = pass.state.forms, *next = pass.next.forms;
  const auto swap = [&] {
    Form<D>* old = state;
    state = next;
    next = old;
  };
  for (std::size_t l = chain.first; l < chain.depth; ++l) {
    forward(chain.layers[l], state, next, pass.scratch.scratch);
    swap();
  }
  state[0] = constant<D>(1);
  for (std::size_t l = chain.depth; l-- > prefix;) {
    backward(chain.layers[l], state, next, pass.scratch.scratch);
    swap();
  }
  // The middle of v, cut to short numbers, then the unit vectors.
  Lanes direction[D], largest = abs(state[0].centre);
  for (int j = 1; j < D; ++j) largest = max(abs(state[j].centre), largest);
  RowSum<D> row = start_row<D>(0, 0, 0);
  for (int j = 0; j < D; ++j) {
    direction[j] = shortened(state[j].centre / largest);
    add_term(&row, direction[j], prepare(state[j], rounding_share(D)));
  }
  const Mask found = finish_row(row).lower > 0;
  for (std::size_t i = 0; i < count; ++i) {
    results[i] = LaneHalfSpace{};
    for (int j = 0; j < D && found[i]; ++j) results[i].direction[j] = direction[j][i];
    for (int j = 0; j < D && !found[i]; ++j) {
      if (state[j].lower[i] > 0 || state[j].upper[i] < 0) {
        results[i].direction[j] = state[j].lower[i] > 0 ? 1 : -1;
        break;
      }
    }
  }
}

template <int D>
void derivatives(const LaneChain& chain, std::size_t prefix, const double* lower, const double* upper, std::size_t count, LaneDerivative* results,
                 void* workspace) {
  in_groups(count, [&](std::size_t at, std::size_t size) {
    derivative_group<D>(chain, prefix, lower + at * D, upper + at * D, size, results + at, workspace);
  });
}

template <int D>
void half_spaces(const LaneChain& chain, std::size_t prefix, const double* lower, const double* upper, std::size_t count, LaneHalfSpace* results,
                 void* workspace) {
  in_groups(count, [&](std::size_t at, std::size_t size) {
    half_space_group<D>(chain, prefix, lower + at * D, upper + at * D, size, results + at, workspace);
  });
}

std::size_t workspace_bytes(const LaneChain& chain, std::size_t dim) {
  return for_dimension(dim, [&]<int D>() { return bytes_for<D>(chain); });
}

}  // namespace

LaneDerivatives lane_derivatives() {
  return {{derivatives<1>, derivatives<2>, derivatives<3>, derivatives<4>, derivatives<5>, derivatives<6>},
          {half_spaces<1>, half_spaces<2>, half_spaces<3>, half_spaces<4>, half_spaces<5>, half_spaces<6>},
          workspace_bytes};
}

}  // namespace narrows::NARROWS_ISA
