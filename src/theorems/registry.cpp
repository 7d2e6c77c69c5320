// Reads theorem files (proofs/README.md). Strict: a key that is not known here is an error, as is a number that TOML would round.
#include <toml++/toml.h>
#include <algorithm>
#include <filesystem>

#include "base/errors.hpp"
#include "theorems/statement.hpp"

namespace narrows::theorems {
namespace {

/// A TOML node with its place and the values of `with`, which replace {NAME} in every text.
class Field {
 public:
  Field(const toml::node& node, std::string file, const Scope* variables = nullptr)
      : node_(&node), file_(std::move(file)), variables_(variables) {}

  [[noreturn]] void fail(const std::string& what, const std::string& mend = "see proofs/README.md") const {
    throw InputError(file_ + ": line " + std::to_string(node_->source().begin.line), what, mend);
  }
  [[nodiscard]] const toml::table& table() const {
    if (const auto* t = node_->as_table()) return *t;
    fail("a table is needed here");
  }
  void require_keys(std::initializer_list<std::string_view> allowed) const {
    for (const auto& [key, value] : table())
      if (std::find(allowed.begin(), allowed.end(), key.str()) == allowed.end())
        Field(value, file_).fail("unknown key " + std::string(key.str()));
  }
  [[nodiscard]] bool has(std::string_view key) const { return table().contains(key); }
  [[nodiscard]] Field operator[](std::string_view key) const {
    const toml::node* child = table().get(key);
    if (!child) fail("the key " + std::string(key) + " is missing");
    return {*child, file_, variables_};
  }
  [[nodiscard]] std::string text() const {
    if (const auto* s = node_->as_string()) return substituted(s->get());
    if (const auto* i = node_->as_integer()) return std::to_string(i->get());
    fail("a text is needed here",
         "write numbers that are not whole as texts, \"1/3\" or \"0.1\": they are then exact");
  }
  [[nodiscard]] std::string text_or(std::string_view key, const std::string& fallback) const {
    return has(key) ? (*this)[key].text() : fallback;
  }
  [[nodiscard]] bool flag_or(std::string_view key, bool fallback) const {
    if (!has(key)) return fallback;
    const Field field = (*this)[key];
    if (const auto* b = field.node_->as_boolean()) return b->get();
    field.fail("true or false is needed here");
  }
  [[nodiscard]] Rational number() const {
    const auto value = parse_number(text());
    if (!value) fail("'" + text() + "' is not a number");
    return *value;
  }
  [[nodiscard]] std::uint64_t count() const {
    const Rational value = number();
    if (denominator(value) != 1 || value < 0 || value > 1000000000) fail("a whole number is needed here");
    return value.convert_to<std::uint64_t>();
  }
  [[nodiscard]] std::vector<Field> elements() const {
    const auto* array = node_->as_array();
    if (!array) fail("an array is needed here");
    std::vector<Field> fields;
    for (const toml::node& element : *array) fields.emplace_back(element, file_, variables_);
    return fields;
  }
  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> list;
    for (const Field& field : elements()) list.push_back(field.text());
    return list;
  }
  [[nodiscard]] std::vector<std::string> texts_or_none(std::string_view key) const {
    return has(key) ? (*this)[key].texts() : std::vector<std::string>();
  }
  [[nodiscard]] Formula formula() const {
    return {text(), file_ + ": line " + std::to_string(node_->source().begin.line)};
  }
  /// A number, a text such as "<=", or an array of such.
  [[nodiscard]] Value value() const {
    if (node_->is_array()) {
      std::vector<Value> list;
      for (const Field& field : elements()) list.push_back(field.value());
      return Value(std::move(list));
    }
    const std::string written = text();
    if (const auto number = parse_number(written)) return Value(Enclosure(*number));
    return Value(written);
  }
  [[nodiscard]] Field with(const Scope& variables) const { return {*node_, file_, &variables}; }
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  [[nodiscard]] std::string substituted(std::string written) const {
    if (variables_)
      for (const auto& [name, value] : *variables_) {
        const std::string mark = "{" + name + "}";
        for (std::size_t at = 0; (at = written.find(mark, at)) != std::string::npos;
             at += value.text().size())
          written.replace(at, mark.size(), value.text());
      }
    return written;
  }

