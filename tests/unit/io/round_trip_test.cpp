// Writing and reading back gives the same layers, in both formats.
#include <bit>
#include <cmath>

#include "io/exact_text.hpp"
#include "io/network_json.hpp"
#include "io/onnx_read.hpp"
#include "support.hpp"

using namespace narrows;
using narrows::test::error_of;
using narrows::test::Flows;
using narrows::test::Numbers;
using narrows::test::RandomNetworks;
using narrows::test::require_parts;

namespace {
constexpr int repetitions = 150;
}

TEST_CASE("random networks with rational numbers survive JSON exactly") {
  RandomNetworks networks(1, Numbers::rational, Flows::yes);
  for (int i = 0; i < repetitions; ++i) {
    const Network net = networks.next();
    const std::string text = network_to_json(net, i % 2 == 0);
    INFO(text);
    const Network back = parse_network_json(text, "net");
    REQUIRE(same_layers(net, back));
    REQUIRE(network_to_json(back, i % 2 == 0) == text);
  }
}

TEST_CASE("random networks survive ONNX exactly in float32 and float64") {
  for (const Numbers numbers : {Numbers::float32, Numbers::float64}) {
    RandomNetworks networks(2, numbers);
    for (int i = 0; i < repetitions; ++i) {
      const Network net = networks.next();
      INFO(network_to_json(net, true));
      const Network back = parse_onnx(network_to_onnx(net, "net"), "net");
      REQUIRE(same_layers(net, back));
      REQUIRE(back.weights_dtype == net.weights_dtype);
    }
  }
}

TEST_CASE("names and comments survive both formats") {
  Network net = RandomNetworks(3, Numbers::float64).next();
  net.name = "a \"quoted\" näme";
  net.comment = "two\nlines";
  const Network json = parse_network_json(network_to_json(net, false), "net");
  const Network onnx = parse_onnx(network_to_onnx(net, "net"), "net");
  for (const Network& back : {json, onnx}) {
    CHECK(back.name == net.name);
    CHECK(back.comment == net.comment);
  }
}

TEST_CASE("ONNX refuses ode layers and names them") {
  const Network net = parse_network_json(
      R"({"format":"narrows-network/1","input_dim":1,"layers":[{"type":"activation","function":"tanh"},
          {"type":"ode","branch":[{"type":"activation","function":"sin"}],"time":[0,1]}]})", "net");
  CHECK(error_of([&] { (void)network_to_onnx(net, "net"); }) == "net: layers[1]: ONNX has no ode layers; keep the network in JSON");
}

TEST_CASE("ONNX refuses numbers that it cannot store and names them") {
  const auto refusal = [](const std::string& layer) {
    const Network net =
        parse_network_json(R"({"format":"narrows-network/1","input_dim":1,"layers":[)" + layer + "]}", "net");
    return error_of([&] { (void)network_to_onnx(net, "out.onnx"); });
  };
  CHECK(refusal(R"({"type":"affine","weight":[["1/3"]],"bias":[0]})") ==
        "out.onnx: layers[0].weight: number 0 of it, 1/3, is not a double; keep the network in JSON, which "
        "stores it exactly");
  require_parts(refusal(R"({"type":"activation","function":"leaky_relu"})"),
                {"layers[0].alpha: 1/100 is not a float32"});
  require_parts(
      refusal(R"({"type":"batch_norm","scale":[1],"bias":[0],"mean":[0],"variance":[1],"epsilon":1e-5})"),
      {"layers[0].epsilon"});
  require_parts(
      refusal(
          R"({"type":"residual","skip":"1/3","residual":1,"branch":[{"type":"activation","function":"tanh"}]})"),
      {"layers[0].skip"});
  require_parts(
      refusal(R"({"type":"batch_norm","scale":[1],"bias":[0],"mean":["1/3"],"variance":[1],"epsilon":0})"),
      {"layers[0].mean"});
  require_parts(
      refusal(
          R"({"type":"residual","skip":1,"residual":1,"branch":[{"type":"affine","weight":[[1]],"bias":["1/3"]}]})"),
      {"layers[0].branch[0].bias"});
}

TEST_CASE("exact numbers as text read back") {
  std::mt19937 random(4);
  for (int i = 0; i < 1000; ++i) {
    const Rational r(static_cast<long>(random()) - (1L << 31), static_cast<long>(random()) + 1);
    REQUIRE(parse_exact(to_text(r)) == r);
  }
  CHECK(parse_exact("0x1.8p-3") == Rational(3, 16));
  CHECK(parse_exact("-0X.8P+4") == Rational(-8));
  CHECK(parse_exact("0xFFp0") == Rational(255));
  CHECK(parse_exact("010/4") == Rational(5, 2));
  CHECK_FALSE(parse_exact("0x1p20001"));
}

TEST_CASE("shortest decimals read back as the same double") {
  std::mt19937_64 random(5);
  for (int i = 0; i < 1000; ++i) {
    const double x = std::bit_cast<double>(random());
    if (!std::isfinite(x) || std::fpclassify(x) == FP_SUBNORMAL) continue;
    REQUIRE(parse_decimal(shortest_decimal(x)) == x);
  }
  CHECK_FALSE(parse_decimal("nan"));
  CHECK_FALSE(parse_decimal("inf"));
  CHECK_FALSE(parse_decimal("1e999"));
  CHECK_FALSE(parse_decimal("0x10"));
  CHECK_FALSE(parse_decimal("1,5"));
  CHECK_FALSE(parse_decimal("+-1"));
}
