// Rule `digit-form`: a network of one-neuron blocks x := x + v·relu(u·x + b), each u with at most one entry and each v with one, is
// G(p_1(x_1) + … + p_d(x_d)) for all x.
//
// In d >= 2 dimensions the blocks come in four phases, each of which may be empty:
//   1. from x_d to x_d: x_d becomes p_d(x_d);
//   2. from x_i to x_d, i < d: x_d becomes z = Σ p_i(x_i), because x_i is still what it was;
//   3. from x_1 to x_1: x_1 becomes e(x_1), which has to be a constant;
//   4. from x_d, or from no coordinate, to x_1: x_1 becomes G(z), because x_d stays z. x_1 is the output.
// For d = 1 every block is of phase 3, and G is what x becomes.
#include <algorithm>

#include "checker/rules/approximations.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_blocks = 200'000, max_bits = 4096, max_pieces = 100'000, max_steps = 20'000'000;

[[noreturn]] void fail(std::size_t layer, const char* got, const char* expected,
                       Reason reason = Reason::inapplicable) {
  reject("layers[" + std::to_string(layer) + "]", "digit-form", reason, got, expected);
}

/// x := x + e_to·v·relu(u·x_from + b); `from` is d if u = 0.
struct Block {
  std::size_t from = 0, to = 0;
  BrokenLine::Relu relu;
};

/// The index of the one nonzero entry, or the size if there is none.
std::size_t only_entry(const std::vector<Rational>& entries, std::size_t layer) {
  std::size_t index = entries.size();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i] == 0) continue;
    if (index != entries.size()) fail(layer, "two nonzero weights", "one coordinate");
    index = i;
  }
  return index;
}

bool is_affine(const Layer& layer, std::size_t rows, std::size_t cols) {
  return layer.kind == LayerKind::affine && layer.weight.rows == rows && layer.weight.cols == cols;
}

/// Nothing is left of a block with v = 0: then `to` is d.
Block read_block(const Layer& layer, std::size_t d, std::size_t number) {
  if (layer.kind != LayerKind::residual || layer.skip != 1 || layer.residual != 1 || layer.branch.size() != 3)
    fail(number, "another layer", "a residual layer of skip and residual 1 with three layers");
  const Layer &in = layer.branch[0], &relu = layer.branch[1], &out = layer.branch[2];
  if (!is_affine(in, 1, d) || relu.kind != LayerKind::activation ||
      relu.activation.function != Function::relu || !is_affine(out, d, 1))
    fail(number, "another branch", "affine to one neuron, relu, affine");
  for (const Rational& b : out.bias) {
    if (b != 0) fail(number, "a bias", "0 after the relu");
  }
  Block block{
      only_entry(in.weight.entries, number), only_entry(out.weight.entries, number), {0, in.bias[0], 0}};
  if (block.from < d) block.relu.u = in.weight.entries[block.from];
  if (block.to < d) block.relu.v = out.weight.entries[block.to];
  return block;
}

void check_output(const Layer& layer, std::size_t d, std::size_t number) {
  bool first = is_affine(layer, 1, d) && layer.bias[0] == 0;
  for (std::size_t i = 0; first && i < d; ++i) first = layer.weight.entries[i] == (i == 0 ? 1 : 0);
  if (!first) fail(number, "another layer", "x_1 as the output");
}

std::size_t phase_of(const Block& block, std::size_t d, std::size_t number) {
  const std::size_t last = d - 1;
  if (d == 1) return 3;
  if (block.to == last && block.from == last) return 1;
  if (block.to == last && block.from < last) return 2;
  if (block.to == 0 && block.from == 0) return 3;
  if (block.to == 0 && block.from >= last) return 4;
  fail(number, "a block between other coordinates", "one of the four phases");
}

std::size_t bits(const Rational& x) {
  return mpz_sizeinbase(x.get_num_mpz_t(), 2) + mpz_sizeinbase(x.get_den_mpz_t(), 2);
}

