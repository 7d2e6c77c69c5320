#include "plot/canvas.hpp"

#include <cairo-svg.h>
#include <cairo.h>
#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <numbers>
#include <stdexcept>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "plot/utf8.hpp"

namespace narrows::plot {
namespace {

cairo_status_t append_bytes(void* closure, const unsigned char* data, unsigned length) {
  try {
    static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
  } catch (...) {
    return CAIRO_STATUS_NO_MEMORY;
  }
}

/// A failure of the drawing library is our bug or a lack of memory, never the input's fault.
void require(cairo_status_t status) {
  if (status != CAIRO_STATUS_SUCCESS) throw std::runtime_error(std::string("drawing failed: ") + cairo_status_to_string(status));
}

}  // namespace

PictureFormat picture_format(const std::string& path) {
  std::string ending = std::filesystem::path(path).extension().string();
  for (char& c : ending)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (ending == ".svg") return PictureFormat::svg;
  if (ending == ".png") return PictureFormat::png;
  throw InputError(path, "pictures are written as SVG or PNG", "let the file name end in .svg or .png");
}

struct Canvas::State {
  std::string path;
  PictureFormat format;
  std::string bytes;  ///< what cairo has written; outlives the surface, which writes into it
  cairo_surface_t* surface = nullptr;
  cairo_t* context = nullptr;
  std::string description, annotations;

  explicit State(std::string file) : path(std::move(file)), format(picture_format(path)) {}
  ~State() {
    if (context) cairo_destroy(context);
    if (surface) cairo_surface_destroy(surface);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void use(const Colour& c) const { cairo_set_source_rgba(context, c.red, c.green, c.blue, c.opacity); }

  void trace(const Rectangle& r) const { cairo_rectangle(context, r.left, r.top, r.width, r.height); }
  void trace(const Polyline& line) const {
    cairo_new_path(context);
    for (const Point& p : line.points) cairo_line_to(context, p.x, p.y);
    if (line.closed) cairo_close_path(context);
  }
  void fill_path(const Colour& colour) const {
    use(colour);
    cairo_fill(context);
  }
  void stroke_path(const Stroke& stroke) const {
    use(stroke.colour);
    cairo_set_line_width(context, stroke.width);
    cairo_set_dash(context, stroke.dashes.data(), static_cast<int>(stroke.dashes.size()), 0);
    cairo_stroke(context);
  }
  void use_font(const TextStyle& style) const {
    cairo_select_font_face(context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, style.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(context, style.size);
  }
  [[nodiscard]] double advance(const std::string& clean) const {
    cairo_text_extents_t extents;
    cairo_text_extents(context, clean.c_str(), &extents);
    return extents.x_advance;
  }
  /// The SVG with the words after its opening tag and the annotations on top of everything.
  [[nodiscard]] std::string annotated_svg() const {
    std::string svg = bytes;
    const std::size_t open = svg.find("<svg"), after = svg.find('>', open), close = svg.rfind("</svg>");
    if (open == std::string::npos || after == std::string::npos || close == std::string::npos) throw std::logic_error("drawing gave no SVG");
    if (!annotations.empty()) svg.insert(close, "<g fill=\"none\" pointer-events=\"all\">\n" + annotations + "</g>\n");
    svg.insert(after + 1, "\n" + description);
    return svg;
  }
};

Canvas::Canvas(std::string path, double width, double height) : state_(std::make_unique<State>(std::move(path))) {
  State& s = *state_;
  if (s.format == PictureFormat::svg) {
    s.surface = cairo_svg_surface_create_for_stream(append_bytes, &s.bytes, width, height);
    cairo_svg_surface_set_document_unit(s.surface, CAIRO_SVG_UNIT_PX);
  } else {
    s.surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(std::ceil(width)), static_cast<int>(std::ceil(height)));
  }
  require(cairo_surface_status(s.surface));
  s.context = cairo_create(s.surface);
  cairo_set_line_join(s.context, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap(s.context, CAIRO_LINE_CAP_ROUND);
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options(s.context, options);
  cairo_font_options_destroy(options);
  s.use(colours::paper);
  cairo_paint(s.context);
  require(cairo_status(s.context));
}

Canvas::~Canvas() = default;

void Canvas::fill(const Rectangle& area, const Colour& colour) {
  state_->trace(area);
  state_->fill_path(colour);
}

void Canvas::fill(const Polyline& outline, const Colour& colour) {
  state_->trace(outline);
  state_->fill_path(colour);
}

void Canvas::stroke(const Rectangle& area, const Stroke& stroke) {
  state_->trace(area);
  state_->stroke_path(stroke);
}

void Canvas::stroke(const Polyline& line, const Stroke& stroke) {
  state_->trace(line);
  state_->stroke_path(stroke);
}

void Canvas::stroke_circle(Point centre, double radius, const Stroke& stroke) {
  cairo_new_path(state_->context);
  cairo_arc(state_->context, centre.x, centre.y, radius, 0, 2 * std::numbers::pi);
  cairo_close_path(state_->context);
  state_->stroke_path(stroke);
}

void Canvas::fill_around_circle(const Rectangle& area, Point centre, double radius, const Colour& colour) {
  cairo_t* context = state_->context;
  cairo_set_fill_rule(context, CAIRO_FILL_RULE_EVEN_ODD);
  state_->trace(area);
  cairo_new_sub_path(context);
  cairo_arc(context, centre.x, centre.y, radius, 0, 2 * std::numbers::pi);
  cairo_close_path(context);
  state_->fill_path(colour);
  cairo_set_fill_rule(context, CAIRO_FILL_RULE_WINDING);
}

void Canvas::hatch(const std::vector<Rectangle>& areas, const Stroke& stroke) {
  if (areas.empty()) return;
  constexpr double spacing = 6;
  cairo_t* context = state_->context;
  cairo_save(context);
  cairo_new_path(context);
  for (const Rectangle& area : areas) state_->trace(area);
  double left = 0, top = 0, right = 0, bottom = 0;
  cairo_path_extents(context, &left, &top, &right, &bottom);
  cairo_clip(context);
  state_->use(colours::hatched_ground);
  cairo_paint(context);
  // Lines x + y = constant at fixed places of the page, so that the strokes of adjoining areas meet.
  for (double sum = std::ceil((left + top) / spacing) * spacing; sum < right + bottom; sum += spacing) {
    cairo_move_to(context, sum - top, top);
    cairo_line_to(context, sum - bottom, bottom);
  }
  state_->stroke_path(stroke);
  cairo_restore(context);
}

void Canvas::draw(const Image& image, const Rectangle& area) {
  cairo_t* context = state_->context;
  cairo_surface_t* pixels =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(image.columns), static_cast<int>(image.rows));
  require(cairo_surface_status(pixels));
  cairo_surface_flush(pixels);
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(pixels));
  for (std::size_t row = 0; row < image.rows; ++row)
    std::memcpy(cairo_image_surface_get_data(pixels) + row * stride, &image.pixels[row * image.columns], image.columns * sizeof(std::uint32_t));
  cairo_surface_mark_dirty(pixels);
  cairo_save(context);
  cairo_translate(context, area.left, area.top);
  cairo_scale(context, area.width / static_cast<double>(image.columns), area.height / static_cast<double>(image.rows));
  cairo_set_source_surface(context, pixels, 0, 0);
  cairo_pattern_set_extend(cairo_get_source(context), CAIRO_EXTEND_PAD);
  cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_BILINEAR);
  cairo_rectangle(context, 0, 0, static_cast<double>(image.columns), static_cast<double>(image.rows));
  cairo_fill(context);
  cairo_restore(context);
  cairo_surface_destroy(pixels);
}

