#include "plot/frame.hpp"

#include <algorithm>
#include <cmath>

#include "base/counted.hpp"
#include "plot/utf8.hpp"
#include "plot/verdict_line.hpp"
#include "plot/window.hpp"

namespace narrows::plot {
namespace {

const TextStyle kTitle{.size = 20, .bold = true};
const TextStyle kSubtitle{.size = 14, .colour = colours::faint_ink};
const TextStyle kNumber{.size = 13};
const TextStyle kLabel{.size = 16};
const TextStyle kLegend{.size = 13};
const TextStyle kVerdict{.size = 15.5, .bold = true};
const TextStyle kNote{.size = 11.5, .colour = colours::faint_ink};
constexpr int kMostTicks = 9;
constexpr double kPlotTop = 94, kTickLength = 5, kRowHeight = 25, kVerdictLineHeight = 21, kNoteLineHeight = 16, kSymbolWidth = 30, kEdge = 24;

TextStyle anchored(TextStyle style, Anchor anchor) {
  style.anchor = anchor;
  return style;
}

Colour colour_of(Verdict verdict) {
  if (verdict == Verdict::proved) return colours::proved;
  return verdict == Verdict::undecided ? colours::undecided : colours::ink;
}

// `text`, cut with an ellipsis if it is wider than `width`.
std::string shortened(Canvas& measure, const std::string& text, const TextStyle& style, double width) {
  const std::string clean = clean_utf8(text);
  if (measure.text_width(clean, style) <= width) return clean;
  std::size_t count = count_characters(clean);
  while (count > 1 && measure.text_width(first_characters(clean, count) + "…", style) > width) --count;
  return first_characters(clean, count) + "…";
}

// The small print below the verdict.
std::string what_is_proved(const CertifyResult& result) {
  const bool verdict = result.verdict != Verdict::undecided, points = !result.critical_points.empty();
  const std::string drawn = "olours and curves are drawn from floating-point values";
  if (verdict && points) return "The verdict and the marked points are proved; c" + drawn + ".";
  if (verdict || points) return std::string(verdict ? "The verdict is" : "The marked points are") + " proved; c" + drawn + ".";
  return "C" + drawn + " and prove nothing.";
}

// As many ticks as fit below an axis of `length` pixels with room between their numbers.
Ticks fitting_ticks(Canvas& measure, const Range& range, double length) {
  constexpr double room = 14;
  for (int count = kMostTicks; count > 1; --count) {
    Ticks ticks = round_ticks(range, count);
    double widest = 0;
    for (const double value : ticks.values) widest = std::max(widest, measure.text_width(tick_text(value, ticks.step), kNumber));
    if (widest + room <= length * ticks.step / range.length()) return ticks;
  }
  return round_ticks(range, 1);
}

void draw_hatched_sample(Canvas& canvas, Point at) {
  const Rectangle sample{at.x - 9, at.y - 7, 18, 14};
  canvas.hatch({sample}, {colours::undecided, 1.2});
  canvas.stroke(sample, {colours::undecided, 1});
}

}  // namespace

std::vector<std::string> wrapped(Canvas& measure, const std::string& text, const TextStyle& style, double width) {
  std::vector<std::string> lines{""};
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(' ', start), text.size());
    const std::string word = text.substr(start, end - start);
    const std::string longer = lines.back().empty() ? word : lines.back() + " " + word;
    if (lines.back().empty() || measure.text_width(longer, style) <= width)
      lines.back() = longer;
    else
      lines.push_back(word);
    start = end + 1;
  }
  return lines;
}

std::vector<LegendEntry> point_legend(const CertifyResult& result) {
  std::vector<LegendEntry> legend;
  const std::size_t dim = result.domain.dim;
  for (const MarkerKind kind : {MarkerKind::minimum, MarkerKind::saddle, MarkerKind::maximum, MarkerKind::unknown}) {
    const auto count = static_cast<std::size_t>(std::count_if(result.critical_points.begin(), result.critical_points.end(),
                                                              [&](const CriticalPoint& p) { return marker_kind(p, dim) == kind; }));
    if (count > 0)
      legend.push_back({legend_text(kind, count, dim), [kind](Canvas& canvas, Point at) { draw_marker(canvas, at, kind, false); }});
  }
  if (std::any_of(result.critical_points.begin(), result.critical_points.end(), [](const CriticalPoint& p) { return !p.inside; }))
    legend.push_back({"hollow: on or next to the boundary", [](Canvas& canvas, Point at) {
                        canvas.stroke_circle(at, 6, {colours::faint_ink, 2.2});
                      }});
  if (!result.undecided.empty())
    legend.push_back({counted(result.undecided.size(), dim == 1 ? "undecided interval" : "undecided box", dim == 1 ? "" : "undecided boxes"),
                      draw_hatched_sample});
  return legend;
}

Page::Page(const std::string& path, Content content, const CertifyResult& result)
    : Page(path, std::move(content), Statement{domain_text(result.domain), verdict_line(result), result.verdict, what_is_proved(result)}) {}

Page::Page(const std::string& path, Content content, const Statement& statement)
    : content_(std::move(content)), domain_(statement.subject + " on " + statement.domain), verdict_(statement.verdict), verdict_colour_(colour_of(statement.kind)) {
  content_.note = statement.note + (content_.note.empty() ? "" : " " + content_.note);
  Canvas measure(path, 16, 16);
  lay_out(measure);
  canvas_ = std::make_unique<Canvas>(path, width_, height_);
  std::string words = domain_ + "\n" + verdict_;
  for (const LegendEntry& entry : content_.legend) words += "\n" + entry.text;
  canvas_->describe(content_.title, words + "\n" + content_.note);
}

