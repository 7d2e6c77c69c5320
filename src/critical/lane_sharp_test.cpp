// The leaf tests for stubborn boxes, in zonotopes and Taylor models of degree 2. Compiled once per instruction set: see arith/lanes.hpp.
//
// Idea: what these forms leave of v_P is a zonotope {c + Σ_s g_s η_s}; it misses 0 exactly if some direction u has |u·c| > Σ_s |u·g_s|.
// That u is the minimiser of a sum of absolute values under u·c = 1; reweighted least squares come near it in a few steps:
// u = S^-1 c with S = Σ_s g_s g_sᵀ / |u'·g_s|, u' the direction before (the first step weighs all equally: separation from an ellipsoid).
#include "critical/lane_findings.hpp"
#include "network/lane_zonotope_pass.hpp"

namespace narrows::NARROWS_ISA {
namespace {

constexpr std::size_t kWorkLanes = 256;
constexpr int kSteps = 3;              // of reweighting
constexpr double kHope = 0.5;          // |u·c| relative to Σ|u·g_s| below which no step follows
constexpr double kLeastWeight = 0.02;  // |u·g_s| relative to their mean below which it is not weighed more

bool is_polynomial(SharpForm form) { return form != SharpForm::zonotope; }

template <int D>
std::size_t capacity_of(const LaneChain& chain) {
  return 3 * chain.slope_count + monomials(D);
}

// Six vectors of the widest layer, the slopes, terms, squares, sums and the counters.
template <int D>
std::size_t bytes_for(const LaneChain& chain) {
  const std::size_t entries = 5 * chain.widest + chain.slope_count, capacity = capacity_of<D>(chain);
  return entries * (sizeof(Form<D>) + (capacity + 1) * sizeof(Lanes)) + 2 * chain.widest * sizeof(Term<D>) + (kWorkLanes + 2 * capacity) * sizeof(Lanes) +
         chain.slope_count * sizeof(std::size_t);
}

template <int D>
struct Pass {
  Pass(const LaneChain& chain, SharpForm form, void* workspace) : memory(workspace) {
    const std::size_t capacity = capacity_of<D>(chain);
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
    scratch.square = memory.template take<Lanes>(capacity);
    sums = memory.template take<Lanes>(capacity);
    scratch.slope_count = memory.template take<std::size_t>(chain.slope_count);
    scratch.capacity = capacity;
    scratch.polynomial = is_polynomial(form);
    scratch.fresh = form != SharpForm::taylor;
    scratch.used = scratch.polynomial ? monomials(D) : 0;
  }
  void swap() {
    const ZonotopeVector<D> old = state;
    state = next;
    next = old;
  }
  /// The first n entries of the state get no noise.
  void clear_noise(std::size_t n) {
    state.count = scratch.polynomial ? monomials(D) : 0;
    for (std::size_t i = 0; i < n; ++i) {
      state.spread[i] = Lanes{};
      for (std::size_t s = 0; s < state.count; ++s) state.noise[i * scratch.capacity + s] = Lanes{};
    }
  }

