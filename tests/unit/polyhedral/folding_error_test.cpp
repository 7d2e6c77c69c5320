#include "polyhedral/folding_error.hpp"

#include <catch2/catch.hpp>

#include "network/point_value.hpp"
#include "partition_support.hpp"

namespace narrows::test {

TEST_CASE("the folded network stays within its bound of the network with batch_norm") {
  RandomCases random(41);
  for (int k = 0; k < cases(40, 1000); ++k) {
    const auto d = static_cast<std::size_t>(random.integer(1, 3));
    Network net = random_piecewise_linear(random, d, random.integer(1, 3), 4);
    BatchNormLayer norm{{}, {}, {}, {}, Rational(1) / 1000};
    for (std::size_t i = 0; i < d; ++i) {
      norm.scale.push_back(small_rational(random));
      norm.bias.push_back(small_rational(random));
      norm.mean.push_back(small_rational(random));
      norm.variance.push_back(Rational(random.integer(1, 50)) / 7);
    }
    net.layers.insert(net.layers.begin(), Layer{norm});
    const Chain chain = chain_of(net), folded = chain_of(fold_batch_norm(net).network);
    const double bound = folding_error_upper(chain, cube(d, 2));
    CHECK(folding_error_upper(folded, cube(d, 2)) == 0);
    CHECK(bound < 1e-9);
    bool differs = false;
    for (int sample = 0; sample < 10; ++sample) {
      std::vector<double> x;
      for (std::size_t i = 0; i < d; ++i) x.push_back(random.uniform(-2, 2));
      const Interval difference = evaluate_at(chain, x).value - evaluate_at(folded, x).value;
      CAPTURE(k, bound);
      CHECK(!(difference.lower() > bound || difference.upper() < -bound));
      differs = differs || excludes_zero(difference);
    }
    if (differs) CHECK(bound > 0);
  }
}

}  // namespace narrows::test
