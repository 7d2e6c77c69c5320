// Where the batched engine hands over to the simple one, or goes without zonotopes.
#include <catch2/catch.hpp>

#include "critical/branch_and_bound.hpp"
#include "critical/problem.hpp"

using namespace narrows;

namespace {

// `depth` plain tanh layers of one neuron, then a row.
Chain deep_chain(std::size_t depth, Activation function = Activation::tanh) {
  Network network;
  network.input_dim = 1;
  for (std::size_t l = 0; l < depth; ++l) {
    network.layers.push_back({ResidualLayer{1, Rational(1, 1000), {{AffineLayer{1, 1, {1}, {0}}}, {ActivationLayer{function, 0}}}}});
  }
  network.layers.push_back({AffineLayer{1, 1, {1}, {0}}});
  return make_chain(network, {}, "deep");
}

}  // namespace

TEST_CASE("deep chains are searched without zonotopes: their memory would grow with the square of the depth") {
  const Problem shallow(deep_chain(20), {}), deep(deep_chain(1500), {});
  REQUIRE(shallow.lanes);
  REQUIRE(deep.lanes);
  CHECK(shallow.lanes->has_stubborn_test());
  CHECK_FALSE(deep.lanes->has_stubborn_test());
  const SearchResult result = search_critical_points(deep, {Interval(-1.0, 1.0)}, {}, {});
  CHECK(result.undecided.empty());
  CHECK(result.zeros.empty());
}

TEST_CASE("activations without a kernel go through the simple engine") {
  const Problem problem(deep_chain(2, Activation::arctan), {});
  CHECK_FALSE(problem.lanes);
  CHECK(search_critical_points(problem, {Interval(-1.0, 1.0)}, {}, {}).undecided.empty());
}
