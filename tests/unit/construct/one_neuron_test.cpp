// Theorems 1, 2 and 5: what the networks promise, at points, in blocks and in folds.
#include "construct/one_neuron.hpp"

#include <catch2/catch.hpp>

#include "construct/approximation.hpp"
#include "construct/digit_form.hpp"
#include "construct/rounding.hpp"
#include "io/network_json.hpp"
#include "polyhedral/analysis.hpp"
#include "unit/construct/support.hpp"

namespace narrows::test {
namespace {

OneNeuronNetwork network_for(const GridFunction& h, const Rational& theta) { return h.dim == 1 ? line_network(h, theta) : digit_network(h, theta); }

/// No two neighbouring values are equal, none is 0: nothing can be left out.
GridFunction busy_grid(std::size_t dim, std::size_t n) {
  GridFunction grid = make_grid(dim, n);
  for (std::size_t m = 0; m < grid.cells(); ++m) grid.values[m] = Rational(m % 3 + 1) / Rational(m % 2 + 1);
  for (std::size_t m = 1; m < grid.cells(); ++m)
    if (grid.values[m] == grid.values[m - 1]) grid.values[m] += 5;
  return grid;
}

}  // namespace

TEST_CASE("N is the grid function on closed cores, 0 off the cube, and between the extremes of h and 0") {
  RandomCases random(1);
  for (std::size_t dim = 1; dim <= 4; ++dim)
    for (int k = 0; k < cases(3, 40); ++k) {
      const std::size_t n = static_cast<std::size_t>(random.integer(1, dim < 3 ? 5 : 2));
      const GridFunction h = random_grid(random, dim, n);
      const Rational theta = Rational(random.integer(1, 9)) / 10;
      const OneNeuronNetwork net = network_for(h, theta);
      CAPTURE(dim, n, to_text(theta));
      const PointCheck check = check_points(net, h, theta, 60, true, static_cast<std::uint64_t>(k));
      CHECK(check.failures == 0);
      CHECK(check.core == 60);
      CHECK(check.outside == 60);
      const Rational high = h.oscillation_with_zero() + std::min(Rational(0), *std::min_element(h.values.begin(), h.values.end()));
      RandomPoints points(7);
      for (int p = 0; p < 40; ++p) {
        std::vector<Rational> x;
        for (std::size_t i = 0; i < dim; ++i) x.push_back(points.between(0, 1));
        const Rational value = value_exact(net, x);
        CHECK(value <= high);
        CHECK(value >= high - h.oscillation_with_zero());
      }
    }
}

TEST_CASE("values on cores, off the cube and in range are decided from the network, and wrong claims are not") {
  RandomCases random(5);
  for (std::size_t dim = 1; dim <= 4; ++dim)
    for (int k = 0; k < cases(4, 60); ++k) {
      const std::size_t n = static_cast<std::size_t>(random.integer(1, dim < 3 ? 5 : 2));
      GridFunction h = random_grid(random, dim, n);
      const Rational theta = Rational(random.integer(2, 9)) / 10;
      const bool fold_free = dim > 1 && k % 2 == 1;
      OneNeuronNetwork net = fold_free ? fold_free_network(h, theta) : network_for(h, theta);
      std::string why;
      const auto claims = [&](const Rational& share) { return dim == 1 ? grid_claims(line_form(net), h, share) : grid_claims(*digit_form(net, &why), h, share, !fold_free); };
      CAPTURE(dim, n, to_text(theta), fold_free);
      const GridClaims right = claims(theta);
      CHECK(right.equals_on_cores);
      CHECK(right.in_range);
      if (!fold_free) CHECK(right.vanishes_outside);
      Rational& value = h.values[static_cast<std::size_t>(random.integer(0, static_cast<int>(h.cells()) - 1))];
      value += Rational(1, 1 << 30);
      CHECK_FALSE(claims(theta).equals_on_cores);
      value -= Rational(1, 1 << 30);
      if (h.oscillation_with_zero() > 0 && !fold_free) {
        CHECK_FALSE(claims(theta / 2).equals_on_cores);
        for (Rational& x : net.output) x *= Rational(1, 2);
        if (dim == 1) CHECK_FALSE(claims(theta).equals_on_cores);
        for (Rational& x : net.output) x *= 4;
        if (dim == 1) CHECK_FALSE(claims(theta).in_range);
      }
    }
}

TEST_CASE("a network with rounded weights is within the bound of the exact one, at points and kinks") {
  RandomCases random(6);
  RandomPoints points(8);
  for (std::size_t dim = 1; dim <= 3; ++dim) {
    const GridFunction h = random_grid(random, dim, dim == 1 ? 7 : 3);
    const OneNeuronNetwork net = network_for(h, Rational(1, 7)), doubles = rounded(net);
    const auto distance = distance_on_cube(net, doubles);
    REQUIRE(distance);
    CHECK(*distance > 0);
    CHECK(*distance < Rational(1, 1 << 20));
    CHECK(*distance_on_cube(net, net) == 0);
    Rational seen;
    for (int p = 0; p < 200; ++p) {
      std::vector<Rational> x;
      for (std::size_t i = 0; i < dim; ++i) x.push_back(points.between(0, 1));
      seen = std::max(seen, Rational(abs(value_exact(net, x) - value_exact(doubles, x))));
    }
    CHECK(seen <= *distance);
    CHECK(seen > 0);
  }
}

TEST_CASE("the point check finds a wrong value and a leak outside") {
  GridFunction h = busy_grid(2, 3);
  const OneNeuronNetwork net = digit_network(h, Rational(1, 3));
  h.values[4] += 1;
  CHECK(check_points(net, h, Rational(1, 3), 300, false, 1).failures > 0);
  h.values[4] -= 1;
  OneNeuronNetwork leaking = net;
  leaking.blocks.erase(leaking.blocks.begin());
  CHECK(check_points(leaking, h, Rational(1, 3), 300, true, 1).failures > 0);
}

TEST_CASE("block counts are the theorems', and equal neighbours save two blocks each") {
  for (std::size_t dim = 1; dim <= 4; ++dim)
    for (std::size_t n = 1; n <= (dim < 3 ? 5 : 3); ++n) {
      GridFunction h = busy_grid(dim, n);
      const std::size_t cells = h.cells();
      CAPTURE(dim, n);
      const std::size_t expected = dim == 1 ? 4 * n + 7 : 2 * cells + 2 * n * (dim - 1) + 4;
      CHECK(network_for(h, Rational(1, 4)).blocks.size() == expected);
      CHECK(full_block_count(h, false) == expected);
      if (dim == 1) continue;
      CHECK(count_folds(digit_network(h, Rational(1, 4))) == 1);
      CHECK(fold_free_network(h, Rational(1, 4)).blocks.size() == 2 * cells + 2 * (n - 1) * (dim - 1) + 1);
      CHECK(count_folds(fold_free_network(h, Rational(1, 4))) == 0);
      if (cells < 3) continue;
      h.values[1] = h.values[0];
      h.values[2] = h.values[0];
      h.values[cells - 1] = h.values[cells - 2];
      std::size_t equal = 0;
      for (std::size_t m = 1; m < cells; ++m) equal += h.values[m] == h.values[m - 1];
      CHECK(digit_network(h, Rational(1, 4)).blocks.size() == expected - 2 * equal);
      CHECK(check_points(digit_network(h, Rational(1, 4)), h, Rational(1, 4), 50, true, 3).failures == 0);
    }
}

TEST_CASE("a one-neuron network survives its file, and its digit form is the network") {
  RandomCases random(5);
  for (std::size_t dim = 2; dim <= 4; ++dim) {
    const GridFunction h = random_grid(random, dim, 2);
    const OneNeuronNetwork net = digit_network(h, Rational(2, 7));
    const Network read = parse_network_json(network_to_json(to_network(net, "test"), false), "test");
    Rational bias;
    std::string why;
    const auto again = one_neuron_network(read, &bias, &why);
    REQUIRE(again);
    const auto form = digit_form(*again, &why);
    REQUIRE(form);
    CHECK(vanishes_off_cube(*form));
    RandomPoints points(2);
    for (int k = 0; k < 40; ++k) {
      std::vector<Rational> x;
      for (std::size_t i = 0; i < dim; ++i) x.push_back(points.between(Rational(-1, 4), Rational(5, 4)));
      Rational z = form->phi(x[dim - 1]);
      for (std::size_t i = 0; i + 1 < dim; ++i) z += form->stairs[i](x[i]);
      CHECK(form->code(z) == value_exact(net, x));
      CHECK(value_exact(*again, x) == value_exact(net, x));
    }
  }
}

TEST_CASE("networks that are not of the digit form are refused, and one that leaks is not said to vanish") {
  const GridFunction h = disc_grid(2, 3);
  OneNeuronNetwork net = digit_network(h, Rational(1, 3));
  std::string why;
  OneNeuronNetwork mixed = net;
  mixed.blocks[3].u = {Rational(1), Rational(1)};
  CHECK_FALSE(digit_form(mixed, &why));
  OneNeuronNetwork late = net;
  std::swap(late.blocks.front(), late.blocks.back());
  CHECK_FALSE(digit_form(late, &why));
  OneNeuronNetwork unerased = net;
  for (std::size_t k = 0; k < unerased.blocks.size(); ++k)
    if (unerased.blocks[k].u[0] != 0 && unerased.blocks[k].v[0] != 0) unerased.blocks.erase(unerased.blocks.begin() + static_cast<std::ptrdiff_t>(k--));
  CHECK_FALSE(digit_form(unerased, &why));
  OneNeuronNetwork leaking = net;
  leaking.blocks.erase(leaking.blocks.begin());
  const auto form = digit_form(leaking, &why);
  REQUIRE(form);
  CHECK_FALSE(vanishes_off_cube(*form));
  const auto free = digit_form(fold_free_network(h, Rational(1, 3)), &why);
  REQUIRE(free);
  CHECK_FALSE(vanishes_off_cube(*free));
}

TEST_CASE("the level sets of a one-neuron network are bounded, those of a fold-free one are not") {
  const GridFunction h = disc_grid(2, 2);
  LevelSetOptions options;
  options.level = Rational(1, 2);
  const LevelSetResult good = analyse_level_sets(make_chain(to_network(digit_network(h, Rational(1, 2)), ""), {}, ""), options, "");
  REQUIRE(good.sets.closed_superlevel);
  CHECK(good.sets.closed_superlevel->status == SetStatus::bounded);
  GridFunction peak = make_grid(2, 3);
  peak.values[4] = 1;
  const LevelSetResult free = analyse_level_sets(make_chain(to_network(fold_free_network(peak, Rational(1, 2)), ""), {}, ""), options, "");
  REQUIRE(free.sets.closed_superlevel);
  CHECK(free.sets.closed_superlevel->status == SetStatus::unbounded);
}

TEST_CASE("n and the flanks are found for a wanted L1 error") {
  TargetOptions target_options;
  const auto disc = make_target("disc", target_options);
  ApproximationOptions options;
  options.points = 20;
  for (const Rational& error : {Rational(1, 2), Rational(1, 5)}) {
    options.l1_error = error;
    const Approximation a = approximate(*disc, options);
    CHECK(a.verdict == Verdict::proved);
    CHECK(rational_exact(a.to_target.upper()) <= error);
    CHECK(a.check.failures == 0);
  }
}

}  // namespace narrows::test
