// Typed reading of JSON.
#include "checker/fields.hpp"

#include <algorithm>
#include <cmath>

namespace narrows::checker {

Field::Field(const Field& object, std::initializer_list<std::string_view> allowed) : Field(object) {
  for (const Json::Member& member : value(Json::Kind::object).members) {
    const bool known = std::find(allowed.begin(), allowed.end(), member.key) != allowed.end();
    if (!known) fail(Reason::unknown, member.key, "a known key");
  }
}

void Field::fail(Reason reason, std::string got, std::string expected) const {
  reject(place_, "document", reason, std::move(got), std::move(expected));
}

/// The value, which must be of the given kind.
const Json& Field::value(Json::Kind kind) const {
  constexpr const char* names[] = {"null", "boolean", "number", "string", "array", "object"};
  const auto name_of = [&](Json::Kind k) { return names[static_cast<int>(k)]; };
  if (value_->kind != kind) fail(Reason::wrong_type, name_of(value_->kind), name_of(kind));
  return *value_;
}

Field Field::operator[](std::string_view key) const {
  const Json* member = value(Json::Kind::object).find(key);
  if (member == nullptr) fail(Reason::missing, "nothing", std::string(key));
  const bool outer = place_ == "document" || place_ == "proof";  // "tree[17]" needs no more
  return {*member, (outer ? "" : place_ + '.') + std::string(key)};
}

bool Field::has(std::string_view key) const {
  return value(Json::Kind::object).find(key) != nullptr;
}

bool Field::boolean() const {
  return value(Json::Kind::boolean).boolean;
}

const std::string& Field::text() const {
  return value(Json::Kind::string).text;
}

void Field::require_text(std::string_view expected) const {
  if (text() != expected) fail(Reason::mismatch, text(), std::string(expected));
}

std::size_t Field::one_of(const std::vector<std::string_view>& names) const {
  const auto found = std::find(names.begin(), names.end(), text());
  if (found == names.end()) fail(Reason::unknown, text(), std::string(names[0]) + " or another known name");
  return static_cast<std::size_t>(found - names.begin());
}

double Field::number() const {
  return value(Json::Kind::number).number;
}

std::size_t Field::integer(std::size_t low, std::size_t high) const {
  const double x = number();
  if (!(x >= static_cast<double>(low) && x <= static_cast<double>(high) && std::floor(x) == x)) {
    fail(Reason::out_of_range, std::string(bytes()),
         "an integer from " + std::to_string(low) + " to " + std::to_string(high));
  }
  return static_cast<std::size_t>(x);
}

std::vector<Field> Field::items() const {
  std::vector<Field> fields;
  for (const Json& item : value(Json::Kind::array).items) {
    fields.emplace_back(item, place_ + '[' + std::to_string(fields.size()) + ']');
  }
  return fields;
}

std::vector<Field> Field::items(std::size_t count) const {
  const std::size_t size = value(Json::Kind::array).items.size();
  if (size != count) {
    fail(Reason::mismatch, std::to_string(size) + " entries", std::to_string(count) + " entries");
  }
  return items();
}

std::vector<Rational> Field::exact_vector(std::size_t count) const {
  std::vector<Rational> numbers;
  for (const Field& item : items(count)) numbers.push_back(item.exact());
  return numbers;
}

Rational Field::exact() const {
  if (value_->kind != Json::Kind::string) return Rational(number());
  const auto parsed = parse_rational(text());
  if (!parsed) fail(Reason::wrong_type, text().substr(0, 100), "p, p/q or a hexadecimal float");
  return *parsed;
}

}  // namespace narrows::checker
