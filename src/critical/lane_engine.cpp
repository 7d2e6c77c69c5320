#include "critical/lane_engine.hpp"

#include <algorithm>

#include "critical/lane_workspace.hpp"

namespace narrows {
namespace {

LaneBoxTests tests_of(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return avx512::lane_box_tests();
  if (isa == Isa::avx2) return avx2::lane_box_tests();
#endif
  (void)isa;
  return portable::lane_box_tests();
}

LaneSharpTests sharp_tests_of(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return avx512::lane_sharp_tests();
  if (isa == Isa::avx2) return avx2::lane_sharp_tests();
#endif
  (void)isa;
  return portable::lane_sharp_tests();
}

LaneDerivatives derivatives_of(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return avx512::lane_derivatives();
  if (isa == Isa::avx2) return avx2::lane_derivatives();
#endif
  (void)isa;
  return portable::lane_derivatives();
}

constexpr std::size_t kSymbolsPerNeuron = 3, kMaxSymbols = 1000;

}  // namespace

std::optional<LaneEngine> LaneEngine::make(const CompiledChain<Interval>& chain, const std::vector<bool>& regular_everywhere, Isa isa) {
  if (chain.input_dim > kMaxLaneDim || *std::max_element(chain.widths.begin(), chain.widths.end()) > kMaxLaneWidth) return std::nullopt;
  auto program = make_lane_program(chain, regular_everywhere, 0);
  if (!program || program->chain().widest > kMaxLaneWidth) return std::nullopt;
  return LaneEngine(std::move(*program), isa);
}

LaneEngine::LaneEngine(LaneProgram program, Isa isa)
    : program_(std::move(program)), tests_(tests_of(isa)), sharp_tests_(sharp_tests_of(isa)), derivatives_(derivatives_of(isa)) {
  drop(0, program_.chain().input_dim);
}

void LaneEngine::drop(std::size_t first, std::size_t dim) {
  program_.drop(first);
  dim_ = dim;
}

bool LaneEngine::has_stubborn_test() const { return kSymbolsPerNeuron * program_.chain().slope_count + dim_ * (dim_ + 1) / 2 < kMaxSymbols; }

void LaneEngine::test(const double* lower, const double* upper, std::size_t count, LaneVerdict* verdicts) const {
  const NearestRounding guard;
  const LaneChain& chain = program_.chain();
  tests_.by_dim[dim_ - 1](chain, lower, upper, dim_, count, verdicts, lane_workspace(tests_.workspace_bytes(chain, dim_)));
}

// Linear maps do most of the work; an entry has its coefficients and five numbers more, and in the mean half of the symbols.
double LaneEngine::cost(SharpForm form) const {
  const auto own = static_cast<double>(dim_ + 5), bent = static_cast<double>(dim_ * (dim_ + 1) / 2);
  const double symbols = 0.5 * static_cast<double>(kSymbolsPerNeuron * program_.chain().slope_count);
  if (form == SharpForm::taylor) return 1 + 2 * bent / own;
  return 1 + (symbols + (form == SharpForm::zonotope ? 0 : 2 * bent)) / own;
}

void LaneEngine::test_stubborn(SharpForm form, const double* lower, const double* upper, std::size_t count, LaneVerdict* verdicts) const {
  const NearestRounding guard;
  const LaneChain& chain = program_.chain();
  sharp_tests_.by_dim[dim_ - 1](chain, form, lower, upper, dim_, count, verdicts, lane_workspace(sharp_tests_.workspace_bytes(chain, dim_)));
}

void LaneEngine::derivative(std::size_t prefix, const double* lower, const double* upper, std::size_t count, LaneDerivative* results) const {
  const NearestRounding guard;
  const LaneChain& chain = program_.chain();
  derivatives_.derivative[dim_ - 1](chain, prefix, lower, upper, count, results, lane_workspace(derivatives_.workspace_bytes(chain, dim_)));
}

void LaneEngine::half_space(std::size_t prefix, const double* lower, const double* upper, std::size_t count, LaneHalfSpace* results) const {
  const NearestRounding guard;
  const LaneChain& chain = program_.chain();
  derivatives_.half_space[dim_ - 1](chain, prefix, lower, upper, count, results, lane_workspace(derivatives_.workspace_bytes(chain, dim_)));
}

}  // namespace narrows
