// narrows study: one family of networks, many analyses, one database; with threads, or with MPI on many machines.
#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <thread>

#include "base/atomic_file.hpp"
#include "base/cancellation.hpp"
#include "base/errors.hpp"
#include "base/version.hpp"
#include "cli/common.hpp"
#include "cli/rank_report.hpp"
#include "cli/subcommands.hpp"
#include "plot/study_picture.hpp"
#include "study/rank_queue.hpp"
#include "study/summary.hpp"
#include "study/work_queue.hpp"

namespace narrows::cli {
namespace {

struct StudyArguments {
  std::string file, database, format, pictures, out;
  std::optional<std::size_t> extract;
  std::optional<double> timeout;
  int threads = 1;
  bool mpi = false, json = false, quiet = false;
};

/// What is done and what is left: one line on the terminal that is drawn anew twice a second; elsewhere, as under mpirun, a line now and then.
class ProgressLine {
 public:
  enum class Style { none, terminal, lines };
  ProgressLine(const WorkQueue& queue, Style style) : queue_(queue), style_(style) {}
  ~ProgressLine() {
    if (style_ == Style::terminal && drawn_) std::cerr << "\r\033[K" << std::flush;
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  void draw() {
    if (style_ == Style::none) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < (style_ == Style::terminal ? kRedraw : kNextLine)) return;
    last_ = now;
    const StudyProgress p = queue_.progress();
    const double seconds = std::chrono::duration<double>(now - start_).count(),
                 rate = static_cast<double>(p.computed) / seconds;
    const std::size_t done = p.before + p.computed;
    const std::string text = fmt::format(
        "{:>8} of {} rows, {:.0f} a second, {} left ", done, p.rows, rate,
        p.computed == 0 ? "?" : time_text(static_cast<double>(p.rows - std::min(done, p.rows)) / rate));
    std::cerr << (style_ == Style::terminal ? "\r" + text : "narrows: " + text + "\n") << std::flush;
    drawn_ = true;
  }

