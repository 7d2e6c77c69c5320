// narrows eval: rigorous enclosures of the value and the gradient at a point.
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "base/errors.hpp"
#include "cli/common.hpp"
#include "cli/subcommands.hpp"
#include "io/domain_parse.hpp"
#include "network/point_value.hpp"
#include "ode/flow_function.hpp"

namespace narrows::cli {
namespace {

struct EvalArguments : NetworkArguments {
  std::string at;
};

/// By a tube from the point, in doubles.
PointValue through_flow(const Chain& chain, const std::vector<double>& x, const std::string& where) {
  FlowValue found = FlowFunction(chain, where).over({x, x}, true, {});
  if (!found.reason.empty()) throw InputError(where, "no tube closes from this point: " + found.reason, "take a point nearer to 0, or a shorter flow");
  return {found.value, std::move(found.gradient), 53};
}

int run(const EvalArguments& arguments) {
  const SelectedNetwork net = load_and_select(arguments, OdeLayers::treated);
  const std::vector<double> x = parse_point(arguments.at, net.chain.input_dim);
  const bool flow = first_ode_layer(net.chain.layers) < net.chain.layers.size();
  const PointValue result = flow ? through_flow(net.chain, x, arguments.file) : evaluate_at(net.chain, x);
  if (arguments.json) {
    Json answer = json_header("eval", net.loaded);
    answer["at"] = x;
    answer["value"] = interval_json(result.value);
    answer["gradient"] = box_json(result.gradient);
    answer["precision_bits"] = result.precision;
    if (net.chain.dropped_sigmoid) answer["note"] = "value before the final sigmoid";
    print_json(answer);
    return 0;
  }
  fmt::print("value     {}\n", interval_text(result.value));
  for (std::size_t i = 0; i < result.gradient.size(); ++i) fmt::print("d/dx{:<5} {}\n", i + 1, interval_text(result.gradient[i]));
  return 0;
}

}  // namespace

void add_eval(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<EvalArguments>();
  CLI::App* command = program->add_subcommand("eval", "value and gradient at a point, as proved enclosures");
  arguments->add(command);
  arguments->add_selection(command);
  command->add_option("--at", arguments->at, "the point x1,x2,… (each decimal is read as the nearest double)")->required();
  command->footer("At a kink (ReLU) the gradient encloses the Clarke hull.\n\nExamples:\n  narrows eval net.onnx --at 0.5,-1\n  narrows eval net.json --at 0,0 --json");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
