#include <catch2/catch.hpp>
#include <random>

#include "checker/rules/robustness.hpp"
#include "robust_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

/// One image of label 0 at (3/2, 1/2): f_0 − f_1 is 1 there, and 1 − 2r at the worst point of the ball.
std::string two(const std::string& radius, int label = 0, const std::string& pixels = "[3, 1]") {
  return verdict_of(RobustParts{two_classes(), image(0, label, radius, pixels)});
}

SparseNetwork read(const std::string& text) {
  const Json json = parse_json(text, "model");
  return read_sparse_network(Field(json, "model"));
}

std::string reading(const std::string& layers, std::size_t d = 12) {
  try {
    (void)read(model(d, layers));
    return "read";
  } catch (const Rejection& rejection) {
    return name_of(rejection.rejected.reason);
  }
}

std::string list_of(const std::vector<double>& numbers) {
  std::string text;
  for (const double x : numbers) text += (text.empty() ? "" : ", ") + std::to_string(static_cast<int>(x));
  return '[' + text + ']';
}

const std::string last =
    dense("[[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]]", "[0, 0]");

}  // namespace

TEST_CASE("checker: interval-margin is strict at the largest radius") {
  CHECK(two("0") == "ACCEPTED");
  CHECK(two("0.4999999") == "ACCEPTED");
  CHECK(two("0.5") == "interval-margin not-proved");
  CHECK(two("0.50001") == "interval-margin not-proved");
  CHECK(two("0", 1) == "interval-margin not-proved");
  CHECK(two("0", 0, "[1, 1]") == "interval-margin not-proved");  // a tie
  CHECK(two("0.4999999", 0, "[2, 1]") == "interval-margin not-proved");
  CHECK(two("1e308") == "interval-margin not-proved");
  CHECK(two("-0.1") == "document out-of-range");
}

TEST_CASE("checker: interval-margin takes the difference of the last rows before the product") {
  // f_0 − f_1 = x_0 + 1, although both vary by 1000 on the ball
  RobustParts p{model(2, dense("[[1000, 1000], [999, 1000]]", "[1, 0]")), image(0, 0, "1", "[2, 2]")};
  CHECK(verdict_of(p) == "ACCEPTED");
  p.images = image(0, 0, "2.001", "[2, 2]");
  CHECK(verdict_of(p) == "interval-margin not-proved");
}

TEST_CASE("checker: interval-margin goes through relu, residual layers and all classes") {
  const std::string relu = activated("relu"),
                    block = R"({"type": "residual", "skip": 1, "residual": "-1/2", "branch": [)" +
                            dense("[[1, 0], [0, 1]]", "[0, -1]") + ", " + relu + "]}";
  // x − relu(x − (0, 1))/2, so (3/2, 1/2) becomes (3/4, 1/2)
  RobustParts p{model(2, block + ", " + dense("[[1, 0], [0, 1], [0, 0]]", "[0, 0, 0]")),
                image(0, 0, "0.0999", "[3, 1]")};
  CHECK(verdict_of(p) ==
        "ACCEPTED");  // 3/4 − 3/2 r − (1/2 + r) > 0 for r < 1/10: the two parts are taken as independent
  p.images = image(0, 0, "0.1", "[3, 1]");
  CHECK(verdict_of(p) == "interval-margin not-proved");
  p.model =
      model(2, block + ", " +
                   dense("[[1, 0], [0, 1], [1, 0]]", "[0, 0, 0]"));  // a third class as large as the first
  p.images = image(0, 0, "0", "[3, 1]");
  CHECK(verdict_of(p) == "interval-margin not-proved");
  p.model = model(2, relu + ", " + dense("[[1, 0], [-1, 0]]", "[0, 0]"));
  p.images = image(0, 0, "0", "[0, 0]");  // relu at 0
  CHECK(verdict_of(p) == "interval-margin not-proved");
  p.images = image(0, 0, "0.4", "[1, 0]");
  CHECK(verdict_of(p) == "ACCEPTED");
  p.model = model(2, dense("[[1e308, 1e308], [1e308, 1e308]]", "[1e308, 1e308]") + ", " + relu + ", " +
                         dense("[[1e308, 0], [0, 0]]", "[0, 0]"));
  CHECK(verdict_of(p) == "interval-margin not-proved");  // infinite
  p.model = model(2, dense("[[1e308, 1e308], [1e308, 1e308]]", "[1e308, 1e308]") + ", " +
                         dense("[[1, -1], [0, 0]]", "[1, 0]"));
  CHECK(verdict_of(p) == "interval-margin not-proved");  // infinity minus infinity
}

TEST_CASE("checker: interval-margin encloses exact numbers that are no doubles") {
  // f_0 − f_1 = x_0/3 − 1/6 + 10^-30 is 10^-30 at 1/2: beyond what doubles can show
  RobustParts p{model(2, dense(R"([["1/3", 0], [0, 0]])", R"([0, "1/6"])")), image(0, 0, "0", "[1, 0]")};
  CHECK(verdict_of(p) == "interval-margin not-proved");
  p.model = model(2, dense(R"([["1/3", 0], [0, 0]])", R"([0, "16666666/100000000"])"));
  CHECK(verdict_of(p) == "ACCEPTED");
  p.scale = R"("1/3")";
  p.model = model(2, dense("[[3, 0], [0, 0]]", "[0, 1]"));  // 3·(1/3) − 1 = 0
  CHECK(verdict_of(p) == "interval-margin not-proved");
}

