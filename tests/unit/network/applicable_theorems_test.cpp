#include "network/applicable_theorems.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "layers.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

bool applies(const Chain& chain, const std::string& id) {
  const auto ids = applicable_theorems(chain);
  return std::find(ids.begin(), ids.end(), "tunnel/" + id) != ids.end();
}
std::string reason(const Chain& chain, const std::string& id) {
  for (const auto& theorem : check_theorem_hypotheses(chain)) {
    if (theorem.id == "tunnel/" + id) return theorem.reason;
  }
  return "missing";
}

Layer block(std::size_t n, const Rational& skip, Activation function = Activation::tanh,
            const Rational& alpha = 0) {
  return residual(skip, 1, {shape(n, n), activation(function, alpha), shape(n, n)});
}
/// x ↦ ε x + δ Σ w̃_j σ(w_j x).
Layer scalar_block(const Rational& skip, const Rational& factor, const std::vector<Rational>& inner,
                   const std::vector<Rational>& outer, Activation function = Activation::tanh) {
  Rows column;
  for (const Rational& w : inner) column.push_back({w});
  return residual(skip, factor, {affine(column), activation(function), affine({outer})});
}

}  // namespace

TEST_CASE("every theorem is listed once, in order") {
  const auto all = check_theorem_hypotheses(chain(2, {shape(2, 2), block(2, 1)}));
  REQUIRE(all.size() == 10);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i].id == "tunnel/T" + std::to_string(i + 1));
    CHECK_FALSE(all[i].reason.empty());
  }
}

TEST_CASE("a smooth ResNet of constant width gets all theorems but the one-dimensional one") {
  const Chain net = chain(2, {shape(2, 2), block(2, 1), block(2, -1), shape(1, 2)});
  for (const char* id : {"T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T10"}) CHECK(applies(net, id));
  CHECK_FALSE(applies(net, "T9"));
}

TEST_CASE("T1 needs full row rank of every matrix: no augmented input layer, no w = 0") {
  CHECK_FALSE(applies(chain(2, {shape(3, 2), block(3, 1), shape(1, 3)}), "T1"));
  CHECK_FALSE(applies(chain(2, {shape(2, 2), block(2, 1), affine({{0, 0}})}), "T1"));
  CHECK_FALSE(applies(chain(2, {affine({{1, 2}, {2, 4}}), block(2, 1)}), "T1"));
  CHECK(applies(chain(3, {shape(2, 3), block(2, 1)}), "T1"));
}

TEST_CASE("Trap T1: with kinks nothing is said about Clarke critical points") {
  const Chain net =
      chain(2, {shape(2, 2), block(2, 1, Activation::leaky_relu, Rational(1) / 2), shape(1, 2)});
  CHECK(applies(net, "T1"));
  CHECK(reason(net, "T1").find("no local extremum") != std::string::npos);
  CHECK(reason(net, "T1").find("if every layer is regular: no critical point") == std::string::npos);
  CHECK_FALSE(applies(net, "T8"));
  CHECK_FALSE(applies(net, "T10"));
  CHECK_FALSE(applies(chain(2, {shape(2, 2), activation(Activation::relu)}), "T1"));
}

TEST_CASE("T3 needs a skip and one activation layer; slopes of both signs have their own formula") {
  CHECK_FALSE(applies(chain(2, {block(2, 0)}), "T3"));
  CHECK_FALSE(applies(
      chain(2, {residual(1, 1, {activation(Activation::tanh), activation(Activation::tanh)})}), "T3"));
  CHECK(reason(chain(2, {block(2, 1)}), "T3").find("both signs") == std::string::npos);
  CHECK(reason(chain(2, {block(2, 1, Activation::silu)}), "T3").find("both signs") != std::string::npos);
}

TEST_CASE("T4 and T10 need every skip nonzero, T5 does not") {
  const Chain net = chain(2, {block(2, 1), block(2, 0)});
  CHECK_FALSE(applies(net, "T4"));
  CHECK(reason(net, "T4") == "layer 2 has skip 0");
  CHECK_FALSE(applies(net, "T10"));
  CHECK(applies(net, "T5"));
  const Chain interrupted = chain(2, {block(2, 1), activation(Activation::tanh), block(2, 1)});
  CHECK_FALSE(applies(interrupted, "T4"));
  CHECK_FALSE(applies(interrupted, "T5"));
  CHECK_FALSE(applies(chain(2, {shape(2, 2), activation(Activation::tanh), shape(1, 2)}), "T5"));
  CHECK(applies(chain(2, {shape(3, 2), block(3, 1)}), "T4"));         // augmented: the ODE exists
  CHECK_FALSE(applies(chain(2, {shape(3, 2), block(3, 1)}), "T10"));  // but may have critical points
}

TEST_CASE("a flow is regular by T10 where the layers round it have full row rank") {
  const Layer flow{OdeLayer{{{shape(2, 2), activation(Activation::tanh)}}, 1}};
  CHECK(applies(chain(2, {flow}), "T10"));
  CHECK(applies(chain(3, {shape(2, 3), flow}), "T10"));
  CHECK_FALSE(applies(chain(1, {shape(2, 1), flow}), "T10"));  // augmented
  CHECK_FALSE(applies(chain(2, {flow}), "T4"));
  CHECK_FALSE(applies(chain(2, {flow}), "T8"));
}

TEST_CASE("T8 needs second derivatives") {
  CHECK_FALSE(applies(chain(2, {block(2, 1, Activation::elu, 1)}), "T8"));
  CHECK_FALSE(applies(chain(2, {block(2, 1, Activation::relu)}), "T8"));
  CHECK(applies(chain(2, {block(2, 1, Activation::gelu)}), "T8"));
}

TEST_CASE("T9 needs width 1 throughout, but any branch") {
  CHECK(applies(chain(1, {scalar_block(1, 1, {1, 2, -3}, {1, 1, 1})}), "T9"));
  CHECK_FALSE(applies(chain(2, {shape(1, 2), scalar_block(1, 1, {1}, {1})}), "T9"));
  CHECK_FALSE(applies(chain(1, {shape(2, 1), block(2, 1), shape(1, 2)}), "T9"));
  CHECK_FALSE(applies(chain(1, {scalar_block(1, 1, {1}, {1}), affine({{0}})}), "T9"));
}

TEST_CASE("T9 with skip 0 needs neurons of one sign and positive slopes") {
  CHECK(applies(chain(1, {scalar_block(0, 1, {1, -2, 0}, {1, -3, 1})}), "T9"));
  CHECK(applies(chain(1, {scalar_block(0, -1, {1, -2}, {1, -3})}), "T9"));
  CHECK_FALSE(applies(chain(1, {scalar_block(0, 1, {1, 2}, {1, -3})}), "T9"));
  CHECK_FALSE(applies(chain(1, {scalar_block(0, 1, {0}, {1})}), "T9"));
  CHECK_FALSE(applies(chain(1, {scalar_block(0, 0, {1}, {1})}), "T9"));
  CHECK_FALSE(applies(chain(1, {scalar_block(0, 1, {1}, {1}, Activation::relu)}), "T9"));
}
