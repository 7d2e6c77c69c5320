// narrows construct contrast: one target, two networks. Without a fold (or of width d) a network fails, provably; with one fold it succeeds.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <memory>

#include "base/counted.hpp"
#include "base/errors.hpp"
#include "cli/construct.hpp"
#include "cli/output_files.hpp"
#include "construct/approximation.hpp"
#include "construct/one_neuron.hpp"
#include "io/network_json.hpp"
#include "polyhedral/narrow_limits.hpp"

namespace narrows::cli {
namespace {

struct ContrastArguments : ConstructArguments {
  std::string target = "disc", narrow, theta;
  std::size_t dim = 2, n = 8;
};

/// What is proved of the narrow network.
struct Failure {
  std::string name;
  std::optional<TwoPoints> two_points;
  Interval at_inside = 0.0, at_boundary = 0.0;  ///< f at the two points
  Rational sup_error;                           ///< at most half their difference
  std::optional<GrowthCertificate> growth;
  std::string why_not;
};

Network narrow_network(const ContrastArguments& arguments, const Approximation& good, std::string* name) {
  if (!arguments.narrow.empty()) {
    *name = arguments.narrow;
    return load_network(arguments.narrow).network;
  }
  const OneNeuronNetwork net = fold_free_network(good.h, good.theta);
  *name = fmt::format("a fold-free one-neuron ResNet with {} (Theorem 5)", counted(net.blocks.size(), "block"));
  return to_network(net, "fold-free");
}

/// f off the cube is 0.
Interval value_of(const TargetFunction& target, const std::vector<Rational>& x) {
  for (const Rational& entry : x)
    if (entry < 0 || entry > 1) return 0.0;
  return target.enclosure_at(x);
}

/// A lower bound of |x| for all x in the interval.
Rational least_magnitude(const Interval& x) { return rational_exact(x.lower() > 0 ? x.lower() : x.upper() < 0 ? -x.upper() : 0.0); }

Failure failure_of(const TargetFunction& target, const Network& network, std::string name) {
  Failure failure;
  failure.name = std::move(name);
  const Chain chain = make_chain(network, {}, failure.name);
  if (chain.input_dim != target.dim()) throw InputError(failure.name, "has " + std::to_string(chain.input_dim) + " inputs, the target " + std::to_string(target.dim()), "give a network of the target's dimension");
  const RationalPoint centre(target.dim(), Rational(1, 2));
  const RayAnswer answer = constant_ray(chain, centre);
  failure.why_not = answer.why_not;
  if (!answer.ray) return failure;
  const Box cube{std::vector<double>(target.dim(), 0.0), std::vector<double>(target.dim(), 1.0)};
  failure.two_points = two_points(chain, *answer.ray, cube);
  if (failure.two_points) {
    failure.at_inside = value_of(target, failure.two_points->inside);
    failure.at_boundary = value_of(target, failure.two_points->boundary);
    failure.sup_error = least_magnitude(failure.at_inside - failure.at_boundary) / 2;
  }
  failure.growth = growth_certificate(chain, centre, 1);
  return failure;
}

std::string point_text(const std::vector<Rational>& x) {
  std::string text;
  for (const Rational& entry : x) text += (text.empty() ? "(" : ", ") + digits(entry);
  return text + ")";
}

Json point_json_of(const std::vector<Rational>& x) {
  Json list = Json::array();
  for (const Rational& entry : x) list.push_back(to_text(entry));
  return list;
}

Json answer_json(const ContrastArguments& arguments, const Failure& failure, const Approximation& good, Json answer, Verdict verdict, double seconds) {
  Json points = nullptr, growth = nullptr;
  if (failure.two_points)
    points = {{"inside", point_json_of(failure.two_points->inside)}, {"boundary", point_json_of(failure.two_points->boundary)}, {"value", to_text(failure.two_points->value)},
              {"target_inside", interval_json(failure.at_inside)}, {"target_boundary", interval_json(failure.at_boundary)}};
  if (failure.growth)
    growth = {{"point", point_json_of(failure.growth->point)}, {"direction", point_json_of(failure.growth->direction)}, {"half_width", to_text(failure.growth->half_width)},
              {"value", to_text(failure.growth->value)}, {"support", to_text(failure.growth->support)}, {"radius_for_error_1", to_text(failure.growth->radius_for(1))}};
  answer.update({{"verdict", to_string(verdict)},
                 {"reason", failure.why_not},
                 {"target", arguments.target},
                 {"narrow", {{"network", failure.name}, {"sup_error_at_least", to_text(failure.sup_error)}, {"two_points", points}, {"growth", growth}}},
                 {"one_neuron",
                  {{"blocks", good.net.blocks.size()}, {"folds", count_folds(good.net)}, {"error", {{"l1_to_grid", good.to_grid ? Json(to_text(*good.to_grid)) : Json(nullptr)}, {"l1_to_target", interval_json(good.to_target)}}},
                   {"bound", to_text(good.bound)}}},
                 {"seconds", seconds},
                 {"certificate", nullptr}});
  return answer;
}

void print_answer(const ContrastArguments& arguments, const Failure& failure, const Approximation& good, Verdict verdict, double seconds) {
  fmt::print("{}: {} on [0,1]^{} ({:.3f} s)\n", to_string(verdict), arguments.target, arguments.dim, seconds);
  fmt::print("without a fold, or of width at most {}: {}\n", arguments.dim, failure.name);
  if (failure.two_points) {
    fmt::print("  it has the value {} at {} and at {} on the cube's boundary,\n", digits(failure.two_points->value), point_text(failure.two_points->inside), point_text(failure.two_points->boundary));
    fmt::print("  where the target is {} and {}: its largest error is at least {} (Theorem 7)\n", range_text(failure.at_inside), range_text(failure.at_boundary), digits(failure.sup_error));
  }
  if (failure.growth)
    fmt::print("  it is {} along a tube to infinity: its L1 error over [-R,R]^{} grows without bound, beyond 1 at R = {:.0f} (Theorem 8)\n", digits(failure.growth->value), arguments.dim,
               std::ceil(enclose(failure.growth->radius_for(1)).upper()));
  if (!failure.two_points && !failure.growth) fmt::print("  nothing is proved of it: {}\n", failure.why_not);
  fmt::print("one neuron plus the identity, {}, {}:\n", counted(good.net.blocks.size(), "block"), counted(count_folds(good.net), "fold"));
  if (good.to_grid)
    fmt::print("  L1 error over all of R^{}: {} to the grid function (exact), in {} to the target (Theorem {})\n", arguments.dim, digits(*good.to_grid), range_text(good.to_target), arguments.dim == 1 ? 2 : 1);
  if (!arguments.out.empty()) fmt::print("  network {}\n", arguments.out);
}

int run(const ContrastArguments& arguments) {
  require_writable({arguments.out});
  const auto start = std::chrono::steady_clock::now();
  if (arguments.dim == 1 && arguments.narrow.empty()) throw InputError("--dim", "the fold-free network needs two dimensions", "use --dim 2 or more, or give a network with --narrow", ExitCode::usage);
  TargetOptions target_options;
  target_options.dim = arguments.dim;
  const auto target = make_target(arguments.target, target_options);
  ApproximationOptions options;
  if (target->grid() == nullptr) options.n = arguments.n;
  if (!arguments.theta.empty()) options.theta = parse_level("--theta", arguments.theta);
  options.seed = arguments.seed;
  options.stop = StopToken(arguments.timeout);
  const Approximation good = approximate(*target, options);
  std::string name;
  const Network narrow = narrow_network(arguments, good, &name);
  const Failure failure = failure_of(*target, narrow, std::move(name));
  const Network network = to_network(good.net, arguments.target);
  Json header = written_network(arguments, "contrast", network, network_to_json(network, false));
  const bool fails = failure.two_points && failure.sup_error > 0 && failure.growth;
  const Verdict verdict = fails && good.verdict == Verdict::proved ? Verdict::proved : Verdict::undecided;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (arguments.json)
    print_json(answer_json(arguments, failure, good, std::move(header), verdict, seconds));
  else
    print_answer(arguments, failure, good, verdict, seconds);
  return exit_code_of(verdict);
}

}  // namespace

void add_contrast(CLI::App* construct, int* exit_code) {
  auto arguments = std::make_shared<ContrastArguments>();
  CLI::App* command = construct->add_subcommand("contrast", "one target twice: width d or no fold fails (Theorems 7, 8), one neuron plus identity succeeds (Theorem 1)");
  command->add_option("--target", arguments->target, "as for one-neuron")->capture_default_str();
  command->add_option("--dim", arguments->dim, "dimension d of the target")->check(CLI::Range(1, 4))->capture_default_str();
  command->add_option("--n", arguments->n, "cells per side")->capture_default_str();
  command->add_option("--theta", arguments->theta, "share of a cell's side that its flanks take; 1/n by default");
  command->add_option("--narrow", arguments->narrow, "the network that fails: ReLU of width at most d, or fold-free; Theorem 5's by default")->type_name("NET");
  arguments->add(command);
  command->footer("Exit code: 0 proved (both halves), 2 undecided.\n\nExamples:\n  narrows construct contrast\n  narrows construct contrast --target disc --n 12 --narrow width2.onnx");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
