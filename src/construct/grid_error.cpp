#include "construct/grid_error.hpp"

#include <algorithm>
#include <map>

namespace narrows {
namespace {

using Integer = boost::multiprecision::number<boost::multiprecision::gmp_int, boost::multiprecision::et_off>;

Integer numerator_of(const Rational& r) { return boost::multiprecision::numerator(r); }
Integer denominator_of(const Rational& r) { return boost::multiprecision::denominator(r); }
void include_denominator(Integer* common, const Rational& r) { *common = lcm(*common, denominator_of(r)); }
Integer scaled(const Rational& r, const Integer& common) { return numerator_of(r) * (common / denominator_of(r)); }

/// What one coordinate contributes to the corners of a cell: at z, `weight`, and whether it raises the power by one.
template <class Number>
struct Atom {
  Number z, weight;
  unsigned power = 0;
};

/// On a sloped piece [a, b] of a 1-D function: (δ at its end value − δ at its start value)/slope; on a flat piece: its length.
/// Atoms at one place are merged, so that a kink between equal slopes leaves nothing.
std::vector<Atom<Rational>> atoms_between(const LineFunction& f, std::size_t first, std::size_t last) {
  std::vector<Atom<Rational>> atoms;
  const auto add = [&](const Rational& z, const Rational& weight, unsigned power) {
    for (Atom<Rational>& atom : atoms)
      if (atom.power == power && atom.z == z) return void(atom.weight += weight);
    atoms.push_back({z, weight, power});
  };
  for (std::size_t k = first; k < last; ++k) {
    const Rational slope = f.slope(k + 1);
    if (slope == 0) {
      add(f.y()[k], f.x()[k + 1] - f.x()[k], 0);
      continue;
    }
    add(f.y()[k + 1], 1 / slope, 1);
    add(f.y()[k], -1 / slope, 1);
  }
  std::erase_if(atoms, [](const Atom<Rational>& atom) { return atom.weight == 0; });
  return atoms;
}

/// Atoms of each of the n cells of a coordinate, over common denominators.
struct CoordinateAtoms {
  std::vector<std::vector<Atom<Rational>>> exact;
  std::vector<std::vector<Atom<Integer>>> integer;
  Integer weight_denominator = 1;
};

CoordinateAtoms coordinate_atoms(LineFunction f, std::size_t n) {
  std::vector<Rational> walls;
  for (std::size_t j = 0; j <= n; ++j) walls.push_back(Rational(j) / Rational(n));
  f.refine(walls);
  CoordinateAtoms atoms;
  const auto place = [&](const Rational& at) { return static_cast<std::size_t>(std::lower_bound(f.x().begin(), f.x().end(), at) - f.x().begin()); };
  for (std::size_t j = 0; j < n; ++j) {
    atoms.exact.push_back(atoms_between(f, place(walls[j]), place(walls[j + 1])));
    for (const auto& atom : atoms.exact.back()) include_denominator(&atoms.weight_denominator, atom.weight);
  }
  return atoms;
}

struct Corner {
  Integer z, weight;
  unsigned power = 0;
};

/// Everything as integers: z over D, G's slopes over S, values over H, weights over L.
class GridError {
 public:
  GridError(const DigitForm& form, const GridFunction& h, const StopToken& stop) : h_(h), code_(form.code), stop_(stop), top_(static_cast<unsigned>(h.dim) + 1) {
    for (const LineFunction& s : form.stairs) coordinates_.push_back(coordinate_atoms(s, h.n));
    coordinates_.push_back(coordinate_atoms(form.phi, h.n));
    choose_denominators();
    for (const Rational& t : code_.x()) knots_.push_back(scaled(t, D_));
    for (const Rational& y : code_.y()) values_.push_back(scaled(y, H_));
    for (std::size_t k = 0; k <= code_.x().size(); ++k) slopes_.push_back(scaled(code_.slope(k), S_));
  }

  std::optional<Rational> run() {
    std::map<Integer, std::vector<std::size_t>> groups;
    for (std::size_t m = 0; m < h_.cells(); ++m) groups[scaled(h_.values[m], H_)].push_back(m);
    for (const auto& [level, cells] : groups)
      if (!add_level(level, cells)) return std::nullopt;
    return total();
  }

