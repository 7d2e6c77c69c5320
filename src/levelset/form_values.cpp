#include "levelset/form_values.hpp"

#include <cmath>

#include "arith/isa.hpp"
#include "levelset/lane_values.hpp"
#include "network/evaluate.hpp"

namespace narrows {
namespace {

constexpr std::size_t kMaxKernelWidth =
    256;  // sums stay below the 2^10 terms that the kernels' inflation pays for

LaneValues kernels() {
#if defined(__x86_64__)
  static const Isa isa = best_isa();
  if (isa == Isa::avx512) return avx512::lane_values();
  if (isa == Isa::avx2) return avx2::lane_values();
#endif
  return portable::lane_values();
}

/// A buffer aligned to 64 bytes inside `memory`.
void* aligned(std::vector<std::byte>* memory, std::size_t bytes) {
  memory->resize(bytes + 64);
  void* start = memory->data();
  std::size_t space = memory->size();
  return std::align(64, bytes, start, space);
}

}  // namespace

// AffineForm::symbol() rounds half-widths up: its symbol of [-1, 1] is e/(1 + u), 0 <= u <= 2^-52. Read as e it is off by at most u, which the
// radius pays for.
AffineForm affine_form(double centre, const double* coefficients, std::size_t symbols, double radius) {
  constexpr double kRoundedUp = 0x1p-51;
  for (std::size_t i = 0; i < symbols; ++i)
    radius = add_upper(radius, mul_upper(std::fabs(coefficients[i]), kRoundedUp));
  AffineForm form(Interval(centre) + Interval(-radius, radius), symbols);
  for (std::size_t i = 0; i < symbols; ++i)
    if (coefficients[i] != 0)
      form += AffineForm::symbol(Interval(-1, 1), i, symbols) * Interval(coefficients[i]);
  return form;
}

FormValues::FormValues(const Chain& chain, std::size_t first, std::size_t symbols)
    : first_(first), symbols_(symbols), compiled_(compile(chain)) {
  if (symbols == 0 || symbols > kMaxValueSymbols) return;
  auto program = make_lane_program(compiled_, std::vector<bool>(compiled_.layers.size(), true), first);
  if (program && program->chain().widest <= kMaxKernelWidth)
    lanes_ = std::make_shared<const LaneProgram>(std::move(*program));
}

void FormValues::run_lanes(const std::vector<double>& pieces, std::vector<double>* results) const {
  const NearestRounding guard;
  static thread_local std::vector<std::byte> memory;
  const std::size_t count = count_of(pieces);
  results->resize(count * (symbols_ + 4));
  const LaneValues lanes = kernels();
  const LaneChain& chain = lanes_->chain();
  lanes.by_symbols[symbols_ - 1](chain, width(), pieces.data(), count, results->data(),
                                 aligned(&memory, lanes.workspace_bytes(chain, symbols_)));
}

AffineForm FormValues::one_by_one(const double* piece) const {
  std::vector<AffineForm> state;
  for (std::size_t k = 0; k < width(); ++k, piece += symbols_ + 2) {
    state.push_back(affine_form(piece[0], piece + 1, symbols_, piece[symbols_ + 1]));
  }
  return forward_all(compiled_, state, first_).value;
}

void FormValues::forms(const std::vector<double>& pieces, std::vector<ValueForm>* forms) const {
  const std::size_t count = count_of(pieces), block = width() * (symbols_ + 2);
  forms->resize(count);
  std::vector<double> results;
  if (lanes_) run_lanes(pieces, &results);
  for (std::size_t i = 0; i < count; ++i) {
    ValueForm& form = (*forms)[i];
    if (lanes_) {
      const double* result = results.data() + i * (symbols_ + 4);
      form = {result[0], AffineForm::Coefficients(result + 1, result + 1 + symbols_), result[symbols_ + 1],
              Interval(result[symbols_ + 2], result[symbols_ + 3])};
    } else {
      const AffineForm value = one_by_one(pieces.data() + i * block);
      form = {value.centre(), value.coefficients(), value.radius(), value.range()};
    }
  }
}

void FormValues::ranges(const std::vector<double>& pieces, std::vector<Interval>* ranges) const {
  const std::size_t count = count_of(pieces), block = width() * (symbols_ + 2);
  ranges->resize(count);
  if (!lanes_) {
    for (std::size_t i = 0; i < count; ++i) (*ranges)[i] = one_by_one(pieces.data() + i * block).range();
    return;
  }
  std::vector<double> results;
  run_lanes(pieces, &results);
  for (std::size_t i = 0; i < count; ++i) {
    const double* result = results.data() + i * (symbols_ + 4) + symbols_ + 2;
    (*ranges)[i] = Interval(result[0], result[1]);
  }
}

void FormValues::add_box(const std::vector<Interval>& box, std::vector<double>* pieces) const {
  std::size_t symbol = 0;
  for (const Interval& side : box) {
    const double middle = midpoint(side),
                 half = side.lower() == side.upper() ? 0.0 : radius_upper(side, middle);
    pieces->push_back(middle);
    for (std::size_t i = 0; i < symbols_; ++i) pieces->push_back(half != 0 && i == symbol ? half : 0.0);
    pieces->push_back(0.0);
    if (half != 0) ++symbol;
  }
}

}  // namespace narrows
