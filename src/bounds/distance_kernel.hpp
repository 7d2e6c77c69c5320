// The difference of a residual network and its limit, in affine forms: one evaluation for all kinds of forms.
//
// Idea: near its limit the two networks agree to many digits, and subtracting two enclosures would lose them. So the difference
// e = h − u itself is carried from block to block, u the state of the limit and h that of the network, in the network's own scale:
//   ode   h ← ε(h + α f(h)), u ← ε φ_α(u):  e ← ε(e − q) + δ[f(u+e) − f(u)],  q = φ_α(u) − u − α f(u)
//         with q = Σ_{2<=k<K} α^k c_k(u) + α^K c_K(arc), c_k the Taylor coefficients of the flow; a long arc is cut into pieces.
//   mlp   h ← ε h + δ f(h), u ← δ f(u):  e ← ε h + δ[f(u+e) − f(u)]
// f(u+e) − f(u) goes through the branch layer by layer; at an activation σ(z+d) − σ(z) = d·S with the mean slope
//   S = σ'(z + d/2) + d²/24·σ'''(ξ).
// Beside it h is carried too, and after every step the tighter one of e and h − u is kept.
//
// notation == meaning:  series of a number == its Taylor coefficients of order 0…K in time, `stride` == K + 1 apart.
// The arc   |u(t) − u(0)| <= |f(u(0))| (e^{K|α|} − 1)/K with K the Lipschitz constant of f; if A holds the arc, so does
//           u(0) + [0, α]·f(A) (the flow is the integral of f along it), which is used twice.
// Ops       names the form type and its arithmetic; form_distance.cpp has one box per call, lane_distance.cpp one per lane.
// Guarantee the result encloses (h − u)·w for every point of the box, in the sense of the forms.
#pragma once

#include <cstddef>

namespace narrows {

inline constexpr std::size_t kMaxFlowOrder = 8;

/// One arc of the limit ode: `pieces` steps of length power[1] ± power_radius[1]; its powers up to the order K.
struct ArcSteps {
  std::size_t pieces = 1;
  double power[kMaxFlowOrder + 1] = {};
  double power_radius[kMaxFlowOrder + 1] = {};
  double reach = 0;  ///< (e^{Kτ} − 1)/K for the length τ of a piece, rounded up
};

/// Plain data that the kernel reads.
template <class Layer>
struct DistanceProgram {
  const Layer* layers = nullptr;
  std::size_t first_block = 0, blocks = 0;  ///< the output row is layers[first_block + blocks]
  const ArcSteps* arcs = nullptr;           ///< one per block; null: the limit is the mlp
  std::size_t order = 0;                    ///< K, at least 2
  std::size_t widest = 0;                   ///< rows and columns of all layers
  std::size_t deepest = 0;                  ///< layers of the longest branch
};

/// σ(z(t)) of which function, by its differential equation.
enum class SeriesKind { identity, tanh, sigmoid, softplus, arctan, sin, silu, jets };

template <class Ops>
class DistanceKernel {
 public:
  using Form = typename Ops::Form;
  using Layer = typename Ops::Layer;

  /// Forms that `memory` must have room for.
  static std::size_t forms_needed(const DistanceProgram<Layer>& program) {
    const std::size_t stride = program.order + 1;
    return program.widest * (kVectors + (program.deepest + 1) * stride * (1 + kHelpers));
  }

  DistanceKernel(const DistanceProgram<Layer>& program, Form* memory) : program_(program), stride_(program.order + 1), n_(program.widest) {
    for (Form*& vector : vectors_) vector = memory, memory += n_;
    series_ = memory;
    helpers_ = memory + (program.deepest + 1) * n_ * stride_;
  }