 private:
  void choose_denominators() {
    for (const CoordinateAtoms& atoms : coordinates_) {
      for (const auto& cell : atoms.exact)
        for (const auto& atom : cell) include_denominator(&D_, atom.z);
      L_ *= atoms.weight_denominator;
    }
    for (const Rational& t : code_.x()) include_denominator(&D_, t);
    for (const Rational& y : code_.y()) include_denominator(&H_, y);
    for (const Rational& value : h_.values) include_denominator(&H_, value);
    for (std::size_t k = 0; k <= code_.x().size(); ++k) include_denominator(&S_, code_.slope(k));
    for (CoordinateAtoms& atoms : coordinates_)
      for (const auto& cell : atoms.exact) {
        atoms.integer.emplace_back();
        for (const auto& atom : cell) atoms.integer.back().push_back({scaled(atom.z, D_), scaled(atom.weight, atoms.weight_denominator), atom.power});
      }
    // Powers p < d+1 are brought to one denominator: weight·(c−t)^p/p! = [weight·(d+1)!/p!·D^(d+1−p)]·(C−T)^p / (L (d+1)! D^(d+1)).
    factor_.assign(top_ + 1, Integer(1));
    for (unsigned p = top_; p-- > 0;) factor_[p] = factor_[p + 1] * (p + 1) * D_;
  }

  /// All products of one atom per coordinate.
  void add_corners(const std::vector<std::size_t>& cell, std::size_t i, const Integer& z, const Integer& weight, unsigned power) {
    if (i == coordinates_.size()) {
      corners_.push_back({z, weight * factor_[power + 1], power + 1});
      return;
    }
    for (const Atom<Integer>& atom : coordinates_[i].integer[cell[i]]) add_corners(cell, i + 1, z + atom.z, weight * atom.weight, power + atom.power);
  }

  /// F ← F + sign·weight·(C − T)^p.
  void add_to_polynomial(const Corner& corner, int sign) {
    Integer term = sign > 0 ? corner.weight : Integer(-corner.weight);
    if (corner.power % 2 == 1) term = -term;  // of T^p
    for (unsigned i = corner.power;; --i) {
      polynomial_[i] += term;
      if (i == 0) break;
      term *= corner.z;
      term *= -static_cast<int>(i);
      term /= corner.power - i + 1;  // binomials: exact
    }
  }

  /// F at T = N/Q, times Q^(d+1). Must be called with ascending arguments within one level.
  Integer kernel(const Integer& N, const Integer& Q) {
    while (passed_ < corners_.size() && corners_[passed_].z * Q <= N) add_to_polynomial(corners_[passed_++], -1);
    Integer value = polynomial_[top_], scale = 1;
    for (unsigned i = top_; i-- > 0;) {
      scale *= Q;
      value = value * N + polynomial_[i] * scale;
    }
    return value;
  }

  void add_kink(const Integer& jump, const Integer& T) {
    if (jump != 0) sums_[Integer(1)] += jump * kernel(T, 1);
  }

  /// |G − h| turns at the place after knot T (value y there, over H) where the line with this slope meets the level.
  void add_crossing(const Integer& T, const Integer& y, const Integer& slope) {
    Integer N = T * H_ * slope - D_ * S_ * y, Q = H_ * slope;
    if (Q < 0) N = -N, Q = -Q;
    const Integer common = gcd(N, Q);
    N /= common, Q /= common;
    sums_[Q] += 2 * abs(slope) * kernel(N, Q);
  }

  void start_level(const std::vector<std::size_t>& cells) {
    corners_.clear();
    for (const std::size_t m : cells) add_corners(h_.cell(m), 0, 0, 1, 0);
    std::sort(corners_.begin(), corners_.end(), [](const Corner& a, const Corner& b) { return a.z < b.z; });
    polynomial_.assign(top_ + 1, Integer(0));
    for (const Corner& corner : corners_) add_to_polynomial(corner, 1);
    passed_ = 0;
  }

  /// The integral over all cells with h = level/H.
  bool add_level(const Integer& level, const std::vector<std::size_t>& cells) {
    start_level(cells);
    const Integer low = corners_.front().z, high = corners_.back().z;
    // |G − h| is (start value) + (start slope)(z − low) + kinks.
    std::size_t k = static_cast<std::size_t>(std::upper_bound(knots_.begin(), knots_.end(), low) - knots_.begin());
    const Rational start = code_(Rational(low, D_)) - Rational(level, H_);
    volume_part_ += abs(start) * Rational(cells.size()) / Rational(h_.cells());
    int sign = start.sign();
    if (sign == 0) sign = slopes_[k].sign();
    add_kink(sign >= 0 ? slopes_[k] : Integer(-slopes_[k]), low);
    for (; k <= knots_.size(); ++k) {
      if ((k & 1023) == 0 && stop_.stop_requested()) return false;
      // The piece with slopes_[k] ends at knot k, or at the last corner.
      const bool last = k == knots_.size() || knots_[k] >= high;
      const int end = last ? (code_(Rational(high, D_)) - Rational(level, H_)).sign() : (values_[k] - level).sign();
      if (sign * end < 0) {
        const std::size_t knot = k < knots_.size() ? k : k - 1;
        add_crossing(knots_[knot], values_[knot] - level, slopes_[k]);
        sign = end;
      }
      if (last) return true;
      const Integer before = sign >= 0 ? slopes_[k] : Integer(-slopes_[k]);
      if (end == 0) sign = slopes_[k + 1].sign();
      const Integer after = sign >= 0 ? slopes_[k + 1] : Integer(-slopes_[k + 1]);
      add_kink(after - before, knots_[k]);
    }
    return true;
  }

