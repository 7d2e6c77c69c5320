#include "report/certificate_section.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "base/errors.hpp"
#include "io/network_json.hpp"
#include "report/certificate_figures.hpp"
#include "report/claim_in_words.hpp"
#include "report/theorem_statements.hpp"

namespace narrows {

void certified::say_more(HtmlPage* page, std::size_t count) {
  if (count > kMostRows) page->paragraph(fmt::format("… and {} more in the certificate.", count - kMostRows));
}

namespace {

using Json = nlohmann::json;

/// Lists whose entries have tables of their own.
bool has_own_table(const std::string& key) {
  return key == "critical_points" || key == "layers" || key == "components" || key == "areas" ||
         key == "branches" || key == "images";
}

/// Every number and word of a claim beside its path, lists as they stand.
void add_fields(HtmlPage* page, const Json& claim) {
  std::vector<std::vector<HtmlPage::Cell>> rows = {{"in the certificate", "value"}};
  constexpr std::size_t longest = 400;
  for (const auto& [key, value] : claim.items()) {
    if (value.is_array() && has_own_table(key)) continue;
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    rows.push_back({"claim." + key, text.size() <= longest ? text : text.substr(0, longest) + " …"});
  }
  page->table(rows);
}

using AddFigures = void (*)(HtmlPage*, const certified::Document&);

const std::map<std::string, AddFigures>& figures_by_kind() {
  using namespace certified;
  static const std::map<std::string, AddFigures> all = {{"no-critical-points", add_critical},
                                                        {"no-local-extremum", add_critical},
                                                        {"channel-ratios", add_ratios},
                                                        {"level-set", add_partition},
                                                        {"tunnel", add_tunnel},
                                                        {"level-curve", add_level_curve},
                                                        {"level-area", add_level_area},
                                                        {"sup-error", add_sup_error},
                                                        {"regime-map", add_regime_map},
                                                        {"branches", add_branches},
                                                        {"distance", add_distance},
                                                        {"ode-flow", add_flow},
                                                        {"approximation", add_approximation},
                                                        {"robust", add_robust},
                                                        {"clarke-critical-point", add_clarke}};
  return all;
}

void add_figures(HtmlPage* page, const Json& document, const std::string& title) {
  const auto found = figures_by_kind().find(document.at("claim").at("kind").get<std::string>());
  if (found == figures_by_kind().end()) return;
  try {
    const Network network = parse_network_json(document.at("network").at("model").dump(), title);
    found->second(page, {document, network, title});
  } catch (const InputError& error) {
    page->paragraph(std::string("No picture: ") + error.what());
  } catch (const Json::exception&) {
    page->paragraph("No picture: the certificate holds something that cannot be drawn.");
  }
}

}  // namespace

CertificateSummary add_certificate_section(HtmlPage* page, const ReportedCertificate& certificate,
                                           const std::string& anchor) {
  CertificateSummary summary;
  page->open_section();
  page->heading(2, certificate.name.empty() ? certificate.file : certificate.name, anchor);
  if (!certificate.accepted) {
    summary = {"–", "–", "nothing is proved", {}};
    page->verdict("rejected", certificate.outcome);
    page->paragraph("The checker does not accept this file, so it proves nothing.");
    page->close_section();
    return summary;
  }
  const Json document = Json::parse(certificate.bytes);  // accepted, hence strict JSON of the right shape
  summary.kind = document.at("claim").at("kind").get<std::string>();
  summary.verdict = document.at("claim").value("verdict", "–");
  const std::string words = certified::claim_in_words(document);
  summary.claim = words.empty() ? certificate.claim : words;
  summary.theorems = theorems_of(summary.kind);
  const Json& source = document.at("network").at("source");
  const auto file = source.at("file").get<std::string>();
  page->verdict(summary.verdict == "–" ? "accepted" : summary.verdict, summary.claim);
  add_figures(page, document, file);
  page->paragraph("The claim as the checker derives it, and all that the certificate says in it:");
  page->code(certificate.claim);
  add_fields(page, document.at("claim"));
  page->table({{"", ""},
               {"network", file},
               {"SHA-256 of the network", source.at("sha256").get<std::string>()},
               {"SHA-256 of the certificate", certificate.file_sha256},
               {"checker", "ACCEPTED"}});
  page->paragraph("To check it again with the program that trusts nothing of the prover:");
  const bool packed = certificate.file.ends_with(".gz");
  page->code((packed ? "narrows check " : "narrows-check --print-claim ") + certificate.file +
             "\nsha256sum " + certificate.file);
  page->close_section();
  return summary;
}

}  // namespace narrows
