// Certificates of `threshold`: accepted as they are; every change of the claim, every dropped or altered step and every other network
// is rejected, or leaves a claim that the prover, asked again, confirms.
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <iostream>

#include "base/sha256.hpp"
#include "certify/threshold_certificate.hpp"
#include "io/network_json.hpp"
#include "specimens.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

struct RatioSpecimen {
  std::string name;
  Document certificate;
};

std::optional<Domain> box_of(std::size_t d, double half) {
  return Domain{Domain::Type::box, d, Box{std::vector<double>(d, -half), std::vector<double>(d, half)}, 0};
}

RatioSpecimen make(const std::string& name, const Network& network, const std::optional<Domain>& domain, const std::string& bytes) {
  ThresholdOptions options;
  options.domain = domain;
  const ThresholdResult result = find_thresholds(network, options);
  const ThresholdCertificate certificate = threshold_certificate(result, network, !domain, {name + ".json", sha256_hex(bytes)});
  CHECK_FALSE(certificate.says_less);
  return {name, Document::parse(certificate.text)};
}

Network one_layer(const std::string& layer, std::size_t d) {
  return parse_network_json(R"({"format":"narrows-network/1","input_dim":)" + std::to_string(d) + ",\"layers\":[" + layer + "]}", "test");
}

/// x + δ W̃ σ(W x) with three neurons on two inputs.
std::string general_block(const std::string& function, const std::string& residual) {
  return R"({"type":"residual","skip":2,"residual":)" + residual +
         R"(,"branch":[{"type":"affine","weight":[[1,-0.5],[0.25,1],[-1,2]],"bias":[0,0,0]},{"type":"activation","function":)" + function +
         R"(},{"type":"affine","weight":[[-1,0.5,0.25],[0.125,-2,1]],"bias":[0,0]}]})";
}

const std::vector<RatioSpecimen>& ratio_specimens() {
  static const std::vector<RatioSpecimen> all = [] {
    std::vector<RatioSpecimen> list;
    for (const char* name : {"circ_res6_m07", "x2_L3_s1_r1_m22", "circ_ode20_clip_m04", "circ_ode20_bn_m09", "ball2_fc2_D1_m15"}) {
      const Trained trained = load_trained(name);
      list.push_back(make(name, trained.network, std::nullopt, trained.bytes));
    }
    const Trained line = load_trained("x2_L3_s1_r1_m22");
    list.push_back(make("x2_L3_s1_r1_m22 on a box", line.network, box_of(1, 0.1), line.bytes));
    const std::string functions[] = {"\"tanh\"", "\"sigmoid\"", "\"softplus\"", "\"relu\"", "\"silu\"", "\"gelu\"", "\"sin\"", "\"elu\"", "\"leaky_relu\",\"alpha\":0.5"};
    for (const std::string& function : functions)
      for (const std::string residual : {"0.25", "-3"})
        list.push_back(make(function + residual, one_layer(general_block(function, residual), 2), std::nullopt, ""));
    return list;
  }();
  return all;
}

/// Empty, or what a fresh look at the network of this certificate has against its claim.
std::string contradiction_of(const Document& certificate) {
  const Network network = parse_network_json(certificate.at("network").at("model").dump(), "mutant");
  ThresholdOptions options;
  const Document& domain = certificate.at("claim").at("domain");
  if (domain.at("type") == "box") {
    options.domain = box_of(network.input_dim, 1);
    for (std::size_t i = 0; i < network.input_dim; ++i) {
      options.domain->box.lower[i] = domain.at("bounds")[i][0];
      options.domain->box.upper[i] = domain.at("bounds")[i][1];
    }
  }
  const ThresholdResult truth = find_thresholds(network, options);
  for (std::size_t l = 0; l < truth.layers.size(); ++l) {
    const std::string words = certificate.at("claim").at("layers")[l];
    const LayerThreshold& t = truth.layers[l];
    if (words.starts_with("regular") && t.regular == Regularity::not_regular) return "layer " + std::to_string(l + 1) + " is not regular";
    if (words.starts_with("not-regular") && t.regular == Regularity::regular) return "layer " + std::to_string(l + 1) + " is regular";
    const std::size_t open = words.find('['), comma = words.find(',');
    if (!t.critical || options.domain) continue;
    const bool infinite = t.critical->status == CriticalRatio::Status::infinite;
    if (words.find("infinite") != std::string::npos && !infinite && t.critical->upper) return "not infinite";
    if (open == std::string::npos) continue;
    const Rational lower(words.substr(open + 1, comma - open - 1));
    const std::string end = words.substr(comma + 1, words.size() - comma - 2);
    if (!infinite && t.critical->upper && lower > *t.critical->upper) return "the lower end is above the critical ratio";
    if (end != "?" && (infinite || Rational(end) < t.critical->lower)) return "the upper end is below the critical ratio";
  }
  return "";
}

}  // namespace

