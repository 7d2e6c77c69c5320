// What the lanes of one group of boxes find, and how directions are cut to short numbers. For lane sources only.
#pragma once

#include "critical/lane_box_test.hpp"
#include "network/lane_evaluate.hpp"

namespace narrows::NARROWS_ISA {

/// A number that is a float: any direction proves as well, and short numbers keep certificates small.
NARROWS_INLINE Lanes shortened(Lanes x) { return (Lanes)((Mask)x & ~INT64_C(0x1fffffff)); }

template <int D>
NARROWS_INLINE Mask has_sign(const Form<D>& x) {
  return (x.lower > 0) | (x.upper < 0);
}

/// Hands out parts of the workspace.
class Memory {
 public:
  explicit Memory(void* begin) : next_(static_cast<char*>(begin)) {}
  template <class T>
  T* take(std::size_t count) {
    T* part = reinterpret_cast<T*>(next_);
    next_ += count * sizeof(T);
    return part;
  }

 private:
  char* next_;
};

/// Reads the boxes of a group as coordinate forms; the last box fills the lanes that are left over.
template <int D>
NARROWS_INLINE void read_boxes(const double* lower, const double* upper, std::size_t stride, std::size_t count, Form<D>* x) {
  alignas(64) double side_lower[kLanes], side_upper[kLanes];
  for (int k = 0; k < D; ++k) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::size_t at = (i < count ? i : count - 1) * stride + static_cast<std::size_t>(k);
      side_lower[i] = lower[at];
      side_upper[i] = upper[at];
    }
    // Moved outward by kGuard: seen by tiny coordinates only, whose rounding share would underflow before a huge weight scales it.
    x[k] = coordinate<D>(load(side_lower) - kGuard, load(side_upper) + kGuard, k);
  }
}

/// The factors of a family: the symbols after the X coordinates, with the exact ranges of the boxes.
template <int D, int X>
NARROWS_INLINE void read_factors(const double* lower, const double* upper, std::size_t stride, std::size_t count, const Form<D>* symbols,
                                 LaneFactors<D>* factors) {
  static_assert(D == X + static_cast<int>(kFreeFactors));
  for (int k = 0; k < static_cast<int>(kFreeFactors); ++k) {
    factors->form[k] = symbols[X + k];
    alignas(64) double side_lower[kLanes], side_upper[kLanes];
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::size_t at = (i < count ? i : count - 1) * stride + static_cast<std::size_t>(X + k);
      side_lower[i] = lower[at];
      side_upper[i] = upper[at];
    }
    factors->lower[k] = load(side_lower);
    factors->upper[k] = load(side_upper);
  }
}

/// Collects what the lanes of one group find.
template <int D>
class Findings {
 public:
  Findings(LaneVerdict* verdicts, std::size_t count) : verdicts_(verdicts), count_(count) {
    for (std::size_t i = 0; i < kLanes; ++i) open_[i] = i < count ? -1 : 0;
  }
  [[nodiscard]] Mask open() const { return open_; }
  [[nodiscard]] bool done() const { return !any(open_); }

  /// Starts every verdict with its regular prefix; the lanes whose layers are all `regular` are closed.
  void start(Lanes prefix, Mask regular) {
    for (std::size_t i = 0; i < count_; ++i) {
      verdicts_[i] = LaneVerdict{};
      verdicts_[i].regular_prefix = verdicts_[i].prefix = static_cast<std::uint16_t>(prefix[i]);
      verdicts_[i].remainder = __builtin_inf();
    }
    for_each(regular, [](LaneVerdict* verdict, std::size_t) { verdict->outcome = LaneVerdict::Outcome::layers_regular; });
    open_ &= ~regular;
  }

  /// The direction is basis·direction, the basis being n × n and row-major, or the unit vectors if it is null.
  void close_with_direction(Mask lanes, std::size_t prefix, const Lanes* direction, std::size_t n, const double* basis) {
    for_each(lanes, [&](LaneVerdict* verdict, std::size_t i) {
      verdict->outcome = LaneVerdict::Outcome::direction_sign;
      verdict->prefix = static_cast<std::uint16_t>(prefix);
      for (std::size_t j = 0; j < n; ++j) {
        double sum = basis == nullptr ? direction[j][i] : 0;
        for (std::size_t k = 0; k < n && basis != nullptr; ++k) sum += basis[j * n + k] * direction[k][i];
        verdict->direction[j] = sum;
      }
    });
    open_ &= ~lanes;
  }

  template <class Action>
  void for_each(Mask lanes, Action action) {
    lanes &= open_;
    if (!any(lanes)) return;
    for (std::size_t i = 0; i < count_; ++i)
      if (lanes[i]) action(&verdicts_[i], i);
  }

 private:
  LaneVerdict* verdicts_;
  std::size_t count_;
  Mask open_;
};

/// work(first, size) for groups of at most as many boxes as there are lanes.
template <class Work>
NARROWS_INLINE void in_groups(std::size_t count, Work work) {
  for (std::size_t first = 0; first < count; first += kLanes) work(first, count - first < kLanes ? count - first : kLanes);
}

/// f.operator()<dim>(), dim = 1 … 6.
template <class F>
NARROWS_INLINE std::size_t for_dimension(std::size_t dim, F f) {
  static_assert(kMaxLaneDim == 6);
  switch (dim) {
    case 1: return f.template operator()<1>();
    case 2: return f.template operator()<2>();
    case 3: return f.template operator()<3>();
    case 4: return f.template operator()<4>();
    case 5: return f.template operator()<5>();
    default: return f.template operator()<6>();
  }
}

}  // namespace narrows::NARROWS_ISA
