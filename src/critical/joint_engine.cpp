#include "critical/joint_engine.hpp"

#include <algorithm>

#include "critical/lane_workspace.hpp"

namespace narrows {
namespace {

LaneBoxTests tests_of(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return avx512::lane_joint_tests();
  if (isa == Isa::avx2) return avx2::lane_joint_tests();
#endif
  (void)isa;
  return portable::lane_joint_tests();
}

LaneJointValues values_of(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return avx512::lane_joint_values();
  if (isa == Isa::avx2) return avx2::lane_joint_values();
#endif
  (void)isa;
  return portable::lane_joint_values();
}

// Interval() turns NaN bounds into the entire line.
void translate(const std::vector<LaneRange>& from, Interval* to) {
  std::transform(from.begin(), from.end(), to, [](const LaneRange& x) { return Interval(x.lower, x.upper); });
}

}  // namespace

std::optional<JointEngine> JointEngine::make(const CompiledChain<Interval>& family, const std::vector<bool>& regular_everywhere, Isa isa) {
  if (family.input_dim + kFreeFactors > kMaxLaneDim || *std::max_element(family.widths.begin(), family.widths.end()) > kMaxLaneWidth) return std::nullopt;
  auto program = make_family_program(family, regular_everywhere);
  if (!program || program->chain().widest > kMaxLaneWidth) return std::nullopt;
  return JointEngine(std::move(*program), isa);
}

JointEngine::JointEngine(LaneProgram program, Isa isa)
    : program_(std::move(program)), tests_(tests_of(isa)), values_(values_of(isa)), symbols_(program_.chain().input_dim + kFreeFactors) {}

void JointEngine::test(const double* lower, const double* upper, std::size_t count, LaneVerdict* verdicts) const {
  const NearestRounding guard;
  const LaneChain& chain = program_.chain();
  tests_.by_dim[symbols_ - 1](chain, lower, upper, symbols_, count, verdicts, lane_workspace(tests_.workspace_bytes(chain, symbols_)));
}

void JointEngine::rows(std::size_t prefix, const double* u, const double* lower, const double* upper, std::size_t count, Interval* ranges) const {
  const NearestRounding guard;
  const LaneChain& chain = program_.chain();
  std::vector<LaneRange> found(count * (symbols_ - kFreeFactors));
  values_.rows[symbols_ - 1](chain, prefix, u, lower, upper, count, found.data(), lane_workspace(values_.workspace_bytes(chain, symbols_)));
  translate(found, ranges);
}

void JointEngine::differences(const double* x0, const double* lower, const double* upper, std::size_t count, Interval* ranges) const {
  const NearestRounding guard;
  const LaneChain& chain = program_.chain();
  std::vector<LaneRange> found(count);
  values_.differences[symbols_ - 1](chain, x0, lower, upper, count, found.data(), lane_workspace(values_.workspace_bytes(chain, symbols_)));
  translate(found, ranges);
}

}  // namespace narrows
