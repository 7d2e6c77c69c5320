#include "bounds/worst_network.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace narrows {
namespace {

/// Row `row` of an affine layer and its bias, drawn anew: a vertex of the ball |row|_1 <= bound, or a point of it.
void redraw(AffineLayer* layer, std::size_t row, double bound, std::mt19937_64& source) {
  std::uniform_real_distribution<double> unit(-1, 1);
  std::vector<double> entries(layer->cols, 0.0);
  if (source() % 4 != 0) {
    entries[source() % layer->cols] = source() % 2 == 0 ? bound : -bound;
  } else {
    double sum = 0;
    for (double& x : entries) x = unit(source), sum += std::fabs(x);
    for (double& x : entries) x *= (1 - 1e-12) * bound / sum;  // the sum stays below the bound in spite of rounding
  }
  for (std::size_t j = 0; j < layer->cols; ++j) layer->weight[row * layer->cols + j] = rational_exact(entries[j]);
  const std::uint64_t kind = source() % 4;
  layer->bias[row] = rational_exact(kind == 0 ? 0.0 : kind == 1 ? bound : kind == 2 ? -bound : bound * unit(source));
}

class WorstSearch {
 public:
  WorstSearch(const LimitNetwork& network, Limit limit, const Box& box, double bound, std::uint64_t seed)
      : limit_(limit), box_(box), bound_(bound), source_(seed), best_{network.chain, {}, 0} {
    for (std::size_t l = 0; l < network.blocks; ++l)
      for (std::size_t k = 0; k < network.block(l).branch.size(); ++k)
        if (const auto* affine = std::get_if<AffineLayer>(&network.block(l).branch[k].value))
          for (std::size_t i = 0; i < affine->rows; ++i) rows_.push_back({network.first_block + l, k, i});
  }

  WorstNetwork run(std::size_t tries, const StopToken& stop) {
    constexpr std::size_t kStarts = 12;
    for (std::size_t i = 0; i < std::min(kStarts, tries) && !stop.stop_requested(); ++i) {
      Chain chain = best_.chain;
      for (const Row& row : rows_) change(&chain, row);
      consider(std::move(chain));
    }
    while (best_.tried < tries && !rows_.empty() && !stop.stop_requested()) {
      Chain chain = best_.chain;
      const std::size_t changes = 1 + source_() % 2;
      for (std::size_t c = 0; c < changes; ++c) change(&chain, rows_[source_() % rows_.size()]);
      consider(std::move(chain));
    }
    const LimitNetwork worst = make_limit_network(best_.chain, "search");
    const DistanceEngine engine(worst, limit_, FlowSteps{std::nullopt, 0.35});
    best_.point = find_distant_point(engine, box_);
    return best_;
  }

 private:
  struct Row {
    std::size_t layer, inner, row;
  };

  void change(Chain* chain, const Row& row) {
    auto& block = std::get<ResidualLayer>(chain->layers[row.layer].value);
    redraw(&std::get<AffineLayer>(block.branch[row.inner].value), row.row, bound_, source_);
  }

  void consider(Chain chain) {
    constexpr std::size_t kGrid = 25;
    ++best_.tried;
    const LimitNetwork candidate = make_limit_network(chain, "search");
    const DistanceEngine engine(candidate, limit_, FlowSteps{std::nullopt, 0.35});
    const DistancePoint point = find_distant_point(engine, box_, kGrid, 0);
    if (best_.point.x.empty() || point.value > best_.point.value) best_.chain = std::move(chain), best_.point = point;
  }

  Limit limit_;
  const Box& box_;
  double bound_;
  std::mt19937_64 source_;
  std::vector<Row> rows_;
  WorstNetwork best_;
};

}  // namespace

WorstNetwork find_worst_network(const LimitNetwork& network, Limit limit, const Box& box, double weight_bound, std::uint64_t seed, std::size_t tries,
                                const StopToken& stop) {
  return WorstSearch(network, limit, box, weight_bound, seed).run(tries, stop);
}

}  // namespace narrows
