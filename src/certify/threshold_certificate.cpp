// Every proved statement becomes one step; the claim then repeats what the steps prove, number by number.
#include "certify/threshold_certificate.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "certify/certificate_parts.hpp"
#include "critical/global_regularity.hpp"
#include "network/branch_form.hpp"
#include "network/slope_range.hpp"

namespace narrows {
namespace {

using Json = nlohmann::ordered_json;

/// The steps about one layer, and what they prove.
class LayerSteps {
 public:
  LayerSteps(const LayerThreshold& result, const Layer& layer, std::size_t number, std::size_t input_dim, Smoothness network)
      : result_(result), layer_(layer), number_(number), dim_(input_dim), network_(network) {
    if (const auto* residual = std::get_if<ResidualLayer>(&layer.value)) {
      const auto activations = branch_activations(*residual, input_dim);
      one_activation_ = residual->skip != 0 && activations.size() == 1;
      if (one_activation_) neurons_ = activations[0].width;
      if (one_activation_) slopes_are_nonnegative_ = slope_range(activations[0].function).low >= 0;
    }
    if (result.regular == Regularity::regular) add_regular();
    if (result.regular == Regularity::not_regular) add_not_regular();
    if (result.critical) add_critical();
  }

  Json steps = Json::array();
  std::optional<bool> regular;
  bool claims_ratio = false, infinite = false;
  Rational lower = 0;
  std::optional<Rational> upper;

  [[nodiscard]] bool says_less() const {
    if (regular.has_value() != (result_.regular != Regularity::undecided)) return true;
    if (!result_.critical) return false;
    const bool is_infinite = result_.critical->status == CriticalRatio::Status::infinite;
    return infinite != is_infinite || (!is_infinite && (lower != result_.critical->lower || upper != result_.critical->upper));
  }

 private:
  [[nodiscard]] bool narrow() const { return one_activation_ && neurons_ <= kMaxExactNeurons; }

  Json& add(const std::string& at, const std::string& test) {
    steps.push_back({{"layer", number_}, {"at", at}, {"test", test}});
    return steps.back();
  }
  void add_scaling(Json* step, const std::vector<double>& scaling) {
    if (!scaling.empty()) (*step)["scaling"] = scaling;
  }
  void claim_regular(bool value) { regular = value; }

  void add_regular() {
    claim_regular(true);
    if (result_.reached_depth) {
      add("present", "reached")["depth"] = *result_.reached_depth;
      return;
    }
    if (!one_activation_) {
      add("present", std::string(to_string(prove_layer_regular(layer_, dim_, network_))));
      if (steps.back()["test"] == "none") steps.erase(steps.size() - 1), regular.reset();
      return;
    }
    if (result_.test == ThresholdTest::symmetric_part) return add_scaling(&add("present", "symmetric-part"), result_.scaling);
    const Rational ratio = abs(*result_.ratio);
    if (result_.test == ThresholdTest::norm) {
      if (ratio < cautious(result_.elementary_ratio) || ratio == 0) return (void)add("present", "norm");
      if (!narrow() && slopes_are_nonnegative_) return (void)add("present", "symmetric-part");
    }
    const CriticalRatio& critical = *result_.critical;
    if (narrow() && (critical.status == CriticalRatio::Status::infinite || ratio < critical.lower)) {
      Json& step = add("present", "p-matrix");
      if (!critical.order.empty()) step["order"] = critical.order;
      return;
    }
    const RegularityTest test = neurons_ <= 16 ? prove_layer_regular(layer_, dim_, network_) : RegularityTest::none;
    if (test == RegularityTest::none) return regular.reset();
    (void)add("present", std::string(to_string(test)));
  }

  void add_not_regular() {
    claim_regular(false);
    if (!std::holds_alternative<ResidualLayer>(layer_.value)) return (void)add("present", "fails");
    if (!result_.failing) return regular.reset();
    Json& step = add("present", "vertex");
    step["neurons"] = result_.failing->upper;
    step["against"] = result_.failing->against;
  }

  /// Well below a bound that was computed in doubles.
  static Rational cautious(double bound) { return std::isfinite(bound) && bound > 0 ? rational_exact(bound * (1 - 1e-12)) : Rational(0); }

  void add_critical() {
    const CriticalRatio& critical = *result_.critical;
    claims_ratio = true;
    infinite = critical.status == CriticalRatio::Status::infinite;
    if (infinite || critical.lower > 0) add_lower(critical);
    if (!infinite && critical.upper && one_activation_) {
      add(to_text(*critical.upper), "vertex")["neurons"] = critical.witness;
      upper = critical.upper;
    }
    claims_ratio = infinite || lower > 0 || upper;
  }

