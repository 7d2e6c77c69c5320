#include "construct/conv_identity.hpp"

#include <algorithm>

namespace narrows {
namespace {

/// Channels by positions: channel * positions + i. Forms only where they are needed.
using Features = std::vector<ReluForm>;
using Needed = std::vector<bool>;

/// Visits the nonzero weights that unit (j, i) of a layer has: visit(index of the input unit, weight).
template <class Visit>
void visit_inputs(const ConvLayer& layer, std::size_t j, std::size_t i, std::size_t positions,
                  const Visit& visit) {
  for (std::size_t l = 0; l < layer.inputs; ++l)
    for (std::size_t k = 0; k < layer.taps && i + k < positions; ++k)
      if (const Rational& weight = layer.weight[(j * layer.inputs + l) * layer.taps + k]; weight != 0)
        visit(l * positions + i + k, weight);
}

Needed inputs_needed(const ConvLayer& layer, const Needed& outputs, std::size_t positions) {
  Needed inputs(layer.inputs * positions);
  for (std::size_t unit = 0; unit < outputs.size(); ++unit)
    if (outputs[unit])
      visit_inputs(layer, unit / positions, unit % positions, positions,
                   [&](std::size_t at, const Rational&) { inputs[at] = true; });
  return inputs;
}

/// Precondition: z holds forms of functions that are not negative, as all units and all inputs are.
Features apply(ReluAlgebra& algebra, const ConvLayer& layer, const Features& z, const Needed& needed,
               std::size_t positions) {
  Features y(needed.size());
  std::vector<std::pair<Rational, const ReluForm*>> parts;
  for (std::size_t unit = 0; unit < needed.size(); ++unit) {
    if (!needed[unit]) continue;
    const Rational& bias = layer.bias[unit / positions];
    bool positive = bias >= 0;
    parts.clear();
    visit_inputs(layer, unit / positions, unit % positions, positions,
                 [&](std::size_t at, const Rational& weight) {
                   positive = positive && weight > 0;
                   parts.emplace_back(weight, &z[at]);
                 });
    y[unit] = combine(parts, bias);
    if (!positive) y[unit] = algebra.relu(y[unit]);
  }
  return y;
}

/// Blocks must be functions of the network's input alone. Returns what is wrong.
std::string independence_defect(const std::vector<ConvLayer>& block, std::size_t positions) {
  const ConvLayer &first = block.front(), &last = block.back();
  for (std::size_t j = 0; j < first.outputs; ++j)
    for (std::size_t at = first.taps; at < first.inputs * first.taps; ++at)
      if (first.weight[j * first.inputs * first.taps + at] != 0) return "reads what blocks have added";
  bool silent = last.bias[0] <= 0;
  for (std::size_t i = 0; i < positions; ++i)
    visit_inputs(last, 0, i, positions,
                 [&](std::size_t, const Rational& weight) { silent = silent && weight < 0; });
  return silent ? "" : "changes the input channel";
}

/// What the block adds at the units that are needed of it.
Features read_block(ReluAlgebra& algebra, const ConvResNet& net, const std::vector<ConvLayer>& block,
                    const Needed& outputs) {
  std::vector<Needed> needed(block.size() + 1);
  needed.back() = outputs;
  for (std::size_t l = block.size(); l-- > 0;)
    needed[l] = inputs_needed(block[l], needed[l + 1], net.positions);
  Features z(net.channels * net.positions);
  for (std::size_t k = 0; k < net.positions; ++k) z[k] = ReluAlgebra::coordinate(k);
  for (std::size_t l = 0; l < block.size(); ++l)
    z = apply(algebra, block[l], z, needed[l + 1], net.positions);
  return z;
}

}  // namespace

NetworkReading read_network(ReluAlgebra& algebra, const ConvResNet& net, const StopToken& stop) {
  (void)class_of(net);  // shapes fit
  std::vector<std::pair<Rational, ReluForm>> sum;
  Needed outputs(net.output.size());
  for (std::size_t at = 0; at < net.output.size(); ++at) {
    if (net.output[at] == 0) continue;
    if (at < net.positions)
      sum.emplace_back(net.output[at], ReluAlgebra::coordinate(at));
    else
      outputs[at] = true;
  }
  for (std::size_t b = 0; b < net.blocks.size(); ++b) {
    if (stop.stop_requested())
      return {{},
              "stopped after reading " + std::to_string(b) + " of " + std::to_string(net.blocks.size()) +
                  " blocks"};
    if (net.blocks[b].empty()) return {{}, "block " + std::to_string(b) + " is empty"};
    if (const std::string defect = independence_defect(net.blocks[b], net.positions); !defect.empty())
      return {{}, "block " + std::to_string(b) + " " + defect};
    const Features added = read_block(algebra, net, net.blocks[b], outputs);
    std::vector<std::pair<Rational, const ReluForm*>> parts;
    for (std::size_t at = 0; at < outputs.size(); ++at)
      if (outputs[at]) parts.emplace_back(net.output[at], &added[at]);
    sum.emplace_back(Rational(1), combine(parts));
  }
  std::vector<std::pair<Rational, const ReluForm*>> parts;
  for (const auto& [weight, form] : sum) parts.emplace_back(weight, &form);
  return {combine(parts, net.bias), ""};
}

namespace {

/// The functions of the theory page as forms, all scaled by h.
class Theory {
 public:
  Theory(ReluAlgebra& algebra, Rational h) : algebra_(algebra), h_(std::move(h)) {}

