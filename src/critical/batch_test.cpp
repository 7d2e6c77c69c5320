#include "critical/batch_test.hpp"

#include <algorithm>
#include <new>

namespace narrows {
namespace {

constexpr std::size_t kGroup = 8;  // a multiple of the lanes of every instruction set

LaneBoxTests tests_of(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return avx512::lane_box_tests();
  if (isa == Isa::avx2) return avx2::lane_box_tests();
#endif
  (void)isa;
  return portable::lane_box_tests();
}

// One aligned buffer per thread, grown as needed.
class Workspace {
 public:
  Workspace() = default;
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  ~Workspace() { release(); }
  void* at_least(std::size_t bytes) {
    if (bytes > size_) {
      release();
      memory_ = ::operator new(bytes, kAlignment);
      size_ = bytes;
    }
    return memory_;
  }

 private:
  static constexpr std::align_val_t kAlignment{64};
  void release() {
    if (memory_ != nullptr) ::operator delete(memory_, kAlignment);
    memory_ = nullptr;
    size_ = 0;
  }
  void* memory_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace

std::optional<BatchTest> BatchTest::make(const Problem& problem, Isa isa) {
  if (problem.dim > kMaxLaneDim) return std::nullopt;
  std::vector<bool> regular;
  for (std::size_t l = 0; l < problem.depth(); ++l) regular.push_back(problem.regular_everywhere(l));
  auto program = make_lane_program(problem.fast, regular, problem.first);
  if (!program || program->chain().widest > kMaxLaneWidth) return std::nullopt;
  const LaneBoxTests tests = tests_of(isa);
  const std::size_t bytes = tests.workspace_bytes(program->chain(), problem.dim);
  return BatchTest(std::move(*program), tests.by_dim[problem.dim - 1], problem.dim, bytes);
}

void BatchTest::operator()(const double* lower, const double* upper, std::size_t count, BoxTest* findings) const {
  static thread_local Workspace workspace;
  const NearestRounding guard;
  for (std::size_t done = 0; done < count; done += kGroup) {
    LaneVerdict verdicts[kGroup];
    const std::size_t size = std::min(kGroup, count - done);
    test_(program_.chain(), lower + done * dim_, upper + done * dim_, dim_, size, verdicts, workspace.at_least(bytes_));
    for (std::size_t i = 0; i < size; ++i) findings[done + i] = translate(verdicts[i]);
  }
}

BoxTest BatchTest::translate(const LaneVerdict& verdict) const {
  BoxTest test;
  test.prefix = verdict.prefix;
  test.regular_prefix = verdict.regular_prefix;
  switch (verdict.outcome) {
    case LaneVerdict::Outcome::layers_regular: test.outcome = BoxTest::Outcome::layers_regular; break;
    case LaneVerdict::Outcome::direction_sign:
      test.outcome = BoxTest::Outcome::direction_sign;
      test.direction.assign(verdict.direction, verdict.direction + width_after(verdict.prefix));
      break;
    case LaneVerdict::Outcome::open:
      test.remainder = verdict.remainder;
      test.sensitivity.assign(verdict.sensitivity, verdict.sensitivity + dim_);
  }
  return test;
}

std::size_t BatchTest::width_after(std::size_t prefix) const {
  return program_.chain().layers[prefix].cols;  // prefix < depth: v_depth = 1 needs no direction
}

}  // namespace narrows