 private:
  static constexpr auto kRedraw = std::chrono::milliseconds(500),
                        kNextLine = std::chrono::milliseconds(10'000);
  static std::string time_text(double seconds) {
    if (seconds < 90) return fmt::format("{:.0f} s", seconds);
    return seconds < 5400 ? fmt::format("{:.0f} min", seconds / 60) : fmt::format("{:.1f} h", seconds / 3600);
  }
  const WorkQueue& queue_;
  Style style_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now(), last_ = start_;
};

std::string default_database(const std::string& study) {
  return std::filesystem::path(study).replace_extension(".db").string();
}

/// Threads of this process, with the progress drawn meanwhile.
void run_here(const StudyPlan& plan, const StudyArguments& arguments, WorkQueue* queue, ProgressLine* line,
              const StopToken& stop) {
  if (arguments.quiet || isatty(STDERR_FILENO) == 0)
    return run_with_threads(plan, queue, arguments.threads, stop);
  std::atomic<bool> running{true};
  std::thread drawing([&] {
    while (running) {
      line->draw();
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });
  const auto end = [&] {
    running = false;
    drawing.join();
  };
  try {
    run_with_threads(plan, queue, arguments.threads, stop);
  } catch (...) {
    end();
    throw;
  }
  end();
}

std::string file_word(std::string text) {
  for (char& c : text)
    if (c == ' ') c = '-';
  return text == "ratio-α" ? "ratio" : text;
}

std::vector<std::string> draw_pictures(const StudySummary& summary, const std::string& folder) {
  std::filesystem::create_directories(folder);
  std::vector<std::string> files;
  for (std::size_t k = 0; k < summary.analyses.size(); ++k)
    for (const ShareTable& table : summary.analyses[k].shares) {
      files.push_back(
          fmt::format("{}/{}-{}-{}.svg", folder, k, summary.analyses[k].type, file_word(table.axis)));
      draw_share_picture(table, claim_of_analysis(summary.analyses[k].type),
                         summary.facts.name + ": " + summary.analyses[k].text, files.back());
    }
  const bool any =
      summary.ratio_norms_above > 0 || std::any_of(summary.ratio_norms.begin(), summary.ratio_norms.end(),
                                                   [](const HistogramBin& bin) { return bin.count > 0; });
  if (any) {
    files.push_back(folder + "/critical-ratios.svg");
    draw_ratio_norm_picture(summary, summary.facts.name + ": sharp critical ratios", files.back());
  }
  return files;
}

std::string table_beside(const std::string& database) {
  return std::filesystem::path(database).replace_extension(".csv").string();
}

bool same_path(const std::string& a, const std::string& b) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  return fs::weakly_canonical(fs::absolute(a), ignored) == fs::weakly_canonical(fs::absolute(b), ignored);
}

/// Refuses a run that would write its table, or pictures, over the database or the study.
void protect_inputs(const StudyArguments& arguments) {
  const auto keep = [](const char* option, const std::string& path, const std::string& mend) {
    throw InputError(option, "it would overwrite '" + path + "'", mend, ExitCode::usage);
  };
  const std::string table = table_beside(arguments.database);
  for (const std::string& path : {arguments.database, arguments.file}) {
    if (!arguments.format.empty() && same_path(table, path))
      keep("--export", path, "give the database another ending with --database, such as .db");
    const std::filesystem::path p(path);
    if (!arguments.pictures.empty() && p.extension() == ".svg" &&
        same_path(p.has_parent_path() ? p.parent_path().string() : ".", arguments.pictures))
      keep("--pictures", path, "name another folder");
  }
}

/// The name that the certificates of network `number` have inside: a copy has those of the network that was computed.
std::string certified_name(const StudyPlan& plan, const StudyArguments& arguments,
                           const StudyNetwork& network, std::size_t number) {
  const std::string path = arguments.database.empty() ? default_database(arguments.file) : arguments.database;
  if (arguments.database.empty() && !is_sqlite_file(path)) return network.name;
  StudyDatabase database(path);
  if (database.facts().fingerprint != plan.fingerprint) {
    if (arguments.database.empty()) return network.name;
    throw InputError(path, "the rows belong to another study, or to another version of narrows",
                     "name the database of this study");
  }
  const std::optional<std::size_t> first = database.copy_of(number);
  return first ? study_network(plan, *first).name : network.name;
}

/// Writes one network of the study and the certificates of its rows again.
int extract(const StudyPlan& plan, const StudyArguments& arguments) {
  const std::size_t number = *arguments.extract;
  if (number >= plan.networks())
    throw InputError("--extract", fmt::format("the study has the networks 0 to {}", plan.networks() - 1),
                     "choose one of them", ExitCode::usage);
  const std::string folder = arguments.out.empty() ? "." : arguments.out;
  std::filesystem::create_directories(folder);
  StudyNetwork network = study_network(plan, number);
  const std::string certified = certified_name(plan, arguments, network, number);
  Json answer{{"tool", "narrows"}, {"version", NARROWS_VERSION}, {"command", "study"},
              {"network", number}, {"sha256", network.sha256},   {"files", Json::array()}};
  const auto write = [&](const std::string& path, const std::string& text) {
    write_file_atomically(path, text);
    answer["files"].push_back(path);
    if (!arguments.json) fmt::print("{}\n", path);
  };
  if (!network.text.empty()) write(folder + "/" + network.name, network.text);
  network.name = certified;
  for (std::size_t a = 0; a < plan.analyses.size(); ++a)
    if (!analyse(plan, network, number, a, StopToken(arguments.timeout), [&](const std::string& text) {
          write(fmt::format("{}/{}-{}.cert.json", folder, number, a), text);
        }))
      return static_cast<int>(interrupted() ? ExitCode::interrupted : ExitCode::undecided);
  if (arguments.json) print_json(answer);
  return 0;
}

/// What this run did.
struct StudyRun {
  StudyProgress progress;
  std::vector<RankWork> ranks;  ///< empty without --mpi
  double seconds = 0;
};

int answer(const StudyArguments& arguments, StudyDatabase* database, const StudyRun& study_run) {
  const StudyProgress& progress = study_run.progress;
  const double seconds = study_run.seconds;
  const StudySummary summary = summarise(database);
  const bool finished = summary.facts.done == progress.rows;
  std::string csv;
  if (!arguments.format.empty()) {
    csv = table_beside(arguments.database);
    write_file_atomically(csv, database->csv());
  }
  std::vector<std::string> pictures;
  if (!arguments.pictures.empty()) pictures = draw_pictures(summary, arguments.pictures);
  database->close();
  const double rate = seconds > 0 ? static_cast<double>(progress.computed) / seconds : 0;
  if (arguments.json) {
    Json json{{"tool", "narrows"},
              {"version", NARROWS_VERSION},
              {"command", "study"},
              {"name", summary.facts.name},
              {"networks", summary.facts.networks},
              {"rows", progress.rows},
              {"done", summary.facts.done},
              {"computed", progress.computed},
              {"database", arguments.database},
              {"csv", csv.empty() ? Json(nullptr) : Json(csv)},
              {"pictures", pictures},
              {"seconds", seconds}};
    if (!study_run.ranks.empty()) json["ranks"] = ranks_json(study_run.ranks, seconds);
    for (const AnalysisSummary& a : summary.analyses)
      json["analyses"].push_back({{"description", a.text},
                                  {"type", a.type},
                                  {"proved", a.proved},
                                  {"refuted", a.refuted},
                                  {"undecided", a.undecided},
                                  {"unfinished", summary.facts.networks - a.finished()},
                                  {"boxes", a.boxes}});
    print_json(json);
  } else {
    fmt::print("{}: {} of {} rows ({} computed now in {:.2f} s, {:.0f} a second)\n{}", summary.facts.name,
               summary.facts.done, progress.rows, progress.computed, seconds, rate, summary_text(summary));
    fmt::print("{}", ranks_text(study_run.ranks, seconds));
    fmt::print("database {}\n", arguments.database);
    if (!csv.empty()) fmt::print("table {}\n", csv);
    for (const std::string& picture : pictures) fmt::print("picture {}\n", picture);
    if (!finished) fmt::print("stopped: the same command continues\n");
  }
  if (interrupted()) return static_cast<int>(ExitCode::interrupted);
  return static_cast<int>(finished ? ExitCode::proved : ExitCode::undecided);
}

/// Certificates of all sizes come and go thousands of times a second: their memory is kept for the next instead of given back to the system.
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 24);
  mallopt(M_TRIM_THRESHOLD, 1 << 26);
#endif
}

int run(StudyArguments arguments) {
  const std::string definition = read_file(arguments.file);
  const StudyPlan plan = parse_study(definition, arguments.file);
  if (arguments.extract) return extract(plan, arguments);
  const StopToken stop(arguments.timeout);
  keep_freed_memory();
  if (arguments.database.empty()) arguments.database = default_database(arguments.file);
  protect_inputs(arguments);
  std::unique_ptr<RankLink> link;
  if (arguments.mpi) link = connect_mpi();
  if (link && link->rank() > 0) {
    run_as_other_rank(plan, link.get(), stop);
    link->close();
    return interrupted() ? static_cast<int>(ExitCode::interrupted) : 0;
  }
  StudyDatabase database(arguments.database, plan, definition);
  WorkQueue queue(plan, &database);
  StudyRun study_run;
  const auto start = std::chrono::steady_clock::now();
  {
    using Style = ProgressLine::Style;
    ProgressLine line(queue, arguments.quiet              ? Style::none
                             : isatty(STDERR_FILENO) != 0 ? Style::terminal
                             : link                       ? Style::lines
                                                          : Style::none);
    if (link)
      study_run.ranks = run_as_first_rank(plan, &queue, link.get(), stop, [&] { line.draw(); });
    else
      run_here(plan, arguments, &queue, &line, stop);
  }
  if (!stop.stop_requested()) queue.finish();
  study_run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  study_run.progress = queue.progress();
  if (link) link->close();
  return answer(arguments, &database, study_run);
}

}  // namespace

