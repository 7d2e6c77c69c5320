// Whole networks: the shipped ones, wide ones, and regularity on boxes.
#include "critical/threshold.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "critical/polynomial_tests.hpp"
#include "critical/vertex_signs.hpp"
#include "io/network_json.hpp"
#include "layers.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

Network read_network(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return parse_network_json(bytes, path.filename().string());
}

std::vector<std::filesystem::path> trained_networks() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(NARROWS_DATA_DIR "/networks/trained"))
    if (entry.path().extension() == ".onnx") paths.push_back(std::filesystem::path(entry.path()).replace_extension(".json"));
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// A block of a wide network: W = skew + symmetric part of norm about `symmetric`, in multiples of 2^-20.
Layer wide_block(std::size_t n, double skew, double symmetric, const Rational& ratio, RandomCases* random) {
  AffineLayer w{n, n, std::vector<Rational>(n * n), std::vector<Rational>(n)};
  const double scale = 1 / std::sqrt(2.0 * static_cast<double>(n));
  const auto entry = [&](double size) { return std::round(std::ldexp(size * scale * random->uniform(-1, 1), 20)); };
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      const double k = i == j ? 0 : entry(skew), s = entry(symmetric);
      w.weight[i * n + j] = rational_exact(std::ldexp(s + k, -20));
      w.weight[j * n + i] = rational_exact(std::ldexp(s - k, -20));
    }
  }
  return residual(1, ratio, {Layer{w}, activation(Activation::tanh)});
}

}  // namespace

TEST_CASE("the shipped networks: brackets everywhere, and regularity as the vertex test has it") {
  int blocks = 0, regular = 0, two_norm = 0, identity = 0, scaled = 0, exact = 0, infinite = 0;
  std::vector<double> gains;
  const auto paths = trained_networks();
  REQUIRE(paths.size() == 130);
  for (const auto& path : paths) {
    const Network network = read_network(path);
    const Smoothness smoothness = smoothness_of(network.layers);
    const ThresholdResult result = find_thresholds(network);
    std::size_t width = network.input_dim;
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
      const LayerThreshold& t = result.layers[l];
      INFO(path.filename() << " layer " << l + 1);
      REQUIRE(t.regular != Regularity::undecided);
      if (const auto* residual = std::get_if<ResidualLayer>(&network.layers[l].value); residual != nullptr && t.critical) {
        ++blocks;
        REQUIRE(t.critical->status != CriticalRatio::Status::lower_bound);
        REQUIRE((decide_by_vertices(*residual, width, smoothness) == VertexOutcome::regular) == (t.regular == Regularity::regular));
        const Rational ratio = abs(*t.ratio);
        const bool is_infinite = t.critical->status == CriticalRatio::Status::infinite;
        const auto maps = branch_doubles(*residual, width);
        REQUIRE(maps);
        const auto part = SymmetricPart::of(*residual, width, *maps);
        const bool by_norm = ratio < rational_exact(std::min(*t.lipschitz_ratio, 1e300)), by_identity = part && part->is_definite(ratio, {});
        if (by_norm && part) REQUIRE(by_identity);
        if (by_identity) REQUIRE((is_infinite || ratio < t.critical->lower));
        if (!is_infinite) REQUIRE(rational_exact(*t.lipschitz_ratio) <= *t.critical->upper);
        regular += t.regular == Regularity::regular ? 1 : 0;
        two_norm += by_norm ? 1 : 0;
        identity += by_identity ? 1 : 0;
        scaled += t.test == ThresholdTest::norm || t.test == ThresholdTest::symmetric_part ? 1 : 0;
        exact += is_infinite || ratio < t.critical->lower ? 1 : 0;
        infinite += is_infinite ? 1 : 0;
        if (!is_infinite) gains.push_back(mpq_get_d(t.critical->lower.backend().data()) / *t.lipschitz_ratio);
      }
      width = output_dim(network.layers[l], width);
    }
  }
  std::sort(gains.begin(), gains.end());
  std::cout << blocks << " residual blocks of 130 shipped networks: " << regular << " regular; 2-norm " << two_norm << ", symmetric part with I "
            << identity << ", with a scaling or any norm " << scaled << ", P-matrix " << exact << "; " << infinite << " with infinite critical ratio, median gain of the others "
            << gains[gains.size() / 2] << "\n";
  CHECK(two_norm < identity);
  CHECK(identity < scaled);
  CHECK(scaled <= exact);
}

