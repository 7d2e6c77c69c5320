#include "critical/small_witness.hpp"

#include <algorithm>
#include <cmath>

#include "critical/branch_doubles.hpp"
#include "network/slope_range.hpp"

namespace narrows {
namespace {

/// Smallest positive root of 1 + t(a + d) + t²(ad − bc), a guess; infinite if there is none.
double smallest_root_approx(double a, double b, double c, double d) {
  const double trace = a + d, det = a * d - b * c;
  if (det == 0) return trace < 0 ? -1 / trace : HUGE_VAL;
  const double discriminant = trace * trace - 4 * det;
  if (discriminant < 0) return HUGE_VAL;
  // 1/t = −λ for the eigenvalues λ of the 2 x 2 matrix: the most negative one counts
  const double lambda = 0.5 * (trace - std::sqrt(discriminant));
  return lambda < 0 ? -1 / lambda : HUGE_VAL;
}

class Entries {
 public:
  explicit Entries(const ResidualLayer& layer) : negative_((layer.residual < 0) != (layer.skip < 0)) {
    bool after = false;
    for (const Layer& step : layer.branch) {
      const auto* affine = std::get_if<AffineLayer>(&step.value);
      if (affine == nullptr) after = true;
      if (affine != nullptr) (after ? outer_ : inner_) = affine;
    }
  }
  /// G_ij exactly.
  [[nodiscard]] Rational at(std::size_t i, std::size_t j) const {
    Rational sum = 0;
    if (inner_ == nullptr) sum = outer_ == nullptr ? Rational(i == j ? 1 : 0) : outer_->weight[i * outer_->cols + j];
    if (inner_ != nullptr && outer_ == nullptr) sum = inner_->weight[i * inner_->cols + j];
    if (inner_ != nullptr && outer_ != nullptr)
      for (std::size_t k = 0; k < inner_->cols; ++k) sum += inner_->weight[i * inner_->cols + k] * outer_->weight[k * outer_->cols + j];
    return negative_ ? Rational(-sum) : sum;
  }

 private:
  const AffineLayer* inner_ = nullptr;
  const AffineLayer* outer_ = nullptr;
  bool negative_;
};

}  // namespace

std::optional<SmallWitness> small_witness(const ResidualLayer& layer, std::size_t input_dim) {
  const auto activations = branch_activations(layer, input_dim);
  const std::size_t affine = static_cast<std::size_t>(std::count_if(layer.branch.begin(), layer.branch.end(), [](const Layer& step) {
    return std::holds_alternative<AffineLayer>(step.value);
  }));
  const auto maps = branch_doubles(layer, input_dim);
  if (layer.skip == 0 || activations.size() != 1 || has_batch_norm(layer) || !maps) return std::nullopt;
  const SlopeRange range = slope_range(activations[0].function);
  const std::size_t factors = static_cast<std::size_t>(std::count(maps->is_identity.begin(), maps->is_identity.end(), 0));
  if (range.low < 0 || !range.sharp || affine != factors) return std::nullopt;  // more than one affine layer on a side
  const double sign = (layer.residual < 0) != (layer.skip < 0) ? -1 : 1;
  const DenseMatrix<double> gram = factors == 2 ? product(maps->maps[0], maps->maps[1]) : maps->is_identity[0] != 0 ? maps->maps[1] : maps->maps[0];
  double best = HUGE_VAL;
  std::vector<std::size_t> neurons;
  for (std::size_t i = 0; i < gram.rows; ++i) {
    for (std::size_t j = i; j < gram.rows; ++j) {
      const double d = i == j ? 0 : sign * gram.at(j, j);
      const double root = smallest_root_approx(sign * gram.at(i, i), i == j ? 0 : gram.at(i, j), gram.at(j, i), d);
      if (!(root < best * (1 - 1e-9))) continue;
      best = root;
      neurons = i == j ? std::vector<std::size_t>{i} : std::vector<std::size_t>{i, j};
    }
  }
  if (neurons.empty()) return std::nullopt;
  const Entries g(layer);
  const Rational &s = range.high;
  const auto entry = [&](std::size_t i, std::size_t j) { return Rational(s * g.at(neurons[i], neurons[j])); };
  if (neurons.size() == 1) {
    const Rational x = entry(0, 0);
    if (x >= 0) return std::nullopt;
    return SmallWitness{Rational(-1) / x, neurons};
  }
  const Rational a = entry(0, 0), d = entry(1, 1), det = a * d - entry(0, 1) * entry(1, 0);
  const double guess = best / mpq_get_d(s.backend().data());
  for (const double margin : {1e-14, 1e-12, 1e-9, 1e-6}) {
    const Rational t = rational_exact(guess * (1 + margin));
    if (1 + t * (a + d) + t * t * det <= 0) return SmallWitness{t, neurons};
  }
  return std::nullopt;
}

}  // namespace narrows
