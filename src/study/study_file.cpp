// Reading a study file. The TOML parser is included here alone.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <initializer_list>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "base/version.hpp"
#include "io/exact_text.hpp"
#include "study/analyse.hpp"
#include "study/plan.hpp"

namespace narrows {
namespace {

constexpr std::size_t kMostNetworks = 10'000'000;

/// A table of the file with its name; every complaint names the file, the line and the key.
struct Table {
  const toml::table& table;
  std::string name;  ///< "family[0]", or empty at the top
  std::string file;

  [[noreturn]] void fail(const std::string& key, const toml::node* node, const std::string& what,
                         const std::string& mend) const {
    const auto line = (node != nullptr ? node->source() : table.source()).begin.line;
    throw InputError(
        fmt::format("{}: line {}: {}{}{}", file, line, name, name.empty() || key.empty() ? "" : ".", key),
        what, mend);
  }
  void allow_only(std::initializer_list<std::string_view> keys) const {
    for (const auto& [key, node] : table)
      if (std::find(keys.begin(), keys.end(), key.str()) == keys.end()) {
        std::string known;
        for (const std::string_view k : keys) known += (known.empty() ? "" : ", ") + std::string(k);
        fail(std::string(key.str()), &node, "unknown key", "known are " + known);
      }
  }
  [[nodiscard]] const toml::node* find(const std::string& key) const { return table.get(key); }

  [[nodiscard]] std::string text(const std::string& key, const std::string& fallback) const {
    const toml::node* node = find(key);
    if (node == nullptr) return fallback;
    const auto value = node->value_exact<std::string>();
    if (!value) fail(key, node, "not a string", "write \"…\"");
    return *value;
  }
  [[nodiscard]] bool flag(const std::string& key) const {
    const toml::node* node = find(key);
    if (node == nullptr) return false;
    const auto value = node->value_exact<bool>();
    if (!value) fail(key, node, "not true or false", "write true or false");
    return *value;
  }
  [[nodiscard]] double number_of(const std::string& key, const toml::node& node) const {
    const auto value = node.is_string() ? std::nullopt : node.value<double>();
    if (!value || !std::isfinite(*value))
      fail(key, &node, "not a finite number", "write a number such as 0.5");
    return *value;
  }
  [[nodiscard]] double number(const std::string& key, double fallback) const {
    const toml::node* node = find(key);
    return node == nullptr ? fallback : number_of(key, *node);
  }
  [[nodiscard]] std::size_t count_of(const std::string& key, const toml::node& node, std::size_t least,
                                     std::size_t most) const {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < static_cast<std::int64_t>(least) || *value > static_cast<std::int64_t>(most))
      fail(key, &node, "not a whole number in the allowed range",
           fmt::format("write one from {} to {}", least, most));
    return static_cast<std::size_t>(*value);
  }
  [[nodiscard]] std::size_t count(const std::string& key, std::size_t fallback, std::size_t least,
                                  std::size_t most) const {
    const toml::node* node = find(key);
    return node == nullptr ? fallback : count_of(key, *node, least, most);
  }
  /// One of the words; its position.
  [[nodiscard]] std::size_t choice_of(const std::string& key, const toml::node& node,
                                      std::initializer_list<std::string_view> words) const {
    const auto value = node.value_exact<std::string>();
    const auto* found = value ? std::find(words.begin(), words.end(), *value) : words.end();
    std::string known;
    for (const std::string_view word : words)
      known += (known.empty() ? "\"" : ", \"") + std::string(word) + "\"";
    if (found == words.end()) fail(key, &node, "not one of the known words", "write " + known);
    return static_cast<std::size_t>(found - words.begin());
  }
  [[nodiscard]] std::size_t choice(const std::string& key,
                                   std::initializer_list<std::string_view> words) const {
    const toml::node* node = find(key);
    return node == nullptr ? 0 : choice_of(key, *node, words);
  }

