// Level curves and areas in the checker's own arithmetic: what is proved is accepted, a lie in it is not.
#include <catch2/catch.hpp>

#include "certify/level_curve_certificate.hpp"
#include "checker/check.hpp"
#include "smooth_networks.hpp"
#include "support/random_cases.hpp"
#include "topology.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

const std::string kHash(64, '0');

bool accepted(const std::string& certificate) {
  const checker::Outcome outcome = checker::check(certificate);
  UNSCOPED_INFO(checker::outcome_line(outcome));
  return outcome.accepted();
}

std::string curve_text(const Network& network, const Box& box, const Rational& level,
                       const std::vector<double>& point) {
  const auto function = level_function(make_chain(network, {}, "test"), "test");
  LevelCurveOptions options;
  options.level = level;
  const LevelCurveResult result = level_curve(*function, box, options);
  std::vector<PointInComponent> contains;
  if (const auto component = component_of(result, *function, point.data());
      component && result.verdict == Verdict::proved)
    contains.emplace_back(point, *component);
  std::string text;
  write_level_curve_certificate(result, contains, network, {}, {"test", kHash},
                                [&text](std::string_view piece) { text += piece; });
  return text;
}

/// The first `from` in the certificate becomes `to`.
std::string changed(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

Network random_planar_network(RandomCases& random) {
  Network network;
  network.input_dim = 2;
  const auto numbers = [&](std::size_t n, double size) {
    std::vector<double> list;
    for (std::size_t i = 0; i < n; ++i) list.push_back(random.uniform(-size, size));
    return list;
  };
  constexpr Activation functions[] = {Activation::tanh,   Activation::sigmoid, Activation::softplus,
                                      Activation::arctan, Activation::silu,    Activation::gelu,
                                      Activation::sin};
  for (int k = random.integer(1, 3); k > 0; --k) {
    ResidualLayer block{rational_exact(random.uniform(0, 1)), rational_exact(random.uniform(-2, 2)), {}};
    block.branch.push_back({affine(2, 2, numbers(4, 2), numbers(2, 1))});
    block.branch.push_back({ActivationLayer{functions[random.integer(0, 6)], 0}});
    network.layers.push_back({block});
  }
  network.layers.push_back({affine(1, 2, numbers(2, 2), numbers(1, 0.3))});
  return network;
}

}  // namespace

TEST_CASE("the checker accepts level curves of trained networks, and no lie about them") {
  const std::string closed = curve_text(trained_network("circ_res6_m07"), {{-2, -2}, {2, 2}}, 0, {0, 0});
  CHECK(accepted(closed));
  CHECK_FALSE(accepted(changed(closed, "\"closed\":1,\"arcs\":0", "\"closed\":0,\"arcs\":0")));
  CHECK_FALSE(accepted(changed(closed, "\"holes\":1", "\"holes\":0")));
  CHECK_FALSE(accepted(changed(closed, "\"status\":\"closed\"", "\"status\":\"reaches-boundary\"")));
  CHECK_FALSE(accepted(changed(closed, "\"component\":1", "\"component\":0")));
  CHECK_FALSE(accepted(changed(closed, "\"level\":\"0\"", "\"level\":\"3\"")));
  CHECK_FALSE(accepted(changed(closed, "[\"plus\"]", "[\"minus\"]")));
  CHECK_FALSE(accepted(changed(closed, "[\"plus\"]", "[\"undecided\"]")));
  CHECK_FALSE(accepted(changed(closed, "\"verdict\":\"proved\"", "\"verdict\":\"undecided\"")));
  const std::string arc = curve_text(trained_network("circ_mlp6_s0_m00"), {{-2, -2}, {2, 2}}, 0, {1, 1});
  CHECK(accepted(arc));
  CHECK_FALSE(accepted(changed(arc, "\"arcs\":1", "\"arcs\":2")));
}

TEST_CASE("the checker accepts undecided level curves and roots of one variable") {
  // Odd: Φ(0, 0) = 0 lies on a corner of cells.
  Network odd;
  odd.input_dim = 2;
  odd.layers = {{affine(2, 2, {1, 0.5, -0.25, 1}, {0, 0})},
                {ActivationLayer{Activation::tanh, 0}},
                {affine(1, 2, {1, -1.5}, {0})}};
  CHECK(accepted(curve_text(odd, {{-2, -2}, {2, 2}}, 0, {1, 1})));
  CHECK(accepted(curve_text(odd, {{-2, -2}, {2.1, 2.3}}, 0, {1, 1})));
  const std::string roots = curve_text(trained_network("x2_L3_s1_r1_m22"), {{-2}, {2}}, Rational(1, 2), {0});
  CHECK(accepted(roots));
}

TEST_CASE("the checker accepts level curves of random networks") {
  RandomCases random(64);
  int proved = 0;
  for (int k = cases(12, 300); k > 0; --k) {
    const Network network = random_planar_network(random);
    const std::string text = curve_text(network, {{-1.3, -1.1}, {1.2, 1.4}},
                                        rational_exact(random.uniform(-0.5, 0.5)), {0.1, 0.2});
    proved += text.find("\"verdict\":\"proved\"") != std::string::npos ? 1 : 0;
    REQUIRE(accepted(text));
  }
  CHECK(proved > 8);
}

TEST_CASE("the checker accepts areas, and no lie about them") {
  const Network network = trained_network("circ_aug3_m10");
  const auto function = level_function(make_chain(network, {}, "test"), "test");
  ClassRegion disc, box;
  disc.radius = 0.95;
  box.type = ClassRegion::Type::box;
  box.bounds = {{-1, 0.5}, {1, 1.5}};
  LevelAreaOptions options;
  options.gap = 5e-2;
  const LevelAreaResult result = level_areas(*function, {{-2, -2}, {2, 2}}, {disc, box}, options);
  REQUIRE(result.verdict == Verdict::proved);
  const double centre[2] = {0, 0};
  const int sign = function->sign_at(centre, 0);
  const auto text_of = [&](const LevelAreaResult& areas, int label) {
    std::string text;
    write_level_area_certificate(areas, {{{0, 0}, label}}, network, {}, {"test", kHash},
                                 [&text](std::string_view piece) { text += piece; });
    return text;
  };
  CHECK(accepted(text_of(result, sign)));
  CHECK_FALSE(accepted(text_of(result, -sign)));
  LevelAreaResult lie = result;
  lie.areas[0].area =
      Interval(lie.areas[0].area.lower(),
               lie.areas[0].area.lower() + 0.2 * (lie.areas[0].area.upper() - lie.areas[0].area.lower()));
  CHECK_FALSE(accepted(text_of(lie, sign)));
}
