#include "bounds/distance.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bounds/limit_comparison.hpp"
#include "certify/distance_certificate.hpp"
#include "limit_families.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

Box cube(std::size_t dim, double lower, double upper) { return {std::vector<double>(dim, lower), std::vector<double>(dim, upper)}; }

Interval enclosed(const DistanceEngine& engine, const std::vector<double>& lower, const std::vector<double>& upper) {
  std::vector<Interval> result(1);
  engine.enclose_differences(lower, upper, result);
  return result[0];
}

void require_sampled_points_inside(std::mt19937_64& source, const LimitNetwork& network, Limit limit, bool batched, double reference_error) {
  const DistanceEngine engine(network, limit, FlowSteps{std::nullopt, 0.35}, best_isa(), batched);
  REQUIRE((engine.batched() || !batched));
  const std::size_t d = network.chain.input_dim;
  for (const double width : {0.0, 0.01, 0.3}) {
    std::vector<double> lower, upper;
    for (std::size_t k = 0; k < d; ++k) lower.push_back(uniform(source, -1, 1)), upper.push_back(lower.back() + width);
    const Interval enclosure = enclosed(engine, lower, upper);
    for (int sample = 0; sample < 4; ++sample) {
      std::vector<double> x;
      for (std::size_t k = 0; k < d; ++k) x.push_back(sample == 0 ? lower[k] : sample == 1 ? upper[k] : uniform(source, lower[k], upper[k]));
      const auto exact = static_cast<double>(difference_by_runge_kutta(network, limit, x));
      INFO(to_string(limit) << " width " << width << " enclosure [" << enclosure.lower() << ", " << enclosure.upper() << "] sample " << exact);
      REQUIRE(enclosure.lower() <= exact + reference_error);
      REQUIRE(exact - reference_error <= enclosure.upper());
    }
    if (width == 0) REQUIRE(width_upper(enclosure) < 1e-3);  // an enclosure of everything would pass the rest
  }
}

}  // namespace

TEST_CASE("the enclosed difference contains what Runge and Kutta find, for every activation") {
  std::mt19937_64 source(7);
  for (const Activation function : {Activation::tanh, Activation::sigmoid, Activation::softplus, Activation::arctan, Activation::sin, Activation::silu, Activation::gelu,
                                    Activation::identity, Activation::elu}) {
    // elu is only C¹: an order 2 enclosure, and a reference that is exact to h² only.
    const bool c1 = function == Activation::elu;
    for (int k = 0; k < cases(3, 40); ++k) {
      RandomShape shape;
      shape.dim = 1 + source() % 3;
      shape.width = 1 + source() % 3;
      shape.blocks = 1 + source() % 4;
      shape.function = function;
      shape.residual = c1 ? 0.01 : source() % 2 == 0 ? 0.25 : 0.01;
      shape.second_activation = source() % 4 == 0;
      const LimitNetwork network = random_network(source, shape);
      CAPTURE(to_string(function), shape.dim, shape.width, shape.blocks, shape.residual);
      require_sampled_points_inside(source, network, Limit::ode, false, c1 ? 1e-7 : 1e-11);
      const bool in_lanes = function == Activation::tanh || function == Activation::sigmoid || function == Activation::softplus || function == Activation::identity;
      if (in_lanes) require_sampled_points_inside(source, network, Limit::ode, true, 1e-11);
    }
  }
}

TEST_CASE("the enclosed difference from the MLP contains sampled differences, kinks included") {
  std::mt19937_64 source(8);
  for (const Activation function : {Activation::tanh, Activation::softplus, Activation::relu, Activation::leaky_relu, Activation::elu, Activation::gelu})
    for (int k = 0; k < cases(3, 40); ++k) {
      RandomShape shape;
      shape.dim = 1 + source() % 3;
      shape.width = 1 + source() % 4;
      shape.function = function;
      shape.skip = source() % 2 == 0 ? 0.25 : -0.5;
      shape.residual = 1;
      const LimitNetwork network = random_network(source, shape);
      CAPTURE(to_string(function), shape.dim, shape.width);
      require_sampled_points_inside(source, network, Limit::mlp, false, 1e-13);
      if (function == Activation::tanh || function == Activation::softplus) require_sampled_points_inside(source, network, Limit::mlp, true, 1e-13);
    }
}

TEST_CASE("distances agree with closed forms") {
  // ẏ = tanh y has sinh y(t) = e^t sinh y(0).
  const LimitNetwork tanh_network = line_network({{1, 0.5, 1, 1}});
  const auto exact = [](double x) { return x + 0.5 * std::tanh(x) - std::asinh(std::exp(0.5) * std::sinh(x)); };
  double largest = 0;
  for (int k = 0; k <= 100000; ++k) largest = std::max(largest, std::fabs(exact(k * 2e-5)));
  const DistanceResult found = find_distance(tanh_network, Limit::ode, cube(1, 0, 2), {.gap = 1e-4});
  REQUIRE(found.complete);
  REQUIRE(found.distance.lower() <= largest + 1e-9);
  REQUIRE(largest - 1e-12 <= found.distance.upper());
  REQUIRE(found.distance.upper() - found.distance.lower() <= 1.01e-4 * largest);

  // Linear branches: h ← ε(1 + αa)h against ε e^{αa} h, and against δ a h.
  const LimitNetwork linear = line_network({{0.5, -0.25, 3, 1}}, Activation::identity);
  const double a = 3, alpha = -0.5;
  const DistanceResult ode = find_distance(linear, Limit::ode, cube(1, -1, 2)), mlp = find_distance(linear, Limit::mlp, cube(1, -1, 2));
  const double ode_exact = 2 * 0.5 * std::fabs(1 + alpha * a - std::exp(alpha * a));
  REQUIRE(ode.distance.lower() == Approx(ode_exact).epsilon(0.011));
  REQUIRE((ode.distance.lower() <= ode_exact * (1 + 1e-12) && ode_exact * (1 - 1e-12) <= ode.distance.upper()));
  REQUIRE((mlp.distance.lower() <= 1 && 1 <= mlp.distance.upper() && mlp.distance.upper() < 1 + 1e-9));
}

