// One number or several at once: what templates over double and Lanes ask.
//
// Such a template computes in each lane what it computes for one box alone: it chooses by select() where a choice depends on numbers,
// and asks all() or any() only for what changes no result.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>

namespace narrows::checker {

inline constexpr std::size_t lane_count = 4;
class Lanes;  ///< as many doubles: lanes.hpp, for sources that are compiled for them
class Mask;   ///< yes or no in each lane

/// What a comparison says.
template <class T>
using Truth = std::conditional_t<std::is_same_v<T, Lanes>, Mask, bool>;
template <class T>
inline constexpr std::size_t lanes_in = std::is_same_v<T, Lanes> ? lane_count : 1;

inline bool all(bool a) {
  return a;
}
inline bool any(bool a) {
  return a;
}
/// a where the condition holds, else b.
template <class T>
T select(bool condition, const T& a, const T& b) {
  return condition ? a : b;
}
inline double magnitude(double x) {
  return std::fabs(x);
}
/// False for NaN.
template <class T>
Truth<T> is_finite(const T& x) {
  return magnitude(x) < T(std::numeric_limits<double>::infinity());
}
template <class T>
Truth<T> is_nan(const T& x) {
  return x != x;
}
/// The first if neither is less, or one is NaN.
template <class T>
T least(const T& a, const T& b) {
  return select(b < a, b, a);
}
template <class T>
T greatest(const T& a, const T& b) {
  return select(a < b, b, a);
}

/// What is in one lane; the only one there is.
inline double lane_of(double x, std::size_t) {
  return x;
}
inline bool lane_of(bool x, std::size_t) {
  return x;
}
inline void set_lane(double& x, std::size_t, double value) {
  x = value;
}
inline void set_lane(bool& x, std::size_t, bool value) {
  x = value;
}

}  // namespace narrows::checker
