// narrows prove: re-checks every registered theorem on its instances, and compares with what is stored.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <thread>

#include "base/atomic_file.hpp"
#include "base/counted.hpp"
#include "base/errors.hpp"
#include "base/version.hpp"
#include "checker/check.hpp"
#include "cli/common.hpp"
#include "cli/gzip.hpp"
#include "cli/process.hpp"
#include "cli/subcommands.hpp"
#include "theorems/proof_run.hpp"
#include "theorems/report.hpp"
#include "theorems/stored.hpp"

namespace narrows::cli {
namespace {

namespace fs = std::filesystem;
using namespace theorems;

struct ProveArguments {
  std::vector<std::string> theorems;
  std::string folder;
  std::string keep;
  std::string report, markdown, html;
  bool quick = false, json = false, quiet = false, list = false, regress = false, accept = false;
  std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  std::optional<double> timeout;
};

/// proofs/ here, or beside the build folder that the program lies in, or share/narrows/proofs of the prefix that it is installed in.
std::string find_registry(const std::string& named) {
  if (!named.empty()) return fs::absolute(named).lexically_normal().string();
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& folder : {fs::current_path() / "proofs", program / "../../proofs", program / "../share/narrows/proofs"})
    if (fs::is_directory(folder / "tunnel")) return fs::canonical(folder).string();
  throw InputError("proofs", "the folder of the theorem files is not here",
                   "run in the project's folder, or name it with --proofs", ExitCode::not_found);
}

/// The scratch folder: the one that is to be kept, or a temporary one that disappears.
class Scratch {
 public:
  explicit Scratch(const std::string& keep) : temporary_(keep.empty()) {
    if (temporary_) {
      std::string pattern = (fs::temp_directory_path() / "narrows-prove-XXXXXX").string();
      if (!mkdtemp(pattern.data()))
        throw InputError(pattern, "no temporary folder can be made", "set TMPDIR to a folder with room");
      folder_ = pattern;
    } else {
      std::error_code error;
      fs::create_directories(keep, error);
      if (error)
        throw InputError(keep, "the folder cannot be made", "name one that can be written",
                         ExitCode::not_found);
      folder_ = fs::canonical(keep).string();
    }
  }
  ~Scratch() {
    std::error_code ignored;
    if (temporary_) fs::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  bool temporary_;
  std::string folder_;
};

CertificateOutcome check_certificate(const std::string& file, const std::string& network) {
  checker::Options options;
  std::string bytes;
  if (!network.empty()) {
    bytes = read_file(network);
    options.network = bytes;
    options.network_is_json = network.ends_with(".json");
  }
  const checker::Outcome outcome = checker::check(read_possibly_gzipped(file), options);
  return {outcome.accepted(), outcome.accepted() ? outcome.claim : checker::outcome_line(outcome)};
}

std::vector<Statement> select(std::vector<Statement> all, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return all;
  std::vector<Statement> chosen;
  for (const std::string& id : wanted) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Statement& s) {
      return s.id == id || s.id.substr(s.id.find('/') + 1) == id;
    });
    if (found == all.end())
      throw InputError("--theorem", "there is no theorem " + id, "`narrows prove --list` names them",
                       ExitCode::usage);
    chosen.push_back(*found);
  }
  return chosen;
}

/// A line on standard error after each instance: a bar on a terminal, only failures elsewhere.
void show_progress(const Statement& statement, const Instance& instance, const InstanceResult& result,
                   std::size_t done, std::size_t all) {
  const bool terminal = isatty(STDERR_FILENO) != 0;
  if (terminal) fmt::print(stderr, "\r\033[K");
  if (result.as_expected != Truth::yes)
    for (const std::string& problem : result.problems)
      fmt::print(stderr, "narrows: {} {}: {}\n", statement.id, instance.name, problem);
  if (terminal && done < all) fmt::print(stderr, "{}/{} {}", done, all, statement.id);
}

void print_table(const std::vector<TheoremResult>& results) {
  fmt::print("{:<18} {:<10} {:>9} {:>6} {:>9} {:>8}  {}\n", "theorem", "status", "instances", "certs", "coq",
             "seconds", "title");
  for (const TheoremResult& result : results) {
    std::size_t certificates = 0;
    for (const InstanceResult& instance : result.instances) certificates += instance.certificates.size();
    fmt::print("{:<18} {:<10} {:>9} {:>6} {:>9} {:>8.2f}  {}\n", result.statement->id,
               to_string(result.verdict()), result.instances_run(), certificates,
               result.statement->coq.empty() ? "–" : "checked", result.cpu_seconds(),
               result.statement->title);
    for (std::size_t i = 0; i < result.instances.size(); ++i)
      if (const InstanceResult& instance = result.instances[i];
          instance.ran && instance.as_expected != Truth::yes) {
        fmt::print("    {} ({})\n", result.statement->instances[i].name,
                   to_text(result.statement->instances[i].kind));
        for (const std::string& problem : instance.problems) fmt::print("      {}\n", problem);
        for (const std::string& line : instance.command_lines) fmt::print("      $ {}\n", line);
      }
  }
}

