// narrows regimes: a certified map of the parameters (skip, residual) of a family of networks.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>

#include "base/atomic_file.hpp"
#include "base/counted.hpp"
#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "base/version.hpp"
#include "bounds/regime_map.hpp"
#include "certify/regime_certificate.hpp"
#include "cli/common.hpp"
#include "cli/gzip.hpp"
#include "cli/rank_report.hpp"
#include "cli/subcommands.hpp"
#include "cli/track.hpp"
#include "io/domain_parse.hpp"
#include "plot/canvas.hpp"
#include "plot/regime_picture.hpp"
#include "study/rank_units.hpp"

namespace narrows::cli {
namespace {

struct RegimeArguments : NetworkArguments {
  std::string skip, residual, domain, family = "shared", track, certificate, table, resume;
  std::vector<std::string> pictures;
  std::optional<double> timeout;
  int depth = RegimeOptions{}.depth;
  std::size_t max_boxes = RegimeOptions{}.max_boxes;
  int threads = 1;
  bool mpi = false;
  std::uint64_t seed = 0;
};

/// "a:b" with a < b.
Interval parse_range(const std::string& option, const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) throw InputError(option, "'" + text + "' is not a range", "write lower:upper, such as 0:2", ExitCode::usage);
  const double lower = parse_point(text.substr(0, colon), 1)[0], upper = parse_point(text.substr(colon + 1), 1)[0];
  if (!(lower < upper)) throw InputError(option, "the range '" + text + "' is empty", "write the lower end first", ExitCode::usage);
  return {lower, upper};
}

Domain domain_of(const RegimeArguments& arguments, std::size_t dim) {
  if (!arguments.domain.empty()) return parse_domain(arguments.domain, dim);
  Domain space;
  space.dim = dim;
  return space;
}

std::string number_text(double x) { return fmt::format("{}", x); }

FamilyType family_of(const RegimeArguments& arguments) { return arguments.family == "scaled" ? FamilyType::scaled : FamilyType::shared; }

RegimeOptions options_of(const RegimeArguments& arguments, const SelectedNetwork& net, const Domain& domain) {
  RegimeOptions options;
  options.family = family_of(arguments);
  options.rectangle = {parse_range("--skip", arguments.skip), parse_range("--residual", arguments.residual)};
  options.depth = arguments.depth;
  options.max_boxes = arguments.max_boxes;
  options.threads = arguments.threads;
  options.stop = StopToken(arguments.timeout);
  options.state_path = arguments.resume;
  const auto side = [](const Interval& x) { return number_text(x.lower()) + ":" + number_text(x.upper()); };
  options.fingerprint = sha256_hex(fmt::format("{} {} {} {} {} {} {} {} {} {}", NARROWS_VERSION, net.loaded.sha256, to_string(domain), net.output.first,
                                               net.output.margin ? static_cast<long>(net.output.second) : -1L, arguments.family, side(options.rectangle.skip),
                                               side(options.rectangle.residual), options.depth, options.max_boxes));
  if (!arguments.quiet && isatty(STDERR_FILENO))
    options.progress = [](double decided, std::size_t cells) {
      constexpr int width = 40;
      const int full = static_cast<int>(decided * width);
      std::cerr << fmt::format("\r[{:█<{}}{: <{}}] {:6.2f} % of the area decided, {} cells ", "", full, "", width - full, 100 * decided, cells) << std::flush;
    };
  return options;
}

double nearest(const Rational& x) { return mpq_get_d(x.backend().data()); }

std::string_view rule_text(const CellFinding& finding) {
  switch (finding.rule) {
    case CellRule::none_by_ratios: return "ratios";
    case CellRule::none_by_vertices: return "vertices";
    case CellRule::none_by_tree: return "tree";
    case CellRule::open: return "";
    case CellRule::exists: break;
  }
  switch (finding.existence.rule) {
    case ExistenceRule::sign_change: return "sign-change";
    case ExistenceRule::opposite_faces: return "opposite-faces";
    case ExistenceRule::winding: return "winding";
    case ExistenceRule::minimum: return "minimum";
    case ExistenceRule::maximum: break;
  }
  return "maximum";
}

std::string_view status_text(CellStatus status) {
  return status == CellStatus::none ? "none" : status == CellStatus::exists ? "exists" : "undecided";
}

std::string table_of(const RegimeMap& map) {
  std::string text = "level,skip_lower,skip_upper,residual_lower,residual_upper,status,rule\n";
  for (const MapCell& cell : map.cells)
    if (cell.first_quarter == 0)
      text += fmt::format("{},{},{},{},{},{},{}\n", cell.level, cell.cell.skip.lower(), cell.cell.skip.upper(), cell.cell.residual.lower(), cell.cell.residual.upper(),
                          status_text(status_of(cell)), rule_text(cell.finding));
  return text;
}

Json path_json(const std::string& path) { return path.empty() ? Json(nullptr) : Json(path); }

Json answer_json(const RegimeArguments& arguments, const SelectedNetwork& net, const RegimeMap& map, const std::vector<RankWork>& ranks, double seconds) {
  Json answer = json_header("regimes", net.loaded);
  answer["verdict"] = to_string(map.verdict);
  answer["reason"] = map.reason;
  answer["domain"] = to_string(map.domain);
  answer["family"] = to_string(map.family);
  answer["skip"] = interval_json(map.rectangle.skip);
  answer["residual"] = interval_json(map.rectangle.residual);
  answer["depth"] = map.depth;
  answer["area"] = {{"none", nearest(map.areas.none)}, {"exists", nearest(map.areas.exists)}, {"undecided", nearest(map.areas.undecided)}};
  answer["area_exact"] = {{"none", to_text(map.areas.none)}, {"exists", to_text(map.areas.exists)}, {"undecided", to_text(map.areas.undecided)}};
  answer["cells"] = map.leaves;
  answer["boxes"] = map.boxes;
  answer["picture"] = path_json(arguments.pictures.empty() ? "" : arguments.pictures.front());
  answer["table"] = path_json(arguments.table);
  answer["seconds"] = seconds;
  if (!ranks.empty()) answer["ranks"] = ranks_json(ranks, seconds);
  answer["certificate"] = path_json(arguments.certificate);
  return answer;
}

void print_answer(const RegimeArguments& arguments, const RegimeMap& map, const std::vector<RankWork>& ranks, double seconds) {
  fmt::print("{}: regime map on {}, {} skip {} residual {}, depth {} ({}, {}, {:.2f} s)\n  {}\n", to_string(map.verdict), to_string(map.domain),
             to_string(map.family), arguments.skip, arguments.residual, map.depth, counted(map.leaves, "cell"), counted(map.boxes, "box", "boxes"), seconds, map.reason);
  fmt::print("  no critical point        {:8.4f} % of the area\n  a critical point exists  {:8.4f} %\n  undecided                {:8.4f} %\n", 100 * nearest(map.areas.none),
             100 * nearest(map.areas.exists), 100 * nearest(map.areas.undecided));
  if (map.domain.type == Domain::Type::space && map.areas.undecided > 0) fmt::print("  on all of R^d only regular layers prove absence: give a --domain box to decide more\n");
  fmt::print("{}", ranks_text(ranks, seconds));
  if (!arguments.certificate.empty()) fmt::print("certificate {}\n", arguments.certificate);
  if (!arguments.table.empty()) fmt::print("table {}\n", arguments.table);
  for (const std::string& picture : arguments.pictures) fmt::print("picture {}\n", picture);
}

/// The map, made by all processes of the group; nothing in those that only help.
/// @param ranks  gets what each of them did
std::optional<RegimeMap> find_with_ranks(const SelectedNetwork& net, const Domain& domain, RegimeOptions options, const std::string& where,
                                         std::vector<RankWork>* ranks) {
  const std::unique_ptr<RankLink> link = connect_mpi();
  const CellWorker worker(net.chain, domain, options, where);
  const ComputeUnit compute = [&](const std::string& task) { return worker.attack(task); };
  std::optional<RegimeMap> map;
  if (link->rank() > 0) {
    run_as_other_rank(link.get(), options.fingerprint, compute, options.stop);
  } else {
    RankLeader leader(link.get(), options.fingerprint, options.stop);
    options.spread = [&](const std::vector<std::string>& tasks) { return compute_all(tasks, &leader, compute); };
    map = find_regimes(net.chain, domain, options, where);
    leader.dismiss();
    *ranks = leader.work();
  }
  link->close();
  return map;
}

int run(const RegimeArguments& arguments) {
  if (arguments.track.empty() && (arguments.skip.empty() || arguments.residual.empty()))
    throw InputError("regimes", "no parameters are given", "give --skip A:B and --residual C:D for a map, or --track PATH", ExitCode::usage);
  const SelectedNetwork net = load_and_select(arguments);
  const Domain domain = domain_of(arguments, net.chain.input_dim);
  if (!arguments.track.empty() && arguments.mpi) throw InputError("--mpi", "a path is not shared between processes", "leave it out with --track", ExitCode::usage);
  if (!arguments.track.empty())
    return run_track(arguments, net, domain,
                     {arguments.track, family_of(arguments), arguments.certificate, arguments.table, arguments.pictures, arguments.timeout, arguments.max_boxes});
  for (const std::string& picture : arguments.pictures) (void)plot::picture_format(picture);  // before the long work
  const RegimeOptions options = options_of(arguments, net, domain);
  const auto start = std::chrono::steady_clock::now();
  std::vector<RankWork> ranks;
  const std::optional<RegimeMap> found =
      arguments.mpi ? find_with_ranks(net, domain, options, arguments.file, &ranks) : find_regimes(net.chain, domain, options, arguments.file);
  if (!found) return interrupted() ? static_cast<int>(ExitCode::interrupted) : 0;
  const RegimeMap& map = *found;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (options.progress) std::cerr << "\r\033[K";
  const std::string name = arguments.file.substr(arguments.file.rfind('/') + 1);
  if (!arguments.certificate.empty())
    write_possibly_gzipped(arguments.certificate, [&](const TextSink& sink) { write_regime_certificate(map, net.loaded.network, net.output, {name, net.loaded.sha256}, sink); });
  if (!arguments.table.empty()) write_file_atomically(arguments.table, table_of(map));
  for (const std::string& picture : arguments.pictures) draw_regime_picture(map, name, picture);
  if (!arguments.resume.empty() && !map.stopped) std::remove(arguments.resume.c_str());  // nothing left to resume
  if (arguments.json)
    print_json(answer_json(arguments, net, map, ranks, seconds));
  else
    print_answer(arguments, map, ranks, seconds);
  if (interrupted()) return static_cast<int>(ExitCode::interrupted);
  return static_cast<int>(map.verdict == Verdict::proved ? ExitCode::proved : ExitCode::undecided);
}

}  // namespace

