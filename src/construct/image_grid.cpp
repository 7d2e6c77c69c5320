// Pictures as grid functions: PGM read here, PNG by cairo.
#include <cairo.h>

#include <cctype>
#include <cstring>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "construct/target.hpp"

namespace narrows {
namespace {

constexpr std::size_t kMaxSide = 512;

/// Brightness as integers 0 … `white`, row by row from the top.
struct Picture {
  std::size_t columns = 0, rows = 0;
  unsigned white = 255;
  std::vector<unsigned> brightness;
};

[[noreturn]] void fail(const std::string& path, const std::string& what) { throw InputError(path, what, "give a grey PGM (P2, P5) or a PNG picture of at most 512 x 512 pixels"); }

class PgmReader {
 public:
  PgmReader(const std::string& bytes, const std::string& path) : bytes_(bytes), path_(path) {}

  Picture read() {
    const bool text = bytes_.starts_with("P2");
    next_ = 2;
    Picture picture;
    picture.columns = number();
    picture.rows = number();
    picture.white = number();
    if (picture.columns == 0 || picture.rows == 0 || picture.columns > kMaxSide || picture.rows > kMaxSide) fail(path_, "has no or too many pixels");
    if (picture.white == 0 || picture.white > 65535) fail(path_, "the maximal grey value is not in 1 … 65535");
    const std::size_t pixels = picture.columns * picture.rows, width = picture.white > 255 ? 2 : 1;
    if (!text && bytes_.size() < next_ + 1 + pixels * width) fail(path_, "ends early");
    ++next_;  // the single blank before binary data
    for (std::size_t k = 0; k < pixels; ++k) {
      unsigned value = 0;
      if (text)
        value = number();
      else
        for (std::size_t b = 0; b < width; ++b) value = 256 * value + static_cast<unsigned char>(bytes_[next_++]);
      if (value > picture.white) fail(path_, "a grey value exceeds the maximum");
      picture.brightness.push_back(value);
    }
    return picture;
  }

 private:
  unsigned number() {
    while (next_ < bytes_.size() && (std::isspace(static_cast<unsigned char>(bytes_[next_])) != 0 || bytes_[next_] == '#')) {
      if (bytes_[next_] == '#')
        while (next_ < bytes_.size() && bytes_[next_] != '\n') ++next_;
      else
        ++next_;
    }
    unsigned value = 0;
    std::size_t digits = 0;
    for (; next_ < bytes_.size() && std::isdigit(static_cast<unsigned char>(bytes_[next_])) != 0; ++next_) {
      if (++digits > 6) fail(path_, "a number is too large");
      value = 10 * value + static_cast<unsigned>(bytes_[next_] - '0');
    }
    if (digits == 0) fail(path_, "a number is missing");
    return value;
  }

  const std::string& bytes_;
  const std::string& path_;
  std::size_t next_ = 0;
};

struct Source {
  const std::string& bytes;
  std::size_t next = 0;
};

cairo_status_t give_bytes(void* closure, unsigned char* data, unsigned int length) {
  auto* source = static_cast<Source*>(closure);
  if (source->bytes.size() - source->next < length) return CAIRO_STATUS_READ_ERROR;
  std::memcpy(data, source->bytes.data() + source->next, length);
  source->next += length;
  return CAIRO_STATUS_SUCCESS;
}

Picture read_png(const std::string& bytes, const std::string& path) {
  Source source{bytes};
  cairo_surface_t* surface = cairo_image_surface_create_from_png_stream(give_bytes, &source);
  const auto format = cairo_image_surface_get_format(surface);
  const int columns = cairo_image_surface_get_width(surface), rows = cairo_image_surface_get_height(surface);
  const bool good = cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS && (format == CAIRO_FORMAT_RGB24 || format == CAIRO_FORMAT_ARGB32) && columns > 0 && rows > 0 &&
                    columns <= static_cast<int>(kMaxSide) && rows <= static_cast<int>(kMaxSide);
  Picture picture;
  if (good) {
    picture.columns = static_cast<std::size_t>(columns);
    picture.rows = static_cast<std::size_t>(rows);
    cairo_surface_flush(surface);
    const unsigned char* data = cairo_image_surface_get_data(surface);
    const int stride = cairo_image_surface_get_stride(surface);
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        std::uint32_t pixel = 0;
        std::memcpy(&pixel, data + r * stride + 4 * c, 4);
        // The rounded luma of the (premultiplied) colour.
        picture.brightness.push_back((299 * (pixel >> 16 & 255) + 587 * (pixel >> 8 & 255) + 114 * (pixel & 255) + 500) / 1000);
      }
  }
  cairo_surface_destroy(surface);
  if (!good) fail(path, "is not a PNG picture that can be read, or too large");
  return picture;
}

}  // namespace

GridFunction read_image(const std::string& path) {
  const std::string bytes = read_file(path);
  Picture picture;
  if (bytes.starts_with("P2") || bytes.starts_with("P5"))
    picture = PgmReader(bytes, path).read();
  else
    picture = read_png(bytes, path);
  if (picture.columns != picture.rows) fail(path, "is not square: " + std::to_string(picture.columns) + " x " + std::to_string(picture.rows));
  const std::size_t n = picture.columns;
  GridFunction grid = make_grid(2, n);
  for (std::size_t row = 0; row < n; ++row)
    for (std::size_t column = 0; column < n; ++column)
      grid.values[grid.number({column, n - 1 - row})] = Rational(picture.brightness[row * n + column], picture.white);
  return grid;
}

}  // namespace narrows
