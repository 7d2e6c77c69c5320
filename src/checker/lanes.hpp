// Four numbers at once, one for each of four boxes: every operation is that of doubles in each lane.
//
// For sources that are compiled for vectors of that length alone: others would hand them over in another way.
#pragma once

#include <cstdint>
#include <cstring>

#include "checker/numbers.hpp"

namespace narrows::checker {

/// Yes or no in each lane: what comparisons of Lanes say.
class Mask {
 public:
  using Bits = std::int64_t __attribute__((vector_size(8 * lane_count)));

  Mask(bool value = false) : bits_(Bits{} - static_cast<std::int64_t>(value)) {}
  explicit Mask(const Bits& bits) : bits_(bits) {}
  [[nodiscard]] const Bits& bits() const { return bits_; }  ///< all ones or zeros
  [[nodiscard]] bool operator[](std::size_t lane) const { return bits_[lane] != 0; }
  void set(std::size_t lane, bool value) { bits_[lane] = -static_cast<std::int64_t>(value); }

  friend Mask operator&(const Mask& a, const Mask& b) { return Mask(a.bits_ & b.bits_); }
  friend Mask operator|(const Mask& a, const Mask& b) { return Mask(a.bits_ | b.bits_); }
  friend Mask operator!(const Mask& a) { return Mask(~a.bits_); }
  friend bool all(const Mask& a) { return (a.bits_[0] & a.bits_[1] & a.bits_[2] & a.bits_[3]) != 0; }
  friend bool any(const Mask& a) { return (a.bits_[0] | a.bits_[1] | a.bits_[2] | a.bits_[3]) != 0; }

 private:
  Bits bits_;
};

class Lanes {
 public:
  using Vector = double __attribute__((vector_size(8 * lane_count)));
  using Bits = std::uint64_t __attribute__((vector_size(8 * lane_count)));

  Lanes(double value = 0) : v_{value, value, value, value} {}
  explicit Lanes(const Vector& v) : v_(v) {}
  [[nodiscard]] double operator[](std::size_t lane) const { return v_[lane]; }
  void set(std::size_t lane, double value) { v_[lane] = value; }
  /// The numbers as IEEE 754 has them, and back.
  [[nodiscard]] Bits bits() const { return reinterpret<Bits>(v_); }
  [[nodiscard]] static Lanes of_bits(const Bits& bits) { return Lanes(reinterpret<Vector>(bits)); }

  friend Lanes operator-(const Lanes& a) { return Lanes(-a.v_); }
  friend Lanes operator+(const Lanes& a, const Lanes& b) { return Lanes(a.v_ + b.v_); }
  friend Lanes operator-(const Lanes& a, const Lanes& b) { return Lanes(a.v_ - b.v_); }
  friend Lanes operator*(const Lanes& a, const Lanes& b) { return Lanes(a.v_ * b.v_); }
  friend Lanes operator/(const Lanes& a, const Lanes& b) { return Lanes(a.v_ / b.v_); }
  Lanes& operator+=(const Lanes& b) { return *this = *this + b; }
  friend Mask operator<(const Lanes& a, const Lanes& b) { return Mask(a.v_ < b.v_); }
  friend Mask operator>(const Lanes& a, const Lanes& b) { return Mask(a.v_ > b.v_); }
  friend Mask operator<=(const Lanes& a, const Lanes& b) { return Mask(a.v_ <= b.v_); }
  friend Mask operator>=(const Lanes& a, const Lanes& b) { return Mask(a.v_ >= b.v_); }
  friend Mask operator==(const Lanes& a, const Lanes& b) { return Mask(a.v_ == b.v_); }
  friend Mask operator!=(const Lanes& a, const Lanes& b) { return Mask(a.v_ != b.v_); }
  friend Lanes select(const Mask& m, const Lanes& a, const Lanes& b) { return Lanes(m.bits() ? a.v_ : b.v_); }

 private:
  template <class To, class From>
  static To reinterpret(const From& from) {
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
  }

  Vector v_;
};

inline Lanes magnitude(const Lanes& x) {
  return Lanes::of_bits(x.bits() & std::uint64_t{0x7fffffffffffffff});
}
/// The next larger double; inf and NaN stay.
inline Lanes next_up(const Lanes& x) {
  const auto positive = reinterpret_cast<Lanes::Bits>((x > 0).bits());  // all ones where it holds, -1 modulo 2^64
  const Lanes next = Lanes::of_bits(x.bits() - 2 * positive - 1);
  return select(x < std::numeric_limits<double>::infinity(),
                select(x == 0, Lanes(std::numeric_limits<double>::denorm_min()), next), x);
}
/// 2^k for an integer |k| < 1000: 1023 + k are the last bits of 2^52 + 1023 + k, and those of the exponent of 2^k.
inline Lanes power_of_two(const Lanes& k) {
  return Lanes::of_bits((k + (0x1p52 + 1023)).bits() << 52);
}

inline double lane_of(const Lanes& x, std::size_t lane) {
  return x[lane];
}
inline bool lane_of(const Mask& x, std::size_t lane) {
  return x[lane];
}
inline void set_lane(Lanes& x, std::size_t lane, double value) {
  x.set(lane, value);
}
inline void set_lane(Mask& x, std::size_t lane, bool value) {
  x.set(lane, value);
}

}  // namespace narrows::checker
