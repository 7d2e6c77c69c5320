// The complex itself: cells tile, functions are right, nothing depends on general position.
#include "polyhedral/partition.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "partition_support.hpp"
#include "polyhedral/measure.hpp"
#include "polyhedral/pattern_regions.hpp"

namespace narrows::test {
namespace {

Network random_net(RandomCases& random, std::size_t d) { return random_piecewise_linear(random, d, random.integer(1, 3), d == 3 ? 3 : 5); }

/// Vertices − edges + polygons − …
long euler(const FaceLattice& lattice) {
  long sum = static_cast<long>(lattice.vertices.size());
  for (std::size_t k = 1; k <= lattice.dim; ++k) sum += (k % 2 ? -1 : 1) * static_cast<long>(lattice.faces[k].size());
  return sum;
}

std::vector<Rational> random_point(RandomCases& random, std::size_t d, int size) {
  std::vector<Rational> x;
  for (std::size_t i = 0; i < d; ++i) x.push_back(Rational(random.integer(-size * 50, size * 50)) / 53);
  return x;
}

std::set<std::vector<bool>> patterns_of(const Partition& partition) {
  std::set<std::vector<bool>> patterns;
  for (std::size_t cell = 0; cell < partition.lattice().cells().size(); ++cell) {
    std::vector<bool> pattern;
    for (std::size_t n = 0; n < partition.net().neurons; ++n) pattern.push_back(partition.tree().positive(static_cast<Id>(cell), n));
    patterns.insert(pattern);
  }
  return patterns;
}

void check_walls(const Partition& partition) {
  const FaceLattice& lattice = partition.lattice();
  std::vector<int> count(lattice.dim == 1 ? lattice.vertices.size() : lattice.faces[lattice.dim - 1].size());
  for (const Face& cell : lattice.cells())
    for (const Id wall : cell.boundary) ++count[static_cast<std::size_t>(wall)];
  for (std::size_t wall = 0; wall < count.size(); ++wall) {
    const std::vector<Id> corners = lattice.dim == 1 ? std::vector<Id>{static_cast<Id>(wall)} : vertices_of(lattice, lattice.dim - 1, static_cast<Id>(wall));
    const bool at_infinity = std::all_of(corners.begin(), corners.end(), [&](Id v) { return lattice.vertices[static_cast<std::size_t>(v)].ideal; });
    CHECK(count[wall] == (at_infinity ? 1 : 2));
  }
}

}  // namespace

TEST_CASE("the network at random rational points is the affine map of the cell that holds the point") {
  RandomCases random(11);
  for (int k = 0; k < cases(40, 1000); ++k) {
    const auto d = static_cast<std::size_t>(random.integer(1, 3));
    const Network net = random_net(random, d);
    Partition space(leveled_stages(net)), box(leveled_stages(net), cube(d, 3));
    for (Partition* partition : {&space, &box})
      for (int sample = 0; sample < 6; ++sample) {
        const std::vector<Rational> x = random_point(random, d, 3);
        const auto cell = cell_of(*partition, homogeneous_point(x));
        CAPTURE(k, d, sample);
        REQUIRE(cell);
        CHECK(value_of(partition->function_on(*cell), x) == plain_value(net.layers, x)[0]);
      }
  }
}

TEST_CASE("the exact volumes of the cells add up to the box, and faces alternate to 1") {
  RandomCases random(12);
  for (int k = 0; k < cases(40, 1000); ++k) {
    const auto d = static_cast<std::size_t>(random.integer(1, 3));
    Partition box(leveled_stages(random_net(random, d)), cube(d, 2));
    box.cut_along(1);
    Rational sum = 0, volume = 1;
    for (std::size_t i = 0; i < d; ++i) volume *= 4;
    std::vector<Id> all;
    for (std::size_t cell = 0; cell < box.lattice().cells().size(); ++cell) {
      all.push_back(static_cast<Id>(cell));
      const Rational part = measure_exact(box, std::span(&all.back(), 1));
      CHECK(part > 0);
      sum += part;
    }
    CAPTURE(k, d);
    CHECK(sum == volume);
    CHECK(measure_exact(box, all) == volume);
    CHECK(euler(box.lattice()) == 1);
  }
}

TEST_CASE("the cells of the whole space close up to a ball: every finite wall has two sides") {
  RandomCases random(13);
  for (int k = 0; k < cases(40, 1000); ++k) {
    const auto d = static_cast<std::size_t>(random.integer(1, 3));
    const Partition space(leveled_stages(random_net(random, d)));
    CAPTURE(k, d);
    CHECK(euler(space.lattice()) == 1);
    check_walls(space);
  }
}

TEST_CASE("exact linear programming finds the same activation patterns") {
  RandomCases random(14);
  for (int k = 0; k < cases(60, 2000); ++k) {
    const auto d = static_cast<std::size_t>(random.integer(1, 3));
    const Network net = random_net(random, d);
    Partition space(leveled_stages(net)), box(leveled_stages(net), cube(d, 1));
    PatternOptions in_box;
    in_box.box = cube(d, 1);
    for (const auto& [partition, options] : {std::pair{&space, PatternOptions{}}, {&box, in_box}}) {
      const PatternRegions enumerated = enumerate_patterns(*leveled_stages(net), options);
      std::set<std::vector<bool>> expected;
      for (const PatternRegion& region : enumerated.regions) expected.insert(region.positive);
      CAPTURE(k, d);
      REQUIRE(enumerated.complete);
      CHECK(patterns_of(*partition) == expected);
      CHECK(summarise_regions(*partition).affine_pieces == count_affine_pieces(enumerated.regions));
    }
  }
}

TEST_CASE("repeated, concurrent and dead neurons cut nothing twice") {
  // x, -x, 2x, x+y, y, 0, 0x+0y+1, x+y again: the lines x = 0, y = 0, x + y = 0 through one point.
  const Network net = relu_network(2, {{{1, 0, 0}, {-1, 0, 0}, {2, 0, 0}, {1, 1, 0}, {0, 1, 0}, {0, 0, 0}, {0, 0, 1}, {1, 1, 0}}, {{1, 1, 1, 1, 1, 1, 1, 1, 0}}});
  const Partition space(leveled_stages(net)), box(leveled_stages(net), cube(2, 1));
  CHECK(patterns_of(space).size() == 6);
  CHECK(patterns_of(box).size() == 6);
  CHECK(box.lattice().cells().size() == 6);
  CHECK(box.lattice().vertices.size() == 9);
}

TEST_CASE("weights that doubles cannot hold leave all decisions to exact arithmetic") {
  RandomCases random(15);
  int compared = 0;
  for (int k = 0; k < cases(40, 500); ++k) {
    const auto d = static_cast<std::size_t>(random.integer(1, 3));
    const Network net = random_net(random, d);
    Network scaled = net;  // the same hyperplanes
    for (Layer& layer : scaled.layers)
      if (auto* affine = std::get_if<AffineLayer>(&layer.value)) {
        Integer huge = 1;
        huge <<= 4000;
        for (Rational& w : affine->weight) w *= huge;
        for (Rational& b : affine->bias) b *= huge;
        break;
      }
    if (std::any_of(net.layers.begin(), net.layers.end(), [](const Layer& layer) { return std::holds_alternative<ResidualLayer>(layer.value); })) continue;
    if (net.layers.size() != 3) continue;  // one hidden layer: scaling it changes no sign
    const Partition one(leveled_stages(net)), other(leveled_stages(scaled));
    CHECK(patterns_of(one) == patterns_of(other));
    CHECK(other.lattice().vertices.size() == one.lattice().vertices.size());
    CHECK(other.exact_decisions() > 0);
    ++compared;
  }
  CHECK(compared > 5);
}

TEST_CASE("fifty layers of width two and a hundred one-neuron blocks are finished exactly") {
  RandomCases random(16);
  const auto weight = [&random] { return rational_exact(random.uniform(-1, 1)); };
  Network deep, blocks;
  deep.input_dim = blocks.input_dim = 2;
  for (int l = 0; l < 50; ++l) {
    // Nearly the identity, so that the layers stay alive.
    AffineLayer layer{2, 2, {Rational(1) + weight() / 8, weight() / 8, weight() / 8, Rational(1) + weight() / 8}, {weight() / 4, weight() / 4}};
    deep.layers.push_back(Layer{layer});
    deep.layers.push_back(Layer{ActivationLayer{Activation::relu, 0}});
  }
  deep.layers.push_back(Layer{AffineLayer{1, 2, {weight(), weight()}, {weight()}}});
  for (int l = 0; l < 100; ++l) {
    ResidualLayer block{1, 1, {}};
    block.branch.push_back(Layer{AffineLayer{1, 2, {weight(), weight()}, {weight()}}});
    block.branch.push_back(Layer{ActivationLayer{Activation::relu, 0}});
    block.branch.push_back(Layer{AffineLayer{2, 1, {weight() / 4, weight() / 4}, {0, 0}}});
    blocks.layers.push_back(Layer{block});
  }
  blocks.layers.push_back(Layer{AffineLayer{1, 2, {weight(), weight()}, {weight()}}});
  for (const Network* net : {&deep, &blocks}) {
    Partition space(leveled_stages(*net));
    CHECK(euler(space.lattice()) == 1);
    const std::size_t last = space.lattice().vertices.size() - 1;
    for (std::size_t v = 0; v <= last; v += 1 + last / 40) {
      if (space.lattice().vertices[v].ideal) continue;
      const Id vertex = static_cast<Id>(v);
      CHECK(space.value(vertex, 0) / Rational(space.coordinates(vertex).back()) == plain_value(net->layers, space.point(vertex))[0]);
    }
    CAPTURE(space.lattice().cells().size(), space.longest_bits());
    CHECK(space.longest_bits() > 50);
  }
}

}  // namespace narrows::test