void add_study(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<StudyArguments>();
  CLI::App* command = program->add_subcommand(
      "study", "whole families of networks: many analyses, one database that survives being killed");
  command
      ->add_option("FILE", arguments->file,
                   "the study: families or a folder of networks, and analyses, as TOML")
      ->type_name("FILE.toml")
      ->required();
  command
      ->add_option("--database", arguments->database,
                   "the SQLite file of the rows, continued if it is there; default: FILE with the ending .db")
      ->type_name("FILE");
  command->add_option("--export", arguments->format, "write the rows beside the database, too")
      ->check(CLI::IsMember({"csv"}));
  command
      ->add_option("--pictures", arguments->pictures,
                   "draw shares against ratio, depth and width, and critical ratios, as SVG into this folder")
      ->type_name("FOLDER");
  command
      ->add_option("--extract", arguments->extract,
                   "write network N and its certificates again, for checking, and do nothing else")
      ->type_name("N");
  command->add_option("-o", arguments->out, "with --extract: the folder")->type_name("FOLDER");
  command->add_flag("--mpi", arguments->mpi,
                    "share the work with all processes that mpirun started; one thread each");
  command->add_option("--threads", arguments->threads, "worker threads; the rows do not depend on it")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  add_timeout(command, &arguments->timeout);
  command->add_flag("--json", arguments->json, "print one JSON object on standard output and nothing else");
  command->add_flag("--quiet", arguments->quiet, "no progress on standard error");
  command->footer(
      "Exit code: 0 finished, 2 stopped, 130 interrupted; the same command continues. No row is computed "
      "twice.\n\nExamples:\n"
      "  narrows study planar.toml --threads 2 --export csv --pictures plots\n  narrows study planar.toml "
      "--extract 17 -o one\n"
      "  mpirun -n 4 narrows study planar.toml --mpi\n  narrows report planar.db -o planar.html");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
