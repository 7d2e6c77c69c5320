// notation == meaning:  u = 2^-53; g == share; every bound is a rounded sum of non-negative terms, enlarged by g, plus kTiny for underflow.
#include "robust/ball_pass.hpp"

#include <cmath>

#include "arith/interval.hpp"
#include "arith/isa.hpp"

namespace narrows::robust {
namespace {

constexpr double kTiny = 1e-290;  ///< more than all the products that underflow can lose

/// For sums of n terms: g = 2(n + 16) u, where (n + 2) u would do for the sum with weights off by 2 u.
double share_of(std::size_t terms) {
  return static_cast<double>(terms + 16) * 0x1p-52;
}

double spread(double centre, double radius, double share) {
  return radius + share * (std::fabs(centre) + radius) + kTiny;
}

/// Whatever is not finite stands for all reals.
void tidy(double& centre, double& radius) {
  if (std::isfinite(centre) && std::isfinite(radius)) return;
  centre = 0;
  radius = kInfinity;
}

/// The ball with the ends lo <= hi.
void set_ends(double lo, double hi, double& centre, double& radius) {
  centre = 0.5 * lo + 0.5 * hi;
  radius = std::fmax(next_up(hi - centre), next_up(centre - lo));
  tidy(centre, radius);
}

Balls image(const SparseMap& map, const Balls& x) {
  const double share = share_of(map.longest_row + 1);
  std::vector<double> spreads(x.centre.size());
  for (std::size_t i = 0; i < spreads.size(); ++i) spreads[i] = spread(x.centre[i], x.radius[i], share);
  Balls y(map.rows);
  const SparseView view{map.rows, map.start.data(), map.column.data(), map.weight.data(), map.bias.data()};
  sparse_kernels().ball_product(view, x.centre.data(), spreads.data(), share, y.centre.data(),
                                y.radius.data());
  for (std::size_t i = 0; i < y.centre.size(); ++i) {
    y.radius[i] = y.radius[i] * (1 + share) + kTiny;
    tidy(y.centre[i], y.radius[i]);
  }
  return y;
}

/// a·x + b·y entry by entry, a and b off by at most 2 u.
Balls combination(double a, const Balls& x, double b, const Balls& y) {
  if (b == 0 && a == 1) return x;
  const double share = share_of(2);
  Balls z(x.entries());
  for (std::size_t i = 0; i < z.centre.size(); ++i) {
    const double xs = a == 0 ? 0 : std::fabs(a) * spread(x.centre[i], x.radius[i], share);
    const double ys = b == 0 ? 0 : std::fabs(b) * spread(y.centre[i], y.radius[i], share);
    z.centre[i] = a * x.centre[i] + b * y.centre[i];
    z.radius[i] = (xs + ys) * (1 + share) + kTiny;
    tidy(z.centre[i], z.radius[i]);
  }
  return z;
}

}  // namespace

double lower(const Balls& x, std::size_t i, std::size_t k) {
  return next_down(x.centre[kSamples * i + k] - x.radius[kSamples * i + k]);
}
double upper(const Balls& x, std::size_t i, std::size_t k) {
  return next_up(x.centre[kSamples * i + k] + x.radius[kSamples * i + k]);
}

Balls BallPass::relu(Balls x, std::vector<Gate>* gates) {
  gates->resize(x.centre.size());
  for (std::size_t i = 0; i < x.centre.size(); ++i) {
    const double lo = next_down(x.centre[i] - x.radius[i]), hi = next_up(x.centre[i] + x.radius[i]);
    Gate& gate = (*gates)[i];
    gate = lo > 0 ? Gate::open : hi < 0 ? Gate::closed : Gate::any;
    if (gate == Gate::closed) x.centre[i] = x.radius[i] = 0;
    if (gate == Gate::any) set_ends(0, hi, x.centre[i], x.radius[i]);
  }
  return x;
}

Balls BallPass::gated(Balls v, const std::vector<Gate>& gates) {
  for (std::size_t i = 0; i < v.centre.size(); ++i) {
    if (gates[i] == Gate::open) continue;
    if (gates[i] == Gate::closed) {
      v.centre[i] = v.radius[i] = 0;
      continue;
    }
    const double lo = next_down(v.centre[i] - v.radius[i]), hi = next_up(v.centre[i] + v.radius[i]);
    set_ends(lo < 0 ? lo : 0.0, hi > 0 ? hi : 0.0, v.centre[i], v.radius[i]);
  }
  return v;
}

void BallPass::forward(const Balls& input) {
  const NearestRounding nearest;
  gates_.clear();
  Balls state = input;
  std::vector<Balls> remembered;
  for (const Step& step : net_.steps) {
    switch (step.kind) {
      case Step::Kind::map:
        state = image(net_.maps[step.map], state);
        break;
      case Step::Kind::relu:
        gates_.emplace_back();
        state = relu(std::move(state), &gates_.back());
        break;
      case Step::Kind::fork:
        remembered.push_back(state);
        break;
      case Step::Kind::join:
        state = combination(step.skip, remembered.back(), step.residual, state);
        remembered.pop_back();
        break;
    }
  }
  features_ = std::move(state);
}

Balls BallPass::margins(std::size_t label) const {
  const NearestRounding nearest;
  return image(net_.differences[label], features_);
}

Balls BallPass::gradient(std::size_t label, std::size_t j) const {
  const NearestRounding nearest;
  const SparseMap& row = net_.differences[label];
  Balls v(net_.features);
  for (std::size_t k = row.start[j]; k < row.start[j + 1]; ++k) {
    for (std::size_t s = 0; s < kSamples; ++s) {
      v.centre[kSamples * row.column[k] + s] = row.weight[k];
      v.radius[kSamples * row.column[k] + s] = std::fabs(row.weight[k]) * 0x1p-51;
    }
  }
  struct Pending {
    Balls at_join;
    double skip;
  };
  std::vector<Pending> pending;
  std::size_t gate = gates_.size();
  for (std::size_t i = net_.steps.size(); i-- > 0;) {
    const Step& step = net_.steps[i];
    switch (step.kind) {
      case Step::Kind::map:
        v = image(net_.transposed[step.map], v);
        break;
      case Step::Kind::relu:
        v = gated(std::move(v), gates_[--gate]);
        break;
      case Step::Kind::join:
        pending.push_back({v, step.skip});
        if (step.residual != 1) v = combination(step.residual, v, 0, v);
        break;
      case Step::Kind::fork:
        v = combination(pending.back().skip, pending.back().at_join, 1, v);
        pending.pop_back();
        break;
    }
  }
  return v;
}

double norm_upper(const Balls& x, std::size_t k) {
  double sum = 0;
  for (std::size_t i = 0; i < x.entries(); ++i)
    sum = add_upper(sum, add_upper(std::fabs(x.centre[kSamples * i + k]), x.radius[kSamples * i + k]));
  return sum;
}

double norm_lower(const Balls& x, std::size_t k) {
  double sum = 0;
  for (std::size_t i = 0; i < x.entries(); ++i) {
    const double least = next_down(std::fabs(x.centre[kSamples * i + k]) - x.radius[kSamples * i + k]);
    if (least > 0) sum = next_down(sum + least);
  }
  return sum;
}

}  // namespace narrows::robust
