#include <catch2/catch.hpp>
#include <random>

#include "regime_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

std::string ratio(const std::string& at, const std::string& test, int layer = 1) {
  return "{\"layer\": " + std::to_string(layer) + ", \"at\": \"" + at + "\", \"test\": \"" + test + "\"}";
}

RegimeParts with_ratio(RegimeParts p, const std::string& step) {
  p.ratios = {step};
  return p.leaf(R"(["none", "ratios"])");
}

/// A network of which every residual layer is of the family, over the joint box.
struct Member {
  Setting setting;
  Box joint;
};

Setting setting_of(const std::string& text, std::size_t d, Family family) {
  const Json json = parse_json(text, "model");
  const Network network = read_network(Field(json, "model"));
  Setting setting(fold_output(network, Output{}), d, Domain{});
  for (Layer& layer : setting.chain)
    layer.family = layer.kind == LayerKind::residual ? family : Family::fixed;
  prepare_for_boxes(setting);
  return setting;
}

/// The member of the family with these parameters, as a network of its own.
Setting member_of(Setting setting, double skip, double residual) {
  for (Layer& layer : setting.chain) {
    if (layer.kind != LayerKind::residual) continue;
    layer.skip = layer.family == Family::shared ? Rational(skip) : Rational(layer.skip * Rational(skip));
    layer.residual =
        layer.family == Family::shared ? Rational(residual) : Rational(layer.residual * Rational(residual));
    layer.family = Family::fixed;
  }
  prepare_for_boxes(setting);
  return setting;
}

bool contains(const Interval& outer, const Interval& inner) {
  return less_equal(outer.lo, inner.lo) && less_equal(inner.hi, outer.hi);
}

}  // namespace

TEST_CASE("checker: passes over parameters enclose every member of the family") {
  std::mt19937 source(3);
  const auto within = [&](double lo, double hi) {
    return lo + (hi - lo) * static_cast<double>(source() % 1025) / 1024;
  };
  for (const Family family : {Family::shared, Family::scaled}) {
    const Setting all = setting_of(deep_model(4, -0.75, 5), 2, family);
    const Box joint{{-0.5, 0.25, 0.75, -0.25}, {-0.25, 0.5, 1, 0.125}};
    const std::vector<Interval> u = {Interval(1), Interval(-2)};
    for (const Carry carry : {Carry::values, Carry::symbols}) {
      BoxPass pass(all.leaf_chain, 0, joint, leaf_precision, carry);
      const Interval value = pass.finish()[0].value.range, slope = pass.row_vector_along(1, u).range,
                     next = pass.next_row_vector_along(1, u).range;
      INFO(value.lo.approx() << ' ' << value.hi.approx());
      CHECK((Interval(value.hi) - Interval(value.lo) - 3.0).negative());
      for (int sample = 0; sample < 40; ++sample) {
        const Setting one = member_of(all, within(0.75, 1), within(-0.25, 0.125));
        const std::vector<double> x = {within(-0.5, -0.25), within(0.25, 0.5)};
        BoxPass exact(one.point_chain, 0, Box{x, x}, point_precision, Carry::values);
        CHECK(contains(value, exact.finish()[0].value.range));
        CHECK(contains(slope, exact.row_vector_along(1, u).range));
        CHECK(contains(next, exact.row_vector_along(1, u).range));
      }
    }
  }
}

TEST_CASE("checker: none/ratios compares the largest ratio of the cell with what is proved") {
  CHECK(verdict_of(with_ratio(line("-1").cell("[1, 2]", "[0, 0.9]"), ratio("99/100", "norm"))) == "ACCEPTED");
  CHECK(verdict_of(with_ratio(line("-1").cell("[1, 2]", "[0, 0.99]"), ratio("99/100", "norm"))) ==
        "ACCEPTED");  // the double is less
  CHECK(verdict_of(with_ratio(line("-1").cell("[1, 2]", "[0, 0.75]"), ratio("3/4", "norm"))) ==
        "ratios not-proved");
  CHECK(verdict_of(with_ratio(line("-1").cell("[0.5, 2]", "[0, 0.9]"), ratio("99/100", "norm"))) ==
        "ratios not-proved");
  CHECK(verdict_of(with_ratio(line("-1").cell("[1, 2]", "[0, 0.9]"), ratio("1", "norm"))) ==
        "norm not-proved");
  CHECK(verdict_of(with_ratio(line("1").cell("[1, 2]", "[0, 1000]"), ratio("infinity", "symmetric-part"))) ==
        "ACCEPTED");
  CHECK(verdict_of(with_ratio(line("-1").cell("[1, 2]", "[0, 1000]"), ratio("infinity", "symmetric-part"))) ==
        "symmetric-part not-proved");
  CHECK(verdict_of(line("-1").cell("[1, 2]", "[0, 0.9]").leaf(R"(["none", "ratios"])")) ==
        "ratios not-proved");  // no steps
}

