// What the kinds of `narrows construct` share: options of the answer, the network file, exact numbers for human eyes.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "cli/common.hpp"

namespace narrows::cli {

struct ConstructArguments {
  std::string out;
  bool json = false, quiet = false;
  std::optional<double> timeout;
  int threads = 1;
  std::uint64_t seed = 1;

  void add(CLI::App* command);
};

/// Writes `text`, a narrows-network/1 document, if a file is asked for, and says what it is in a JSON answer.
[[nodiscard]] Json written_network(const ConstructArguments& arguments, const std::string& kind, const Network& network, const std::string& text);

/// The network with every number rounded to a double, as ONNX; `distance` bounds what the rounding changes on the unit cube.
struct RoundedNetwork {
  std::string file;
  double distance = 0;
};
/// Writes it and reads it back. Precondition: every number of `network` is a double.
/// Errors  std::logic_error if it does not read back as the same network.
void write_onnx(const RoundedNetwork& rounded, Network network);
void print_onnx(const std::optional<RoundedNetwork>& rounded);
[[nodiscard]] Json onnx_json(const std::optional<RoundedNetwork>& rounded);

/// Six significant digits of an exact number, marked with ≈ unless they are all.
[[nodiscard]] std::string digits(const Rational& x);
/// "[lo, hi]" with enough digits, rounded outward.
[[nodiscard]] std::string range_text(const Interval& x);

// One function per kind.
void add_one_neuron(CLI::App* construct, int* exit_code);
void add_width_d_plus_1(CLI::App* construct, int* exit_code);
void add_contrast(CLI::App* construct, int* exit_code);
void add_convresnet(CLI::App* construct, int* exit_code);  // and staircase, sawtooth

}  // namespace narrows::cli
