// narrows construct convresnet | staircase | sawtooth: convolutional ResNets with enclosed value and gradient errors.
#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "base/atomic_file.hpp"
#include "base/sha256.hpp"
#include "base/version.hpp"
#include "cli/construct.hpp"
#include "cli/output_files.hpp"
#include "construct/conv_certificate.hpp"
#include "construct/rounding.hpp"
#include "io/network_json.hpp"

namespace narrows::cli {
namespace {

struct ConvArguments : ConstructArguments {
  std::string kind, theorem = "C", target = "sine", manifold, ramp, amplitude = "1/64", onnx;
  std::size_t dim = 1, n = 8, group = 1, filter = 0, plateaus = 10;
  unsigned product_depth = 8, depth = 12;
};

ConvAnswer answer_of(const ConvArguments& arguments) {
  const StopToken stop(arguments.timeout);
  if (arguments.kind == "staircase") return construct_staircase(arguments.plateaus, parse_level("--ramp", arguments.ramp), arguments.group);
  if (arguments.kind == "sawtooth") return construct_sawtooth(arguments.target, arguments.n, arguments.depth, parse_level("--amplitude", arguments.amplitude), stop);
  ConvRequest request;
  request.theorem = arguments.theorem.size() == 1 ? arguments.theorem[0] : '?';
  request.target = arguments.target;
  request.manifold = arguments.manifold;
  request.dim = arguments.manifold.empty() ? arguments.dim : arguments.manifold == "circle" ? 2 : 3;
  request.n = arguments.n;
  request.product_depth = arguments.product_depth;
  request.options = {arguments.group, arguments.filter};
  request.stop = stop;
  return construct_convresnet(request);
}

std::string theorem_id(const ConvArguments& arguments) {
  return "convresnet/" + (arguments.kind == "staircase" ? "4-1" : arguments.kind == "sawtooth" ? "4-2" : arguments.theorem);
}

template <class T>
Json exact_json(const std::optional<T>& exact) {
  return exact ? Json(to_text(*exact)) : Json(nullptr);
}

/// true, false or "undecided".
Json within_json(Verdict within) {
  return within == Verdict::undecided ? Json("undecided") : Json(within == Verdict::proved);
}

const char* within_text(Verdict within) {
  return within == Verdict::proved    ? "both errors are within the theorem's bounds"
         : within == Verdict::refuted ? "an error exceeds the theorem's bound"
                                      : "undecided whether within the bounds: the theorem's bound is not separated from the enclosure";
}

Json answer_json(const ConvArguments& arguments, const ConvAnswer& answer, const std::string& text, double seconds) {
  const ConvClass& c = answer.parameters;
  return {{"tool", "narrows"},
          {"version", NARROWS_VERSION},
          {"command", "construct " + arguments.kind},
          {"network",
           {{"file", arguments.out.empty() ? Json(nullptr) : Json(arguments.out)}, {"sha256", sha256_hex(text)}, {"input_dim", answer.net.positions}, {"widths", widths(answer.net)}, {"class", "augmented"}}},
          {"verdict", to_string(answer.verdict)},
          {"reason", answer.reason},
          {"theorem", theorem_id(arguments)},
          {"blocks", c.M},
          {"value", interval_json(answer.error.value)},
          {"gradient", interval_json(answer.error.gradient)},
          {"value_exact", exact_json(answer.error.value_exact)},
          {"gradient_exact", exact_json(answer.error.gradient_exact)},
          {"value_bound", answer.bound.value},
          {"gradient_bound", answer.bound.gradient},
          {"within_bound", within_json(answer.within_bound)},
          {"class", {{"M", c.M}, {"L", c.L}, {"J", c.J}, {"K", c.K}, {"kappa1", to_text(c.kappa1)}, {"kappa2", to_text(c.kappa2)}}},
          {"pieces", answer.pieces ? Json(*answer.pieces) : Json(nullptr)},
          {"gradient_lower_bound", answer.gradient_lower_bound},
          {"hats", answer.hats > 0 ? Json(answer.hats) : Json(nullptr)},
          {"points", answer.points},
          {"seconds", seconds},
          {"certificate", nullptr}};
}

void print_error(const char* what, const Interval& error, const std::optional<Rational>& exact, double bound) {
  if (exact)
    fmt::print("  {} error {} exactly, bound {:.6g}\n", what, to_text(*exact), bound);
  else
    fmt::print("  {} error in {}, bound {:.6g}\n", what, range_text(error), bound);
}

void print_answer(const ConvArguments& arguments, const ConvAnswer& answer, double seconds) {
  const ConvClass& c = answer.parameters;
  fmt::print("{}: {} ({:.3f} s)\n", to_string(answer.verdict), theorem_id(arguments), seconds);
  if (!answer.reason.empty()) fmt::print("  {}\n", answer.reason);
  fmt::print("  class M = {} blocks, L = {} layers, J = {} channels, K = {}, κ₁ {}, κ₂ {}\n", c.M, c.L, c.J, c.K, digits(c.kappa1), digits(c.kappa2));
  if (answer.hats > 0) fmt::print("  {} hats\n", answer.hats);
  print_error("value", answer.error.value, answer.error.value_exact, answer.bound.value);
  print_error("gradient", answer.error.gradient, answer.error.gradient_exact, answer.bound.gradient);
  fmt::print("  {}\n", within_text(answer.within_bound));
  if (answer.pieces) fmt::print("  {} linear pieces on [0,1]\n", *answer.pieces);
  if (answer.gradient_lower_bound > 0) fmt::print("  no function with so many pieces has a gradient error below {:.6g}\n", answer.gradient_lower_bound);
  if (answer.verdict == Verdict::proved) fmt::print("  the network is the function that these errors speak of: by its weights, for all inputs\n");
  if (answer.points > 0) fmt::print("  besides, value and one-sided slope agree at {} points, exactly\n", answer.points);
  if (!arguments.out.empty()) fmt::print("  network {}\n", arguments.out);
}

/// `doubles` is the rounded network: nothing if no ONNX file is asked for.
std::optional<RoundedNetwork> write_rounded(const ConvArguments& arguments, const ConvResNet& net, const std::optional<ConvResNet>& doubles) {
  if (!doubles) return std::nullopt;
  const RoundedNetwork result{arguments.onnx, distance_on_cube(net, *doubles)};
  write_onnx(result, parse_network_json(to_json(*doubles, theorem_id(arguments)), "the constructed network"));
  return result;
}

int run(const ConvArguments& arguments) {
  require_writable({arguments.out, arguments.onnx});
  const auto start = std::chrono::steady_clock::now();
  const ConvAnswer answer = answer_of(arguments);
  const std::string text = to_json(answer.net, theorem_id(arguments));
  const auto doubles = arguments.onnx.empty() ? std::nullopt : std::optional(rounded(answer.net));  // may fail: before any file is written
  if (!arguments.out.empty()) write_file_atomically(arguments.out, text);
  const auto onnx = write_rounded(arguments, answer.net, doubles);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (arguments.json) {
    Json json = answer_json(arguments, answer, text, seconds);
    json["onnx"] = onnx_json(onnx);
    print_json(json);
  } else if (arguments.out != "-") {
    print_answer(arguments, answer, seconds);
    print_onnx(onnx);
  }
  return exit_code_of(answer.verdict);
}

void add_target(CLI::App* command, const std::shared_ptr<ConvArguments>& arguments) {
  command->add_option("--target", arguments->target, "sine, square, gauss, gauss-bump, bump or polynomial:TEXT on the unit cube")->capture_default_str();
  command->add_option("--n", arguments->n, "mesh width 1/n")->capture_default_str();
}

CLI::App* add_kind(CLI::App* construct, const std::string& kind, const std::string& what, const std::shared_ptr<ConvArguments>& arguments, int* exit_code) {
  CLI::App* command = construct->add_subcommand(kind, what);
  arguments->kind = kind;
  command->add_option("--onnx", arguments->onnx, "write the network with weights rounded to doubles as ONNX, and bound what that changes on the cube")->type_name("FILE");
  arguments->add(command);
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
  return command;
}

}  // namespace

void add_convresnet(CLI::App* construct, int* exit_code) {
  auto conv = std::make_shared<ConvArguments>();
  CLI::App* command = add_kind(construct, "convresnet", "a convolutional ResNet close to a smooth function in value and gradient (convresnet.md C-H)", conv, exit_code);
  command->add_option("--theorem", conv->theorem, "C interpolant (one dimension), D hats, E hats along a manifold, F product, G and H Taylor polynomials")->capture_default_str();
  add_target(command, conv);
  command->add_option("--dim", conv->dim, "dimension: 1 to 3")->capture_default_str();
  command->add_option("--manifold", conv->manifold, "Theorem E: circle, curve or sphere");
  command->add_option("--product-depth", conv->product_depth, "depth m of the products (F, G, H)")->capture_default_str();
  command->add_option("--group", conv->group, "subnets side by side in a block: fewer, wider blocks, the same function")->capture_default_str();
  command->add_option("--filter", conv->filter, "filter size K; as large as the dimension by default");
  command->footer("Exit code: 0 proved (the enclosures of both errors are certified, and reach beyond the theorem's bounds by at most 1e-9, relative), 2 undecided.\n"
                  "Whether the errors are within the bounds is said apart (within_bound: true, false, or undecided where an enclosure reaches beyond its bound).\n\nExamples:\n  narrows construct convresnet --theorem C --target sine --n 128\n"
                  "  narrows construct convresnet --theorem D --target sine --dim 2 --n 16 --group 4 -o sine.json\n"
                  "  narrows construct convresnet --theorem E --target \"polynomial:x y\" --manifold circle --n 64\n  narrows construct convresnet --theorem G --n 32 --product-depth 12 --json");
  auto stairs = std::make_shared<ConvArguments>();
  command = add_kind(construct, "staircase", "small value error, large gradient error: a staircase for the function x (4.1)", stairs, exit_code);
  command->add_option("--plateaus", stairs->plateaus, "number N of plateaus")->capture_default_str();
  command->add_option("--ramp", stairs->ramp, "ramps have width l/N, 0 < l <= 1")->required()->type_name("l");
  command->add_option("--group", stairs->group, "hinges side by side in a block")->capture_default_str();
  command->footer("Example:\n  narrows construct staircase --plateaus 1000 --ramp 1/100");
  auto saw = std::make_shared<ConvArguments>();
  command = add_kind(construct, "sawtooth", "small value error, large gradient error: an interpolant with sawtooth noise (4.2)", saw, exit_code);
  add_target(command, saw);
  command->add_option("--depth", saw->depth, "2^depth teeth flanks")->capture_default_str();
  command->add_option("--amplitude", saw->amplitude, "height of the teeth")->capture_default_str();
  command->footer("Example:\n  narrows construct sawtooth --target square --n 64 --depth 12 --amplitude 1/64");
}

}  // namespace narrows::cli
