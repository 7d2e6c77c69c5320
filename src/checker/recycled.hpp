// Storage that is kept for the next user: the rows of one leaf are as large as those of the next.
#pragma once

#include <bit>
#include <limits>
#include <memory>
#include <vector>

namespace narrows::checker {

/// An allocator for vectors: what is given back waits in a list for its size, a power of two, and is never freed.
template <class T>
class Recycled {
 public:
  using value_type = T;

  Recycled() = default;
  template <class U>
  Recycled(const Recycled<U>&) {}
  [[nodiscard]] T* allocate(std::size_t n) {
    std::vector<T*>& waiting = of_size(n);
    if (waiting.empty()) return std::allocator<T>().allocate(std::bit_ceil(n));
    T* storage = waiting.back();
    waiting.pop_back();
    return storage;
  }
  void deallocate(T* storage, std::size_t n) { of_size(n).push_back(storage); }
  friend bool operator==(const Recycled&, const Recycled&) { return true; }

 private:
  static std::vector<T*>& of_size(std::size_t n) {
    static auto& lists = *new std::vector<std::vector<T*>>(std::numeric_limits<std::size_t>::digits + 1);
    return lists[static_cast<std::size_t>(std::bit_width(n - 1))];
  }
};

template <class T>
using RecycledVector = std::vector<T, Recycled<T>>;

}  // namespace narrows::checker
