// A lane source: compiled once per instruction set.
#include "lane_form_probe.hpp"

#include "critical/lane_findings.hpp"
#include "network/lane_dual.hpp"
#include "network/lane_zonotope_pass.hpp"

namespace narrows::NARROWS_ISA {
namespace {

template <int D>
FormValues first_lane(const Form<D>& x, double noise) {
  FormValues out{};
  out.centre = x.centre[0];
  for (int i = 0; i < D; ++i) out.coefficient[i] = x.coefficient[i][0];
  out.radius = (x.radius[0] + noise) * kInflate;
  out.lower = x.lower[0];
  out.upper = x.upper[0];
  return out;
}

template <int D>
void save(const Form<D>* forms, std::size_t n, FormValues* out) {
  for (std::size_t i = 0; i < n; ++i) out[i] = first_lane(forms[i], 0);
}
template <int D>
void save(const ZonotopeVector<D>& x, std::size_t n, const ZonotopeScratch<D>& scratch, FormValues* out) {
  for (std::size_t i = 0; i < n; ++i) {
    double noise = x.spread[i][0], bent = 0;
    for (std::size_t s = 0; scratch.polynomial && s < monomials(D); ++s) bent += __builtin_fabs(x.noise[i * scratch.capacity + s][0]);
    out[i] = first_lane(x.form[i], (noise - bent) + noise * 0x1p-45);
    for (std::size_t s = 0; scratch.polynomial && s < monomials(D); ++s) out[i].quadratic[s] = x.noise[i * scratch.capacity + s][0];
  }
}

std::size_t width_after(const LaneChain& chain, std::size_t l) { return l == 0 ? chain.input_dim : chain.layers[l - 1].rows; }

template <class T>
void exchange(T* a, T* b) {
  const T old = *a;
  *a = *b;
  *b = old;
}

template <int D>
void affine_pass(const LaneChain& chain, const double* lower, const double* upper, ProbedForms out, Memory memory) {
  const std::size_t w = chain.widest;
  Scratch<D> scratch;
  scratch.inner[0] = memory.take<Form<D>>(w);
  scratch.inner[1] = memory.take<Form<D>>(w);
  scratch.slopes = memory.take<Form<D>>(chain.slope_count);
  scratch.terms = memory.take<Term<D>>(2 * w);
  Form<D>*state = memory.take<Form<D>>(w), *next = memory.take<Form<D>>(w);
  read_boxes<D>(lower, upper, D, 1, state);
  save(state, D, out.states);
  for (std::size_t l = 0; l < chain.depth; ++l) {
    forward(chain.layers[l], state, next, scratch);
    exchange(&state, &next);
    save(state, width_after(chain, l + 1), out.states + (l + 1) * w);
  }
  save(scratch.slopes, chain.slope_count, out.slopes);
  state[0] = constant<D>(1);
  for (std::size_t l = chain.depth; l-- > 0;) {
    backward(chain.layers[l], state, next, scratch);
    exchange(&state, &next);
    save(state, width_after(chain, l), out.rows + l * w);
  }
}

template <int D>
ZonotopeVector<D> take_vector(Memory* memory, std::size_t entries, std::size_t capacity) {
  ZonotopeVector<D> result;
  result.form = memory->take<Form<D>>(entries);
  result.noise = memory->take<Lanes>(entries * capacity);
  result.spread = memory->take<Lanes>(entries);
  result.count = 0;
  return result;
}

template <int D>
void zonotope_pass(FormPass pass, const LaneChain& chain, const double* lower, const double* upper, ProbedForms out, Memory memory) {
  const std::size_t w = chain.widest, capacity = 3 * chain.slope_count + monomials(D);
  ZonotopeScratch<D> scratch;
  scratch.inner[0] = take_vector<D>(&memory, w, capacity);
  scratch.inner[1] = take_vector<D>(&memory, w, capacity);
  scratch.in_basis = take_vector<D>(&memory, w, capacity);
  ZonotopeVector<D> state = take_vector<D>(&memory, w, capacity), next = take_vector<D>(&memory, w, capacity);
  const ZonotopeVector<D> slopes = take_vector<D>(&memory, chain.slope_count, capacity);
  scratch.slopes = slopes.form;
  scratch.slope_noise = slopes.noise;
  scratch.slope_spread = slopes.spread;
  scratch.terms = memory.take<Term<D>>(2 * w);
  scratch.square = memory.take<Lanes>(capacity);  // before the counters: aligned
  scratch.slope_count = memory.take<std::size_t>(chain.slope_count);
  scratch.capacity = capacity;
  scratch.polynomial = pass != FormPass::zonotope;
  scratch.fresh = pass != FormPass::taylor;
  const std::size_t first = scratch.used = scratch.polynomial ? monomials(D) : 0;
  read_boxes<D>(lower, upper, D, 1, state.form);
  const auto clear_noise = [&](std::size_t n) {
    state.count = first;
    for (std::size_t i = 0; i < n; ++i) {
      state.spread[i] = Lanes{};
      for (std::size_t s = 0; s < first; ++s) state.noise[i * capacity + s] = Lanes{};
    }
  };
  clear_noise(D);
  save(state, D, scratch, out.states);
  for (std::size_t l = 0; l < chain.depth; ++l) {
    forward(chain.layers[l], state, &next, &scratch);
    exchange(&state, &next);
    save(state, width_after(chain, l + 1), scratch, out.states + (l + 1) * w);
  }
  save(slopes, chain.slope_count, scratch, out.slopes);
  state.form[0] = constant<D>(1);
  clear_noise(1);
  for (std::size_t l = chain.depth; l-- > 0;) {
    backward(chain.layers[l], state, &next, &scratch);
    exchange(&state, &next);
    save(state, width_after(chain, l), scratch, out.rows + l * w);
    if (chain.layers[l].basis != nullptr) save(scratch.in_basis, chain.layers[l].cols, scratch, out.in_basis + l * w);
  }
}

template <int D>
void dual_pass(const LaneChain& chain, const double* lower, const double* upper, ProbedForms out, Memory memory) {
  const std::size_t w = chain.widest;
  DualScratch<D> scratch;
  for (int i = 0; i < 2; ++i) scratch.inner[i] = {memory.take<Form<D>>((1 + D) * w), w};
  DualVector<D> state{memory.take<Form<D>>((1 + D) * w), w}, next{memory.take<Form<D>>((1 + D) * w), w};
  scratch.scratch.terms = memory.take<Term<D>>(2 * w);
  scratch.scratch.slopes = memory.take<Form<D>>(chain.slope_count);
  scratch.slope_partials = memory.take<Form<D>>(D * chain.slope_count);
  scratch.slope_count = chain.slope_count;
  scratch.scratch.inner[0] = scratch.inner[0].forms;
  scratch.scratch.inner[1] = scratch.inner[1].forms;
  const auto save_all = [&](FormValues* to, std::size_t l) {
    for (int k = 0; k <= D; ++k) save(state.block(k), width_after(chain, l), to + (static_cast<std::size_t>(k) * (chain.depth + 1) + l) * w);
  };
  read_boxes<D>(lower, upper, D, 1, state.block(0));
  for (int k = 0; k < D; ++k)
    for (int j = 0; j < D; ++j) state.block(1 + k)[j] = constant<D>(j == k);
  save_all(out.states, 0);
  for (std::size_t l = 0; l < chain.depth; ++l) {
    forward_dual(chain.layers[l], state, next, scratch);
    exchange(&state, &next);
    save_all(out.states, l + 1);
  }
  save(scratch.scratch.slopes, chain.slope_count, out.slopes);
  save(scratch.slope_partials, D * chain.slope_count, out.slopes + chain.slope_count);
  for (int k = 0; k <= D; ++k) state.block(k)[0] = constant<D>(k == 0);
  for (std::size_t l = chain.depth; l-- > 0;) {
    backward_dual(chain.layers[l], state, next, scratch);
    exchange(&state, &next);
    save_all(out.rows, l);
  }
}

template <int D>
void any_pass(FormPass pass, const LaneChain& chain, const double* lower, const double* upper, ProbedForms out, void* workspace) {
  if (pass == FormPass::affine) return affine_pass<D>(chain, lower, upper, out, Memory(workspace));
  if (pass != FormPass::dual) return zonotope_pass<D>(pass, chain, lower, upper, out, Memory(workspace));
  dual_pass<D>(chain, lower, upper, out, Memory(workspace));
}

ShapeValues values_of(const SlopeShape& s) { return {s.top, s.bend, s.bend_low, s.bend_high, s.dip, s.hump, s.hump_low, s.hump_high}; }

FourthValues values_of(const FourthShape& s) { return {s.crest, s.crest_low, s.crest_high, s.trough, s.trough_low, s.trough_high}; }

}  // namespace

void probe_forms(FormPass pass, const LaneChain& chain, int dim, const double* lower, const double* upper, ProbedForms out, void* workspace) {
  if (dim == 1) return any_pass<1>(pass, chain, lower, upper, out, workspace);
  if (dim == 2) return any_pass<2>(pass, chain, lower, upper, out, workspace);
  any_pass<3>(pass, chain, lower, upper, out, workspace);
}

ShapeValues tanh_shape() { return values_of(kTanhShape); }
ShapeValues sigmoid_shape() { return values_of(kSigmoidShape); }
FourthValues tanh_fourth() { return values_of(kTanhFourth); }
FourthValues sigmoid_fourth() { return values_of(kSigmoidFourth); }

}  // namespace narrows::NARROWS_ISA
