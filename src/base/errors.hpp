// Errors that reach a user: what is wrong, where, and how to mend it, with the exit code that tells them apart.
#pragma once

#include <stdexcept>
#include <string>

namespace narrows {

/// Exit codes of the command line (the contract).
enum class ExitCode : int {
  proved = 0,       ///< done, or the claim is proved
  refuted = 1,
  undecided = 2,
  usage = 64,
  bad_input = 65,
  not_found = 66,
  internal = 70,
  interrupted = 130
};

/// Base of every error that is the input's fault. `what()` is one line: "WHERE: WHAT; MEND".
class InputError : public std::runtime_error {
 public:
  /// @param where  file, layer, node, option: "net.json: layers[2].weight"
  /// @param what   what is wrong: "row 3 has 2 numbers, row 0 has 3"
  /// @param mend   how to mend it: "give every row the same length"
  InputError(const std::string& where, const std::string& what, const std::string& mend,
             ExitCode code = ExitCode::bad_input)
      : std::runtime_error(where + ": " + what + "; " + mend), code_(code) {}
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

}  // namespace narrows
