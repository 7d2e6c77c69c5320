#include "critical/search_state.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <type_traits>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "base/sha256.hpp"

namespace narrows {
namespace {

// File: this line, the fingerprint, the SHA-256 of the rest, a line each; then the numbers.
constexpr std::string_view kMagic = "narrows-search-state/1";

class Writer {
 public:
  template <class T>
  void number(T value) {
    static_assert(std::is_arithmetic_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  template <class T>
  void numbers(const std::vector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    number(values.size());
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }
  void box(const std::vector<Interval>& box) {
    for (const Interval& side : box) {
      number(side.lower());
      number(side.upper());
    }
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// Reads what Writer wrote. The digest has been checked, so running out of bytes is another version's file.
class Reader {
 public:
  Reader(std::string_view bytes, const std::string& path) : bytes_(bytes), path_(path) {}
  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value), sizeof value);
    return value;
  }
  template <class T>
  std::vector<T> numbers() {
    const auto count = number<std::size_t>();
    if (count > bytes_.size() / sizeof(T)) damaged();
    std::vector<T> values(count);
    if (count > 0) std::memcpy(static_cast<void*>(values.data()), take(count * sizeof(T)), count * sizeof(T));
    return values;
  }
  std::vector<Interval> box(std::size_t dim) {
    std::vector<Interval> sides;
    for (std::size_t i = 0; i < dim; ++i) {
      const auto lower = number<double>();
      sides.emplace_back(lower, number<double>());
    }
    return sides;
  }
  [[noreturn]] void damaged() const { throw InputError(path_, "the search state is damaged", "remove the file to start anew"); }

 private:
  const char* take(std::size_t count) {
    if (count > bytes_.size()) damaged();
    const char* begin = bytes_.data();
    bytes_.remove_prefix(count);
    return begin;
  }
  std::string_view bytes_;
  const std::string& path_;
};

std::string payload_of(const SearchState& state) {
  Writer out;
  out.number(state.open.dim());
  out.number(state.boxes);
  out.numbers(state.tree.nodes());
  out.numbers(state.tree.directions());
  out.number(state.zeros.size());
  for (const UniqueZero& zero : state.zeros) {
    out.number(zero.prefix);
    out.box(zero.box);
    out.box(zero.enclosure);
  }
  out.number(state.undecided.size());
  for (const auto& box : state.undecided) out.box(box);
  out.number(state.open.size());
  for (std::size_t i = 0; i < state.open.size(); ++i) {
    out.number(state.open.node(i));
    out.box(state.open.box(i));
  }
  out.number(state.stubborn.counts().size());
  for (const auto& [size, count] : state.stubborn.counts()) {
    out.number(size);
    out.number(count.tried);
    out.number(count.closed);
  }
  return out.bytes();
}

SearchState state_from(Reader in, std::size_t dim) {
  if (in.number<std::size_t>() != dim) in.damaged();
  SearchState state(dim);
  state.boxes = in.number<std::size_t>();
  auto nodes = in.numbers<TreeNode>();
  state.tree = ProofTree(std::move(nodes), in.numbers<double>());
  for (auto count = in.number<std::size_t>(); count > 0; --count) {
    UniqueZero zero;
    zero.prefix = in.number<std::size_t>();
    zero.box = in.box(dim);
    zero.enclosure = in.box(dim);
    state.zeros.push_back(std::move(zero));
  }
  for (auto count = in.number<std::size_t>(); count > 0; --count) state.undecided.push_back(in.box(dim));
  for (auto count = in.number<std::size_t>(); count > 0; --count) {
    const auto node = in.number<std::size_t>();
    state.open.push(node, in.box(dim));
  }
  for (auto count = in.number<std::size_t>(); count > 0; --count) {
    StubbornRecord::Count& record = state.stubborn.counts()[in.number<std::int32_t>()];
    record.tried = in.number<std::uint64_t>();
    record.closed = in.number<std::uint64_t>();
  }
  return state;
}

}  // namespace

void write_search_state(const std::string& path, const std::string& fingerprint, const SearchState& state) {
  const std::string payload = payload_of(state);
  write_file_atomically(path, std::string(kMagic) + "\n" + fingerprint + "\n" + sha256_hex(payload) + "\n" + payload);
}

std::optional<SearchState> read_search_state(const std::string& path, const std::string& fingerprint, std::size_t dim) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::string magic, name, digest;
  std::getline(file, magic);
  std::getline(file, name);
  std::getline(file, digest);
  if (!file || magic != kMagic) throw InputError(path, "this is no search state", "name another file with --resume; nothing was overwritten");
  if (name != fingerprint)
    throw InputError(path, "the state belongs to another network, output, domain or version of narrows", "remove it or name another file with --resume");
  const std::string payload((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const Reader reader(payload, path);
  if (sha256_hex(payload) != digest) reader.damaged();
  return state_from(reader, dim);
}

}  // namespace narrows
