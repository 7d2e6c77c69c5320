// Leaves that are tested several at a time: none may be lost, whatever is tested with it.
#include "checker/leaf_tests.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "leaf_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

/// f(x) + g(y)/8, f(t) = softplus(t) - softplus(t - 1)/2 - t/4, g(t) = softplus(t) - t/4: f' rises through 0 at -0.7294…, where the second
/// layer is singular. Wide boxes need pieces, as σ(x) and σ(x - 1) cancel.
Setting valley() {
  return setting_of(model(2, R"({"type": "affine", "weight": [[1, 0], [0, 1]], "bias": [0, 0]},
    {"type": "residual", "skip": "-1/4", "residual": 1, "branch": [
      {"type": "affine", "weight": [[1, 0], [1, 0], [0, 1]], "bias": [0, -1, 0]}, {"type": "activation", "function": "softplus"},
      {"type": "affine", "weight": [[1, "-1/2", 0], [0, 0, 1]], "bias": [0, 0]}]},
    {"type": "affine", "weight": [[1, "1/8"]], "bias": [0]})"),
                    Family::fixed);
}

Leaf sign_leaf(std::size_t prefix, const std::vector<double>& u) {
  Leaf leaf;
  leaf.rule = find_leaf_rule("direction-sign");
  leaf.prefix = prefix;
  for (const double x : u) leaf.direction.emplace_back(x, leaf_precision);
  return leaf;
}

struct Wanted {
  Leaf leaf;
  Box box;
};

/// All leaves hold.
bool all_hold(const Setting& s, const std::vector<Wanted>& leaves) {
  const Json text{};
  const Field at(text, "proof.tree");
  LeafTests tests(s);
  try {
    for (const Wanted& wanted : leaves) tests.require(wanted.leaf, at, wanted.box);
    tests.finish();
  } catch (const Rejection&) {
    return false;
  }
  return true;
}

const Box easy{{1, 0}, {1.25, 1}}, right{{-0.5, 0}, {24, 1}};
const Box left_half_holds{{-8, 0}, {-0.5, 1}}, right_half_holds{{-1, 0}, {24, 1}};

}  // namespace

TEST_CASE("checker: a leaf that does not hold is found among others, in any place") {
  const Setting s = valley();
  const Leaf leaf = sign_leaf(0, {1, 0});
  REQUIRE(leaf.rule->quick({{&leaf, &easy}}, s)[0]);
  REQUIRE_FALSE(leaf.rule->quick({{&leaf, &right}}, s)[0]);
  for (const Box& usual : {easy, right}) {  // the second kind needs pieces: later leaves start with smaller ones
    for (const Box& wrong : {left_half_holds, right_half_holds}) {
      for (std::size_t count : {1, 3, 4, 5, 17}) {
        for (std::size_t place = 0; place <= count; ++place) {
          std::vector<Wanted> leaves(count, {sign_leaf(0, {1, 0}), usual});
          if (place < count) leaves[place].box = wrong;
          CAPTURE(usual.lo[0], wrong.lo[0], count, place);
          REQUIRE(all_hold(s, leaves) == (place == count));
        }
      }
    }
  }
}

TEST_CASE("checker: leaves with different prefixes and rules are tested apart") {
  const Setting s = valley();
  const Leaf regular = [] {
    Leaf leaf;
    leaf.rule = find_leaf_rule("layers-regular");
    return leaf;
  }();
  std::vector<Wanted> leaves;
  for (int k = 0; k < 5; ++k) {
    leaves.push_back({sign_leaf(0, {1, 0}), easy});
    leaves.push_back({sign_leaf(1, {0, 1}), easy});
    leaves.push_back({sign_leaf(3, {1}), right});  // v_3 = 1
    leaves.push_back({regular, right});
  }
  CHECK(all_hold(s, leaves));
  leaves[6] = {sign_leaf(3, {1}), right_half_holds};  // the second layer is singular there
  CHECK_FALSE(all_hold(s, leaves));
  leaves[6] = {regular, right_half_holds};
  CHECK_FALSE(all_hold(s, leaves));
  leaves[6] = {sign_leaf(1, {1, 0}), right_half_holds};
  CHECK_FALSE(all_hold(s, leaves));
  const Leaf a = sign_leaf(0, {1, 0}), b = sign_leaf(3, {1});
  const auto always = [](const Piece&, Carry) { return true; };
  CHECK(ask_engines({{&a, &easy}, {&b, &easy}}, 0, s, 7, always) == Answers{});
}

TEST_CASE("checker: each engine's answers go to the pieces that it was asked about") {
  const Setting s = setting_of(deep_model(3, 0.5, 1), Family::shared);  // no rows: one piece after the other
  const Leaf leaf = sign_leaf(0, {1, 0});
  const std::array<Box, lane_count> boxes{Box{{0, 0}, {1, 1}}, Box{{1, 0}, {2, 1}}, Box{{2, 0}, {3, 1}}, Box{{3, 0}, {4, 1}}};
  const std::vector<Piece> pieces = {{&leaf, &boxes[0]}, {&leaf, &boxes[1]}, {&leaf, &boxes[2]}, {&leaf, &boxes[3]}};
  for (unsigned by_values = 0; by_values < 16; ++by_values) {
    for (unsigned by_symbols = 0; by_symbols < 16; ++by_symbols) {
      s.order.skipped = 0;
      const auto one = [&](const Piece& piece, Carry carry) {
        const auto k = static_cast<std::size_t>(piece.box - boxes.data());
        return ((carry == Carry::values ? by_values : by_symbols) >> k & 1) != 0;
      };
      const Answers answers = ask_engines(pieces, 0, s, 7, one);
      for (std::size_t k = 0; k < lane_count; ++k) REQUIRE(answers[k] == (((by_values | by_symbols) >> k & 1) != 0));
      CHECK(s.order.skipped == (by_values == 15 ? 0 : 7));
    }
  }
}

TEST_CASE("checker: several threads may check at a time") {
  Search found;
  const std::string network = deep_model(8, 0.5, 7);
  Domain domain;
  domain.type = Domain::Type::box;
  domain.box = Box{{-2, -2}, {2, 2}};
  found = search(network, domain, 12);
  Parts p;
  p.model = network;
  p.domain = R"({"type": "box", "bounds": [[-2, 2], [-2, 2]]})";
  p.proof = found.proof;
  p.points = found.points;
  const std::string expected = verdict_of(p);
  std::array<std::string, 4> verdicts;
  std::vector<std::thread> threads;
  for (std::string& verdict : verdicts) {
    threads.emplace_back([&] {
      for (int k = 0; k < 5; ++k) {
        verdict = verdict_of(p);
        if (verdict != expected) break;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& verdict : verdicts) CHECK(verdict == expected);
}
