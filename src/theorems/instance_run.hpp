// One instance, run as a user would run it: its files are written, its commands executed, its certificates given to the checker, and its
// checks evaluated on the answers.
//
// Running programs and checking certificates is the caller's business (two functions): this module starts no process and does not know
// the checker.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "theorems/statement.hpp"

namespace narrows::theorems {

struct CommandOutcome {
  int exit_code = 0;
  bool timed_out = false;
  double cpu_seconds = 0;
  std::string output, errors;  ///< standard output and standard error
};
/// Runs `narrows WORDS…` in the project's folder.
using CommandRunner = std::function<CommandOutcome(const std::vector<std::string>& words, double timeout)>;

struct CertificateOutcome {
  bool accepted = false;
  std::string line;  ///< the claim line, or the rejection
};
/// Checks a certificate's bytes, plain or gzipped; `network` is the file that it must embed, or empty.
using CertificateChecker =
    std::function<CertificateOutcome(const std::string& file, const std::string& network)>;

struct Executive {
  std::string root;  ///< the project's folder: paths of networks start there
  CommandRunner run;
  CertificateChecker check;
};

struct CheckResult {
  std::string text;
  Truth truth = Truth::unknown;
  std::string values;  ///< "0.5 <= 0.25", or why there is no value
};

struct CertificateResult {
  std::string file;  ///< full path in the scratch folder
  std::string name;
  CertificateOutcome outcome;
};

struct InstanceResult {
  bool ran = false;  ///< false: left out or interrupted
  Truth as_expected = Truth::unknown;
  std::vector<std::string> problems;  ///< every reason why it is not as expected
  std::string verdict;                ///< the last answer's, or "exit CODE"
  std::vector<std::string> command_lines;
  std::string network_file;  ///< that certificates must embed, full path; empty: any
  std::vector<CheckResult> checks;
  std::vector<std::pair<std::string, Enclosure>> figures;
  std::vector<CertificateResult> certificates;
  std::vector<std::string> pictures;  ///< SVG files in the scratch folder
  Scope answers;                      ///< what the checks saw, without the constants
  double cpu_seconds = 0;
};

/// Runs `instance` in the folder `scratch`, which exists.
/// Guarantee  as_expected is `yes` only if every exit code and verdict is the expected one, every certificate was accepted (with the expected
///            claims) and every check is certainly true.
/// Errors     none for what the commands do: that is in the result.
[[nodiscard]] InstanceResult run_instance(const Statement& statement, const Instance& instance,
                                          const std::string& scratch, const Executive& executive);

/// The checks of `instance` with these constants and answers.
[[nodiscard]] std::vector<CheckResult> evaluate_checks(const Instance& instance, const Scope& constants,
                                                       const Scope& answers);

/// Words of a command line: blanks part them; single or double quotes keep them together.
[[nodiscard]] std::vector<std::string> split_words(const std::string& line);
/// The command line of `words`, quoted for a shell.
[[nodiscard]] std::string join_words(const std::vector<std::string>& words);

}  // namespace narrows::theorems
