#include "checker/json.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker;

namespace {

bool parses(const std::string& text) {
  try {
    (void)parse_json(text, "test");
    return true;
  } catch (const Rejection&) {
    return false;
  }
}

}  // namespace

TEST_CASE("checker: the JSON parser accepts exactly strict JSON") {
  for (const char* good : {"0", "-0", "1e5", " [1, 2.5e-3] ", "{}", "[]", "{\"a\": {\"b\": [null, true, false]}}",
                           "\"\\u00e9\\ud83d\\ude00\\n\"", "\"\xc3\xa9\"", "1e-400", "-5e-324"}) {
    CHECK(parses(good));
  }
  for (const char* bad : {"", " ", "01", "+1", ".5", "1.", "1e", "0x10", "NaN", "Infinity", "nul", "[1,]", "[1 2]", "{\"a\":}",
                          "{\"a\":1,}", "{a:1}", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "[", "{", "\"", "\"\\x\"",
                          "\"\\ud800\"", "\"\\udc00\"", "\"\t\"", "1 2", "1e400", "-1e999999999", "\"\xff\"",
                          "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\xef\xbb\xbf{}", "[1]x", "--1", "-"}) {
    INFO(bad);
    CHECK_FALSE(parses(bad));
  }
  CHECK_FALSE(parses(std::string(100000, '[')));
  CHECK_FALSE(parses(std::string("1\0", 2)));
}

TEST_CASE("checker: JSON values remember their bytes and numbers are nearest doubles") {
  const std::string text = R"({"a": [1, {"x":  0.1 } ], "b": "p"})";
  const Json json = parse_json(text, "test");
  CHECK(json.find("a")->items[1].bytes == R"({"x":  0.1 })");
  CHECK(json.find("a")->items[1].find("x")->number == 0.1);
  CHECK(json.find("b")->bytes == "\"p\"");
  CHECK(json.find("c") == nullptr);
  CHECK(parse_json("1e-400", "test").number == 0);
  CHECK(parse_json("9007199254740993", "test").number == 9007199254740992.0);  // ties to even
}
