#include "report/certificate_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/errors.hpp"
#include "io/exact_text.hpp"

namespace narrows::certified {

Interval number_of(const Json& value) {
  if (value.is_number()) return Interval(value.get<double>());
  const auto exact = parse_exact(value.get<std::string>());
  if (!exact) throw InputError("certificate", "a number cannot be read", "make it again");
  return enclose(*exact);
}

double near(const Json& value) {
  return midpoint(number_of(value));
}

std::vector<double> near_point(const Json& value) {
  std::vector<double> point;
  for (const Json& entry : value) point.push_back(near(entry));
  return point;
}

Interval interval_of(const Json& value) {
  return {number_of(value.at(0)).lower(), number_of(value.at(1)).upper()};
}

std::vector<Interval> box_of(const Json& value) {
  std::vector<Interval> box;
  for (const Json& side : value) box.push_back(interval_of(side));
  return box;
}

std::string interval_text(const Interval& x) {
  return x.lower() == x.upper() ? fmt::format("{}", x.lower())
                                : fmt::format("[{}, {}]", x.lower(), x.upper());
}

std::string point_text(const Json& value) {
  std::string text;
  for (const Json& entry : value)
    text += (text.empty() ? "" : ", ") +
            (entry.is_string() ? entry.get<std::string>() : fmt::format("{}", entry.get<double>()));
  return "(" + text + ")";
}

Domain domain_of(const Json& claim, std::size_t dim) {
  const Json& domain = claim.at("domain");
  Domain result;
  result.dim = dim;
  if (domain.at("type") == "ball") {
    result.type = Domain::Type::ball;
    result.radius = number_of(domain.at("radius")).lower();
  } else if (domain.at("type") == "box") {
    result.type = Domain::Type::box;
    for (const Interval& side : box_of(domain.at("bounds"))) {
      result.box.lower.push_back(side.lower());
      result.box.upper.push_back(side.upper());
    }
  }
  return result;
}

std::vector<plot::Range> window_of(const Domain& domain) {
  std::vector<plot::Range> window;
  for (std::size_t i = 0; i < domain.dim; ++i)
    window.push_back(domain.type == Domain::Type::ball
                         ? plot::Range{-domain.radius, domain.radius}
                         : plot::Range{domain.box.lower[i], domain.box.upper[i]});
  return window;
}

OutputSelection output_of(const Json& claim) {
  const Json& output = claim.at("output");
  if (output.at("type") == "component") return {false, output.at("index").get<std::size_t>(), 0};
  return {true, output.at("indices").at(0).get<std::size_t>(), output.at("indices").at(1).get<std::size_t>()};
}

Verdict verdict_of(const Json& claim) {
  const auto text = claim.value("verdict", "");
  return text == "proved" ? Verdict::proved : text == "refuted" ? Verdict::refuted : Verdict::undecided;
}

std::vector<TreeLeaf> leaves_of(const Json& tree, const std::vector<Interval>& root) {
  std::vector<TreeLeaf> leaves;
  std::vector<std::vector<Interval>> open{root};  // the next box of the preorder at the back
  for (const Json& operation : tree) {
    if (open.empty()) throw InputError("certificate", "its tree goes on after its last box", "make it again");
    std::vector<Interval> box = std::move(open.back());
    open.pop_back();
    const auto word = operation.at(0).get<std::string>();
    if (word != "split") {
      leaves.push_back({std::move(box), word});
      continue;
    }
    const auto axis = operation.at(1).get<std::size_t>();
    const Interval side = box.at(axis);
    const double middle = 0.5 * side.lower() + 0.5 * side.upper();
    std::vector<Interval> upper = box;
    upper[axis] = {middle, side.upper()};
    box[axis] = {side.lower(), middle};
    open.push_back(std::move(upper));
    open.push_back(std::move(box));
  }
  return leaves;
}

}  // namespace narrows::certified
