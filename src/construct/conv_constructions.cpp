#include "construct/conv_constructions.hpp"

#include <algorithm>

namespace narrows {

NodalTable::NodalTable(const SmoothFunction& f, std::size_t n, unsigned degree) : f_(f), n_(n), degree_(degree) {
  monomials_ = {{}};
  for (std::size_t first = 0, order = 0; order < degree; ++order) {
    const std::size_t last = monomials_.size();
    for (; first < last; ++first)
      for (std::size_t k = monomials_[first].empty() ? 0 : monomials_[first].back(); k < f.dim(); ++k) {
        auto longer = monomials_[first];
        longer.push_back(k);
        monomials_.push_back(std::move(longer));
      }
  }
}

const std::vector<Rational>& NodalTable::coefficients(const MeshNode& node) {
  auto& list = known_[node];
  if (!list.empty()) return list;
  std::vector<Rational> x;
  for (const std::size_t k : node) x.push_back(Rational(k) / Rational(n_));
  for (const auto& monomial : monomials_) {
    std::vector<unsigned> order(f_.dim());
    Rational factor = 1;
    for (const std::size_t k : monomial) factor /= Rational(n_) * Rational(++order[k]);
    list.push_back(f_.derivative_near(order, x) * factor);
  }
  return list;
}

std::vector<MeshNode> all_nodes(std::size_t dim, std::size_t n) {
  std::vector<MeshNode> nodes;
  MeshNode node(dim);
  for (;;) {
    nodes.push_back(node);
    std::size_t i = 0;
    while (i < dim && ++node[i] > n) node[i++] = 0;
    if (i == dim) return nodes;
  }
}

namespace {

/// gain·unit as what goes to the plus and to the minus channel; the unit is never negative.
Subnet signed_unit(const Circuit& circuit, const Form& unit, const Rational& gain) {
  const Form nothing = circuit.constant(0);
  return gain > 0 ? circuit.finish(unit * gain, nothing) : circuit.finish(nothing, unit * Rational(-gain));
}

/// A form of either sign: relu of it and of its negative.
Subnet signed_form(const Circuit& circuit, const Form& form) { return circuit.finish(form, form * Rational(-1)); }

Rational largest(const std::vector<Rational>& numbers) {
  Rational most;
  for (const Rational& x : numbers) most = std::max(most, Rational(abs(x)));
  return most;
}

std::vector<Subnet> hinge_subnets(const std::vector<ConvHinge>& hinges, const Rational& scale) {
  std::vector<Subnet> subnets;
  for (const ConvHinge& hinge : hinges) {
    Circuit circuit(1);
    circuit.layer({circuit.unit(0) + Rational(-hinge.at)});
    subnets.push_back(signed_unit(circuit, circuit.unit(0), hinge.gain / scale));
  }
  return subnets;
}

Rational scale_of(const std::vector<ConvHinge>& hinges) {
  std::vector<Rational> gains;
  for (const ConvHinge& hinge : hinges) gains.push_back(hinge.gain);
  return largest(gains);
}

struct Interpolant {
  Rational start;
  std::vector<ConvHinge> hinges;
};

Interpolant interpolant_of(NodalTable& table) {
  Interpolant result;
  result.start = table.coefficients({0})[0];
  Rational slope, value = result.start;
  for (std::size_t i = 0; i < table.n(); ++i) {
    const Rational next = table.coefficients({i + 1})[0], steeper = (next - value) * Rational(table.n());
    result.hinges.push_back({Rational(i) / Rational(table.n()), steeper - slope});
    slope = steeper;
    value = next;
  }
  return result;
}

}  // namespace

ConvResNet hinge_network(const Rational& constant, const std::vector<ConvHinge>& hinges, std::size_t group) {
  const Rational scale = scale_of(hinges);
  return assemble(scale == 0 ? std::vector<Subnet>{} : hinge_subnets(hinges, scale), {1, group, 1, constant, scale});
}

ConvResNet interpolant_network(NodalTable& table, std::size_t group) {
  const Interpolant interpolant = interpolant_of(table);
  return hinge_network(interpolant.start, interpolant.hinges, group);
}

ConvResNet staircase_network(std::size_t plateaus, const Rational& ramp, std::size_t group) {
  // Plateau k at height (2k+1)/(2N), ramps round k/N.
  const Rational N = Rational(plateaus), half = ramp / (2 * N), slope = 1 / ramp;
  std::vector<ConvHinge> hinges;
  for (std::size_t k = 1; k < plateaus; ++k) {
    hinges.push_back({Rational(k) / N - half, slope});
    hinges.push_back({Rational(k) / N + half, -slope});
  }
  return hinge_network(1 / (2 * N), hinges, group);
}

ConvResNet sawtooth_network(NodalTable& table, unsigned depth, const Rational& amplitude, std::size_t group) {
  const Interpolant interpolant = interpolant_of(table);
  const Rational scale = std::max(scale_of(interpolant.hinges), amplitude);
  ConvResNet net = assemble(hinge_subnets(interpolant.hinges, scale), {1, group, 1, interpolant.start, scale});
  Circuit circuit(1);
  Form q = circuit.unit(0);
  for (unsigned s = 0; s < depth; ++s) {
    circuit.layer({q, q + Rational(-1, 2)});
    q = circuit.unit(0) * Rational(2) - circuit.unit(1) * Rational(4);
  }
  const ConvResNet noise = assemble({circuit.finish(q * Rational(amplitude / scale), circuit.constant(0))}, {1, 1, 1, 0, scale});
  net.blocks.push_back(noise.blocks[0]);
  return net;
}

ConvResNet hat_network(NodalTable& table, const std::vector<MeshNode>& nodes, unsigned product_depth, const ConvOptions& options) {
  const Rational n = Rational(table.n()), h = 1 / n;
  Rational scale;
  for (const MeshNode& node : nodes) scale = std::max(scale, largest(table.coefficients(node)));
  std::vector<std::vector<Subnet>> by_order(table.degree() + 1);  // subnets of one depth may share a block
  for (const MeshNode& node : nodes) {
    std::vector<Rational> place;
    for (const std::size_t k : node) place.push_back(Rational(k) * h);
    const auto& coefficients = table.coefficients(node);
    for (std::size_t t = 0; t < coefficients.size(); ++t) {
      const auto& monomial = table.monomials()[t];
      if (coefficients[t] == 0) continue;
      const Rational gain = coefficients[t] / scale;
      Circuit circuit = hat_circuit(place, h, monomial);
      if (monomial.empty()) {
        by_order[0].push_back(signed_unit(circuit, circuit.unit(0), gain));
        continue;
      }
      Form term = circuit.unit(0);
      std::vector<Form> clips;
      for (std::size_t k = 0; k < monomial.size(); ++k) clips.push_back(circuit.unit(1 + k));
      for (std::size_t k = 0; k < monomial.size(); ++k) {
        const Product product = multiply(&circuit, term, clips[0] + Rational(-h), h, product_depth, {clips.begin() + 1, clips.end()});
        term = product.first - product.second;
        clips = product.carried;
      }
      by_order[monomial.size()].push_back(signed_form(circuit, term * gain));
    }
  }
  const Assembly assembly{table.dim(), options.group, options.filter == 0 ? table.dim() : options.filter, 0, scale * n};
  ConvResNet net = assemble(by_order[0], assembly);
  for (std::size_t order = 1; order < by_order.size(); ++order)
    for (auto& block : assemble(by_order[order], assembly).blocks) net.blocks.push_back(std::move(block));
  return net;
}

ConvResNet product_network(unsigned product_depth, const ConvOptions& options) {
  Circuit circuit(2);
  const Product product = multiply(&circuit, circuit.unit(0), circuit.unit(1), 1, product_depth, {});
  return assemble({signed_form(circuit, product.first - product.second)}, {2, 1, options.filter == 0 ? std::size_t{2} : options.filter, 0, 1});
}

ConvResNet taylor_network(NodalTable& table, unsigned product_depth, std::size_t group) {
  const Rational n = Rational(table.n()), h = 1 / n;
  Rational scale;
  for (std::size_t i = 0; i <= table.n(); ++i) scale = std::max(scale, largest(table.coefficients({i})));
  std::vector<Subnet> subnets;
  for (std::size_t i = 0; i <= table.n() && scale != 0; ++i) {
    const auto& c = table.coefficients({i});
    const Rational at = Rational(i) * h;
    Circuit circuit(1);
    circuit.layer({circuit.unit(0) + Rational(h - at), circuit.unit(0) + Rational(-at), circuit.unit(0) + Rational(-h - at)});
    const Form hat = circuit.unit(0) - circuit.unit(1) * Rational(2) + circuit.unit(2), lifted = circuit.unit(0) - circuit.unit(2);
    const Product u = multiply(&circuit, hat, lifted + Rational(-h), h, product_depth, {hat, lifted});
    const Product w = multiply(&circuit, u.first - u.second, u.carried[1] + Rational(-h), h, product_depth, {u.carried[0], u.first, u.second});
    const Form term = w.carried[0] * Rational(c[0] / scale) + (w.carried[1] - w.carried[2]) * Rational(c[1] / scale) + (w.first - w.second) * Rational(c[2] / scale);
    subnets.push_back(signed_form(circuit, term));
  }
  return assemble(subnets, {1, group, 1, 0, scale * n});
}

}  // namespace narrows
