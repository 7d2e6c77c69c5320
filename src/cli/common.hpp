// What the subcommands share: the network argument, the output selection, the JSON header, interval text.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "arith/interval.hpp"
#include "arith/rational.hpp"
#include "base/verdict.hpp"
#include "io/load.hpp"
#include "network/chain.hpp"
#include "network/domain.hpp"

namespace narrows::cli {

using Json = nlohmann::ordered_json;

/// Options of every subcommand that reads one network; add() registers them.
struct NetworkArguments {
  std::string file;
  std::optional<std::size_t> output;
  std::vector<std::size_t> margin;
  bool json = false;
  bool quiet = false;

  void add(CLI::App* command);
  void add_selection(CLI::App* command);
  /// The file without its folder.
  [[nodiscard]] std::string file_name() const { return file.substr(file.rfind('/') + 1); }
};

/// --timeout and --seed of the commands that prove.
void add_timeout(CLI::App* command, std::optional<double>* timeout);
void add_unused_seed(CLI::App* command, std::uint64_t* seed);

/// Reads the network and resolves --output and --margin; a network with several outputs needs one of them.
struct SelectedNetwork {
  LoadedNetwork loaded;
  OutputSelection output;
  Chain chain;
};
[[nodiscard]] LoadedNetwork load(const NetworkArguments& arguments);
/// For commands that cannot treat ode layers. Errors  InputError naming the first one.
void refuse_ode_layers(const LoadedNetwork& loaded);
enum class OdeLayers { refused, treated };
[[nodiscard]] SelectedNetwork load_and_select(const NetworkArguments& arguments, OdeLayers ode_layers = OdeLayers::refused);
/// The checker follows flows over boxes by Taylor series, which end where the argument of an elu changes sign.
/// Errors  InputError if a certificate over boxes is asked for and an ode layer has such an activation.
void require_checkable_flow(const SelectedNetwork& net, const std::string& certificate, const std::string& file);

/// {"tool", "version", "command", "network"}: how every JSON answer begins.
[[nodiscard]] Json json_header(const std::string& command, const LoadedNetwork& loaded);

/// [lo, hi]; an infinite end is null.
[[nodiscard]] Json interval_json(const Interval& x);
[[nodiscard]] Json box_json(const std::vector<Interval>& box);

/// "1.2345678±3e-12": the digits both ends share, for human eyes; [lo, hi] if they share none.
[[nodiscard]] std::string interval_text(const Interval& x);

/// What a command that answers with a verdict returns to the shell: interrupted before anything else.
[[nodiscard]] int exit_code_of(Verdict verdict);

/// A rational number of an option: "1/3", or a decimal, read as the nearest double.
/// Errors  InputError (usage) naming the option.
[[nodiscard]] Rational parse_level(const std::string& option, const std::string& text);

/// Prints the object to standard output.
void print_json(const Json& answer);

/// Prints "narrows: TEXT" to standard error unless quiet.
void note(const NetworkArguments& arguments, const std::string& text);

}  // namespace narrows::cli
