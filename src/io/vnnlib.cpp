// VNN-LIB is a subset of SMT-LIB: a list of parenthesised commands. They are read into a small tree, then
// bounds are collected.
#include "io/vnnlib.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/errors.hpp"
#include "io/exact_text.hpp"
#include "io/limits.hpp"
#include "io/printable.hpp"

namespace narrows {
namespace {

constexpr std::size_t max_depth = 64;
constexpr std::size_t max_terms = 1'000'000;

/// An atom, or a list of terms.
struct Term {
  std::string atom;
  std::vector<Term> items;
  std::size_t line = 0;
  [[nodiscard]] bool is(std::string_view name, std::size_t size) const {
    return items.size() == size && items[0].items.empty() && items[0].atom == name;
  }
};

/// Reads S-expressions; a ';' comments the rest of the line out.
class TermReader {
 public:
  TermReader(std::string_view bytes, const std::string& where) : bytes_(bytes), where_(where) {}

  std::vector<Term> all() {
    std::vector<Term> terms;
    while (skip_blanks()) terms.push_back(term(0));
    return terms;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw InputError(where_ + ": line " + std::to_string(line_), what, "check the parentheses");
  }

  bool skip_blanks() {
    while (at_ < bytes_.size()) {
      const char c = bytes_[at_];
      if (c == ';') {
        at_ = std::min(bytes_.find('\n', at_), bytes_.size());
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        if (c == '\n') ++line_;
        ++at_;
      } else {
        return true;
      }
    }
    return false;
  }

  Term term(std::size_t depth) {
    if (depth > max_depth) fail("is nested too deeply");
    if (++terms_ > max_terms) fail("has too many terms");
    Term result;
    result.line = line_;
    if (bytes_[at_] == ')') fail("has an unexpected )");
    if (bytes_[at_] != '(') {
      const std::size_t end = std::min(bytes_.find_first_of("(); \t\r\n", at_), bytes_.size());
      result.atom = std::string(bytes_.substr(at_, end - at_));
      at_ = end;
      return result;
    }
    ++at_;
    while (true) {
      if (!skip_blanks()) fail("ends inside a parenthesis");
      if (bytes_[at_] == ')') break;
      result.items.push_back(term(depth + 1));
    }
    ++at_;
    if (result.items.empty()) fail("has an empty parenthesis");
    return result;
  }

  std::string_view bytes_;
  const std::string& where_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t terms_ = 0;
};

bool mentions(const Term& term, std::string_view prefix) {
  if (term.items.empty()) return term.atom.starts_with(prefix);
  for (const Term& item : term.items) {
    if (mentions(item, prefix)) return true;
  }
  return false;
}

/// Collects declarations and bounds.
class BoxCollector {
 public:
  BoxCollector(const std::string& where, std::size_t dim, std::vector<std::string>* notes)
      : where_(where), notes_(notes), declared_(dim, false) {
    box_.lower.assign(dim, -std::numeric_limits<double>::infinity());
    box_.upper.assign(dim, std::numeric_limits<double>::infinity());
  }

  void command(const Term& term) {
    if (term.is("declare-const", 3) || (term.is("declare-fun", 4) && term.items[2].items.empty())) {
      declare(term, term.items[1].atom, term.items.back().atom);
    } else if (term.is("assert", 2)) {
      assertion(term.items[1]);
    } else {
      fail(term, "is neither declare-const nor assert", "use only these two commands");
    }
  }

  Domain domain() const {
    for (std::size_t i = 0; i < declared_.size(); ++i) {
      const std::string at = where_ + ": X_" + std::to_string(i);
      if (!declared_[i]) {
        throw InputError(at,
                         "is not declared, the network has " + std::to_string(declared_.size()) + " inputs",
                         "declare X_0 to X_" + std::to_string(declared_.size() - 1));
      }
      const double lower = box_.lower[i], upper = box_.upper[i];
      if (lower == -std::numeric_limits<double>::infinity() ||
          upper == std::numeric_limits<double>::infinity()) {
        throw InputError(at, "is not bounded on both sides", "assert a lower and an upper bound");
      }
      if (!(lower < upper)) {
        throw InputError(
            at,
            "its interval [" + shortest_decimal(lower) + "," + shortest_decimal(upper) + "] has no interior",
            "let the lower bound be strictly below the upper; fixed inputs are not supported");
      }
    }
    Domain domain;
    domain.type = Domain::Type::box;
    domain.dim = declared_.size();
    domain.box = box_;
    return domain;
  }

