// Rule `reduction`: square nonsingular affine layers and one final tanh or sigmoid map R^d one to one onto an open box
// with regular Jacobian; critical points of Φ correspond to those of the remaining layers on that box.
#include "checker/rules/rules.hpp"

namespace narrows::checker {
namespace {

[[noreturn]] void fail(const char* got) {
  reject("proof.reduction", "reduction", Reason::inapplicable, got,
         "nonsingular affine layers, then one tanh or sigmoid");
}

/// The inverse of the activation: atanh y = log((1+y)/(1-y))/2, logit y = log(y/(1-y)); both increase.
Interval inverse_activation(Function f, const Interval& y) {
  const Interval quotient = (f == Function::tanh ? 1 + y : y) / (1 - y);
  Interval x(y.precision());
  mpfr_log(x.lo.raw(), quotient.lo.raw(), MPFR_RNDD);
  mpfr_log(x.hi.raw(), quotient.hi.raw(), MPFR_RNDU);
  return f == Function::tanh ? x / 2 : x;
}

}  // namespace

Reduction check_reduction(const std::vector<Layer>& chain, std::size_t drop, std::size_t dim) {
  if (drop < 1 || drop >= chain.size()) fail("a wrong number of layers");
  if (dim > max_box_dimension) fail("a large dimension");
  const Layer& last = chain[drop - 1];
  if (last.kind != Layer::Kind::activation) fail("no final activation");
  Reduction r;
  r.drop = drop;
  r.activation = last.activation.function;
  if (r.activation != Function::tanh && r.activation != Function::sigmoid) fail("another activation");
  r.lo = r.activation == Function::tanh ? -1 : 0;
  r.hi = 1;

  RationalMatrix a(dim, dim);
  for (std::size_t i = 0; i < dim; ++i) a.at(i, i) = 1;
  RationalMatrix b(dim, 1);
  for (std::size_t l = 0; l + 1 < drop; ++l) {
    if (chain[l].kind != Layer::Kind::affine || chain[l].outputs != dim) fail("another layer before it");
    a = product(chain[l].weight, a);
    b = product(chain[l].weight, b);
    for (std::size_t i = 0; i < dim; ++i) b.at(i, 0) += chain[l].bias[i];
  }
  auto inverse = inverse_exact(a);
  if (!inverse) fail("a singular affine layer");
  r.inverse = std::move(*inverse);
  r.offset = b.entries;
  return r;
}

std::optional<std::vector<Interval>> preimage(const Reduction& reduction, const Box& box) {
  const std::size_t d = box.dim();
  std::vector<Interval> y;
  for (std::size_t i = 0; i < d; ++i) {
    if (!(reduction.lo < box.lo[i] && box.hi[i] < reduction.hi)) return std::nullopt;
    // The two ends separately: the quotient is increasing, and so sharp.
    const Interval lower = inverse_activation(reduction.activation, Interval(box.lo[i], point_precision));
    const Interval upper = inverse_activation(reduction.activation, Interval(box.hi[i], point_precision));
    y.push_back(hull(lower, upper) - enclose(reduction.offset[i], point_precision));
  }
  std::vector<Interval> x(d, Interval(point_precision));
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < d; ++j) {
      x[i] = x[i] + enclose(reduction.inverse.at(i, j), point_precision) * y[j];
    }
  }
  return x;
}

}  // namespace narrows::checker
