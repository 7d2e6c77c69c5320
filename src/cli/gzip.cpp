#include "cli/gzip.hpp"

#include <zlib.h>

#include <new>

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

// Deflates pieces into a file.
class Packer {
 public:
  explicit Packer(AtomicFile& file) : file_(file) {
    // 15 + 16: a gzip header, without name or time.
    if (deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  }
  ~Packer() { deflateEnd(&stream_); }
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;

  void write(std::string_view piece) {
    while (!piece.empty()) {  // avail_in counts in 32 bits
      const std::string_view part = piece.substr(0, std::size_t{1} << 30);
      piece.remove_prefix(part.size());
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
      stream_.avail_in = static_cast<uInt>(part.size());
      deflate_all(Z_NO_FLUSH);
    }
  }
  void finish() { deflate_all(Z_FINISH); }

 private:
  void deflate_all(int flush) {
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(chunk_.data());
      stream_.avail_out = static_cast<uInt>(chunk_.size());
      deflate(&stream_, flush);
      file_.write({chunk_.data(), chunk_.size() - stream_.avail_out});
    } while (stream_.avail_out == 0);
  }
  AtomicFile& file_;
  z_stream stream_{};
  std::string chunk_ = std::string(std::size_t{1} << 18, '\0');
};

}  // namespace

std::string read_possibly_gzipped(const std::string& path) {
  std::string bytes = read_file(path);
  const bool packed = bytes.size() > 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
  return packed ? gunzip(bytes, path) : bytes;
}

void write_possibly_gzipped(const std::string& path, const std::function<void(const std::function<void(std::string_view)>&)>& produce) {
  AtomicFile file(path);
  if (path.ends_with(".gz")) {
    Packer packer(file);
    produce([&packer](std::string_view piece) { packer.write(piece); });
    packer.finish();
  } else {
    produce([&file](std::string_view piece) { file.write(piece); });
  }
  file.commit();
}

}  // namespace narrows::cli
