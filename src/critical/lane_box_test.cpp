// The leaf tests of box_test.hpp, one box per lane. Compiled once per instruction set: see arith/lanes.hpp.
//
// Idea: a lane goes through the tests of all prefixes P = depth − 1 … first; what it finds is recorded only where P is within
// its own regular prefix and nothing was proved before. A group of lanes ends early when all of them are decided.
#include "critical/lane_box_test.hpp"

#include "critical/lane_findings.hpp"

namespace narrows::NARROWS_ISA {
namespace {

template <int D>
struct Group {
  Scratch<D> scratch;
  Form<D>*state, *next;
  Lanes* work;  ///< determinants and inverses
};

constexpr std::size_t kWorkLanes = 512;

std::size_t form_count(const LaneChain& chain) { return 4 * chain.widest + chain.slope_count; }

template <int D>
Group<D> place(const LaneChain& chain, void* workspace) {
  Group<D> group;
  auto* forms = static_cast<Form<D>*>(workspace);
  group.state = forms;
  group.next = forms + chain.widest;
  group.scratch.inner[0] = forms + 2 * chain.widest;
  group.scratch.inner[1] = forms + 3 * chain.widest;
  group.scratch.slopes = forms + 4 * chain.widest;
  auto* rest = reinterpret_cast<Lanes*>(forms + form_count(chain));
  group.work = rest;
  group.scratch.terms = reinterpret_cast<Term<D>*>(rest + kWorkLanes);
  return group;
}

template <int D>
std::size_t bytes_for(const LaneChain& chain) {
  return form_count(chain) * sizeof(Form<D>) + kWorkLanes * sizeof(Lanes) + chain.widest * sizeof(Term<D>);
}

/// Σ u_j v_j with a direction that differs from lane to lane.
template <int D>
NARROWS_INLINE Form<D> combine(const Lanes* u, const Term<D>* v, std::size_t n) {
  RowSum<D> row = start_row<D>(0, 0, 0);
  for (std::size_t j = 0; j < n; ++j) add_term(&row, u[j], v[j]);
  return finish_row(row);
}

/// inverse · a = I approximately, by Gauss-Jordan elimination with row pivots; lanes with a singular matrix get NaN or infinity.
template <int D>
NARROWS_INLINE void invert_approx(Lanes (&a)[D][D], Lanes (&inverse)[D][D]) {
  for (int i = 0; i < D; ++i)
    for (int j = 0; j < D; ++j) inverse[i][j] = broadcast(i == j);
  for (int k = 0; k < D; ++k) {
    for (int i = k + 1; i < D; ++i) {
      const Mask swap = abs(a[i][k]) > abs(a[k][k]);
      for (int j = 0; j < D; ++j) {
        const Lanes x = a[k][j], y = inverse[k][j];
        a[k][j] = select(swap, a[i][j], x);
        a[i][j] = select(swap, x, a[i][j]);
        inverse[k][j] = select(swap, inverse[i][j], y);
        inverse[i][j] = select(swap, y, inverse[i][j]);
      }
    }
    const Lanes factor = 1 / a[k][k];
    for (int j = 0; j < D; ++j) {
      a[k][j] = a[k][j] * factor;
      inverse[k][j] = inverse[k][j] * factor;
    }
    for (int i = 0; i < D; ++i) {
      if (i == k) continue;
      const Lanes multiple = -a[i][k];
      for (int j = 0; j < D; ++j) {
        a[i][j] = fma(multiple, a[k][j], a[i][j]);
        inverse[i][j] = fma(multiple, inverse[k][j], inverse[i][j]);
      }
    }
  }
}

/// The tests of v = v_P on the lanes that are `eligible`: unit vectors, the middle of v, the rows of the inverse of its linear
/// part in the X coordinates (the other symbols are a family's factors). `remainder` becomes the largest deviation of the
/// preconditioned v from the identity.
template <int D, int X>
[[gnu::noinline]] void test_directions(const Form<D>* v, std::size_t n, std::size_t prefix, Mask eligible, const Scratch<D>& scratch, Findings<D>* findings, Lanes* remainder) {
  *remainder = broadcast(__builtin_inf());
  Lanes direction[kMaxLaneWidth];
  for (std::size_t j = 0; j < n; ++j) {
    const Mask found = has_sign(v[j]) & eligible & findings->open();
    if (!any(found)) continue;
    for (std::size_t i = 0; i < n; ++i) direction[i] = broadcast(i == j);
    findings->close_with_direction(found, prefix, direction, n, nullptr);
  }
  if (!any(findings->open() & eligible)) return;
  for (std::size_t j = 0; j < n; ++j) scratch.terms[j] = prepare(v[j], rounding_share(n));
  if (n > 1) {
    Lanes largest = abs(v[0].centre);
    for (std::size_t j = 1; j < n; ++j) largest = max(abs(v[j].centre), largest);
    for (std::size_t j = 0; j < n; ++j) direction[j] = shortened(v[j].centre / largest);
    const Mask found = has_sign(combine(direction, scratch.terms, n)) & eligible & findings->open();
    if (any(found)) findings->close_with_direction(found, prefix, direction, n, nullptr);
    if (!any(findings->open() & eligible)) return;
  }
  if (n != X) return;
  Lanes linear[X][X], inverse[X][X];
  for (int j = 0; j < X; ++j)
    for (int i = 0; i < X; ++i) linear[j][i] = v[j].coefficient[i];
  invert_approx<X>(linear, inverse);
  Lanes worst = Lanes{};
  for (int i = 0; i < X; ++i) {
    Lanes largest = abs(inverse[i][0]);
    for (int j = 1; j < X; ++j) largest = max(abs(inverse[i][j]), largest);
    const Lanes scale = 1 / largest;
    for (int j = 0; j < X; ++j) direction[j] = shortened(inverse[i][j] * scale);
    const Form<D> preconditioned = combine(direction, scratch.terms, n);
    const Mask found = has_sign(preconditioned) & eligible & findings->open();
    if (any(found)) findings->close_with_direction(found, prefix, direction, n, nullptr);
    Lanes deviation = preconditioned.radius;
    for (int k = 0; k < D; ++k) deviation = deviation + abs(preconditioned.coefficient[k] - (k == i ? scale : Lanes{}));
    worst = max(deviation * largest, worst);  // max keeps its second operand for NaN: such lanes are caught below
    *remainder = select(deviation * largest >= 0, *remainder, broadcast(__builtin_nan("")));
  }
  *remainder = select(*remainder >= 0, worst, broadcast(__builtin_inf()));
}

/// How far the states move with each symbol: what is not linear in v_P is charged to the symbols in this proportion.
template <int D>
struct Motion {
  Motion() {
    for (Lanes& k : share) k = Lanes{};
  }
  void add(const Form<D>* state, std::size_t n) {
    for (int k = 0; k < D; ++k)
      for (std::size_t i = 0; i < n; ++i) share[k] = share[k] + abs(state[i].coefficient[k]);
  }
  /// Divides by the largest.
  void relate() {
    Lanes largest = share[0];
    for (int k = 1; k < D; ++k) largest = max(largest, share[k]);
    for (Lanes& k : share) k = k / (largest + kGuard);
  }
  Lanes share[D];
};

/// Whether boxes are split along the coordinate that moves the states most: families, and from two inputs on. (The linear part of v_P, which
/// rules otherwise, is no obstacle to a proof once a direction is fitted to it.)
template <int D, int X>
constexpr bool kByMotion = X < D || D >= 2;

/// D symbols: X coordinates, and the factors of a family if X < D.
template <int D, int X>
void test_group(const LaneChain& chain, const double* lower, const double* upper, std::size_t stride, std::size_t count, LaneVerdict* verdicts,
                void* workspace) {
  Group<D> group = place<D>(chain, workspace);
  Findings<D> findings(verdicts, count);
  Form<D> symbols[D];
  read_boxes<D>(lower, upper, stride, count, symbols);
  for (int k = 0; k < X; ++k) group.state[k] = symbols[k];
  LaneFactors<D> factors;
  if constexpr (X < D) {
    read_factors<D, X>(lower, upper, stride, count, symbols, &factors);
    group.scratch.factors = &factors;
  }

  Motion<D> motion;
  Mask regular = all_true();
  Lanes prefix = broadcast(static_cast<double>(chain.first));
  for (std::size_t l = chain.first; l < chain.depth; ++l) {
    forward(chain.layers[l], group.state, group.next, group.scratch);
    Form<D>* swapped = group.state;
    group.state = group.next;
    group.next = swapped;
    if (kByMotion<D, X>) motion.add(group.state, chain.layers[l].rows);
    if (!any(regular)) continue;
    regular &= regular_on_box(chain.layers[l], group.scratch.slopes, group.work, group.scratch.factors);
    prefix = prefix + select(regular, broadcast(1), Lanes{});
  }
  findings.start(prefix, regular);
  if (kByMotion<D, X>) motion.relate();

  Form<D>* v = group.state;
  v[0] = constant<D>(1);
  Form<D>* next = group.next;
  for (std::size_t p = chain.depth; p-- > chain.first && !findings.done();) {
    backward(chain.layers[p], v, next, group.scratch);
    Form<D>* swapped = v;
    v = next;
    next = swapped;
    const Mask eligible = prefix >= static_cast<double>(p);
    if (!any(eligible & findings.open())) continue;
    const std::size_t n = chain.layers[p].cols;
    Lanes remainder;
    test_directions<D, X>(v, n, p, eligible, group.scratch, &findings, &remainder);
    findings.for_each(eligible, [&](LaneVerdict* verdict, std::size_t i) {
      if (verdict->regular_prefix == p)
        for (int k = 0; k < D; ++k)
          for (std::size_t j = 0; j < n; ++j) {
            if (X == D && kByMotion<D, X>) {
              verdict->sensitivity[k] = motion.share[k][i];
              break;
            }
            const double part = v[j].coefficient[k][i];
            verdict->sensitivity[k] += part < 0 ? -part : part;
            if (X < D) verdict->sensitivity[k] += motion.share[k][i] * v[j].radius[i];
          }
      if (!(remainder[i] < verdict->remainder)) return;
      verdict->remainder = remainder[i];
      verdict->prefix = static_cast<std::uint16_t>(p);
    });
  }
}

template <int D, int X = D>
void test_boxes(const LaneChain& chain, const double* lower, const double* upper, std::size_t stride, std::size_t count, LaneVerdict* verdicts,
                void* workspace) {
  in_groups(count, [&](std::size_t at, std::size_t size) {
    test_group<D, X>(chain, lower + at * stride, upper + at * stride, stride, size, verdicts + at, workspace);
  });
}

std::size_t workspace_bytes(const LaneChain& chain, std::size_t dim) {
  return for_dimension(dim, [&]<int D>() { return bytes_for<D>(chain); });
}

}  // namespace

LaneBoxTests lane_box_tests() {
  return {{test_boxes<1>, test_boxes<2>, test_boxes<3>, test_boxes<4>, test_boxes<5>, test_boxes<6>}, workspace_bytes};
}

LaneBoxTests lane_joint_tests() {
  return {{nullptr, nullptr, test_boxes<3, 1>, test_boxes<4, 2>, test_boxes<5, 3>, test_boxes<6, 4>}, workspace_bytes};
}

}  // namespace narrows::NARROWS_ISA
