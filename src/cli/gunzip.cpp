#include "cli/gunzip.hpp"

#include <zlib.h>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"

namespace narrows::cli {
namespace {

constexpr std::size_t kLargest = std::size_t{4} << 30;

std::string gunzip(const std::string& packed, const std::string& where) {
  const auto damaged = [&] { return InputError(where, "the gzip data are damaged or too large", "compress the certificate again"); };
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) throw damaged();
  std::string plain;
  std::string chunk(std::size_t{1} << 18, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  int status = packed.size() <= 0xffffffffu ? Z_OK : Z_DATA_ERROR;
  while (status == Z_OK && plain.size() <= kLargest) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    status = inflate(&stream, Z_NO_FLUSH);
    plain.append(chunk, 0, chunk.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END || plain.size() > kLargest) throw damaged();
  return plain;
}

}  // namespace

std::string read_possibly_gzipped(const std::string& path) {
  std::string bytes = read_file(path);
  const bool packed = bytes.size() > 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
  return packed ? gunzip(bytes, path) : bytes;
}

}  // namespace narrows::cli