/// Of sums of terms, each time that one is added: their denominators multiply.
void require_short(const Rational& x) {
  if (bits(x) > max_bits)
    reject("network.model", "digit-form", Reason::limit, "long numbers of a sum", "at most 4096 bits");
}

/// Composes line after line; what this may cost is limited.
class Composer {
 public:
  void apply(BrokenLine& f, const Block& block, std::size_t number) {
    f.compose(block.relu.u, block.relu.b, block.relu.v);
    steps_ += f.knots().size();
    if (f.knots().size() > max_pieces) fail(number, "too many pieces", "at most 100000", Reason::limit);
    if (steps_ > max_steps)
      fail(number, "too much work", "at most 20000000 pieces of all blocks", Reason::limit);
    std::size_t longest = std::max(bits(f.left()), bits(f.right()));
    for (const BrokenLine::Knot& knot : f.knots()) longest = std::max({longest, bits(knot.at), bits(knot.value)});
    if (longest > max_bits) fail(number, "long numbers", "at most 4096 bits", Reason::limit);
  }

 private:
  std::size_t steps_ = 0;
};

}  // namespace

DigitForm read_digit_form(const Network& network) {
  const std::size_t d = network.input_dim, blocks = network.layers.size() - 1;
  if (network.layers.empty()) fail(0, "no layer", "an affine layer last");
  if (blocks > max_blocks) fail(blocks, "too many blocks", "at most 200000", Reason::limit);
  check_output(network.layers.back(), d, blocks);

  DigitForm form;
  BrokenLine first{0, 1}, last{0, 1};                  // what x_1 and x_d have become
  std::vector<std::vector<BrokenLine::Relu>> sums(d);  // phases 2 (of x_i) and 4 (entry d - 1)
  Rational constant = 0;
  std::size_t phase = 1;
  Composer composer;
  for (std::size_t l = 0; l < blocks; ++l) {
    const Block block = read_block(network.layers[l], d, l);
    if (block.to == d) continue;
    const std::size_t own = phase_of(block, d, l);
    if (own < phase) fail(l, "a block of a phase that is over", "phases in order");
    phase = own;
    if (own == 1) composer.apply(last, block, l);
    if (own == 3) composer.apply(first, block, l);
    if (own == 2) sums[block.from].push_back(block.relu);
    if (own == 4 && block.from == d && block.relu.b > 0) constant += block.relu.v * block.relu.b;
    require_short(constant);
    if (own == 4 && block.from != d) sums[d - 1].push_back(block.relu);
  }
  if (d == 1) return {{BrokenLine{0, 1}}, first};
  if (!first.is_constant())
    fail(blocks, "a first coordinate that varies", "a constant before the last phase");
  for (std::size_t i = 0; i + 1 < d; ++i) form.parts.emplace_back(0, 0).add(sums[i]);
  form.parts.push_back(last);
  form.outer = BrokenLine(first(0) + constant, 0);
  form.outer.add(sums[d - 1]);
  return form;
}

Rational BrokenLine::operator()(const Rational& t) const {
  const std::size_t i = first_beyond(t);
  if (i == 0) return knots_[0].value + left_ * (t - knots_[0].at);
  const Knot& a = knots_[i - 1];
  if (i == knots_.size()) return a.value + right_ * (t - a.at);
  const Knot& b = knots_[i];
  return a.value + (b.value - a.value) / (b.at - a.at) * (t - a.at);
}

std::size_t BrokenLine::first_beyond(const Rational& t) const {
  const auto beyond = [](const Rational& place, const Knot& knot) { return place < knot.at; };
  return static_cast<std::size_t>(std::upper_bound(knots_.begin(), knots_.end(), t, beyond) - knots_.begin());
}

bool BrokenLine::is_constant() const {
  return left_ == 0 && right_ == 0 && std::all_of(knots_.begin(), knots_.end(), [&](const Knot& knot) {
           return knot.value == knots_[0].value;
         });
}

