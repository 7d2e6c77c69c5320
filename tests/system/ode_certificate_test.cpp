// The prover's certificates of flows against the checker: every random one, and refusals of small lies.
#include <catch2/catch.hpp>

#include "certify/ode_certificate.hpp"
#include "specimens.hpp"
#include "support.hpp"
#include "unit/ode/flows.hpp"

namespace narrows::test {
namespace {

struct FlowCase {
  Network network;
  Box box;
};

FlowCase random_case(RandomCases& random) {
  FlowCase result;
  const auto dim = static_cast<std::size_t>(random.integer(1, 2));
  result.network.input_dim = dim;
  if (random.integer(0, 2) == 0) result.network.layers.push_back(random_dense(random, dim, dim, 1));
  OdeLayer layer{{}, random.integer(0, 1) == 0 ? Rational(1) : Rational(2, 3)};
  for (int b = random.integer(1, 2); b > 0; --b) layer.branches.push_back(random_branch(random, dim, 1));
  result.network.layers.push_back({std::move(layer)});
  for (std::size_t i = 0; i < dim; ++i) {
    const double centre = random.uniform(-1, 1),
                 radius = random.integer(0, 1) == 0 ? 0.0 : random.uniform(0, 0.1);
    result.box.lower.push_back(centre - radius);
    result.box.upper.push_back(centre + radius);
  }
  return result;
}

Document certificate_of(const FlowCase& flow, bool jacobian) {
  TubeOptions options;
  options.jacobian = jacobian;
  const FlowCover cover = cover_flow(as_flow(flow.network, "test"), flow.box, options, 1);
  REQUIRE(cover.whole.closed);
  std::string text;
  write_ode_certificate(cover, flow.box, flow.network, {"test.json", std::string(64, '0')},
                        [&text](std::string_view piece) { text += piece; });
  return Document::parse(text);
}

}  // namespace

TEST_CASE("the checker accepts the tubes of random neural ODEs, from points and boxes", "[ode]") {
  RandomCases random(81);
  for (int n = 0; n < cases(6, 300); ++n) {
    const std::string text = sealed(certificate_of(random_case(random), random.integer(0, 1) == 0));
    CAPTURE(n, check_line(text));
    CHECK(accepted(text));
  }
}

TEST_CASE("the checker accepts a large box in pieces, and parameters that are linear in time", "[ode]") {
  FlowCase flow;
  flow.network.input_dim = 2;
  OdeLayer layer = planar_example().flow;
  layer.branches.push_back({dense(2, 2, {1, 0, -1, 1}), activation(Activation::tanh)});
  layer.time = 1;
  TubeOptions options;
  options.jacobian = false;
  options.time_degree = 6;
  options.degree = 2;
  flow.box = {{-0.25, -0.125}, {0.25, 0.125}};
  for (const Interpolation interpolation : {Interpolation::constant, Interpolation::linear}) {
    layer.interpolation = interpolation;
    flow.network.layers = {{layer}};
    const FlowCover cover = cover_flow(as_flow(flow.network, "test"), flow.box, options, 4);
    REQUIRE(cover.whole.closed);
    REQUIRE(cover.pieces.size() > 1);
    std::string text;
    write_ode_certificate(cover, flow.box, flow.network, {"test.json", std::string(64, '0')},
                          [&text](std::string_view piece) { text += piece; });
    const Document honest = Document::parse(text);
    REQUIRE(accepted(sealed(honest)));
    Document lie = honest;  // a piece that ends where no other does
    lie["claim"]["end"][0][1] = cover.pieces.front().tube.end[0].lower();
    CHECK(!accepted(sealed(lie)));
    lie = honest;
    lie["proof"]["tree"].erase(lie["proof"]["tree"].size() - 1);
    CHECK(!accepted(sealed(lie)));
    if (interpolation == Interpolation::constant) continue;
    lie = honest;
    lie["network"]["model"]["layers"][0].erase("interpolation");
    CHECK(!accepted(sealed(lie)));
  }
}

TEST_CASE("the checker refuses small lies about a flow", "[ode]") {
  FlowCase flow;
  flow.network.input_dim = 2;
  flow.network.layers = {{planar_example().flow}};
  flow.network.layers[0] = {OdeLayer{planar_example().flow.branches, Rational(1, 2)}};
  flow.box = {{0.45, -0.3}, {0.55, -0.2}};
  const Document honest = certificate_of(flow, true);
  REQUIRE(accepted(sealed(honest)));
  const auto refused = [&honest](const std::function<void(Document&)>& lie) {
    Document text = honest;
    lie(text);
    return !accepted(sealed(text));
  };
  CHECK(refused([](Document& c) { c["claim"]["end"][0][1] = c["claim"]["end"][0][0].get<double>() + 0.05; }));
  CHECK(refused([](Document& c) { c["claim"]["jacobian"][1][0][1] = c["claim"]["jacobian"][1][0][0]; }));
  CHECK(refused([](Document& c) { c["claim"]["determinant"] = {-2.0, -1.0}; }));
  CHECK(refused([](Document& c) { c["claim"]["domain"]["bounds"][0][1] = 0.56; }));  // the tube starts elsewhere
  CHECK(refused([](Document& c) { c["proof"]["steps"].erase(0); }));
  CHECK(refused([](Document& c) {
    c["proof"]["steps"][0]["duration"] = c["proof"]["steps"][0]["duration"].get<double>() / 2;
  }));
  CHECK(refused([](Document& c) { c["proof"]["steps"][0]["radius"] = 1e-12; }));
  CHECK(refused(
      [](Document& c) { c["proof"]["steps"][0]["state"][0][0][0] = 0.75; }));  // trap: the error at the start
  CHECK(refused([](Document& c) { c["proof"]["steps"].back()["state"][1][1][0] = 9.0; }));
}

}  // namespace narrows::test