 private:
  [[noreturn]] void fail(const Term& term, const std::string& what, const std::string& mend) const {
    throw InputError(where_ + ": line " + std::to_string(term.line), what, mend);
  }

  /// The i of "X_i".
  std::size_t index(const Term& term) const {
    const std::string digits = term.atom.size() > 2 ? term.atom.substr(2) : "";
    const bool good = term.atom.starts_with("X_") && !digits.empty() && digits.size() <= 6 &&
                      digits.find_first_not_of("0123456789") == std::string::npos;
    const std::size_t i = good ? std::stoul(digits) : declared_.size();
    if (i < declared_.size()) return i;
    fail(term, "\"" + io::printable(term.atom) + "\" is not an input of the network",
         "inputs are X_0 to X_" + std::to_string(declared_.size() - 1));
  }

  void declare(const Term& term, const std::string& name, const std::string& type) {
    if (type != "Real") fail(term, "declares \"" + io::printable(name) + "\" with another type", "use Real");
    if (name.starts_with("Y_")) return;
    const std::size_t i = index(term.items[1]);
    if (declared_[i]) fail(term, "declares " + name + " twice", "remove one declaration");
    declared_[i] = true;
  }

  void assertion(const Term& term) {
    if (!mentions(term, "Y_")) return condition(term);
    if (mentions(term, "X_")) {
      fail(term, "mixes inputs and outputs in one assertion", "assert the input bounds on their own");
    }
    if (notes_ != nullptr)
      notes_->push_back(where_ + ": line " + std::to_string(term.line) + ": output condition left out");
  }

  void condition(const Term& term) {
    const std::string name = term.items.empty() || !term.items[0].items.empty() ? "" : term.items[0].atom;
    if (name == "and") {
      for (std::size_t i = 1; i < term.items.size(); ++i) condition(term.items[i]);
    } else if ((name == "<=" || name == ">=") && term.items.size() == 3) {
      const bool variable_first = mentions(term.items[1], "X_");
      const Term& variable = term.items[variable_first ? 1 : 2];
      bound(variable, number(term.items[variable_first ? 2 : 1]), (name == "<=") == variable_first);
    } else {
      fail(term, "is not a bound on an input",
           "write (<= X_0 1.0), (>= X_0 -1.0) or (and ...) of such bounds");
    }
  }

  double number(const Term& term) const {
    const bool minus = term.is("-", 2);
    const Term& digits = minus ? term.items[1] : term;
    const auto value = digits.items.empty() ? parse_decimal(digits.atom) : std::nullopt;
    if (!value)
      fail(term, "\"" + io::printable(digits.atom) + "\" is not a finite decimal number",
           "bound an input by a number");
    return minus ? -*value : *value;
  }

  void bound(const Term& variable, double value, bool upper) {
    const std::size_t i = index(variable);
    if (!declared_[i])
      fail(variable, "uses " + variable.atom + " before its declaration", "declare it first");
    if (upper) {
      box_.upper[i] = std::min(box_.upper[i], value);
    } else {
      box_.lower[i] = std::max(box_.lower[i], value);
    }
  }

  const std::string& where_;
  std::vector<std::string>* notes_;
  std::vector<bool> declared_;
  Box box_;
};

}  // namespace

Domain parse_vnnlib_box(std::string_view bytes, const std::string& where, std::size_t dim,
                        std::vector<std::string>* notes) {
  io::require_file_size(bytes.size(), where);
  io::require_width(dim, where);
  BoxCollector collector(where, dim, notes);
  for (const Term& term : TermReader(bytes, where).all()) collector.command(term);
  return collector.domain();
}

}  // namespace narrows