  /// x: forms of the coordinates of the box; overwritten.
  Form difference(Form* x, std::size_t input_dim) {
    Form *u = vectors_[0], *h = vectors_[1], *e = vectors_[2];
    for (std::size_t i = 0; i < input_dim; ++i) u[i] = x[i];
    for (std::size_t l = 0; l < program_.first_block; ++l) {
      apply(program_.layers[l], u, vectors_[3]);
      for (std::size_t i = 0; i < Ops::rows(program_.layers[l]); ++i) u[i] = vectors_[3][i];
    }
    const std::size_t n = Ops::cols(program_.layers[program_.first_block + program_.blocks]);
    for (std::size_t i = 0; i < n; ++i) h[i] = u[i], e[i] = Ops::zero_like(u[i]);
    for (std::size_t l = 0; l < program_.blocks; ++l) advance(program_.layers[program_.first_block + l], program_.arcs == nullptr ? nullptr : program_.arcs + l, n, u, h, e);
    Ops::linear(program_.layers[program_.first_block + program_.blocks], e, 1, vectors_[3], 1, false);
    return vectors_[3][0];
  }

 private:
  static constexpr std::size_t kVectors = 16, kHelpers = 2;

  // ---- one block

  void advance(const Layer& block, const ArcSteps* arc, std::size_t n, Form* u, Form* h, Form* e) {
    Form *fu = vectors_[4], *fh = vectors_[5], *df = vectors_[6];
    differences(block, n, u, h, e, fu, fh, df);
    if (arc == nullptr) {
      for (std::size_t i = 0; i < n; ++i) {
        e[i] = Ops::combine(block, h[i], df[i]);
        h[i] = Ops::combine(block, h[i], fh[i]);
        u[i] = Ops::times_residual(block, fu[i]);
      }
    } else {
      Form* q = vectors_[7];
      flow_beyond_euler(block, *arc, n, u, fu, q);
      for (std::size_t i = 0; i < n; ++i) {
        e[i] = Ops::combine(block, Ops::minus(e[i], q[i]), df[i]);
        h[i] = Ops::combine(block, h[i], fh[i]);
        u[i] = Ops::combine(block, Ops::plus(u[i], q[i]), fu[i]);
      }
    }
    for (std::size_t i = 0; i < n; ++i) {
      e[i] = Ops::tighter(e[i], Ops::minus(h[i], u[i]));
      h[i] = Ops::tighter(h[i], Ops::plus(u[i], e[i]));
    }
  }

  // f(u), f(h) and f(h) − f(u), where e = h − u. `fu`, `fh`, `df` are different from the arguments.
  void differences(const Layer& block, std::size_t n, const Form* u, const Form* h, const Form* e, Form* fu, Form* fh, Form* df) {
    Form* work[3] = {vectors_[8], vectors_[9], vectors_[10]};
    for (std::size_t i = 0; i < n; ++i) fu[i] = u[i], fh[i] = h[i], df[i] = e[i];
    for (std::size_t k = 0; k < Ops::branch_count(block); ++k) {
      const Layer& layer = Ops::branch(block, k);
      const std::size_t rows = Ops::rows_after(layer, n);
      if (Ops::is_activation(layer)) {
        for (std::size_t i = 0; i < rows; ++i) {
          const Form z = fu[i], y = fh[i];
          fu[i] = Ops::value(layer, z);
          fh[i] = Ops::value(layer, y);
          df[i] = Ops::tighter(Ops::increment(layer, z, y, df[i]), Ops::minus(fh[i], fu[i]));
          fh[i] = Ops::tighter(fh[i], Ops::plus(fu[i], df[i]));
        }
      } else {
        Ops::linear(layer, fu, 1, work[0], 1, true);
        Ops::linear(layer, fh, 1, work[1], 1, true);
        Ops::linear(layer, df, 1, work[2], 1, false);
        for (std::size_t i = 0; i < rows; ++i) fu[i] = work[0][i], fh[i] = work[1][i], df[i] = work[2][i];
      }
      n = rows;
    }
  }

  void apply(const Layer& layer, const Form* in, Form* out) {
    if (!Ops::is_activation(layer)) return Ops::linear(layer, in, 1, out, 1, true);
    for (std::size_t i = 0; i < Ops::rows(layer); ++i) out[i] = Ops::value(layer, in[i]);
  }

