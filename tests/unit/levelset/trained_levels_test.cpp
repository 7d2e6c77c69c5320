// Level sets of the trained planar networks: constant topology between critical values, and a count on grids.
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>

#include "critical/certify.hpp"
#include "io/load.hpp"
#include "support/random_cases.hpp"
#include "topology.hpp"

using namespace narrows;
using test::signature;

namespace {

const Box kBox{{-2, -2}, {2, 2}};

/// The smooth networks with two inputs; a few, or all of them in a campaign.
std::vector<std::string> planar_networks(std::size_t few) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(NARROWS_DATA_DIR "/networks/trained")) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".onnx") || name == "index.json" || name == "truth.json") continue;
    const auto loaded = load_network(entry.path().string());
    if (loaded.network.input_dim == 2 && smoothness_of(loaded.network.layers) == Smoothness::smooth)
      files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() == 58);
  if (test::cases(0, 1) == 1) return files;
  std::vector<std::string> some;
  for (std::size_t k = 0; k < few; ++k) some.push_back(files[(7 + k * 17) % files.size()]);
  return some;
}

Network restricted_to_edge(const Network& network, std::size_t axis, double at) {
  Network edge = network;
  edge.input_dim = 1;
  AffineLayer embedding{2, 1, {0, 0}, {0, 0}};
  embedding.weight[axis] = 1;
  embedding.bias[1 - axis] = rational_exact(at);
  edge.layers.insert(edge.layers.begin(), {embedding});
  return edge;
}

/// Adds the critical values in the box; false if they are not all known.
bool add_critical_values(const Chain& chain, const Box& box, std::vector<Interval>* values) {
  CertifyOptions options;
  options.winding = false;
  options.search.max_boxes = 400'000;
  const CertifyResult result = certify(chain, {Domain::Type::box, box.dim(), box, 0}, options, "test");
  for (const CriticalPoint& point : result.critical_points) values->push_back(point.value);
  return result.complete;
}

/// Where the topology may change: critical values of Φ, of Φ on the edges of the box, and the values at its corners.
std::optional<std::vector<Interval>> breakpoints(const Network& network) {
  const Chain chain = make_chain(network, {}, "test");
  std::vector<Interval> values;
  bool complete = add_critical_values(chain, kBox, &values);
  for (const std::size_t axis : {0U, 1U})
    for (const double at : {-2.0, 2.0})
      complete = add_critical_values(make_chain(restricted_to_edge(network, axis, at), {}, "edge"),
                                     {{-2}, {2}}, &values) &&
                 complete;
  const auto function = level_function(chain, "test");
  for (const double x : {-2.0, 2.0})
    for (const double y : {-2.0, 2.0}) {
      const double point[2] = {x, y};
      CellBounds bounds;
      function->on_boxes(point, point, 1, Interval::entire(), false, &bounds);
      values.push_back(bounds.value);
    }
  std::sort(values.begin(), values.end(),
            [](const Interval& a, const Interval& b) { return midpoint(a) < midpoint(b); });
  if (!complete) return std::nullopt;
  return values;
}

}  // namespace

TEST_CASE("the topology is constant between consecutive critical values, up to 1e-9 of them") {
  int gaps = 0, changes = 0, networks = 0, levels = 0;
  for (const std::string& file : planar_networks(4)) {
    const Network network = load_network(file).network;
    const auto function = level_function(make_chain(network, {}, file), file);
    const auto values = breakpoints(network);
    if (!values) continue;
    ++networks;
    std::string previous;
    for (std::size_t k = 0; k + 1 < values->size(); ++k) {
      const double from = (*values)[k].upper() + 1e-9, to = (*values)[k + 1].lower() - 1e-9;
      if (!(from < to)) continue;
      ++gaps;
      std::string first;
      for (const double c : {from, from + 0.37 * (to - from), to}) {
        LevelCurveOptions options;
        options.level = rational_exact(c);
        const auto result = level_curve(*function, kBox, options);
        INFO(file << " level " << c << ": " << signature(result));
        ++levels;
        REQUIRE(result.verdict == Verdict::proved);
        if (first.empty()) first = signature(result);
        REQUIRE(signature(result) == first);
      }
      changes += !previous.empty() && previous != first ? 1 : 0;
      previous = first;
    }
    // Beyond all of them there is nothing.
    LevelCurveOptions above;
    above.level = rational_exact(values->back().upper() + 1e-9);
    CHECK(signature(level_curve(*function, kBox, above)) == "closed 0 arcs 0; -b0");
  }
  CHECK(networks >= 4);
  CHECK(changes > networks);
  WARN(networks << " networks, " << gaps << " gaps, " << levels << " levels, " << changes
                << " changes of topology");
}

