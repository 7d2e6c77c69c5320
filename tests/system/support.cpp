#include "support.hpp"

#include <algorithm>
#include <chrono>

#include "base/atomic_file.hpp"
#include "base/sha256.hpp"
#include "certify/certificate.hpp"
#include "io/network_json.hpp"

namespace narrows::test {
namespace {

const Json& all_truth() {
  static const Json truth = Json::parse(read_file(trained_path("truth.json"))).at("truth");
  return truth;
}

std::vector<Interval> box_of(const Json& sides) {
  std::vector<Interval> box;
  for (const Json& side : sides) box.emplace_back(side.at(0).get<double>(), side.at(1).get<double>());
  return box;
}

// Where x lies relative to a domain: 1 inside, 0 on the boundary, −1 outside.
int side_of(const Json& domain, const std::vector<Real>& x) {
  const std::string type = domain.at("type");
  if (type == "space") return 1;
  if (type == "ball") {
    const Real radius = domain.at("radius").get<double>();
    Real norm = 0;
    for (const Real& coordinate : x) norm += coordinate * coordinate;
    return norm < radius * radius ? 1 : norm == radius * radius ? 0 : -1;
  }
  int side = 1;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Real lo = domain.at("bounds").at(i).at(0).get<double>(), hi = domain.at("bounds").at(i).at(1).get<double>();
    side = std::min(side, lo < x[i] && x[i] < hi ? 1 : x[i] == lo || x[i] == hi ? 0 : -1);
  }
  return side;
}

std::string text_of(const FoundPoint& point) {
  std::string text = "critical point at (";
  for (const Real& coordinate : point.x) text += coordinate.str(17) + " ";
  return text + ") of index " + std::to_string(point.morse_index);
}

// What is wrong with `point` as the critical point that an entry of critical_points speaks of.
std::string mismatch(const Json& entry, const Json& domain, const FoundPoint& point) {
  if (!contains(box_of(entry.at("box")), point.x)) return text_of(point) + " lies outside the claimed box";
  if (!contains(box_of(Json::array({entry.at("value")})), {point.value})) return text_of(point) + " has another value";
  const Json& index = entry.at("morse_index");
  if (!index.is_null() && index.get<int>() != point.morse_index) return text_of(point) + " is claimed to have another index";
  const bool inside = entry.at("in_domain") == "inside";
  return inside && side_of(domain, point.x) != 1 ? text_of(point) + " is not inside" : "";
}

// What is wrong with an entry of critical_points: its box must hold a critical point as described, it may hold others.
std::string wrong_entry(const Json& entry, const Json& domain, const HighPrecision& network) {
  const std::vector<Interval> sides = box_of(entry.at("box"));
  Box box;
  for (const Interval& side : sides) {
    box.lower.push_back(side.lower());
    box.upper.push_back(side.upper());
  }
  std::string wrong = "no critical point found in a claimed box";
  for (const int per_axis : {1, 15})
    for (const FoundPoint& point : network.search(box, per_axis)) {
      wrong = mismatch(entry, domain, point);
      if (wrong.empty()) return "";
    }
  return wrong;
}

}  // namespace

std::string trained_path(const std::string& name) { return std::string(NARROWS_DATA_DIR) + "/networks/trained/" + name; }

Trained load_trained(const std::string& name) {
  Trained net;
  net.name = name;
  net.bytes = read_file(trained_path(name + ".json"));
  net.network = parse_network_json(net.bytes, name);
  net.truth = all_truth().at(name);
  return net;
}

std::vector<std::string> trained_names() {
  std::vector<std::string> names;
  for (const auto& [name, truth] : all_truth().items()) names.push_back(name);
  return names;
}

Domain box_domain(const Box& box) {
  Domain domain;
  domain.type = Domain::Type::box;
  domain.dim = box.dim();
  domain.box = box;
  return domain;
}

Domain cube(std::size_t d, double half) { return box_domain({std::vector<double>(d, -half), std::vector<double>(d, half)}); }

Domain ball(std::size_t d, double radius) {
  Domain domain;
  domain.type = Domain::Type::ball;
  domain.dim = d;
  domain.radius = radius;
  return domain;
}

Domain space(std::size_t d) {
  Domain domain;
  domain.dim = d;
  return domain;
}

Certified certify_network(const Network& network, const Domain& domain, const CertifyOptions& options, const std::string& bytes,
                          const OutputSelection& output) {
  const auto start = std::chrono::steady_clock::now();
  Certified out;
  out.result = certify(make_chain(network, output, "net"), domain, options, "net");
  out.prove_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  out.certificate = critical_certificate(out.result, network, output, {"net.json", sha256_hex(bytes)});
  return out;
}

std::string check_line(const std::string& certificate, const checker::Options& options) {
  const checker::Outcome outcome = checker::check(certificate, options);
  return outcome_line(outcome) + (outcome.accepted() ? " " + outcome.claim : "");
}

bool accepted(const std::string& certificate) { return checker::check(certificate).accepted(); }

std::vector<int> indices_of(const CertifyResult& result) {
  std::vector<int> indices;
  for (const CriticalPoint& point : result.critical_points)
    if (point.inside) indices.push_back(point.morse_index.value_or(-1));
  std::sort(indices.begin(), indices.end());
  return indices;
}

bool contains(const std::vector<Interval>& box, const std::vector<Real>& x) {
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!(Real(box[i].lower()) <= x[i] && x[i] <= Real(box[i].upper()))) return false;
  return true;
}

std::string contradiction(const Json& claim, const HighPrecision& network, const Box& area, int per_axis) {
  const Json& domain = claim.at("domain");
  const Json& entries = claim.at("critical_points");
  const bool extrema_claim = claim.at("kind") == "no-local-extremum";
  const auto is_extremum = [&](int index) { return index == 0 || index == static_cast<int>(network.input_dim()); };

  bool witness = false;
  for (const Json& entry : entries) {
    if (const std::string wrong = wrong_entry(entry, domain, network); !wrong.empty()) return wrong;
    const Json& index = entry.at("morse_index");
    witness = witness || (entry.at("in_domain") == "inside" && (!extrema_claim || (!index.is_null() && is_extremum(index.get<int>()))));
  }
  if (claim.at("verdict") == "refuted" && !witness) return "refuted without a witness";

  const bool proved = claim.at("verdict") == "proved";
  std::size_t in_domain = 0;
  for (const FoundPoint& point : network.search(area, per_axis)) {
    const int side = side_of(domain, point.x);
    if (side < 0) continue;
    ++in_domain;
    if (proved && !extrema_claim) return text_of(point) + " in spite of `proved`";
    // An extremum of the restriction to the closed domain is meant only in the interior.
    if (proved && side > 0 && is_extremum(point.morse_index)) return text_of(point) + " in spite of `proved`";
    const auto holds = [&](const Json& entry) { return contains(box_of(entry.at("box")), point.x); };
    if (claim.at("complete") == true && std::none_of(entries.begin(), entries.end(), holds))
      return text_of(point) + " missing from a complete list";
  }
  if (claim.at("complete") == true && in_domain > entries.size()) return "more critical points than a complete list has";
  return "";
}

}  // namespace narrows::test
