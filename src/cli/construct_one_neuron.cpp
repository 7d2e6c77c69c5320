// narrows construct one-neuron: a residual network of one-neuron blocks for a function on [0,1]^d, with its exact L1 error.
#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "base/counted.hpp"
#include "base/sha256.hpp"
#include "certify/approximation_certificate.hpp"
#include "cli/construct.hpp"
#include "cli/construct_picture.hpp"
#include "cli/gzip.hpp"
#include "cli/output_files.hpp"
#include "construct/approximation.hpp"
#include "construct/rounding.hpp"
#include "io/network_json.hpp"

namespace narrows::cli {
namespace {

struct OneNeuronArguments : ConstructArguments {
  std::string target, radius, theta, l1_error, certificate, onnx;
  std::size_t dim = 2;
  std::optional<std::size_t> n;
  std::size_t points = 1000;
  bool fold_free = false;
  std::vector<std::string> pictures;
};

std::optional<Rational> optional_number(const std::string& option, const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<Rational>(parse_level(option, text));
}

ApproximationOptions options_of(const OneNeuronArguments& arguments) {
  ApproximationOptions options;
  options.n = arguments.n;
  options.theta = optional_number("--theta", arguments.theta);
  options.l1_error = optional_number("--l1-error", arguments.l1_error);
  options.fold_free = arguments.fold_free;
  options.points = arguments.points;
  options.seed = arguments.seed;
  options.stop = StopToken(arguments.timeout);
  return options;
}

std::string theorem_of(const Approximation& a) { return a.h.dim == 1 ? "one-neuron/N2" : a.fold_free ? "one-neuron/N5" : "one-neuron/N1"; }

Json answer_json(const OneNeuronArguments& arguments, const Approximation& a, Json answer, double seconds) {
  answer["verdict"] = to_string(a.verdict);
  answer["reason"] = a.reason;
  answer["target"] = arguments.target;
  answer["theorem"] = theorem_of(a);
  answer["n"] = a.h.n;
  answer["theta"] = to_text(a.theta);
  answer["blocks"] = a.net.blocks.size();
  answer["blocks_of_theorem"] = a.full_blocks;
  answer["folds"] = count_folds(a.net);
  answer["error"] = {{"l1_to_grid", a.to_grid ? Json(to_text(*a.to_grid)) : Json(nullptr)},
                     {"l1_to_target", a.to_target_exact ? Json(to_text(*a.to_target_exact)) : interval_json(a.to_target)},
                     {"region", a.fold_free ? "[0,1]^d" : "R^d"}};
  answer["bound"] = to_text(a.bound);
  answer["points"] = {{"core", a.check.core}, {"outside", a.check.outside}, {"failures", a.check.failures}};
  answer["seconds"] = seconds;
  answer["certificate"] = arguments.certificate.empty() || !has_approximation_certificate(a) ? Json(nullptr) : Json(arguments.certificate);
  return answer;
}

void print_answer(const OneNeuronArguments& arguments, const Approximation& a, double seconds) {
  fmt::print("{}: {} in {}, n = {}, θ = {} ({:.3f} s)\n", to_string(a.verdict), arguments.target, counted(a.h.dim, "dimension"), a.h.n, to_text(a.theta), seconds);
  if (!a.reason.empty()) fmt::print("  {}\n", a.reason);
  fmt::print("  {} ({} before knots without a change of slope are left out), {} (u·v < -1)\n", counted(a.net.blocks.size(), "block"), a.full_blocks, counted(count_folds(a.net), "fold"));
  const char* region = a.fold_free ? "[0,1]^d" : "R^d";
  if (a.to_grid) fmt::print("  L1 distance to the grid function on {}: {} (exact), bound {}\n", region, digits(*a.to_grid), digits(a.bound));
  if (a.to_grid && !a.to_target_exact) fmt::print("  L1 distance to the target: in {}\n", range_text(a.to_target));
  fmt::print("  exactly as promised at {} core points{}\n", a.check.core, a.fold_free ? "" : fmt::format(" and {} outside points", a.check.outside));
  if (!arguments.out.empty()) fmt::print("  network {}\n", arguments.out);
  if (!arguments.certificate.empty() && has_approximation_certificate(a)) fmt::print("  certificate {}{}\n", arguments.certificate, a.direct_corners <= kDirectCorners ? "" : ", of the bound alone: the exact error is too long to check");
  for (const std::string& picture : arguments.pictures) fmt::print("  picture {}\n", picture);
}

/// `text` is the network as it is written, or would be.
void write_certificate(const OneNeuronArguments& arguments, const Approximation& a, const Network& network, const std::string& text) {
  if (arguments.certificate.empty()) return;
  if (!has_approximation_certificate(a)) return arguments.quiet ? void() : fmt::print(stderr, "narrows: no certificate: nothing is proved\n");
  const CertificateSource source{arguments.out.empty() ? "constructed" : arguments.out.substr(arguments.out.rfind('/') + 1), sha256_hex(text)};
  write_possibly_gzipped(arguments.certificate, [&](const TextSink& sink) { write_approximation_certificate(a, network, source, sink); });
}

/// `doubles` is the rounded network: nothing if no ONNX file is asked for.
std::optional<RoundedNetwork> write_rounded(const OneNeuronArguments& arguments, const OneNeuronNetwork& net, const std::optional<OneNeuronNetwork>& doubles) {
  if (!doubles) return std::nullopt;
  const auto distance = distance_on_cube(net, *doubles);
  const RoundedNetwork result{arguments.onnx, distance ? enclose(*distance).upper() : kInfinity};
  write_onnx(result, to_network(*doubles, arguments.target));
  return result;
}

int run(const OneNeuronArguments& arguments) {
  const auto start = std::chrono::steady_clock::now();
  require_writable({arguments.out, arguments.certificate, arguments.onnx});
  require_writable(arguments.pictures);
  for (const std::string& picture : arguments.pictures) require_approximation_drawable(arguments.dim, picture);
  TargetOptions target_options;
  target_options.dim = arguments.dim;
  target_options.radius = optional_number("--radius", arguments.radius);
  const auto target = make_target(arguments.target, target_options);
  const Approximation a = approximate(*target, options_of(arguments));
  const Network network = to_network(a.net, arguments.target);
  const auto doubles = arguments.onnx.empty() ? std::nullopt : std::optional(rounded(a.net));  // may fail: before any file is written
  for (const std::string& picture : arguments.pictures) draw_approximation(*target, a, arguments.target, picture);
  const std::string text = network_to_json(network, false);
  Json answer = written_network(arguments, "one-neuron", network, text);
  write_certificate(arguments, a, network, text);
  const auto onnx = write_rounded(arguments, a.net, doubles);
  answer["onnx"] = onnx_json(onnx);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (arguments.json) {
    print_json(answer_json(arguments, a, std::move(answer), seconds));
  } else if (arguments.out != "-") {
    print_answer(arguments, a, seconds);
    print_onnx(onnx);
  }
  return exit_code_of(a.verdict);
}

}  // namespace

void add_one_neuron(CLI::App* construct, int* exit_code) {
  auto arguments = std::make_shared<OneNeuronArguments>();
  CLI::App* command = construct->add_subcommand("one-neuron", "a ResNet of one-neuron blocks close to a function in L1(R^d), exactly (Theorems 1, 2, 5)");
  command->add_option("--target", arguments->target, "disc, ball, box, hat, sine, bump, square, gauss, gauss-bump, polynomial:TEXT, grid:FILE, image:FILE or polygon:FILE")->required();
  command->add_option("--dim", arguments->dim, "dimension d of the target")->check(CLI::Range(1, 4))->capture_default_str();
  command->add_option("--radius", arguments->radius, "of the disc, ball (2/5), box (1/4) or hat (1/2) round the centre of the cube");
  auto* n = command->add_option("--n", arguments->n, "cells per side");
  auto* theta = command->add_option("--theta", arguments->theta, "share of a cell's side that its flanks take, in (0,1); 1/n by default");
  command->add_option("--l1-error", arguments->l1_error, "find n and θ for this L1 distance to the target")->excludes(n)->excludes(theta);
  command->add_flag("--fold-free", arguments->fold_free, "Theorem 5: no block with u·v < -1, good on the cube only");
  command->add_option("--points", arguments->points, "random points of each kind at which N is evaluated exactly")->check(CLI::Range(0, 1000000))->capture_default_str();
  command->add_option("--picture", arguments->pictures, "draw target, network and decision boundary (two dimensions): .svg or .png; may be repeated")->type_name("FILE")->expected(1)->take_all();
  command->add_option("--certificate", arguments->certificate, "write the proof to FILE (checked by narrows-check); a name ending in .gz compresses it")->type_name("FILE");
  command->add_option("--onnx", arguments->onnx, "write the network with weights rounded to doubles as ONNX, and bound what that changes on the cube")->type_name("FILE");
  arguments->add(command);
  command->footer(
      "Exit code: 0 proved (exact error computed, within the theorem's bound), 2 undecided.\n\nExamples:\n"
      "  narrows construct one-neuron --target disc --n 12 -o disc.json --certificate disc.cert.json\n  narrows construct one-neuron --target ball --dim 3 --n 6 --theta 1/6 --json\n"
      "  narrows construct one-neuron --target image:picture.pgm --theta 1/64 -o picture.json\n  narrows construct one-neuron --target hat --dim 1 --l1-error 1/20");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
