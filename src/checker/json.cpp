// A recursive descent JSON parser.
#include "checker/json.hpp"

#include <charconv>
#include <cmath>
#include <unordered_set>

#include "checker/real.hpp"

namespace narrows::checker {
namespace {

constexpr int max_depth = 64;

class Parser {
 public:
  Parser(std::string_view bytes, const std::string& step) : bytes_(bytes), step_(step) {}

  Json document() {
    Json value = element(0);
    if (at_ != bytes_.size()) fail("end of document");
    return value;
  }

 private:
  [[noreturn]] void fail(const char* expected, Reason reason = Reason::syntax) const {
    reject(step_, "json", reason, "byte " + std::to_string(at_), expected);
  }

  [[nodiscard]] bool more() const { return at_ < bytes_.size(); }
  [[nodiscard]] char peek() const { return more() ? bytes_[at_] : '\0'; }
  [[nodiscard]] bool digit() const { return more() && bytes_[at_] >= '0' && bytes_[at_] <= '9'; }

  bool take(char c) {
    if (!more() || bytes_[at_] != c) return false;
    ++at_;
    return true;
  }

  void blanks() {
    while (more() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) ++at_;
  }

  /// blanks value blanks
  Json element(int depth) {
    if (depth > max_depth) fail("nesting of at most 64", Reason::limit);
    blanks();
    Json value;
    const std::size_t begin = at_;
    if (take('{')) {
      object(value, depth);
    } else if (take('[')) {
      array(value, depth);
    } else if (take('"')) {
      value.kind = Json::Kind::string;
      value.text = string();
    } else if (literal("true") || literal("false")) {
      value.kind = Json::Kind::boolean;
      value.boolean = bytes_[begin] == 't';
    } else if (!literal("null")) {
      value.kind = Json::Kind::number;
      value.number = number();
    }
    value.bytes = bytes_.substr(begin, at_ - begin);
    blanks();
    return value;
  }

  bool literal(std::string_view word) {
    if (bytes_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  void array(Json& value, int depth) {
    value.kind = Json::Kind::array;
    blanks();
    if (take(']')) return;
    do value.items.push_back(element(depth + 1));
    while (take(','));
    if (!take(']')) fail(", or ]");
  }

  void object(Json& value, int depth) {
    value.kind = Json::Kind::object;
    std::unordered_set<std::string> keys;
    blanks();
    if (take('}')) return;
    do {
      blanks();
      if (!take('"')) fail("a key");
      std::string key = string();
      if (!keys.insert(key).second) fail("a key that is not a duplicate");
      blanks();
      if (!take(':')) fail(":");
      Json member = element(depth + 1);
      value.members.push_back({std::move(key), std::move(member)});
    } while (take(','));
    if (!take('}')) fail(", or }");
  }

  double number() {
    const std::size_t begin = at_;
    take('-');
    if (!digit()) fail("a value");
    if (!take('0')) {
      while (digit()) ++at_;
    }
    if (take('.')) {
      if (!digit()) fail("a digit");
      while (digit()) ++at_;
    }
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digit()) fail("a digit");
      while (digit()) ++at_;
    }
    double value = 0;
    const char* first = bytes_.data() + begin;
    const char* last = bytes_.data() + at_;
    const auto [end, error] = std::from_chars(first, last, value);
    if (error == std::errc::result_out_of_range)
      return out_of_range_number(bytes_.substr(begin, at_ - begin));
    if (error != std::errc() || end != last || !std::isfinite(value)) fail("a finite double");
    return value;
  }

  /// from_chars calls a number out of range if it overflows (an error) or if the nearest double is 0.
  double out_of_range_number(std::string_view text) const {
    Real value(exact_precision);
    const std::string copy(text);
    char* end = nullptr;
    mpfr_strtofr(value.raw(), copy.c_str(), &end, 10, MPFR_RNDN);
    if (end != copy.c_str() + copy.size() || mpfr_cmpabs_ui(value.raw(), 1) >= 0 || value.is_nan()) {
      fail("a number within the range of doubles");
    }
    return 0;
  }

  unsigned hex4() {
    unsigned code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const std::size_t value = std::string_view("0123456789abcdefABCDEF").find(more() ? peek() : '?');
      if (value == std::string_view::npos) fail("four hex digits");
      code = code * 16 + static_cast<unsigned>(value < 16 ? value : value - 6);
    }
    return code;
  }

  /// What follows a backslash. An escape beyond ASCII stays as it is: no known key or word has one.
  void escape(std::string& out) {
    static constexpr std::string_view names = "\"\\/bfnrt", values = "\"\\/\b\f\n\r\t";
    const std::size_t begin = at_ - 1;
    if (take('u')) {
      const unsigned code = hex4();
      const bool pair = code >= 0xD800 && code < 0xDC00 && literal("\\u");
      const unsigned low = pair ? hex4() : 0;
      const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
      if (surrogate && !(pair && low >= 0xDC00 && low <= 0xDFFF)) fail("a pair of surrogates");
      if (code < 0x80) {
        out += static_cast<char>(code);
      } else {
        out += bytes_.substr(begin, at_ - begin);
      }
      return;
    }
    const std::size_t which = more() ? names.find(peek()) : std::string_view::npos;
    if (which == std::string_view::npos) fail("an escape");
    out += values[which];
    ++at_;
  }

  /// One UTF-8 sequence beyond ASCII: well-formed, not overlong, no surrogate.
  void multibyte() {
    const auto lead = static_cast<unsigned char>(peek());
    const int length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (length == 0) fail("UTF-8");
    unsigned code = lead & (0xFF >> (length + 1));
    ++at_;
    for (int i = 1; i < length; ++i, ++at_) {
      const auto next = static_cast<unsigned char>(peek());
      if (next < 0x80 || next > 0xBF) fail("UTF-8");
      code = code << 6 | (next & 0x3F);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    if (overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) fail("UTF-8");
  }

  /// The rest of a string after its opening quote.
  std::string string() {
    std::string out;
    while (!take('"')) {
      if (!more()) fail("a closing quote");
      const auto c = static_cast<unsigned char>(peek());
      if (c < 0x20) fail("no control character");
      const std::size_t begin = at_;
      if (take('\\')) {
        escape(out);
        continue;
      }
      if (c >= 0x80) {
        multibyte();
      } else {
        ++at_;
      }
      out += bytes_.substr(begin, at_ - begin);
    }
    return out;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  const std::string& step_;
};

}  // namespace

const Json* Json::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

Json parse_json(std::string_view bytes, const std::string& step) {
  return Parser(bytes, step).document();
}

}  // namespace narrows::checker
