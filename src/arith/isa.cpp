#include "arith/isa.hpp"

#include <cfenv>

namespace narrows {

bool is_available(Isa isa) {
#if defined(__x86_64__)
  switch (isa) {
    case Isa::portable: return true;
    case Isa::avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case Isa::avx512:
      return is_available(Isa::avx2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
  }
  return false;
#else
  return isa == Isa::portable;
#endif
}

Isa best_isa() {
  static const Isa best = [] {
    for (const Isa isa : {Isa::avx512, Isa::avx2})
      if (is_available(isa)) return isa;
    return Isa::portable;
  }();
  return best;
}

std::string_view to_string(Isa isa) {
  switch (isa) {
    case Isa::portable: return "portable";
    case Isa::avx2: return "avx2";
    case Isa::avx512: break;
  }
  return "avx512";
}

NearestRounding::NearestRounding() : saved_(std::fegetround()) {
  if (saved_ != FE_TONEAREST) std::fesetround(FE_TONEAREST);
}
NearestRounding::~NearestRounding() {
  if (saved_ != FE_TONEAREST) std::fesetround(saved_);
}

}  // namespace narrows
