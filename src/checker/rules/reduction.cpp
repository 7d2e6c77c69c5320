// Rule `reduction`: square nonsingular affine layers and one final tanh or sigmoid map R^d one to one onto an
// open box with regular Jacobian; critical points of Φ correspond to those of the remaining layers on that
// box.
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
  const Interval x = increasing(mpfr_log, quotient);
  return f == Function::tanh ? x / 2 : x;
}

}  // namespace

Reduction check_reduction(const std::vector<Layer>& chain, std::size_t drop, std::size_t dim) {
  if (drop < 1 || drop >= chain.size()) fail("a wrong number of layers");
  if (dim > max_box_dimension) fail("a large dimension");
  const Layer& last = chain[drop - 1];
  if (last.kind != LayerKind::activation) fail("no final activation");
  Reduction r;
  r.drop = drop;
  r.activation = last.activation.function;
  if (r.activation != Function::tanh && r.activation != Function::sigmoid) fail("another activation");
  r.image.lo.assign(dim, r.activation == Function::tanh ? -1 : 0);
  r.image.hi.assign(dim, 1);

  RationalMatrix a = identity_matrix<Rational>(dim), b(dim, 1);
  for (std::size_t l = 0; l + 1 < drop; ++l) {
    if (chain[l].kind != LayerKind::affine || chain[l].outputs != dim) fail("another layer before it");
    a = product(chain[l].weight, a);
    b = product(chain[l].weight, b);
    for (std::size_t i = 0; i < dim; ++i) b.at(i, 0) += chain[l].bias[i];
  }
  const auto inverse_of_a = inverse(a);
  if (!inverse_of_a) fail("a singular affine layer");
  r.inverse = *inverse_of_a;
  r.offset = b.entries;
  return r;
}

std::optional<std::vector<Interval>> preimage(const Reduction& reduction, const Box& box) {
  if (!contained_in_interior(box, reduction.image)) return std::nullopt;
  const auto inverse_at = [&](double y) {
    return inverse_activation(reduction.activation, Interval(y, point_precision));
  };
  std::vector<Interval> x(box.dim());
  for (std::size_t j = 0; j < box.dim(); ++j) {
    const Interval z = hull(inverse_at(box.lo[j]), inverse_at(box.hi[j]));  // it increases
    const Interval y = z - enclose(reduction.offset[j], point_precision);
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = x[i] + enclose(reduction.inverse.at(i, j), point_precision) * y;
    }
  }
  return x;
}

}  // namespace narrows::checker