  void branch_values(const Layer& block, std::size_t n, const Form* in, Form* out) {
    Form* work = vectors_[8];
    for (std::size_t i = 0; i < n; ++i) out[i] = in[i];
    for (std::size_t k = 0; k < Ops::branch_count(block); ++k) {
      const Layer& layer = Ops::branch(block, k);
      apply(layer, out, work);
      n = Ops::rows_after(layer, n);
      for (std::size_t i = 0; i < n; ++i) out[i] = work[i];
    }
  }

  // ---- the flow over one arc

  // q = φ_α(u) − u − α f(u), f(u) given.
  void flow_beyond_euler(const Layer& block, const ArcSteps& arc, std::size_t n, const Form* u, const Form* fu, Form* q) {
    Form *y = vectors_[11], *fy = vectors_[12], *d = vectors_[13];
    for (std::size_t piece = 0; piece < arc.pieces; ++piece) {
      const Form* start = piece == 0 ? u : y;
      const Form* slope = piece == 0 ? fu : fy;
      if (piece > 0) {  // y = u + d: what f(y) adds to f(u) is carried as a difference as well
        differences(block, n, u, y, d, vectors_[14], fy, vectors_[15]);
        for (std::size_t i = 0; i < n; ++i) q[i] = Ops::plus(q[i], Ops::times(vectors_[15][i], arc.power[1], arc.power_radius[1]));
      }
      Form* beyond = vectors_[3];
      taylor_step(block, arc, n, start, slope, beyond);
      for (std::size_t i = 0; i < n; ++i) {
        q[i] = piece == 0 ? beyond[i] : Ops::plus(q[i], beyond[i]);
        if (piece + 1 == arc.pieces) continue;
        const Form step = Ops::plus(beyond[i], Ops::times(slope[i], arc.power[1], arc.power_radius[1]));
        d[i] = piece == 0 ? step : Ops::plus(d[i], step);
        y[i] = Ops::plus(start[i], step);
      }
    }
  }

  // Σ_{2<=k<K} τ^k c_k(start) + τ^K c_K(arc of the piece); `slope` is f(start).
  void taylor_step(const Layer& block, const ArcSteps& arc, std::size_t n, const Form* start, const Form* slope, Form* beyond) {
    const std::size_t order = program_.order;
    coefficients(block, n, start, order - 1);
    for (std::size_t i = 0; i < n; ++i) {
      beyond[i] = Ops::zero_like(start[i]);
      for (std::size_t k = 2; k < order; ++k) beyond[i] = Ops::plus(beyond[i], Ops::times(series_[i * stride_ + k], arc.power[k], arc.power_radius[k]));
    }
    Form *tube = vectors_[14], *along = vectors_[15];
    for (std::size_t i = 0; i < n; ++i) tube[i] = Ops::widened(start[i], slope, n, arc.reach);
    for (int turn = 0; turn < 2; ++turn) {
      branch_values(block, n, tube, along);
      for (std::size_t i = 0; i < n; ++i) tube[i] = Ops::along_arc(start[i], along[i], arc.power[1], arc.power_radius[1]);
    }
    coefficients(block, n, tube, order);
    for (std::size_t i = 0; i < n; ++i) beyond[i] = Ops::plus(beyond[i], Ops::times(series_[i * stride_ + order], arc.power[order], arc.power_radius[order]));
  }

  // c_0 … c_last of the flow through `start`, to series_: c_{k+1} = f(u(t))_k / (k + 1).
  void coefficients(const Layer& block, std::size_t n, const Form* start, std::size_t last) {
    for (std::size_t i = 0; i < n; ++i) series_[i * stride_] = start[i];
    const std::size_t depth = Ops::branch_count(block);
    for (std::size_t k = 0; k < last; ++k) {
      std::size_t rows = n;
      for (std::size_t j = 0; j < depth; ++j) {
        const Layer& layer = Ops::branch(block, j);
        const Form* in = series_ + j * n_ * stride_;
        Form* out = series_ + (j + 1) * n_ * stride_;
        rows = Ops::rows_after(layer, rows);
        if (Ops::is_activation(layer))
          for (std::size_t i = 0; i < rows; ++i) extend(layer, in + i * stride_, out + i * stride_, helpers_ + (j * n_ + i) * kHelpers * stride_, k);
        else
          Ops::linear(layer, in + k, stride_, out + k, stride_, k == 0);
      }
      const Form* f = series_ + depth * n_ * stride_;
      for (std::size_t i = 0; i < n; ++i) series_[i * stride_ + k + 1] = divided(f[i * stride_ + k], k + 1);
    }
  }

