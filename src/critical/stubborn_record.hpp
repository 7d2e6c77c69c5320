// Which boxes deserve the slower test: how often it closed boxes of the same size before.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>

#include "critical/open_boxes.hpp"

namespace narrows {

/// Counts by the binary logarithm of the volume. The answer depends on the boxes recorded so far only, not on threads or clocks.
class StubbornRecord {
 public:
  struct Count {
    std::uint64_t tried = 0, closed = 0;
  };

  [[nodiscard]] bool pays(const OpenBoxes& boxes, std::size_t i) const {
    const auto found = counts_.find(size_class(boxes, i));
    return found == counts_.end() || found->second.tried < kTrial || found->second.closed * kWorth >= found->second.tried;
  }
  void record(const OpenBoxes& boxes, std::size_t i, bool closed) {
    Count& count = counts_[size_class(boxes, i)];
    ++count.tried;
    count.closed += closed;
  }
  [[nodiscard]] std::map<std::int32_t, Count>& counts() { return counts_; }
  [[nodiscard]] const std::map<std::int32_t, Count>& counts() const { return counts_; }

 private:
  static constexpr std::uint64_t kTrial = 128;  ///< boxes of a size that are tried in any case
  static constexpr std::uint64_t kWorth = 8;    ///< one box in so many must be closed
  static std::int32_t size_class(const OpenBoxes& boxes, std::size_t i) {
    std::int32_t exponent = 0;
    for (std::size_t k = 0; k < boxes.dim(); ++k) exponent += std::ilogb(boxes.upper(i)[k] - boxes.lower(i)[k]);
    return exponent;
  }
  std::map<std::int32_t, Count> counts_;
};

}  // namespace narrows
