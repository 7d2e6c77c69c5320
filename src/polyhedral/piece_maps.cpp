#include "polyhedral/piece_maps.hpp"

#include <array>
#include <utility>

namespace narrows {
namespace {

void add_product(Integer* sum, const Integer& a, const Integer& b) {
  mpz_addmul(sum->backend().data(), a.backend().data(), b.backend().data());
}

Residue reduced(unsigned __int128 x) {
  std::uint64_t low = static_cast<std::uint64_t>(x & Residue::prime) + static_cast<std::uint64_t>((x >> 61) & Residue::prime) + static_cast<std::uint64_t>(x >> 122);
  low = (low & Residue::prime) + (low >> 61);
  return {low >= Residue::prime ? low - Residue::prime : low};
}

bool is_zero(const Integer& x) { return x.is_zero(); }
bool is_zero(const Residue& x) { return x.value == 0; }

Integer product(const Integer& a, const Integer& b) { return a * b; }
Residue product(const Residue& a, const Residue& b) { return reduced(static_cast<unsigned __int128>(a.value) * b.value); }

/// The d + 1 sums of a row while it is computed.
struct IntegerSums {
  std::array<Integer, kMaxDim + 1> sums;
  void add(std::size_t i, const Integer& a, const Integer& b) { add_product(&sums[i], a, b); }
  Integer result(std::size_t i) { return std::move(sums[i]); }
  void end_of_term() {}
};

/// 32 products below 2^122 fit into 128 bits before they must be reduced.
struct ResidueSums {
  std::array<unsigned __int128, kMaxDim + 1> sums{};
  int terms = 0;
  void add(std::size_t i, const Residue& a, const Residue& b) { sums[i] += static_cast<unsigned __int128>(a.value) * b.value; }
  Residue result(std::size_t i) const { return reduced(sums[i]); }
  void end_of_term() {
    if (++terms % 32 != 0) return;
    for (auto& sum : sums) sum = reduced(sum).value;
  }
};

template <class Scalar>
struct SumsOf;
template <>
struct SumsOf<Integer> {
  using type = IntegerSums;
};
template <>
struct SumsOf<Residue> {
  using type = ResidueSums;
};

Integer convert(const Integer& x, const Integer&) { return x; }
Residue convert(const Integer& x, const Residue&) { return residue_of(x); }

}  // namespace

Residue residue_of(const Integer& x) {
  return {mpz_fdiv_ui(x.backend().data(), Residue::prime)};
}

template <class Scalar>
PieceMaps<Scalar>::PieceMaps(const Stages& net) : dim_(net.input_dim) {
  Integer entry = 1;
  for (const Stage& stage : net.stages) {
    StageNumbers numbers{stage.rows, stage.cols, stage.neurons, stage.first_neuron, {}, convert(stage.slope_numerator, Scalar{}),
                         convert(stage.slope_denominator, Scalar{}), stage.slope_numerator == 0, stage.slope_denominator == 1};
    numbers.weight.reserve(stage.weight.size());
    for (const Integer& w : stage.weight) numbers.weight.push_back(convert(w, Scalar{}));
    stages_.push_back(std::move(numbers));
    entry_.push_back(convert(entry, Scalar{}));
    scales_.push_back(convert(entry * stage.denominator, Scalar{}));
    entry *= stage.growth();
  }
}

template <class Scalar>
template <class Sums>
void PieceMaps<Scalar>::add_parent_rows(const PieceTree& tree, const Piece& piece, std::size_t j, Sums* sums) {
  const StageNumbers& stage = stages_[static_cast<std::size_t>(piece.stage)];
  const StageNumbers& before = stages_[static_cast<std::size_t>(piece.stage) - 1];
  for (std::size_t c = 0; c + 1 < stage.cols; ++c) {
    const Scalar& weight = stage.weight[j * stage.cols + c];
    if (is_zero(weight)) continue;
    const bool kept = c >= before.neurons || tree.positive(piece.cell, before.first_neuron + c);
    if (!kept && before.drops_negative) continue;
    const std::span<const Scalar> part = row(tree, piece.parent, c);
    const bool unchanged = kept && before.keeps_positive;
    const Scalar factor = unchanged ? weight : product(weight, kept ? before.denominator : before.numerator);
    for (std::size_t i = 0; i <= dim_; ++i) sums->add(i, factor, part[i]);
    sums->end_of_term();
  }
}

template <class Scalar>
std::span<const Scalar> PieceMaps<Scalar>::row(const PieceTree& tree, Id id, std::size_t j) {
  const auto index = static_cast<std::size_t>(id);
  const Piece& piece = tree.pieces[index];
  const StageNumbers& stage = stages_[static_cast<std::size_t>(piece.stage)];
  if (rows_.size() < tree.pieces.size()) rows_.resize(tree.pieces.size());
  KnownRows& rows = rows_[index];
  const std::size_t width = dim_ + 1;
  if (rows.known.empty()) {
    rows.known.resize(stage.rows);
    rows.entries.resize(stage.rows * width);
  }
  const std::span<Scalar> entries(rows.entries.data() + j * width, width);
  if (rows.known[j]) return entries;
  typename SumsOf<Scalar>::type sums;
  if (piece.stage > 0)
    add_parent_rows(tree, piece, j, &sums);
  else
    for (std::size_t i = 0; i < dim_; ++i) sums.add(i, stage.weight[j * stage.cols + i], entry_[0]);
  sums.add(dim_, stage.weight[j * stage.cols + stage.cols - 1], entry_[static_cast<std::size_t>(piece.stage)]);
  for (std::size_t i = 0; i < width; ++i) entries[i] = sums.result(i);
  rows.known[j] = true;
  return entries;
}

template class PieceMaps<Integer>;
template class PieceMaps<Residue>;

void make_primitive(std::vector<Integer>* v) {
  Integer common = 0;
  for (const Integer& x : *v) {
    common = gcd(common, x);
    if (common == 1) return;
  }
  if (common == 0) return;
  for (Integer& x : *v) mpz_divexact(x.backend().data(), x.backend().data(), common.backend().data());
}

Integer determinant(const std::vector<std::vector<Integer>>& rows) {
  const std::size_t n = rows.size();
  if (n == 1) return rows[0][0];
  if (n == 2) return rows[0][0] * rows[1][1] - rows[0][1] * rows[1][0];
  Integer sum = 0;
  for (std::size_t j = 0; j < n; ++j) {
    if (rows[0][j] == 0) continue;
    std::vector<std::vector<Integer>> minor;
    for (std::size_t i = 1; i < n; ++i) {
      minor.emplace_back();
      for (std::size_t k = 0; k < n; ++k)
        if (k != j) minor.back().push_back(rows[i][k]);
    }
    const Integer term = rows[0][j] * determinant(minor);
    sum += j % 2 == 0 ? term : Integer(-term);
  }
  return sum;
}

std::vector<Integer> common_zero(const std::vector<const std::vector<Integer>*>& rows) {
  const std::size_t columns = rows.size() + 1;
  std::vector<Integer> zero;
  for (std::size_t j = 0; j < columns; ++j) {
    std::vector<std::vector<Integer>> minor;
    for (const auto* row : rows) {
      minor.emplace_back();
      for (std::size_t k = 0; k < columns; ++k)
        if (k != j) minor.back().push_back((*row)[k]);
    }
    const Integer value = determinant(minor);
    zero.push_back(j % 2 == 0 ? value : Integer(-value));
  }
  make_primitive(&zero);
  return zero;
}

Integer dot(std::span<const Integer> a, std::span<const Integer> b) {
  Integer sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) add_product(&sum, a[i], b[i]);
  return sum;
}

}  // namespace narrows
