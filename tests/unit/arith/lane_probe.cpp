// A lane source: compiled once per instruction set.
#include "lane_probe.hpp"

#include "arith/lane_elementary.hpp"

namespace narrows::NARROWS_ISA {
namespace {

NARROWS_INLINE Jet exp_jet(Lanes x) { return {exp_approx(x), Lanes{}, Lanes{}, Lanes{}}; }

template <Jet (*f)(Lanes)>
NARROWS_INLINE void each(const double* x, ProbeResult out, std::size_t size) {
  for (std::size_t i = 0; i < size; i += kLanes) {
    const Jet jet = f(load(x + i));
    store(out.value + i, jet.value);
    store(out.slope + i, jet.slope);
    store(out.curvature + i, jet.curvature);
    store(out.third + i, jet.third);
  }
}

}  // namespace

void probe(Kernel kernel, const double* x, ProbeResult out, std::size_t size) {
  switch (kernel) {
    case Kernel::tanh: return each<tanh_jet>(x, out, size);
    case Kernel::sigmoid: return each<sigmoid_jet>(x, out, size);
    case Kernel::softplus: return each<softplus_jet>(x, out, size);
    case Kernel::exp: return each<exp_jet>(x, out, size);
  }
}

}  // namespace narrows::NARROWS_ISA
