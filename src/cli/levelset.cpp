// narrows levelset: the sets above and below a level of a piecewise linear network, exactly.
#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "certify/cells_file.hpp"
#include "certify/levelset_certificate.hpp"
#include "cli/common.hpp"
#include "cli/gzip.hpp"
#include "cli/subcommands.hpp"
#include "io/domain_parse.hpp"
#include "io/exact_text.hpp"
#include "plot/partition_picture.hpp"
#include "polyhedral/analysis.hpp"

namespace narrows::cli {
namespace {

struct LevelSetArguments : NetworkArguments {
  std::string level = "0";
  std::string domain;
  std::string from;
  std::string certificate, cells, off;
  std::vector<std::string> pictures;
  std::optional<double> timeout;
  int threads = 1;
  std::uint64_t seed = 0;
};

/// The network that the answer speaks of: batch_norm folded.
struct Subject {
  SelectedNetwork net;
  FoldedNetwork folded;
  std::string name;  ///< the file without its folder
};

/// A point asked for with --from.
struct From {
  std::vector<Rational> point;
  Rational value;
};

Rational level_of(const std::string& text) {
  if (const auto exact = parse_exact(text)) return *exact;
  if (const auto decimal = parse_decimal(text)) return rational_exact(*decimal);
  throw InputError("--level", "'" + text + "' is not a number", "write 0.5 or a fraction such as 1/3", ExitCode::usage);
}

Subject subject_of(const LevelSetArguments& arguments) {
  Subject subject;
  subject.net = load_and_select(arguments);
  subject.folded = fold_batch_norm(subject.net.loaded.network);
  subject.net.chain = make_chain(subject.folded.network, subject.net.output, arguments.file);
  subject.name = arguments.file.substr(arguments.file.rfind('/') + 1);
  if (subject.folded.folded) note(arguments, "batch_norm is folded with its numbers rounded to doubles: everything is said of the folded network");
  return subject;
}

LevelSetOptions options_of(const LevelSetArguments& arguments, std::size_t dim) {
  LevelSetOptions options;
  options.level = level_of(arguments.level);
  if (!arguments.domain.empty()) options.domain = parse_domain(arguments.domain, dim);
  options.stop = StopToken(arguments.timeout);
  return options;
}

std::optional<From> from_of(const LevelSetArguments& arguments, const Chain& chain) {
  if (arguments.from.empty()) return std::nullopt;
  From from;
  for (const double x : parse_point(arguments.from, chain.input_dim)) from.point.push_back(rational_exact(x));
  from.value = evaluate_exact(make_stages(make_piecewise_linear(chain, arguments.file)), from.point);
  return from;
}

Json answer_of_set(const LevelSet& set) {
  Json json = level_set_json(set);
  json["witness"] = set.witness ? ray_json(*set.witness) : Json(nullptr);
  return json;
}

const char* kind_text(CriticalVertex::Kind kind) {
  return kind == CriticalVertex::Kind::minimum ? "minimum" : kind == CriticalVertex::Kind::maximum ? "maximum" : "saddle";
}

Json critical_vertices_json(const LevelSetResult& result) {
  Json list = Json::array();
  for (const CriticalVertex& critical : result.critical_vertices.vertices) {
    const std::vector<Rational> x = result.space_partition->point(critical.vertex);
    const Rational value = result.space_partition->value(critical.vertex, 0) / Rational(result.space_partition->coordinates(critical.vertex).back());
    list.push_back({{"kind", kind_text(critical.kind)}, {"point", point_json(x)}, {"value", to_text(value)}, {"index", critical.index}});
  }
  return list;
}

Json answer_json(const LevelSetArguments& arguments, const Subject& subject, const LevelSetResult& result, const std::optional<From>& from, double seconds) {
  Json answer = json_header("levelset", subject.net.loaded);
  answer["verdict"] = to_string(result.verdict);
  answer["reason"] = result.reason;
  answer["level"] = to_text(result.level);
  answer["domain"] = result.domain ? to_string(*result.domain) : fmt::format("R^{}", result.input_dim);
  answer["batch_norm_folded"] = subject.folded.folded;
  for (std::size_t i = 0; i < std::size(kSetNames); ++i) answer[std::string(kSetNames[i])] = result.sets.at(i) ? answer_of_set(*result.sets.at(i)) : Json(nullptr);
  answer["linear_regions"] = result.space ? Json(result.space->regions) : Json(nullptr);
  answer["unbounded_regions"] = result.space ? Json(result.space->unbounded) : Json(nullptr);
  answer["affine_pieces"] = result.space ? Json(result.space->affine_pieces) : Json(nullptr);
  answer["flat_regions"] = result.space ? Json(result.space->flat_cells.size()) : Json(nullptr);
  answer["linear_regions_in_domain"] = result.box ? Json(result.box->regions) : Json(nullptr);
  answer["critical_vertices"] = result.space ? critical_vertices_json(result) : Json(nullptr);
  answer["degenerate_vertices"] = result.space ? Json(result.critical_vertices.degenerate) : Json(nullptr);
  if (from) answer["from"] = {{"point", point_json(from->point)}, {"value", to_text(from->value)}};
  answer["seconds"] = seconds;
  answer["certificate"] = arguments.certificate.empty() ? Json(nullptr) : Json(arguments.certificate);
  return answer;
}

double nearest(const Rational& x) { return mpq_get_d(x.backend().data()); }

std::string point_text(const std::vector<Rational>& x) {
  std::string text;
  for (const Rational& entry : x) text += fmt::format("{}{:.6g}", text.empty() ? "(" : ", ", nearest(entry));
  return text + ")";
}

std::string components_text(const LevelSet& set) {
  if (!set.components) return "–";
  const auto unbounded = std::count_if(set.components->begin(), set.components->end(), [](const SetComponent& c) { return c.unbounded; });
  return unbounded > 0 ? fmt::format("{} ({} unbounded)", set.components->size(), unbounded) : fmt::format("{}", set.components->size());
}

void print_sets(const LevelSetResult& result) {
  constexpr const char* relations[] = {">", ">=", "<", "<="};
  fmt::print("{:<14}  {:<12}  {:>18}  {:>18}  {}\n", "set", "status", "measure", "components", "bounding box or ray");
  for (std::size_t i = 0; i < std::size(kSetNames); ++i) {
    const auto& set = result.sets.at(i);
    const std::string name = fmt::format("{{Φ {} {:.4g}}}", relations[i], nearest(result.level));
    if (!set) {
      fmt::print("{:<14}  {:<12}\n", name, "undecided");
      continue;
    }
    std::string place;
    if (set->bounding_box)
      for (const auto& [lower, upper] : *set->bounding_box) place += fmt::format("{}[{:.6g}, {:.6g}]", place.empty() ? "" : " x ", nearest(lower), nearest(upper));
    if (set->witness) place = point_text(set->witness->path.back()) + " + t " + point_text(set->witness->direction);
    fmt::print("{:<14}  {:<12}  {:>18}  {:>18}  {}\n", name, to_string(set->status), set->measure ? fmt::format("{:.12g}", nearest(*set->measure)) : "–",
               components_text(*set), place);
  }
}

void print_geometry(const LevelSetResult& result) {
  if (!result.space) return;
  fmt::print("linear regions {} ({} unbounded), affine pieces {}, flat regions {}\n", result.space->regions, result.space->unbounded, result.space->affine_pieces,
             result.space->flat_cells.size());
  if (result.box) fmt::print("linear regions in {}: {}\n", to_string(*result.domain), result.box->regions);
  constexpr std::size_t shown = 8;
  const auto& vertices = result.critical_vertices.vertices;
  for (std::size_t k = 0; k < vertices.size() && k < shown; ++k) {
    Partition& space = *result.space_partition;
    const Rational value = space.value(vertices[k].vertex, 0) / Rational(space.coordinates(vertices[k].vertex).back());
    fmt::print("  {:<8} at {}  value {:.9g}  index {}\n", kind_text(vertices[k].kind), point_text(space.point(vertices[k].vertex)), nearest(value), vertices[k].index);
  }
  if (vertices.size() > shown) fmt::print("  … and {} more (--json lists all)\n", vertices.size() - shown);
}

void print_answer(const LevelSetArguments& arguments, const LevelSetResult& result, const std::optional<From>& from, double seconds) {
  fmt::print("{}: {} ({:.3f} s)\n", to_string(result.verdict), result.reason, seconds);
  print_sets(result);
  print_geometry(result);
  if (from) fmt::print("Φ{} = {:.12g}\n", point_text(from->point), nearest(from->value));
  for (const auto& [what, file] : {std::pair{"certificate", arguments.certificate}, {"cells", arguments.cells}, {"surface", arguments.off}})
    if (!file.empty()) fmt::print("  {} {}\n", what, file);
  for (const std::string& picture : arguments.pictures) fmt::print("  picture {}\n", picture);
}

void write_files(const LevelSetArguments& arguments, const Subject& subject, const LevelSetResult& result) {
  const CertificateSource source{subject.name, subject.net.loaded.sha256};
  if (!arguments.certificate.empty())
    write_possibly_gzipped(arguments.certificate,
                           [&](const TextSink& sink) { write_levelset_certificate(result, subject.folded.network, subject.net.output, source, sink); });
  if (!arguments.cells.empty()) write_possibly_gzipped(arguments.cells, [&](const TextSink& sink) { write_cells(result, source, sink); });
  if (!arguments.off.empty()) write_file_atomically(arguments.off, level_surface_off(result));
  for (const std::string& picture : arguments.pictures) draw_partition_picture(subject.net.chain, result, subject.name, picture);
}

int run(const LevelSetArguments& arguments) {
  const Subject subject = subject_of(arguments);
  const std::size_t dim = subject.net.chain.input_dim;
  for (const std::string& picture : arguments.pictures) require_partition_drawable(dim, picture);
  if (!arguments.off.empty() && dim != 3)
    throw InputError("--off", "the level surface exists for three inputs, this network has " + std::to_string(dim), "leave out --off");
  const LevelSetOptions options = options_of(arguments, dim);
  const auto start = std::chrono::steady_clock::now();
  const LevelSetResult result = analyse_level_sets(subject.net.chain, options, arguments.file);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const std::optional<From> from = from_of(arguments, subject.net.chain);
  write_files(arguments, subject, result);
  if (arguments.json)
    print_json(answer_json(arguments, subject, result, from, seconds));
  else
    print_answer(arguments, result, from, seconds);
  if (interrupted()) return static_cast<int>(ExitCode::interrupted);
  return static_cast<int>(result.verdict == Verdict::proved ? ExitCode::proved : ExitCode::undecided);
}

}  // namespace

void add_levelset(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<LevelSetArguments>();
  CLI::App* command = program->add_subcommand("levelset", "where a ReLU network is above and below a level: bounded or not, exact area, linear regions");
  arguments->add(command);
  arguments->add_selection(command);
  command->add_option("--level", arguments->level, "the level c: a decimal (read as the nearest double) or a fraction p/q")->capture_default_str();
  command->add_option("--domain", arguments->domain, "count the linear regions in this box, too: \"[-1,1]^2\"")->type_name("BOX");
  command->add_option("--from", arguments->from, "the exact value at this point, too: x1,x2")->type_name("X");
  command->add_option("--certificate", arguments->certificate, "write the proof to FILE (checked by narrows-check); a name ending in .gz compresses it")->type_name("FILE");
  command->add_option("--cells", arguments->cells, "write every cell with its exact vertices and affine map as JSON (.gz compresses)")->type_name("FILE");
  command->add_option("--off", arguments->off, "write the level surface of three inputs as an OFF file")->type_name("FILE");
  command->add_option("--picture", arguments->pictures, "draw the regions, the level line and a witness ray (two inputs): .svg or .png; may be repeated")->type_name("FILE")->expected(1)->take_all();
  command->add_option("--timeout", arguments->timeout, "stop after SECONDS; what is left is undecided")->type_name("SECONDS")->check(CLI::NonNegativeNumber);
  command->add_option("--threads", arguments->threads, "accepted like everywhere; this command uses one")->check(CLI::Range(1, 1024));
  command->add_option("--seed", arguments->seed, "accepted like everywhere; this command makes no random choice");
  command->footer(
      "Exit code: 0 proved (the status of all four sets is decided), 2 undecided.\n\nExamples:\n"
      "  narrows levelset relu.onnx\n  narrows levelset relu.json --level 1/2 --domain \"[-1,1]^2\" --json\n"
      "  narrows levelset relu.onnx --certificate level.cert.json.gz --picture level.svg\n  narrows levelset relu3.onnx --off surface.off --cells cells.json");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