TEST_CASE("tiny ratios: the difference itself is carried, so its relative gap is reached") {
  std::mt19937_64 source(9);
  for (const double residual : {0x1p-10, 0x1p-14, 0x1p-30}) {
    RandomShape shape;
    shape.blocks = 8;
    shape.residual = residual;
    const DistanceResult found = find_distance(random_network(source, shape), Limit::ode, cube(2, -1, 1), {.gap = 0.01});
    CAPTURE(residual, found.distance.lower(), found.distance.upper());
    REQUIRE(found.complete);
    REQUIRE(found.distance.upper() > 0);
    REQUIRE(found.distance.upper() < residual * residual * 1000);
  }
}

TEST_CASE("all instruction sets give the same difference") {
  std::mt19937_64 source(10);
  const LimitNetwork network = random_network(source, {});
  const DistanceEngine portable(network, Limit::ode, {}, Isa::portable);
  for (const Isa isa : {Isa::avx2, Isa::avx512}) {
    if (!is_available(isa)) continue;
    const DistanceEngine engine(network, Limit::ode, {}, isa);
    const Interval a = enclosed(portable, {-0.5, 0.25}, {-0.25, 0.5}), b = enclosed(engine, {-0.5, 0.25}, {-0.25, 0.5});
    REQUIRE((a.lower() == b.lower() && a.upper() == b.upper()));
  }
}

TEST_CASE("quadratic forms keep the squares: planar boxes are enclosed more sharply than by affine forms") {
  std::mt19937_64 source(12);
  RandomShape shape;
  shape.dim = shape.width = 2;
  shape.blocks = 8;
  shape.residual = 0.25;
  for (int k = 0; k < 4; ++k) {
    const LimitNetwork network = random_network(source, shape);
    const DistanceEngine lanes(network, Limit::ode), forms(network, Limit::ode, {}, best_isa(), false);
    REQUIRE(lanes.batched());
    const double x = uniform(source, -1, 0.9), y = uniform(source, -1, 0.9);
    const auto width = [&](const DistanceEngine& engine, double side) { return width_upper(enclosed(engine, {x, y}, {x + side, y + side})); };
    CHECK(width(lanes, 0.1) <= width(forms, 0.1));
    CHECK(width(lanes, 0.2) <= width(forms, 0.2));
  }
}

TEST_CASE("an overflow proves nothing: the distance stays unbounded") {
  // Traps: NaN lost in a maximum, and an infinite bound that counts as close because ∞ − lo <= gap·∞.
  const LimitNetwork network = line_network({{1, 1e200, 1e200, 1e200}, {1, 1e200, 1e200, 1e200}}, Activation::softplus);
  for (const bool batched : {true, false}) {
    const DistanceResult found = find_distance(network, Limit::mlp, cube(1, 0.5, 1), {.max_boxes = 20, .batched = batched});
    REQUIRE(!found.complete);
    REQUIRE(found.distance.upper() == kInfinity);
  }
}

TEST_CASE("a network without skips is its MLP") {
  const LimitComparison row = compare_with_limit(line_network({{0, 1, 1, 2}, {0, 1, 1, 2}}), Limit::mlp, cube(1, -1, 1), {});
  REQUIRE(row.verdict == Verdict::proved);
  REQUIRE(row.distance.complete);
  REQUIRE(row.distance.distance.upper() < 1e-280);
}

TEST_CASE("a distance certificate states what was found, with a complete tree") {
  std::mt19937_64 source(11);
  const LimitNetwork network = random_network(source, {});
  const LimitComparison row = compare_with_limit(network, Limit::ode, cube(2, -1, 1), {});
  REQUIRE(has_distance_certificate(row));
  std::string text;
  Network whole;
  whole.input_dim = 2;
  whole.layers = network.chain.layers;
  write_distance_certificate(row, box_domain(2, 1), whole, {}, {"net.json", std::string(64, '0')}, [&](std::string_view piece) { text += piece; });
  const auto json = nlohmann::json::parse(text);
  REQUIRE(json["claim"]["kind"] == "distance");
  REQUIRE(json["claim"]["limit"] == "ode");
  REQUIRE(json["claim"]["distance"][1].get<double>() == row.distance.distance.upper());
  REQUIRE(json["claim"]["bound"]["theorem"] == "T4");
  REQUIRE(json["claim"]["bound"]["value"].get<double>() >= row.bounds.theorem);
  REQUIRE(json["proof"]["order"].get<int>() >= 2);
  int open = 1;
  for (const auto& operation : json["proof"]["tree"]) {
    REQUIRE(open > 0);
    open += operation[0] == "split" ? 1 : -1;
  }
  REQUIRE(open == 0);
}
