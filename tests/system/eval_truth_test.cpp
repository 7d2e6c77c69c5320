// Values and gradients at the 20 truth points of each of the 130 networks, in both formats.
#include <algorithm>
#include <catch2/catch.hpp>

#include "io/load.hpp"
#include "network/point_value.hpp"
#include "support.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

// The truth has 40 digits: it may be off by half a unit of the last one.
bool encloses(const Interval& x, const Real& truth) {
  const Real slack = abs(truth) * Real("1e-38");
  return Real(x.lower()) - slack <= truth && truth <= Real(x.upper()) + slack;
}

bool is_tight(const Interval& x) { return x.upper() - x.lower() < 1e-11 * std::max(1.0, magnitude(x)); }

void check_enclosure(const Interval& x, const Real& truth) {
  INFO("[" << x.lower() << ", " << x.upper() << "] for " << truth.str(40));
  CHECK(encloses(x, truth));
  CHECK(is_tight(x));
}

}  // namespace

TEST_CASE("evaluate_at encloses the 40-digit value and gradient at 20 points of all 130 networks in both formats", "[eval]") {
  const std::vector<std::string> names = trained_names();
  REQUIRE(names.size() == 130);
  for (const std::string& name : names) {
    const Trained net = load_trained(name);
    REQUIRE(net.truth.at("values").size() == 20);
    for (const std::string extension : {".json", ".onnx"}) {
      INFO(name << extension);
      const Chain chain = make_chain(load_network(trained_path(name + extension)).network, {}, name);
      for (const Json& point : net.truth.at("values")) {
        const PointValue got = evaluate_at(chain, point.at("x").get<std::vector<double>>());
        check_enclosure(got.value, Real(point.at("value").get<std::string>()));
        REQUIRE(got.gradient.size() == point.at("grad").size());
        for (std::size_t i = 0; i < got.gradient.size(); ++i)
          check_enclosure(got.gradient[i], Real(point.at("grad").at(i).get<std::string>()));
      }
    }
  }
}

TEST_CASE("the 60-digit evaluation agrees with the 40-digit truth of all 130 networks", "[eval]") {
  for (const std::string& name : trained_names()) {
    INFO(name);
    const Trained net = load_trained(name);
    const HighPrecision exact(net.network);
    const auto agree = [](const Real& a, const Real& b) { return abs(a - b) <= abs(b) * Real("1e-37"); };
    for (const Json& point : net.truth.at("values")) {
      std::vector<Real> x;
      for (const Json& coordinate : point.at("x")) x.emplace_back(coordinate.get<double>());
      const SecondJet<Real> jet = exact.at(x);
      CHECK(agree(jet.value, Real(point.at("value").get<std::string>())));
      for (std::size_t i = 0; i < x.size(); ++i) CHECK(agree(jet.gradient[i], Real(point.at("grad").at(i).get<std::string>())));
    }
  }
}
