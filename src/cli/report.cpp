// narrows report: certificates and studies as one self-contained HTML page.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

#include "base/atomic_file.hpp"
#include "base/counted.hpp"
#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "base/version.hpp"
#include "checker/check.hpp"
#include "cli/common.hpp"
#include "cli/gzip.hpp"
#include "cli/subcommands.hpp"
#include "report/certificate_section.hpp"
#include "report/study_section.hpp"
#include "report/theorem_statements.hpp"

namespace narrows::cli {
namespace {

struct ReportArguments {
  std::vector<std::string> files;
  std::string out, title = "What is proved";
  bool json = false;
};

/// The name of each file without its folder, if no two are the same; else the paths.
std::vector<std::string> shown_names(const std::vector<std::string>& files) {
  std::vector<std::string> names;
  for (const std::string& file : files) names.push_back(std::filesystem::path(file).filename().string());
  std::vector<std::string> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end() ? names : files;
}

ReportedCertificate checked(const std::string& file, const std::string& name) {
  ReportedCertificate certificate;
  certificate.file = file;
  certificate.name = name;
  certificate.file_sha256 = sha256_hex(read_file(file));
  certificate.bytes = read_possibly_gzipped(file);
  const checker::Outcome outcome = checker::check(certificate.bytes);
  certificate.accepted = outcome.accepted();
  certificate.claim = outcome.claim;
  certificate.outcome = checker::outcome_line(outcome);
  return certificate;
}

void add_theorems(HtmlPage* page, std::vector<std::string> ids) {
  if (ids.empty()) return;
  // In the order of the registry, T2 before T10.
  const auto place = [](const std::string& id) {
    return &theorem_statement(id) - registered_statements().data();
  };
  std::sort(ids.begin(), ids.end(), [&](const std::string& a, const std::string& b) {
    const std::string paper_a = a.substr(0, a.find('/')), paper_b = b.substr(0, b.find('/'));
    if (paper_a != paper_b || a.size() == b.size()) return place(a) < place(b);
    return a.size() < b.size();
  });
  page->heading(2, "Theorems used", "theorems");
  page->paragraph(
      "In the words of the registry that narrows prove puts to the test. Φ(x) = w·h_L(x) + c with "
      "h_l = ε_l h_{l−1} + δ_l f_l(h_{l−1}), J_l the Jacobian of layer l; α = δ/ε is the channel ratio of a "
      "block, s the largest slope of the activation σ.");
  for (const std::string& id : ids) {
    const TheoremStatement& statement = theorem_statement(id);
    page->heading(3, id + ": " + statement.title);
    page->paragraph(statement.text);
    page->code(statement.formula);
    page->paragraph("Source: " + statement.source + ".");
  }
}

int run(const ReportArguments& arguments) {
  for (const std::string& file : arguments.files) {
    std::error_code ignored;
    if (std::filesystem::equivalent(file, arguments.out, ignored))
      throw InputError("-o", "it would overwrite '" + file + "'", "name another file", ExitCode::usage);
  }
  HtmlPage sections(arguments.title);  // their figures are numbered before the top of the page is known
  std::vector<std::string> theorems;
  const auto use = [&](const std::vector<std::string>& ids) {
    for (const std::string& id : ids)
      if (std::find(theorems.begin(), theorems.end(), id) == theorems.end()) theorems.push_back(id);
  };
  std::vector<std::vector<HtmlPage::Cell>> table = {{"file", "what is proved", "verdict", "narrows-check"}};
  std::size_t rejected = 0;
  const std::vector<std::string> names = shown_names(arguments.files);
  for (std::size_t k = 0; k < arguments.files.size(); ++k) {
    const std::string& file = arguments.files[k];
    const std::string anchor = fmt::format("s{}", k + 1);
    if (is_sqlite_file(file)) {
      StudyDatabase database(file);
      add_study_section(&sections, &database, file, anchor);
      const StudySummary summary = summarise(&database);
      for (const std::string& type : analysis_types(summary)) use(theorems_of(type));
      table.push_back({{names[k], anchor},
                       fmt::format("study \"{}\": {} of {} rows", summary.facts.name, summary.facts.done,
                                   summary.facts.networks * summary.facts.analyses),
                       "–",
                       "not checked here"});
      continue;
    }
    const ReportedCertificate certificate = checked(file, names[k]);
    const CertificateSummary summary = add_certificate_section(&sections, certificate, anchor);
    use(summary.theorems);
    rejected += certificate.accepted ? 0 : 1;
    table.push_back(
        {{names[k], anchor}, summary.claim, summary.verdict, certificate.accepted ? "ACCEPTED" : "REJECTED"});
  }
  HtmlPage page(arguments.title);
  page.heading(1, arguments.title);
  page.paragraph(
      "Certificates were checked by the independent checker when this page was made: the verdict of each "
      "accepted one "
      "is a mathematical proof about one network, with its stored weights taken exactly. Rows of studies are "
      "statements of the run that wrote them, not checked here, except for those that are shown as proved "
      "again; "
      "shares and their intervals are statistics of such rows.");
  page.paragraph(
      "Φ is the function that the network computes. \"proved\" and \"refuted\" are proofs, of a statement or "
      "of its opposite; what is only drawn by sampling is named so below each picture. Every number stands "
      "beside its place in a certificate, such as claim.domain, or beside the query of the database that "
      "gives it.");
  page.table(table);
  page.append(sections);
  add_theorems(&page, theorems);
  write_file_atomically(arguments.out, page.text());
  if (rejected > 0)
    std::cerr << fmt::format("narrows: {} rejected; the page says so\n",
                             counted(rejected, "certificate is", "certificates are"));
  if (arguments.json)
    print_json({{"tool", "narrows"},
                {"version", NARROWS_VERSION},
                {"command", "report"},
                {"file", arguments.out},
                {"inputs", arguments.files},
                {"figures", page.figures()},
                {"rejected", rejected}});
  else
    fmt::print("{}: {}, {}, {} rejected\n", arguments.out, counted(arguments.files.size(), "file"),
               counted(page.figures(), "figure"), rejected);
  return 0;
}

}  // namespace

void add_report(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<ReportArguments>();
  CLI::App* command =
      program->add_subcommand("report", "certificates and studies as one self-contained HTML page");
  command
      ->add_option("FILES", arguments->files,
                   "certificates (plain or .gz) and databases of studies, in the order of the page")
      ->required();
  command->add_option("-o", arguments->out, "the page")->type_name("OUT.html")->required();
  command->add_option("--title", arguments->title, "its title")->capture_default_str();
  command->add_flag("--json", arguments->json, "print one JSON object on standard output and nothing else");
  command->footer(
      "Every certificate is checked while the page is made. Exit code: 0 written.\n\nExamples:\n  narrows "
      "report proof.cert.json -o proof.html\n  narrows report out/*.cert.json study.db -o report.html "
      "--title 'All of it'");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