void Page::lay_out(Canvas& measure) {
  x_ticks_ = fitting_ticks(measure, content_.x, content_.plot_width);
  y_ticks_ = round_ticks(content_.y, std::clamp(static_cast<int>(content_.plot_height / 40), 2, kMostTicks));
  double number_width = 0;
  for (const double y : y_ticks_.values) number_width = std::max(number_width, measure.text_width(tick_text(y, y_ticks_.step), kNumber));
  const double left = kEdge + measure.text_width(content_.y_label, kLabel) + 10 + number_width + kTickLength + 5;
  plot_ = {left, kPlotTop, content_.plot_width, content_.plot_height};
  width_ = std::ceil(std::max(plot_.right() + content_.right_margin, 640.0));

  Point place{plot_.left, plot_.bottom() + 72};
  for (const LegendEntry& entry : content_.legend) {
    const double entry_width = kSymbolWidth + measure.text_width(entry.text, kLegend);
    if (place.x > plot_.left && place.x + entry_width > width_ - kEdge) place = {plot_.left, place.y + kRowHeight};
    legend_places_.push_back(place);
    place.x += entry_width + 20;
  }
  verdict_top_ = place.y + (content_.legend.empty() ? 6 : kRowHeight + 9);
  verdict_lines_ = wrapped(measure, verdict_, kVerdict, width_ - kEdge - plot_.left);
  note_lines_ = wrapped(measure, content_.note, kNote, width_ - kEdge - plot_.left);
  height_ = std::ceil(verdict_top_ + kVerdictLineHeight * static_cast<double>(verdict_lines_.size()) +
                      kNoteLineHeight * static_cast<double>(note_lines_.size()) + 6);
}

Point Page::to_page(double x, double y) const {
  return {plot_.left + plot_.width * (x - content_.x.lower) / content_.x.length(),
          plot_.bottom() - plot_.height * (y - content_.y.lower) / content_.y.length()};
}

Polyline Page::to_page(const Polyline& line) const {
  Polyline result{{}, line.closed};
  result.points.reserve(line.points.size());
  for (const Point& p : line.points) result.points.push_back(to_page(p));
  return simplified(result, 0.08);
}

void Page::draw_tick_lines() {
  for (const double x : x_ticks_.values) {
    const double at = to_page(x, content_.y.lower).x;
    canvas_->stroke(Polyline{{{at, plot_.top}, {at, plot_.bottom()}}}, {colours::grid_line, 1});
  }
  for (const double y : y_ticks_.values) {
    const double at = to_page(content_.x.lower, y).y;
    canvas_->stroke(Polyline{{{plot_.left, at}, {plot_.right(), at}}}, {colours::grid_line, 1});
  }
}

void Page::draw_zero_line() {
  if (!(content_.y.lower < 0 && content_.y.upper > 0)) return;
  const double at = to_page(content_.x.lower, 0).y;
  canvas_->stroke(Polyline{{{plot_.left, at}, {plot_.right(), at}}}, {colours::faint_ink, 1.2});
}

void Page::draw_surroundings() {
  const double title_width = width_ - plot_.left - kEdge;
  canvas_->text({plot_.left, 38}, shortened(*canvas_, content_.title, kTitle, title_width), kTitle);
  canvas_->text({plot_.left, 62}, shortened(*canvas_, domain_, kSubtitle, title_width), kSubtitle);
  draw_axes();
  draw_legend();
  draw_verdict();
}

void Page::draw_axes() {
  canvas_->stroke(plot_, {colours::ink, 1});
  for (const double x : x_ticks_.values) {
    const double at = to_page(x, content_.y.lower).x;
    canvas_->stroke(Polyline{{{at, plot_.bottom()}, {at, plot_.bottom() + kTickLength}}}, {colours::ink, 1});
    canvas_->text({at, plot_.bottom() + kTickLength + 15}, tick_text(x, x_ticks_.step), anchored(kNumber, Anchor::middle));
  }
  for (const double y : y_ticks_.values) {
    const double at = to_page(content_.x.lower, y).y;
    canvas_->stroke(Polyline{{{plot_.left - kTickLength, at}, {plot_.left, at}}}, {colours::ink, 1});
    canvas_->text({plot_.left - kTickLength - 5, at + 4.7}, tick_text(y, y_ticks_.step), anchored(kNumber, Anchor::end));
  }
  canvas_->text({plot_.left + plot_.width / 2, plot_.bottom() + 43}, content_.x_label, anchored(kLabel, Anchor::middle));
  canvas_->text({kEdge, plot_.top + plot_.height / 2 + 5}, content_.y_label, kLabel);
}

void Page::draw_legend() {
  for (std::size_t k = 0; k < legend_places_.size(); ++k) {
    const Point at = legend_places_[k];
    content_.legend[k].symbol(*canvas_, {at.x + 11, at.y - 4.7});
    canvas_->text({at.x + kSymbolWidth, at.y}, content_.legend[k].text, kLegend);
  }
}

void Page::draw_verdict() {
  TextStyle style = kVerdict;
  style.colour = verdict_colour_;
  double baseline = verdict_top_;
  for (const std::string& line : verdict_lines_) {
    canvas_->text({plot_.left, baseline}, line, style);
    baseline += kVerdictLineHeight;
  }
  for (const std::string& line : note_lines_) {
    canvas_->text({plot_.left, baseline + 2}, line, kNote);
    baseline += kNoteLineHeight;
  }
}

}  // namespace narrows::plot