TEST_CASE("checker: none/ratios refuses parameters of other signs and 0 for the skip") {
  const std::string all = ratio("infinity", "symmetric-part");
  CHECK(verdict_of(with_ratio(line().cell("[0, 1]", "[0, 1]"), all)) == "ratios not-proved");
  CHECK(verdict_of(with_ratio(line().cell("[-1, -0.5]", "[0, 1]"), all)) == "ratios not-proved");
  CHECK(verdict_of(with_ratio(line().cell("[-1, -0.5]", "[-1, 0]"), all)) ==
        "ratios not-proved");  // true, but not offered
  CHECK(verdict_of(with_ratio(line().cell("[0.5, 1]", "[-1, 1]"), all)) == "ratios not-proved");
  CHECK(verdict_of(with_ratio(line().cell("[0.5, 1]", "[0, 1]"), all)) == "ACCEPTED");
}

TEST_CASE("checker: none/ratios takes the sign and the size of the layer's own ratio in a scaled family") {
  RegimeParts p;
  p.type = "scaled";
  const auto with = [&](const std::string& skip, const std::string& residual, const std::string& weight,
                        const std::string& step) {
    p.model = model(1, scalar_block(skip, residual, "\"tanh\"", weight));
    return verdict_of(with_ratio(p.cell("[1, 2]", "[0, 0.75]"), step));
  };
  CHECK(with("1", "1", "1", ratio("infinity", "symmetric-part")) == "ACCEPTED");
  CHECK(with("1", "-1", "1", ratio("infinity", "symmetric-part")) == "symmetric-part not-proved");
  CHECK(with("-1", "-1", "1", ratio("infinity", "symmetric-part")) == "ACCEPTED");
  CHECK(with("1", "-1", "-1", ratio("infinity", "symmetric-part")) == "ACCEPTED");
  CHECK(with("1", "-1", "1", ratio("4/5", "norm")) == "ACCEPTED");
  CHECK(with("1", "-2", "0.5", ratio("4/5", "norm")) == "ratios not-proved");  // 2 · 3/4
  CHECK(with("1", "-2", "0.5", ratio("8/5", "norm")) == "ACCEPTED");
  CHECK(with("4", "-2", "0.5", ratio("2/5", "norm")) == "ACCEPTED");
  CHECK(with("0", "-2", "0.5", ratio("2/5", "norm")) == "document mismatch");
}

TEST_CASE("checker: none/ratios needs regular layers elsewhere") {
  RegimeParts p;
  const std::string block = scalar_block("1", "1", "\"tanh\"");
  const auto with = [&](const std::string& layers) {
    p.model = model(1, layers);
    return verdict_of(with_ratio(p.cell("[1, 2]", "[0, 1]"), ratio("infinity", "symmetric-part")));
  };
  CHECK(
      with(
          block +
          R"(, {"type": "activation", "function": "tanh"}, {"type": "affine", "weight": [[3]], "bias": [0]})") ==
      "ACCEPTED");
  CHECK(with(block + R"(, {"type": "activation", "function": "sin"})") == "ratios not-proved");
  CHECK(with(block + R"(, {"type": "affine", "weight": [[0]], "bias": [0]})") == "ratios not-proved");
  CHECK(with(block + ", " + block) == "ratios not-proved");  // nothing about the second
  CHECK(with(R"({"type": "activation", "function": "relu"})") == "document inapplicable");
}

TEST_CASE("checker: none/vertices decides cells that touch 0 as the slopes of tanh allow") {
  const auto with = [](const std::string& weight, const std::string& skip, const std::string& residual) {
    return verdict_of(line(weight).cell(skip, residual).leaf(R"(["none", "vertices"])"));
  };
  CHECK(with("1", "[0, 1]", "[0.5, 1]") == "ACCEPTED");           // ε + δσ' > 0, also at ε = 0
  CHECK(with("1", "[0, 1]", "[0, 1]") == "vertices not-proved");  // nothing is left at (0, 0)
  CHECK(with("1", "[0.25, 1]", "[0, 1]") == "ACCEPTED");
  CHECK(with("1", "[-1, 0]", "[-1, -0.5]") == "ACCEPTED");    // all signs turned
  CHECK(with("1", "[-1, -0.5]", "[0, 0.25]") == "ACCEPTED");  // |δ| < |ε|
  CHECK(with("1", "[-0.1, 1]", "[0.5, 1]") == "vertices not-proved");
  CHECK(with("1", "[0.5, 1]", "[-0.5, 1]") ==
        "vertices not-proved");  // ε = -δ at one corner, where σ'(0) = 1
  CHECK(with("1", "[0.5, 1]", "[-0.4375, 1]") == "ACCEPTED");
  CHECK(with("-1", "[0.5, 1]", "[0, 0.625]") == "vertices not-proved");
}

