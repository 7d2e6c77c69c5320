#include "theorems/stored.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "io/json_document.hpp"

namespace narrows::theorems {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// A record has the members that the comparison reads, of the right kinds.
bool well_formed(const Json& record) {
  if (!record.is_object() || !record.contains("figures") || !record["figures"].is_object() ||
      !record.contains("certificates") || !record["certificates"].is_object())
    return false;
  return std::all_of(record["certificates"].begin(), record["certificates"].end(),
                     [](const Json& entry) { return entry.is_object(); });
}

/// The instances stored of a theorem; an empty object if there is no file.
/// Errors  InputError if the file is not one of ours.
Json stored_instances(const std::string& folder, const Statement& statement) {
  const std::string file = folder + "/" + statement.id + ".json";
  if (!fs::exists(file)) return Json::object();
  Json document = io::parse_strict_json(read_file(file), file);
  if (!document.is_object() || document.value("format", Json()) != Json("narrows-stored/1") ||
      !document.contains("instances") || !document["instances"].is_object() ||
      !std::all_of(document["instances"].begin(), document["instances"].end(), well_formed))
    throw InputError(file, "this is no stored result", "restore it, or run with --accept");
  return document["instances"];
}

std::string certificate_path(const std::string& folder, const std::string& id, const std::string& instance,
                             const std::string& name) {
  return folder + "/" + id + "/" + instance + "." + name;
}

std::string shown(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_null() ? "nothing" : value.dump();
}

/// Both ends are there or not alike, and differ by at most the tolerance times the largest of the stored ones.
bool close(const Enclosure& before, const Enclosure& now, const Rational& tolerance) {
  Rational size = 0;
  for (const auto& end : {before.lo, before.hi})
    if (end) size = std::max(size, Rational(abs(*end)));
  const auto same = [&](const std::optional<Rational>& a, const std::optional<Rational>& b) {
    return a && b ? abs(*a - *b) <= tolerance * size : a.has_value() == b.has_value();
  };
  return same(before.lo, now.lo) && same(before.hi, now.hi);
}

/// Ends as exact texts; null for an infinite one.
Json figure_json(const Enclosure& x) {
  return Json::array({x.lo ? Json(x.lo->str()) : Json(), x.hi ? Json(x.hi->str()) : Json()});
}

/// The claim lines are equal but for numbers that differ by at most the tolerance times the stored one.
bool same_claim(const std::string& stored, const std::string& now, double tolerance) {
  const char *a = stored.c_str(), *b = now.c_str();
  while (*a != 0 && *b != 0) {
    const bool numbers = std::isdigit(static_cast<unsigned char>(*a)) != 0 && std::isdigit(static_cast<unsigned char>(*b)) != 0;
    if (!numbers) {
      if (*a++ != *b++) return false;
      continue;
    }
    char *end_a = nullptr, *end_b = nullptr;
    const double x = std::strtod(a, &end_a), y = std::strtod(b, &end_b);
    if (!(std::fabs(x - y) <= tolerance * std::fabs(x))) return false;
    a = end_a;
    b = end_b;
  }
  return *a == *b;
}

class Comparison {
 public:
  Comparison(const std::string& folder, const TheoremResult& result, const CertificateChecker& check)
      : folder_(folder),
        result_(result),
        check_(check),
        stored_(stored_instances(folder, *result.statement)) {}

  std::vector<Difference> differences() {
    const std::vector<Instance>& instances = result_.statement->instances;
    for (std::size_t i = 0; i < instances.size(); ++i)
      if (result_.instances[i].ran) compare(instances[i], result_.instances[i]);
    for (const auto& [name, record] : stored_.items())
      if (std::none_of(instances.begin(), instances.end(),
                       [&, wanted = name](const Instance& instance) { return instance.name == wanted; }))
        add(name, "instance", "in the registry", "gone");
    return std::move(found_);
  }

 private:
  void add(const std::string& instance, const std::string& what, const std::string& stored,
           const std::string& now) {
    found_.push_back({result_.statement->id, instance, what, stored, now});
  }

  void compare(const Instance& instance, const InstanceResult& now) {
    if (!stored_.contains(instance.name)) return add(instance.name, "instance", "nothing", "new");
    const Json& record = stored_[instance.name];
    if (const Json verdict = record.value("verdict", Json()); verdict != Json(now.verdict))
      add(instance.name, "verdict", shown(verdict), now.verdict);
    if (now.as_expected != Truth::yes)
      return add(instance.name, "expectation", "as expected",
                 now.problems.empty() ? "not" : now.problems.front());
    compare_figures(instance, now, record.value("figures", Json::object()));
    compare_certificates(instance, now, record.value("certificates", Json::object()));
  }

  void compare_figures(const Instance& instance, const InstanceResult& now, const Json& old) {
    for (std::size_t f = 0; f < now.figures.size(); ++f) {
      const auto& [name, value] = now.figures[f];
      if (!old.contains(name)) {
        add(instance.name, "figure " + name, "nothing", to_text(value));
        continue;
      }
      const Enclosure before = value_of_json(old[name].dump(), "stored figure").number();
      if (!close(before, value, instance.figures[f].tolerance))
        add(instance.name, "figure " + name, to_text(before),
            to_text(value) + " (tolerance " + to_text(Enclosure(instance.figures[f].tolerance)) + ")");
    }
    for (const auto& [name, value] : old.items())
      if (std::none_of(now.figures.begin(), now.figures.end(),
                       [&, wanted = name](const auto& figure) { return figure.first == wanted; }))
        add(instance.name, "figure " + name, shown(value), "gone");
  }

