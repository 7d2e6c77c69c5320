#include "robust/attack.hpp"

#include <algorithm>
#include <cmath>

namespace narrows::robust {
namespace {

using Numbers = std::vector<double>;

Numbers product(const SparseMap& map, const Numbers& x) {
  Numbers y(kSamples * map.rows);
  sparse_kernels().product(
      {map.rows, map.start.data(), map.column.data(), map.weight.data(), map.bias.data()}, x.data(),
      y.data());
  return y;
}

void add_scaled(Numbers& x, double skip, const Numbers& remembered, double residual) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = skip * remembered[i] + residual * x[i];
}

/// Values forward, then the gradient of f_label − f_j backward, j the strongest rival of each sample.
class PlainPass {
 public:
  PlainPass(const SparseNetwork& net, std::size_t label) : net_(net), label_(label) {}

  /// The smallest f_label − f_j of each sample at x, j != label.
  std::array<double, kSamples> forward(const Numbers& x) {
    active_.clear();
    Numbers state = x;
    std::vector<Numbers> remembered;
    for (const Step& step : net_.steps) {
      switch (step.kind) {
        case Step::Kind::map:
          state = product(net_.maps[step.map], state);
          break;
        case Step::Kind::relu:
          active_.emplace_back(state.size());
          for (std::size_t i = 0; i < state.size(); ++i) {
            active_.back()[i] = state[i] > 0;
            state[i] = std::max(state[i], 0.0);
          }
          break;
        case Step::Kind::fork:
          remembered.push_back(state);
          break;
        case Step::Kind::join:
          add_scaled(state, step.skip, remembered.back(), step.residual);
          remembered.pop_back();
          break;
      }
    }
    const Numbers margins = product(net_.differences[label_], state);
    std::array<double, kSamples> least;
    least.fill(HUGE_VAL);
    for (std::size_t j = 0; j < net_.classes; ++j) {
      for (std::size_t k = 0; k < kSamples && j != label_; ++k) {
        if (!(margins[kSamples * j + k] < least[k])) continue;
        least[k] = margins[kSamples * j + k];
        rival_[k] = j;
      }
    }
    return least;
  }

  Numbers gradient() const {
    const SparseMap& row = net_.differences[label_];
    Numbers v(kSamples * net_.features);
    for (std::size_t s = 0; s < kSamples; ++s)
      for (std::size_t k = row.start[rival_[s]]; k < row.start[rival_[s] + 1]; ++k)
        v[kSamples * row.column[k] + s] = row.weight[k];
    std::vector<std::pair<Numbers, double>> pending;
    std::size_t relu = active_.size();
    for (std::size_t i = net_.steps.size(); i-- > 0;) {
      const Step& step = net_.steps[i];
      switch (step.kind) {
        case Step::Kind::map:
          v = product(net_.transposed[step.map], v);
          break;
        case Step::Kind::relu:
          --relu;
          for (std::size_t n = 0; n < v.size(); ++n)
            if (!active_[relu][n]) v[n] = 0;
          break;
        case Step::Kind::join:
          pending.emplace_back(v, step.skip);
          for (double& entry : v) entry *= step.residual;
          break;
        case Step::Kind::fork:
          add_scaled(v, pending.back().second, pending.back().first, 1);
          pending.pop_back();
          break;
      }
    }
    return v;
  }

 private:
  const SparseNetwork& net_;
  std::size_t label_;
  std::array<std::size_t, kSamples> rival_{};
  std::vector<std::vector<char>> active_;
};

/// SplitMix64.
std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

void keep_better(const Numbers& x, const std::array<double, kSamples>& value, Numbers& best,
                 std::array<double, kSamples>& least) {
  for (std::size_t k = 0; k < kSamples; ++k) {
    if (!(value[k] < least[k])) continue;
    least[k] = value[k];
    for (std::size_t i = k; i < x.size(); i += kSamples) best[i] = x[i];
  }
}

}  // namespace

std::vector<double> attack(const SparseNetwork& network, std::size_t label, const std::vector<double>& centre,
                           const std::array<double, kSamples>& radius, const AttackOptions& options) {
  PlainPass pass(network, label);
  Numbers best = centre;
  std::array<double, kSamples> least;
  least.fill(HUGE_VAL);
  std::uint64_t random = options.seed;
  for (std::size_t run = 0; run < options.restarts; ++run) {
    Numbers x = centre;
    for (std::size_t i = 0; run > 0 && i < x.size(); ++i)
      x[i] += (next_random(random) & 1 ? 1 : -1) * radius[i % kSamples] * (1 - 1e-12);
    for (std::size_t step = 0;; ++step) {
      keep_better(x, pass.forward(x), best, least);
      if (step == options.steps) break;
      const Numbers gradient = pass.gradient();
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double reach = radius[i % kSamples] * (1 - 1e-12),
                     length = 2.5 * reach / static_cast<double>(options.steps);
        const double moved = x[i] - (gradient[i] > 0 ? length : gradient[i] < 0 ? -length : 0);
        x[i] = std::clamp(moved, centre[i] - reach, centre[i] + reach);
      }
    }
  }
  return best;
}

}  // namespace narrows::robust
