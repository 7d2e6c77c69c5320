// The strict sign of Φ − c on segments, rays' finite parts and polygons, proved by bisection over affine forms in one symbol.
//
// Idea: x(t) = a + t·r; if the first layer is affine, h_1(t) = p + t·k with p, k from exact rationals: a row that is orthogonal to r has k = 0
// exactly, however large t is. Pieces of [0, T] on which the form does not decide are halved.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "levelset/float_chain.hpp"
#include "levelset/form_values.hpp"
#include "levelset/tunnel.hpp"

namespace narrows {

/// {a + t·r : t >= 0} after the layers that SegmentSign takes exactly: start[i] + t·slope[i].
struct StateLine {
  std::vector<Interval> start, slope;
};

/// Φ − c, or c − Φ: the chain with its last affine layer changed, exactly. Its sign "+" is what a path needs.
[[nodiscard]] Chain signed_chain(const Chain& chain, const Rational& level, bool positive);

class SegmentSign {
 public:
  /// @param signed_chain  ends with an affine layer of one row; > 0 is proved of its function
  explicit SegmentSign(const Chain& signed_chain);

  /// The function is > 0 (positive) or < 0 on the whole closed segment [a, b].
  [[nodiscard]] bool proved_on_segment(const Point& a, const Point& b, bool positive) const;
  /// On a + t·r for all t in [0, end].
  [[nodiscard]] bool proved_on_line(const Point& a, const Point& r, double end, bool positive) const;
  /// On all faces of the box. Precondition  dim <= 4.
  [[nodiscard]] bool proved_on_faces(const Box& box, bool positive) const;

  /// The state on the line: slopes of rows orthogonal to r are exactly 0.
  [[nodiscard]] StateLine state_line(const Point& a, const Point& r) const;
  [[nodiscard]] const Chain& chain() const { return chain_; }
  [[nodiscard]] const FloatChain& approx() const { return approx_; }
  [[nodiscard]] std::size_t first() const { return values_.first(); }

 private:
  [[nodiscard]] bool proved_on(const StateLine& line, std::vector<double> cuts, bool positive) const;

  Chain chain_;
  FormValues values_;
  FloatChain approx_;
};

}  // namespace narrows
