// Sparse affine maps of ranges. Sums are taken to nearest, and what that loses is collected beside them (directed::ErrorSum).
#include <algorithm>

#include "checker/interval.hpp"
#include "checker/rules/robustness.hpp"

namespace narrows::checker {
namespace {

/// Bounds of a sum of products, from below and from above.
class RangeSum {
 public:
  /// += w·x.
  void add(const Weight& w, const Range& x) {
    below_.fused_add(lo_, w.nearest, w.nearest >= 0 ? x.lo : x.hi);
    above_.fused_add(hi_, w.nearest, w.nearest >= 0 ? x.hi : x.lo);
    if (w.radius == 0) return;
    const double most = w.radius * (std::fabs(x.lo) + std::fabs(x.hi));
    below_.add(most);
    above_.add(most);
  }
  [[nodiscard]] Range range() const {
    return {directed::add(lo_, -below_.upper(), false), directed::add(hi_, above_.upper(), true)};
  }

 private:
  double lo_ = 0, hi_ = 0;
  directed::ErrorSum below_, above_;
};

constexpr Range one{1, 1};

}  // namespace

Weight weight_of(const Rational& x) {
  const Interval e = enclose(x, leaf_precision);
  const double lo = e.lo.as_double(), hi = e.hi.as_double();
  return {lo, lo == hi ? 0 : directed::add(hi, -lo, true)};
}

void SparseMap::begin_row(const Rational& bias) {
  rows_.push_back({taps_.size(), bias, weight_of(bias)});
}

void SparseMap::add(std::size_t column, std::size_t weight) {
  if (exact_[weight] == 0) return;
  taps_.push_back({static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(weight)});
}

std::vector<Range> SparseMap::apply(const std::vector<Range>& x) const {
  std::vector<Range> y;
  y.reserve(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    RangeSum sum;
    sum.add(rows_[i].bias, one);
    for (std::size_t t = rows_[i].first_tap; t < end_of(i); ++t)
      sum.add(weights_[taps_[t].weight], x[taps_[t].column]);
    y.push_back(sum.range());
  }
  return y;
}

std::vector<Range> SparseMap::pull_back(const std::vector<Range>& v) const {
  std::vector<RangeSum> sums(inputs_);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (v[i].lo == 0 && v[i].hi == 0) continue;
    for (std::size_t t = rows_[i].first_tap; t < end_of(i); ++t)
      sums[taps_[t].column].add(weights_[taps_[t].weight], v[i]);
  }
  std::vector<Range> pulled;
  pulled.reserve(inputs_);
  for (const RangeSum& sum : sums) pulled.push_back(sum.range());
  return pulled;
}

SparseMap SparseMap::differences(std::size_t i) const {
  const auto dense_row = [&](std::size_t row) {
    std::vector<Rational> entries(inputs_);
    for (std::size_t t = rows_[row].first_tap; t < end_of(row); ++t)
      entries[taps_[t].column] += exact_[taps_[t].weight];
    return entries;
  };
  const std::vector<Rational> own = dense_row(i);
  std::vector<Rational> entries;
  for (std::size_t k = 0; k < rows_.size(); ++k) {
    if (k == i) continue;
    const std::vector<Rational> other = dense_row(k);
    for (std::size_t j = 0; j < inputs_; ++j) entries.emplace_back(own[j] - other[j]);
  }
  SparseMap map(inputs_, std::move(entries));
  for (std::size_t k = 0, row = 0; k < rows_.size(); ++k) {
    if (k == i) continue;
    map.begin_row(rows_[i].exact_bias - rows_[k].exact_bias);
    for (std::size_t j = 0; j < inputs_; ++j) map.add(j, row * inputs_ + j);
    ++row;
  }
  return map;
}

bool SparseMap::operator==(const SparseMap& other) const {
  const auto same_row = [](const Row& a, const Row& b) {
    return a.first_tap == b.first_tap && a.exact_bias == b.exact_bias;
  };
  return inputs_ == other.inputs_ && exact_ == other.exact_ && taps_ == other.taps_ &&
         std::equal(rows_.begin(), rows_.end(), other.rows_.begin(), other.rows_.end(), same_row);
}

}  // namespace narrows::checker
