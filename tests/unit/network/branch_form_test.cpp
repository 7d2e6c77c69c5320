#include "network/branch_form.hpp"

#include <catch2/catch.hpp>

#include "layers.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

const ResidualLayer& as_residual(const Layer& layer) {
  return std::get<ResidualLayer>(layer.value);
}

}  // namespace

TEST_CASE("affine layers between activations collapse into one exact map") {
  const Layer layer =
      residual(1, 1,
               {affine({{1, 2}}), affine({{3}, {Rational(1) / 3}}), activation(Activation::tanh),
                activation(Activation::relu), affine({{5, 6}, {7, 8}})});
  const auto maps = branch_maps_exact(as_residual(layer), 2);
  REQUIRE(maps.size() == 3);
  CHECK(maps[0].entries == std::vector<Rational>{3, 6, Rational(1) / 3, Rational(2) / 3});
  CHECK(maps[1].entries == identity_matrix<Rational>(2).entries);
  CHECK(maps[2].entries == std::vector<Rational>{5, 6, 7, 8});
  const auto activations = branch_activations(as_residual(layer), 2);
  REQUIRE(activations.size() == 2);
  CHECK(activations[1].function.function == Activation::relu);
  CHECK(activations[1].width == 2);
}

TEST_CASE("a branch without affine layers has identity maps of the right width") {
  const auto maps = branch_maps_exact(as_residual(residual(1, 1, {activation(Activation::tanh)})), 3);
  REQUIRE(maps.size() == 2);
  CHECK(maps[0].rows == 3);
  CHECK(maps[1].entries == identity_matrix<Rational>(3).entries);
}

TEST_CASE("batch_norm factors are enclosed, however the branch is read") {
  // γ/√(v + e) = 3/√2 and −1/2
  const Layer norm{BatchNormLayer{{3, -1}, {0, 0}, {0, 0}, {1, 3}, 1}};
  const Layer layer = residual(1, 1, {norm, activation(Activation::tanh), affine({{0, 4}, {1, 0}})});
  CHECK(has_batch_norm(as_residual(layer)));
  const auto maps = branch_maps(as_residual(layer), 2, 128);
  REQUIRE(maps.size() == 2);
  CHECK(contains(square(maps[0].at(0, 0)), 4.5));
  CHECK(contains(maps[0].at(1, 1), -0.5));
  CHECK(magnitude(maps[0].at(0, 1)) == 0);
  CHECK(contains(maps[1].at(0, 1), 4));
  const auto doubles = branch_maps_interval(as_residual(layer), 2);
  CHECK(contains(square(doubles[0].at(0, 0)), 4.5));
  CHECK(width_upper(doubles[0].at(0, 0)) < 1e-15);
}
