#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "level_set_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

std::string random_rows(std::size_t rows, std::size_t cols, std::mt19937& source) {
  std::string text;
  for (std::size_t i = 0; i < rows; ++i) {
    std::string row;
    for (std::size_t j = 0; j < cols; ++j)
      row += (j == 0 ? "" : ", ") + std::to_string(static_cast<int>(source() % 9) - 4);
    text += (i == 0 ? "[" : ", [") + row + ']';
  }
  return '[' + text + ']';
}

std::string random_bias(std::size_t n, std::mt19937& source) {
  const std::string rows = random_rows(1, n, source);
  return rows.substr(1, rows.size() - 2);
}

std::string zeros(std::size_t n) {
  std::string text = "0";
  for (std::size_t i = 1; i < n; ++i) text += ", 0";
  return '[' + text + ']';
}

/// relu layer, residual block and leaky layer, with small integers: many coincidences.
std::string random_network(std::size_t d, unsigned seed) {
  std::mt19937 source(seed);
  const std::size_t w = d == 3 ? 2 : 3;
  return model(
      d,
      affine_layer(random_rows(w, d, source), random_bias(w, source)) + ", " + relu_layer() + ", " +
          relu_block(random_rows(1, w, source), random_bias(1, source), random_rows(w, 1, source), zeros(w)) +
          ", " + affine_layer(random_rows(2, w, source), random_bias(2, source)) +
          R"(, {"type": "activation", "function": "leaky_relu", "alpha": "1/3"}, )" +
          affine_layer(random_rows(1, 2, source), random_bias(1, source)));
}