TEST_CASE("checker: convolutions are the sums that FORMAT.md states") {
  std::mt19937 source(7);
  for (int trial = 0; trial < 60; ++trial) {
    const bool two_axes = trial % 2 == 0;
    const int rows = two_axes ? 3 : 1, cols = two_axes ? 2 : 6, k1 = two_axes ? 1 + trial / 2 % 3 : 1,
              k2 = 1 + trial / 6 % 2, padding = trial % 3;
    const int channels = 2, outputs = 2, q1 = padding == 2 ? rows - k1 + 1 : rows,
              q2 = padding == 2 ? cols - k2 + 1 : cols;
    const int s1 = padding == 1 ? (k1 - 1) / 2 : 0, s2 = padding == 1 ? (k2 - 1) / 2 : 0;
    const auto random = [&] { return static_cast<double>(source() % 19) - 9; };
    double w[2][2][3][2];
    std::string weight;
    for (int o = 0; o < outputs; ++o) {
      weight += o == 0 ? "[[" : ", [";
      for (int c = 0; c < channels; ++c) {
        std::string kernel;
        for (int i = 0; i < k1; ++i) {
          std::vector<double> row;
          for (int j = 0; j < k2; ++j) row.push_back(w[o][c][i][j] = random());
          kernel += (i == 0 ? "" : ", ") + list_of(row);
        }
        weight += (c == 0 ? "" : ", ") + (two_axes ? '[' + kernel + ']' : kernel);
      }
      weight += ']';
    }
    std::string ending = "[[1";
    for (int i = 1; i < outputs * q1 * q2; ++i) ending += ", 0";
    const std::string rest = ending.substr(3);
    const SparseNetwork network =
        read(model(12, conv(weight + ']', "[5, -3]", two_axes ? "[2, 3, 2]" : "[2, 6]",
                            padding == 0   ? "one-sided"
                            : padding == 1 ? "same"
                                           : "valid") +
                           ", " + dense(ending + "], [1" + rest + "]]", "[0, 0]")));
    std::vector<Range> x;
    for (int i = 0; i < 12; ++i) x.push_back({random(), 0}), x.back().hi = x.back().lo;
    const std::vector<Range> y = propagate(network, x, nullptr);
    REQUIRE(y.size() == static_cast<std::size_t>(outputs * q1 * q2));
    for (int o = 0; o < outputs; ++o) {
      for (int p1 = 0; p1 < q1; ++p1) {
        for (int p2 = 0; p2 < q2; ++p2) {
          double sum = o == 0 ? 5 : -3;
          for (int c = 0; c < channels; ++c) {
            for (int i = 0; i < k1; ++i) {
              for (int j = 0; j < k2; ++j) {
                const int a = p1 + i - s1, b = p2 + j - s2;
                if (a >= 0 && a < rows && b >= 0 && b < cols)
                  sum += w[o][c][i][j] * x[static_cast<std::size_t>((c * rows + a) * cols + b)].lo;
              }
            }
          }
          const Range& found = y[static_cast<std::size_t>((o * q1 + p1) * q2 + p2)];
          CAPTURE(trial, o, p1, p2);
          REQUIRE(found.lo <= sum);
          REQUIRE(found.hi >= sum);
          REQUIRE(found.hi - found.lo < 1e-9);
        }
      }
    }
  }
}

TEST_CASE("checker: ranges of sparse networks hold what points give") {
  std::mt19937 source(8);
  std::uniform_real_distribution<double> unit(-1, 1);
  const std::string relu = activated("relu");
  for (int trial = 0; trial < 20; ++trial) {
    std::string rows;
    for (int i = 0; i < 3; ++i)
      rows += (i == 0 ? "[" : ", [") + std::to_string(unit(source)) + ", \"" + std::to_string(trial + 1) +
              "/7\", " + std::to_string(unit(source)) + ']';
    const std::string map = dense('[' + rows + ']', "[0.25, 0, -0.25]");
    const SparseNetwork network = read(
        model(3, map + ", " + relu + R"(, {"type": "residual", "skip": "1/3", "residual": -2, "branch": [)" +
                     map + ", " + relu + ", " + map + "]}, " + dense("[[1, 0, 0], [0, 1, 0]]", "[0, 0]")));
    std::vector<Range> box, point;
    for (int i = 0; i < 3; ++i) {
      const double a = unit(source), b = unit(source);
      box.push_back({std::fmin(a, b), std::fmax(a, b)});
    }
    const std::vector<Range> wide = propagate(network, box, nullptr);
    for (int sample = 0; sample < 30; ++sample) {
      point.clear();
      for (const Range& side : box) {
        const double t = sample < 8 ? (sample >> point.size() & 1) : 0.5 + 0.5 * unit(source),
                     x = side.lo + t * (side.hi - side.lo);
        point.push_back({x, x});
      }
      const std::vector<Range> narrow = propagate(network, point, nullptr);
      for (std::size_t i = 0; i < 3; ++i) {
        REQUIRE(narrow[i].lo <= narrow[i].hi);
        REQUIRE(wide[i].lo <= narrow[i].lo);
        REQUIRE(narrow[i].hi <= wide[i].hi);
      }
    }
  }
}