TEST_CASE("twenty levels of trained networks: components as on a grid that resolves them, and fast") {
  int compared = 0, proved = 0, total = 0;
  double slowest_zero = 0, slowest_twenty = 0;
  const std::size_t coarse = test::cases(0, 1) == 1 ? 250 : 120, fine = 2 * coarse - 30;
  for (const std::string& file : planar_networks(3)) {
    const auto function = level_function(make_chain(load_network(file).network, {}, file), file);
    CellBounds bounds;
    double lower = kInfinity, upper = -kInfinity;
    for (double x = -2; x <= 2; x += 0.1)
      for (double y = -2; y <= 2; y += 0.1) {
        const double point[2] = {x, y};
        function->on_boxes(point, point, 1, Interval::entire(), false, &bounds);
        lower = std::fmin(lower, midpoint(bounds.value));
        upper = std::fmax(upper, midpoint(bounds.value));
      }
    double seconds = 0;
    for (int k = 0; k < 20; ++k) {
      const double c = k == 0 ? 0 : lower + (upper - lower) * (k - 0.37) / 19;
      LevelCurveOptions options;
      options.level = rational_exact(c);
      const auto start = std::chrono::steady_clock::now();
      const auto result = level_curve(*function, kBox, options);
      const double spent = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      seconds += spent;
      if (k == 0) slowest_zero = std::fmax(slowest_zero, spent);
      ++total;
      INFO(file << " level " << c);
      REQUIRE(result.verdict == Verdict::proved);
      ++proved;
      const std::string on_grid = test::grid_signature(*function, kBox, c, coarse);
      if (on_grid != test::grid_signature(*function, kBox, c, fine)) continue;
      ++compared;
      CHECK(test::coarse_signature(result) == on_grid);
    }
    slowest_twenty = std::fmax(slowest_twenty, seconds);
  }
  CHECK(compared > total / 2);
  WARN(proved << " of " << total << " proved, " << compared << " compared with grids; slowest level 0 "
              << slowest_zero << " s, 20 levels " << slowest_twenty << " s");
}

TEST_CASE("both engines enclose the same functions") {
  test::RandomCases random(63);
  for (const std::string& file : planar_networks(3)) {
    const Chain chain = make_chain(load_network(file).network, {}, file);
    const auto lanes = level_function(chain, file), simple = level_function(chain, file, CellEngine::simple),
               portable = level_function(chain, file, CellEngine::lanes, Isa::portable);
    for (int k = test::cases(15, 150); k > 0; --k) {
      double lower[2], upper[2], point[2];
      const double width = std::pow(10, random.uniform(-6, 0));
      for (std::size_t i = 0; i < 2; ++i) {
        lower[i] = random.uniform(-2, 1);
        upper[i] = random.integer(0, 3) == 0 ? lower[i] : lower[i] + width;
        point[i] = lower[i] + (upper[i] - lower[i]) * random.uniform(0, 1);
      }
      CellBounds box, twin, same, at;
      lanes->on_boxes(lower, upper, 1, Interval::entire(), true, &box);
      simple->on_boxes(lower, upper, 1, Interval::entire(), true, &twin);
      portable->on_boxes(lower, upper, 1, Interval::entire(), true, &same);
      simple->on_boxes(point, point, 1, Interval::entire(), true, &at);
      CHECK(box.value.lower() == same.value.lower());
      CHECK(box.gradient[1].upper() == same.gradient[1].upper());
      for (const CellBounds* bounds : {&box, &twin}) {
        CHECK(!disjoint(bounds->value, at.value));
        double form = bounds->centre, slope = 0;
        for (std::size_t i = 0; i < 2; ++i) {
          CHECK(!disjoint(bounds->gradient[i], at.gradient[i]));
          if (bounds->half[i] > 0)
            form += bounds->slope[i] * (point[i] - bounds->middle[i]) / bounds->half[i];
          slope += bounds->direction[i] * midpoint(at.gradient[i]);
        }
        CHECK(std::fabs(form - midpoint(at.value)) <= bounds->error + 1e-9 * (1 + std::fabs(form)));
        const bool has_direction = bounds->direction[0] != 0 || bounds->direction[1] != 0;
        if (has_direction) CHECK(slope != 0);
        if (has_direction && bounds == &box) CHECK(slope > 0);
      }
    }
  }
}
