// narrows info: what kind of network this is, its channel ratios, and which theorems can be used on it.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "cli/common.hpp"
#include "cli/subcommands.hpp"
#include "io/convolutional.hpp"
#include "network/applicable_theorems.hpp"
#include "network/architecture.hpp"

namespace narrows::cli {
namespace {

// A rational as a JSON number where it is a double, else as "p/q".
Json rational_json(const std::optional<Rational>& q) {
  if (!q) return nullptr;
  double exact = 0;
  return is_double(*q, &exact) ? Json(exact) : Json(to_text(*q));
}

std::string rational_text(const std::optional<Rational>& q) {
  return q ? fmt::format("{:.6g}", mpq_get_d(q->backend().data())) : "–";
}

void print_table(const SelectedNetwork& net, const std::vector<LayerSummary>& layers, const std::vector<std::string>& theorems) {
  fmt::print("{}: R^{} -> R^{}, {} layers, {}\n", net.loaded.file, net.loaded.network.input_dim, widths(net.loaded.network).back(), layers.size(),
             to_string(classify(net.chain)));
  fmt::print("{:>5}  {:<11} {:>5}  {:>10} {:>10} {:>10}  {}\n", "layer", "kind", "width", "skip", "residual", "ratio", "activation");
  for (std::size_t l = 0; l < layers.size(); ++l)
    fmt::print("{:>5}  {:<11} {:>5}  {:>10} {:>10} {:>10}  {}\n", l + 1, layers[l].kind, layers[l].width, rational_text(layers[l].skip),
               rational_text(layers[l].residual), rational_text(layers[l].ratio), layers[l].activation);
  std::string list;
  for (const std::string& id : theorems) list += (list.empty() ? "" : ", ") + id;
  fmt::print("theorems that apply: {}\n", list.empty() ? "none" : list);
}

// Layers that the file gives as convolutions are called so. The model holds them as dense affine layers; standard input cannot be read again.
void name_convolutions(const LoadedNetwork& loaded, std::vector<LayerSummary>* layers) {
  if (loaded.file == "-") return;
  const std::vector<io::Convolution> convolutions = load_convolutional(loaded.file).convolutions;
  for (std::size_t l = 0; l < layers->size() && !convolutions.empty(); ++l) {
    const auto* affine = std::get_if<AffineLayer>(&loaded.network.layers[l].value);
    if (affine != nullptr && convolution_of(*affine, convolutions) != nullptr) (*layers)[l].kind = "conv";
  }
}

int run(const NetworkArguments& arguments) {
  const SelectedNetwork net = load_and_select(arguments, OdeLayers::treated);
  std::vector<LayerSummary> layers = summarize_layers(net.loaded.network);
  name_convolutions(net.loaded, &layers);
  const std::vector<std::string> theorems = applicable_theorems(net.chain);
  if (!arguments.json) {
    print_table(net, layers, theorems);
    return 0;
  }
  Json answer = json_header("info", net.loaded);
  answer["layers"] = Json::array();
  for (const LayerSummary& layer : layers)
    answer["layers"].push_back({{"kind", layer.kind},
                                {"width", layer.width},
                                {"skip", rational_json(layer.skip)},
                                {"residual", rational_json(layer.residual)},
                                {"ratio", rational_json(layer.ratio)},
                                {"time", rational_json(layer.time)},
                                {"activation", layer.activation.empty() ? Json(nullptr) : Json(layer.activation)}});
  answer["theorems"] = theorems;
  print_json(answer);
  return 0;
}

}  // namespace

void add_info(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<NetworkArguments>();
  CLI::App* command = program->add_subcommand("info", "architecture class, channel ratios, applicable theorems");
  arguments->add(command);
  arguments->add_selection(command);
  command->footer("Examples:\n  narrows info net.onnx\n  narrows info net.json --json");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
