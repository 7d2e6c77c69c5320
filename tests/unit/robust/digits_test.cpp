// The digits networks against numpy in float64 (data/scripts/digits_truth.py).
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/atomic_file.hpp"
#include "io/convolutional.hpp"
#include "robust/ball_pass.hpp"
#include "robust/comparison.hpp"
#include "support.hpp"

using namespace narrows;
using namespace narrows::robust;
using nlohmann::json;

namespace {

const std::string kFolder = NARROWS_DATA_DIR "/networks/digits/";

ImageList test_images() {
  const std::string path = NARROWS_DATA_DIR "/digits_test.csv";
  return parse_image_list(read_file(path), path);
}

Balls ball_of(const ImageList& list, std::size_t image, double radius) {
  Balls input(list.pixels);
  for (std::size_t i = 0; i < input.centre.size(); ++i) {
    input.centre[i] = list.images[image].pixels[i / kSamples] / 16.0;
    input.radius[i] = radius;
  }
  return input;
}

std::size_t strongest_rival(const std::vector<double>& logits, std::size_t label) {
  std::size_t rival = label == 0 ? 1 : 0;
  for (std::size_t j = 0; j < logits.size(); ++j)
    if (j != label && logits[j] > logits[rival]) rival = j;
  return rival;
}

}  // namespace

TEST_CASE(
    "margins, gradients and interval bounds of the digits networks are those of an independent evaluation") {
  const ImageList list = test_images();
  REQUIRE(list.images.size() == 500);
  CHECK(list.scale == Rational(1, 16));
  const json truth = json::parse(std::ifstream(kFolder + "truth.json"));
  std::map<std::string, SparseNetwork> networks;
  REQUIRE(truth.size() >= 40);
  for (const json& entry : truth) {
    const std::string name = entry["network"];
    if (!networks.contains(name))
      networks[name] = make_sparse_network(load_network(kFolder + name + ".onnx").network, name);
    const std::size_t image = entry["image"], label = entry["label"];
    REQUIRE(list.images[image].label == label);
    const std::vector<double> logits = entry["logits"];
    BallPass pass(networks[name]);
    pass.forward(ball_of(list, image, 0));
    const Balls margins = pass.margins(label);
    for (std::size_t j = 0; j < 10; ++j) {
      CHECK(lower(margins, j, 3) <= logits[label] - logits[j] + 1e-11);
      CHECK(upper(margins, j, 3) >= logits[label] - logits[j] - 1e-11);
      CHECK(upper(margins, j, 3) - lower(margins, j, 3) < 1e-10);
    }
    const Balls gradient = pass.gradient(label, strongest_rival(logits, label));
    CHECK(norm_upper(gradient, 5) == Approx(entry["gradient"].get<double>()).epsilon(1e-10));
    CHECK(norm_lower(gradient, 5) == Approx(entry["gradient"].get<double>()).epsilon(1e-10));
    for (const auto& [radius, lowers] : entry["margins"].items()) {
      pass.forward(ball_of(list, image, std::stod(radius)));
      const Balls bounds = pass.margins(label);
      for (std::size_t j = 0; j < 10; ++j)
        CHECK(lower(bounds, j, 0) == Approx(lowers[j].get<double>()).margin(1e-9));
    }
  }
}

TEST_CASE("the test images bracket the robust accuracy of a network trained for interval bounds") {
  ImageList list = test_images();
  list.images.resize(80);
  RobustnessOptions options;
  options.radii = {0.02, 0.1};
  options.attack.restarts = 1;
  const Network network = load_network(kFolder + "ibp_w2_s0.onnx").network;
  const NetworkRow row =
      make_row(analyse_robustness(network, list, options, "ibp_w2_s0"), options.radii, "ibp_w2_s0.onnx", 2);
  CHECK(row.right >= 70);
  for (const RadiusCount& at : row.counts) CHECK(at.certified <= at.not_attacked);
  CHECK(row.counts[0].certified >= 68);
  CHECK(row.counts[1].certified >= 50);
  CHECK(row.counts[1].not_attacked - row.counts[1].certified <= 8);
}

TEST_CASE("convolutions of a file are found again, and are written as such to the same layers") {
  const ConvolutionalNetwork net = load_convolutional(kFolder + "ibp_w2_s0.onnx");
  REQUIRE(net.convolutions.size() == 5);
  std::size_t found = 0;
  const auto look = [&](const std::vector<Layer>& layers, const auto& self) -> void {
    for (const Layer& layer : layers) {
      if (const auto* affine = std::get_if<AffineLayer>(&layer.value))
        found += convolution_of(*affine, net.convolutions) != nullptr;
      if (const auto* residual = std::get_if<ResidualLayer>(&layer.value)) self(residual->branch, self);
    }
  };
  look(net.loaded.network.layers, look);
  CHECK(found == 5);
  const std::string text = network_to_json(net.loaded.network, true, net.convolutions);
  CHECK(text.size() < 60'000);
  std::vector<io::Convolution> again;
  CHECK(same_layers(parse_network_json(text, "again", &again), net.loaded.network));
  CHECK(again.size() == 5);
  AffineLayer changed = std::get<AffineLayer>(net.loaded.network.layers[0].value);
  changed.weight[0] += Rational(1, 1'000'000'000);
  CHECK(convolution_of(changed, net.convolutions) == nullptr);
}