  static Form divided(const Form& x, std::size_t k) {
    return k == 1 ? x : Ops::times(x, 1.0 / static_cast<double>(k), 0x1p-53 / static_cast<double>(k));
  }

  // (1/k) Σ_{1<=j<=k} j z_j s_{k−j}: coefficient k of the integral of s·ż.
  static Form integral(const Form* z, const Form* s, std::size_t k) {
    Form sum = Ops::product(z[k], s[0]);
    for (std::size_t j = 1; j < k; ++j) {
      const double share = static_cast<double>(j) / static_cast<double>(k);
      sum = Ops::plus(sum, Ops::times(Ops::product(z[j], s[k - j]), share, 0x1p-53 * share));
    }
    return sum;
  }

  // Σ_{0<=i<=k} a_i b_{k−i}
  static Form convolution(const Form* a, const Form* b, std::size_t k) {
    Form sum = Ops::product(a[0], b[k]);
    for (std::size_t i = 1; i <= k; ++i) sum = Ops::plus(sum, Ops::product(a[i], b[k - i]));
    return sum;
  }

  // Coefficient k >= 1 of a².
  static Form square(const Form* a, std::size_t k) {
    Form sum = Ops::times(Ops::product(a[0], a[k]), 2, 0);
    for (std::size_t i = 1; 2 * i < k; ++i) sum = Ops::plus(sum, Ops::times(Ops::product(a[i], a[k - i]), 2, 0));
    return k % 2 == 1 ? sum : Ops::plus(sum, Ops::product(a[k / 2], a[k / 2]));
  }

  // Coefficient k of v = σ(z) from those of z up to k and those of v below; `a` holds two helper series.
  void extend(const Layer& layer, const Form* z, Form* v, Form* a, std::size_t k) {
    Form* b = a + stride_;
    if (k == 0) return Ops::start_series(layer, z[0], v, a, b);
    switch (Ops::series_kind(layer)) {
      case SeriesKind::identity: v[k] = z[k]; return;
      case SeriesKind::tanh:  // a = 1 − v²
        v[k] = integral(z, a, k);
        a[k] = Ops::negative(square(v, k));
        return;
      case SeriesKind::sigmoid:  // a = v − v²
        v[k] = integral(z, a, k);
        a[k] = Ops::minus(v[k], square(v, k));
        return;
      case SeriesKind::softplus:  // a = sigmoid(z), b = a − a²
        v[k] = integral(z, a, k);
        a[k] = integral(z, b, k);
        b[k] = Ops::minus(a[k], square(a, k));
        return;
      case SeriesKind::silu:  // v = z a with a as above
        a[k] = integral(z, b, k);
        b[k] = Ops::minus(a[k], square(a, k));
        v[k] = convolution(z, a, k);
        return;
      case SeriesKind::sin:  // a = cos z
        v[k] = integral(z, a, k);
        a[k] = Ops::negative(integral(z, v, k));
        return;
      case SeriesKind::arctan: {  // a (1 + z²) = 1, b = z²
        b[k] = square(z, k);
        Form sum = Ops::product(b[k], a[0]);
        for (std::size_t j = 1; j < k; ++j) sum = Ops::plus(sum, Ops::product(b[j], a[k - j]));
        a[k] = Ops::negative(Ops::product(a[0], sum));
        v[k] = integral(z, a, k);
        return;
      }
      case SeriesKind::jets: v[k] = Ops::by_jets(layer, z, k, a[0], b[0]); return;
    }
  }

  const DistanceProgram<Layer>& program_;
  std::size_t stride_, n_;
  Form* vectors_[kVectors];
  Form* series_;   ///< (deepest + 1) stages × widest × stride: the state, then what each branch layer gives
  Form* helpers_;  ///< the same × kHelpers
};

}  // namespace narrows
