// Seeded random cases for property tests: numbers biased to corners, and the size of a campaign.
#pragma once

#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <random>

namespace narrows::test {

/// `quick` cases in the default run, `campaign` with NARROWS_LONG=1 in the environment.
inline int cases(int quick, int campaign) { return std::getenv("NARROWS_LONG") != nullptr ? campaign : quick; }

class RandomCases {
 public:
  explicit RandomCases(std::uint64_t seed) : engine_(seed) {}

  double uniform(double lo, double hi) { return std::uniform_real_distribution<double>(lo, hi)(engine_); }
  int integer(int lo, int hi) { return std::uniform_int_distribution<int>(lo, hi)(engine_); }

  /// Any magnitude, with zeros, ones, powers of two, subnormals and the largest doubles mixed in.
  double any_double() {
    constexpr double corners[] = {0.0, -0.0, 1.0, -1.0, 0.5, 2.0, DBL_MIN, -DBL_MIN, 4.9e-324, -4.9e-324, DBL_MAX, -DBL_MAX, 1e-300, 1e300};
    if (integer(0, 7) == 0) return corners[integer(0, static_cast<int>(std::size(corners)) - 1)];
    const double mantissa = uniform(-2, 2);
    return std::ldexp(mantissa, integer(0, 3) == 0 ? integer(-1070, 1000) : integer(-12, 12));
  }
  /// Moderate magnitude: where networks live.
  double moderate() { return integer(0, 9) == 0 ? static_cast<double>(integer(-4, 4)) : uniform(-6, 6); }

  std::mt19937_64& engine() { return engine_; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace narrows::test
