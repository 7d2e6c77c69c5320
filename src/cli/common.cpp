#include "cli/common.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iostream>

#include "base/cancellation.hpp"
#include "base/errors.hpp"
#include "base/version.hpp"
#include "io/exact_text.hpp"
#include "network/architecture.hpp"

namespace narrows::cli {

void NetworkArguments::add(CLI::App* command) {
  command->add_option("NET", file, "network: .onnx, .json (narrows-network/1), or - for standard input")->required();
  command->add_flag("--json", json, "print one JSON object on standard output and nothing else");
  command->add_flag("--quiet", quiet, "no notes and no progress on standard error");
}

void NetworkArguments::add_selection(CLI::App* command) {
  auto* one = command->add_option("--output", output, "output K of a network with several (counted from 0)");
  command->add_option("--margin", margin, "output I minus output J")->delimiter(',')->expected(2)->type_name("I,J")->excludes(one);
}

void add_timeout(CLI::App* command, std::optional<double>* timeout) {
  command->add_option("--timeout", *timeout, "stop after SECONDS; what is left is undecided")->type_name("SECONDS")->check(CLI::NonNegativeNumber);
}

void add_unused_seed(CLI::App* command, std::uint64_t* seed) {
  command->add_option("--seed", *seed, "accepted like everywhere; this command makes no random choice")->check(CLI::NonNegativeNumber);
}

LoadedNetwork load(const NetworkArguments& arguments) { return load_network(arguments.file); }

void refuse_ode_layers(const LoadedNetwork& loaded) {
  const std::vector<Layer>& layers = loaded.network.layers;
  if (const std::size_t flow = first_ode_layer(layers); flow < layers.size())
    throw InputError(loaded.file + ": layers[" + std::to_string(flow) + "]", "this command cannot treat an ode layer", "use `narrows ode`, `certify` or `info`");
}

void require_checkable_flow(const SelectedNetwork& net, const std::string& certificate, const std::string& file) {
  if (certificate.empty()) return;
  for (const Layer& layer : net.chain.layers) {
    const auto* ode = std::get_if<OdeLayer>(&layer.value);
    if (ode == nullptr) continue;
    for (const std::vector<Layer>& branch : ode->branches)
      for (const Layer& step : branch) {
        const auto* activation = std::get_if<ActivationLayer>(&step.value);
        if (activation != nullptr && activation->function == Activation::elu)
          throw InputError(file + ": ode layer", "the checker does not follow elu through a flow over boxes", "leave out the certificate, or use a smooth activation", ExitCode::usage);
      }
  }
}

SelectedNetwork load_and_select(const NetworkArguments& arguments, OdeLayers ode_layers) {
  SelectedNetwork selected;
  selected.loaded = load(arguments);
  if (ode_layers == OdeLayers::refused) refuse_ode_layers(selected.loaded);
  const std::size_t outputs = widths(selected.loaded.network).back();
  if (arguments.margin.size() == 2)
    selected.output = {true, arguments.margin[0], arguments.margin[1]};
  else if (arguments.output)
    selected.output = {false, *arguments.output, 0};
  else if (outputs != 1)
    throw InputError(arguments.file, "the network has " + std::to_string(outputs) + " outputs", "choose one with --output K, or a difference with --margin I,J", ExitCode::usage);
  selected.chain = make_chain(selected.loaded.network, selected.output, arguments.file);
  if (selected.chain.dropped_sigmoid) note(arguments, "the final sigmoid is dropped: values and levels are those before it (it is increasing and changes no critical point)");
  return selected;
}

Json json_header(const std::string& command, const LoadedNetwork& loaded) {
  Chain chain;  // classification needs layers and widths only
  chain.input_dim = loaded.network.input_dim;
  chain.layers = loaded.network.layers;
  chain.widths = widths(loaded.network);
  return {{"tool", "narrows"},
          {"version", NARROWS_VERSION},
          {"command", command},
          {"network",
           {{"file", loaded.file},
            {"sha256", loaded.sha256},
            {"input_dim", loaded.network.input_dim},
            {"widths", chain.widths},
            {"class", to_string(classify(chain))}}}};
}

Json interval_json(const Interval& x) {
  const auto end = [](double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); };
  return Json::array({end(x.lower()), end(x.upper())});
}

Json box_json(const std::vector<Interval>& box) {
  Json sides = Json::array();
  for (const Interval& side : box) sides.push_back(interval_json(side));
  return sides;
}

std::string interval_text(const Interval& x) {
  if (!is_finite(x)) return fmt::format("[{}, {}]", x.lower(), x.upper());
  const double middle = midpoint(x), radius = radius_upper(x, middle);
  if (radius == 0 || x.lower() == x.upper()) return fmt::format("{}", middle);
  const int digits = std::clamp(static_cast<int>(std::floor(-std::log10(radius))), 0, 17);
  return fmt::format("{:.{}f} ± {:.0e}", middle, digits, radius);
}

int exit_code_of(Verdict verdict) {
  if (interrupted()) return static_cast<int>(ExitCode::interrupted);
  switch (verdict) {
    case Verdict::proved: return static_cast<int>(ExitCode::proved);
    case Verdict::refuted: return static_cast<int>(ExitCode::refuted);
    case Verdict::undecided: break;
  }
  return static_cast<int>(ExitCode::undecided);
}

Rational parse_level(const std::string& option, const std::string& text) {
  if (const auto exact = parse_exact(text)) return *exact;
  if (const auto decimal = parse_decimal(text)) return rational_exact(*decimal);
  throw InputError(option, "'" + text + "' is not a number", "write 0.5 or a fraction such as 1/3", ExitCode::usage);
}

void print_json(const Json& answer) { std::cout << answer.dump() << "\n" << std::flush; }

void note(const NetworkArguments& arguments, const std::string& text) {
  if (!arguments.quiet) std::cerr << "narrows: " << text << "\n";
}

}  // namespace narrows::cli
