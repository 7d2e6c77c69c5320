// Rule `l1-error`: the integral of |N − h| over the cube, exactly, for a network in digit form.
//
// The knots of the parts p_i and the multiples of 1/n cut the cube into boxes on which z = Σ p_i(x_i) is affine and h is constant.
// There |N − h| = g(z) with g a broken line, so g(z) = g(z0) + Σ c_k·relu(z − t_k) on the range [z0, z1] of z: t_0 = z0 with the first
// slope, then the kinks of g inside with their changes of slope. On a box with sides l_i, slopes a_i of the parts, q of which do not
// vanish,
//   ∫ relu(z − t) = Π_{a_i = 0} l_i / ((q+1)! Π |a_i|) · Σ_S (−1)^{q−|S|} relu(z0 + Σ_{i in S} |a_i| l_i − t)^{q+1}
// over the sets S of coordinates with a_i ≠ 0 (a q-fold difference of an antiderivative).
#include <algorithm>

#include "checker/rules/approximations.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_corners = 20'000'000, max_bits = 131072;

/// Of sums, each time that a term is added: their denominators multiply.
void require_short(const Rational& x) {
  if (mpz_sizeinbase(x.get_num_mpz_t(), 2) + mpz_sizeinbase(x.get_den_mpz_t(), 2) > max_bits)
    reject("claim.l1_error", "l1-error", Reason::limit, "long numbers", "at most 131072 bits");
}

/// A piece of one part: its length, the values at its ends, and the cell that it lies in.
struct Piece {
  Rational length, low, high;
  std::size_t cell = 0;
};

std::vector<Piece> pieces_of(const BrokenLine& part, std::size_t n) {
  std::vector<Rational> places;
  for (std::size_t j = 0; j <= n; ++j) places.emplace_back(Rational(j) / n);
  for (const BrokenLine::Knot& knot : part.knots()) {
    if (knot.at > 0 && knot.at < 1) places.push_back(knot.at);
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  std::vector<Piece> pieces;
  std::size_t cell = 0;
  for (std::size_t k = 0; k + 1 < places.size(); ++k) {
    while (places[k] * n >= cell + 1) ++cell;
    const Rational a = part(places[k]), b = part(places[k + 1]);
    pieces.push_back({places[k + 1] - places[k], std::min(a, b), std::max(a, b), cell});
  }
  return pieces;
}

/// relu(z − at), `change` times.
struct Kink {
  Rational at, change;
};

/// g = |f − h| on [low, high], low < high: g(low) and the kinks.
std::pair<Rational, std::vector<Kink>> kinks_of(const BrokenLine& f, const Rational& h, const Rational& low,
                                                const Rational& high) {
  std::vector<BrokenLine::Knot> points = {{low, f(low) - h}};
  const auto append = [&](const Rational& at, const Rational& value) {
    const BrokenLine::Knot last = points.back();
    if ((last.value < 0 && value > 0) || (last.value > 0 && value < 0))
      points.push_back({last.at + (at - last.at) * last.value / (last.value - value), 0});
    points.push_back({at, value});
  };
  for (std::size_t i = f.first_beyond(low); i < f.knots().size() && f.knots()[i].at < high; ++i)
    append(f.knots()[i].at, f.knots()[i].value - h);
  append(high, f(high) - h);
  std::vector<Kink> kinks;
  Rational slope = 0;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const Rational next =
        (abs(points[i + 1].value) - abs(points[i].value)) / (points[i + 1].at - points[i].at);
    if (next != slope) kinks.push_back({points[i].at, next - slope});
    slope = next;
  }
  return {abs(points[0].value), kinks};
}

/// One box, the product of pieces.
class Cell {
 public:
  explicit Cell(const std::vector<const Piece*>& sides) {
    Rational factorial = 1;
    corners_ = {{0, 1}};
    for (const Piece* side : sides) {
      volume_ *= side->length;
      low_ += side->low;
      const Rational rise = side->high - side->low;
      if (rise == 0) {
        scale_ *= side->length;
        continue;
      }
      ++power_;
      factorial *= power_;
      scale_ *= side->length / rise;  // 1/|a_i|
      const std::size_t count = corners_.size();
      for (std::size_t k = 0; k < count; ++k) {
        corners_.push_back({corners_[k].first + rise, corners_[k].second});
        corners_[k].second = -corners_[k].second;
      }
    }
    scale_ /= factorial;
    for (auto& corner : corners_) corner.first += low_;
  }

  /// ∫ |f − h|; `work` counts knots and evaluations of corners.
  [[nodiscard]] Rational integral(const BrokenLine& f, const Rational& h, std::size_t& work) const {
    const Rational high = corners_.back().first;  // all of the sides
    if (low_ == high) return abs(Rational(f(low_) - h)) * volume_;
    const auto count = [&](std::size_t more) {
      work += more;
      if (work > max_corners)
        reject("claim.l1_error", "l1-error", Reason::limit, "too many pieces", "at most 20000000 corners");
    };
    count(f.first_beyond(high) - f.first_beyond(low_) + 1);  // knots without a kink are work, too
    const auto [first, kinks] = kinks_of(f, h, low_, high);
    count(kinks.size() * corners_.size());
    Rational sum = 0;
    for (const Kink& kink : kinks) {
      sum += kink.change * relu_sum(kink.at);
      require_short(sum);
    }
    return first * volume_ + sum * scale_;
  }

 private:
  /// Σ ± relu(corner − t)^(q+1).
  [[nodiscard]] Rational relu_sum(const Rational& t) const {
    Rational sum = 0;
    for (const auto& [corner, sign] : corners_) {
      const Rational height = corner - t;
      if (height <= 0) continue;
      Rational power = height;
      for (int i = 1; i < power_; ++i) power *= height;
      sum += sign * power;
    }
    return sum;
  }

  Rational volume_ = 1, low_ = 0, scale_ = 1;
  int power_ = 1;                                  ///< q + 1
  std::vector<std::pair<Rational, int>> corners_;  ///< values of z, and their signs
};

}  // namespace

Rational l1_error(const DigitForm& form, const Grid& grid) {
  std::vector<std::vector<Piece>> pieces;
  std::size_t boxes = 1, work = 0;
  for (const BrokenLine& part : form.parts) {
    pieces.push_back(pieces_of(part, grid.n));
    boxes *= std::min(pieces.back().size(), max_corners);
    if (boxes > max_corners)
      reject("claim.l1_error", "l1-error", Reason::limit, "too many pieces", "at most 20000000 corners");
  }
  Rational total = 0;
  std::vector<std::size_t> index(grid.d), cell(grid.d);
  for (std::size_t box = 0; box < boxes; ++box) {
    std::vector<const Piece*> sides;
    for (std::size_t i = 0, rest = box; i < grid.d; rest /= pieces[i].size(), ++i) {
      sides.push_back(&pieces[i][rest % pieces[i].size()]);
      cell[i] = sides[i]->cell;
    }
    total += Cell(sides).integral(form.outer, grid.value(cell), work);
    require_short(total);
  }
  return total;
}

}  // namespace narrows::checker
