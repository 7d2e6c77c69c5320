// The leaf tests for stubborn boxes, in zonotopes. Compiled once per instruction set: see arith/lanes.hpp.
#include "critical/lane_findings.hpp"
#include "network/lane_zonotope.hpp"

namespace narrows::NARROWS_ISA {
namespace {

constexpr std::size_t kWorkLanes = 256;

std::size_t capacity_of(const LaneChain& chain) { return 3 * chain.slope_count; }

// Six vectors of the widest layer, the slopes, terms, and the counters.
template <int D>
std::size_t bytes_for(const LaneChain& chain) {
  const std::size_t entries = 5 * chain.widest + chain.slope_count;
  return entries * (sizeof(Form<D>) + (capacity_of(chain) + 1) * sizeof(Lanes)) + 2 * chain.widest * sizeof(Term<D>) + kWorkLanes * sizeof(Lanes) +
         chain.slope_count * sizeof(std::size_t);
}

template <int D>
struct Pass {
  Pass(const LaneChain& chain, void* workspace) : memory(workspace) {
    const std::size_t capacity = capacity_of(chain);
    const auto vector = [&](std::size_t entries) {
      ZonotopeVector<D> result;
      result.form = memory.template take<Form<D>>(entries);
      result.noise = memory.template take<Lanes>(entries * capacity);
      result.spread = memory.template take<Lanes>(entries);
      result.count = 0;
      return result;
    };
    state = vector(chain.widest);
    next = vector(chain.widest);
    scratch.inner[0] = vector(chain.widest);
    scratch.inner[1] = vector(chain.widest);
    scratch.in_basis = vector(chain.widest);
    const ZonotopeVector<D> slopes = vector(chain.slope_count);
    scratch.slopes = slopes.form;
    scratch.slope_noise = slopes.noise;
    scratch.slope_spread = slopes.spread;
    scratch.terms = memory.template take<Term<D>>(2 * chain.widest);
    work = memory.template take<Lanes>(kWorkLanes);
    scratch.slope_count = memory.template take<std::size_t>(chain.slope_count);
    scratch.capacity = capacity;
    scratch.used = 0;
  }
  void swap() {
    const ZonotopeVector<D> old = state;
    state = next;
    next = old;
  }

  Memory memory;
  ZonotopeScratch<D> scratch;
  ZonotopeVector<D> state, next;
  Lanes* work;
};

/// Σ u_j v_j, noise included.
template <int D>
NARROWS_INLINE Form<D> combine(const Lanes* u, const ZonotopeVector<D>& v, std::size_t n, const ZonotopeScratch<D>& scratch) {
  prepare_all(v, n, rounding_share(n), scratch.terms);
  RowSum<D> row = start_row<D>(0, 0, 0);
  for (std::size_t j = 0; j < n; ++j) add_term(&row, u[j], scratch.terms[j]);
  Lanes spread_noise = Lanes{};
  for (std::size_t s = 0; s < v.count; ++s) {
    Lanes sum = Lanes{};
    for (std::size_t j = 0; j < n; ++j) sum = fma(u[j], v.noise[j * scratch.capacity + s], sum);
    spread_noise = spread_noise + abs(sum);
  }
  Form<D> y;
  y.centre = row.centre;
  for (int i = 0; i < D; ++i) y.coefficient[i] = row.coefficient[i];
  y.radius = row.error * kInflate + kGuard;
  y.lower = broadcast(-__builtin_inf());
  y.upper = broadcast(__builtin_inf());
  clip_to(&y, spread(y) + spread_noise + y.radius);
  return y;
}

template <int D>
[[gnu::noinline]] void test_directions(const ZonotopeVector<D>& v, std::size_t n, std::size_t prefix, const double* basis, Mask eligible,
                                       const ZonotopeScratch<D>& scratch, Findings<D>* findings) {
  Lanes direction[kMaxLaneWidth];
  for (std::size_t j = 0; j < n; ++j) {
    const Mask found = has_sign(v.form[j]) & eligible & findings->open();
    if (!any(found)) continue;
    for (std::size_t i = 0; i < n; ++i) direction[i] = broadcast(i == j);
    findings->close_with_direction(found, prefix, direction, n, basis);
  }
  if (n == 1 || !any(findings->open() & eligible)) return;
  Lanes largest = abs(v.form[0].centre);
  for (std::size_t j = 1; j < n; ++j) largest = max(abs(v.form[j].centre), largest);
  for (std::size_t j = 0; j < n; ++j) direction[j] = shortened(v.form[j].centre / largest);
  const Mask found = has_sign(combine(direction, v, n, scratch)) & eligible & findings->open();
  if (any(found)) findings->close_with_direction(found, prefix, direction, n, basis);
}

template <int D>
void test_group(const LaneChain& chain, const double* lower, const double* upper, std::size_t stride, std::size_t count, LaneVerdict* verdicts,
                void* workspace) {
  Pass<D> pass(chain, workspace);
  Findings<D> findings(verdicts, count);
  read_boxes<D>(lower, upper, stride, count, pass.state.form);
  for (int k = 0; k < D; ++k) pass.state.spread[k] = Lanes{};
  Mask regular = all_true();
  Lanes prefix = broadcast(static_cast<double>(chain.first));
  for (std::size_t l = chain.first; l < chain.depth; ++l) {
    forward(chain.layers[l], pass.state, &pass.next, &pass.scratch);
    pass.swap();
    if (!any(regular)) continue;
    regular &= regular_on_box(chain.layers[l], pass.scratch.slopes, pass.work);
    prefix = prefix + select(regular, broadcast(1), Lanes{});
  }
  findings.start(prefix, regular);
  pass.state.form[0] = constant<D>(1);
  pass.state.spread[0] = Lanes{};
  pass.state.count = 0;
  for (std::size_t p = chain.depth; p-- > chain.first && !findings.done();) {
    const LaneLayer& layer = chain.layers[p];
    backward(layer, pass.state, &pass.next, &pass.scratch);
    pass.swap();
    const Mask eligible = prefix >= static_cast<double>(p);
    if (!any(eligible & findings.open())) continue;
    if (layer.basis != nullptr) test_directions(pass.scratch.in_basis, layer.cols, p, layer.basis, eligible, pass.scratch, &findings);
    test_directions(pass.state, layer.cols, p, nullptr, eligible, pass.scratch, &findings);
  }
}

template <int D>
void test_boxes(const LaneChain& chain, const double* lower, const double* upper, std::size_t stride, std::size_t count, LaneVerdict* verdicts,
                void* workspace) {
  in_groups(count, [&](std::size_t at, std::size_t size) {
    test_group<D>(chain, lower + at * stride, upper + at * stride, stride, size, verdicts + at, workspace);
  });
}

std::size_t workspace_bytes(const LaneChain& chain, std::size_t dim) {
  return for_dimension(dim, [&]<int D>() { return bytes_for<D>(chain); });
}

}  // namespace

LaneBoxTests lane_zonotope_tests() {
  return {{test_boxes<1>, test_boxes<2>, test_boxes<3>, test_boxes<4>, test_boxes<5>, test_boxes<6>}, workspace_bytes};
}

}  // namespace narrows::NARROWS_ISA