  void compare_certificates(const Instance& instance, const InstanceResult& now, const Json& old) {
    double loosest = 0;  // claims hold the figures, too
    for (const Figure& figure : instance.figures) loosest = std::max(loosest, figure.tolerance.convert_to<double>());
    for (const CertificateResult& certificate : now.certificates)
      if (!old.contains(certificate.name))
        add(instance.name, "certificate " + certificate.name, "nothing", certificate.outcome.line);
    for (const auto& [name, record] : old.items()) {
      const std::string what = "certificate " + name, claim = shown(record.value("claim", Json()));
      const auto today =
          std::find_if(now.certificates.begin(), now.certificates.end(),
                       [&, wanted = name](const CertificateResult& c) { return c.name == wanted; });
      if (today == now.certificates.end())
        add(instance.name, what, claim, "not written any more");
      else if (!same_claim(claim, today->outcome.line, loosest))
        add(instance.name, what, claim, today->outcome.line);
      if (record.contains("sha256")) check_stored(instance, name, record, claim, now.network_file);
    }
  }

  /// The stored certificate itself: its bytes, and what today's checker says of it.
  void check_stored(const Instance& instance, const std::string& name, const Json& record,
                    const std::string& claim, const std::string& network) {
    const std::string file = certificate_path(folder_, result_.statement->id, instance.name, name),
                      what = "stored certificate " + name;
    if (!fs::exists(file)) return add(instance.name, what, claim, "the file is missing");
    if (const std::string hash = sha256_hex(read_file(file)); hash != shown(record["sha256"]))
      add(instance.name, what, "bytes with SHA-256 " + shown(record["sha256"]).substr(0, 12),
          "bytes with SHA-256 " + hash.substr(0, 12));
    const CertificateOutcome outcome = check_(file, network);
    if (!outcome.accepted)
      add(instance.name, what, "ACCEPTED " + claim, outcome.line);
    else if (outcome.line != claim)
      add(instance.name, what, claim, outcome.line);
  }

  const std::string& folder_;
  const TheoremResult& result_;
  const CertificateChecker& check_;
  Json stored_;
  std::vector<Difference> found_;
};

void remove_certificates(const std::string& folder, const std::string& id, const std::string& instance,
                         const Json& record) {
  for (const auto& [certificate, entry] : record["certificates"].items())
    if (certificate.find('/') == std::string::npos)
      fs::remove(certificate_path(folder, id, instance, certificate));
}

/// The record of one instance; its small certificates are copied into the store.
Json record_of(const std::string& folder, const std::string& id, const Instance& instance,
               const InstanceResult& result) {
  Json record{{"kind", to_text(instance.kind)},
              {"verdict", result.verdict},
              {"figures", Json::object()},
              {"certificates", Json::object()}};
  for (const auto& [name, value] : result.figures) record["figures"][name] = figure_json(value);
  for (const CertificateResult& certificate : result.certificates) {
    Json& entry = record["certificates"][certificate.name] = {{"claim", certificate.outcome.line}};
    const std::string bytes = read_file(certificate.file);
    if (bytes.size() > kStoredBytes) continue;
    fs::create_directories(folder + "/" + id);
    write_file_atomically(certificate_path(folder, id, instance.name, certificate.name), bytes);
    entry["sha256"] = sha256_hex(bytes);
  }
  return record;
}

}  // namespace

std::vector<Difference> compare_with_stored(const std::string& folder, const TheoremResult& result,
                                            const CertificateChecker& check) {
  try {
    return Comparison(folder, result, check).differences();
  } catch (const InputError& error) {  // not JSON, or not ours
    return {{result.statement->id, "", "the stored file", "a readable one", error.what()}};
  } catch (const FormulaError& error) {  // a figure that is no number
    return {{result.statement->id, "", "the stored file", "a readable one", error.what()}};
  }
}

std::vector<std::string> stored_theorems(const std::string& folder) {
  std::vector<std::string> ids;
  if (!fs::exists(folder)) return ids;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (const fs::path file = fs::relative(entry.path(), folder); entry.is_regular_file() && file.extension() == ".json" && std::distance(file.begin(), file.end()) == 2)
      ids.push_back((file.parent_path() / file.stem()).generic_string());
  std::sort(ids.begin(), ids.end());
  return ids;
}

void store(const std::string& folder, const TheoremResult& result, const std::string& version) {
  const Statement& statement = *result.statement;
  Json old = Json::object();
  try {
    old = stored_instances(folder, statement);
  } catch (const InputError&) {  // unreadable: replaced
  }
  Json instances = Json::object();
  for (std::size_t i = 0; i < statement.instances.size(); ++i) {
    const std::string& name = statement.instances[i].name;
    const bool fresh = result.instances[i].ran && result.instances[i].as_expected == Truth::yes;
    // Certificates that are replaced or belong to nobody any more go.
    if (fresh && old.contains(name)) remove_certificates(folder, statement.id, name, old[name]);
    if (fresh)
      instances[name] = record_of(folder, statement.id, statement.instances[i], result.instances[i]);
    else if (old.contains(name))
      instances[name] = old[name];
  }
  for (const auto& [name, record] : old.items())
    if (!instances.contains(name)) remove_certificates(folder, statement.id, name, record);
  const fs::path file = folder + "/" + statement.id + ".json";
  fs::create_directories(file.parent_path());
  write_file_atomically(file.string(), Json{{"format", "narrows-stored/1"},
                                            {"theorem", statement.id},
                                            {"version", version},
                                            {"instances", instances}}
                                               .dump(1) +
                                           "\n");
}

}  // namespace narrows::theorems
