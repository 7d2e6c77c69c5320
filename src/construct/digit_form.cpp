#include "construct/digit_form.hpp"

#include <algorithm>

namespace narrows {
namespace {

/// The only nonzero entry of a vector: its place, or size() if there is none, or nothing if there are several.
std::optional<std::size_t> only_entry(const std::vector<Rational>& v) {
  std::optional<std::size_t> place;
  for (std::size_t i = 0; i < v.size(); ++i) {
    if (v[i] == 0) continue;
    if (place) return std::nullopt;
    place = i;
  }
  return place.value_or(v.size());
}

/// gain·relu(slope·x + b), slope ≠ 0.
LineFunction::Hinge hinge_of(const Rational& gain, const Rational& slope, const Rational& b) {
  return {-b / slope, gain * abs(slope), slope > 0};
}

/// Takes the blocks one after the other; phases never go back.
class Reader {
 public:
  explicit Reader(std::size_t dim) : dim_(dim), stairs_(dim - 1) {}

  /// False if the block does not fit.
  bool take(const OneNeuronBlock& block) {
    const auto from = only_entry(block.u), to = only_entry(block.v);
    if (!from || !to) return false;
    if (*to == dim_) return true;  // no effect
    const Rational& gain = block.v[*to];
    if (*from == dim_) return shift(*to, block.b > 0 ? Rational(gain * block.b) : Rational(0));
    const Rational& slope = block.u[*from];
    if (*to == dim_ - 1) return *from == dim_ - 1 ? fast(slope, gain, block.b) : stair(*from, slope, gain, block.b);
    if (*to != 0) return false;
    return *from == 0 ? erase(slope, gain, block.b) : *from == dim_ - 1 && lay_out(slope, gain, block.b);
  }

  std::optional<DigitForm> finish() {
    if (phase_ != Phase::code && !is_erased()) return std::nullopt;
    DigitForm form{phi_, {}, LineFunction::sum_of_hinges(phase_ == Phase::code ? start_ : first_.y()[0], code_)};
    for (auto& hinges : stairs_) form.stairs.push_back(LineFunction::sum_of_hinges(0, std::move(hinges)));
    form.code.simplify();
    return form;
  }

 private:
  enum class Phase { fast, stairs, erase, code };

  bool reach(Phase phase) {
    if (phase < phase_) return false;
    if (phase == Phase::code && phase_ != Phase::code) {
      if (!is_erased()) return false;
      start_ = first_.y()[0];
    }
    phase_ = phase;
    return true;
  }
  bool is_erased() {
    first_.simplify();
    return first_.x().size() == 1 && first_.left_slope() == 0 && first_.right_slope() == 0;
  }
  bool shift(std::size_t to, const Rational& by) {
    if (to != 0 || !reach(Phase::code)) return false;
    start_ += by;
    return true;
  }
  bool fast(const Rational& slope, const Rational& gain, const Rational& b) {
    if (!reach(Phase::fast)) return false;
    phi_.apply_block(slope, gain, b);
    return true;
  }
  bool stair(std::size_t from, const Rational& slope, const Rational& gain, const Rational& b) {
    if (!reach(Phase::stairs)) return false;
    stairs_[from].push_back(hinge_of(gain, slope, b));
    return true;
  }
  bool erase(const Rational& slope, const Rational& gain, const Rational& b) {
    if (!reach(Phase::erase)) return false;
    first_.apply_block(slope, gain, b);
    return true;
  }
  bool lay_out(const Rational& slope, const Rational& gain, const Rational& b) {
    if (!reach(Phase::code)) return false;
    code_.push_back(hinge_of(gain, slope, b));
    return true;
  }

  std::size_t dim_;
  Phase phase_ = Phase::fast;
  LineFunction phi_ = LineFunction::identity(), first_ = LineFunction::identity();
  std::vector<std::vector<LineFunction::Hinge>> stairs_;
  std::vector<LineFunction::Hinge> code_;
  Rational start_;
};

/// The supremum of f over what is outside (0,1).
LineFunction::Supremum outside(const LineFunction& f) {
  const auto left = f.supremum_left_of(0), right = f.supremum_right_of(1);
  return {left.bounded && right.bounded, std::max(left.value, right.value)};
}

}  // namespace

std::optional<DigitForm> digit_form(const OneNeuronNetwork& net, std::string* why) {
  Reader reader(net.dim);
  for (std::size_t k = 0; k < net.blocks.size(); ++k) {
    if (reader.take(net.blocks[k])) continue;
    *why = "block " + std::to_string(k + 1) + " does not fit the digit form";
    return std::nullopt;
  }
  std::vector<Rational> first(net.dim);
  first[0] = 1;
  auto form = net.output == first ? reader.finish() : std::nullopt;
  if (!form) *why = "the output is not what the last blocks laid out";
  return form;
}

LineFunction line_form(const OneNeuronNetwork& net) {
  LineFunction state = LineFunction::identity();
  for (const OneNeuronBlock& block : net.blocks) state.apply_block(block.u[0], block.v[0], block.b);
  state.multiply(net.output[0]);
  state.simplify();
  return state;
}

bool vanishes_off_cube(const DigitForm& form) {
  // G is 0 up to the knot before which it is flat; the number of the cell must not come further than that.
  if (form.code.left_slope() != 0 || form.code.y()[0] != 0) return false;
  std::vector<const LineFunction*> parts{&form.phi};
  for (const LineFunction& s : form.stairs) parts.push_back(&s);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Rational sum;
    for (std::size_t k = 0; k < parts.size(); ++k) {
      const auto part = k == i ? outside(*parts[k]) : parts[k]->supremum();
      if (!part.bounded) return false;
      sum += part.value;
    }
    if (sum > form.code.x()[0]) return false;
  }
  return true;
}

bool vanishes_off_cube(const LineFunction& form) {
  LineFunction refined = form;
  refined.refine({Rational(0), Rational(1)});
  if (refined.left_slope() != 0 || refined.right_slope() != 0) return false;
  for (std::size_t k = 0; k < refined.x().size(); ++k)
    if ((refined.x()[k] <= 0 || refined.x()[k] >= 1) && refined.y()[k] != 0) return false;
  return true;
}

}  // namespace narrows
