// The language of checks: exact, certain or unknown, never wrong.
#include "theorems/formula.hpp"

#include <catch2/catch.hpp>

#include "base/errors.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::theorems;

namespace {

const char* kAnswer =
    R"({"bounds": [{"theorem": 0.5, "certified": [0.25, 0.375]}, {"theorem": 2, "certified": [1, null]}],
  "exact": "1/3", "word": "proved", "flag": true, "nothing": null, "tenth": 0.1})";

Scope scope() {
  return {{"answer", value_of_json(kAnswer, "test")},
          {"third", Value(std::string("1/3"))},
          {"upper", Value(std::string("<="))}};
}
Value evaluate(const std::string& text) {
  return Formula(text, "test").evaluate(scope());
}
Truth truth(const std::string& text) {
  return evaluate(text).truth();
}

}  // namespace

TEST_CASE("formulas compute exactly") {
  const auto [text, expected] =
      GENERATE(table<std::string, std::string>({{"1/3 + 1/6", "1/2"},
                                                {"0.1 * 10", "1"},
                                                {"1e-3", "1/1000"},
                                                {"2^10 - 2^-1", "2047/2"},
                                                {"-2^2", "-4"},
                                                {"(-2)^3", "-8"},
                                                {"2 - 3 - 4", "-5"},
                                                {"12 / 3 / 2", "2"},
                                                {"max(1, 3, 2) - min([4, 5])", "-1"},
                                                {"sum(map(range(5), i, i^2))", "30"},
                                                {"count(answer.bounds) + count(\"abc\")", "5"},
                                                {"answer.exact - third", "0"},
                                                {"hi(answer.bounds[0].certified)", "3/8"},
                                                {"answer.bounds[-1].theorem", "2"},
                                                {"abs(-7/3)", "7/3"},
                                                {"if(answer.flag, 1, nonsense)", "1"}}));
  INFO(text);
  const Enclosure value = evaluate(text).number();
  REQUIRE(value.is_point());
  CHECK(*value.lo == *parse_number(expected));
}

TEST_CASE("a number of an answer is its double, a decimal of a formula is exact") {
  CHECK(truth("answer.tenth == 0.1") == Truth::no);
  CHECK(truth("abs(answer.tenth - 0.1) < 1e-17") == Truth::yes);
}

TEST_CASE("comparisons of enclosures are certain or unknown") {
  CHECK(truth("answer.bounds[0].certified <= answer.bounds[0].theorem") == Truth::yes);
  CHECK(truth("answer.bounds[0].certified < 0.375") == Truth::unknown);
  CHECK(truth("answer.bounds[0].certified <= 0.375") == Truth::yes);
  CHECK(truth("answer.bounds[0].certified > 0.375") == Truth::no);
  CHECK(truth("answer.bounds[0].certified == 0.3") == Truth::unknown);
  CHECK(truth("answer.bounds[0].certified != 0.4") == Truth::yes);
  CHECK(truth("answer.bounds[1].certified >= 1") == Truth::yes);
  CHECK(truth("answer.bounds[1].certified <= 10^9") == Truth::unknown);
  CHECK(truth("0 < answer.bounds[0].certified < 1") == Truth::yes);
  CHECK(truth("holds(1, upper, 1) && !holds(1, \"<\", 1)") == Truth::yes);
  CHECK(truth("answer.bounds[0].certified == 0.3 && false") == Truth::no);
  CHECK(truth("answer.bounds[0].certified == 0.3 || true") == Truth::yes);
  CHECK(truth("!(answer.bounds[0].certified == 0.3)") == Truth::unknown);
}

TEST_CASE("texts, nulls and lists") {
  CHECK(truth("answer.word == \"proved\" && answer.nothing == null && answer.word != null") == Truth::yes);
  CHECK(truth("has(answer, \"word\") && !has(answer, \"missing\") && contains(answer.word, \"rov\")") ==
        Truth::yes);
  CHECK(
      truth("all(answer.bounds, b, b.theorem >= lo(b.certified)) && any(answer.bounds, b, b.theorem == 2)") ==
      Truth::yes);
  CHECK(truth("all([], b, false) && !any([], b, true)") == Truth::yes);
}