  /// Σ sums[Q]/Q^(d+1), pairwise, so that long denominators meet only at the end.
  Rational total() {
    std::vector<Rational> terms;
    for (const auto& [Q, sum] : sums_) terms.emplace_back(sum, pow(Q, top_));
    while (terms.size() > 1) {
      for (std::size_t i = 0; i < terms.size() / 2; ++i) terms[i] = terms[2 * i] + terms[2 * i + 1];
      if (terms.size() % 2 == 1) terms[terms.size() / 2] = terms.back();
      terms.resize((terms.size() + 1) / 2);
    }
    return volume_part_ + (terms.empty() ? Rational(0) : Rational(terms[0] / Rational(L_ * factor_[0] * S_)));
  }

  const GridFunction& h_;
  const LineFunction& code_;
  const StopToken& stop_;
  const unsigned top_;  ///< d + 1
  std::vector<CoordinateAtoms> coordinates_;
  Integer D_ = 1, S_ = 1, H_ = 1, L_ = 1;
  std::vector<Integer> factor_, knots_, values_, slopes_;
  std::vector<Corner> corners_;
  std::vector<Integer> polynomial_;
  std::size_t passed_ = 0;
  std::map<Integer, Integer> sums_;  ///< by denominator
  Rational volume_part_;
};

}  // namespace

std::optional<Rational> grid_error_exact(const DigitForm& form, const GridFunction& h, const StopToken& stop) { return GridError(form, h, stop).run(); }

namespace {

/// Values of a function at the ends of its pieces inside [0,1], walls of the grid included; doubles, to count with.
std::vector<double> piece_ends(LineFunction f, std::size_t n) {
  std::vector<Rational> walls;
  for (std::size_t j = 0; j <= n; ++j) walls.push_back(Rational(j) / Rational(n));
  f.refine(walls);
  std::vector<double> ends;
  for (std::size_t k = 0; k < f.x().size(); ++k)
    if (f.x()[k] >= 0 && f.x()[k] <= 1) ends.push_back(f.y()[k].convert_to<double>());
  return ends;
}

}  // namespace

std::size_t direct_corners(const DigitForm& form, const GridFunction& h, std::size_t most) {
  std::vector<std::vector<double>> parts;
  for (const LineFunction& s : form.stairs) parts.push_back(piece_ends(s, h.n));
  parts.push_back(piece_ends(form.phi, h.n));
  std::vector<double> kinks;
  for (const Rational& t : form.code.x()) kinks.push_back(t.convert_to<double>());
  std::size_t count = 0;
  const auto place = [&](double z) { return static_cast<std::size_t>(std::upper_bound(kinks.begin(), kinks.end(), z) - kinks.begin()); };
  const auto visit = [&](const auto& self, std::size_t i, double low, double high) -> void {
    if (i == parts.size()) {
      count += (1 + place(high) - place(low)) << h.dim;
      return;
    }
    for (std::size_t k = 0; k + 1 < parts[i].size() && count <= most; ++k)
      self(self, i + 1, low + std::min(parts[i][k], parts[i][k + 1]), high + std::max(parts[i][k], parts[i][k + 1]));
  };
  visit(visit, 0, 0, 0);
  return count;
}

Rational grid_error_exact(const LineFunction& form, const GridFunction& h) {
  Rational sum;
  LineFunction refined = form;
  std::vector<Rational> walls;
  for (std::size_t j = 0; j <= h.n; ++j) walls.push_back(Rational(j) / Rational(h.n));
  refined.refine(walls);
  const auto& x = refined.x();
  for (std::size_t j = 0, k = 0; j < h.n; ++j) {
    while (x[k] < walls[j]) ++k;
    std::vector<Rational> px, py;
    for (std::size_t i = k; i < x.size() && x[i] <= walls[j + 1]; ++i) px.push_back(x[i]), py.push_back(refined.y()[i]);
    sum += integral_of_distance(LineFunction(std::move(px), std::move(py), 0, 0), h.values[j], walls[j], walls[j + 1]);
  }
  return sum;
}

}  // namespace narrows
