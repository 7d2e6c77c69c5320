#include "network/architecture.hpp"

#include <catch2/catch.hpp>

#include "layers.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

Layer block(std::size_t n, std::size_t m, const Rational& skip) {
  return residual(skip, 1, {shape(m, n), activation(Activation::tanh), shape(n, m)});
}
ArchitectureClass class_of(std::size_t d, const std::vector<Layer>& layers) {
  return classify(chain(d, layers));
}

}  // namespace

TEST_CASE("a network is non-augmented exactly if its widths never increase") {
  using Widths = std::vector<std::size_t>;
  CHECK(classify(Widths{2}) == ArchitectureClass::non_augmented);
  CHECK(classify(Widths{3, 3, 2, 2, 1}) == ArchitectureClass::non_augmented);
  CHECK(classify(Widths{2, 3, 3, 1}) == ArchitectureClass::augmented);
  CHECK(classify(Widths{2, 2, 5, 1}) == ArchitectureClass::augmented);
  CHECK(classify(Widths{3, 1, 2, 1}) ==
        ArchitectureClass::bottleneck);  // all widths <= d, but not non-increasing
  CHECK(classify(Widths{2, 5, 3, 4, 1}) == ArchitectureClass::bottleneck);
  CHECK(classify(Widths{5, 2, 2, 6}) == ArchitectureClass::bottleneck);
}

TEST_CASE("the state of a residual layer keeps its width whatever its branch does") {
  CHECK(class_of(2, {shape(2, 2), block(2, 7, 1), shape(1, 2)}) == ArchitectureClass::non_augmented);
  CHECK(class_of(2, {shape(2, 2), block(2, 1, 1), shape(1, 2)}) == ArchitectureClass::non_augmented);
  CHECK(class_of(2, {shape(3, 2), block(3, 3, 1), shape(1, 3)}) == ArchitectureClass::augmented);
}

TEST_CASE("with skip 0 a residual layer is plain, and its branch counts") {
  CHECK(class_of(2, {block(2, 7, 0), shape(1, 2)}) == ArchitectureClass::augmented);
  CHECK(class_of(2, {block(2, 1, 0), shape(1, 2)}) == ArchitectureClass::bottleneck);
  CHECK(class_of(2, {block(2, 2, 0), shape(1, 2)}) == ArchitectureClass::non_augmented);
}

TEST_CASE("only the selected output counts, not how many outputs there are") {
  CHECK(class_of(2, {shape(2, 2), activation(Activation::tanh), shape(10, 2)}) ==
        ArchitectureClass::non_augmented);
}

TEST_CASE("the class names are those of the JSON output") {
  CHECK(to_string(ArchitectureClass::non_augmented) == "non-augmented");
  CHECK(to_string(ArchitectureClass::augmented) == "augmented");
  CHECK(to_string(ArchitectureClass::bottleneck) == "bottleneck");
}

TEST_CASE("layers are summarised with exact ratios, and none where the skip is 0") {
  const Network net = network(
      2,
      {shape(3, 2),
       activation(Activation::relu),
       residual(-3, Rational(1) / 7, {shape(3, 3), activation(Activation::tanh)}),
       residual(0, 1,
                {activation(Activation::tanh), activation(Activation::elu, 1), activation(Activation::tanh)}),
       {BatchNormLayer{{1, 1, 1}, {0, 0, 0}, {0, 0, 0}, {1, 1, 1}, 0}}});
  const auto layers = summarize_layers(net);
  REQUIRE(layers.size() == 5);
  CHECK(layers[0].kind == "affine");
  CHECK(layers[0].width == 3);
  CHECK(layers[0].activation.empty());
  CHECK_FALSE(layers[0].skip);
  CHECK(layers[1].kind == "activation");
  CHECK(layers[1].activation == "relu");
  CHECK(layers[2].kind == "residual");
  CHECK(*layers[2].skip == -3);
  CHECK(*layers[2].residual == Rational(1) / 7);
  CHECK(*layers[2].ratio == Rational(-1) / 21);
  CHECK(layers[2].activation == "tanh");
  CHECK_FALSE(layers[3].ratio);
  CHECK(layers[3].activation == "tanh, elu");
  CHECK(layers[4].kind == "batch_norm");
}
