#include "specimens.hpp"

#include <stdexcept>

#include "base/sha256.hpp"
#include "io/network_json.hpp"
#include "unit/network/layers.hpp"

namespace narrows::test {
namespace {

Specimen specimen(const std::string& name, const Network& network, const Domain& domain, const Box& area,
                  Claim claim = Claim::no_critical_points, const OutputSelection& output = {}) {
  Specimen out{name, network, network_to_json(network, false), {}, area, false};
  CertifyOptions options;
  options.claim = claim;
  const Certified certified = certify_network(network, domain, options, out.network_bytes, output);
  if (certified.result.verdict == Verdict::undecided) throw std::logic_error("specimen " + name + " is undecided");
  out.certificate = Document::parse(certified.certificate);
  out.kinked = make_chain(network, output, name).smoothness == Smoothness::lipschitz;
  return out;
}

Specimen trained(const std::string& name, const Domain& domain, double reach) {
  const Network network = load_trained(name).network;
  const std::size_t d = network.input_dim;
  return specimen(name, network, domain, {std::vector<double>(d, -reach), std::vector<double>(d, reach)});
}

// x1² − x2² in spirit: tanh bumps with a saddle at 0.
Network saddle() {
  return network(2, {affine({{1, 0}, {0, 1}}), activation(Activation::silu), affine({{1, -1}}, {Rational(1, 3)})});
}

// Two outputs whose difference has critical points.
Network two_outputs() {
  return network(2, {affine({{1, Rational(1, 2)}, {Rational(-1, 4), 1}}),
                     residual(1, -2, {affine({{1, Rational(1, 8)}, {0, 1}}, {Rational(1, 16), Rational(-1, 8)}), activation(Activation::tanh)}),
                     affine({{1, 2}, {Rational(1, 2), Rational(-1, 2)}})});
}

Network regular_relu() {
  return network(2, {residual(1, Rational(1, 2), {affine({{1, Rational(-1, 2)}, {Rational(3, 4), 1}}, {1, -1}), activation(Activation::relu)}),
                     affine({{1, -2}})});
}

// Residual blocks of two units whose determinants are not of one strict sign: 1, 2 or all units switched on.
bool has_singular_block(const Network& network) {
  for (const Layer& layer : network.layers) {
    const auto* block = std::get_if<ResidualLayer>(&layer.value);
    if (block == nullptr) continue;
    const auto& w = std::get<AffineLayer>(block->branch.at(0).value).weight;
    const Rational e = block->skip, r = block->residual;
    const Rational one = e * (e + r * w[0]), other = e * (e + r * w[3]);
    const Rational both = (e + r * w[0]) * (e + r * w[3]) - r * r * w[1] * w[2];
    const Rational none = e * e;
    if (none == 0 || one * none <= 0 || other * none <= 0 || both * none <= 0) return true;
  }
  return false;
}

std::vector<Specimen> make_specimens() {
  const Box wide{{-3, -3}, {3, 3}};
  std::vector<Specimen> all;
  all.push_back(trained("circ_ode20_clip_m04", space(2), 4));
  all.push_back(trained("x2_L2_s0.01_r1_m20", space(1), 20));
  all.push_back(trained("x2_L2_s1_r0.3_m23", space(1), 20));
  all.push_back(trained("circ_mlp6_s01_bn_m05", cube(2, 1), 2));
  all.push_back(trained("circ_res6_softplus_m03", cube(2, 2), 3));
  all.push_back(trained("circ_res6_softplus_m03", ball(2, 2), 3));
  all.push_back(trained("circ_res6_sigmoid_m09", space(2), 6));
  all.push_back(specimen("a margin", two_outputs(), cube(2, 2), wide, Claim::no_critical_points, {true, 0, 1}));
  all.push_back(specimen("a saddle", saddle(), cube(2, 2), wide, Claim::no_local_extremum));
  all.push_back(specimen("a regular ReLU network", regular_relu(), space(2), wide, Claim::no_local_extremum));
  return all;
}

}  // namespace

const std::vector<Specimen>& specimens() {
  static const std::vector<Specimen> all = make_specimens();
  return all;
}

std::string sealed(Document document) {
  if (document.contains("network") && document["network"].contains("model") && document["network"].contains("model_sha256"))
    document["network"]["model_sha256"] = sha256_hex(document["network"]["model"].dump());
  return document.dump();
}

std::string contradiction(const Document& certificate, const Specimen& specimen, int per_axis) {
  const Json claim = Json::parse(certificate.at("claim").dump());
  const Network network = parse_network_json(certificate.at("network").at("model").dump(), specimen.name);
  if (specimen.kinked) return claim.at("verdict") == "proved" && has_singular_block(network) ? "a block is singular" : "";
  const Json& output = claim.at("output");
  OutputSelection selection;
  selection.margin = output.at("type") == "margin";
  selection.first = selection.margin ? output.at("indices").at(0) : output.at("index");
  if (selection.margin) selection.second = output.at("indices").at(1);
  return contradiction(claim, HighPrecision(network, selection), specimen.area, per_axis);
}

}  // namespace narrows::test
