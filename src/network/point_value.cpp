#include "network/point_value.hpp"

#include "network/evaluate.hpp"

namespace narrows {
namespace {

// A few units in the last place: what an exact number rounded outward to doubles may need.
bool tight(const Interval& x) { return width_upper(x) <= 0x1p-51 * magnitude(x) + 1e-300; }

PointValue evaluate_with(const Chain& chain, const std::vector<double>& x, mpfr_prec_t precision) {
  const CompiledChain<BigInterval> compiled = compile_big(chain, precision);
  std::vector<BigInterval> point;
  for (const double coordinate : x) point.emplace_back(coordinate, precision);
  const auto pass = forward_all(compiled, point);
  PointValue result{pass.value.to_double(), {}, precision};
  for (const BigInterval& partial : row_vector(compiled, pass, 0)) result.gradient.push_back(partial.to_double());
  return result;
}

}  // namespace

PointValue evaluate_at(const Chain& chain, const std::vector<double>& x) {
  for (mpfr_prec_t precision = 96;; precision *= 2) {
    PointValue result = evaluate_with(chain, x, precision);
    bool done = tight(result.value);
    for (const Interval& partial : result.gradient) done = done && tight(partial);
    if (done || precision >= 3072) return result;
  }
}

}  // namespace narrows