Json instance_json(const Instance& instance, const InstanceResult& result) {
  Json checks = Json::array(), figures = Json::object(), certificates = Json::array();
  for (const CheckResult& check : result.checks)
    checks.push_back({{"check", check.text},
                      {"holds", check.truth == Truth::yes  ? Json(true)
                                : check.truth == Truth::no ? Json(false)
                                                           : Json(nullptr)},
                      {"values", check.values}});
  for (const auto& [name, value] : result.figures) figures[name] = to_text(value);
  for (const CertificateResult& certificate : result.certificates)
    certificates.push_back({{"name", certificate.name},
                            {"accepted", certificate.outcome.accepted},
                            {"claim", certificate.outcome.line}});
  return {{"name", instance.name},
          {"kind", to_text(instance.kind)},
          {"verdict", result.verdict},
          {"as_expected", result.as_expected == Truth::yes  ? Json(true)
                          : result.as_expected == Truth::no ? Json(false)
                                                            : Json(nullptr)},
          {"problems", result.problems},
          {"commands", result.command_lines},
          {"checks", checks},
          {"figures", figures},
          {"certificates", certificates},
          {"seconds", result.cpu_seconds}};
}

Json theorem_json(const TheoremResult& result) {
  Json instances = Json::array(), plants = Json::array();
  for (std::size_t i = 0; i < result.instances.size(); ++i)
    if (result.instances[i].ran)
      instances.push_back(instance_json(result.statement->instances[i], result.instances[i]));
  for (const Plant& plant : result.plants)
    plants.push_back({{"constant", plant.constant},
                      {"change", plant.change},
                      {"noticed_by", plant.noticed_by.empty() ? Json(nullptr) : Json(plant.noticed_by)}});
  return {{"id", result.statement->id},
          {"title", result.statement->title},
          {"status", to_string(result.verdict())},
          {"instances", result.instances_run()},
          {"seconds", result.cpu_seconds()},
          {"coq", result.statement->coq.empty() ? "none" : "checked"},
          {"results", instances},
          {"planted", plants}};
}

/// What a run found, and whether that is what was stored.
struct Findings {
  std::vector<TheoremResult> results;
  std::vector<Difference> differences;
  bool compared = false;  ///< with all that is stored
  double seconds = 0;

  /// A difference from the stored results is a failure.
  [[nodiscard]] Verdict verdict() const {
    return overall(results) != Verdict::undecided && !differences.empty() ? Verdict::refuted
                                                                          : overall(results);
  }
};

Json answer_json(const Findings& findings) {
  Json list = Json::array(), differences = Json::array();
  for (const TheoremResult& result : findings.results) list.push_back(theorem_json(result));
  for (const Difference& d : findings.differences)
    differences.push_back({{"theorem", d.theorem},
                           {"instance", d.instance},
                           {"what", d.what},
                           {"stored", d.stored},
                           {"now", d.now}});
  return {{"tool", "narrows"},
          {"version", NARROWS_VERSION},
          {"command", "prove"},
          {"verdict", to_string(findings.verdict())},
          {"theorems", list},
          {"differences", findings.compared ? differences : Json(nullptr)},
          {"seconds", findings.seconds},
          {"certificate", nullptr}};
}

void print_findings(const Findings& findings) {
  print_table(findings.results);
  for (const Difference& d : findings.differences)
    fmt::print("{} {}: {}\n  - {}\n  + {}\n", d.theorem, d.instance, d.what, d.stored, d.now);
  std::size_t instances = 0;
  for (const TheoremResult& result : findings.results) instances += result.instances_run();
  const char* outcome = overall(findings.results) == Verdict::refuted     ? "NOT AS EXPECTED"
                        : overall(findings.results) == Verdict::undecided ? "undecided"
                        : !findings.differences.empty()                   ? "NOT AS STORED"
                        : findings.compared                               ? "all as expected and as stored"
                                                                          : "all as expected";
  fmt::print("{}: {}, {} ({:.1f} s)\n", outcome, counted(findings.results.size(), "theorem"), counted(instances, "instance"),
             findings.seconds);
}

void list_theorems(const std::vector<Statement>& statements) {
  for (const Statement& s : statements)
    fmt::print("{:<18} {:<6} {:>3} instances  {}\n", s.id, s.status, s.instances.size(), s.title);
}

