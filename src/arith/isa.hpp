// Which instruction set the batched kernels run on. All of them give the same results; only the speed differs.
#pragma once

#include <string_view>

namespace narrows {

enum class Isa { portable, avx2, avx512 };

/// The fastest one that this processor has.
[[nodiscard]] Isa best_isa();
/// True if this processor can run it and this build has it.
[[nodiscard]] bool is_available(Isa isa);
[[nodiscard]] std::string_view to_string(Isa isa);

/// Sets rounding to nearest for the lifetime of the object, whatever the caller's mode: the kernels rely on it.
class NearestRounding {
 public:
  NearestRounding();
  ~NearestRounding();
  NearestRounding(const NearestRounding&) = delete;
  NearestRounding& operator=(const NearestRounding&) = delete;

 private:
  int saved_;
};

}  // namespace narrows
