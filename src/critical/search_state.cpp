#include "critical/search_state.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/atomic_file.hpp"
#include "base/bytes.hpp"
#include "base/errors.hpp"
#include "base/sha256.hpp"

namespace narrows {
namespace {

// File: this line, the fingerprint, the SHA-256 of the rest, a line each; then the numbers.
constexpr std::string_view kMagic = "narrows-search-state/2";

// The digest has been checked, so running out of bytes is another version's file.
[[noreturn]] void damaged(const std::string& path) { throw InputError(path, "the search state is damaged", "remove the file to start anew"); }

void put_box(ByteWriter* out, const std::vector<Interval>& box) {
  for (const Interval& side : box) {
    out->number(side.lower());
    out->number(side.upper());
  }
}

std::vector<Interval> take_box(ByteReader* in, std::size_t dim) {
  std::vector<Interval> sides;
  for (std::size_t i = 0; i < dim; ++i) {
    const auto lower = in->number<double>();
    sides.emplace_back(lower, in->number<double>());
  }
  return sides;
}

std::string payload_of(const SearchState& state) {
  ByteWriter out;
  out.number(state.open.dim());
  out.number(state.boxes);
  out.numbers(state.tree.nodes());
  out.numbers(state.tree.directions());
  out.number(state.zeros.size());
  for (const UniqueZero& zero : state.zeros) {
    out.number(zero.prefix);
    put_box(&out, zero.box);
    put_box(&out, zero.enclosure);
  }
  out.number(state.undecided.size());
  for (const auto& box : state.undecided) put_box(&out, box);
  out.number(state.open.size());
  for (std::size_t i = 0; i < state.open.size(); ++i) {
    out.number(state.open.node(i));
    put_box(&out, state.open.box(i));
  }
  out.number(state.forms.survivors);
  out.number(state.forms.counts.size());
  for (const auto& [size, counts] : state.forms.counts) {
    out.number(size);
    for (const FormRecord::Count& count : counts) {
      out.number(count.tried);
      out.number(count.closed);
    }
  }
  return out.bytes();
}

SearchState state_from(ByteReader in, std::size_t dim) {
  if (in.number<std::size_t>() != dim) throw std::length_error("dimension");
  SearchState state(dim);
  state.boxes = in.number<std::size_t>();
  auto nodes = in.numbers<TreeNode>();
  state.tree = ProofTree(std::move(nodes), in.numbers<double>());
  for (auto count = in.number<std::size_t>(); count > 0; --count) {
    UniqueZero zero;
    zero.prefix = in.number<std::size_t>();
    zero.box = take_box(&in, dim);
    zero.enclosure = take_box(&in, dim);
    state.zeros.push_back(std::move(zero));
  }
  for (auto count = in.number<std::size_t>(); count > 0; --count) state.undecided.push_back(take_box(&in, dim));
  for (auto count = in.number<std::size_t>(); count > 0; --count) {
    const auto node = in.number<std::size_t>();
    state.open.push(node, take_box(&in, dim));
  }
  state.forms.survivors = in.number<std::uint64_t>();
  for (auto count = in.number<std::size_t>(); count > 0; --count) {
    for (FormRecord::Count& record : state.forms.counts[in.number<std::int32_t>()]) {
      record.tried = in.number<std::uint64_t>();
      record.closed = in.number<std::uint64_t>();
    }
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
  if (sha256_hex(payload) != digest) damaged(path);
  try {
    return state_from(ByteReader(payload), dim);
  } catch (const std::length_error&) {
    damaged(path);
  }
}

}  // namespace narrows
