// What the pictures on the line and in the plane share: title, axes, legend and verdict, and where they stand on the page.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "plot/canvas.hpp"
#include "plot/markers.hpp"
#include "plot/ticks.hpp"

namespace narrows::plot {

struct LegendEntry {
  std::string text;
  std::function<void(Canvas&, Point)> symbol;  ///< drawn about the point, at most 26 pixels wide
};

/// One entry per kind of critical point that occurs, one for undecided boxes, one that explains hollow symbols.
[[nodiscard]] std::vector<LegendEntry> point_legend(const CertifyResult& result);

/// The note for a chain whose final sigmoid was dropped.
inline const std::string kLogitNote = "Φ is the logit, before the final sigmoid.";

/// The page round a plot. Everything is measured first, so nothing overlaps; width and height follow.
class Page {
 public:
  struct Content {
    std::string title;
    Range x, y;                ///< what the plot shows
    std::string x_label, y_label;
    double plot_width = 640, plot_height = 640;
    double right_margin = 30;  ///< room to the right of the plot, for a colour bar
    std::vector<LegendEntry> legend;
    std::string note = {};     ///< a remark in small print, or nothing
  };

  /// What the picture is about and what is proved of it.
  struct Statement {
    std::string domain;   ///< "R^2 (window shown)"
    std::string verdict;  ///< one sentence
    Verdict kind = Verdict::undecided;
    std::string note;     ///< what of the picture is proved, in small print
    std::string subject = "Φ";
  };

  /// Errors  InputError for a bad ending of `path`.
  Page(const std::string& path, Content content, const Statement& statement);
  Page(const std::string& path, Content content, const CertifyResult& result);

  [[nodiscard]] Canvas& canvas() { return *canvas_; }
  [[nodiscard]] const Rectangle& plot() const { return plot_; }
  [[nodiscard]] Point to_page(double x, double y) const;
  [[nodiscard]] Point to_page(const Point& p) const { return to_page(p.x, p.y); }
  /// The data's coordinates turned into the page's; vertices without visible effect are dropped.
  [[nodiscard]] Polyline to_page(const Polyline& line) const;

  void draw_tick_lines();    ///< faint lines across the plot, to be drawn before the data
  void draw_zero_line();     ///< the axis y = 0, if it is seen
  void draw_surroundings();  ///< frame, ticks, numbers, labels, title, legend, verdict: after the data
  void save() { canvas_->save(); }

 private:
  void lay_out(Canvas& measure);
  void draw_axes();
  void draw_legend();
  void draw_verdict();

  Content content_;
  std::string domain_, verdict_;
  Colour verdict_colour_;
  Ticks x_ticks_, y_ticks_;
  Rectangle plot_;
  double width_ = 0, height_ = 0;
  std::vector<Point> legend_places_;
  std::vector<std::string> verdict_lines_, note_lines_;
  double verdict_top_ = 0;
  std::unique_ptr<Canvas> canvas_;
};

/// `text` broken at blanks into lines that are at most `width` wide where that is possible.
[[nodiscard]] std::vector<std::string> wrapped(Canvas& measure, const std::string& text, const TextStyle& style, double width);

}  // namespace narrows::plot
