// Storage that is kept for the next user: the rows of one leaf are as large as those of the next.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <new>
#include <utility>
#include <vector>

namespace narrows::checker {

/// What a thread has been given back: blocks of powers of two, each in the list for its size.
class RowStorage {
 public:
  [[nodiscard]] static RowStorage& of_this_thread() {
    static thread_local RowStorage storage;
    return storage;
  }
  RowStorage() = default;
  RowStorage(const RowStorage&) = delete;
  RowStorage& operator=(const RowStorage&) = delete;
  ~RowStorage() { clear(); }

  [[nodiscard]] void* take(std::size_t bytes) {
    const std::size_t k = size_class(bytes);
    Block* const block = waiting_[k];
    if (block == nullptr) return ::operator new(std::size_t{1} << k, alignment);
    waiting_[k] = block->next;
    return block;
  }
  void give_back(void* storage, std::size_t bytes) noexcept {
    Block*& first = waiting_[size_class(bytes)];
    first = ::new (storage) Block{first};
  }
  /// Frees all that waits.
  void clear() noexcept {
    for (Block*& first : waiting_) {
      while (first != nullptr) ::operator delete(std::exchange(first, first->next), alignment);
    }
  }

 private:
  struct Block {
    Block* next;
  };
  static constexpr std::align_val_t alignment{64};

  /// 2^k >= bytes.
  [[nodiscard]] static std::size_t size_class(std::size_t bytes) {
    return static_cast<std::size_t>(std::bit_width(std::max(bytes, std::size_t{64}) - 1));
  }

  std::array<Block*, 64> waiting_{};
};

/// An allocator for vectors.
template <class T>
class Recycled {
 public:
  using value_type = T;

  Recycled() = default;
  template <class U>
  Recycled(const Recycled<U>&) {}
  [[nodiscard]] T* allocate(std::size_t n) {
    return static_cast<T*>(RowStorage::of_this_thread().take(n * sizeof(T)));
  }
  void deallocate(T* storage, std::size_t n) noexcept {
    RowStorage::of_this_thread().give_back(storage, n * sizeof(T));
  }
  friend bool operator==(const Recycled&, const Recycled&) { return true; }
};

template <class T>
using RecycledVector = std::vector<T, Recycled<T>>;

}  // namespace narrows::checker