LevelSetParts tiled(std::size_t d, unsigned seed) {
  LevelSetParts p;
  p.model = random_network(d, seed);
  const BruteTiling tiling = tile_by_brute_force(p.model, nullptr);
  p.proof = "{\"space\": " + tiling_text(tiling, d, true) + "}";
  p.regions = std::to_string(tiling.patterns);
  p.verdict = "undecided";
  return p;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("checker: tiling accepts the cells that cutting by one neuron after the other leaves") {
  for (std::size_t d = 1; d <= 3; ++d) {
    for (unsigned seed = 0; seed < (d == 3 ? 4 : 12); ++seed) {
      INFO(d << ' ' << seed);
      LevelSetParts p = tiled(d, seed);
      CHECK(verdict_of(p) == "ACCEPTED");
      p.regions = std::to_string(std::stoi(p.regions) + 1);
      CHECK(verdict_of(p) == "level-set mismatch");
    }
  }
}

TEST_CASE("checker: tiling accepts the cells of a box") {
  for (std::size_t d = 1; d <= 3; ++d) {
    for (unsigned seed = 0; seed < 4; ++seed) {
      INFO(d << ' ' << seed);
      LevelSetParts p;
      p.verdict = "undecided";
      p.model = random_network(d, seed);
      const Box box{std::vector<double>(d, -1.5), std::vector<double>(d, 2)};
      const BruteTiling tiling = tile_by_brute_force(p.model, &box);
      p.domain = box_domain(box);
      p.proof = "{\"domain\": " + tiling_text(tiling, d, false) + "}";
      p.in_domain = std::to_string(tiling.charts[0].size());
      CHECK(verdict_of(p) == "ACCEPTED");
      p.domain = box_domain(Box{std::vector<double>(d, -1.5), std::vector<double>(d, 2.5)});
      CHECK(verdict_of(p) == "tiling incomplete");
      p.domain = box_domain(Box{std::vector<double>(d, -1), std::vector<double>(d, 2)});
      CHECK(verdict_of(p) == "tiling not-proved");
      p.domain = R"({"type": "space"})";
      CHECK(verdict_of(p) == "document inapplicable");
    }
  }
}

TEST_CASE("checker: tiling refuses every dropped, doubled and moved part of random tilings") {
  for (std::size_t d = 1; d <= 3; ++d) {
    const LevelSetParts good = tiled(d, 3);
    const BruteTiling tiling = tile_by_brute_force(good.model, nullptr);
    const auto with = [&](const BruteTiling& changed) {
      LevelSetParts p = good;
      p.proof = "{\"space\": " + tiling_text(changed, d, true) + "}";
      return verdict_of(p);
    };
    for (std::size_t k = 0; k < tiling.charts.size(); ++k) {
      for (std::size_t i = 0; i < tiling.charts[k].size(); ++i) {
        INFO(d << ' ' << k << ' ' << i);
        BruteTiling changed = tiling;
        changed.charts[k].push_back(changed.charts[k][i]);
        CHECK(with(changed) == "tiling not-proved");
        changed = tiling;
        changed.charts[k].erase(changed.charts[k].begin() + static_cast<std::ptrdiff_t>(i));
        CHECK((with(changed) == "tiling incomplete" ||
               (changed.charts[k].empty() && with(changed) == "document incomplete")));
        changed = tiling;
        Point& p = changed.charts[k][i][0][0];
        p[0] += Rational(1, 64);
        p[1] += Rational(1, 37);
        CHECK(with(changed) != "ACCEPTED");
        changed = tiling;
        changed.charts[k][i][0].pop_back();
        CHECK(with(changed) != "ACCEPTED");
        changed = tiling;
        if (d == 3 && changed.charts[k][i].size() > 4) {
          changed.charts[k][i].pop_back();
          CHECK(with(changed) == "tiling not-proved");
        }
      }
    }
    BruteTiling swapped = tiling;
    std::swap(swapped.charts[0], swapped.charts[1]);
    CHECK(with(swapped) == "tiling not-proved");
  }
}

TEST_CASE("checker: tiling refuses cells that are not convex or not properly turned") {
  LevelSetParts p;
  p.verdict = "undecided";
  p.regions = "1";
  p.model = model(2, affine_layer("[[1, 1]]", "[0]"));
  const auto with = [&](const std::string& chart0) {
    p.proof =
        R"({"space": {"vertices": [["1", "0", "0"], ["0", "1", "0"], ["0", "0", "1"], ["0", "-1", "0"], ["0", "0", "-1"], ["3", "1", "1"]],
                 "charts": [[)" +
        chart0 + "], [[0, 3, 2]], [[0, 1, 4]], [[0, 3, 4]]]}}";
    return verdict_of(p);
  };
  CHECK(with("[0, 1, 2]") == "ACCEPTED");
  CHECK(with("[2, 1, 0]") == "ACCEPTED");
  CHECK(with("[0, 1, 1]") == "tiling not-proved");
  CHECK(with("[0, 1, 2, 0]") == "tiling not-proved");
  CHECK(with("[0, 1, 2, 1]") == "tiling not-proved");
  CHECK(with("[0, 5, 1, 2]") == "tiling not-proved");
  CHECK(with("[0, 1]") == "document out-of-range");
  CHECK(with("[0, 1, 6]") == "document out-of-range");
  CHECK(with("[0, 1, 4]") == "tiling not-proved");
  CHECK(with("[0, 1, 5], [0, 5, 2], [5, 1, 2]") == "tiling not-proved");  // one pattern, three cells
  CHECK(with("") == "document incomplete");
}

TEST_CASE("checker: tiling in three dimensions refuses cells with a facet too few, twice, or bent") {
  const LevelSetParts good = tent(3);
  const std::string cell = "[[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]";
  // the corners of orthant 0 get the indices 0 … 3 in this or another order; find its text
  const std::size_t begin = good.proof.find("\"charts\": [[") + 12, end = good.proof.find("]]", begin) + 2;
  const std::string first = good.proof.substr(begin, end - begin);
  const auto with = [&](const std::string& text) {
    LevelSetParts p = good;
    p.proof.replace(begin, end - begin, text);
    return verdict_of(p);
  };
  CHECK(first.size() == cell.size());
  CHECK(with(cell) == "ACCEPTED");
  CHECK(with("[[1, 2, 3], [0, 2, 3], [0, 1, 3]]") == "document out-of-range");
  CHECK(with("[[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 3]]") == "tiling not-proved");
  CHECK(with("[[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2], [0, 1, 2]]") == "tiling not-proved");
  CHECK(with("[[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2], [0, 1, 2], [0, 1, 2]]") == "tiling not-proved");
  CHECK(with("[[1, 2, 3], [0, 2, 3], [0, 1, 3, 2], [0, 1, 2]]") == "tiling not-proved");
  CHECK(with("[[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3]]") == "tiling not-proved");
}

TEST_CASE("checker: tiling refuses what is not a list of integer points") {
  const LevelSetParts good = tent(1);
  const auto with = [&](const std::string& point) {
    LevelSetParts p = good;
    p.proof = replaced(p.proof, R"(["1", "0"])", point);
    return verdict_of(p);
  };
  CHECK(with(R"(["5", "0"])") == "ACCEPTED");
  CHECK(with(R"(["1", "0"], ["7", "0"])") != "ACCEPTED");  // all later indices are wrong
  CHECK(with(R"(["0", "0"])") == "document out-of-range");
  CHECK(with(R"(["-1", "0"])") == "document out-of-range");
  CHECK(with(R"(["1", "1/2"])") == "document wrong-type");
  CHECK(with(R"(["0x1p20", "0"])") == "document wrong-type");
  CHECK(with(R"([1, 0])") == "document wrong-type");
  CHECK(with(R"(["1"])") == "document mismatch");
  CHECK(with("[\"1\", \"" + std::string(30000, '9') + "\"]") == "document limit");
  LevelSetParts four = good;
  four.model = model(4, affine_layer("[[1, 1, 1, 1]]", "[0]"));
  CHECK(verdict_of(four) == "document inapplicable");
}

TEST_CASE("checker: tiling takes equal points under different indices for one vertex") {
  LevelSetParts p = tent(1);
  p.proof =
      R"({"space": {"vertices": [["1", "0"], ["0", "1"], ["0", "-1"], ["2", "0"]], "charts": [[[0, 1]], [[2, 3]]]}})";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.proof =
      R"({"space": {"vertices": [["1", "0"], ["0", "1"], ["0", "-1"], ["2", "-1"]], "charts": [[[0, 1]], [[2, 3]]]}})";
  CHECK(verdict_of(p) == "tiling incomplete");
}

TEST_CASE("checker: tiling with more signs than the limit is refused before it takes memory") {
  LevelSetParts p;
  p.verdict = "undecided";
  std::string layers;
  for (int i = 0; i < 300; ++i) layers += relu_layer() + ", ";
  std::string vertices = "[\"1\"";
  for (int i = 0; i < 3; ++i) vertices += ", \"1\"";
  vertices += "]";
  std::string many = vertices;
  for (int i = 0; i < 1200; ++i) many += ", " + vertices;
  std::string rows = "[1, 0, 0]", bias = "0";
  for (int i = 1; i < 3000; ++i) rows += ", [1, 0, 0]", bias += ", 0";
  p.model = model(3, affine_layer('[' + rows + ']', '[' + bias + ']') + ", " + layers + relu_layer());
  p.proof = R"({"space": {"vertices": [)" + many + R"(], "charts": [[], [], [], [], [], [], [], []]}})";
  CHECK(verdict_of(p) == "document limit");
}
