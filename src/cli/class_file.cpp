#include "cli/class_file.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "io/exact_text.hpp"
#include "io/json_document.hpp"
#include "io/limits.hpp"

namespace narrows::cli {
namespace {

using io::JsonField;

double number(const JsonField& field) {
  double value = 0;
  if (!is_double(field.exact(), &value)) field.fail("is not a double", "write a decimal");
  return value;
}

void read_pair(const JsonField& field, double* first, double* second) {
  if (field.size() != 2) field.fail("does not have two entries", "write [x, y]");
  *first = number(field.at(0));
  *second = number(field.at(1));
}

ClassRegion read_box(const JsonField& bounds) {
  ClassRegion region;
  region.type = ClassRegion::Type::box;
  region.bounds.lower.resize(2);
  region.bounds.upper.resize(2);
  if (bounds.size() != 2) bounds.fail("does not have two sides", "write [[x, X], [y, Y]]");
  for (std::size_t k = 0; k < 2; ++k) read_pair(bounds.at(k), &region.bounds.lower[k], &region.bounds.upper[k]);
  return region;
}

ClassRegion read_geometry(const JsonField& entry) {
  const std::string& type = entry["type"].text();
  ClassRegion region;
  if (type == "disc" || type == "annulus") {
    const bool disc = type == "disc";
    entry.require_keys(disc ? std::initializer_list<std::string_view>{"type", "name", "sign", "centre", "radius"} : std::initializer_list<std::string_view>{"type", "name", "sign", "centre", "inner", "outer"});
    region.type = disc ? ClassRegion::Type::disc : ClassRegion::Type::annulus;
    read_pair(entry["centre"], &region.centre[0], &region.centre[1]);
    region.radius = number(entry[disc ? "radius" : "outer"]);
    if (!disc) region.inner = number(entry["inner"]);
  } else if (type == "box") {
    entry.require_keys({"type", "name", "sign", "bounds"});
    region = read_box(entry["bounds"]);
  } else if (type == "polygon") {
    entry.require_keys({"type", "name", "sign", "vertices"});
    region.type = ClassRegion::Type::polygon;
    const JsonField vertices = entry["vertices"];
    for (std::size_t i = 0; i < vertices.size(); ++i) {
      region.vertices.emplace_back();
      read_pair(vertices.at(i), &region.vertices.back().first, &region.vertices.back().second);
    }
  } else {
    entry["type"].fail("is no type of region", "write disc, annulus, box or polygon");
  }
  return region;
}

NamedRegion read_region(const JsonField& entry, std::size_t index) {
  NamedRegion named{read_geometry(entry), "region " + std::to_string(index), std::nullopt};
  require_valid(named.region, entry.place());
  if (entry.has("name")) named.name = entry["name"].text();
  if (entry.has("sign")) {
    const std::string& sign = entry["sign"].text();
    if (sign != "+" && sign != "-") entry["sign"].fail("is neither \"+\" nor \"-\"", "give the sign of Φ - c that the class should have");
    named.positive = sign == "+";
  }
  return named;
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r"), last = text.find_last_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

}  // namespace

std::vector<NamedRegion> read_class_file(const std::string& path) {
  const nlohmann::json document = io::parse_strict_json(read_file(path), path);
  const JsonField root(document, path);
  root.require_keys({"regions", "comment"});
  const JsonField list = root["regions"];
  std::vector<NamedRegion> regions;
  for (std::size_t i = 0; i < list.size(); ++i) regions.push_back(read_region(list.at(i), i));
  if (regions.empty()) list.fail("is empty", "give at least one region");
  return regions;
}

std::vector<DataPoint> read_points_file(const std::string& path, std::size_t dim) {
  std::istringstream lines(read_file(path));
  std::vector<DataPoint> points;
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (trimmed(line).empty()) continue;
    std::istringstream fields(line);
    DataPoint point;
    bool good = true;
    for (std::string field; point.x.size() < dim && std::getline(fields, field, ',');) {
      const auto value = parse_decimal(trimmed(field));
      good = good && value.has_value();
      point.x.push_back(value.value_or(0));
    }
    std::getline(fields, point.label);
    point.label = trimmed(point.label);
    if (good && point.x.size() == dim)
      points.push_back(std::move(point));
    else if (number > 1)
      throw InputError(path + " line " + std::to_string(number), "is not a point with " + std::to_string(dim) + " coordinates", "write x1,x2,… and perhaps a label");
  }
  if (points.empty()) throw InputError(path, "has no points", "write one point per line: x1,x2");
  return points;
}

}  // namespace narrows::cli
