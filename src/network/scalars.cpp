#include "network/scalars.hpp"

namespace narrows {
namespace {

// An activation on the range [a, b] of an affine form: its jets at a, at the midpoint m, at b, and over [a, b].
struct JetsOnRange {
  JetsOnRange(const ActivationFunction<Interval>& f, const Interval& range)
      : a(range.lower(), range.lower()), b(range.upper(), range.upper()), m(midpoint(range)),
        at_a(jet_at(f, a)), at_b(jet_at(f, b)), at_m(jet_at(f, m)), over(jet_over(f, a, b, at_a, at_b)) {}
  Interval a, b, m;
  Jet<Interval> at_a, at_b, at_m, over;
};

struct Linearisation {
  double slope = 0, offset = 0, error = kInfinity;
};

// Keeps g(z) − slope·z ∈ remainder if that is tighter than what is there.
void consider(Linearisation* best, double slope, const Interval& remainder) {
  if (!is_finite(remainder) || !std::isfinite(slope)) return;
  const double offset = midpoint(remainder), error = radius_upper(remainder, offset);
  if (error < best->error) *best = {slope, offset, error};
}

// g = σ^(order) on [a, b]. Four candidates, the smallest error wins:
//   slope = inf g' (then g − slope·z increases), slope = sup g' (then it decreases): exact up to rounding;
//   Taylor at m with remainder g''/2·[0, h²]; the constant 0.
Linearisation linearise(const JetsOnRange& jets, int order) {
  Linearisation best;
  consider(&best, 0, jets.over[order]);
  if (order >= 3) return best;
  const Interval& slopes = jets.over[order + 1];
  const Interval &ga = jets.at_a[order], &gb = jets.at_b[order];
  if (std::isfinite(slopes.lower())) {
    const Interval low = ga - Interval(slopes.lower()) * jets.a, high = gb - Interval(slopes.lower()) * jets.b;
    consider(&best, slopes.lower(), Interval(low.lower(), high.upper()));
  }
  if (std::isfinite(slopes.upper())) {
    const Interval high = ga - Interval(slopes.upper()) * jets.a, low = gb - Interval(slopes.upper()) * jets.b;
    consider(&best, slopes.upper(), Interval(low.lower(), high.upper()));
  }
  const double slope = midpoint(jets.at_m[order + 1]);
  const Interval step = hull(jets.a, jets.b) - jets.m;
  const Interval curvature = order + 2 <= 3 ? jets.over[order + 2] : Interval::entire();
  consider(&best, slope,
           jets.at_m[order] - Interval(slope) * jets.m + (jets.at_m[order + 1] - Interval(slope)) * step +
               Interval(0.5) * curvature * hull(0.0, square(step)));
  return best;
}

AffineForm image(const JetsOnRange& jets, const AffineForm& z, int order) {
  const Linearisation line = linearise(jets, order);
  if (!std::isfinite(line.error)) return {jets.over[order], z.coefficients().size()};
  return z.linear_image(line.slope, line.offset, line.error, jets.over[order]);
}

// Thinner arguments than this are taken at one point: half the elementary functions of an interval.
constexpr double kThin = 0x1p-60;

bool has_kink(Activation kind) { return kind == Activation::elu || kind == Activation::relu || kind == Activation::leaky_relu; }

// Orders 0 and 1 over a thin z by the mean value theorem from its lower end m: σ^(k)(z) ∈ σ^(k)(m) + σ^(k+1)(z)·(z − m); the
// derivative over z in doubles, as z − m is tiny. False if z is not thin or σ not smooth.
bool activate_thin(const ActivationFunction<BigInterval>& f, const BigInterval& z, BigInterval* value, BigInterval* slope) {
  if (has_kink(f.kind)) return false;
  const BigInterval m = z.lower_point(), step = z - m;
  if (!(magnitude(step) < kThin)) return false;
  const Jet<Interval> over = jet_over(ActivationFunction<Interval>{f.kind, {}}, z.to_double());
  if (!is_finite(over[1]) || !is_finite(over[2])) return false;
  const mpfr_prec_t precision = z.precision();
  const Jet<BigInterval> at = jet_at(f, m);
  *value = meet(at[0] + BigInterval(over[1], precision) * step, BigInterval(over[0], precision));
  *slope = meet(at[1] + BigInterval(over[2], precision) * step, BigInterval(over[1], precision));
  return true;
}

// (g(z), g'(z)·∇z) for g = σ and σ'.
template <class S>
void dual_image(const Dual<S>& z, const S& order0, const S& order1, const S& order2, Dual<S>* value, Dual<S>* slope) {
  *value = {order0, {}};
  *slope = {order1, {}};
  for (const S& g : z.gradient) {
    value->gradient.push_back(order1 * g);
    slope->gradient.push_back(order2 * g);
  }
}

}  // namespace

void activate(const ActivationFunction<Interval>& f, const Interval& z, Interval* value, Interval* slope) {
  const Jet<Interval> jet = jet_over(f, z);
  *value = jet[0];
  *slope = jet[1];
}

void activate(const ActivationFunction<BigInterval>& f, const BigInterval& z, BigInterval* value, BigInterval* slope) {
  if (activate_thin(f, z, value, slope)) return;
  const Jet<BigInterval> jet = jet_over(f, z);
  *value = jet[0];
  *slope = jet[1];
}

void activate(const ActivationFunction<Interval>& f, const AffineForm& z, AffineForm* value, AffineForm* slope) {
  const JetsOnRange jets(f, z.range());
  *value = image(jets, z, 0);
  *slope = image(jets, z, 1);
}

void activate(const ActivationFunction<Interval>& f, const Dual<Interval>& z, Dual<Interval>* value, Dual<Interval>* slope) {
  const Jet<Interval> jet = jet_over(f, z.value);
  dual_image(z, jet[0], jet[1], jet[2], value, slope);
}

void activate(const ActivationFunction<BigInterval>& f, const Dual<BigInterval>& z, Dual<BigInterval>* value,
              Dual<BigInterval>* slope) {
  const Jet<BigInterval> jet = jet_over(f, z.value);
  dual_image(z, jet[0], jet[1], jet[2], value, slope);
}

void activate(const ActivationFunction<Interval>& f, const Dual<AffineForm>& z, Dual<AffineForm>* value,
              Dual<AffineForm>* slope) {
  const JetsOnRange jets(f, z.value.range());
  dual_image(z, image(jets, z.value, 0), image(jets, z.value, 1), image(jets, z.value, 2), value, slope);
}

}  // namespace narrows