  const toml::node* node_;
  std::string file_;
  const Scope* variables_;
};

/// Every combination of the values of `with`, as scopes of texts.
std::vector<Scope> combinations(const Field& instance) {
  std::vector<Scope> all{{}};
  if (!instance.has("with")) return all;
  for (const auto& [key, node] : instance["with"].table()) {
    std::vector<Scope> longer;
    for (const Scope& scope : all)
      for (const std::string& value : Field(node, instance.file()).texts()) {
        longer.push_back(scope);
        longer.back().emplace_back(key.str(), Value(value));
      }
    all = std::move(longer);
  }
  return all;
}

RandomNetwork read_random(const Field& field) {
  field.require_keys(
      {"kind", "activation", "input_dim", "layers", "neurons", "skip", "residual", "size", "seed"});
  RandomNetwork random;
  random.kind = field["kind"].text();
  if (random.kind != "resnet" && random.kind != "mlp")
    field.fail("kind is '" + random.kind + "'", "it is \"resnet\" or \"mlp\"");
  random.activation = field.text_or("activation", random.activation);
  random.input_dim = field["input_dim"].count();
  random.layers = field["layers"].count();
  random.neurons = field["neurons"].count();
  if (field.has("skip")) random.skip = field["skip"].number();
  if (field.has("residual")) random.residual = field["residual"].number();
  if (field.has("size")) random.size = field["size"].number();
  random.seed = field["seed"].count();
  return random;
}

int exit_code_of(const Field& expect) {
  const std::string word = expect.text();
  for (const auto& [name, code] : {std::pair{"proved", ExitCode::proved},
                                   {"done", ExitCode::proved},
                                   {"refuted", ExitCode::refuted},
                                   {"undecided", ExitCode::undecided},
                                   {"usage", ExitCode::usage},
                                   {"bad-input", ExitCode::bad_input}})
    if (word == name) return static_cast<int>(code);
  if (word == "decided") return kDecided;
  expect.fail("expect is '" + word + "'",
              "it is proved, refuted, decided, undecided, done, usage or bad-input");
}

Instance read_instance(const Field& field) {
  Instance instance;
  instance.name = field["name"].text();
  const std::string kind = field["kind"].text();
  if (kind != "positive" && kind != "negative" && kind != "trap")
    field["kind"].fail("kind is '" + kind + "'", "it is positive, negative or trap");
  instance.kind = kind == "positive"   ? InstanceKind::positive
                  : kind == "negative" ? InstanceKind::negative
                                       : InstanceKind::trap;
  instance.why = field["why"].text();
  instance.drops = field.text_or("drops", "");
  if (instance.kind == InstanceKind::negative && instance.drops.empty())
    field.fail("a negative instance without `drops`", "say which hypothesis does not hold");
  instance.quick = field.flag_or("quick", false);
  instance.network = field.text_or("network", "");
  if (field.has("random")) instance.random = read_random(field["random"]);
  if (instance.random && !instance.network.empty())
    field.fail("both `network` and `random`", "leave one out");
  if (field.has("files"))
    for (const auto& [name, node] : field["files"].table()) {
      if (name.str().find('/') != std::string_view::npos) field["files"].fail("a file's name holds a slash");
      instance.files.emplace_back(name.str(), field["files"][name.str()].text());
    }
  instance.commands =
      field.has("commands") ? field["commands"].texts() : std::vector<std::string>{field["command"].text()};
  if (instance.commands.empty() || (field.has("command") && field.has("commands")))
    field.fail("`command` (a text) or `commands` (an array) is needed, not both");
  instance.expect = field["expect"].text();
  instance.exits.assign(instance.commands.size(), 0);
  if (field.has("exits")) {
    instance.exits.clear();
    for (const Field& code : field["exits"].elements())
      instance.exits.push_back(static_cast<int>(code.count()));
    if (instance.exits.size() != instance.commands.size())
      field["exits"].fail("one exit code for each command is needed");
  }
  instance.exits.back() = exit_code_of(field["expect"]);
  instance.claims = field.texts_or_none("claims");
  instance.same_network = field.flag_or("same_network", true);
  if (field.has("checks"))
    for (const Field& check : field["checks"].elements()) instance.checks.push_back(check.formula());
  if (field.has("figures"))
    for (const Field& figure : field["figures"].elements()) {
      figure.require_keys({"name", "value", "tolerance"});
      instance.figures.push_back(
          {figure["name"].text(), figure["value"].formula(),
           figure.has("tolerance") ? figure["tolerance"].number() : Rational(1, 1000)});
    }
  if (field.has("timeout")) instance.timeout = static_cast<double>(field["timeout"].count());
  return instance;
}

/// One entry of [[instance]] becomes one instance for each combination of `with`; values that the name does not hold are added to it.
void append_instances(const Field& field, std::vector<Instance>* instances) {
  field.require_keys({"name", "kind", "why", "drops", "quick", "network", "random", "files", "command",
                      "commands", "expect", "exits", "claims", "same_network", "checks", "figures", "with",
                      "timeout"});
  const std::string template_name = field["name"].text();
  for (const Scope& variables : combinations(field)) {
    Instance instance = read_instance(field.with(variables));
    for (const auto& [name, value] : variables)
      if (template_name.find("{" + name + "}") == std::string::npos) instance.name += "-" + value.text();
    for (char& c : instance.name)
      if (!std::isalnum(static_cast<unsigned char>(c)) &&
          std::string_view("-_.=").find(c) == std::string_view::npos)
        c = '-';
    instance.variables = variables;
    if (std::any_of(instances->begin(), instances->end(),
                    [&](const Instance& other) { return other.name == instance.name; }))
      field.fail("there are two instances " + instance.name);
    instances->push_back(std::move(instance));
  }
}

Statement read_statement(const std::string& path, const std::string& shown, const std::string& id) {
  toml::table document;
  try {
    document = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    throw InputError(shown + ": line " + std::to_string(error.source().begin.line),
                     std::string(error.description()), "mend the TOML");
  }
  const Field root(document, shown);
  root.require_keys({"id", "title", "statement", "formula", "source", "hypotheses", "status", "coq", "rules",
                     "constants", "instance"});
  Statement statement;
  statement.file = shown;
  statement.id = root["id"].text();
  if (statement.id != id)
    root["id"].fail("the id is '" + statement.id + "'", "by its place the file speaks of " + id);
  statement.title = root["title"].text();
  statement.statement = root["statement"].text();
  statement.formula = root["formula"].text();
  statement.source = root["source"].text();
  statement.hypotheses = root.texts_or_none("hypotheses");
  statement.status = root["status"].text();
  if (statement.status != "coq" && statement.status != "paper" && statement.status != "cited")
    root["status"].fail("status is '" + statement.status + "'", "it is coq, paper or cited");
  statement.coq = root.texts_or_none("coq");
  if ((statement.status == "coq") == statement.coq.empty())
    root["status"].fail("status and coq do not fit",
                        "exactly the theorems of status \"coq\" list Coq theorems");
  statement.rules = root.texts_or_none("rules");
  if (root.has("constants"))
    for (const auto& [name, node] : root["constants"].table())
      statement.constants.emplace_back(name.str(), Field(node, shown).value());
  for (const Field& instance : root["instance"].elements()) append_instances(instance, &statement.instances);
  if (statement.instances.empty()) root.fail("there is no instance");
  return statement;
}

/// T2 before T10: by paper, then by length of the name, then by name.
bool before(const std::filesystem::path& a, const std::filesystem::path& b) {
  const auto key = [](const std::filesystem::path& p) {
    return std::tuple(p.parent_path().string(), p.stem().string().size(), p.stem().string());
  };
  return key(a) < key(b);
}

}  // namespace

const char* to_text(InstanceKind kind) {
  return kind == InstanceKind::positive ? "positive" : kind == InstanceKind::negative ? "negative" : "trap";
}

std::vector<Statement> read_registry(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<fs::path> files;
  for (const auto& paper : fs::directory_iterator(folder, error))
    if (paper.is_directory() && paper.path().filename() != "stored")
      for (const auto& entry : fs::directory_iterator(paper.path()))
        if (entry.path().extension() == ".toml") files.push_back(entry.path());
  if (files.empty())
    throw InputError(folder, "no theorem files PAPER/ID.toml are here",
                     "name the folder proofs/ of the project with --proofs", ExitCode::not_found);
  std::sort(files.begin(), files.end(), before);
  std::vector<Statement> statements;
  for (const fs::path& file : files) {
    const std::string id = file.parent_path().filename().string() + "/" + file.stem().string();
    statements.push_back(read_statement(file.string(), "proofs/" + id + ".toml", id));
  }
  return statements;
}

}  // namespace narrows::theorems
