#include "theorems/instance_run.hpp"

#include <algorithm>
#include <filesystem>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "theorems/random_network.hpp"

namespace narrows::theorems {
namespace {

void replace_all(std::string* text, const std::string& mark, const std::string& by) {
  for (std::size_t at = 0; (at = text->find(mark, at)) != std::string::npos; at += by.size())
    text->replace(at, mark.size(), by);
}

/// The file of the instance's network, written first if it is a document or random; empty if there is none.
std::string network_file(const Instance& instance, const std::string& scratch) {
  if (!instance.random && (instance.network.empty() || instance.network.find('{') == std::string::npos))
    return instance.network;
  std::string file = scratch + "/network.json";
  write_file_atomically(file, instance.random ? random_network_document(*instance.random) : instance.network);
  return file;
}

bool is_certificate(const std::string& name) {
  return name.ends_with(".cert.json") || name.ends_with(".cert.json.gz");
}

/// The names NAME.cert.json that the commands promise to write.
std::vector<std::string> promised_certificates(const Instance& instance) {
  std::vector<std::string> names;
  for (const std::string& command : instance.commands)
    for (const std::string& word : split_words(command))
      if (const std::size_t at = word.find("{out}/"); at != std::string::npos && is_certificate(word))
        names.push_back(word.substr(at + 6));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  if (end == std::string::npos) return "";
  const std::size_t before = text.rfind('\n', end);
  return text.substr(before == std::string::npos ? 0 : before + 1,
                     end - (before == std::string::npos ? std::size_t(-1) : before));
}

class Run {
 public:
  Run(const Statement& statement, const Instance& instance, const std::string& scratch,
      const Executive& executive)
      : statement_(statement), instance_(instance), scratch_(scratch), executive_(executive) {}

  InstanceResult result() {
    result_.ran = true;
    result_.as_expected = Truth::yes;
    network_ = network_file(instance_, scratch_);
    if (instance_.same_network && !network_.empty())
      result_.network_file = network_.starts_with("/") ? network_ : executive_.root + "/" + network_;
    // What an earlier run left here proves nothing today.
    for (const std::string& name : promised_certificates(instance_))
      std::filesystem::remove(scratch_ + "/" + name);
    for (const auto& [name, contents] : instance_.files)
      write_file_atomically(scratch_ + "/" + name, contents);
    for (std::size_t i = 0; i < instance_.commands.size() && result_.problems.empty(); ++i) run_command(i);
    if (result_.problems.empty()) check_verdict();
    if (result_.problems.empty()) check_certificates();
    collect_answers();
    if (result_.problems.empty()) check_formulas();
    return std::move(result_);
  }

 private:
  void problem(Truth how, const std::string& text) {
    result_.as_expected = both(result_.as_expected, how);
    result_.problems.push_back(text);
  }

  void run_command(std::size_t i) {
    std::vector<std::string> words = split_words(instance_.commands[i]);
    for (std::string& word : words) {
      replace_all(&word, "{out}", scratch_);
      replace_all(&word, "{network}", network_);
    }
    if (std::find(words.begin(), words.end(), "--json") == words.end()) words.emplace_back("--json");
    result_.command_lines.push_back("narrows " + join_words(words));
    const CommandOutcome outcome = executive_.run(words, instance_.timeout);
    result_.cpu_seconds += outcome.cpu_seconds;
    exits_.emplace_back(Enclosure(Rational(outcome.exit_code)));
    try {
      answers_.push_back(outcome.output.empty() ? Value()
                                                : value_of_json(outcome.output, "the answer of " + words[0]));
    } catch (const InputError& error) {
      return problem(Truth::no, error.what());
    }
    const bool last = i + 1 == instance_.commands.size();
    result_.verdict = answers_.back().has("verdict") ? answers_.back().member("verdict").text()
                                                     : "exit " + std::to_string(outcome.exit_code);
    if (outcome.timed_out)
      return problem(Truth::unknown, words[0] + ": not finished after " +
                                         std::to_string(static_cast<int>(instance_.timeout)) + " s");
    const bool decided = outcome.exit_code == 0 || outcome.exit_code == 1;
    if (outcome.exit_code == instance_.exits[i] || (instance_.exits[i] == kDecided && decided)) return;
    const std::string reason =
        answers_.back().has("reason") && answers_.back().member("reason").kind() == Value::Kind::text
            ? answers_.back().member("reason").text()
            : last_line(outcome.errors);
    // Exit code 2 is an answer, "undecided"; every other surprise is a failure.
    problem(outcome.exit_code == static_cast<int>(ExitCode::undecided) ? Truth::unknown : Truth::no,
            words[0] + ": exit code " + std::to_string(outcome.exit_code) + ", expected " +
                (instance_.exits[i] == kDecided ? "0 or 1" : std::to_string(instance_.exits[i])) +
                (last ? " (" + instance_.expect + ")" : "") + (reason.empty() ? "" : ": " + reason));
  }