  void add_lower(const CriticalRatio& critical) {
    const std::string at = infinite ? "infinity" : to_text(critical.lower);
    lower = infinite ? Rational(0) : critical.lower;
    if (result_.lower_reached_depth) {
      add(at, "reached")["depth"] = *result_.lower_reached_depth;
    } else if (result_.lower_test == ThresholdTest::symmetric_part) {
      add_scaling(&add(at, "symmetric-part"), result_.lower_scaling);
    } else if (narrow() && (!infinite || slopes_are_nonnegative_)) {
      Json& step = add(at, "p-matrix");
      if (!critical.order.empty()) step["order"] = critical.order;
    } else if (one_activation_ && !infinite && cautious(result_.elementary_ratio) > 0) {
      lower = std::min(lower, cautious(result_.elementary_ratio));
      (void)add(to_text(lower), "norm");
    } else {
      lower = 0;
      infinite = false;
    }
  }

  const LayerThreshold& result_;
  const Layer& layer_;
  std::size_t number_, dim_;
  Smoothness network_;
  bool one_activation_ = false, slopes_are_nonnegative_ = false;
  std::size_t neurons_ = 0;
};

std::string bracket_text(bool infinite, const Rational& lower, const std::optional<Rational>& upper) {
  if (infinite) return "infinite";
  return "[" + to_text(lower) + "," + (upper ? to_text(*upper) : "?") + "]";
}

/// The words of the claim about one layer.
std::string layer_text(const LayerSteps& layer) {
  const std::string text = !layer.regular ? "undecided" : *layer.regular ? "regular" : "not-regular";
  return layer.claims_ratio ? text + " critical " + bracket_text(layer.infinite, layer.lower, layer.upper) : text;
}

/// The claimed factor: what follows from the claimed brackets; null if a layer without ratio is not claimed regular.
Json factor_json(const std::vector<LayerSteps>& layers, const ThresholdResult& result) {
  bool infinite = true;
  Rational lower = 0;
  std::optional<Rational> upper;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const LayerThreshold& layer = result.layers[l];
    if (!layer.ratio && layers[l].regular != true) return nullptr;
    if (!layer.ratio || layers[l].infinite || *layer.ratio == 0) continue;
    const Rational ratio = abs(*layer.ratio), candidate = layers[l].lower / ratio;
    if (infinite || candidate < lower) lower = candidate;
    infinite = false;
    if (!layers[l].upper || !layer.critical_is_sharp) continue;
    const Rational most = *layers[l].upper / ratio;
    if (!upper || most < *upper) upper = most;
  }
  return bracket_text(infinite, lower, upper);
}

}  // namespace

ThresholdCertificate threshold_certificate(const ThresholdResult& result, const Network& network, bool with_factor, const CertificateSource& source) {
  ThresholdCertificate certificate;
  const Smoothness smoothness = smoothness_of(network.layers);
  std::vector<LayerSteps> layers;
  std::size_t width = network.input_dim;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    layers.emplace_back(result.layers[l], network.layers[l], l + 1, width, smoothness);
    width = output_dim(network.layers[l], width);
  }
  Json claimed = Json::array();
  std::string steps;
  bool proved = true, refuted = false;
  for (const LayerSteps& layer : layers) {
    certificate.says_less = certificate.says_less || layer.says_less();
    proved = proved && layer.regular == true;
    refuted = refuted || layer.regular == false;
    claimed.push_back(layer_text(layer));
    for (const Json& step : layer.steps) steps += (steps.empty() ? "\n" : ",\n") + step.dump();
  }
  Domain domain;
  domain.dim = network.input_dim;
  const Json claim = {{"kind", "channel-ratios"},
                      {"verdict", refuted ? "refuted" : proved ? "proved" : "undecided"},
                      {"domain", domain_json(result.domain.value_or(domain))},
                      {"layers", claimed},
                      {"max_uniform_factor", with_factor ? factor_json(layers, result) : Json(nullptr)}};
  certificate.text = certificate_text(claim.dump(), network, "{\"ratios\":[" + steps + "]}", source);
  return certificate;
}

CriticalRatioStep critical_ratio_step(const LayerThreshold& threshold, const Layer& layer, std::size_t number, std::size_t input_dim, Smoothness network) {
  LayerThreshold lower_only = threshold;
  lower_only.regular = Regularity::undecided;
  lower_only.critical->upper.reset();
  const LayerSteps steps(lower_only, layer, number, input_dim, network);
  if (steps.steps.empty()) return {};
  return {steps.steps.front().dump(), steps.infinite, steps.lower};
}

std::string present_step(const Layer& layer, std::size_t number, std::size_t input_dim, Smoothness network) {
  const RegularityTest test = prove_layer_regular(layer, input_dim, network);
  if (test == RegularityTest::none) return {};
  return Json{{"layer", number}, {"at", "present"}, {"test", to_string(test)}}.dump();
}

}  // namespace narrows