std::pair<Rational, Rational> BrokenLine::range(const Rational& a, const Rational& b) const {
  const Rational at_a = (*this)(a), at_b = (*this)(b);
  std::pair<Rational, Rational> ends = std::minmax(at_a, at_b);
  for (std::size_t i = first_beyond(a); i < knots_.size() && knots_[i].at < b; ++i) {
    ends = {std::min(ends.first, knots_[i].value), std::max(ends.second, knots_[i].value)};
  }
  return ends;
}

void BrokenLine::compose(const Rational& u, const Rational& b, const Rational& v) {
  const auto argument = [&](const Rational& value) -> Rational { return u * value + b; };
  std::vector<Knot> all;  // with the zeros of the argument
  if (u != 0) {
    const Rational zero = -b / u;  // of the argument, as a value of f
    const Knot &front = knots_.front(), &back = knots_.back();
    if (left_ != 0 && (zero - front.value) / left_ < 0)
      all.push_back({front.at + (zero - front.value) / left_, zero});
    for (std::size_t i = 0; i < knots_.size(); ++i) {
      if (i > 0) {
        const Knot &p = knots_[i - 1], &q = knots_[i];
        if ((p.value < zero && zero < q.value) || (q.value < zero && zero < p.value))
          all.push_back({p.at + (q.at - p.at) * (zero - p.value) / (q.value - p.value), zero});
      }
      all.push_back(knots_[i]);
    }
    if (right_ != 0 && (zero - back.value) / right_ > 0)
      all.push_back({back.at + (zero - back.value) / right_, zero});
    knots_ = std::move(all);
  }
  // Beyond the outermost knots the argument keeps its sign: it is that of one step further.
  const auto slope_of = [&](const Rational& value, const Rational& slope, int outward) -> Rational {
    return argument(value + outward * slope) > 0 || argument(value) > 0 ? Rational(slope + v * u * slope)
                                                                        : slope;
  };
  left_ = slope_of(knots_.front().value, left_, -1);
  right_ = slope_of(knots_.back().value, right_, 1);
  for (Knot& knot : knots_) {
    const Rational x = argument(knot.value);
    if (x > 0) knot.value += v * x;
  }
}

void BrokenLine::add(const std::vector<Relu>& terms) {
  // At each kink the slope grows by v|u|; far to the left the terms with u < 0 are lines.
  std::vector<std::pair<Rational, Rational>> jumps;
  Rational slope = left_, level = 0;  // of the sum far to the left: level + slope·t
  for (std::size_t i = 0; i < knots_.size(); ++i) {
    const Rational before =
        i == 0 ? left_ : (knots_[i].value - knots_[i - 1].value) / (knots_[i].at - knots_[i - 1].at);
    const Rational after = i + 1 == knots_.size()
                               ? right_
                               : (knots_[i + 1].value - knots_[i].value) / (knots_[i + 1].at - knots_[i].at);
    jumps.emplace_back(knots_[i].at, after - before);
  }
  level = knots_[0].value - left_ * knots_[0].at;
  for (const Relu& term : terms) {
    jumps.emplace_back(-term.b / term.u, term.v * abs(term.u));
    if (term.u > 0) continue;
    slope += term.v * term.u;
    level += term.v * term.b;
    require_short(slope);
    require_short(level);
  }
  std::sort(jumps.begin(), jumps.end(), [](const auto& p, const auto& q) { return p.first < q.first; });
  left_ = slope;
  knots_.clear();
  for (const auto& [at, jump] : jumps) {
    if (knots_.empty()) {
      knots_.push_back({at, level + slope * at});
    } else if (knots_.back().at < at) {
      knots_.push_back({at, knots_.back().value + slope * (at - knots_.back().at)});
    }
    slope += jump;
    require_short(slope);
    require_short(knots_.back().value);
  }
  right_ = slope;
}

}  // namespace narrows::checker
