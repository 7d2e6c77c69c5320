// Level sets whose answers are known in closed form, and relations between answers.
#include "polyhedral/level_sets.hpp"

#include <catch2/catch.hpp>

#include "partition_support.hpp"
#include "polyhedral/extrema.hpp"

namespace narrows::test {
namespace {

using Box2 = std::vector<std::pair<Rational, Rational>>;

std::vector<std::string> component_texts(const LevelSet& set) {
  std::vector<std::string> texts;
  for (const SetComponent& component : set.components.value()) texts.push_back(component.unbounded ? "unbounded" : to_text(component.measure.value()));
  return texts;
}

/// Everything about a set but where it is.
std::string shape_of(const LevelSet& set) {
  std::string text(to_string(set.status));
  text += set.measure ? " " + to_text(*set.measure) : " ?";
  for (const std::string& component : component_texts(set)) text += " " + component;
  return text;
}

/// relu(h) of pairs: min(a, b) = a − relu(a − b) needs a as two neurons; here the larger of two tents, as a network.
Network two_tents(const Rational& gap) {
  // relu(1 − |x + m| − |y|) + relu(1 − |x − m| − |y|) − 1/2 with m = gap: diamonds about (±m, 0).
  const Rational m = gap;
  return relu_network(2, {{{1, 0, m}, {-1, 0, -m}, {1, 0, -m}, {-1, 0, m}, {0, 1, 0}, {0, -1, 0}},
                          {{-1, -1, 0, 0, -1, -1, 1}, {0, 0, -1, -1, -1, -1, 1}},
                          {{1, 1, 0}}});
}

void check_ray(const Network& net, const Rational& level, const LevelSet& set, bool above, bool strict) {
  REQUIRE(set.witness);
  const WitnessRay& ray = *set.witness;
  CHECK(std::any_of(ray.direction.begin(), ray.direction.end(), [](const Rational& r) { return r != 0; }));
  for (const Rational& t : {Rational(0), Rational(1) / 7, Rational(1), Rational(1000), Rational("1000000000000000000000")}) {
    std::vector<Rational> x = ray.path.back();
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += t * ray.direction[i];
    const Rational f = (plain_value(net.layers, x)[0] - level) * (above ? 1 : -1);
    CHECK((strict ? f > 0 : f >= 0));
  }
}

}  // namespace

TEST_CASE("cross polytopes have the volume 2^d r^d / d! and their bounding box") {
  const Rational volumes[] = {0, 6, 18, 36};  // r = 3
  for (std::size_t d = 1; d <= 3; ++d) {
    std::vector<Rational> middle(d, Rational(1) / 3);
    const CutSpace cut = cut_space(cross_polytope(middle, 5), 2);
    CAPTURE(d);
    for (const auto& set : {cut.sets.superlevel, cut.sets.closed_superlevel}) {
      CHECK(shape_of(*set) == "bounded " + to_text(volumes[d]) + " " + to_text(volumes[d]));
      for (const auto& side : *set->bounding_box) CHECK(side == std::pair{Rational(-8) / 3, Rational(10) / 3});
    }
    CHECK(cut.sets.sublevel->status == SetStatus::unbounded);
    CHECK(cut.sets.sublevel->components->size() == (d == 1 ? 2 : 1));
  }
}

TEST_CASE("at its maximum the closed superlevel set is one point, above it is empty") {
  for (std::size_t d = 1; d <= 3; ++d) {
    const Network net = cross_polytope(std::vector<Rational>(d, Rational(2)), 1);
    const CutSpace at = cut_space(net, 1), above = cut_space(net, Rational(11) / 10);
    CAPTURE(d);
    CHECK(at.sets.superlevel->status == SetStatus::empty);
    CHECK(shape_of(*at.sets.closed_superlevel) == "measure-zero 0 0");
    CHECK(*at.sets.closed_superlevel->bounding_box == Box2(d, {Rational(2), Rational(2)}));
    CHECK(shape_of(*above.sets.closed_superlevel) == "empty ?");
    CHECK(above.sets.closed_sublevel->status == SetStatus::unbounded);
  }
}

TEST_CASE("a line in the plane is an unbounded closed set of measure zero") {
  const Network net = relu_network(2, {{{1, 0, 0}, {-1, 0, 0}}, {{-1, -1, 0}}});  // −|x|
  const CutSpace cut = cut_space(net);
  CHECK(cut.sets.superlevel->status == SetStatus::empty);
  CHECK(shape_of(*cut.sets.closed_superlevel) == "measure-zero ? unbounded");
  CHECK(shape_of(*cut.sets.sublevel) == "unbounded ? unbounded unbounded");
  CHECK(shape_of(*cut.sets.closed_sublevel) == "unbounded ? unbounded");
}

TEST_CASE("two diamonds: apart, touching in a point, overlapping") {
  const CutSpace apart = cut_space(two_tents(2)), touching = cut_space(two_tents(1)), over = cut_space(two_tents(Rational(1) / 2));
  CHECK(shape_of(*apart.sets.superlevel) == "bounded 4 2 2");
  CHECK(shape_of(*touching.sets.superlevel) == "bounded 4 2 2");
  CHECK(over.sets.superlevel->components->size() == 1);
  CHECK(*over.sets.superlevel->measure == Rational(7) / 2);  // 4 minus the diamond of radius 1/2
  // {Φ >= 0} is the plane, Φ vanishes outside the diamonds.
  CHECK(shape_of(*apart.sets.closed_superlevel) == "unbounded ? unbounded");
  CHECK(shape_of(*apart.sets.closed_sublevel) == "unbounded ? unbounded");
  CHECK(apart.sets.sublevel->status == SetStatus::empty);
}

TEST_CASE("an unbounded plateau on the level has measure, and a ray on which the function is the level") {
  const Network net = relu_network(2, {{{1, 0, 0}}, {{-1, 0}}});  // −relu(x)
  const CutSpace cut = cut_space(net);
  CHECK(cut.sets.superlevel->status == SetStatus::empty);
  CHECK(cut.sets.closed_superlevel->status == SetStatus::unbounded);
  check_ray(net, 0, *cut.sets.closed_superlevel, true, false);
  check_ray(net, 0, *cut.sets.sublevel, false, true);
}

TEST_CASE("rays stay in their sets") {
  RandomCases random(21);
  int rays = 0;
  for (int k = 0; k < cases(150, 3000); ++k) {
    const auto d = static_cast<std::size_t>(random.integer(1, 3));
    const Network net = random_piecewise_linear(random, d, random.integer(1, 3), 3);
    const Rational level = small_rational(random);
    const CutSpace cut = cut_space(net, level);
    CAPTURE(k, d);
    for (std::size_t i = 0; i < 4; ++i)
      if (const LevelSet& set = *cut.sets.at(i); set.status == SetStatus::unbounded) {
        check_ray(net, level, set, i < 2, i % 2 == 0);
        ++rays;
      }
  }
  CHECK(rays > 100);
}

TEST_CASE("a shear and a shift of the input change nothing but the place") {
  RandomCases random(22);
  for (int k = 0; k < cases(60, 2000); ++k) {
    const auto d = static_cast<std::size_t>(random.integer(1, 3));
    const Network net = random_piecewise_linear(random, d, random.integer(1, 3), d == 3 ? 3 : 5);
    Network moved = net;  // x ↦ net(S x + t), S unipotent: volumes stay
    AffineLayer shear{d, d, std::vector<Rational>(d * d), {}};
    for (std::size_t i = 0; i < d; ++i) {
      shear.weight[i * d + i] = 1;
      for (std::size_t j = 0; j < i; ++j) shear.weight[i * d + j] = small_rational(random);
      shear.bias.push_back(small_rational(random));
    }
    moved.layers.insert(moved.layers.begin(), Layer{shear});
    Partition one(leveled_stages(net)), other(leveled_stages(moved));
    const RegionSummary a = summarise_regions(one), b = summarise_regions(other);
    CAPTURE(k, d);
    CHECK(std::tuple(a.regions, a.unbounded, a.affine_pieces, a.flat_cells.size()) == std::tuple(b.regions, b.unbounded, b.affine_pieces, b.flat_cells.size()));
    const LevelSets before = cut_space(net).sets, after = cut_space(moved).sets;
    for (std::size_t i = 0; i < 4; ++i) CHECK(shape_of(*before.at(i)) == shape_of(*after.at(i)));
  }
}

TEST_CASE("measures fall as the level rises, by the trapezoid between two levels of a cone") {
  const Network net = cross_polytope({0, 0}, 4);
  Rational last = -1;
  for (int level = 4; level > -4; --level) {
    const CutSpace cut = cut_space(net, level);
    const Rational area = cut.sets.closed_superlevel->measure.value();
    CHECK(area == 2 * (4 - level) * (4 - level));
    CHECK(area > last);
    last = area;
  }
}

TEST_CASE("the indices of a function that falls to minus infinity in all directions add up to one") {
  RandomCases random(23);
  int summed = 0;
  for (int k = 0; k < cases(120, 3000); ++k) {
    // A sum of tents on a steep roof: generic weights, no edge on which it is constant.
    std::vector<std::vector<Rational>> hidden{{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}};
    std::vector<Rational> output{-60, -61, -62, -63};
    for (int n = 0; n < 5; ++n) {
      hidden.push_back({rational_exact(random.uniform(-2, 2)), rational_exact(random.uniform(-2, 2)), rational_exact(random.uniform(-2, 2))});
      output.push_back(rational_exact(random.uniform(-8, 8)));
    }
    std::vector<Rational> second(10), third(10);
    for (std::size_t i = 0; i < 10; ++i) second[i] = rational_exact(random.uniform(-1, 1)), third[i] = i < 4 ? output[i] : Rational(0);
    output.push_back(0);
    for (std::size_t i = 4; i < 10; ++i) third[i] = output[i];
    // relu(second) − roof, the roof passed on as relu of its negative.
    for (Rational& w : third) w = -w;
    third.back() += 1000;
    const Network net = relu_network(2, {hidden, {second, third}, {{rational_exact(random.uniform(-20, 20)), -1, 0}}});
    Partition space(leveled_stages(net));
    const CriticalVertices critical = critical_vertices(space);
    bool falls = critical.degenerate == 0;
    for (std::size_t v = 0; v < space.lattice().vertices.size(); ++v)
      if (space.lattice().vertices[v].ideal) falls = falls && space.sign(static_cast<Id>(v), 0) < 0;
    if (!falls) continue;
    ++summed;
    int sum = 0, saddles = 0;
    for (const CriticalVertex& vertex : critical.vertices) {
      sum += vertex.index;
      saddles += vertex.kind == CriticalVertex::Kind::saddle ? 1 : 0;
      CHECK((vertex.kind == CriticalVertex::Kind::saddle) == (vertex.index < 0));
    }
    CAPTURE(k, saddles);
    CHECK(sum == 1);
  }
  CHECK(summed > 30);
}

TEST_CASE("the tip of a cross polytope is its only critical vertex") {
  for (std::size_t d = 1; d <= 3; ++d) {
    Partition space(leveled_stages(cross_polytope(std::vector<Rational>(d, Rational(1) / 2), 0)));
    const CriticalVertices critical = critical_vertices(space);
    REQUIRE(critical.vertices.size() == 1);
    CHECK(critical.vertices[0].kind == CriticalVertex::Kind::maximum);
    CHECK(critical.vertices[0].index == (d % 2 ? -1 : 1));
    CHECK(space.point(critical.vertices[0].vertex) == std::vector<Rational>(d, Rational(1) / 2));
  }
}

}  // namespace narrows::test
