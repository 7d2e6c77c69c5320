// Changes of the network that keep or move its critical points in a known way keep or move the answers.
#include <algorithm>
#include <catch2/catch.hpp>
#include <iostream>

#include "small_networks.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

CertifyOptions small_budget() {
  CertifyOptions options;
  options.search.max_boxes = 30'000;
  return options;
}

// certify() with everything that must hold of any answer.
CertifyResult answer(const Network& network, const Domain& domain) {
  const Certified certified = certify_network(network, domain, small_budget());
  const std::string line = check_line(certified.certificate);
  CHECK_THAT(line, Catch::StartsWith("ACCEPTED"));
  const std::vector<double> reach(network.input_dim, 2.5);
  Box area{reach, reach};
  for (double& lower : area.lower) lower = -lower;
  CHECK(contradiction(Json::parse(certified.certificate).at("claim"), HighPrecision(network), area, 12) == "");
  return certified.result;
}

void check_same(const CertifyResult& a, const CertifyResult& b, const std::string& change) {
  INFO(change);
  CHECK(a.verdict == b.verdict);
  CHECK(a.complete == b.complete);
  CHECK(indices_of(a) == indices_of(b));
}

std::vector<int> mirrored(std::vector<int> indices, std::size_t d) {
  for (int& index : indices) index = static_cast<int>(d) - index;
  std::sort(indices.begin(), indices.end());
  return indices;
}

// False if the answer is not complete, so that nothing was compared.
bool check_invariance(const Network& network) {
  const std::size_t d = network.input_dim;
  const Domain box = cube(d, 2), disc = ball(d, 1.5);
  const CertifyResult plain = answer(network, box);
  if (!plain.complete) return false;
  check_same(plain, answer(scaled(network, 3), box), "output times 3");
  const CertifyResult negated = answer(scaled(network, Rational(-1, 8)), box);
  CHECK(negated.verdict == plain.verdict);
  CHECK(indices_of(negated) == mirrored(indices_of(plain), d));
  check_same(plain, answer(reversed_units(network), box), "hidden units in reverse order");
  check_same(plain, answer(with_idle_blocks(network), box), "idle blocks");
  if (d > 1) check_same(answer(network, disc), answer(rotated(network), disc), "rotated input");
  return true;
}

}  // namespace

TEST_CASE("answers do not depend on the scale of the output, the order of units, idle blocks and the frame of the input", "[properties]") {
  RandomCases random(61);
  int compared = 0, with_points = 0;
  for (const Activation function : {Activation::tanh, Activation::sigmoid, Activation::softplus, Activation::arctan, Activation::silu,
                                    Activation::gelu, Activation::sin}) {
    for (int k = 0; k < cases(2, 40); ++k) {
      const std::size_t d = k % 4 == 3 ? 1 : 2;
      const Network network = random_network(d, 2 + static_cast<std::size_t>(k % 2), function, &random);
      INFO(to_string(function) << " network " << k);
      compared += check_invariance(network);
      with_points += !answer(network, cube(d, 2)).critical_points.empty();
    }
  }
  std::cout << compared << " random networks compared with their variants, " << with_points << " with critical points\n";
  CHECK(compared >= cases(10, 200));
  CHECK(with_points >= cases(4, 60));
}

TEST_CASE("answers about trained networks do not depend on their presentation", "[properties]") {
  for (const std::string name : {"x2_L1_s1_r1_m16", "x2_L2_s2_r1_m17", "circ_res6_softplus_m09", "circ_aug3_m10", "circ_ode20_clip_sigmoid_m03"}) {
    INFO(name);
    Network network = load_trained(name).network;
    if (!std::holds_alternative<AffineLayer>(network.layers.front().value)) continue;
    CHECK(check_invariance(network));
  }
}
