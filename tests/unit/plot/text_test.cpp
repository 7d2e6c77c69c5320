#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>

#include "plot/canvas.hpp"
#include "plot/frame.hpp"
#include "plot/rounded_text.hpp"
#include "plot/utf8.hpp"
#include "plot/verdict_line.hpp"
#include "support.hpp"

using namespace narrows;
using namespace narrows::plot;
using namespace narrows::test;

TEST_CASE("text that is not UTF-8 is repaired, text that is stays") {
  CHECK(clean_utf8("Φ on R², x₁ − 2 … 𝔸") == "Φ on R², x₁ − 2 … 𝔸");
  CHECK(clean_utf8("a\xFF"
                   "b\tc\x7F") == "a?b?c?");
  CHECK(clean_utf8("\xC0\xAF") == "??");              // an overlong '/'
  CHECK(clean_utf8("\xED\xA0\x80") == "???");         // a surrogate
  CHECK(clean_utf8("\xF4\x90\x80\x80") == "????");    // beyond U+10FFFF
  CHECK(clean_utf8("\xE2\x82") == "??");              // cut off
  CHECK(xml_escaped("<a & \"b\">\n\x01") == "&lt;a &amp; &quot;b&quot;&gt;\n?");
  CHECK(first_characters("Φx₁", 2) == "Φx");
  CHECK(count_characters("Φx₁") == 3);
}

TEST_CASE("long text is wrapped at blanks") {
  Canvas measure("never-written.png", 16, 16);
  const TextStyle style;
  const std::string text = "one two three four five six seven eight nine ten";
  const auto lines = wrapped(measure, text, style, 100);
  CHECK(lines.size() > 2);
  std::string joined;
  for (const std::string& line : lines) {
    CHECK(measure.text_width(line, style) <= 100);
    joined += (joined.empty() ? "" : " ") + line;
  }
  CHECK(joined == text);
  CHECK(wrapped(measure, "unbreakable-and-very-long-word-indeed", style, 10).size() == 1);
}

TEST_CASE("the verdict line says what was proved") {
  CertifyResult result;
  result.domain = space(2);
  result.verdict = Verdict::proved;
  CHECK(verdict_line(result) == "proved: no critical point on R^2");
  result.claim = Claim::no_local_extremum;
  CHECK(verdict_line(result) == "proved: no local extremum on R^2");

  result = answer_for_waves();
  CHECK(verdict_line(result) == "refuted: 4 critical points, every one enclosed");
  result.critical_points[0].inside = false;
  CHECK(verdict_line(result) == "refuted: 4 critical points, every one enclosed, 1 on or next to the boundary");
  result.claim = Claim::no_local_extremum;
  result.critical_points[0].inside = true;
  CHECK(verdict_line(result) == "refuted: 2 local extrema among 4 critical points, every one enclosed");
  result.claim = Claim::no_critical_points;
  result.complete = false;
  result.undecided.resize(7);
  CHECK(verdict_line(result) == "refuted: 4 critical points enclosed, 7 boxes undecided");
  result.critical_points.resize(1);
  result.undecided.resize(1);
  CHECK(verdict_line(result) == "refuted: 1 critical point enclosed, 1 box undecided");
  result.complete = true;
  CHECK(verdict_line(result) == "refuted: 1 critical point, enclosed");

  result.verdict = Verdict::undecided;
  result.reason = "1 box undecided";
  CHECK(verdict_line(result) == "undecided: 1 box undecided");
}

TEST_CASE("certified numbers with few digits are rounded outward") {
  for (const double x : {0.1, 1.0 / 3, 4.606940822734142, -4.606940822734142, 123456.7, 999999.5, 1e-300, 2.5e17, 0.0, -0.0})
    for (const double y : {x, std::nextafter(x, 1e300), std::nextafter(x, -1e300)}) {
      INFO(y);
      const double below = std::strtod(text_below(y).c_str(), nullptr), above = std::strtod(text_above(y).c_str(), nullptr);
      CHECK((below <= y && y <= above));
      CHECK(above - below <= 3e-5 * std::fabs(y) + 1e-305);
    }
  CHECK(text_around({0.25, 2.0 / 3}) == "[0.25, 0.666667]");
  CHECK(text_around({2.0 / 3, 4.606940822734142}) == "[0.666666, 4.60695]");
}
