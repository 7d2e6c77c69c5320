// Each row of the table leads to its section; each instance shows its command, its checks with the values that they compared, and its certificates.
#include <filesystem>

#include "base/atomic_file.hpp"
#include "base/verdict.hpp"
#include "theorems/report.hpp"

namespace narrows::theorems {
namespace {

constexpr std::size_t kEmbeddedBytes = 16 * 1024;  // of a certificate that cannot be linked
constexpr std::size_t kPictureBytes = 512 * 1024;

constexpr const char* kStyle = R"(
:root{--proved:#1a7f37;--refuted:#cf222e;--undecided:#9a6700;--line:#d0d7de;--soft:#f6f8fa;--ink:#1f2328}
body{font:15px/1.5 "DejaVu Sans",system-ui,sans-serif;color:var(--ink);max-width:1100px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{margin-top:3rem;border-top:2px solid var(--line);padding-top:1rem;font-size:1.3rem}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top}th{background:var(--soft)}
a{color:#0969da;text-decoration:none}a:hover{text-decoration:underline}
code,pre{font:13px/1.45 "DejaVu Sans Mono",monospace}pre{background:var(--soft);padding:.6rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;border-radius:6px}
.proved,.yes{color:var(--proved)}.refuted,.no{color:var(--refuted)}.undecided,.unknown{color:var(--undecided)}
.badge{display:inline-block;border:1px solid currentColor;border-radius:1em;padding:0 .6em;font-size:.85em;margin-left:.4em}
.positive{color:#0550ae}.negative{color:#8250df}.trap{color:#bc4c00}
.formula{background:#fff8e5;padding:.6rem .9rem;border-left:4px solid #d4a72c;font-size:1.05em}
details{border:1px solid var(--line);border-radius:6px;padding:.4rem .8rem;margin:.6rem 0}summary{cursor:pointer}
.pictures img{max-width:420px;height:auto;border:1px solid var(--line);margin:.4rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{color:#57606a}dd{margin:0}
)";

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text)
    out += c == '<'   ? "&lt;"
           : c == '>' ? "&gt;"
           : c == '&' ? "&amp;"
           : c == '"' ? "&quot;"
                      : std::string(1, c);
  return out;
}

std::string tag(const std::string& name, const std::string& inner, const std::string& kind = "") {
  return "<" + name + (kind.empty() ? "" : " class=\"" + kind + "\"") + ">" + inner + "</" + name + ">";
}

const char* truth_class(Truth truth) {
  return truth == Truth::yes ? "yes" : truth == Truth::no ? "no" : "unknown";
}
const char* truth_mark(Truth truth) {
  return truth == Truth::yes ? "✓" : truth == Truth::no ? "✗" : "?";
}

std::string anchor(const std::string& id) {
  std::string name = id;
  if (const std::size_t slash = name.find('/'); slash != std::string::npos) name[slash] = '-';
  return name;
}

std::string seconds_text(double seconds) {
  const std::string text = std::to_string(seconds);
  return text.substr(0, text.find('.') + 3);
}

std::string certificate_html(const CertificateResult& certificate, const ReportContext& context) {
  const std::string outcome = tag("span", certificate.outcome.accepted ? "ACCEPTED" : "REJECTED",
                                  certificate.outcome.accepted ? "yes" : "no") +
                              " " + tag("code", escaped(certificate.outcome.line));
  if (!context.link_base.empty()) {
    const std::string link =
        std::filesystem::path(certificate.file).lexically_relative(context.link_base).string();
    return "<li><a href=\"" + escaped(link) + "\">" + escaped(certificate.name) + "</a>: " + outcome +
           "</li>";
  }
  std::string text = "<li>" + escaped(certificate.name) + ": " + outcome;
  std::error_code error;
  if (certificate.name.ends_with(".json") &&
      std::filesystem::file_size(certificate.file, error) <= kEmbeddedBytes && !error)
    text += "<details><summary>certificate</summary>" + tag("pre", escaped(read_file(certificate.file))) +
            "</details>";
  return text + "</li>";
}

std::string base64(const std::string& bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned word = 0;
    for (std::size_t k = 0; k < 3; ++k)
      word = (word << 8) | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      text += i + k <= bytes.size() ? digits[(word >> (18 - 6 * k)) & 63U] : '=';
  }
  return text;
}

/// Each picture is an image of its own: pasted into the page, the names inside several SVGs would clash.
std::string pictures_html(const InstanceResult& result) {
  std::string text;
  for (const std::string& file : result.pictures) {
    std::error_code error;
    if (std::filesystem::file_size(file, error) > kPictureBytes || error) continue;
    text += "<img alt=\"" + escaped(std::filesystem::path(file).filename().string()) +
            "\" src=\"data:image/svg+xml;base64," + base64(read_file(file)) + "\">";
  }
  return text.empty() ? text : "<div class=\"pictures\">" + text + "</div>";
}

std::string instance_html(const Instance& instance, const InstanceResult& result,
                          const ReportContext& context) {
  const char* kind = to_text(instance.kind);
  std::string text = std::string("<details") + (result.as_expected == Truth::yes ? "" : " open") +
                     "><summary>" +
                     tag("span", truth_mark(result.as_expected), truth_class(result.as_expected)) + " " +
                     tag("b", escaped(instance.name)) + tag("span", kind, std::string("badge ") + kind) +
                     " " + escaped(instance.why) + "</summary>";
  if (!instance.drops.empty()) text += tag("p", "Dropped hypothesis: " + escaped(instance.drops));
  text +=
      tag("p", "Answer: " + tag("b", escaped(result.verdict)) + ", expected: " + escaped(instance.expect) +
                   " (" + seconds_text(result.cpu_seconds) + " s)");
  for (const std::string& problem : result.problems) text += tag("p", escaped(problem), "no");
  std::string commands;
  for (const std::string& line : result.command_lines) commands += "$ " + escaped(line) + "\n";
  text += tag("pre", commands);
  std::string checks;
  for (const CheckResult& check : result.checks)
    checks += "<tr>" + tag("td", truth_mark(check.truth), truth_class(check.truth)) +
              tag("td", tag("code", escaped(check.text))) + tag("td", tag("code", escaped(check.values))) +
              "</tr>";
  if (!checks.empty()) text += "<table><tr><th></th><th>check</th><th>values</th></tr>" + checks + "</table>";
  std::string figures;
  for (const auto& [name, value] : result.figures)
    figures += tag("dt", escaped(name)) + tag("dd", tag("code", escaped(to_text(value))));
  if (!figures.empty()) text += tag("dl", figures);
  std::string certificates;
  for (const CertificateResult& certificate : result.certificates)
    certificates += certificate_html(certificate, context);
  if (!certificates.empty()) text += tag("ul", certificates);
  return text + pictures_html(result) + "</details>\n";
}

std::string plants_html(const TheoremResult& result) {
  if (result.plants.empty()) return "";
  std::string rows;
  for (const Plant& plant : result.plants)
    rows += "<tr>" + tag("td", tag("code", escaped(plant.constant))) + tag("td", escaped(plant.change)) +
            (plant.noticed_by.empty() ? tag("td", "not noticed", "unknown")
                                      : tag("td", "noticed by " + escaped(plant.noticed_by), "yes")) +
            "</tr>";
  return "<details><summary>Wrong constants: who would "
         "notice</summary><table><tr><th>constant</th><th>replaced by</th><th></th></tr>" +
         rows + "</table></details>";
}

std::string section_html(const TheoremResult& result, const ReportContext& context) {
  const Statement& s = *result.statement;
  const std::string verdict(to_string(result.verdict()));
  std::string text = "<h2 id=\"" + anchor(s.id) + "\">" + escaped(s.id + ": " + s.title) +
                     tag("span", verdict, "badge " + verdict) + "</h2>" + tag("p", escaped(s.statement)) +
                     tag("p", escaped(s.formula), "formula") + "<dl>";
  for (const std::string& hypothesis : s.hypotheses)
    text += tag("dt", "hypothesis") + tag("dd", escaped(hypothesis));
  text += tag("dt", "source") + tag("dd", escaped(s.source)) + tag("dt", "proof") + "<dd>" +
          (s.coq.empty() ? s.status == "paper" ? "on paper" : "cited" : "checked by Coq:");
  for (const std::string& theorem : s.coq) text += " " + tag("code", escaped(theorem));
  text += "</dd>";
  std::string rules;
  for (const std::string& rule : s.rules) rules += tag("code", escaped(rule)) + " ";
  if (!rules.empty()) text += tag("dt", "checker rules") + tag("dd", rules);
  text += tag("dt", "registered in") + tag("dd", tag("code", escaped(s.file))) + tag("dt", "again") +
          tag("dd", tag("code", "narrows prove --theorem " + escaped(s.id))) + "</dl>" + plants_html(result);
  for (std::size_t i = 0; i < result.instances.size(); ++i)
    if (result.instances[i].ran) text += instance_html(s.instances[i], result.instances[i], context);
  return text + tag("p", "<a href=\"#top\">↑ all theorems</a>");
}

std::string differences_html(const ReportContext& context) {
  if (!context.compared) return "";
  if (context.differences.empty())
    return tag("p", "Verdicts, figures and certificates are as stored.", "yes");
  std::string rows;
  for (const Difference& d : context.differences)
    rows += "<tr>" + tag("td", "<a href=\"#" + anchor(d.theorem) + "\">" + escaped(d.theorem) + "</a>") +
            tag("td", escaped(d.instance)) + tag("td", escaped(d.what)) + tag("td", escaped(d.stored)) +
            tag("td", escaped(d.now), "no") + "</tr>";
  return "<h3 class=\"no\">Different from what is "
         "stored</h3><table><tr><th>theorem</th><th>instance</th><th>what</th><th>stored</th><th>now</th></"
         "tr>" +
         rows + "</table>";
}

}  // namespace

std::string html_report(const std::vector<TheoremResult>& results, const ReportContext& context) {
  std::string rows, sections;
  for (const TheoremResult& result : results) {
    const Statement& s = *result.statement;
    const std::string verdict(to_string(result.verdict()));
    std::size_t certificates = 0;
    for (const InstanceResult& instance : result.instances) certificates += instance.certificates.size();
    rows += "<tr>" + tag("td", "<a href=\"#" + anchor(s.id) + "\">" + escaped(s.id) + "</a>") +
            tag("td", escaped(s.title)) + tag("td", verdict, verdict) +
            tag("td", std::to_string(result.instances_run())) + tag("td", std::to_string(certificates)) +
            tag("td", s.coq.empty() ? "–" : "✓") + tag("td", seconds_text(result.cpu_seconds())) + "</tr>\n";
    sections += section_html(result, context);
  }
  const std::string verdict(to_string(overall(results)));
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
         "content=\"width=device-width\"><title>Narrows: theorems</title><style>" +
         std::string(kStyle) + "</style></head><body id=\"top\">\n<h1>Theorems re-checked by Narrows " +
         escaped(context.version) +
         tag("span",
             overall(results) == Verdict::proved && !context.differences.empty() ? "not as stored"
             : overall(results) == Verdict::proved  ? "all as expected"
             : overall(results) == Verdict::refuted ? "not as expected"
                                                    : "undecided",
             "badge " + (context.differences.empty() ? verdict : "refuted")) +
         "</h1>\n" +
         tag("p", tag("code", escaped(context.command)) + ", " + seconds_text(context.seconds) + " s") +
         "<table><tr><th>theorem</th><th>title</th><th>status</th><th>instances</th><th>certificates</"
         "th><th>Coq</th><th>CPU s</th></tr>\n" +
         rows + "</table>\n" + differences_html(context) + sections + "</body></html>\n";
}

}  // namespace narrows::theorems