TEST_CASE("elementary functions enclose") {
  CHECK(truth("abs(exp(1) - 2.718281828459045235360287471352662497757) < 1e-38") == Truth::yes);
  CHECK(truth("sqrt(2)^2 == 2") == Truth::unknown);
  CHECK(truth("abs(tanh(1/2) - (exp(1) - 1)/(exp(1) + 1)) < 1e-50") == Truth::yes);
  CHECK(truth("abs(sin(pi)) < 1e-50 && cos(pi) < -0.999 && abs(log(exp(3)) - 3) < 1e-50") == Truth::yes);
  CHECK(truth("sqrt(-1) > 0") == Truth::unknown);
  CHECK(truth("log([0, 1]) < 1") == Truth::unknown);
  CHECK(truth("sin([0, 4]) <= 1") == Truth::yes);
  CHECK(truth("1 / [-1, 1] > -10^6") == Truth::unknown);
}

TEST_CASE("interval operations contain every pointwise result") {
  test::RandomCases random(2024);
  const auto enclosure = [&] {
    const int a = random.integer(-6, 6), b = a + random.integer(0, 5);
    return Enclosure(random.integer(0, 9) == 0 ? std::nullopt : std::optional(Rational(a)),
                     random.integer(0, 9) == 0 ? std::nullopt : std::optional(Rational(b)));
  };
  const auto contains = [](const Enclosure& x, const Rational& r) {
    return (!x.lo || *x.lo <= r) && (!x.hi || r <= *x.hi);
  };
  for (int i = 0; i < test::cases(2000, 50000); ++i) {
    const Enclosure a = enclosure(), b = enclosure();
    const long n = random.integer(-3, 5);
    for (int k = 0; k < 4; ++k) {
      Rational x(random.integer(-14, 14), 2), y(random.integer(-14, 14), 2);
      if (!contains(a, x) || !contains(b, y)) continue;
      INFO(to_text(a) << " " << to_text(b) << " at " << x << " " << y << ", power " << n);
      CHECK(contains(a + b, x + y));
      CHECK(contains(a - b, x - y));
      CHECK(contains(a * b, x * y));
      if (y != 0) CHECK(contains(a / b, x / y));
      if (x != 0 || n >= 0) CHECK(contains(power(a, n), *power(Enclosure(x), n).lo));
      CHECK(contains(absolute(a), abs(x)));
      CHECK(contains(smaller(a, b), std::min(x, y)));
      CHECK(contains(larger(a, b), std::max(x, y)));
      if (less(a, b) == Truth::yes) CHECK(x < y);
      if (less(a, b) == Truth::no) CHECK(!(x < y));
      if (at_most(a, b) == Truth::yes) CHECK(x <= y);
      if (at_most(a, b) == Truth::no) CHECK(!(x <= y));
      if (equal(a, b) == Truth::yes) CHECK(x == y);
      if (equal(a, b) == Truth::no) CHECK(x != y);
    }
  }
}

TEST_CASE("what has no value is an error, never true") {
  const auto text = GENERATE(
      as<std::string>(), "answer.missing > 0", "answer.bounds[2].theorem > 0", "answer.word > 0",
      "unknown_name", "answer.word[0] == 1", "min([])", "answer.flag + 1", "2^(1/2)", "sinus(1)",
      "holds(1, \"~\", 2)", "all(answer.bounds, b)",
      "lo(answer.bounds[1].certified) + hi(answer.bounds[1].certified)",
      "if(answer.bounds[0].certified == 0.3, true, true)", "1 && true", "[3, 1] > 0", "answer == answer");
  INFO(text);
  CHECK_THROWS_AS(evaluate(text), FormulaError);
}

TEST_CASE("malformed formulas are refused with the column") {
  const auto text = GENERATE(as<std::string>(), "", "1 +", "(1", "1 2", "a..b", "\"open", "f(1,", "[1",
                             "1 = 2", "x[", "&& true", "1e+", "1.2.3");
  INFO(text);
  CHECK_THROWS_WITH(Formula(text, "place"), Catch::Contains("place: column"));
  CHECK_THROWS_AS(Formula(std::string(5000, '('), "place"), InputError);
  CHECK_THROWS_AS(Formula(std::string(5000, '-') + "1", "place"), InputError);
}
