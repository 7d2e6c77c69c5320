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

LaneBoxTests zonotope_tests_of(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return avx512::lane_zonotope_tests();
  if (isa == Isa::avx2) return avx2::lane_zonotope_tests();
#endif
  (void)isa;
  return portable::lane_zonotope_tests();
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

LaneEngine::LaneEngine(LaneProgram program, Isa isa) : program_(std::move(program)), tests_(tests_of(isa)), zonotope_tests_(zonotope_tests_of(isa)), derivatives_(derivatives_of(isa)) {
  drop(0, program_.chain().input_dim);
}

void LaneEngine::drop(std::size_t first, std::size_t dim) {
  program_.drop(first);
  dim_ = dim;
}

bool LaneEngine::has_stubborn_test() const { return kSymbolsPerNeuron * program_.chain().slope_count < kMaxSymbols; }

void LaneEngine::test(const double* lower, const double* upper, std::size_t count, LaneVerdict* verdicts) const {
  const NearestRounding guard;
  const LaneChain& chain = program_.chain();
  tests_.by_dim[dim_ - 1](chain, lower, upper, dim_, count, verdicts, lane_workspace(tests_.workspace_bytes(chain, dim_)));
}

void LaneEngine::test_stubborn(const double* lower, const double* upper, std::size_t count, LaneVerdict* verdicts) const {
  const NearestRounding guard;
  const LaneChain& chain = program_.chain();
  zonotope_tests_.by_dim[dim_ - 1](chain, lower, upper, dim_, count, verdicts, lane_workspace(zonotope_tests_.workspace_bytes(chain, dim_)));
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
