// Rule `near-limit`: the distance between a residual network and its limit over a box (T4, T5).
//
// The difference E is carried itself, in affine forms beside those of the limit's state η:
//   mlp  E' = ε(η + E) + δ[f(η + E) - f(η)]
//   ode  E' = ε(E + α[f(η + E) - f(η)] - Σ_{2 <= k < K} α^k c_k(η) - α^K c_K(arc)),  c_k Taylor coefficients of the solution.
// In f(η + E) - f(η) each activation gives σ(z + ζ) - σ(z) = Sζ, S the mean slope between z and z + ζ.
#include <algorithm>
#include <cmath>

#include "checker/rules/distances.hpp"
#include "checker/series.hpp"

namespace narrows::checker {
namespace {

/// What all activation layers met, in order.
using Trace = std::vector<Encounter<Form>>;

/// f(η + E) - f(η), from the trace at η.
Forms increments(const Branch& f, const Trace& trace, Forms e, const Symbols& symbols) {
  auto z = trace.begin();
  for (const NumericLayer& layer : f) {
    if (layer.kind != LayerKind::activation) {
      e = affine_image(layer, e, true);
      continue;
    }
    for (std::size_t i = 0; i < e.size(); ++i)
      e[i] = increment(layer.activation, {z->arguments[i], z->values[i]}, e[i], symbols.box);
    ++z;
  }
  return e;
}

// ---- arcs ----

/// The nonlinear errors of these numbers get symbols of their own, if they have any.
void give_symbols(Forms& x, Symbols& symbols) {
  for (Form& form : x) {
    if (symbols.fresh) give_symbol(form, symbols.used++);
  }
}

/// φ_t(y) - y - t·f(y), from the coefficients of the solution at y.
Forms curvature(const Branch& f, const std::vector<Forms>& c, const Interval& t, std::size_t order) {
  Forms sum(c[0].size(), Form(c[0][0].slope.size(), c[0][0].centre.precision()));
  const Intervals arc = arc_enclosure(f, ranges_of(c[0]), t);
  add_series(sum, c, 2, order, t, solve(f, {}, arc, order, 0, Record::nothing).coefficients[order]);
  return sum;
}

/// f(y).
Forms image(const Branch& f, const Forms& y, const Symbols& symbols) {
  return solve(f, {}, y, 1, symbols.box, Record::nothing).coefficients[1];
}

constexpr std::size_t low_order = 5;  ///< enough for most boxes

/// Arcs are cut so that |t|·Lip(f) is at most about a half.
std::size_t parts_for(const Branch& f, const Rational& ratio) {
  double slope = std::fabs(ratio.get_d());
  for (const NumericLayer& layer : f) {
    double norm = layer.kind == LayerKind::activation
                      ? absolute(slope_bounds(layer.activation, leaf_precision)).hi.approx()
                      : 0;
    for (std::size_t i = 0; i < layer.outputs && layer.kind != LayerKind::activation; ++i) {
      double row = layer.kind == LayerKind::batch_norm ? absolute(layer.scale[i]).hi.approx() : 0;
      for (std::size_t j = 0; j < layer.weight.cols; ++j) row += absolute(layer.weight.at(i, j)).hi.approx();
      norm = std::max(norm, row);
    }
    slope *= norm;
  }
  constexpr double most = 64;
  return static_cast<std::size_t>(slope > 0.5 ? std::min(std::ceil(2 * slope), most) : 1);
}

}  // namespace

Difference::Difference(const BlockChain& chain, Limit limit, std::size_t order)
    : limit_(limit),
      order_(order),
      inputs_(chain.before.empty() ? chain.blocks[0].inputs : chain.before[0].inputs),
      leaf_(enclose_at(chain, leaf_precision)),
      point_(enclose_at(chain, point_precision)) {}

Difference::Numbers Difference::enclose_at(const BlockChain& chain, Precision p) const {
  Numbers numbers{enclose(chain.before, p), {}, enclose(chain.last, p)};
  for (const Layer& block : chain.blocks) {
    Block& b = numbers.blocks.emplace_back();
    b.layer = enclose(block, p);
    if (limit_ == Limit::mlp) continue;
    b.ratio = block.residual / block.skip;
    b.parts = parts_for(b.layer.branch, b.ratio);
  }
  return numbers;
}

Interval Difference::over(const Box& box, const Effort& effort) const {
  const Precision p = effort.precision;
  const std::size_t order = std::min(order_, effort.most);
  const Numbers& numbers = p == leaf_precision ? leaf_ : point_;
  Symbols symbols{.box = inputs_, .used = inputs_, .fresh = effort.symbols, .parameters = {}};
  Forms state;  // η
  for (std::size_t i = 0; i < inputs_; ++i)
    state.push_back(coordinate_form(box.lo[i], box.hi[i], i, inputs_, p));
  if (!numbers.before.empty()) state = image(numbers.before, state, symbols);
  give_symbols(state, symbols);
  Forms network = state, difference(state.size(), Form(inputs_, p));  // h, E
  for (const Block& block : numbers.blocks) {
    const NumericLayer& layer = block.layer;
    const std::size_t parts = block.parts * effort.parts;
    if (effort.symbols) {
      const Forms residual = image(layer.branch, network, symbols);
      for (Form& x : network) x = scaled(layer.skip, x);
      add_all(network, layer.residual, residual);
      give_symbols(network, symbols);
    }
    Trace trace;
    Forms next, error(state.size(), Form(inputs_, p));
    if (limit_ == Limit::mlp) {
      Solution<Form> speed = solve(layer.branch, {}, state, 1, symbols.box, Record::values);
      next = std::move(speed.coefficients[1]);
      trace = std::move(speed.met);
      add_all(error, layer.skip, state);
      add_all(error, layer.skip, difference);
      add_all(error, layer.residual, increments(layer.branch, trace, difference, symbols));
      for (Form& x : next) x = scaled(layer.residual, x);
    } else {
      const Interval ratio = enclose(block.ratio, p), t = enclose(block.ratio / Rational(parts), p);
      next = state;
      error = difference;
      for (std::size_t part = 0; part < parts; ++part) {
        Solution<Form> arc = solve(layer.branch, {}, next, order - 1, symbols.box,
                                   part == 0 ? Record::values : Record::nothing);
        if (part == 0) trace = std::move(arc.met);
        const std::vector<Forms>& c = arc.coefficients;
        Forms bend = curvature(layer.branch, c, t, order);
        give_symbols(bend, symbols);
        if (part == 0 && parts > 1) add_all(error, ratio, c[1]);  // α f(η)
        add_all(next, t, c[1]);
        add_all(next, 1.0, bend);
        if (parts > 1) add_all(error, -t, c[1]);
        add_all(error, -1.0, bend);
      }
      add_all(error, ratio, increments(layer.branch, trace, difference, symbols));
      for (Form& x : next) x = scaled(layer.skip, x);
      for (Form& x : error) x = scaled(layer.skip, x);
    }
    state = std::move(next);
    difference = std::move(error);
    give_symbols(state, symbols);
    give_symbols(difference, symbols);
  }
  const Interval carried = affine_image(numbers.last, difference, true)[0].range;
  if (!effort.symbols) return carried;
  add_all(network, -1.0, state);
  return intersect(carried, affine_image(numbers.last, network, true)[0].range);
}

bool Difference::is_below(double bound, const Box& box) const {
  const auto test = [&](const Effort& effort) { return inside(over(box, effort), -bound, bound); };
  return test({.most = low_order}) || (order_ > low_order && test({})) || test({.symbols = true});
}

bool Difference::is_reached(double bound, const Box& point) const {
  for (const std::size_t parts : {1, 4, 16}) {
    const Interval size = absolute(over(point, {point_precision, false, parts}));
    if (less_equal(Real(bound, leaf_precision), size.lo)) return true;
    if (limit_ == Limit::mlp) return false;
  }
  return false;
}

}  // namespace narrows::checker