TEST_CASE("wide layers: the symmetric part proves what the norm does not, and not what is not so") {
  const std::size_t n = 784;
  RandomCases random(784);
  Network network;
  network.input_dim = n;
  const int blocks = cases(2, 10);
  for (int b = 0; b < blocks; ++b) network.layers.push_back(wide_block(n, 5, 1, 1, &random));
  const auto start = std::chrono::steady_clock::now();
  const ThresholdResult result = find_thresholds(network);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::cout << blocks << " blocks of width 784 in " << seconds << " s\n";
  CHECK(result.verdict == Verdict::proved);
  for (const LayerThreshold& t : result.layers) {
    CHECK(t.test == ThresholdTest::symmetric_part);
    CHECK(*t.lipschitz_ratio < 1);
    CHECK(t.critical->lower > 1);
  }
  // near-singular control: W symmetric, so that α* = −1/λ_min(W) is what the symmetric part sees
  const Layer probe = wide_block(n, 0, 1, 1, &random);
  const LayerThreshold reference = find_threshold(probe, n, Smoothness::smooth);
  REQUIRE(reference.critical->lower > 0);
  Layer control = probe;
  std::get<ResidualLayer>(control.value).residual = reference.critical->lower * 1001 / 1000;
  CHECK(find_threshold(control, n, Smoothness::smooth).regular != Regularity::regular);
  std::get<ResidualLayer>(control.value).residual = reference.critical->lower * 999 / 1000;
  CHECK(find_threshold(control, n, Smoothness::smooth).regular == Regularity::regular);
}

TEST_CASE("blocks of twenty neurons are decided exactly, of twenty-one by polynomial tests") {
  RandomCases random(20);
  for (const std::size_t m : {std::size_t{20}, std::size_t{21}}) {
    Rows w(m, std::vector<Rational>(m));
    for (auto& row : w)
      for (Rational& x : row) x = rational_exact(random.uniform(-0.35, 0.35));
    const auto start = std::chrono::steady_clock::now();
    const LayerThreshold t = find_threshold(block(1, 1, w, Activation::tanh, identity_rows(m)), m, Smoothness::smooth);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    CHECK(seconds < 10);
    CHECK((t.critical->status == CriticalRatio::Status::bracket) == (m == 20));
    CHECK(t.critical->lower > 0);
    if (t.critical->upper) CHECK(t.critical->lower <= *t.critical->upper);
  }
}

TEST_CASE("on a box larger ratios are allowed, never smaller ones, and states sampled from it agree") {
  // x + r tanh(x) on [1, 2]: σ' lies in [1 − tanh² 2, 1 − tanh² 1] = [0.0707, 0.4200]
  Network network;
  network.input_dim = 1;
  network.layers = {block(1, -2, {{1}}, Activation::tanh, {{1}}), affine({{1}})};
  ThresholdOptions options;
  options.domain = Domain{Domain::Type::box, 1, {{1}, {2}}, 0};
  const ThresholdResult on_box = find_thresholds(network, options);
  CHECK(on_box.verdict == Verdict::proved);
  CHECK(on_box.layers[0].critical->lower > Rational(238) / 100);  // 1/0.41997 = 2.3811
  CHECK(on_box.layers[0].critical->lower < Rational(23811) / 10000);
  CHECK_FALSE(on_box.layers[0].critical->upper);
  CHECK_FALSE(on_box.factor);
  CHECK(find_thresholds(network).verdict == Verdict::refuted);
  std::get<ResidualLayer>(network.layers[0].value).residual = Rational(-5) / 2;  // singular at tanh² x = 0.6: x = 1.03
  CHECK(find_thresholds(network, options).verdict == Verdict::undecided);
  network.layers.push_back(affine({{0}}));
  CHECK(find_thresholds(network, options).verdict == Verdict::refuted);  // rank 0, wherever one looks
}
