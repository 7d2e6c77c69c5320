#include "polyhedral/piece_maps.hpp"

namespace narrows {
namespace {

void add_product(Integer* sum, const Integer& a, const Integer& b) {
  mpz_addmul(sum->backend().data(), a.backend().data(), b.backend().data());
}

Residue reduced(unsigned __int128 x) {
  std::uint64_t low = static_cast<std::uint64_t>(x & Residue::prime) + static_cast<std::uint64_t>(x >> 61);
  if (low >= Residue::prime) low -= Residue::prime;
  return {low >= Residue::prime ? low - Residue::prime : low};
}

void add_product(Residue* sum, const Residue& a, const Residue& b) {
  *sum = reduced(static_cast<unsigned __int128>(a.value) * b.value + sum->value);
}

bool is_zero(const Integer& x) { return x.is_zero(); }
bool is_zero(const Residue& x) { return x.value == 0; }

template <class Scalar>
Scalar product(const Scalar& a, const Scalar& b) {
  Scalar result{};
  add_product(&result, a, b);
  return result;
}

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
                         convert(stage.slope_denominator, Scalar{}), stage.slope_numerator == 0};
    numbers.weight.reserve(stage.weight.size());
    for (const Integer& w : stage.weight) numbers.weight.push_back(convert(w, Scalar{}));
    stages_.push_back(std::move(numbers));
    entry_.push_back(convert(entry, Scalar{}));
    scales_.push_back(convert(entry * stage.denominator, Scalar{}));
    entry *= stage.growth();
  }
}

template <class Scalar>
void PieceMaps<Scalar>::add_parent_rows(const PieceTree& tree, const Piece& piece, std::size_t j, std::vector<Scalar>* sum) {
  const StageNumbers& stage = stages_[static_cast<std::size_t>(piece.stage)];
  const StageNumbers& before = stages_[static_cast<std::size_t>(piece.stage) - 1];
  for (std::size_t c = 0; c + 1 < stage.cols; ++c) {
    const Scalar& weight = stage.weight[j * stage.cols + c];
    if (is_zero(weight)) continue;
    const bool kept = c >= before.neurons || tree.positive(piece.cell, before.first_neuron + c);
    if (!kept && before.relu) continue;
    const Scalar factor = product(weight, kept ? before.denominator : before.numerator);
    const std::vector<Scalar>& part = row(tree, piece.parent, c);
    for (std::size_t i = 0; i <= dim_; ++i) add_product(&(*sum)[i], factor, part[i]);
  }
}

template <class Scalar>
const std::vector<Scalar>& PieceMaps<Scalar>::row(const PieceTree& tree, Id id, std::size_t j) {
  const auto index = static_cast<std::size_t>(id);
  const Piece& piece = tree.pieces[index];
  const StageNumbers& stage = stages_[static_cast<std::size_t>(piece.stage)];
  if (rows_.size() < tree.pieces.size()) rows_.resize(tree.pieces.size());
  if (rows_[index].empty()) rows_[index].resize(stage.rows);
  if (!rows_[index][j].empty()) return rows_[index][j];
  std::vector<Scalar> sum(dim_ + 1);
  if (piece.stage > 0)
    add_parent_rows(tree, piece, j, &sum);
  else
    for (std::size_t i = 0; i < dim_; ++i) sum[i] = stage.weight[j * stage.cols + i];
  add_product(&sum[dim_], stage.weight[j * stage.cols + stage.cols - 1], entry_[static_cast<std::size_t>(piece.stage)]);
  return rows_[index][j] = std::move(sum);
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

Integer dot(const std::vector<Integer>& a, const std::vector<Integer>& b) {
  Integer sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) add_product(&sum, a[i], b[i]);
  return sum;
}

}  // namespace narrows
