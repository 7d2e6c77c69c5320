// Compiled once per instruction set: see arith/lanes.hpp.
#include "levelset/lane_values.hpp"

#include "network/lane_evaluate.hpp"

namespace narrows::NARROWS_ISA {
namespace {

template <int D>
std::size_t bytes_for(const LaneChain& chain) {
  return (4 * chain.widest + chain.slope_count) * sizeof(Form<D>) + chain.widest * sizeof(Term<D>);
}

/// The forms of one group; the last input fills the lanes that are left over. kGuard as in coordinate().
template <int D>
NARROWS_INLINE void read_forms(const double* inputs, std::size_t width, std::size_t count, Form<D>* state) {
  const std::size_t block = D + 2, stride = width * block;
  for (std::size_t k = 0; k < width; ++k) {
    Lanes number[D + 2];
    for (std::size_t s = 0; s < block; ++s) {
      alignas(64) double lane[kLanes];
      for (std::size_t i = 0; i < kLanes; ++i)
        lane[i] = inputs[(i < count ? i : count - 1) * stride + k * block + s];
      number[s] = load(lane);
    }
    Form<D>& x = state[k];
    x.centre = number[0];
    for (int i = 0; i < D; ++i) x.coefficient[i] = number[i + 1];
    x.radius = number[D + 1] + kGuard;
    x.lower = broadcast(-__builtin_inf());
    x.upper = broadcast(__builtin_inf());
    clip_to(&x, spread(x) + x.radius);
  }
}

template <int D>
void group(const LaneChain& chain, std::size_t width, const double* inputs, std::size_t count,
           double* results, void* workspace) {
  auto* state = static_cast<Form<D>*>(workspace);
  Form<D>* next = state + chain.widest;
  Scratch<D> scratch;
  scratch.inner[0] = next + chain.widest;
  scratch.inner[1] = scratch.inner[0] + chain.widest;
  scratch.slopes = scratch.inner[1] + chain.widest;
  scratch.terms = reinterpret_cast<Term<D>*>(scratch.slopes + chain.slope_count);
  read_forms(inputs, width, count, state);
  for (std::size_t l = chain.first; l < chain.depth; ++l) {
    forward(chain.layers[l], state, next, scratch);
    Form<D>* old = state;
    state = next;
    next = old;
  }
  for (std::size_t i = 0; i < count; ++i) {
    double* out = results + i * (D + 4);
    *out++ = state[0].centre[i];
    for (int k = 0; k < D; ++k) *out++ = state[0].coefficient[k][i];
    *out++ = state[0].radius[i];
    *out++ = state[0].lower[i];
    *out++ = state[0].upper[i];
  }
}

template <int D>
void values_on(const LaneChain& chain, std::size_t width, const double* inputs, std::size_t count,
               double* results, void* workspace) {
  for (std::size_t at = 0; at < count; at += kLanes)
    group<D>(chain, width, inputs + at * width * (D + 2), count - at < kLanes ? count - at : kLanes,
             results + at * (D + 4), workspace);
}

std::size_t workspace_bytes(const LaneChain& chain, std::size_t symbols) {
  return symbols == 1 ? bytes_for<1>(chain) : symbols == 2 ? bytes_for<2>(chain) : bytes_for<3>(chain);
}

}  // namespace

LaneValues lane_values() {
  return {{values_on<1>, values_on<2>, values_on<3>}, workspace_bytes};
}

}  // namespace narrows::NARROWS_ISA
