#include "base/verdict.hpp"
#include "theorems/report.hpp"

namespace narrows::theorems {
namespace {

/// Text inside a table cell.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find_first_of("|\n", at)) != std::string::npos; at += 2)
    text.replace(at, 1, text[at] == '|' ? "\\|" : "  ");
  return text;
}

std::string seconds_text(double seconds) {
  return std::to_string(static_cast<long>(seconds * 100 + 0.5) / 100.0).substr(0, 5);
}

std::string anchor(const std::string& id) {
  std::string name;
  for (const char c : id)
    if (c != '/') name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

std::string instance_text(const Instance& instance, const InstanceResult& result) {
  std::string text = "- **" + instance.name + "** (" + to_text(instance.kind) +
                     (instance.drops.empty() ? "" : "; drops: " + instance.drops) + "): " + instance.why +
                     "\n";
  text += "  " +
          std::string(result.as_expected == Truth::yes  ? "As expected"
                      : result.as_expected == Truth::no ? "**Not as expected**"
                                                        : "**Undecided**") +
          ": " + result.verdict + ".\n";
  for (const std::string& problem : result.problems) text += "  - " + problem + "\n";
  text += "\n  ```\n";
  for (const std::string& line : result.command_lines) text += "  $ " + line + "\n";
  for (const CheckResult& check : result.checks)
    text += "  " +
            std::string(check.truth == Truth::yes  ? "holds "
                        : check.truth == Truth::no ? "FAILS "
                                                   : "OPEN  ") +
            check.text + "   (" + check.values + ")\n";
  for (const auto& [name, value] : result.figures) text += "  figure " + name + " = " + to_text(value) + "\n";
  for (const CertificateResult& certificate : result.certificates)
    text += "  " + certificate.name + ": " + (certificate.outcome.accepted ? "ACCEPTED " : "") +
            certificate.outcome.line + "\n";
  return text + "  ```\n";
}

std::string section(const TheoremResult& result) {
  const Statement& s = *result.statement;
  std::string text = "\n## " + s.id + "\n\n**" + s.title + "** — " +
                     std::string(to_string(result.verdict())) + "\n\n" + s.statement + "\n\n`" + s.formula +
                     "`\n\n";
  for (const std::string& hypothesis : s.hypotheses) text += "- Hypothesis: " + hypothesis + "\n";
  text += "- Source: " + s.source + "\n- Proof: " + (s.coq.empty() ? s.status : "Coq") + "\n";
  for (const std::string& theorem : s.coq) text += "  - `" + theorem + "`\n";
  for (const Plant& plant : result.plants)
    text += "- Constant `" + plant.constant + "`, " + plant.change + ": " +
            (plant.noticed_by.empty() ? "not noticed" : "noticed by " + plant.noticed_by) + "\n";
  text += "\n";
  for (std::size_t i = 0; i < result.instances.size(); ++i)
    if (result.instances[i].ran) text += instance_text(s.instances[i], result.instances[i]);
  return text;
}

}  // namespace

std::string markdown_report(const std::vector<TheoremResult>& results, const ReportContext& context) {
  std::string text =
      "# Theorems re-checked by Narrows " + context.version + "\n\n`" + context.command +
      "`\n\n| theorem | title | status | instances | Coq | seconds |\n|---|---|---|---|---|---|\n";
  for (const TheoremResult& result : results)
    text += "| [" + result.statement->id + "](#" + anchor(result.statement->id) + ") | " +
            cell(result.statement->title) + " | " + std::string(to_string(result.verdict())) + " | " +
            std::to_string(result.instances_run()) + " | " +
            (result.statement->coq.empty() ? "–" : "checked") + " | " + seconds_text(result.cpu_seconds()) +
            " |\n";
  if (context.compared)
    text += "\n" + (context.differences.empty() ? std::string("Everything is as stored.\n")
                                                : "## Different from what is stored\n\n| theorem | instance "
                                                  "| what | stored | now |\n|---|---|---|---|---|\n");
  for (const Difference& d : context.differences)
    text += "| " + d.theorem + " | " + d.instance + " | " + cell(d.what) + " | " + cell(d.stored) + " | " +
            cell(d.now) + " |\n";
  for (const TheoremResult& result : results) text += section(result);
  return text;
}

}  // namespace narrows::theorems
