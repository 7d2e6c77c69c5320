// Numbers and arrays of them as bytes, for the states of interrupted searches: the layout is that of this machine.
#pragma once

#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace narrows {

class ByteWriter {
 public:
  template <class T>
  void number(T value) {
    static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  template <class T>
  void numbers(const std::vector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    number(values.size());
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }
  void text(std::string_view text) {
    number(text.size());
    bytes_.append(text);
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Reads what ByteWriter wrote.
/// Errors  std::length_error if there are fewer bytes than asked for.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}
  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value), sizeof value);
    return value;
  }
  template <class T>
  std::vector<T> numbers() {
    const auto count = number<std::size_t>();
    if (count > bytes_.size() / sizeof(T)) throw std::length_error("too few bytes");
    std::vector<T> values(count);
    if (count > 0) std::memcpy(static_cast<void*>(values.data()), take(count * sizeof(T)), count * sizeof(T));
    return values;
  }
  std::string text() {
    const auto count = number<std::size_t>();
    return {take(count), count};
  }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

 private:
  const char* take(std::size_t count) {
    if (count > bytes_.size()) throw std::length_error("too few bytes");
    const char* begin = bytes_.data();
    bytes_.remove_prefix(count);
    return begin;
  }
  std::string_view bytes_;
};

}  // namespace narrows
