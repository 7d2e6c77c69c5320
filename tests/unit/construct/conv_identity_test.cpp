// The equality of a convolutional network and the function whose errors are enclosed, from the weights; changed weights must turn it.
#include "construct/conv_identity.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <functional>

#include "construct/conv_certificate.hpp"
#include "construct/conv_constructions.hpp"
#include "construct/point_check.hpp"
#include "unit/construct/support.hpp"

namespace narrows::test {
namespace {

/// The next double, or for other rationals a change of one part in 2^52.
Rational one_ulp_more(const Rational& weight) {
  double d = 0;
  if (is_double(weight, &d)) return rational_exact(std::nextafter(d, 2e300));
  return weight + abs(weight) / rational_exact(std::ldexp(1.0, 52));
}

/// Every number of the network, so that one can be picked.
std::vector<Rational*> numbers_of(ConvResNet& net) {
  std::vector<Rational*> all;
  for (auto& block : net.blocks)
    for (ConvLayer& layer : block) {
      for (Rational& x : layer.weight) all.push_back(&x);
      for (Rational& x : layer.bias) all.push_back(&x);
    }
  for (Rational& x : net.output) all.push_back(&x);
  all.push_back(&net.bias);
  return all;
}

Rational value_at(const ConvResNet& net, const std::vector<Rational>& x) {
  return value_and_slope(net, x, std::vector<Rational>(x.size())).value;
}

struct Subject {
  std::string name;
  ConvResNet net;
  std::function<std::optional<std::string>(const ConvResNet&)> difference;
};

/// Theorems D, E, H (several dimensions, groups and filters), G and F; the tables live as long as the test.
std::vector<Subject> subjects(std::vector<std::unique_ptr<SmoothFunction>>& functions,
                              std::vector<std::unique_ptr<NodalTable>>& tables) {
  std::vector<Subject> list;
  const auto table_of = [&](const std::string& target, std::size_t dim, std::size_t n,
                            unsigned degree) -> NodalTable& {
    functions.push_back(make_smooth_function(target, dim));
    tables.push_back(std::make_unique<NodalTable>(*functions.back(), n, degree));
    return *tables.back();
  };
  const auto add_hats = [&](const std::string& name, NodalTable& table, std::vector<MeshNode> nodes,
                            unsigned m, ConvOptions options) {
    list.push_back({name, hat_network(table, nodes, m, options), [&table, nodes, m](const ConvResNet& net) {
                      return difference_from_hats(net, table, nodes, m, false);
                    }});
  };
  add_hats("D1", table_of("sine", 1, 5, 0), all_nodes(1, 5), 0, {2, 0});
  add_hats("D2", table_of("gauss", 2, 3, 0), all_nodes(2, 3), 0, {1, 0});
  add_hats("D2 grouped, filters of 2", table_of("gauss", 2, 4, 0), all_nodes(2, 4), 0, {4, 2});
  add_hats("D3", table_of("gauss", 3, 2, 0), all_nodes(3, 2), 0, {3, 0});
  add_hats("D3 filters of 2", table_of("polynomial:x y z - 1/2", 3, 2, 0), all_nodes(3, 2), 0, {5, 2});
  NodalTable& circle = table_of("polynomial:x y", 2, 6, 0);
  add_hats("E", circle, manifold_error(circle, "circle").nodes, 0, {2, 0});
  add_hats("H1", table_of("sine", 1, 4, 2), all_nodes(1, 4), 3, {2, 0});
  add_hats("H2", table_of("gauss", 2, 2, 2), all_nodes(2, 2), 4, {1, 0});
  add_hats("H2 grouped, filters of 2", table_of("bump", 2, 3, 2), all_nodes(2, 3), 2, {7, 2});
  NodalTable& line = table_of("gauss", 1, 4, 2);
  list.push_back({"G", taylor_network(line, 5, 2), [&line](const ConvResNet& net) {
                    return difference_from_hats(net, line, all_nodes(1, 4), 5, true);
                  }});
  for (const std::size_t filter : {0, 2})
    list.push_back({"F", product_network(6, {1, filter}),
                    [](const ConvResNet& net) { return difference_from_product(net, 6); }});
  return list;
}

}  // namespace

TEST_CASE(
    "every construction is proved to be its function from its weights, whatever the group and the filter") {
  std::vector<std::unique_ptr<SmoothFunction>> functions;
  std::vector<std::unique_ptr<NodalTable>> tables;
  for (const Subject& subject : subjects(functions, tables)) {
    CAPTURE(subject.name);
    CHECK(subject.difference(subject.net).value_or("equal") == "equal");
  }
}

TEST_CASE("a weight that is one ulp off is never proved equal, unless the function is still the same") {
  std::vector<std::unique_ptr<SmoothFunction>> functions;
  std::vector<std::unique_ptr<NodalTable>> tables;
  RandomCases random(1);
  RandomPoints points(2);
  std::size_t turned = 0, same = 0;
  for (const Subject& subject : subjects(functions, tables)) {
    ConvResNet net = subject.net;
    const std::vector<Rational*> numbers = numbers_of(net);
    for (int k = 0; k < cases(12, 120); ++k) {
      Rational& weight =
          *numbers[static_cast<std::size_t>(random.integer(0, static_cast<int>(numbers.size()) - 1))];
      const Rational before = weight;
      weight = one_ulp_more(before);
      if (subject.difference(net)) {
        ++turned;
      } else {
        // For example a weight of the unread channels, or one that meets a unit that is always 0.
        ++same;
        for (int p = 0; p < 5; ++p) {
          std::vector<Rational> x;
          for (std::size_t i = 0; i < net.positions; ++i) x.push_back(points.between(0, 1));
          CAPTURE(subject.name);
          CHECK(value_at(net, x) == value_at(subject.net, x));
        }
      }
      weight = before;
    }
  }
  CHECK(turned > same);
}

TEST_CASE("weights that carry the function are all needed: each nonzero weight of the first blocks in turn") {
  std::vector<std::unique_ptr<SmoothFunction>> functions;
  std::vector<std::unique_ptr<NodalTable>> tables;
  for (const Subject& subject : subjects(functions, tables)) {
    ConvResNet net = subject.net;
    ConvLayer& last = net.blocks[0].back();
    for (Rational& weight : last.weight) {
      if (weight == 0) continue;
      const Rational before = weight;
      weight = one_ulp_more(before);
      CAPTURE(subject.name);
      CHECK(subject.difference(net).has_value());
      weight = -before;
      CHECK(subject.difference(net).has_value());
      weight = before;
    }
  }
}

TEST_CASE("in one dimension a changed weight changes the pieces that the errors are measured on") {
  const auto square = make_smooth_function("square", 1);
  NodalTable table(*square, 4, 0);
  ConvResNet net = interpolant_network(table, 1);
  const ErrorEnclosure before = line_error(*square, line_form(net));
  for (auto& block : net.blocks)
    for (ConvLayer& layer : block)
      for (Rational& bias : layer.bias) {
        if (bias == 0) continue;
        const Rational old = bias;
        bias = one_ulp_more(bias);
        const ErrorEnclosure after = line_error(*square, line_form(net));
        CHECK((after.value_exact != before.value_exact || after.gradient_exact != before.gradient_exact));
        bias = old;
      }
}

TEST_CASE("blocks that read accumulators or change their input are not read, and a stop is a reason") {
  const auto f = make_smooth_function("gauss", 2);
  NodalTable table(*f, 2, 0);
  const auto nodes = all_nodes(2, 2);
  const ConvResNet good = hat_network(table, nodes, 0, {1, 0});
  ConvResNet net = good;
  net.blocks[3][0].weight[2] = 1;  // channel 1 at tap 0
  CHECK(difference_from_hats(net, table, nodes, 0, false)
            .value_or("")
            .find("block 3 reads what blocks have added") == 0);
  net = good;
  net.blocks[2].back().bias[0] = Rational(1, 1000);
  CHECK(difference_from_hats(net, table, nodes, 0, false)
            .value_or("")
            .find("block 2 changes the input channel") == 0);
  net = good;
  net.output[0] = 1;  // the input itself reaches the output
  CHECK(difference_from_hats(net, table, nodes, 0, false).has_value());
  net = good;
  net.blocks.pop_back();
  CHECK(difference_from_hats(net, table, nodes, 0, false).has_value());
  CHECK(difference_from_hats(good, table, nodes, 0, false, StopToken(0.0)).value_or("").find("stopped") == 0);
  CHECK(difference_from_hats(good, table, all_nodes(2, 1), 0, false).has_value());
}

TEST_CASE("an exact relation between relus is recognised, and no other") {
  ReluAlgebra algebra(2);
  const ReluForm x = ReluAlgebra::coordinate(0), y = ReluAlgebra::coordinate(1);
  const ReluForm e = combine({{Rational(3), &x}, {Rational(-2), &y}}, Rational(1, 7)),
                 minus = combine({{Rational(-1), &e}});
  const ReluForm up = algebra.relu(e), down = algebra.relu(minus);
  CHECK(combine({{Rational(1), &up}, {Rational(-1), &down}}) == e);
  CHECK(algebra.relu(down) == down);
  CHECK(algebra.relu(up) == up);
  const ReluForm fivefold = combine({{Rational(5), &e}}), five_up = algebra.relu(fivefold);
  CHECK(five_up == combine({{Rational(5), &up}}));
  CHECK(algebra.relu(x) == x);
  const ReluForm negative = combine({{Rational(-1), &x}, {Rational(-2), &y}}, Rational(-1));
  CHECK(algebra.relu(negative) == ReluForm{});
  CHECK_FALSE(algebra.relu(e) == e);
  const ReluForm other = combine({{Rational(3), &x}, {Rational(-2), &y}}, Rational(1, 8));
  CHECK_FALSE(algebra.relu(other) == up);
  CHECK(algebra.relu(combine({}, Rational(-2))) == ReluForm{});
  CHECK(algebra.relu(combine({}, Rational(2))).constant == 2);
}

}  // namespace narrows::test
