// Typed reading of JSON objects.
#include "checker/fields.hpp"

#include <algorithm>
#include <cmath>

namespace narrows::checker {
namespace {

const char* kind_name(Json::Kind kind) {
  constexpr const char* names[] = {"null", "boolean", "number", "string", "array", "object"};
  return names[static_cast<int>(kind)];
}

void require_kind(const Field& field, Json::Kind kind) {
  if (!field.json().is(kind)) field.fail(Reason::wrong_type, kind_name(field.json().kind), kind_name(kind));
}

}  // namespace

void Field::fail(Reason reason, std::string got, std::string expected) const {
  reject(place_, "document", reason, std::move(got), std::move(expected));
}

bool Field::boolean() const {
  require_kind(*this, Json::Kind::boolean);
  return value_.boolean;
}

const std::string& Field::text() const {
  require_kind(*this, Json::Kind::string);
  return value_.text;
}

double Field::number() const {
  require_kind(*this, Json::Kind::number);
  return value_.number;
}

std::size_t Field::integer(std::size_t low, std::size_t high) const {
  const double x = number();
  const bool good = x >= static_cast<double>(low) && x <= static_cast<double>(high) && std::floor(x) == x;
  if (!good) {
    fail(Reason::out_of_range, std::string(value_.bytes),
         "an integer from " + std::to_string(low) + " to " + std::to_string(high));
  }
  return static_cast<std::size_t>(x);
}

Rational Field::exact() const {
  if (value_.is(Json::Kind::string)) {
    const auto parsed = parse_rational(value_.text);
    if (!parsed) fail(Reason::wrong_type, value_.text, "p, p/q or a hexadecimal float");
    return *parsed;
  }
  return Rational(number());
}

std::vector<Field> Field::items() const {
  require_kind(*this, Json::Kind::array);
  std::vector<Field> fields;
  fields.reserve(value_.items.size());
  for (const Json& item : value_.items) fields.emplace_back(item, place_ + '[' + std::to_string(fields.size()) + ']');
  return fields;
}

std::vector<Field> Field::items(std::size_t count) const {
  require_kind(*this, Json::Kind::array);
  if (value_.items.size() != count) {
    fail(Reason::mismatch, std::to_string(value_.items.size()) + " entries", std::to_string(count) + " entries");
  }
  return items();
}

std::vector<Rational> Field::exact_vector() const {
  require_kind(*this, Json::Kind::array);
  std::vector<Rational> numbers;
  for (const Json& item : value_.items) numbers.push_back(Field(item, place_).exact());
  return numbers;
}

Fields::Fields(const Field& object, std::initializer_list<std::string_view> allowed) : object_(object) {
  require_kind(object, Json::Kind::object);
  for (const Json::Member& member : object.json().members) {
    if (std::find(allowed.begin(), allowed.end(), member.key) == allowed.end()) {
      object.fail(Reason::unknown, member.key, "a known key");
    }
  }
}

Field Fields::operator[](std::string_view key) const {
  const Json* value = object_.json().find(key);
  if (value == nullptr) object_.fail(Reason::missing, "nothing", std::string(key));
  const bool outer = object_.place() == "document" || object_.place() == "proof";  // "tree[17]" needs no more
  return {*value, (outer ? "" : object_.place() + '.') + std::string(key)};
}

bool Fields::has(std::string_view key) const { return object_.json().find(key) != nullptr; }

}  // namespace narrows::checker
