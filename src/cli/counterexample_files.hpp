// What `narrows counterexample` writes: the network, its certificates, pictures and statements.
#pragma once

#include <string>
#include <vector>

#include "cli/common.hpp"
#include "counterexample/goal.hpp"

namespace narrows::cli {

struct WrittenFiles {
  std::string network;  ///< the name that the certificates give to the network's file
  std::string sha256;   ///< of its narrows-network/1 bytes
  std::vector<std::string> certificates, all, notes;
  std::vector<std::string>
      rejected;  ///< what the checker says of certificates that it does not accept; then nothing is claimed
};

struct CounterexampleFiles {
  std::vector<std::string> networks;  ///< .json or .onnx
  std::string certificate;
  std::vector<std::string> pictures, statements;
  std::vector<std::string>
      best_effort;  ///< networks that may be left out, with a note: no ONNX file holds 1/3

  void add(CLI::App* command);
  /// STEM.json, STEM.onnx, …
  void add_stem(const std::string& stem, const CounterexampleRequest& request);
  /// Errors  InputError for endings that are not known and pictures that cannot be drawn (usage), and for files that cannot be written.
  void require_writable(const CounterexampleRequest& request) const;
  /// Runs the checker on every certificate, also on those that are not asked for; statements are written only if it accepts all of them.
  /// Errors  InputError if a file cannot be written, or a number cannot be stored in an ONNX file that was asked for.
  [[nodiscard]] WrittenFiles write(const Counterexample& found) const;
};

}  // namespace narrows::cli
