// What the search for counterexamples is made of: simple numbers, families of networks, the Lipschitz ratio, the optimiser.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "base/errors.hpp"
#include "counterexample/claims.hpp"
#include "counterexample/family.hpp"
#include "counterexample/float_analysis.hpp"
#include "counterexample/lipschitz_ratio.hpp"
#include "counterexample/optimise.hpp"
#include "network/chain.hpp"
#include "network/point_value.hpp"
#include "support/random_cases.hpp"

namespace narrows {
namespace {

using test::cases;
using test::RandomCases;

Rational fraction(RandomCases& random, int size) {
  return Rational(random.integer(-size, size)) / random.integer(1, size);
}

Candidate random_candidate(RandomCases& random) {
  Candidate candidate;
  Family& family = candidate.family;
  family.dim = static_cast<std::size_t>(random.integer(1, 3));
  family.blocks = static_cast<std::size_t>(random.integer(1, 3));
  family.residual = random.integer(0, 3) != 0;
  family.neurons = family.residual ? static_cast<std::size_t>(random.integer(1, 3)) : family.dim;
  family.activation = static_cast<Activation>(random.integer(0, static_cast<int>(Activation::identity)));
  family.shared = random.integer(0, 3) == 0;
  family.biases = random.integer(0, 3) != 0;
  family.free_output = random.integer(0, 3) != 0;
  family.ratio = Rational(random.integer(1, 8)) / 4;
  for (std::size_t i = 0; i < parameter_count(family); ++i)
    candidate.weights.push_back(random.integer(-6, 6) / 4.0);
  for (std::size_t i = 0; i < family.dim; ++i) candidate.point.push_back(random.uniform(-1, 1));
  return candidate;
}

TEST_CASE("the simplest fraction of an interval has the least denominator of all") {
  RandomCases random(1);
  for (int k = 0; k < cases(300, 5000); ++k) {
    Rational a = fraction(random, 60), b = fraction(random, 60);
    if (a > b) std::swap(a, b);
    const Rational simplest = simplest_rational(a, b);
    CAPTURE(to_text(a), to_text(b), to_text(simplest));
    CHECK((a <= simplest && simplest <= b));
    bool smaller = false;
    for (int q = 1; Rational(q) < Rational(denominator(simplest)); ++q)
      for (int p = -70 * q; p <= 70 * q; ++p)
        smaller = smaller || (a <= Rational(p) / q && Rational(p) / q <= b);
    CHECK_FALSE(smaller);
  }
  CHECK(simplest_rational(Rational(314) / 100, Rational(315) / 100) == Rational(22) / 7);
  CHECK(simplest_rational(Rational(-1) / 3, Rational(-1) / 3) == Rational(-1) / 3);
  CHECK(simplest_rational(Rational(-1) / 3, 5) == 0);
}

TEST_CASE("the simplest dyadic number of an interval has the fewest bits behind the point") {
  CHECK(simplest_dyadic(Rational(3) / 4, Rational(5) / 4) == 1);
  CHECK(simplest_dyadic(Rational(101) / 100, Rational(102) / 100) == Rational(65) / 64);
  CHECK(simplest_dyadic(Rational(-1) / 3, Rational(-1) / 5) == Rational(-1) / 4);
  CHECK(simplest_dyadic(Rational(1) / 100, Rational(1) / 50) == Rational(1) / 64);
}

TEST_CASE("weight bits count sign and magnitude up to a power of two for each tensor") {
  Candidate candidate;
  candidate.family.dim = candidate.family.neurons = 1;  // tensors W, b, W̃, w of one number each
  candidate.weights = {4, 0, -0.25, 1};
  CHECK(weight_bits(candidate) == 2);
  candidate.weights = {7, 0, 3, 1};
  CHECK(weight_bits(candidate) == 4);
  candidate.weights = {0, 0, 0, 0};
  CHECK(weight_bits(candidate) == 1);
  candidate.family.neurons = 2;  // W and W̃ of two numbers
  candidate.weights = {8, 1, 0, 0, 1, 2, 1};
  CHECK(weight_bits(candidate) == 5);
  CHECK(nonzero_weights(candidate) == 5);
}

TEST_CASE("value and gradient of a candidate are those of its network") {
  RandomCases random(2);
  for (int k = 0; k < cases(80, 2000); ++k) {
    const Candidate candidate = random_candidate(random);
    const Network network = network_of(candidate, "");
    REQUIRE_NOTHROW(validate(network, "test"));
    const PointValue truth = evaluate_at(make_chain(network, {}, "test"), candidate.point);
    std::vector<double> gradient;
    const double value = value_approx(candidate, candidate.point, &gradient);
    CHECK(value == Approx(midpoint(truth.value)).margin(1e-10));
    for (std::size_t i = 0; i < gradient.size(); ++i)
      CHECK(gradient[i] == Approx(midpoint(truth.gradient[i])).margin(1e-10));
  }
}

TEST_CASE("dropping a block drops exactly that block of the network") {
  RandomCases random(3);
  for (int k = 0; k < 20; ++k) {
    Candidate candidate = random_candidate(random);
    if (candidate.family.shared || !candidate.family.residual || candidate.family.blocks < 2) continue;
    const std::size_t block =
        static_cast<std::size_t>(random.integer(0, static_cast<int>(candidate.family.blocks) - 1));
    Network expected = network_of(candidate, "");
    expected.layers.erase(expected.layers.begin() + static_cast<std::ptrdiff_t>(block));
    CHECK(same_layers(network_of(without_block(candidate, block), ""), expected));
  }
}

TEST_CASE("a ratio above the Lipschitz ratio is proved, one at or below it never") {
  RandomCases random(4);
  int above = 0, below = 0;
  for (int k = 0; k < cases(200, 5000); ++k) {
    Candidate candidate;
    candidate.family.activation = k % 3 == 0 ? Activation::sigmoid : Activation::tanh;
    for (std::size_t i = 0; i < parameter_count(candidate.family); ++i)
      candidate.weights.push_back(random.integer(-5, 5) / 4.0);
    candidate.family.ratio = Rational(random.integer(1, 12)) / 4;
    const auto norm = [&candidate](std::size_t at) {  // of a 2 x 2 matrix, in closed form
      const double a = candidate.weights[at], b = candidate.weights[at + 1], c = candidate.weights[at + 2],
                   d = candidate.weights[at + 3];
      const double sum = a * a + b * b + c * c + d * d, det = a * d - b * c;
      return std::sqrt((sum + std::sqrt(std::max(0.0, sum * sum - 4 * det * det))) / 2);
    };
    const double product = norm(0) * norm(6) * mpq_get_d(candidate.family.ratio.backend().data()) *
                           (candidate.family.activation == Activation::sigmoid ? 0.25 : 1);
    const bool proved = exceeds_lipschitz_ratio(network_of(candidate, ""));
    CAPTURE(product, k);
    above += product > 1 + 1e-6 && proved;
    below += product < 1 - 1e-12;
    CHECK((product <= 1 + 1e-6 || proved));
    CHECK_FALSE((product < 1 - 1e-12 && proved));
  }
  CHECK((above > 20 && below > 20));
  Candidate equal;  // I and −I: the product is exactly 1
  equal.weights = {1, 0, 0, 1, 0, 0, -1, 0, 0, -1, 1, 1};
  CHECK_FALSE(exceeds_lipschitz_ratio(network_of(equal, "")));
}

TEST_CASE("the optimiser descends, keeps the bounds and is never worse than the start") {
  const Score valley = [](const std::vector<double>& z) {
    return std::pow(1 - z[0], 2) + 100 * std::pow(z[1] - z[0] * z[0], 2);
  };
  OptimiseOptions options;
  options.lower = {-2, -2};
  options.upper = {2, 2};
  for (const bool smooth : {true, false}) {
    options.smooth = smooth;
    CHECK(minimise(valley, {-1.2, 1}, options).score < 1e-8);
    const Minimum cut = minimise(valley, {1, 1}, options);
    CHECK(cut.score == 0);
    OptimiseOptions narrow = options;
    narrow.upper = {0.5, 2};
    const Minimum bound = minimise(valley, {-1.2, 1}, narrow);
    CHECK(bound.at[0] <= 0.5);
    CHECK(bound.score == Approx(0.25).margin(1e-3));
    const Score broken = [](const std::vector<double>& z) {
      return z[0] > 0 ? std::nan("") : z[0] * z[0] + z[1] * z[1];
    };
    CHECK(minimise(broken, {-1, 1}, options).score <= 2);
  }
}

TEST_CASE("principal minors of a block are those of I + δ W W̃") {
  Candidate candidate;
  candidate.weights = {1,  2, 3,   4, 0, 0,
                       -1, 1, 0.5, 2, 1, 1};  // W = [1 2; 3 4], W̃ = [−1 1; 1/2 2]: W W̃ = [0 5; −1 11]
  const std::vector<double> minors = principal_minors_approx(candidate, 0, 0.5);
  REQUIRE(minors.size() == 3);
  CHECK(minors[0] == Approx(1));
  CHECK(minors[1] == Approx(6.5));
  CHECK(minors[2] == Approx(6.5 + 2.5 * 0.5));
}

TEST_CASE("parameters that do not suit a claim are refused") {
  CounterexampleRequest request;
  request.claim = ClaimId::clarke;
  request.activation = Activation::tanh;
  CHECK_THROWS_AS(require_sensible(request), InputError);
  request.claim = ClaimId::lipschitz_ratio;
  CHECK_NOTHROW(require_sensible(request));
  request.activation = Activation::relu;
  CHECK_THROWS_AS(require_sensible(request), InputError);
  request.activation.reset();
  request.ratio = {Rational(2), Rational(1)};
  CHECK_THROWS_AS(require_sensible(request), InputError);
  request.ratio.reset();
  request.claim = ClaimId::unbounded_levels;
  request.dimension = 1;
  CHECK_THROWS_AS(require_sensible(request), InputError);
}

}  // namespace
}  // namespace narrows
