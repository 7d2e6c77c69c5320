#include "report/html_page.hpp"

#include <algorithm>
#include <cctype>

#include "base/version.hpp"

namespace narrows {
namespace {

constexpr const char* kStyle = R"(
:root { color-scheme: light; }
body { font: 16px/1.5 "DejaVu Sans", Verdana, sans-serif; color: #212126; background: #fff; margin: 0 auto; max-width: 60rem; padding: 1rem; }
h1 { font-size: 1.7rem; line-height: 1.25; } h2 { font-size: 1.25rem; margin-top: 2.2rem; border-top: 2px solid #e4e4e8; padding-top: 1rem; } h3 { font-size: 1.05rem; }
h1, h2, h3, p, td.long, figcaption { overflow-wrap: anywhere; }
a { color: #285c9e; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .86rem; margin: .6rem 0; }
th, td { border-bottom: 1px solid #e4e4e8; padding: .25rem .7rem .25rem 0; text-align: left; vertical-align: top; }
td.long { min-width: 14rem; }
th.number, td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
pre { background: #f4f4f6; padding: .6rem .8rem; overflow-x: auto; font-size: .82rem; white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: 1rem 0; } figure svg { display: block; width: 100%; height: auto; max-width: 46rem; }
figcaption { font-size: .86rem; color: #55555c; }
.word { font-weight: bold; } .proved, .accepted { color: #006b5c; } .refuted { color: #7a3c00; } .undecided, .rejected { color: #b3121a; }
footer { margin-top: 3rem; font-size: .8rem; color: #55555c; }
@media (max-width: 40rem) { h1 { font-size: 1.4rem; } table.stack tr:first-child { display: none; } table.stack tr { display: block; border-bottom: 2px solid #e4e4e8; padding: .35rem 0; } table.stack td { display: block; border: 0; padding: .05rem 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
  table.stack td::before { content: attr(data-name) ": "; color: #55555c; font-weight: normal; } }
@media print { body { max-width: none; font-size: 10pt; } h2 { break-after: avoid; } h3, p { orphans: 3; widows: 3; } h3 { break-after: avoid; } figure, tr, pre { break-inside: avoid; } figure svg { max-width: 14cm; } .wide { overflow: visible; } a { color: inherit; } }
)";

bool is_number(const std::string& text) {
  if (text.empty() || text == "–") return true;
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isdigit(c) != 0 || std::string("+-.e[], %").find(static_cast<char>(c)) != std::string::npos;
  });
}

/// The length of the UTF-8 sequence at `at`, or 0 if it is none.
std::size_t sequence_length(const std::string& text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t k = 1; k < length; ++k)
    if ((static_cast<unsigned char>(text[at + k]) & 0xC0) != 0x80) return 0;
  return length;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

}  // namespace

std::string html_escaped(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text, at);
    if (length == 0)
      out += "\xEF\xBF\xBD";
    else if (text[at] == '&')
      out += "&amp;";
    else if (text[at] == '<')
      out += "&lt;";
    else if (text[at] == '>')
      out += "&gt;";
    else if (text[at] == '"')
      out += "&quot;";
    else
      out += text.substr(at, length);
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

std::string inline_svg(const std::string& svg, const std::string& prefix) {
  const std::size_t open = svg.find("<svg"), close = svg.find('>', open);
  if (open == std::string::npos || close == std::string::npos) return "";
  std::string tag = svg.substr(open, close - open);
  for (const char* name : {" width=\"", " height=\""}) {
    const std::size_t at = tag.find(name);
    if (at == std::string::npos) continue;
    tag.erase(at, tag.find('"', at + std::string(name).size()) + 1 - at);
  }
  std::string rest = svg.substr(close);
  rest = replaced(rest, " id=\"", " id=\"" + prefix);
  rest = replaced(rest, "href=\"#", "href=\"#" + prefix);
  rest = replaced(rest, "url(#", "url(#" + prefix);
  return tag + " role=\"img\"" + rest;
}

HtmlPage::HtmlPage(std::string title) : title_(std::move(title)) {}

void HtmlPage::heading(int level, const std::string& text, const std::string& anchor) {
  const std::string tag = "h" + std::to_string(level);
  body_ += "<" + tag + (anchor.empty() ? "" : " id=\"" + html_escaped(anchor) + "\"") + ">" +
           html_escaped(text) + "</" + tag + ">\n";
}

void HtmlPage::paragraph(const std::string& text) {
  body_ += "<p>" + html_escaped(text) + "</p>\n";
}

void HtmlPage::verdict(const std::string& word, const std::string& text) {
  body_ += "<p><span class=\"word " + html_escaped(word) + "\">" + html_escaped(word) +
           "</span>: " + html_escaped(text) + "</p>\n";
}

void HtmlPage::code(const std::string& text) {
  body_ += "<pre>" + html_escaped(text) + "</pre>\n";
}

void HtmlPage::table(const std::vector<std::vector<Cell>>& rows) {
  if (rows.empty()) return;
  std::vector<bool> numbers(rows[0].size(), rows.size() > 1), words(rows[0].size(), false);
  for (std::size_t r = 1; r < rows.size(); ++r)
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      numbers[c] = numbers[c] && is_number(rows[r][c].text);
      words[c] = words[c] || rows[r][c].text.size() > 40;
    }
  // On narrow screens tables that are wide because of texts become a list of their rows.
  const bool texts = std::find(words.begin(), words.end(), true) != words.end();
  const bool wide = rows[0].size() > 4 && std::find(numbers.begin(), numbers.end(), false) != numbers.end();
  const bool stacked = rows[0].size() > 2 && (texts || wide);
  body_ += stacked ? "<div class=\"wide\"><table class=\"stack\">\n" : "<div class=\"wide\"><table>\n";
  for (std::size_t r = 0; r < rows.size(); ++r) {
    body_ += "<tr>";
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      const HtmlPage::Cell& cell = rows[r][c];
      const std::string tag = r == 0 ? "th" : "td", shown = html_escaped(cell.text);
      const std::string type =
          numbers[c] ? " class=\"number\""
          : words[c] ? " class=\"long\""
          : cell.text == "proved" || cell.text == "refuted" || cell.text == "undecided" ||
                  cell.text == "ACCEPTED" || cell.text == "REJECTED"
              ? " class=\"word " +
                    replaced(replaced(cell.text, "ACCEPTED", "accepted"), "REJECTED", "rejected") + "\""
              : "";
      body_ +=
          "<" + tag + type +
          (stacked && r > 0 ? " data-name=\"" + html_escaped(rows[0][c].text) + "\"" : "") + ">" +
          (cell.link.empty() ? shown : "<a href=\"#" + html_escaped(cell.link) + "\">" + shown + "</a>") +
          "</" + tag + ">";
    }
    body_ += "</tr>\n";
  }
  body_ += "</table></div>\n";
}

void HtmlPage::figure(const std::string& svg, const std::string& caption) {
  ++figures_;
  body_ += "<figure>" + inline_svg(svg, "f" + std::to_string(figures_) + "-") + "<figcaption>Figure " +
           std::to_string(figures_) + ". " + html_escaped(caption) + "</figcaption></figure>\n";
}

void HtmlPage::append(const HtmlPage& other) {
  body_ += other.body_;
  figures_ += other.figures_;
}

void HtmlPage::open_section() {
  body_ += "<section>\n";
}
void HtmlPage::close_section() {
  body_ += "</section>\n";
}

std::string HtmlPage::text() const {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
         "content=\"width=device-width, initial-scale=1\">\n"
         "<link rel=\"icon\" href=\"data:,\">\n<title>" +
         html_escaped(title_) + "</title>\n<style>" + kStyle + "</style>\n</head>\n<body>\n" + body_ +
         "<footer>Written by narrows " NARROWS_VERSION
         ". Everything is in this file; nothing is loaded.</footer>\n</body>\n</html>\n";
}

}  // namespace narrows