  void check_verdict() {
    const Value& answer = answers_.back();
    if (instance_.expect != "proved" && instance_.expect != "refuted" && instance_.expect != "undecided") return;
    const std::string verdict = answer.has("verdict") ? answer.member("verdict").text() : "none";
    if (verdict != instance_.expect) problem(Truth::no, "verdict " + verdict + ", expected " + instance_.expect);
  }

  void check_certificates() {
    for (const std::string& name : promised_certificates(instance_)) {
      const std::string file = scratch_ + "/" + name;
      if (!std::filesystem::exists(file)) {
        problem(Truth::no, "the certificate " + name + " was not written");
        continue;
      }
      CertificateResult certificate{file, name, executive_.check(file, result_.network_file)};
      if (!certificate.outcome.accepted)
        problem(Truth::no, "certificate " + name + ": " + certificate.outcome.line);
      const std::size_t index = result_.certificates.size();
      if (index < instance_.claims.size() && certificate.outcome.accepted &&
          certificate.outcome.line != instance_.claims[index])
        problem(Truth::no, "certificate " + name + " proves \"" + certificate.outcome.line +
                               "\", expected \"" + instance_.claims[index] + "\"");
      result_.certificates.push_back(std::move(certificate));
    }
    if (result_.certificates.size() < instance_.claims.size())
      problem(Truth::no, "more claims are expected than there are certificates");
  }

  void collect_answers() {
    std::vector<Value> claims;
    for (const CertificateResult& certificate : result_.certificates)
      claims.emplace_back(certificate.outcome.line);
    result_.answers = instance_.variables;
    result_.answers.emplace_back("answer", answers_.empty() ? Value() : answers_.back());
    result_.answers.emplace_back("answers", Value(answers_));
    result_.answers.emplace_back("exits", Value(exits_));
    result_.answers.emplace_back("claims", Value(std::move(claims)));
    for (const auto& entry : std::filesystem::directory_iterator(scratch_))
      if (entry.path().extension() == ".svg") result_.pictures.push_back(entry.path().string());
    std::sort(result_.pictures.begin(), result_.pictures.end());
  }

  void check_formulas() {
    result_.checks = evaluate_checks(instance_, statement_.constants, result_.answers);
    for (const CheckResult& check : result_.checks)
      if (check.truth != Truth::yes)
        problem(check.truth, std::string(check.truth == Truth::no ? "does not hold: " : "not decided: ") +
                                 check.text + "   (" + check.values + ")");
    Scope scope = statement_.constants;
    scope.insert(scope.end(), result_.answers.begin(), result_.answers.end());
    for (const Figure& figure : instance_.figures) try {
        result_.figures.emplace_back(figure.name, figure.value.evaluate(scope).number());
      } catch (const FormulaError& error) {
        problem(Truth::no, "figure " + figure.name + ": " + error.what());
      }
  }

  const Statement& statement_;
  const Instance& instance_;
  const std::string& scratch_;
  const Executive& executive_;
  std::string network_;
  std::vector<Value> answers_, exits_;
  InstanceResult result_;
};

}  // namespace

InstanceResult run_instance(const Statement& statement, const Instance& instance, const std::string& scratch,
                            const Executive& executive) {
  return Run(statement, instance, scratch, executive).result();
}

std::vector<CheckResult> evaluate_checks(const Instance& instance, const Scope& constants,
                                         const Scope& answers) {
  Scope scope = constants;
  scope.insert(scope.end(), answers.begin(), answers.end());
  std::vector<CheckResult> results;
  for (const Formula& check : instance.checks) {
    CheckResult result{check.text(), Truth::no, ""};
    try {
      result.truth = check.evaluate(scope).truth();
      result.values = check.explain(scope);
    } catch (const FormulaError& error) {
      result.truth = Truth::no;
      result.values = error.what();
    }
    results.push_back(std::move(result));
  }
  return results;
}

std::vector<std::string> split_words(const std::string& line) {
  std::vector<std::string> words;
  bool inside = false;
  char quote = 0;
  for (const char c : line) {
    if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
      inside = false;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      if (!inside) words.emplace_back(), inside = true;
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else {
      if (!inside) words.emplace_back(), inside = true;
      words.back() += c;
    }
  }
  return words;
}

std::string join_words(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char c) {
      return std::isalnum(c) ||
             std::string_view("-_./=,:+@%").find(static_cast<char>(c)) != std::string_view::npos;
    });
    if (plain) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) line += c == '\'' ? "'\\''" : std::string(1, c);
    line += '\'';
  }
  return line;
}

}  // namespace narrows::theorems