  /// h·φ_v (3.3), between 0 and h.
  ReluForm hat(const std::vector<Rational>& v) {
    ReluForm above, below;  // max(0, ±y_1 … ±y_k), y = x − v: max(a, t) = a + relu(t − a)
    for (std::size_t k = 0; k < v.size(); ++k) {
      const ReluForm y = shifted(k, -v[k]);
      const ReluForm up = algebra_.relu(sum(1, y, -1, above)), down = algebra_.relu(sum(-1, y, -1, below));
      above = sum(1, above, 1, up);
      below = sum(1, below, 1, down);
    }
    return algebra_.relu(combine({{Rational(-1), &above}, {Rational(-1), &below}}, h_));
  }
  /// The same as a second difference of hinges, D = 1 (3.6).
  ReluForm tent(const Rational& v) {
    const ReluForm left = hinge(0, h_ - v), middle = hinge(0, -v), right = hinge(0, -h_ - v);
    const ReluForm tent = combine({{Rational(1), &left}, {Rational(-2), &middle}, {Rational(1), &right}});
    algebra_.assume_nonnegative(tent);  // 0 but for the tent over [v − h, v + h]
    return tent;
  }
  /// The point x_k − v_k clipped to [−h, h].
  ReluForm clip(std::size_t k, const Rational& v) {
    const ReluForm lifted = sum(1, hinge(k, h_ - v), -1, hinge(k, -h_ - v));
    algebra_.assume_nonnegative(lifted);  // the first hinge is the larger one
    return combine({{Rational(1), &lifted}}, -h_);
  }
  /// h·prod_m(a/h, b/h) (3.5), between −h and h. Precondition: so are a and b on [0,1]^D.
  ReluForm product(const ReluForm& a, const ReluForm& b, unsigned m) {
    const Rational half(1, 2);
    return sum(1, square(sum(half, a, half, b), m), -1, square(sum(half, a, -half, b), m));
  }

 private:
  static ReluForm sum(const Rational& s, const ReluForm& a, const Rational& t, const ReluForm& b) {
    return combine({{s, &a}, {t, &b}});
  }
  static ReluForm shifted(std::size_t k, const Rational& by) {
    ReluForm y = ReluAlgebra::coordinate(k);
    y.constant = by;
    return y;
  }
  ReluForm hinge(std::size_t k, const Rational& by) { return algebra_.relu(shifted(k, by)); }
  /// h·sq_m(|e|/h) for |e| <= h: between e²/h and |e|.
  ReluForm square(const ReluForm& e, unsigned m) {
    const ReluForm negative = sum(-1, e, 0, e);
    ReluForm q = sum(1, algebra_.relu(e), 1, algebra_.relu(negative)), square = q;
    algebra_.assume_nonnegative(q);  // |e|
    Rational share = 1;
    for (unsigned s = 1; s <= m; ++s) {
      ReluForm late = q;
      late.constant -= h_ / 2;
      q = sum(2, q, -4, algebra_.relu(late));
      algebra_.assume_nonnegative(q);  // the tent map of [0, h] into itself
      share /= 4;
      square = sum(1, square, -share, q);
      algebra_.assume_nonnegative(square);  // at least e²/h
    }
    return square;
  }

  ReluAlgebra& algebra_;
  Rational h_;
};

std::optional<std::string> compare(ReluAlgebra& algebra, const ConvResNet& net, const ReluForm& expected,
                                   const StopToken& stop) {
  const NetworkReading reading = read_network(algebra, net, stop);
  if (!reading.form) return reading.reason;
  if (*reading.form == expected) return std::nullopt;
  return "the weights do not give the function that the errors speak of";
}

}  // namespace

std::optional<std::string> difference_from_hats(const ConvResNet& net, NodalTable& table,
                                                const std::vector<MeshNode>& nodes, unsigned product_depth,
                                                bool tents, const StopToken& stop) {
  const Rational n = Rational(table.n()), h = 1 / n;
  ReluAlgebra algebra(table.dim());
  Theory theory(algebra, h);
  std::vector<std::pair<Rational, ReluForm>> sum;
  for (const MeshNode& node : nodes) {
    if (stop.stop_requested()) return "stopped before the network was compared";
    std::vector<Rational> v;
    for (const std::size_t k : node) v.push_back(Rational(k) * h);
    const ReluForm hat = tents ? theory.tent(v[0]) : theory.hat(v);
    const auto& coefficients = table.coefficients(node);
    for (std::size_t t = 0; t < coefficients.size(); ++t) {
      ReluForm term = hat;
      for (const std::size_t k : table.monomials()[t])
        term = theory.product(term, theory.clip(k, v[k]), product_depth);
      sum.emplace_back(coefficients[t] * n, std::move(term));
    }
  }
  std::vector<std::pair<Rational, const ReluForm*>> parts;
  for (const auto& [weight, form] : sum) parts.emplace_back(weight, &form);
  return compare(algebra, net, combine(parts), stop);
}

std::optional<std::string> difference_from_product(const ConvResNet& net, unsigned product_depth,
                                                   const StopToken& stop) {
  ReluAlgebra algebra(2);
  const ReluForm expected =
      Theory(algebra, 1).product(ReluAlgebra::coordinate(0), ReluAlgebra::coordinate(1), product_depth);
  return compare(algebra, net, expected, stop);
}

}  // namespace narrows