void Canvas::text(Point at, const std::string& text, const TextStyle& style) {
  const std::string clean = clean_utf8(text);
  state_->use_font(style);
  const double shift = style.anchor == Anchor::start ? 0 : state_->advance(clean) / (style.anchor == Anchor::middle ? 2 : 1);
  state_->use(style.colour);
  cairo_move_to(state_->context, at.x - shift, at.y);
  cairo_show_text(state_->context, clean.c_str());
  cairo_new_path(state_->context);
}

double Canvas::text_width(const std::string& text, const TextStyle& style) {
  state_->use_font(style);
  return state_->advance(clean_utf8(text));
}

void Canvas::clip(const Rectangle& area) {
  cairo_save(state_->context);
  cairo_new_path(state_->context);
  state_->trace(area);
  cairo_clip(state_->context);
}

void Canvas::unclip() { cairo_restore(state_->context); }

void Canvas::describe(const std::string& title, const std::string& description) {
  state_->description = "<title>" + xml_escaped(title) + "</title>\n<desc>" + xml_escaped(description) + "</desc>\n";
}

void Canvas::annotate(Point at, double radius, const std::string& kind, const std::string& text) {
  state_->annotations += fmt::format("<circle class=\"{}\" cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"{:.2f}\"><title>{}</title></circle>\n", xml_escaped(kind), at.x,
                                     at.y, radius, xml_escaped(text));
}

void Canvas::save() {
  State& s = *state_;
  require(cairo_status(s.context));
  if (s.format == PictureFormat::png) {
    require(cairo_surface_write_to_png_stream(s.surface, append_bytes, &s.bytes));
    return write_file_atomically(s.path, s.bytes);
  }
  cairo_surface_finish(s.surface);
  require(cairo_surface_status(s.surface));
  write_file_atomically(s.path, s.annotated_svg());
}

}  // namespace narrows::plot