TEST_CASE("checker: none/vertices handles two neurons, closed slopes and rank-deficient products") {
  RegimeParts p;
  const auto with = [&](const std::string& layer, const std::string& skip, const std::string& residual) {
    p.model = model(2, layer + R"(, {"type": "affine", "weight": [[1, 2]], "bias": [0]})");
    return verdict_of(p.cell(skip, residual).leaf(R"(["none", "vertices"])"));
  };
  const auto block = [](const std::string& before, const std::string& function, const std::string& more) {
    return R"({"type": "residual", "skip": 1, "residual": 1, "branch": [{"type": "affine", "weight": )" +
           before + R"(, "bias": [0, 0]},
            {"type": "activation", "function": ")" +
           function + "\"}" + more + "]}";
  };
  CHECK(with(block("[[1, -1], [1, 1]]", "tanh", ""), "[0, 1]", "[0.5, 1]") == "ACCEPTED");      // a P-matrix
  CHECK(with(block("[[1, -1], [1, 1]]", "softplus", ""), "[0, 1]", "[0.5, 1]") == "ACCEPTED");  // open slopes
  CHECK(with(block("[[1, -1], [1, 1]]", "sin", ""), "[0, 1]", "[0.5, 1]") ==
        "vertices not-proved");  // closed slopes reach 0
  CHECK(with(block("[[1, -1], [1, 1]]", "sin", ""), "[1, 2]", "[0, 0.25]") == "ACCEPTED");
  CHECK(with(block("[[1, 1], [1, 1]]", "tanh", ""), "[0, 1]", "[0.5, 1]") ==
        "vertices not-proved");  // rank 1 at ε = 0
  CHECK(with(block("[[1, 1], [1, 1]]", "tanh", ""), "[0.125, 1]", "[0, 1]") == "ACCEPTED");
  CHECK(with(block("[[0, 1], [1, 0]]", "tanh", ""), "[0.125, 1]", "[0.5, 1]") ==
        "vertices not-proved");  // ε² - δ²σ'σ'
  CHECK(
      with(
          block(
              "[[1, -1], [1, 1]]", "tanh",
              R"(, {"type": "batch_norm", "scale": [1, 2], "bias": [0, 0], "mean": [0, 0], "variance": [3, 1], "epsilon": 0})"),
          "[0.125, 1]", "[0.5, 1]") == "ACCEPTED");
}

TEST_CASE("checker: none/tree covers the domain times the cell") {
  RegimeParts p = line().cell("[0.45, 0.55]", "[-1.6, -1.4]");
  p.domain = R"({"type": "box", "bounds": [[2, 4]]})";
  const auto with = [&](const std::string& operations) {
    return verdict_of(p.leaf("[\"none\", \"tree\", " + operations + "]"));
  };
  CHECK(with(R"([["layers-regular"]])") == "ACCEPTED");
  CHECK(with(R"([["direction-sign", 0, [1]]])") == "ACCEPTED");
  CHECK(
      with(
          R"([["split", 0], ["layers-regular"], ["split", 2], ["layers-regular"], ["split", 1], ["layers-regular"], ["direction-sign", 1, [1]]])") ==
      "ACCEPTED");
  CHECK(with(R"([["split", 3], ["layers-regular"], ["layers-regular"]])") == "document out-of-range");
  CHECK(with(R"([["split", 0], ["layers-regular"]])") == "document incomplete");
  CHECK(with(R"([["undecided"]])") == "tree not-proved");
  CHECK(with(R"([["unique-zero", 0]])") == "document out-of-range");
  CHECK(with(R"([["direction-sign", 3, [1]]])") == "document out-of-range");
  p.domain = R"({"type": "box", "bounds": [[0.5, 4]]})";
  CHECK(with(R"([["layers-regular"]])") == "layers-regular not-proved");
  p.domain = R"({"type": "box", "bounds": [[-0.5, 0.5]]})";  // below -ε everywhere
  CHECK(with(R"([["layers-regular"]])") == "ACCEPTED");
  p.domain = R"({"type": "space"})";
  CHECK(with(R"([["layers-regular"]])") == "document inapplicable");
}

TEST_CASE("checker: a regime map is a quad-tree whose areas add up") {
  // ε in [1, 2], δ in [-4, 4]: none where δ > -ε, for sure in the upper half
  RegimeParts p = line().cell("[1, 2]", "[-4, 4]");
  p.depth = 1;
  p.map = {R"(["quarter"])", R"(["undecided"])", R"(["exists", "sign-change", 0, [[0.125, 8]]])",
           R"(["none", "vertices"])", R"(["none", "vertices"])"};
  p.none = "1/2";
  p.exists = "1/4";
  p.undecided = "1/4";
  CHECK(verdict_of(p) == "sign-change not-proved");  // δ > -ε is not excluded
  p.map[2] = R"(["undecided"])";
  p.exists = "0";
  p.undecided = "1/2";
  CHECK(verdict_of(p) == "ACCEPTED");
  CHECK(check_parts(p).claim ==
        "regime-map proved on R^1 output 0, shared skip [1,2] residual [-4,4] depth 1: none 1/2 exists 0 "
        "undecided 1/2");
  p.depth = 2;
  CHECK(verdict_of(p) == "document mismatch");  // undecided cells that could be cut
  p.verdict = "undecided";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.depth = 0;
  CHECK(verdict_of(p) == "document out-of-range");
  p.depth = 1;
  p.verdict = "proved";
  p.none = "3/4";
  CHECK(verdict_of(p) == "document mismatch");
  p.none = "2/4";
  CHECK(verdict_of(p) == "document mismatch");
  p.none = "1/2";
  std::swap(p.map[1], p.map[3]);  // the lower half has critical points
  CHECK(verdict_of(p) == "vertices not-proved");
  std::swap(p.map[1], p.map[3]);
  p.map.pop_back();
  CHECK(verdict_of(p) == "document incomplete");
  p.map.push_back(R"(["undecided"])");
  p.map.push_back(R"(["undecided"])");
  CHECK(verdict_of(p) == "document mismatch");
}

TEST_CASE("checker: the quarters of a regime map come in the order of their skip, then of their residual") {
  // ε in [-2, 2], δ in [4, 8]: regular exactly where ε >= 0 or ε < -δ
  RegimeParts p = line().cell("[-2, 2]", "[4, 8]");
  p.depth = 1;
  p.none = "1/2";
  p.undecided = "1/2";
  const std::string none = R"(["none", "vertices"])", undecided = R"(["undecided"])";
  p.map = {R"(["quarter"])", undecided, none, undecided, none};
  CHECK(verdict_of(p) == "ACCEPTED");
  p.map = {R"(["quarter"])", none, undecided, none, undecided};
  CHECK(verdict_of(p) == "vertices not-proved");
  p.map = {R"(["quarter"])", undecided, undecided, none, none};
  CHECK(verdict_of(p) == "vertices not-proved");
}

TEST_CASE("checker: malformed regime maps are refused") {
  const auto with = [](const std::string& operation) {
    RegimeParts p = line().leaf(operation);
    p.none = "1";
    return verdict_of(p);
  };
  CHECK(with("[]") == "document wrong-type");
  CHECK(with("[\"none\"]") == "document mismatch");
  CHECK(with("[\"none\", \"magic\"]") == "document unknown");
  CHECK(with("[\"none\", \"vertices\", 1]") == "document mismatch");
  CHECK(with("[\"exists\", \"magic\"]") == "document unknown");
  CHECK(with("[\"exists\", \"winding\"]") == "document mismatch");
  CHECK(with("[\"undecided\", 1]") == "document mismatch");
  CHECK(with("[\"quarter\"]") == "document out-of-range");
  CHECK(with("[\"all\", \"vertices\"]") == "document unknown");
  CHECK(with("[[\"none\"], \"vertices\"]") == "document wrong-type");
  RegimeParts p = line("1").cell("[1, 1]", "[2, 2]").leaf(R"(["none", "vertices"])");
  CHECK(verdict_of(p) == "ACCEPTED");  // a single network
  p.depth = 25;
  CHECK(verdict_of(p) == "document out-of-range");
  p.depth = 0;
  p.cell("[1, 0]", "[2, 2]");
  CHECK(verdict_of(p) == "document out-of-range");
}
