// The parser callback of nlohmann-json sees every key and value, which is where duplicates and excess are
// caught.
#include "io/json_document.hpp"

#include <algorithm>
#include <set>

#include "base/errors.hpp"
#include "io/exact_text.hpp"
#include "io/limits.hpp"

namespace narrows::io {
namespace {

using nlohmann::json;

/// Watches the parser: counts values, limits depth and remembers the keys of every open object.
class ParseWatch {
 public:
  explicit ParseWatch(const std::string& where) : where_(where) {}

  bool operator()(int depth, json::parse_event_t event, const json& parsed) {
    using Event = json::parse_event_t;
    if (event == Event::object_start) keys_.emplace_back();
    if (event == Event::object_end) keys_.pop_back();
    if (event == Event::key) check_key(parsed.get_ref<const std::string&>());
    if (event == Event::object_start || event == Event::array_start) check_depth(depth);
    if (event != Event::object_end && event != Event::array_end && ++values_ > max_json_values) {
      throw InputError(where_, "holds more than " + std::to_string(max_json_values) + " JSON values",
                       "use a smaller network");
    }
    return true;
  }

 private:
  void check_key(const std::string& key) {
    if (keys_.back().insert(key).second) return;
    throw InputError(where_, "the key \"" + key + "\" stands twice in one object", "remove one of them");
  }
  void check_depth(int depth) const {
    if (depth < static_cast<int>(max_json_depth)) return;
    throw InputError(where_, "is nested deeper than " + std::to_string(max_json_depth) + " levels",
                     "check for runaway brackets");
  }

  const std::string& where_;
  std::vector<std::set<std::string>> keys_;
  std::size_t values_ = 0;
};

/// The library's message without its "[json.exception.…]" tag.
std::string message_of(const json::exception& error) {
  const std::string text = error.what();
  const std::size_t end = text.find("] ");
  return end == std::string::npos ? text : text.substr(end + 2);
}

const char* kind_name(const json& value) {
  if (value.is_number()) return "a number";
  if (value.is_string()) return "a string";
  if (value.is_array()) return "an array";
  if (value.is_object()) return "an object";
  return value.is_null() ? "null" : "true or false";
}

}  // namespace

json parse_strict_json(std::string_view bytes, const std::string& where) {
  require_file_size(bytes.size(), where);
  if (bytes.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    throw InputError(where, "is empty", "give a JSON document");
  }
  if (bytes.starts_with("\xEF\xBB\xBF")) {
    throw InputError(where, "starts with a byte order mark", "save the file as UTF-8 without one");
  }
  if (bytes.find('\0') != std::string_view::npos) {
    throw InputError(where, "holds a zero byte", "give a JSON text file");
  }
  ParseWatch watch(where);
  try {
    return json::parse(bytes, std::ref(watch));
  } catch (const json::parse_error& error) {
    throw InputError(where, "is not valid JSON: " + message_of(error),
                     "correct the syntax (NaN and Infinity are not JSON)");
  } catch (const json::out_of_range& error) {
    throw InputError(where, message_of(error),
                     "use numbers in the range of doubles, or exact strings \"p/q\"");
  }
}

std::string JsonField::place() const {
  return path_.empty() ? file_ : file_ + ": " + path_;
}

void JsonField::fail(const std::string& what, const std::string& mend) const {
  throw InputError(place(), what, mend);
}

void JsonField::require_keys(std::initializer_list<std::string_view> allowed) const {
  if (!value_->is_object()) fail(std::string("is ") + kind_name(*value_), "give an object {…}");
  for (const auto& [key, unused] : value_->items()) {
    if (std::find(allowed.begin(), allowed.end(), key) != allowed.end()) continue;
    std::string known;
    for (const std::string_view name : allowed) known += (known.empty() ? "" : ", ") + std::string(name);
    fail("unknown key \"" + key + "\"", "known keys are " + known);
  }
}

bool JsonField::has(std::string_view key) const {
  return value_->is_object() && value_->contains(key);
}

JsonField JsonField::operator[](std::string_view key) const {
  if (!value_->is_object()) fail(std::string("is ") + kind_name(*value_), "give an object {…}");
  const auto found = value_->find(key);
  if (found == value_->end()) fail("the key \"" + std::string(key) + "\" is missing", "add it");
  return {*found, file_, path_.empty() ? std::string(key) : path_ + "." + std::string(key)};
}

std::size_t JsonField::size() const {
  if (!value_->is_array()) fail(std::string("is ") + kind_name(*value_), "give an array […]");
  return value_->size();
}

JsonField JsonField::at(std::size_t i) const {
  return {(*value_)[i], file_, path_ + "[" + std::to_string(i) + "]"};
}

const std::string& JsonField::text() const {
  if (!value_->is_string()) fail(std::string("is ") + kind_name(*value_), "give a string");
  return value_->get_ref<const std::string&>();
}

Rational JsonField::exact() const {
  if (value_->is_number()) return rational_exact(value_->get<double>());
  if (!value_->is_string())
    fail(std::string("is ") + kind_name(*value_), "give a number or a string \"p/q\"");
  const auto value = parse_exact(value_->get_ref<const std::string&>());
  if (!value)
    fail("the string is not an exact number", "write \"p/q\", \"p\" or a hexadecimal float \"0x1.8p-3\"");
  return *value;
}

std::vector<Rational> JsonField::exact_vector() const {
  std::vector<Rational> numbers;
  numbers.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) numbers.push_back(at(i).exact());
  return numbers;
}

std::size_t JsonField::integer(std::size_t lowest, std::size_t highest) const {
  const bool whole = value_->is_number_unsigned();
  const std::size_t value = whole ? value_->get<std::size_t>() : 0;
  if (whole && value >= lowest && value <= highest) return value;
  fail("is not a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest),
       value_->is_number() ? "got " + value_->dump() : std::string("got ") + kind_name(*value_));
}

}  // namespace narrows::io
