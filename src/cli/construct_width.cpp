// narrows construct width-d-plus-1: a one-neuron ResNet as a fully connected ReLU network of width d+1 (Theorem 6).
#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "base/counted.hpp"
#include "base/errors.hpp"
#include "cli/construct.hpp"
#include "cli/output_files.hpp"
#include "construct/fully_connected.hpp"
#include "construct/point_check.hpp"
#include "construct/width_identity.hpp"
#include "io/domain_parse.hpp"
#include "io/network_json.hpp"

namespace narrows::cli {
namespace {

struct WidthArguments : ConstructArguments {
  std::string file, domain;
  std::size_t points = 10000;
};

/// The network to construct and where it is claimed to equal the given one.
struct Plan {
  OneNeuronNetwork net;
  Rational bias;
  RationalBox box;
  bool everywhere = false;
  bool vanishes_off = true;  ///< if the network is clamped: N = 0 off the box, so that clamping changes nothing
};

Plan plan_of(const WidthArguments& arguments) {
  Plan plan;
  const LoadedNetwork loaded = load_network(arguments.file);
  std::string why;
  auto net = one_neuron_network(loaded.network, &plan.bias, &why);
  if (!net) throw InputError(arguments.file, why, "give a network made by construct one-neuron, or one of that form");
  plan.net = std::move(*net);
  Domain domain;
  domain.dim = plan.net.dim;
  if (!arguments.domain.empty()) domain = parse_domain(arguments.domain, plan.net.dim);
  if (domain.type == Domain::Type::ball) throw InputError("--domain", "a ball is not a box", "give a box, or R^d", ExitCode::usage);
  plan.everywhere = domain.type == Domain::Type::space;
  for (std::size_t i = 0; i < plan.net.dim; ++i) {
    plan.box.lower.push_back(plan.everywhere ? Rational(0) : rational_exact(domain.box.lower[i]));
    plan.box.upper.push_back(plan.everywhere ? Rational(1) : rational_exact(domain.box.upper[i]));
  }
  plan.vanishes_off = !plan.everywhere || (plan.bias == 0 && vanishes_off_cube(plan.net));
  return plan;
}

/// Points of the box, or of all of R^d, where the two networks differ.
std::size_t count_differences(const Plan& plan, const FullyConnected& result, const WidthArguments& arguments) {
  RandomPoints random(arguments.seed);
  std::size_t differences = 0;
  for (std::size_t k = 0; k < arguments.points; ++k) {
    std::vector<Rational> x, clamped;
    for (std::size_t i = 0; i < plan.net.dim; ++i) {
      const Rational reach = !plan.everywhere ? Rational(0) : random.below(3) == 0 ? Rational(1000000) : random.below(2) == 0 ? Rational(1) : Rational(0);
      x.push_back(random.between(plan.box.lower[i] - reach, plan.box.upper[i] + reach));
      clamped.push_back(std::min(std::max(x.back(), plan.box.lower[i]), plan.box.upper[i]));
    }
    differences += value_exact(result, x) != value_exact(plan.net, plan.vanishes_off ? x : clamped) + plan.bias;
  }
  return differences;
}

int run(const WidthArguments& arguments) {
  require_writable({arguments.out});
  const auto start = std::chrono::steady_clock::now();
  const Plan plan = plan_of(arguments);
  const FullyConnected result = fully_connected(plan.net, plan.bias, plan.box, plan.everywhere);
  const std::size_t differences = count_differences(plan, result, arguments);
  const Network network = to_network(result, "width d+1");
  Json answer = written_network(arguments, "width-d-plus-1", network, network_to_json(network, false));
  const auto difference = difference_from_blocks(result, plan.net, plan.bias, plan.box, plan.everywhere);
  const Verdict verdict = plan.vanishes_off && differences == 0 && !difference ? Verdict::proved : Verdict::undecided;
  const std::string reason = differences > 0     ? fmt::format("the networks differ at {} points: please report it", differences)
                             : difference        ? *difference
                             : plan.vanishes_off ? ""
                                                 : "equal to N(clamp(x)) with the cube [0,1]^d: N is not proved to vanish off it";
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const std::string region = plan.everywhere ? fmt::format("R^{}", plan.net.dim) : arguments.domain;
  if (arguments.json) {
    answer.update({{"verdict", to_string(verdict)}, {"reason", reason}, {"theorem", "one-neuron/N6"}, {"domain", region}, {"blocks", plan.net.blocks.size()},
                   {"width", width(result)}, {"depth", result.layers.size() - 1}, {"longest_weight_bits", longest_bits(result)},
                   {"points", {{"tested", arguments.points}, {"failures", differences}}}, {"seconds", seconds}, {"certificate", nullptr}});
    print_json(answer);
  } else if (arguments.out != "-") {
    fmt::print("{}: equal on {}, width {}, depth {} ({:.3f} s)\n", to_string(verdict), region, width(result), result.layers.size() - 1, seconds);
    if (!reason.empty()) fmt::print("  {}\n", reason);
    fmt::print("  {} in dimension {}, weights of at most {}; besides, exactly equal at {} of {} points\n", counted(plan.net.blocks.size(), "block"), plan.net.dim, counted(longest_bits(result), "bit"),
               arguments.points - differences, arguments.points);
    if (!arguments.out.empty()) fmt::print("  network {}\n", arguments.out);
  }
  return exit_code_of(verdict);
}

}  // namespace

void add_width_d_plus_1(CLI::App* construct, int* exit_code) {
  auto arguments = std::make_shared<WidthArguments>();
  CLI::App* command = construct->add_subcommand("width-d-plus-1", "a one-neuron ResNet as a fully connected ReLU network of width d+1, equal exactly (Theorem 6)");
  command->add_option("NET", arguments->file, "a one-neuron ResNet, as construct one-neuron writes it")->required();
  command->add_option("--domain", arguments->domain, "where they are equal: \"[0,1]^2\", or R^d (the default), which clamps to the unit cube")->type_name("BOX");
  command->add_option("--points", arguments->points, "random rational points at which both are evaluated")->check(CLI::Range(0, 1000000))->capture_default_str();
  arguments->add(command);
  command->footer("Exit code: 0 proved equal, 2 undecided (N may not vanish off the unit cube).\n\nExamples:\n  narrows construct width-d-plus-1 disc.json -o wide.json\n  narrows construct width-d-plus-1 disc.json --domain \"[-1,2]^2\" -o wide.json");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
