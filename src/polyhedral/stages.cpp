#include "polyhedral/stages.hpp"

#include <utility>

namespace narrows {
namespace {

/// One row of an affine map of the current state: its nonzero entries, by column; the last column is x0.
using SparseRow = std::vector<std::pair<std::size_t, Rational>>;
using AffineMap = std::vector<SparseRow>;

void add_to(std::vector<Rational>& sum, const Rational& factor, const SparseRow& row) {
  if (factor == 0) return;
  for (const auto& [column, entry] : row) sum[column] += factor * entry;
}

SparseRow sparse(const std::vector<Rational>& dense) {
  SparseRow row;
  for (std::size_t j = 0; j < dense.size(); ++j)
    if (dense[j] != 0) row.emplace_back(j, dense[j]);
  return row;
}

/// Collects affine steps until the next kink; then writes a stage.
class StageBuilder {
 public:
  explicit StageBuilder(std::size_t input_dim) : columns_(input_dim + 1), current_(unit_rows(0, input_dim)) {
    net_.input_dim = input_dim;
  }

  void add(const std::vector<PiecewiseLinearStep>& steps) {
    for (const PiecewiseLinearStep& step : steps) {
      switch (step.kind) {
        case PiecewiseLinearStep::Kind::affine: apply(step.affine); break;
        case PiecewiseLinearStep::Kind::activation: emit(current_.size(), step.negative_slope); break;
        case PiecewiseLinearStep::Kind::residual: apply_residual(step); break;
      }
    }
  }

  Stages finish() {
    emit(0, 0);
    return std::move(net_);
  }

 private:
  static AffineMap unit_rows(std::size_t first, std::size_t count) {
    AffineMap rows(count);
    for (std::size_t i = 0; i < count; ++i) rows[i].emplace_back(first + i, Rational(1));
    return rows;
  }

  void apply(const AffineLayer& layer) {
    AffineMap image;
    std::vector<Rational> sum;
    for (std::size_t i = 0; i < layer.rows; ++i) {
      sum.assign(columns_, Rational(0));
      sum.back() = layer.bias[i];
      for (std::size_t k = 0; k < layer.cols; ++k) add_to(sum, layer.weight[i * layer.cols + k], current_[k]);
      image.push_back(sparse(sum));
    }
    current_ = std::move(image);
  }

  void apply_residual(const PiecewiseLinearStep& step) {
    carried_.push_back(current_);
    add(step.branch);
    const AffineMap kept = std::move(carried_.back());
    carried_.pop_back();
    std::vector<Rational> sum;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      sum.assign(columns_, Rational(0));
      add_to(sum, step.skip, kept[i]);
      add_to(sum, step.residual, current_[i]);
      current_[i] = sparse(sum);
    }
  }

  /// A stage with the current rows (the first `neurons` of them get kinks) and everything carried.
  void emit(std::size_t neurons, const Rational& slope) {
    std::vector<const SparseRow*> rows;
    for (const SparseRow& row : current_) rows.push_back(&row);
    for (const AffineMap& map : carried_)
      for (const SparseRow& row : map) rows.push_back(&row);
    Stage stage;
    stage.rows = rows.size();
    stage.cols = columns_;
    stage.neurons = neurons;
    stage.first_neuron = net_.neurons;
    stage.slope_numerator = numerator(slope);
    stage.slope_denominator = denominator(slope);
    clear_denominators(rows, &stage);
    net_.neurons += neurons;
    net_.stages.push_back(std::move(stage));
    renumber(rows.size());
  }

  static void clear_denominators(const std::vector<const SparseRow*>& rows, Stage* stage) {
    for (const SparseRow* row : rows)
      for (const auto& [column, entry] : *row)
        if (denominator(entry) != 1) stage->denominator = lcm(stage->denominator, denominator(entry));
    stage->weight.assign(stage->rows * stage->cols, Integer(0));
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (const auto& [column, entry] : *rows[i])
        stage->weight[i * stage->cols + column] = numerator(entry) * (stage->denominator / denominator(entry));
  }

  /// The rows of the new stage are the new state.
  void renumber(std::size_t rows) {
    columns_ = rows + 1;
    std::size_t next = 0;
    current_ = unit_rows(next, current_.size());
    next += current_.size();
    for (AffineMap& map : carried_) {
      map = unit_rows(next, map.size());
      next += map.size();
    }
  }

  Stages net_;
  std::size_t columns_;
  AffineMap current_;
  std::vector<AffineMap> carried_;  ///< what enclosing residual blocks add in the end
};

std::vector<Integer> values_before_kink(const Stage& stage, const std::vector<Integer>& state) {
  std::vector<Integer> values;
  values.reserve(stage.rows + 1);
  for (std::size_t i = 0; i < stage.rows; ++i) {
    Integer sum = 0;
    for (std::size_t j = 0; j < stage.cols; ++j) {
      const Integer& weight = stage.weight[i * stage.cols + j];
      if (weight != 0 && state[j] != 0) sum += weight * state[j];
    }
    values.push_back(std::move(sum));
  }
  values.push_back(state.back() * stage.denominator);
  return values;
}

}  // namespace

Stages make_stages(const PiecewiseLinear& net) {
  StageBuilder builder(net.input_dim);
  builder.add(net.steps);
  return builder.finish();
}

HomogeneousValues evaluate_homogeneous(const Stages& net, const std::vector<Integer>& p) {
  HomogeneousValues result;
  std::vector<Integer> state = p;
  Integer scale = 1;
  for (const Stage& stage : net.stages) {
    state = values_before_kink(stage, state);
    scale *= stage.denominator;
    result.scales.push_back(scale);
    scale *= stage.slope_denominator;
    for (std::size_t i = 0; i < stage.neurons; ++i) result.neurons.push_back(state[i]);
    apply_kinks_exact(stage, &state, [&](std::size_t i) { return state[i] >= 0; });
  }
  result.value = state.front();
  return result;
}

Rational evaluate_exact(const Stages& net, const std::vector<Rational>& x) {
  const std::vector<Integer> p = homogeneous_point(x);
  return evaluate_homogeneous(net, p).value_at(p.back());
}

std::vector<Integer> homogeneous_point(const std::vector<Rational>& x) {
  Integer common = 1;
  for (const Rational& entry : x) common = lcm(common, Integer(denominator(entry)));
  std::vector<Integer> p;
  for (const Rational& entry : x) p.push_back(Integer(numerator(entry)) * (common / Integer(denominator(entry))));
  p.push_back(common);
  return p;
}

}  // namespace narrows