  /// One value, a list of values, or {from, to} in steps of 1.
  [[nodiscard]] std::vector<std::size_t> counts(const std::string& key, std::vector<std::size_t> fallback,
                                                std::size_t least, std::size_t most) const {
    const toml::node* node = find(key);
    if (node == nullptr) return fallback;
    std::vector<std::size_t> values;
    if (const toml::array* list = node->as_array()) {
      for (const toml::node& item : *list) values.push_back(count_of(key, item, least, most));
    } else if (const toml::table* range = node->as_table()) {
      const Table inner{*range, name + (name.empty() ? "" : ".") + key, file};
      inner.allow_only({"from", "to"});
      const std::size_t from = inner.count("from", least, least, most),
                        to = inner.count("to", from, from, most);
      for (std::size_t value = from; value <= to; ++value) values.push_back(value);
    } else {
      values.push_back(count_of(key, *node, least, most));
    }
    if (values.empty()) fail(key, node, "an empty list", "give at least one value");
    return values;
  }
  /// One value, a list of values ("p/q" strings are exact), or {from, to, steps}: equally spaced, to 12 digits.
  [[nodiscard]] std::vector<Rational> numbers(const std::string& key) const {
    const toml::node& node = *find(key);
    std::vector<Rational> values;
    if (const toml::array* list = node.as_array()) {
      for (const toml::node& item : *list) values.push_back(exact_of(key, item));
    } else if (const toml::table* range = node.as_table()) {
      const Table inner{*range, name + "." + key, file};
      inner.allow_only({"from", "to", "steps"});
      const double from = inner.number("from", 0), to = inner.number("to", 1);
      const std::size_t steps = inner.count("steps", 2, 2, 10'000);
      for (std::size_t k = 0; k < steps; ++k) {
        const double value = from + (to - from) * static_cast<double>(k) / static_cast<double>(steps - 1);
        values.push_back(rational_exact(*parse_decimal(fmt::format("{:.12g}", value))));
      }
    } else {
      values.push_back(exact_of(key, node));
    }
    if (values.empty()) fail(key, &node, "an empty list", "give at least one value");
    return values;
  }
  [[nodiscard]] Rational exact_of(const std::string& key, const toml::node& node) const {
    if (const auto text = node.value_exact<std::string>()) {
      const auto exact = parse_exact(*text);
      if (!exact) fail(key, &node, "not an exact number", "write a number, or a fraction \"p/q\"");
      return *exact;
    }
    return rational_exact(number_of(key, node));
  }
};

const std::array kActivations = {Activation::tanh,       Activation::sigmoid, Activation::softplus,
                                 Activation::arctan,     Activation::sin,     Activation::silu,
                                 Activation::gelu,       Activation::elu,     Activation::relu,
                                 Activation::leaky_relu, Activation::identity};

Activation activation_of(const Table& from, const toml::node& node) {
  return kActivations[from.choice_of("activation", node,
                                     {"tanh", "sigmoid", "softplus", "arctan", "sin", "silu", "gelu", "elu",
                                      "relu", "leaky_relu", "identity"})];
}

WeightDistribution weights_of(const Table& family) {
  WeightDistribution weights;
  const toml::node* node = family.find("weights");
  if (node == nullptr) return weights;
  const toml::table* table = node->as_table();
  if (table == nullptr)
    family.fail("weights", node, "not a table", "write weights = { law = \"normal\", scale = 1 }");
  const Table from{*table, family.name + ".weights", family.file};
  from.allow_only({"law", "scale", "bias", "bits", "fan_in"});
  weights.law = std::array{WeightLaw::normal, WeightLaw::uniform,
                           WeightLaw::bits}[from.choice("law", {"normal", "uniform", "bits"})];
  weights.scale = from.number("scale", weights.scale);
  weights.bias = from.number("bias", weights.scale);
  weights.bits = static_cast<int>(from.count("bits", 4, 2, 24));
  weights.fan_in = from.flag("fan_in");
  for (const double factor : {weights.scale, weights.bias})
    if (!(factor >= 0 && factor <= 1e6))
      from.fail("scale", node, "a scale that is negative or huge", "write one from 0 to 1e6");
  return weights;
}

void read_channels(const Table& from, StudyFamily* family) {
  const bool ratio = from.find("ratio") != nullptr, residual = from.find("residual") != nullptr;
  if (family->architecture == Architecture::mlp) {
    for (const char* key : {"skip", "ratio", "residual", "outer"})
      if (from.find(key) != nullptr)
        from.fail(key, from.find(key), "an mlp has no skip connections",
                  "leave it out, or write architecture = \"resnet\"");
    family->skips = {Rational(0)};
    family->channels = {Rational(1)};
    return;
  }
  if (ratio && residual)
    from.fail("ratio", from.find("ratio"), "both ratio and residual are given", "give one of them");
  family->skips = from.find("skip") != nullptr ? from.numbers("skip") : std::vector<Rational>{Rational(1)};
  family->by_ratio = ratio;
  family->channels = ratio      ? from.numbers("ratio")
                     : residual ? from.numbers("residual")
                                : std::vector<Rational>{Rational(1)};
}

StudyFamily family_of(const Table& from) {
  from.allow_only({"architecture", "input_dim", "width", "depth", "activation", "skip", "residual", "ratio",
                   "outer", "same_weights", "weights", "seeds", "first_seed"});
  constexpr std::size_t widest = 4096;
  StudyFamily family;
  family.architecture =
      std::array{Architecture::resnet, Architecture::mlp}[from.choice("architecture", {"resnet", "mlp"})];
  family.input_dims = from.counts("input_dim", {2}, 1, widest);
  family.widths = from.counts("width", {0}, 1, widest);
  family.depths = from.counts("depth", {1}, 1, 10'000);
  family.outer = from.flag("outer");
  family.same_weights = from.flag("same_weights");
  const toml::node* activation = from.find("activation");
  if (activation == nullptr) {
    family.activations = {Activation::tanh};
  } else if (const toml::array* list = activation->as_array()) {
    for (const toml::node& item : *list) family.activations.push_back(activation_of(from, item));
    if (family.activations.empty())
      from.fail("activation", activation, "an empty list", "give at least one activation");
  } else {
    family.activations = {activation_of(from, *activation)};
  }
  read_channels(from, &family);
  family.weights = weights_of(from);
  family.seeds = from.count("seeds", 1, 1, kMostNetworks);
  family.first_seed = from.count("first_seed", 0, 0, std::size_t{1} << 62);
  if (family.outer && from.find("width") != nullptr)
    from.fail("width", from.find("width"), "an outer block has no inner width", "leave width out");
  return family;
}

/// One entry per part of the analysis.
void add_analysis(const Table& from, std::size_t group, std::vector<Analysis>* analyses) {
  if (from.find("type") == nullptr)
    from.fail("type", nullptr, "it is missing",
              "write type = \"certify\", \"threshold\", \"levelset\", \"bounds\" or \"regimes\"");
  Analysis analysis;
  analysis.type = std::array{
      AnalysisType::certify, AnalysisType::threshold, AnalysisType::levelset, AnalysisType::bounds,
      AnalysisType::regimes}[from.choice("type", {"certify", "threshold", "levelset", "bounds", "regimes"})];
  switch (analysis.type) {
    case AnalysisType::certify:
      from.allow_only({"type", "domain", "max_boxes", "split"});
      break;
    case AnalysisType::threshold:
      from.allow_only({"type", "domain"});
      break;
    case AnalysisType::levelset:
      from.allow_only({"type", "domain", "max_boxes", "level"});
      break;
    case AnalysisType::bounds:
      from.allow_only({"type", "domain", "max_boxes", "limit", "gap"});
      break;
    case AnalysisType::regimes:
      from.allow_only({"type", "domain", "max_boxes", "skip", "residual", "depth", "split"});
      break;
  }
  analysis.domain = from.text("domain", "");
  analysis.max_boxes = from.count("max_boxes", 0, 1, std::size_t{1} << 40);
  if (const toml::node* level = from.find("level")) analysis.level = to_text(from.exact_of("level", *level));
  analysis.limit = std::array<const char*, 2>{"ode", "mlp"}[from.choice("limit", {"ode", "mlp"})];
  analysis.gap = from.number("gap", analysis.gap);
  if (!(analysis.gap >= 1e-9 && analysis.gap <= 1))
    from.fail("gap", from.find("gap"), "not a share of the distance", "write one from 1e-9 to 1");
  analysis.skip = from.text("skip", "0:2");
  analysis.residual = from.text("residual", "0:2");
  analysis.depth = static_cast<int>(from.count("depth", 5, 0, 20));
  analysis.split = from.count("split", 1, 1, 64);
  if (analysis.type == AnalysisType::bounds && analysis.domain.empty())
    from.fail("domain", nullptr, "it is missing", "give a box such as \"[-1,1]^d\"");
  if (analysis.type == AnalysisType::certify && analysis.split > 1 &&
      analysis.domain.find('[') == std::string::npos)
    from.fail("split", from.find("split"), "there is no box to cut", "give domain = \"[-2,2]^2\"");
  analysis.group = group;
  // The number of inputs is not known here: a certify box is cut along its first two sides at most.
  analysis.parts = analysis.split * analysis.split;
  for (analysis.part = 0; analysis.part < analysis.parts; ++analysis.part) analyses->push_back(analysis);
}

/// The networks of a folder by name, and their bytes' hashes.
std::vector<std::string> networks_in(const Table& top, const std::string& folder, std::string* hashes) {
  namespace fs = std::filesystem;
  std::error_code trouble;
  std::vector<std::string> files;
  for (fs::directory_iterator item(folder, trouble), end; !trouble && item != end; item.increment(trouble))
    if (const fs::path& path = item->path(); path.extension() == ".json" || path.extension() == ".onnx")
      files.push_back(path.string());
  if (trouble)
    top.fail("folder", top.find("folder"), "'" + folder + "' cannot be read: " + trouble.message(),
             "name a folder of networks, relative to the study file");
  if (files.empty())
    top.fail("folder", top.find("folder"), "'" + folder + "' holds no .json and no .onnx file",
             "name a folder of networks");
  std::sort(files.begin(), files.end());
  for (const std::string& file : files)
    *hashes += fs::path(file).filename().string() + " " + sha256_hex(read_file(file)) + "\n";
  return files;
}

/// An analysis that no network of the plan can be asked is a mistake of the file.
void check_askable(const Table& from, const StudyPlan& plan, const Analysis& analysis) {
  try {
    require_askable(plan, analysis);
  } catch (const InputError& error) {
    const std::string text = error.what();
    const std::size_t mend = text.rfind("; ");
    from.fail("", from.find("domain"), text.substr(0, mend), text.substr(mend + 2));
  }
}

std::string relative_to(const std::string& study, const std::string& path) {
  return (std::filesystem::path(study).parent_path() / path).string();
}

std::string joined(const std::vector<Rational>& values) {
  std::string text;
  for (const Rational& value : values) text += to_text(value) + " ";
  return text;
}

/// Everything that rows depend on, as one text.
std::string identity_of(const StudyPlan& plan, const std::string& hashes) {
  std::string text = fmt::format("narrows {}\nnarrows-study/1\n{}", NARROWS_VERSION, hashes);
  for (const StudyFamily& f : plan.families) {
    text += fmt::format("family {} {} {} {} | {} | {} | {} | ", to_string(f.architecture), f.outer,
                        f.by_ratio, f.same_weights, fmt::join(f.input_dims, " "), fmt::join(f.widths, " "),
                        fmt::join(f.depths, " "));
    for (const Activation a : f.activations) text += std::string(to_string(a)) + " ";
    text += fmt::format("| {}| {}| {} {} {} {} {} | {} {}\n", joined(f.skips), joined(f.channels),
                        to_string(f.weights.law), f.weights.scale, f.weights.bias, f.weights.bits,
                        f.weights.fan_in, f.first_seed, f.seeds);
  }
  for (const Analysis& a : plan.analyses)
    text += fmt::format("{} {} {} {} {} {} {} {} {} {} {}\n", to_string(a.type), a.domain, a.max_boxes,
                        a.level, a.limit, a.gap, a.skip, a.residual, a.depth, a.part, a.parts);
  return text;
}

}  // namespace

StudyPlan parse_study(const std::string& text, const std::string& where) {
  toml::table document;
  try {
    document = toml::parse(text, where);
  } catch (const toml::parse_error& error) {
    throw InputError(fmt::format("{}: line {}", where, error.source().begin.line),
                     std::string(error.description()), "mend the TOML");
  }
  const Table top{document, "", where};
  top.allow_only({"format", "name", "certificates", "folder", "family", "analysis"});
  if (top.text("format", "") != "narrows-study/1")
    top.fail("format", top.find("format"), "not \"narrows-study/1\"",
             "begin the file with format = \"narrows-study/1\"");
  StudyPlan plan;
  plan.name = top.text("name", std::filesystem::path(where).stem().string());
  if (const std::string folder = top.text("certificates", ""); !folder.empty())
    plan.certificates = relative_to(where, folder);
  std::string hashes;
  if (const std::string folder = top.text("folder", ""); !folder.empty())
    plan.files = networks_in(top, relative_to(where, folder), &hashes);
  const auto each = [&](const char* key, const auto& action) {
    const toml::node* node = top.find(key);
    if (node == nullptr) return;
    if (const toml::table* one = node->as_table()) return action(Table{*one, key, where}, std::size_t{0});
    const toml::array* list = node->as_array();
    if (list == nullptr) top.fail(key, node, "not a table", fmt::format("write [[{}]]", key));
    for (std::size_t i = 0; i < list->size(); ++i) {
      const toml::table* item = list->get(i)->as_table();
      if (item == nullptr) top.fail(key, node, "not a list of tables", fmt::format("write [[{}]]", key));
      action(Table{*item, fmt::format("{}[{}]", key, i), where}, i);
    }
  };
  each("family", [&](const Table& from, std::size_t) { plan.families.push_back(family_of(from)); });
  each("analysis", [&](const Table& from, std::size_t group) { add_analysis(from, group, &plan.analyses); });
  if (plan.networks() == 0)
    top.fail("", nullptr, "the study has no networks", "add [[family]], or folder = \"…\"");
  if (plan.networks() > kMostNetworks)
    top.fail("family", top.find("family"), fmt::format("{} networks are too many", plan.networks()),
             fmt::format("stay below {}", kMostNetworks));
  if (plan.analyses.empty()) top.fail("", nullptr, "the study has no analysis", "add [[analysis]]");
  each("analysis", [&](const Table& from, std::size_t group) {
    for (const Analysis& analysis : plan.analyses)
      if (analysis.group == group && analysis.part == 0) check_askable(from, plan, analysis);
  });
  plan.fingerprint = sha256_hex(identity_of(plan, hashes));
  return plan;
}

}  // namespace narrows
