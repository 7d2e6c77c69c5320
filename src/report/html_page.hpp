// One self-contained HTML page: text, tables, figures as inline SVG; nothing is loaded from anywhere.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace narrows {

/// & < > " as entities, bytes that are not UTF-8 as U+FFFD.
[[nodiscard]] std::string html_escaped(const std::string& text);

/// Grows from top to bottom. Every text argument is plain and is escaped here.
class HtmlPage {
 public:
  explicit HtmlPage(std::string title);

  /// level 1 to 3; `anchor`, if any, is the target of links.
  void heading(int level, const std::string& text, const std::string& anchor = "");
  void paragraph(const std::string& text);
  /// A coloured word, then text: proved, refuted, undecided, accepted, rejected.
  void verdict(const std::string& word, const std::string& text);
  /// Lines as they stand: commands, queries.
  void code(const std::string& text);
  struct Cell {
    Cell(std::string text_, std::string link_ = "") : text(std::move(text_)), link(std::move(link_)) {}
    Cell(const char* text_) : text(text_) {}
    std::string text, link;  ///< link: an anchor of this page
  };
  /// The first row holds the names of the columns. Columns in which every cell is a number stand to the right.
  void table(const std::vector<std::vector<Cell>>& rows);
  /// An SVG document, made part of the page: it gets its own names, and the page's width.
  void figure(const std::string& svg, const std::string& caption);
  /// Everything of another page; its figures count.
  void append(const HtmlPage& other);
  void open_section();
  void close_section();

  [[nodiscard]] std::size_t figures() const { return figures_; }
  /// The whole document.
  [[nodiscard]] std::string text() const;

 private:
  std::string title_, body_;
  std::size_t figures_ = 0;
};

/// The <svg> element of the document with every id and reference prefixed, and without fixed size: for inlining beside others.
[[nodiscard]] std::string inline_svg(const std::string& svg, const std::string& prefix);

}  // namespace narrows
