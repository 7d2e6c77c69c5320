// The tests of FORMAT.md, "proof.layers", cheapest first.
//
// Inequalities are asked for with a little room to spare (kRoom), so that a checker that works with intervals
// of limited precision finds them too; a layer that is regular by less than that is left to the exact test
// `vertices`.
#include "critical/global_regularity.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "arith/rational_matrix.hpp"
#include "critical/vertex_signs.hpp"
#include "network/branch_form.hpp"
#include "network/slope_range.hpp"

namespace narrows {
namespace {

const Rational& room() {
  static const Rational kRoom = Rational(1) / (Rational(1LL << 40));
  return kRoom;
}
constexpr mpfr_prec_t kPrecision = 128;
constexpr std::size_t kExactSide = 24;  ///< the symmetric part is tested exactly up to this many neurons

bool has_full_row_rank(const AffineLayer& layer) {
  return layer.rows <= layer.cols &&
         rank_exact(RationalMatrix(layer.rows, layer.cols, layer.weight)) == layer.rows;
}

bool has_nonzero_scales(const BatchNormLayer& layer) {
  return std::all_of(layer.scale.begin(), layer.scale.end(), [](const Rational& g) { return g != 0; });
}

/// `rank`, `slope` or `flow` for the layers that are not residual. A flow of C¹ branches of bounded slope, which is what the
/// network format admits, is a diffeomorphism (T10).
RegularityTest prove_plain(const Layer& layer) {
  if (const auto* affine = std::get_if<AffineLayer>(&layer.value))
    return has_full_row_rank(*affine) ? RegularityTest::rank : RegularityTest::none;
  if (const auto* activation = std::get_if<ActivationLayer>(&layer.value))
    return slope_is_positive(*activation) ? RegularityTest::slope : RegularityTest::none;
  if (const auto* norm = std::get_if<BatchNormLayer>(&layer.value))
    return has_nonzero_scales(*norm) ? RegularityTest::slope : RegularityTest::none;
  if (std::holds_alternative<OdeLayer>(layer.value)) return RegularityTest::flow;
  return RegularityTest::none;
}

/// ε = 0, δ ≠ 0: δ times a product of square regular matrices.
bool chain_proves(const ResidualLayer& layer) {
  return layer.residual != 0 && std::all_of(layer.branch.begin(), layer.branch.end(), [](const Layer& step) {
           const auto* affine = std::get_if<AffineLayer>(&step.value);
           return (affine == nullptr || affine->rows == affine->cols) &&
                  prove_plain(step) != RegularityTest::none;
         });
}

/// A branch with exactly one activation layer and ε ≠ 0: J = ε (I + α W̃ D W).
struct OneActivation {
  const ResidualLayer& layer;
  std::size_t input_dim;
  SlopeRange slopes;
  Rational ratio;  ///< α = δ/ε
};

std::optional<OneActivation> as_one_activation(const ResidualLayer& layer, std::size_t input_dim) {
  const auto activations = branch_activations(layer, input_dim);
  if (activations.size() != 1 || layer.skip == 0) return std::nullopt;
  return OneActivation{layer, input_dim, slope_range(activations[0].function), layer.residual / layer.skip};
}

Rational magnitude_upper(const BigInterval& x) {
  Rational lo, hi;
  mpfr_get_q(lo.backend().data(), &x.raw()->left);
  mpfr_get_q(hi.backend().data(), &x.raw()->right);
  return std::max<Rational>(abs(lo), abs(hi));
}

/// |W| and |W̃|, exactly or rounded up; batch_norm factors are finite, as v + e > 0.
std::vector<RationalMatrix> absolute_maps_upper(const OneActivation& branch) {
  std::vector<RationalMatrix> maps;
  if (has_batch_norm(branch.layer)) {
    for (const auto& map : branch_maps(branch.layer, branch.input_dim, kPrecision))
      maps.push_back(map_entries<Rational>(map, magnitude_upper));
  } else {
    for (const auto& map : branch_maps_exact(branch.layer, branch.input_dim))
      maps.push_back(map_entries<Rational>(map, [](const Rational& x) -> Rational { return abs(x); }));
  }
  return maps;
}

/// max_i Σ_j a_ij for a matrix of absolute values: the ∞-norm, and the 1-norm of the transpose.
Rational largest_row_sum(const RationalMatrix& a) {
  Rational largest = 0;
  for (std::size_t i = 0; i < a.rows; ++i) {
    Rational sum = 0;
    for (std::size_t j = 0; j < a.cols; ++j) sum += a.at(i, j);
    largest = std::max(largest, sum);
  }
  return largest;
}

Rational sum_of_squares(const RationalMatrix& a) {
  Rational sum = 0;
  for (const Rational& x : a.entries) sum += x * x;
  return sum;
}

/// |α| s ‖W̃‖ ‖W‖ < 1 in the 1-, ∞- or Frobenius norm: norms that see |D_jj| <= s as a factor s (T2 (i)).
bool norm_proves(const OneActivation& branch) {
  const Rational factor = abs(branch.ratio) * largest_slope(branch.slopes);
  const auto maps = absolute_maps_upper(branch);
  const Rational limit = 1 - room();
  if (factor * largest_row_sum(maps[0]) * largest_row_sum(maps[1]) < limit) return true;
  if (factor * largest_row_sum(transpose(maps[0])) * largest_row_sum(transpose(maps[1])) < limit) return true;
  return factor * factor * sum_of_squares(maps[0]) * sum_of_squares(maps[1]) < limit * limit;
}

/// M + Mᵀ for M = I + factor·W W̃.
template <class T>
DenseMatrix<T> symmetric_part_twice(const std::vector<DenseMatrix<T>>& maps, const T& factor) {
  const DenseMatrix<T> gram = product(maps[0], maps[1]);
  DenseMatrix<T> sum(gram.rows, gram.cols);
  for (std::size_t i = 0; i < gram.rows; ++i) {
    for (std::size_t j = 0; j < gram.cols; ++j) sum.at(i, j) = factor * (gram.at(i, j) + gram.at(j, i));
    sum.at(i, i) += T(2);
  }
  return sum;
}

/// Every symmetric matrix in `a` is positive definite: the pivots of interval LDLᵀ are positive.
bool is_positive_definite(DenseMatrix<Interval> a) {
  for (std::size_t k = 0; k < a.rows; ++k) {
    if (!is_positive(a.at(k, k))) return false;
    for (std::size_t i = k + 1; i < a.rows; ++i) {
      const Interval factor = a.at(i, k) / a.at(k, k);
      for (std::size_t j = k + 1; j <= i; ++j) a.at(i, j) = a.at(i, j) - factor * a.at(j, k);
    }
  }
  return true;
}

/// T2 (ii) with Λ = I. Valid only for 0 <= σ' <= s, and only with the factor s.
bool symmetric_part_proves(const OneActivation& branch) {
  if (branch.slopes.low < 0) return false;
  const Rational factor = branch.slopes.high * branch.ratio;
  const auto maps = branch_maps_interval(branch.layer, branch.input_dim);
  if (is_positive_definite(symmetric_part_twice(maps, enclose(factor)))) return true;
  if (maps[0].rows > kExactSide || has_batch_norm(branch.layer)) return false;
  RationalMatrix sum = symmetric_part_twice(branch_maps_exact(branch.layer, branch.input_dim), factor);
  Rational largest = 1;
  for (const Rational& x : sum.entries) largest = std::max<Rational>(largest, abs(x));
  for (std::size_t i = 0; i < sum.rows; ++i) sum.at(i, i) -= largest * room();
  return is_positive_definite_exact(sum);
}

RegularityTest prove_residual(const ResidualLayer& layer, std::size_t input_dim, Smoothness network) {
  if (layer.skip == 0 && chain_proves(layer)) return RegularityTest::chain;
  if (const auto branch = as_one_activation(layer, input_dim)) {
    if (norm_proves(*branch)) return RegularityTest::norm;
    if (symmetric_part_proves(*branch)) return RegularityTest::symmetric_part;
  }
  const Smoothness smoothness = std::max(network, smoothness_of(layer.branch));
  return decide_by_vertices(layer, input_dim, smoothness) == VertexOutcome::regular ? RegularityTest::vertices
                                                                                    : RegularityTest::none;
}

std::string why_vertices_failed(const ResidualLayer& layer, std::size_t input_dim, Smoothness network) {
  switch (decide_by_vertices(layer, input_dim, std::max(network, smoothness_of(layer.branch)))) {
    case VertexOutcome::regular:
      return {};
    case VertexOutcome::not_regular:
      return "the determinant of its Jacobian vanishes or changes sign over the box of slopes";
    case VertexOutcome::undecided:
      return "the sign of its determinant is undecided at a vertex of the box of slopes";
    case VertexOutcome::too_many:
      break;
  }
  return "the norm and symmetric-part tests fail, and it has too many activations for the exact test (at "
         "most " +
         std::to_string(kMaxVertexEntries) + ")";
}

}  // namespace

std::string_view to_string(RegularityTest test) {
  switch (test) {
    case RegularityTest::rank:
      return "rank";
    case RegularityTest::slope:
      return "slope";
    case RegularityTest::chain:
      return "chain";
    case RegularityTest::norm:
      return "norm";
    case RegularityTest::symmetric_part:
      return "symmetric-part";
    case RegularityTest::vertices:
      return "vertices";
    case RegularityTest::flow:
      return "flow";
    case RegularityTest::none:
      break;
  }
  return "none";
}

RegularityTest prove_layer_regular(const Layer& layer, std::size_t input_dim, Smoothness network) {
  if (const auto* residual = std::get_if<ResidualLayer>(&layer.value))
    return prove_residual(*residual, input_dim, network);
  return prove_plain(layer);
}

std::vector<RegularityTest> prove_layers_regular(const Chain& chain) {
  std::vector<RegularityTest> tests;
  for (std::size_t l = 0; l < chain.layers.size(); ++l)
    tests.push_back(prove_layer_regular(chain.layers[l], chain.widths[l], chain.smoothness));
  return tests;
}

std::string why_not_regular(const Layer& layer, std::size_t input_dim, Smoothness network) {
  if (prove_layer_regular(layer, input_dim, network) != RegularityTest::none) return {};
  if (const auto* affine = std::get_if<AffineLayer>(&layer.value)) {
    return "its matrix has " + std::to_string(affine->rows) + (affine->rows == 1 ? " row" : " rows") +
           " but rank " +
           std::to_string(rank_exact(RationalMatrix(affine->rows, affine->cols, affine->weight)));
  }
  if (const auto* activation = std::get_if<ActivationLayer>(&layer.value))
    return "the slope of " + std::string(to_string(activation->function)) + " is not positive everywhere";
  if (std::holds_alternative<BatchNormLayer>(layer.value)) return "one of its scales is 0";
  return why_vertices_failed(std::get<ResidualLayer>(layer.value), input_dim, network);
}

}  // namespace narrows
