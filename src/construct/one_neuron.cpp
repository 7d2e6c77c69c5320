#include "construct/one_neuron.hpp"

#include <algorithm>

namespace narrows {

std::vector<std::size_t> GridFunction::cell(std::size_t number) const {
  std::vector<std::size_t> digits(dim);
  digits[dim - 1] = number % n;
  number /= n;
  for (std::size_t i = 0; i + 1 < dim; ++i, number /= n) digits[i] = number % n;
  return digits;
}

std::size_t GridFunction::number(const std::vector<std::size_t>& cell) const {
  std::size_t number = 0;
  for (std::size_t i = dim - 1; i-- > 0;) number = number * n + cell[i];
  return number * n + cell[dim - 1];
}

Rational GridFunction::oscillation_with_zero() const {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return std::max(Rational(0), *high) - std::min(Rational(0), *low);
}

Rational GridFunction::oscillation() const {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return *high - *low;
}

Rational GridFunction::magnitude() const {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return std::max(Rational(abs(*low)), Rational(abs(*high)));
}

GridFunction make_grid(std::size_t dim, std::size_t n) {
  GridFunction grid{dim, n, {}};
  std::size_t cells = 1;
  for (std::size_t i = 0; i < dim; ++i) cells *= n;
  grid.values.resize(cells);
  return grid;
}

Rational flank_volume(std::size_t dim, const Rational& theta) {
  Rational core = 1;
  for (std::size_t i = 0; i < dim; ++i) core *= 1 - theta;
  return 1 - core;
}

namespace {

/// Appends blocks whose u and v have one entry each.
class Blocks {
 public:
  explicit Blocks(std::size_t dim) { net_.dim = dim; }

  /// x_to += gain · relu(slope · x_from + b), coordinates counted from 1.
  void add(std::size_t from, const Rational& slope, std::size_t to, const Rational& gain, const Rational& b) {
    OneNeuronBlock block{std::vector<Rational>(net_.dim), std::vector<Rational>(net_.dim), b};
    block.u[from - 1] = slope;
    block.v[to - 1] = gain;
    net_.blocks.push_back(std::move(block));
  }

  /// x_to += shift.
  void shift(std::size_t to, const Rational& shift) { add(1, 0, to, shift, 1); }

  OneNeuronNetwork finish(std::size_t output) {
    net_.output.resize(net_.dim);
    net_.output[output - 1] = 1;
    return std::move(net_);
  }

 private:
  OneNeuronNetwork net_;
};

/// The steps of the digit of x_i, i < d: x_d += c · (number of walls k/n passed), with ramps of width 2w.
void add_stairs(Blocks* blocks, std::size_t i, std::size_t d, std::size_t n, const Rational& c, const Rational& w) {
  const Rational gain = c / (2 * w);
  for (std::size_t k = 1; k < n; ++k) {
    const Rational wall = Rational(k) / Rational(n);
    blocks->add(i, 1, d, gain, -(wall - w));
    blocks->add(i, 1, d, -gain, -(wall + w));
  }
}

void erase_first(Blocks* blocks) {
  blocks->add(1, 1, 1, -1, 0);
  blocks->add(1, -1, 1, 1, 0);
}

}  // namespace

OneNeuronNetwork digit_network(const GridFunction& h, const Rational& theta) {
  const std::size_t d = h.dim, n = h.n;
  const Rational w = theta / Rational(2 * n), P = Rational(h.cells() / n), K = (P + 1) / w;
  Blocks blocks(d);
  blocks.add(d, 1, d, -K, -(1 - w));
  blocks.add(d, -1, d, -K, w);
  Rational c = 1;
  for (std::size_t i = 1; i < d; ++i, c *= Rational(n)) {
    const Rational steep = c * (P / c + Rational(n)) / w;
    blocks.add(i, -1, d, -steep, w);
    blocks.add(i, 1, d, -steep, -(1 - w));
    add_stairs(&blocks, i, d, n, c, w);
  }
  erase_first(&blocks);
  // G through (0,0), (w, h_0), (m/n ∓ w, h_{m-1}, h_m): one block per change of slope.
  const Rational first = h.values[0] / w;
  if (first != 0) blocks.add(d, 1, 1, first, 0), blocks.add(d, 1, 1, -first, -w);
  for (std::size_t m = 1; m < h.cells(); ++m) {
    const Rational gain = (h.values[m] - h.values[m - 1]) / (2 * w), wall = Rational(m) / Rational(n);
    if (gain == 0) continue;
    blocks.add(d, 1, 1, gain, -(wall - w));
    blocks.add(d, 1, 1, -gain, -(wall + w));
  }
  return blocks.finish(1);
}

OneNeuronNetwork fold_free_network(const GridFunction& h, const Rational& theta) {
  const std::size_t d = h.dim, n = h.n;
  const Rational w = theta / Rational(2 * n);
  Blocks blocks(d);
  Rational c = 1;
  for (std::size_t i = 1; i < d; ++i, c *= Rational(n)) add_stairs(&blocks, i, d, n, c, w);
  erase_first(&blocks);
  blocks.shift(1, h.values[0]);
  for (std::size_t m = 1; m < h.cells(); ++m) {
    const Rational gain = (h.values[m] - h.values[m - 1]) / (2 * w), wall = Rational(m) / Rational(n);
    if (gain == 0) continue;
    blocks.add(d, 1, 1, gain, -(wall - w));
    blocks.add(d, 1, 1, -gain, -(wall + w));
  }
  return blocks.finish(1);
}

OneNeuronNetwork line_network(const GridFunction& h, const Rational& theta) {
  const std::size_t n = h.n;
  const Rational w = theta / Rational(2 * n);
  const auto [low, high] = std::minmax_element(h.values.begin(), h.values.end());
  const Rational lowest = std::min(Rational(0), *low), o = -lowest, W = std::max(Rational(0), *high) + o, D = std::max(Rational(1), W);
  const Rational clip = W + D, steep = 2 * clip / w;
  const auto valley = [&](std::size_t k) -> Rational {
    if (k == 0) return o / steep;
    return k == n ? Rational(1 - w / 2) : Rational(Rational(k) / Rational(n));
  };
  Blocks blocks(1);
  const auto block = [&](const Rational& u, const Rational& v, const Rational& b) { blocks.add(1, u, 1, v, b); };
  block(-1, 1, 0);
  block(1, -steep - 1, 0);
  blocks.shift(1, o);
  block(-1, 2, 0);
  for (std::size_t k = 0; k < n; ++k) {
    block(1, -2, -steep * (valley(k + 1) - valley(k)) / 2);
    block(1, -1, -clip);
    block(1, (h.values[k] + o - clip) / D, -W);
    block(-1, 2, 0);
  }
  block(1, -1, -clip);
  block(1, (o - clip) / D, -W);
  blocks.shift(1, -o);
  return blocks.finish(1);
}

std::size_t full_block_count(const GridFunction& h, bool fold_free) {
  const std::size_t d = h.dim, n = h.n;
  if (d == 1) return 4 * n + 7;
  return fold_free ? 2 * h.cells() + 2 * (n - 1) * (d - 1) + 1 : 2 * h.cells() + 2 * n * (d - 1) + 4;
}

}  // namespace narrows
