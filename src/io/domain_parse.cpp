#include "io/domain_parse.hpp"

#include <optional>
#include <string_view>

#include "base/errors.hpp"
#include "io/exact_text.hpp"
#include "io/printable.hpp"

namespace narrows {
namespace {

constexpr const char* advice = "write \"[-2,2]^2\", \"[-1,1]x[0,3]\", \"ball(1)\" or \"R^2\"";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

double finite_number(std::string_view text, const std::string& where) {
  const auto value = parse_decimal(trim(text));
  if (value) return *value;
  throw InputError(where, "\"" + io::printable(std::string(trim(text))) + "\" is not a finite decimal number",
                   "write numbers such as -2, 0.5 or 1e-3");
}

/// The whole number after '^'.
std::size_t exponent(std::string_view text, const std::string& where) {
  std::size_t value = 0;
  const bool digits =
      !text.empty() && text.size() <= 6 && text.find_first_not_of("0123456789") == std::string_view::npos;
  if (digits) value = std::stoul(std::string(text));
  if (value == 0) throw InputError(where, "has a bad exponent", advice);
  return value;
}

void require_dim(std::size_t got, std::size_t input_dim, const std::string& where) {
  if (got == input_dim) return;
  throw InputError(
      where,
      "has dimension " + std::to_string(got) + ", the network has " + std::to_string(input_dim) + " inputs",
      "give one interval per input, for example \"[-2,2]^" + std::to_string(input_dim) + "\"");
}

/// Reads "[lo,hi]" or "[lo,hi]^k" at the front of `rest` and removes it.
void take_factor(std::string_view& rest, Box& box, std::size_t input_dim, const std::string& where) {
  const std::size_t close = rest.find(']');
  if (!rest.starts_with('[') || close == std::string_view::npos)
    throw InputError(where, "is not a domain", advice);
  const std::string_view inside = rest.substr(1, close - 1);
  const std::size_t comma = inside.find(',');
  if (comma == std::string_view::npos) throw InputError(where, "has an interval without a comma", advice);
  const double lower = finite_number(inside.substr(0, comma), where);
  const double upper = finite_number(inside.substr(comma + 1), where);
  if (!(lower < upper)) {
    throw InputError(
        where,
        "the interval [" + shortest_decimal(lower) + "," + shortest_decimal(upper) + "] has no interior",
        "give its lower end first, strictly below the upper");
  }
  rest = trim(rest.substr(close + 1));
  std::size_t copies = 1;
  if (rest.starts_with('^')) {
    const std::size_t end = rest.find('x');
    copies = exponent(trim(rest.substr(1, end == std::string_view::npos ? end : end - 1)), where);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
  }
  if (box.dim() + copies > input_dim) require_dim(box.dim() + copies, input_dim, where);
  box.lower.insert(box.lower.end(), copies, lower);
  box.upper.insert(box.upper.end(), copies, upper);
}

Box parse_box(std::string_view rest, std::size_t input_dim, const std::string& where) {
  Box box;
  take_factor(rest, box, input_dim, where);
  while (!rest.empty()) {
    if (!rest.starts_with('x')) throw InputError(where, "is not a domain", advice);
    rest = trim(rest.substr(1));
    take_factor(rest, box, input_dim, where);
  }
  require_dim(box.dim(), input_dim, where);
  return box;
}

}  // namespace

Domain parse_domain(const std::string& text, std::size_t input_dim) {
  const std::string where = "domain \"" + io::printable(text) + "\"";
  const std::string_view body = trim(text);
  Domain domain;
  domain.dim = input_dim;
  if (body == "R" || body.starts_with("R^")) {
    require_dim(body == "R" ? 1 : exponent(body.substr(2), where), input_dim, where);
  } else if (body.starts_with("ball(") && body.ends_with(')')) {
    domain.type = Domain::Type::ball;
    domain.radius = finite_number(body.substr(5, body.size() - 6), where);
    if (!(domain.radius > 0)) throw InputError(where, "the radius is not positive", "write \"ball(1)\"");
  } else {
    domain.type = Domain::Type::box;
    domain.box = parse_box(body, input_dim, where);
  }
  return domain;
}

std::vector<double> parse_point(const std::string& text, std::size_t dim) {
  const std::string where = "point \"" + io::printable(text) + "\"";
  std::vector<double> point;
  std::string_view rest = text;
  while (true) {
    const std::size_t comma = rest.find(',');
    point.push_back(finite_number(rest.substr(0, comma), where));
    if (comma == std::string_view::npos) break;
    rest = rest.substr(comma + 1);
  }
  if (point.size() != dim) {
    throw InputError(where,
                     "has " + std::to_string(point.size()) + " coordinates, the network has " +
                         std::to_string(dim) + " inputs",
                     "give one number per input, separated by commas");
  }
  return point;
}

}  // namespace narrows