TEST_CASE("certificates of channel ratios are accepted, claim line included", "[ratios]") {
  for (const RatioSpecimen& specimen : ratio_specimens()) {
    INFO(specimen.name);
    CHECK(accepted(sealed(specimen.certificate)));
    CHECK(contradiction_of(specimen.certificate) == "");
    checker::Options options;
    options.claim = "channel-ratios proved on R^7: layer 1 regular;";
    CHECK_FALSE(checker::check(sealed(specimen.certificate), options).accepted());
  }
}

TEST_CASE("every change of a channel-ratios claim is rejected", "[ratios]") {
  int mutants = 0;
  const auto reject = [&](const RatioSpecimen& specimen, const std::string& what, const std::function<void(Document&)>& edit) {
    Document mutant = specimen.certificate;
    edit(mutant);
    if (mutant == specimen.certificate) return;
    ++mutants;
    INFO(specimen.name << ": " << what);
    CHECK_THAT(check_line(sealed(mutant)), Catch::StartsWith("REJECTED"));
  };
  for (const RatioSpecimen& specimen : ratio_specimens()) {
    const Document& claim = specimen.certificate.at("claim");
    for (const std::string verdict : {"proved", "refuted", "undecided", "true"})
      reject(specimen, "verdict " + verdict, [&](Document& d) { d["claim"]["verdict"] = verdict; });
    for (const std::string factor : {"[0,?]", "infinite", "[1/1000000007,1000000007]", "[1,1]"})
      reject(specimen, "factor " + factor, [&](Document& d) { d["claim"]["max_uniform_factor"] = factor; });
    for (const std::string key : {"kind", "verdict", "domain", "layers", "max_uniform_factor"})
      reject(specimen, "no " + key, [&](Document& d) { d["claim"].erase(key); });
    reject(specimen, "another kind", [](Document& d) { d["claim"]["kind"] = "no-critical-points"; });
    reject(specimen, "unknown key", [](Document& d) { d["claim"]["extra"] = 1; });
    reject(specimen, "one layer more", [](Document& d) { d["claim"]["layers"].push_back("regular"); });
    for (std::size_t l = 0; l < claim.at("layers").size(); ++l) {
      const std::string words = claim.at("layers")[l];
      const auto change = [&](const std::string& to) { reject(specimen, words + " -> " + to, [&](Document& d) { d["claim"]["layers"][l] = to; }); };
      const std::string rest = words.find(" critical") == std::string::npos ? "" : words.substr(words.find(" critical"));
      for (const std::string word : {"regular", "not-regular", "undecided"}) change(word + rest), change(word), change(word + " critical infinite");
      const std::size_t open = words.find('['), comma = words.find(',');
      if (open == std::string::npos) continue;
      const std::string head = words.substr(0, open), end = words.substr(comma + 1, words.size() - comma - 2);
      const Rational lower(words.substr(open + 1, comma - open - 1)), upper(end == "?" ? "1" : end);
      for (const Rational& step : {Rational(1) / 1'000'000'000'000'000LL, Rational(1) / 10}) {  // wider, narrower, on both sides
        change(head + "[" + to_text(lower * (1 - step)) + "," + end + "]");
        change(head + "[" + to_text(lower * (1 + step)) + "," + end + "]");
        change(head + "[" + to_text(lower) + "," + to_text(upper * (1 + step)) + "]");
        change(head + "[" + to_text(lower) + "," + to_text(upper * (1 - step)) + "]");
      }
      change(head + "[" + to_text(lower) + ",?]");
    }
  }
  std::cout << mutants << " changed claims about channel ratios, all rejected\n";
  CHECK(mutants > 1000);
}

TEST_CASE("an altered proof of channel ratios is rejected, or proves the same claim", "[ratios]") {
  RandomCases random(61);
  int mutants = 0, survivors = 0;
  const std::string tests[] = {"norm", "symmetric-part", "p-matrix", "vertices", "vertex", "fails", "rank", "slope", "chain", "reached", "none"};
  for (const RatioSpecimen& specimen : ratio_specimens()) {
    const std::size_t count = specimen.certificate.at("proof").at("ratios").size();
    for (std::size_t k = 0; k < count; ++k) {
      Document dropped = specimen.certificate;
      dropped["proof"]["ratios"].erase(k);
      INFO(specimen.name << " step " << k);
      CHECK_FALSE(accepted(sealed(dropped)));
      for (int trial = 0; trial < cases(6, 60); ++trial) {
        Document mutant = specimen.certificate;
        Document& step = mutant["proof"]["ratios"][k];
        const int kind = random.integer(0, 4);
        if (kind == 0) step["test"] = tests[random.integer(0, 10)];
        if (kind == 1) step["layer"] = step["layer"].get<int>() + (random.integer(0, 1) == 0 ? 1 : -1);
        if (kind == 2) step["at"] = random.integer(0, 1) == 0 ? "infinity" : "1/3";
        if (kind == 3) step["neurons"] = {random.integer(0, 2)};
        if (kind == 4) step["order"] = {random.integer(0, 1), random.integer(0, 1)};
        if (mutant == specimen.certificate) continue;
        ++mutants;
        if (accepted(sealed(mutant))) ++survivors;  // the claim is the same, and true
      }
    }
  }
  std::cout << mutants << " altered steps, " << survivors << " still prove the same claim\n";
  CHECK(survivors < mutants / 2);
}

TEST_CASE("a certificate of channel ratios with another weight is rejected, or its claim is true of that network", "[ratios]") {
  RandomCases random(62);
  int mutants = 0, survivors = 0;
  for (const RatioSpecimen& specimen : ratio_specimens()) {
    for (int trial = 0; trial < cases(12, 300); ++trial) {
      Document mutant = specimen.certificate;
      std::vector<Document*> numbers;
      for (Document& layer : mutant["network"]["model"]["layers"]) {
        Document* places[] = {layer.contains("weight") ? &layer["weight"] : nullptr, layer.contains("branch") ? &layer["branch"][0] : nullptr};
        if (places[1] != nullptr) numbers.push_back(&layer["residual"]), numbers.push_back(&layer["skip"]);
        if (places[1] != nullptr && places[1]->contains("weight")) places[0] = &(*places[1])["weight"];
        if (places[0] == nullptr) continue;
        for (Document& row : *places[0])
          for (Document& x : row) numbers.push_back(&x);
      }
      Document& victim = *numbers[static_cast<std::size_t>(random.integer(0, static_cast<int>(numbers.size()) - 1))];
      if (!victim.is_number()) continue;
      const double before = victim.get<double>();
      const double after = random.integer(0, 2) == 0 ? -before : std::bit_cast<double>(std::bit_cast<std::uint64_t>(before) ^ (std::uint64_t{1} << random.integer(20, 54)));
      if (!std::isfinite(after) || after == before) continue;
      victim = after;
      ++mutants;
      INFO(specimen.name << ", trial " << trial << ": " << before << " -> " << after);
      CHECK_FALSE(accepted(mutant.dump()));  // the digest of the unchanged model
      if (!accepted(sealed(mutant))) continue;
      ++survivors;
      CHECK(contradiction_of(mutant) == "");
    }
  }
  std::cout << mutants << " networks with another weight, " << survivors << " certificates of channel ratios accepted, none refuted\n";
  CHECK(mutants > 150);
}