void add_regimes(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<RegimeArguments>();
  CLI::App* command = program->add_subcommand("regimes", "map the (skip, residual) plane: where is there no critical point, where is there one");
  arguments->add(command);
  arguments->add_selection(command);
  command->add_option("--skip", arguments->skip, "range of the skip factor ε, \"0:2\"")->type_name("A:B");
  command->add_option("--residual", arguments->residual, "range of the residual factor δ, \"0:2\"")->type_name("C:D");
  command->add_option("--domain", arguments->domain, "critical points in this box, \"[-2,2]^2\"; default: all of R^d")->type_name("BOX");
  command->add_option("--family", arguments->family, "shared: every block gets ε and δ; scaled: ε and δ multiply the given factors")->check(CLI::IsMember({"shared", "scaled"}))->capture_default_str();
  command->add_option("--track", arguments->track, "instead of a map: follow the critical points along this path of (skip, residual), \"1,0.5 -> 1,0\"")->type_name("PATH");
  command->add_option("--depth", arguments->depth, "quarter the rectangle at most N times; cells of that size may stay undecided")->check(CLI::Range(0, kMaxMapDepth))->capture_default_str();
  command->add_option("--certificate", arguments->certificate, "write the proof of all cells to FILE (checked by narrows-check); a name ending in .gz compresses it")->type_name("FILE");
  command->add_option("--table", arguments->table, "write the cells as CSV")->type_name("FILE");
  command->add_option("--picture", arguments->pictures, "draw the phase diagram: .svg or .png; may be repeated")->type_name("FILE")->expected(1)->take_all();
  command->add_option("--resume", arguments->resume, "keep the state of the map in FILE (SQLite), and continue from it if it is there: after Ctrl-C, kill or a timeout")->type_name("FILE");
  command->add_option("--timeout", arguments->timeout, "stop after SECONDS; what is left is undecided")->type_name("SECONDS")->check(CLI::NonNegativeNumber);
  command->add_option("--max-boxes", arguments->max_boxes, "boxes tested for one cell of the deepest level (an eighth of it above)")->capture_default_str();
  command->add_option("--threads", arguments->threads, "worker threads; the answer does not depend on it")->check(CLI::Range(1, 1024))->capture_default_str();
  command->add_flag("--mpi", arguments->mpi, "share the cells with all processes that mpirun started, one thread each; the answer does not depend on it");
  command->add_option("--seed", arguments->seed, "accepted like everywhere; this command makes no random choice");
  command->footer(
      "Every cell is proved for all its parameters, not for samples.\n"
      "Exit code: 0 the map is complete to the asked depth, 2 stopped early.\n\nExamples:\n"
      "  narrows regimes net.json --skip 0:2 --residual 0:2 --domain \"[-2,2]^2\" --picture map.png\n"
      "  narrows regimes net.onnx --skip 0:1 --residual 0:1 --family scaled --depth 7 --json\n"
      "  narrows regimes net.json --skip 0:2 --residual 0:2 --domain \"[-2,2]^2\" --threads 2 --certificate map.cert.gz --resume map.state\n"
      "  mpirun -n 4 narrows regimes net.json --skip 0:2 --residual 0:2 --domain \"[-2,2]^2\" --mpi --certificate map.cert.gz\n"
      "  narrows regimes net.json --track \"1,1 -> 1,0\" --domain \"[-2,2]^2\" --picture branches.png");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
