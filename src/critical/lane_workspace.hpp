// Memory for the batched kernels.
#pragma once

#include <cstddef>
#include <new>

namespace narrows {

/// A buffer aligned to 64 bytes that grows as needed.
class LaneWorkspace {
 public:
  LaneWorkspace() = default;
  LaneWorkspace(const LaneWorkspace&) = delete;
  LaneWorkspace& operator=(const LaneWorkspace&) = delete;
  ~LaneWorkspace() { release(); }
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

/// The calling thread's buffer: the same one at every call.
[[nodiscard]] inline void* lane_workspace(std::size_t bytes) {
  static thread_local LaneWorkspace memory;
  return memory.at_least(bytes);
}

}  // namespace narrows
