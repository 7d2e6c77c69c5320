// narrows construct: networks that reach what the theory promises, with exact or enclosed errors. One kind per file.
#include "cli/construct.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

#include "base/atomic_file.hpp"
#include "base/sha256.hpp"
#include "cli/subcommands.hpp"
#include "io/network_json.hpp"
#include "io/onnx_read.hpp"
#include "io/onnx_write.hpp"

namespace narrows::cli {

void ConstructArguments::add(CLI::App* command) {
  command->add_option("-o,--out", out, "write the network to FILE (narrows-network/1 JSON); - is standard output")->type_name("FILE");
  command->add_flag("--json", json, "print one JSON object on standard output and nothing else");
  command->add_flag("--quiet", quiet, "no notes on standard error");
  add_timeout(command, &timeout);
  command->add_option("--threads", threads, "accepted like everywhere; this command uses one")->check(CLI::Range(1, 1024));
  command->add_option("--seed", seed, "of the random points at which the network is evaluated exactly")->check(CLI::NonNegativeNumber)->capture_default_str();
}

Json written_network(const ConstructArguments& arguments, const std::string& kind, const Network& network, const std::string& text) {
  if (!arguments.out.empty()) write_file_atomically(arguments.out, text);
  LoadedNetwork loaded;
  loaded.network = network;
  loaded.file = arguments.out;
  loaded.sha256 = sha256_hex(text);
  Json answer = json_header("construct " + kind, loaded);
  if (arguments.out.empty()) answer["network"]["file"] = nullptr;
  return answer;
}

void write_onnx(const RoundedNetwork& rounded, Network network) {
  network.weights_dtype = "float64";
  const std::string bytes = network_to_onnx(network, rounded.file);
  if (!same_layers(parse_onnx(bytes, rounded.file), network)) throw std::logic_error("the ONNX model does not read back as the network");
  write_file_atomically(rounded.file, bytes);
}

void print_onnx(const std::optional<RoundedNetwork>& rounded) {
  if (!rounded) return;
  if (rounded->distance == 0)
    fmt::print("  {}: the same function, every weight is a double\n", rounded->file);
  else
    fmt::print("  {}: weights rounded to doubles, at most {:.3g} from the network on the unit cube\n", rounded->file, rounded->distance * 1.01);
}

Json onnx_json(const std::optional<RoundedNetwork>& rounded) {
  return rounded ? Json{{"file", rounded->file}, {"weights", "rounded to float64"}, {"distance_on_cube", rounded->distance}} : Json(nullptr);
}

std::string digits(const Rational& x) {
  const double near = midpoint(enclose(x));
  const std::string text = fmt::format("{:.6g}", near);
  double exact = 0;
  return is_double(x, &exact) && std::stod(text) == exact ? text : "≈ " + text;
}

std::string range_text(const Interval& x) {
  if (x.lower() == x.upper()) return fmt::format("{:.10g}", x.lower());
  const double width = x.upper() - x.lower(), size = magnitude(x);
  if (!std::isfinite(width) || size < 1e-290) return fmt::format("[{}, {}]", x.lower(), x.upper());
  const int shown = std::clamp(2 + static_cast<int>(std::ceil(std::log10(size / width))), 3, 16);
  const double unit = std::pow(10.0, std::floor(std::log10(size)) + 1 - shown);
  return fmt::format("[{:.{}g}, {:.{}g}]", std::floor(x.lower() / unit) * unit, shown, std::ceil(x.upper() / unit) * unit, shown);
}

void add_construct(CLI::App* program, int* exit_code) {
  CLI::App* construct = program->add_subcommand("construct", "networks that reach what the theory promises, with exact or enclosed errors");
  construct->require_subcommand(1);
  construct->footer("Examples:\n  narrows construct one-neuron --target disc --n 12 -o disc.json\n  narrows construct contrast\n  narrows construct convresnet --theorem C --target sine --n 128");
  add_one_neuron(construct, exit_code);
  add_width_d_plus_1(construct, exit_code);
  add_contrast(construct, exit_code);
  add_convresnet(construct, exit_code);
}

}  // namespace narrows::cli