/// --report FOLDER: instances are kept there, and both reports lie beside them.
void write_reports(const ProveArguments& arguments, const Findings& findings, const std::string& scratch) {
  std::vector<std::string> words{"prove"};
  for (const std::string& id : arguments.theorems) words.insert(words.end(), {"--theorem", id});
  if (arguments.quick) words.emplace_back("--quick");
  if (arguments.regress) words.emplace_back("--regress");
  ReportContext context{NARROWS_VERSION,   "narrows " + join_words(words),
                        findings.seconds,  "",
                        findings.compared, findings.differences};
  if (!arguments.markdown.empty())
    write_file_atomically(arguments.markdown, markdown_report(findings.results, context));
  if (!arguments.html.empty()) write_file_atomically(arguments.html, html_report(findings.results, context));
  if (arguments.report.empty()) return;
  context.link_base = fs::path(scratch).parent_path().string();
  write_file_atomically(arguments.report + "/report.md", markdown_report(findings.results, context));
  write_file_atomically(arguments.report + "/report.html", html_report(findings.results, context));
}

int run(const ProveArguments& arguments) {
  const auto begin = std::chrono::steady_clock::now();
  const std::string folder = find_registry(arguments.folder), root = fs::path(folder).parent_path().string();
  const std::vector<Statement> statements = select(read_registry(folder), arguments.theorems);
  if (arguments.list) return list_theorems(statements), 0;
  const Scratch scratch(arguments.report.empty() ? arguments.keep : arguments.report + "/instances");
  const Executive executive{root,
                            [&](const std::vector<std::string>& words, double timeout) {
                              return run_narrows(root, words, timeout);
                            },
                            check_certificate};
  RunOptions options{scratch.folder(), arguments.quick, arguments.threads, {}};
  if (!arguments.quiet) options.progress = show_progress;
  Findings findings;
  findings.results = run_theorems(statements, options, executive, StopToken(arguments.timeout));
  const std::string stored = folder + "/stored";
  if (arguments.regress) {
    for (const TheoremResult& result : findings.results) {
      if (interrupted()) break;
      const std::vector<Difference> different = compare_with_stored(stored, result, check_certificate);
      findings.differences.insert(findings.differences.end(), different.begin(), different.end());
    }
    for (const std::string& id : stored_theorems(stored))
      if (arguments.theorems.empty() && std::none_of(statements.begin(), statements.end(), [&](const Statement& s) { return s.id == id; }))
        findings.differences.push_back({id, "", "theorem", "in the registry", "gone"});
    findings.compared = !interrupted();
  }
  if (arguments.accept && !interrupted())
    for (const TheoremResult& result : findings.results) store(stored, result, NARROWS_VERSION);
  findings.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  write_reports(arguments, findings, scratch.folder());
  if (arguments.json)
    print_json(answer_json(findings));
  else
    print_findings(findings);
  return exit_code_of(findings.verdict());
}

}  // namespace

void add_prove(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<ProveArguments>();
  CLI::App* command = program->add_subcommand("prove", "re-check every registered theorem on its instances");
  command->add_option("--theorem", arguments->theorems, "only this one: tunnel/T2, or T2 (may be repeated)")
      ->type_name("ID");
  command->add_flag("--quick", arguments->quick, "only the quick instances (under a minute)");
  command
      ->add_option("--proofs", arguments->folder,
                   "the folder of the theorem files (default: proofs, here, beside the build or installed)")
      ->type_name("FOLDER");
  command
      ->add_option("--keep", arguments->keep,
                   "keep networks, certificates and pictures of all instances in FOLDER")
      ->type_name("FOLDER");
  command
      ->add_option("--report", arguments->report,
                   "write report.html, report.md and all instances' files to FOLDER")
      ->type_name("FOLDER")
      ->excludes("--keep");
  command->add_option("--markdown", arguments->markdown, "write the report as Markdown to FILE")
      ->type_name("FILE");
  command->add_option("--html", arguments->html, "write the report as one self-contained page to FILE")
      ->type_name("FILE");
  command->add_flag("--regress", arguments->regress,
                    "compare with the stored verdicts, figures and certificates; a difference fails");
  command->add_flag("--accept", arguments->accept,
                    "store what this run finds (after looking at the differences)");
  command->add_flag("--list", arguments->list, "list the theorems, run nothing");
  command->add_option("--threads", arguments->threads, "instances that run at a time")
      ->check(CLI::Range(1, 1024));
  command->add_flag("--json", arguments->json, "print one JSON object on standard output and nothing else");
  command->add_flag("--quiet", arguments->quiet, "no progress on standard error");
  add_timeout(command, &arguments->timeout);
  command->footer(
      "Examples:\n  narrows prove --quick\n  narrows prove --theorem T2 --keep out\n  narrows prove "
      "--regress");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