TEST_CASE("checker: sparse networks are read strictly") {
  const std::string good = conv("[[[1, 2]], [[3, 4]]]", "[0, 0]", "[1, 12]", "same");
  const std::string end = dense(
      "[[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, "
      "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]",
      "[0, 0]");
  CHECK(reading(good + ", " + end) == "read");
  CHECK(reading(last) == "read");
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return reading(text.replace(text.find(from), from.size(), to) + ", " + end);
  };
  CHECK(changed("[3, 4]", "[3]") == "mismatch");  // ragged
  CHECK(changed("[3, 4]", "[3, 4, 5]") == "mismatch");
  CHECK(changed("[[[1, 2]]", "[[[]]") == "mismatch");
  CHECK(changed("[[[1, 2]]", "[[[1, 2], [1, 2]]") == "mismatch");
  CHECK(changed("[1, 12]", "[2, 12]") == "mismatch");
  CHECK(changed("[1, 12]", "[1, 3, 4]") == "wrong-type");
  CHECK(changed("[1, 12]", "[12]") == "mismatch");
  CHECK(changed("[1, 12]", "[1, 1, 12, 1]") == "mismatch");
  CHECK(changed("[0, 0]", "[0]") == "mismatch");
  CHECK(changed("\"same\"", "\"full\"") == "unknown");
  CHECK(changed("\"stride\": 1", "\"stride\": 2") == "out-of-range");
  CHECK(changed(", \"stride\": 1", "") == "missing");
  CHECK(changed("\"stride\": 1", "\"stride\": 1, \"dilation\": 1") == "unknown");
  CHECK(reading(good) == "inapplicable");
  CHECK(reading("") == "inapplicable");
  CHECK(reading(dense("[[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]", "[0]")) == "inapplicable");  // one class
  CHECK(reading(activated("tanh") + ", " + last) == "unknown");
  CHECK(reading(R"({"type": "batch_norm"}, )" + last) == "unknown");
  CHECK(reading(R"({"type": "residual", "skip": 1, "residual": 1, "branch": []}, )" + last) ==
        "out-of-range");
  CHECK(reading(R"({"type": "residual", "skip": 1, "residual": 1, "branch": [)" + good + "]}, " + last) ==
        "mismatch");
  CHECK(reading(R"({"type": "residual", "skip": 1, "residual": 1, "branch": [)" + activated("relu") + "]}, " +
                last) == "read");
  Parts other;  // claims of other kinds know no convolutions
  other.model = model(12, good + ", " + end);
  CHECK(verdict_of(other) == "document unknown");
}

TEST_CASE("checker: robust claims are read strictly") {
  RobustParts p{two_classes(), image(0, 0, "0.1", "[3, 1]") + ", " + image(4, 1, "0.2", "[0, 2]"),
                R"("interval-margin", "lipschitz-margin")"};
  CHECK(verdict_of(p) == "ACCEPTED");
  CHECK(check(certificate(p)).claim == "robust proved in linf: 2 images, scale 1/2, radius at least 0.1");
  const auto with = [&](auto change) {
    RobustParts bad = p;
    change(bad);
    return verdict_of(bad);
  };
  CHECK(with([](RobustParts& q) { q.rules = R"("interval-margin")"; }) == "document mismatch");
  CHECK(with([](RobustParts& q) { q.rules = R"("interval-margin", "none")"; }) == "document unknown");
  CHECK(with([](RobustParts& q) { q.scale = "0"; }) == "document out-of-range");
  CHECK(with([](RobustParts& q) { q.scale = "-1"; }) == "document out-of-range");
  CHECK(with([](RobustParts& q) { q.norm = "l2"; }) == "document mismatch");
  CHECK(with([](RobustParts& q) { q.verdict = "refuted"; }) == "document mismatch");
  CHECK(with([](RobustParts& q) { q.images = "", q.rules = ""; }) == "document limit");
  const auto second = [&](const std::string& text) {
    return with([&](RobustParts& q) { q.images = image(0, 0, "0.1", "[3, 1]") + ", " + text; });
  };
  CHECK(second(image(0, 1, "0.2", "[0, 2]")) == "document out-of-range");  // not increasing
  CHECK(second(image(4, 2, "0.2", "[0, 2]")) == "document out-of-range");
  CHECK(second(image(4, 1, "0.2", "[0]")) == "document mismatch");
  CHECK(second(image(4, 1, "0.2", "[0, 2.5]")) == "document out-of-range");
  CHECK(second(image(4, 1, "0.2", "[0, 65536]")) == "document out-of-range");
  CHECK(second(image(4, 1, "0.2", R"([0, "2"])")) == "document wrong-type");
  CHECK(second(image(4, 1, R"("0.2")", "[0, 2]")) == "document wrong-type");
}