  Memory memory;
  ZonotopeScratch<D> scratch;
  ZonotopeVector<D> state, next;
  Lanes *work, *sums;
};

/// Σ u_j v_j, noise included: its coefficients go to `sums`, the sum of their sizes to `noise`.
template <int D>
[[gnu::noinline]] Form<D> combine(const Lanes* u, const ZonotopeVector<D>& v, std::size_t n, const ZonotopeScratch<D>& scratch, Lanes* sums, Lanes* noise) {
  prepare_all(v, n, rounding_share(n), scratch.terms);
  RowSum<D> row = start_row<D>(0, 0, 0);
  for (std::size_t j = 0; j < n; ++j) add_term(&row, u[j], scratch.terms[j]);
  Lanes spread_noise = Lanes{};
  for (std::size_t s = 0; s < v.count; ++s) {
    Lanes sum = Lanes{};
    for (std::size_t j = 0; j < n; ++j) sum = fma(u[j], v.noise[j * scratch.capacity + s], sum);
    sums[s] = sum;
    spread_noise = spread_noise + abs(sum);
  }
  *noise = spread_noise;
  Form<D> y;
  y.centre = row.centre;
  for (int i = 0; i < D; ++i) y.coefficient[i] = row.coefficient[i];
  y.radius = row.error * kInflate + kGuard;
  y.lower = broadcast(-__builtin_inf());
  y.upper = broadcast(__builtin_inf());
  clip_with_noise(&y, sums, spread_noise, scratch.polynomial);
  return y;
}

/// S u = c for a positive definite S by Gaussian elimination; not-a-number where that fails.
NARROWS_INLINE void solve_definite(Lanes (&s)[kMaxLaneDim][kMaxLaneDim], Lanes* u, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) {
    const Lanes factor = 1 / s[k][k];
    for (std::size_t i = k + 1; i < n; ++i) {
      const Lanes multiple = -s[i][k] * factor;
      for (std::size_t j = k + 1; j <= i; ++j) s[i][j] = fma(multiple, s[j][k], s[i][j]);
      u[i] = fma(multiple, u[k], u[i]);
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t i = k + 1; i < n; ++i) u[k] = fma(-s[i][k], u[i], u[k]);
    u[k] = u[k] / s[k][k];
  }
}

/// The direction that separates v from 0, if there is one: see the top of the file.
template <int D>
[[gnu::noinline]] void test_separation(const ZonotopeVector<D>& v, std::size_t n, std::size_t prefix, Mask eligible, const Pass<D>& pass, Findings<D>* findings) {
  const std::size_t capacity = pass.scratch.capacity, generators = D + v.count + n;
  Lanes* weight = pass.sums;  // of the noise symbols, then of the coordinates and the radii
  Lanes coordinate_weight[D], radius_weight[kMaxLaneDim], u[kMaxLaneDim];
  for (std::size_t s = 0; s < v.count; ++s) weight[s] = broadcast(1);
  for (Lanes& w : coordinate_weight) w = broadcast(1);
  for (std::size_t j = 0; j < n; ++j) radius_weight[j] = broadcast(1);
  for (int step = 0; step < kSteps; ++step) {
    Lanes matrix[kMaxLaneDim][kMaxLaneDim];
    for (std::size_t i = 0; i < n; ++i) {
      const Lanes* noise_i = v.noise + i * capacity;
      for (std::size_t j = 0; j <= i; ++j) {
        const Lanes* noise_j = v.noise + j * capacity;
        Lanes sum = i == j ? radius_weight[i] * v.form[i].radius * v.form[i].radius : Lanes{};
        for (int c = 0; c < D; ++c) sum = fma(coordinate_weight[c] * v.form[i].coefficient[c], v.form[j].coefficient[c], sum);
        for (std::size_t s = 0; s < v.count; ++s) sum = fma(weight[s] * noise_i[s], noise_j[s], sum);
        matrix[i][j] = sum;
      }
      u[i] = v.form[i].centre;
    }
    solve_definite(matrix, u, n);
    Lanes largest = abs(u[0]);
    for (std::size_t j = 1; j < n; ++j) largest = max(abs(u[j]), largest);
    for (std::size_t j = 0; j < n; ++j) u[j] = shortened(u[j] / largest);
    Lanes noise;
    const Form<D> along = combine(u, v, n, pass.scratch, pass.sums, &noise);
    const Mask found = has_sign(along) & eligible & findings->open();
    if (any(found)) findings->close_with_direction(found, prefix, u, n, nullptr);
    const Lanes total = noise + spread(along) + along.radius;
    if (step + 1 == kSteps || !any(eligible & findings->open() & (abs(along.centre) > kHope * total))) return;
    const Lanes least = total * (kLeastWeight / static_cast<double>(generators));
    for (std::size_t s = 0; s < v.count; ++s) weight[s] = 1 / max(abs(weight[s]), least);
    for (int c = 0; c < D; ++c) coordinate_weight[c] = 1 / max(abs(along.coefficient[c]), least);
    for (std::size_t j = 0; j < n; ++j) radius_weight[j] = 1 / max(abs(u[j]) * v.form[j].radius, least);
  }
}

/// Unit vectors and the middle of v, which is given in the basis if that is not null.
template <int D>
[[gnu::noinline]] void test_directions(const ZonotopeVector<D>& v, std::size_t n, std::size_t prefix, const double* basis, Mask eligible, const Pass<D>& pass,
                                       Findings<D>* findings) {
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
  Lanes noise;
  const Mask found = has_sign(combine(direction, v, n, pass.scratch, pass.sums, &noise)) & eligible & findings->open();
  if (any(found)) findings->close_with_direction(found, prefix, direction, n, basis);
}

template <int D>
void test_group(const LaneChain& chain, SharpForm form, const double* lower, const double* upper, std::size_t stride, std::size_t count, LaneVerdict* verdicts,
                void* workspace) {
  Pass<D> pass(chain, form, workspace);
  Findings<D> findings(verdicts, count);
  read_boxes<D>(lower, upper, stride, count, pass.state.form);
  pass.clear_noise(D);
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
  pass.clear_noise(1);
  for (std::size_t p = chain.depth; p-- > chain.first && !findings.done();) {
    const LaneLayer& layer = chain.layers[p];
    backward(layer, pass.state, &pass.next, &pass.scratch);
    pass.swap();
    const Mask eligible = prefix >= static_cast<double>(p);
    if (!any(eligible & findings.open())) continue;
    if (layer.basis != nullptr) test_directions(pass.scratch.in_basis, layer.cols, p, layer.basis, eligible, pass, &findings);
    test_directions(pass.state, layer.cols, p, nullptr, eligible, pass, &findings);
    if (layer.cols > 1 && layer.cols <= kMaxLaneDim && any(eligible & findings.open())) test_separation(pass.state, layer.cols, p, eligible, pass, &findings);
  }
}

template <int D>
void test_boxes(const LaneChain& chain, SharpForm form, const double* lower, const double* upper, std::size_t stride, std::size_t count, LaneVerdict* verdicts,
                void* workspace) {
  in_groups(count, [&](std::size_t at, std::size_t size) {
    test_group<D>(chain, form, lower + at * stride, upper + at * stride, stride, size, verdicts + at, workspace);
  });
}

std::size_t workspace_bytes(const LaneChain& chain, std::size_t dim) {
  return for_dimension(dim, [&]<int D>() { return bytes_for<D>(chain); });
}

}  // namespace

LaneSharpTests lane_sharp_tests() {
  return {{test_boxes<1>, test_boxes<2>, test_boxes<3>, test_boxes<4>, test_boxes<5>, test_boxes<6>}, workspace_bytes};
}

}  // namespace narrows::NARROWS_ISA
