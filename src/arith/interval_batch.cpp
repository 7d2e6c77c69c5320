#include "arith/interval_batch.hpp"

#include <stdexcept>

#include "arith/lane_batch.hpp"

namespace narrows {
namespace {

BatchOperand operand(const IntervalArray& a) { return {a.lo.data(), a.hi.data()}; }

void require(bool condition, const char* message) {
  if (!condition) throw std::invalid_argument(message);
}

void require_shape(const IntervalArray& a, std::size_t size) {
  require(a.lo.size() == size && a.hi.size() == size, "interval arrays of different sizes");
}

BatchResult resized(IntervalArray* out, std::size_t size) {
  out->lo.resize(size);
  out->hi.resize(size);
  return {out->lo.data(), out->hi.data()};
}

// run() of one instruction set; the arguments after it are those of run().
template <class... Arguments>
void run_on(Isa isa, Arguments... arguments) {
  const NearestRounding nearest;
  switch (isa) {
#if defined(__x86_64__)
    case Isa::avx512: return avx512::run(arguments...);
    case Isa::avx2: return avx2::run(arguments...);
#endif
    default: return portable::run(arguments...);
  }
}

}  // namespace

void apply(UnaryOperation f, const IntervalArray& a, IntervalArray* out, Isa isa) {
  require(is_available(isa), "this processor lacks the instruction set");
  const std::size_t size = a.size();
  require_shape(a, size);
  const BatchResult result = resized(out, size);  // before the operands: they may be the same array
  run_on(isa, f, operand(a), result, size);
}

void apply(BinaryOperation f, const IntervalArray& a, const IntervalArray& b, IntervalArray* out, Isa isa) {
  require(is_available(isa), "this processor lacks the instruction set");
  const std::size_t size = a.size();
  require_shape(a, size);
  require_shape(b, size);
  const BatchResult result = resized(out, size);
  run_on(isa, f, operand(a), operand(b), result, size);
}

}  // namespace narrows
