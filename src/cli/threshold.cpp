// narrows threshold: how far each residual block is from losing regularity.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <memory>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "certify/threshold_certificate.hpp"
#include "cli/common.hpp"
#include "cli/subcommands.hpp"
#include "critical/threshold.hpp"
#include "io/domain_parse.hpp"
#include "plot/ratio_picture.hpp"

namespace narrows::cli {
namespace {

struct ThresholdArguments : NetworkArguments {
  std::string box;
  bool max_ratios = false;
  std::string certificate;
  std::vector<std::string> pictures;
  std::optional<double> timeout;
  int threads = 1;
  std::uint64_t seed = 0;
};

double nearest(const Rational& x) { return mpq_get_d(x.backend().data()); }

/// A finite double, or null.
Json number_json(double x) { return std::isfinite(x) ? Json(x) : Json(nullptr); }

/// [lo, hi] with lo rounded down and hi rounded up.
Json bracket_json(const Rational& lower, const std::optional<Rational>& upper) {
  return Json::array({number_json(enclose(lower).lower()), upper ? number_json(enclose(*upper).upper()) : Json(nullptr)});
}

Json exact_json(const Rational& lower, const std::optional<Rational>& upper) {
  return Json::array({to_text(lower), upper ? Json(to_text(*upper)) : Json(nullptr)});
}

const char* status_text(const LayerThreshold& layer) {
  if (!layer.critical) return "not-applicable";
  switch (layer.critical->status) {
    case CriticalRatio::Status::bracket: return "bracket";
    case CriticalRatio::Status::infinite: return "infinite";
    case CriticalRatio::Status::lower_bound: break;
  }
  return "lower-bound";
}

bool is_infinite(const LayerThreshold& layer) { return layer.critical && layer.critical->status == CriticalRatio::Status::infinite; }

/// α*/Lipschitz ratio, if both are finite.
std::optional<double> gain_of(const LayerThreshold& layer) {
  if (!layer.critical || is_infinite(layer) || !layer.lipschitz_ratio || !std::isfinite(*layer.lipschitz_ratio) || *layer.lipschitz_ratio == 0) return std::nullopt;
  return nearest(layer.critical->lower) / *layer.lipschitz_ratio;
}

Json regular_json(Regularity regular) { return regular == Regularity::undecided ? Json(nullptr) : Json(regular == Regularity::regular); }

Json layer_json(const LayerThreshold& layer, std::size_t index) {
  const bool finite = layer.critical && !is_infinite(layer);
  Json json = {{"index", index}, {"kind", layer.kind}, {"ratio", layer.ratio ? Json(nearest(*layer.ratio)) : Json(nullptr)}};
  json["critical_ratio"] = !layer.critical ? Json(nullptr) : finite ? bracket_json(layer.critical->lower, layer.critical->upper) : Json::array({nullptr, nullptr});
  json["critical_ratio_status"] = status_text(layer);
  json["critical_ratio_exact"] = finite ? exact_json(layer.critical->lower, layer.critical->upper) : Json(nullptr);
  json["critical_ratio_is_sharp"] = layer.critical ? Json(layer.critical_is_sharp) : Json(nullptr);
  json["lipschitz_ratio"] = layer.lipschitz_ratio ? number_json(*layer.lipschitz_ratio) : Json(nullptr);
  const auto gain = gain_of(layer);
  json["gain"] = gain ? number_json(*gain) : Json(nullptr);
  json["regular"] = regular_json(layer.regular);
  json["test"] = to_string(layer.test);
  json["scaling"] = layer.test == ThresholdTest::symmetric_part && !layer.scaling.empty() ? Json(layer.scaling) : Json(nullptr);
  json["reason"] = layer.reason.empty() ? Json(nullptr) : Json(layer.reason);
  return json;
}

Json answer_json(const ThresholdArguments& arguments, const LoadedNetwork& loaded, const ThresholdResult& result, double seconds) {
  Json answer = json_header("threshold", loaded);
  answer["verdict"] = to_string(result.verdict);
  answer["reason"] = result.reason;
  answer["domain"] = result.domain ? to_string(*result.domain) : fmt::format("R^{}", loaded.network.input_dim);
  answer["layers"] = Json::array();
  for (std::size_t l = 0; l < result.layers.size(); ++l) answer["layers"].push_back(layer_json(result.layers[l], l + 1));
  if (arguments.max_ratios) {
    const auto& factor = result.factor;
    answer["max_uniform_factor"] = !factor ? Json(nullptr) : factor->infinite ? Json::array({nullptr, nullptr}) : bracket_json(factor->lower, factor->upper);
    answer["max_uniform_factor_status"] = !factor ? "none" : factor->infinite ? "infinite" : factor->upper ? "bracket" : "lower-bound";
    answer["max_uniform_factor_exact"] = factor && !factor->infinite ? exact_json(factor->lower, factor->upper) : Json(nullptr);
  }
  answer["seconds"] = seconds;
  answer["certificate"] = arguments.certificate.empty() ? Json(nullptr) : Json(arguments.certificate);
  return answer;
}

std::string number_text(double x) { return std::isfinite(x) ? fmt::format("{:.10g}", x) : "infinite"; }

std::string critical_text(const LayerThreshold& layer) {
  if (!layer.critical) return "–";
  if (is_infinite(layer)) return "infinite";
  const CriticalRatio& critical = *layer.critical;
  if (critical.status == CriticalRatio::Status::bracket) return number_text(nearest(critical.lower));
  return critical.upper ? fmt::format("[{:.5g}, {:.5g}]", nearest(critical.lower), nearest(*critical.upper)) : fmt::format(">= {:.7g}", nearest(critical.lower));
}

const char* regular_text(Regularity regular) {
  return regular == Regularity::regular ? "yes" : regular == Regularity::not_regular ? "no" : "undecided";
}

void print_answer(const ThresholdArguments& arguments, const ThresholdResult& result, double seconds) {
  fmt::print("{}: {} ({:.3f} s)\n", to_string(result.verdict), result.reason, seconds);
  if (result.domain) fmt::print("regularity of the states reached from {}\n", to_string(*result.domain));
  fmt::print("{:>5}  {:<10}  {:>14}  {:>22}  {:>14}  {:>7}  {:<9}  {}\n", "layer", "kind", "ratio", "critical ratio", "Lipschitz", "gain", "regular", "test");
  for (std::size_t l = 0; l < result.layers.size(); ++l) {
    const LayerThreshold& layer = result.layers[l];
    const auto gain = gain_of(layer);
    fmt::print("{:>5}  {:<10}  {:>14}  {:>22}  {:>14}  {:>7}  {:<9}  {}\n", l + 1, layer.kind, layer.ratio ? number_text(nearest(*layer.ratio)) : "–",
               critical_text(layer), layer.lipschitz_ratio ? number_text(*layer.lipschitz_ratio) : "–", gain ? fmt::format("{:.3f}", *gain) : "–",
               regular_text(layer.regular), to_string(layer.test));
  }
  if (arguments.max_ratios) {
    if (!result.factor)
      fmt::print("no factor on the residuals makes every layer regular: a layer without ratio is not proved regular\n");
    else if (result.factor->infinite)
      fmt::print("every factor on the residuals keeps all layers regular\n");
    else
      fmt::print("largest factor on all residuals: {}\n", result.factor->upper ? fmt::format("{} (proved from both sides)", number_text(nearest(result.factor->lower)))
                                                                               : fmt::format("at least {}", number_text(nearest(result.factor->lower))));
  }
  if (!arguments.certificate.empty()) fmt::print("certificate {}\n", arguments.certificate);
  for (const std::string& picture : arguments.pictures) fmt::print("picture {}\n", picture);
}

int run(const ThresholdArguments& arguments) {
  const LoadedNetwork loaded = load(arguments);
  refuse_ode_layers(loaded);
  for (const std::string& picture : arguments.pictures) require_ratio_drawable(loaded.network, picture);
  ThresholdOptions options;
  options.stop = StopToken(arguments.timeout);
  if (!arguments.box.empty()) {
    options.domain = parse_domain(arguments.box, loaded.network.input_dim);
    if (options.domain->type != Domain::Type::box)
      throw InputError("--restrict-domain", "'" + arguments.box + "' is not a box", "write a box such as \"[-2,2]^2\"", ExitCode::bad_input);
  }
  const auto start = std::chrono::steady_clock::now();
  const ThresholdResult result = find_thresholds(loaded.network, options);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const std::string name = arguments.file_name();
  if (!arguments.certificate.empty()) {
    const ThresholdCertificate certificate = threshold_certificate(result, loaded.network, arguments.max_ratios, {name, loaded.sha256});
    write_file_atomically(arguments.certificate, certificate.text);
    if (certificate.says_less) note(arguments, "the certificate claims less than the answer: its format has no rule for some of it");
  }
  for (const std::string& picture : arguments.pictures) draw_ratio_picture(result, name, picture);
  if (arguments.json)
    print_json(answer_json(arguments, loaded, result, seconds));
  else
    print_answer(arguments, result, seconds);
  return exit_code_of(result.verdict);
}

}  // namespace

void add_threshold(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<ThresholdArguments>();
  CLI::App* command = program->add_subcommand("threshold", "is every layer regular, and up to which channel ratio would it be");
  arguments->add(command);
  auto* box = command->add_option("--restrict-domain", arguments->box, "only the states reached from this box count, \"[-2,2]^2\"; default: all of R^n for each layer")->type_name("BOX");
  command->add_flag("--max-ratios", arguments->max_ratios, "the largest factor on all residuals that keeps every block regular")->excludes(box);
  command->add_option("--certificate", arguments->certificate, "write the proof to FILE (checked by narrows-check)")->type_name("FILE");
  command->add_option("--picture", arguments->pictures, "bars of the ratios, the critical and the Lipschitz ratios: .svg or .png; may be repeated")->type_name("FILE")->expected(1)->take_all();
  add_timeout(command, &arguments->timeout);
  command->add_option("--threads", arguments->threads, "accepted like everywhere; this command uses one")->check(CLI::Range(1, 1024));
  add_unused_seed(command, &arguments->seed);
  command->footer(
      "Exit code: 0 proved (every layer is regular), 1 refuted (one is proved not to be over its box of slopes), 2 undecided.\n"
      "critical ratio: the block stays regular for all ratios of this sign and smaller size, and no longer above it.\n\nExamples:\n"
      "  narrows threshold net.onnx\n  narrows threshold net.json --max-ratios --picture ratios.svg\n"
      "  narrows threshold net.json --restrict-domain \"[-2,2]^2\" --json\n  narrows threshold net.onnx --certificate ratios.cert.json");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
