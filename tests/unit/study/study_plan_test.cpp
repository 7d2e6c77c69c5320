#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "base/errors.hpp"
#include "io/network_json.hpp"
#include "study/analyse.hpp"
#include "study/random_network.hpp"
#include "study/summary.hpp"

using namespace narrows;

namespace {

const std::string kHead = "format = \"narrows-study/1\"\n";
const std::string kTail = "[[analysis]]\ntype = \"threshold\"\n";

StudyPlan plan_of(const std::string& family) {
  return parse_study(kHead + "[[family]]\n" + family + kTail, "test.toml");
}

std::string complaint(const std::string& text) {
  try {
    (void)parse_study(text, "test.toml");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a grid has every combination once, the seed fastest") {
  const StudyPlan plan = plan_of(
      "depth = { from = 1, to = 3 }\nskip = [1, \"1/3\"]\nratio = { from = 0.1, to = 0.4, steps = 4 }\nseeds "
      "= 5\n");
  REQUIRE(plan.networks() == 3 * 2 * 4 * 5);
  std::set<std::string> seen;
  for (std::size_t k = 0; k < plan.networks(); ++k) {
    const NetworkParameters p = plan.parameters(k);
    CHECK(p.number == k);
    CHECK(p.seed == k % 5);
    CHECK(p.width == 2);  // as many as inputs
    seen.insert(std::to_string(p.depth) + " " + to_text(p.skip) + " " + to_text(p.residual) + " " +
                std::to_string(p.seed));
  }
  CHECK(seen.size() == plan.networks());
  // Ratios are decimals, and δ = ε·ratio exactly: 0.3 is the double nearest to it, not 0.1 + 2·0.1.
  CHECK(plan.parameters(10).residual == rational_exact(0.3));
  CHECK(plan.parameters(5 * 4 + 10).residual == rational_exact(0.3) / 3);
}

TEST_CASE("families and files are numbered one after the other") {
  const StudyPlan plan = parse_study(kHead +
                                         "folder = \"networks/trained\"\n[[family]]\nseeds = "
                                         "3\n[[family]]\narchitecture = \"mlp\"\nwidth = [2, 3]\n" +
                                         kTail,
                                     std::string(NARROWS_DATA_DIR) + "/test.toml");
  REQUIRE(plan.networks() == 3 + 2 + plan.files.size());
  CHECK(plan.parameters(2).family == 0u);
  CHECK(plan.parameters(4).family == 1u);
  CHECK(plan.parameters(4).width == 3);
  REQUIRE(plan.files.size() > 10);
  CHECK(std::is_sorted(plan.files.begin(), plan.files.end()));
  CHECK(plan.parameters(5).file == plan.files[0]);
  CHECK(study_network(plan, 5).sha256.size() == 64);
}

TEST_CASE("a bad study file is refused with its line and how to mend it") {
  CHECK(complaint("format = \n").find("test.toml: line 1") == 0);
  CHECK(complaint("").find("begin the file with") != std::string::npos);
  CHECK(complaint(kHead + kTail).find("no networks") != std::string::npos);
  CHECK(complaint(kHead + "[[family]]\n").find("no analysis") != std::string::npos);
  CHECK(complaint(kHead + "[[family]]\nseed = 3\n" + kTail).find("line 3: family[0].seed: unknown key") !=
        std::string::npos);
  CHECK(complaint(kHead + "[[family]]\ndepth = 0\n" + kTail).find("from 1 to") != std::string::npos);
  CHECK(complaint(kHead + "[[family]]\ndepth = []\n" + kTail).find("empty list") != std::string::npos);
  CHECK(complaint(kHead + "[[family]]\nratio = inf\n" + kTail).find("not a finite number") !=
        std::string::npos);
  CHECK(complaint(kHead + "[[family]]\nratio = 1\nresidual = 1\n" + kTail).find("both ratio and residual") !=
        std::string::npos);
  CHECK(complaint(kHead + "[[family]]\narchitecture = \"mlp\"\nskip = 1\n" + kTail)
            .find("no skip connections") != std::string::npos);
  CHECK(complaint(kHead + "[[family]]\nactivation = \"swish\"\n" + kTail).find("\"silu\"") !=
        std::string::npos);
  CHECK(complaint(kHead + "[[family]]\n[[analysis]]\ntype = \"certify\"\ngap = 1\n")
            .find("analysis[0].gap: unknown key") != std::string::npos);
  CHECK(complaint(kHead + "[[family]]\n[[analysis]]\ntype = \"bounds\"\n").find("give a box") !=
        std::string::npos);
  const auto of_domain = [](const std::string& family, const std::string& domain) {
    return complaint(kHead + "[[family]]\n" + family + "[[analysis]]\ntype = \"certify\"\ndomain = \"" +
                     domain + "\"\n");
  };
  CHECK(of_domain("", "[-2,2")
            .find("test.toml: line 5: analysis[0]: domain \"[-2,2\": is not a domain; write") == 0);
  CHECK(of_domain("", "[-2,2]^3").find("has dimension 3, the network has 2 inputs") != std::string::npos);
  CHECK(of_domain("", "[-2,2]^d").empty());
  CHECK(of_domain("input_dim = [2, 3]\n", "[-2,2]^3")
            .empty());  // some can be asked; the others' rows say why not
  CHECK(
      complaint(kHead + "[[family]]\n[[analysis]]\ntype = \"regimes\"\nskip = \"2:1\"\n").find("is empty") !=
      std::string::npos);
  CHECK(complaint(kHead + "folder = \"nowhere\"\n" + kTail).find("cannot be read") != std::string::npos);
}

TEST_CASE("the fingerprint knows everything that rows depend on, and nothing else") {
  const std::string base = "depth = 2\nseeds = 3\n";
  const std::string print = plan_of(base).fingerprint;
  CHECK(plan_of("seeds = 3 # three\ndepth = [2]\n").fingerprint == print);
  for (const char* other :
       {"depth = 3\nseeds = 3\n", "depth = 2\nseeds = 4\n", "depth = 2\nseeds = 3\nfirst_seed = 1\n",
        "depth = 2\nseeds = 3\nskip = 2\n", "depth = 2\nseeds = 3\nsame_weights = true\n",
        "depth = 2\nseeds = 3\nouter = true\n", "depth = 2\nseeds = 3\nweights = { scale = 2 }\n",
        "depth = 2\nseeds = 3\nweights = { law = \"bits\" }\n",
        "depth = 2\nseeds = 3\nactivation = \"sin\"\n"})
    CHECK(plan_of(other).fingerprint != print);
}

TEST_CASE(
    "with same_weights networks that differ in skip and residual alone share their weights; else all are "
    "drawn anew") {
  const auto branch = [](const StudyPlan& plan, std::size_t number) {
    const Network network = random_network(plan.parameters(number), plan.families[0]);
    return std::get<AffineLayer>(std::get<ResidualLayer>(network.layers[1].value).branch[0].value).weight;
  };
  const StudyPlan shared = plan_of("depth = 3\nratio = [0.25, 0.5]\nseeds = 2\nsame_weights = true\n"),
                  fresh = plan_of("depth = 3\nratio = [0.25, 0.5]\nseeds = 2\n");
  CHECK(branch(shared, 0) == branch(shared, 2));
  CHECK(branch(shared, 0) != branch(shared, 1));
  CHECK(branch(fresh, 0) != branch(fresh, 2));
  CHECK(branch(fresh, 0) != branch(fresh, 1));
  CHECK(same_layers(random_network(fresh.parameters(1), fresh.families[0]),
                    random_network(fresh.parameters(1), fresh.families[0])));
}

TEST_CASE("a drawn network is written and read back as the same network") {
  for (const char* family : {"input_dim = 3\nwidth = 5\ndepth = 2\n",
                             "architecture = \"mlp\"\nwidth = 2\ndepth = 4\nactivation = \"leaky_relu\"\n",
                             "outer = true\nactivation = \"elu\"\n"}) {
    const StudyNetwork network = study_network(plan_of(family), 0);
    CHECK(same_layers(parse_network_json(network.text, "test"), network.network));
  }
}

TEST_CASE("weights follow their law") {
  const auto all = [](const std::string& weights) {
    const StudyPlan plan = plan_of("depth = 8\nwidth = 16\nseeds = 20\nweights = " + weights + "\n");
    std::vector<double> values;
    for (std::size_t k = 0; k < plan.networks(); ++k)
      for (const Layer& layer : random_network(plan.parameters(k), plan.families[0]).layers)
        if (const auto* block = std::get_if<ResidualLayer>(&layer.value))
          for (const Rational& w : std::get<AffineLayer>(block->branch[0].value).weight)
            values.push_back(mpq_get_d(w.backend().data()));
    return values;
  };
  const auto moment = [](const std::vector<double>& values, int power) {
    double sum = 0;
    for (const double x : values) sum += std::pow(x, power);
    return sum / static_cast<double>(values.size());
  };
  const auto normal =
      all("{ law = \"normal\", scale = 2 }");  // 5120 numbers: moments within 5 standard errors
  CHECK(std::fabs(moment(normal, 1)) < 0.14);
  CHECK(moment(normal, 2) == Approx(4).margin(0.4));
  CHECK(moment(normal, 4) == Approx(48).margin(11));
  const auto uniform = all("{ law = \"uniform\" }");
  CHECK(*std::max_element(uniform.begin(), uniform.end()) <= 1);
  CHECK(moment(uniform, 2) == Approx(1.0 / 3).margin(0.022));
  std::set<double> bits;
  for (const double x : all("{ law = \"bits\", bits = 3 }")) bits.insert(x);
  CHECK(bits == std::set<double>{-0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75});
}

TEST_CASE("Wilson's interval agrees with published and closed values") {
  // 81 of 263: [0.2553, 0.3662] (Newcombe, Statistics in Medicine 17, 1998, table I, method 3).
  CHECK(wilson(81, 263).low == Approx(0.2553).margin(5e-5));
  CHECK(wilson(81, 263).high == Approx(0.3662).margin(5e-5));
  CHECK(wilson(0, 20).low == 0);
  CHECK(wilson(0, 20).high == Approx(0.1611).margin(5e-5));
  CHECK(wilson(29, 29).high == 1);
  CHECK(wilson(0, 0).high == 1);
  for (std::size_t k = 0; k <= 50; ++k) {
    const Proportion p = wilson(k, 50);
    CHECK(p.low <= static_cast<double>(k) / 50);
    CHECK(p.high >= static_cast<double>(k) / 50);
    CHECK(p.low == Approx(1 - wilson(50 - k, 50).high).margin(1e-12));
  }
}

TEST_CASE("the key of a drawn network is shared exactly by equal networks") {
  const std::string text = R"(format = "narrows-study/1"
[[family]]
architecture = "resnet"
depth = 1
ratio = [0.5, 1]
skip = [0, 1]
weights = { law = "bits", bits = 2 }
outer = true
seeds = 40
[[family]]
architecture = "mlp"
input_dim = [1, 2]
width = [1, 2]
depth = [1, 2]
activation = ["relu", "tanh"]
weights = { law = "bits", bits = 2, bias = 0 }
seeds = 10
[[family]]
input_dim = 1
activation = ["tanh", "sin"]
same_weights = true
residual = [0.5, 1]
seeds = 10
[[analysis]]
type = "threshold"
)";
  const StudyPlan plan = parse_study(text, "keys.toml");
  std::map<std::string, std::string> hash_of_key, key_of_hash;
  for (std::size_t k = 0; k < plan.networks(); ++k) {
    const NetworkParameters parameters = plan.parameters(k);
    const std::string key = random_network_key(parameters, plan.families[*parameters.family]),
                      hash = study_network(plan, k).sha256;
    INFO(k);
    CHECK(hash_of_key.emplace(key, hash).first->second == hash);
    CHECK(key_of_hash.emplace(hash, key).first->second == key);
  }
  CHECK(hash_of_key.size() < plan.networks());  // some were equal
  CHECK(hash_of_key.size() > 100);
}
