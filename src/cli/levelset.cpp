// narrows levelset: the sets above and below a level: of a piecewise linear network exactly; smooth_levelset.cpp does the others.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "certify/cells_file.hpp"
#include "certify/levelset_certificate.hpp"
#include "cli/common.hpp"
#include "cli/gzip.hpp"
#include "cli/smooth_levelset.hpp"
#include "cli/subcommands.hpp"
#include "io/domain_parse.hpp"
#include "plot/partition_picture.hpp"
#include "polyhedral/analysis.hpp"
#include "polyhedral/folding_error.hpp"

namespace narrows::cli {
namespace {

struct LevelSetArguments : NetworkArguments {
  std::string level = "0";
  std::string domain;
  std::string from, support;
  std::string certificate, cells, off;
  std::vector<std::string> pictures;
  std::optional<double> timeout;
  int threads = 1;
  std::uint64_t seed = 0;
  SmoothOptions smooth;
};

/// The network that the answer speaks of: batch_norm folded.
struct Subject {
  SelectedNetwork net;
  FoldedNetwork folded;
  std::string name;  ///< the file without its folder
  std::optional<double> folding_error;  ///< bound on what folding changed, over the box of --domain
};

Subject subject_of(const LevelSetArguments& arguments, SelectedNetwork net) {
  Subject subject;
  subject.net = std::move(net);
  subject.folded = fold_batch_norm(subject.net.loaded.network);
  subject.net.chain = make_chain(subject.folded.network, subject.net.output, arguments.file);
  subject.name = arguments.file.substr(arguments.file.rfind('/') + 1);
  return subject;
}

/// Says that batch_norm was folded, and over a box by how much this can change the function.
void note_folding(const LevelSetArguments& arguments, const std::optional<Domain>& domain, Subject* subject) {
  if (!subject->folded.folded || !is_piecewise_linear(subject->net.chain.layers)) return;
  std::string text = "batch_norm is folded with its numbers rounded to doubles: everything is said of the folded network";
  if (domain && domain->type == Domain::Type::box) {
    subject->folding_error = folding_error_upper(make_chain(subject->net.loaded.network, subject->net.output, arguments.file), domain->box);
    text += fmt::format(", which is within {:.2g} of the given one on {}", *subject->folding_error, to_string(*domain));
  }
  note(arguments, text);
}

LevelSetOptions options_of(const LevelSetArguments& arguments, std::size_t dim) {
  LevelSetOptions options;
  options.level = parse_level("--level", arguments.level);
  if (!arguments.domain.empty()) options.domain = parse_domain(arguments.domain, dim);
  options.stop = StopToken(arguments.timeout);
  if (!arguments.from.empty()) {
    options.from.emplace();
    for (const double x : parse_point(arguments.from, dim)) options.from->push_back(rational_exact(x));
  }
  if (!arguments.support.empty()) options.support = parse_level("--support", arguments.support);
  if (options.support && !options.from) throw InputError("--support", "the tube starts near a point", "give --from X, too", ExitCode::usage);
  return options;
}

Json answer_of_set(const LevelSet& set) {
  Json json = level_set_json(set);
  json["witness"] = set.witness ? ray_json(*set.witness) : Json(nullptr);
  return json;
}

/// Of the exact coordinates that were needed: by decisions that doubles left open, by answers and by the files written.
std::size_t longest_bits(const LevelSetResult& result) {
  std::size_t longest = 0;
  for (const auto& partition : {result.space_partition, result.space_cut, result.box_partition})
    if (partition) longest = std::max(longest, partition->longest_bits());
  return longest;
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

Json two_points_json(const TwoPoints& points) {
  return {{"inside", point_json(points.inside)}, {"boundary", point_json(points.boundary)}, {"value", to_text(points.value)}};
}

Json growth_json(const GrowthCertificate& tube) {
  return {{"point", point_json(tube.point)},
          {"direction", point_json(tube.direction)},
          {"half_width", to_text(tube.half_width)},
          {"value", to_text(tube.value)},
          {"support", to_text(tube.support)},
          {"radius_for_error_1", to_text(tube.radius_for(1))}};
}

Json from_json(const LevelSetResult& result) {
  const FromPoint& from = *result.from;
  return {{"point", point_json(from.point)},
          {"value", to_text(from.value)},
          {"ray", from.answer.ray ? ray_json(*from.answer.ray) : Json(nullptr)},
          {"why_not", from.answer.why_not},
          {"two_points", result.two_points ? two_points_json(*result.two_points) : Json(nullptr)},
          {"growth", result.growth ? growth_json(*result.growth) : Json(nullptr)}};
}

/// More than three dimensions: statuses that linear programming finds, for sets that no ray decides. No certificate carries them.
void add_patterns(const LevelSetResult& result, Json* answer) {
  const PatternSummary& patterns = *result.patterns;
  Json statuses;
  for (std::size_t i = 0; i < std::size(kSetNames); ++i) statuses[std::string(kSetNames[i])] = level_set_json(*patterns.sets.at(i));
  (*answer)["patterns"] = {{"linear_regions", patterns.regions}, {"affine_pieces", patterns.affine_pieces}, {"sets", statuses}};
}

Json answer_json(const LevelSetArguments& arguments, const Subject& subject, const LevelSetResult& result, double seconds) {
  Json answer = json_header("levelset", subject.net.loaded);
  answer["verdict"] = to_string(result.verdict);
  answer["reason"] = result.reason;
  answer["level"] = to_text(result.level);
  answer["domain"] = result.domain ? to_string(*result.domain) : fmt::format("R^{}", result.input_dim);
  answer["batch_norm_folded"] = subject.folded.folded;
  answer["folding_error"] = subject.folding_error ? interval_json(Interval(0, *subject.folding_error))[1] : Json(nullptr);
  for (std::size_t i = 0; i < std::size(kSetNames); ++i) answer[std::string(kSetNames[i])] = result.sets.at(i) ? answer_of_set(*result.sets.at(i)) : Json(nullptr);
  answer["linear_regions"] = result.space ? Json(result.space->regions) : Json(nullptr);
  answer["unbounded_regions"] = result.space ? Json(result.space->unbounded) : Json(nullptr);
  answer["affine_pieces"] = result.space ? Json(result.space->affine_pieces) : Json(nullptr);
  answer["flat_regions"] = result.space ? Json(result.space->flat_cells.size()) : Json(nullptr);
  answer["linear_regions_in_domain"] = result.box ? Json(result.box->regions) : Json(nullptr);
  answer["critical_vertices"] = result.space ? critical_vertices_json(result) : Json(nullptr);
  answer["degenerate_vertices"] = result.space ? Json(result.critical_vertices.degenerate) : Json(nullptr);
  answer["longest_coordinate_bits"] = result.space ? Json(longest_bits(result)) : Json(nullptr);
  if (result.patterns) add_patterns(result, &answer);
  if (result.from) answer["from"] = from_json(result);
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
  fmt::print("longest coordinate computed {} bits\n", longest_bits(result));
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

void print_patterns(const PatternSummary& patterns) {
  fmt::print("by linear programming, without certificate: {} linear regions, {} affine pieces", patterns.regions, patterns.affine_pieces);
  for (std::size_t i = 0; i < std::size(kSetNames); ++i) fmt::print(", {} {}", kSetNames[i], to_string(patterns.sets.at(i)->status));
  fmt::print("\n");
}

void print_from(const LevelSetResult& result) {
  const FromPoint& from = *result.from;
  fmt::print("Φ{} = {:.12g}", point_text(from.point), nearest(from.value));
  if (!from.answer.ray) {
    fmt::print("; no constant ray: {}\n", from.answer.why_not);
    return;
  }
  fmt::print(", and along a path of {} points, then {} + t {}\n", from.answer.ray->path.size(), point_text(from.answer.ray->path.back()), point_text(from.answer.ray->direction));
  if (result.two_points) fmt::print("  the same value at {} on the boundary: every target f has sup error at least |f(x) - f(y)|/2\n", point_text(result.two_points->boundary));
  if (result.growth)
    fmt::print("  |Φ| >= {:.6g} on a tube of half-width {:.3g} along {}: the L1 error on [-R,R]^d exceeds 1 for R = {:.6g}\n", nearest(abs(result.growth->value) / 2),
               nearest(result.growth->half_width), point_text(result.growth->direction), nearest(result.growth->radius_for(1)));
}

void print_answer(const LevelSetArguments& arguments, const LevelSetResult& result, double seconds) {
  fmt::print("{}: {} ({:.3f} s)\n", to_string(result.verdict), result.reason, seconds);
  print_sets(result);
  print_geometry(result);
  if (result.patterns) print_patterns(*result.patterns);
  if (result.from) print_from(result);
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

int run_smooth(const LevelSetArguments& arguments, const SelectedNetwork& net) {
  for (const auto& [option, value] : {std::pair{"--support", arguments.support}, {"--cells", arguments.cells}, {"--off", arguments.off}})
    if (!value.empty()) throw InputError(option, "is for piecewise linear networks and their level sets alone", "leave it out", ExitCode::usage);
  return run_smooth_levelset(arguments, net, {arguments.level, arguments.domain, arguments.from, arguments.certificate, arguments.pictures, arguments.timeout}, arguments.smooth);
}

/// Tunnels to infinity and errors follow the layers one by one, and so do pictures.
void require_for_flows(const LevelSetArguments& arguments, const SelectedNetwork& net) {
  const std::string place = arguments.file + ": ode layer";
  for (const auto& [option, value] : {std::pair{"--target", arguments.smooth.tunnel.target}, {"--tunnel-certificate", arguments.smooth.tunnel.tunnel_certificate}})
    if (!value.empty()) throw InputError(place, std::string(option) + " does not go through a flow", "leave it out; --from with --certificate proves whether the point's component reaches the boundary");
  for (const std::string& certificate : {arguments.certificate, arguments.smooth.area_certificate}) require_checkable_flow(net, certificate, arguments.file);
  if (!arguments.pictures.empty()) throw InputError(place, "level curves of a network with an ode layer are not drawn", "draw its flow with `narrows ode --picture`");
}

int run(const LevelSetArguments& arguments) {
  SelectedNetwork net = load_and_select(arguments, OdeLayers::treated);
  if (has_flow(net)) require_for_flows(arguments, net);
  if (has_flow(net) || !is_piecewise_linear(net.chain.layers) || !arguments.smooth.tunnel.target.empty()) return run_smooth(arguments, net);
  if (const std::string option = arguments.smooth.first_given(); !option.empty())
    throw InputError(option, "is for smooth networks, this one is piecewise linear", "leave it out", ExitCode::usage);
  Subject subject = subject_of(arguments, std::move(net));
  const std::size_t dim = subject.net.chain.input_dim;
  for (const std::string& picture : arguments.pictures) require_partition_drawable(dim, picture);
  if (!arguments.off.empty() && dim != 3)
    throw InputError("--off", "the level surface exists for three inputs, this network has " + std::to_string(dim), "leave out --off");
  const LevelSetOptions options = options_of(arguments, dim);
  note_folding(arguments, options.domain, &subject);
  const auto start = std::chrono::steady_clock::now();
  const LevelSetResult result = analyse_level_sets(subject.net.chain, options, arguments.file);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  write_files(arguments, subject, result);
  if (arguments.json)
    print_json(answer_json(arguments, subject, result, seconds));
  else
    print_answer(arguments, result, seconds);
  if (interrupted()) return static_cast<int>(ExitCode::interrupted);
  return static_cast<int>(result.verdict == Verdict::proved ? ExitCode::proved : ExitCode::undecided);
}

}  // namespace

void add_levelset(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<LevelSetArguments>();
  CLI::App* command = program->add_subcommand(
      "levelset", "where a network is above and below a level: exactly for ReLU networks; certified curves, tunnels and areas for smooth ones");
  arguments->add(command);
  arguments->add_selection(command);
  command->add_option("--level", arguments->level, "the level c: a decimal (read as the nearest double) or a fraction p/q")->capture_default_str();
  command->add_option("--domain", arguments->domain, "the box in which a smooth network's level set is proved, \"[-2,2]^2\"; piecewise linear: count the linear regions in this box, too")->type_name("BOX");
  command->add_option("--from", arguments->from, "smooth: a tunnel from this point to the boundary of the box (without one, to infinity), or a barrier round it; piecewise linear: a path and a ray from it to infinity on which Φ is constant (N9), and with --domain a point of the boundary with the same value (N7): x1,x2")->type_name("X");
  command->add_option("--certificate", arguments->certificate, "write the proof to FILE (checked by narrows-check); a name ending in .gz compresses it")->type_name("FILE");
  command->add_option("--picture", arguments->pictures, "draw the level set and what is proved of it (two inputs): .svg or .png; may be repeated")->type_name("FILE")->expected(1)->take_all();
  command->add_option("--timeout", arguments->timeout, "stop after SECONDS; what is left is undecided")->type_name("SECONDS")->check(CLI::NonNegativeNumber);
  command->add_option("--threads", arguments->threads, "accepted like everywhere; this command uses one")->check(CLI::Range(1, 1024));
  command->add_option("--seed", arguments->seed, "accepted like everywhere; this command makes no random choice");
  command->option_defaults()->group("Piecewise linear networks");
  command->add_option("--support", arguments->support, "with --from: a tube that proves how the L1 error of every target with support in [-R,R]^d grows (N8)")->type_name("R");
  command->add_option("--cells", arguments->cells, "write every cell with its exact vertices and affine map as JSON (.gz compresses)")->type_name("FILE");
  command->add_option("--off", arguments->off, "write the level surface of three inputs as an OFF file")->type_name("FILE");
  command->option_defaults()->group("Smooth networks");
  arguments->smooth.add(command);
  command->footer(
      "Exit code: 0 proved (every status asked for is decided), 2 undecided.\n\nExamples:\n"
      "  narrows levelset relu.onnx\n  narrows levelset relu.json --level 1/2 --domain \"[-1,1]^2\" --json\n"
      "  narrows levelset relu.onnx --certificate level.cert.json.gz --picture level.svg\n  narrows levelset relu3.onnx --off surface.off --cells cells.json\n"
      "  narrows levelset relu.onnx --from 0,0 --domain \"[-1,1]^2\" --support 1\n"
      "  narrows levelset tanh.onnx --domain \"[-2,2]^2\" --from 0,0 --certificate level.json --picture level.png\n"
      "  narrows levelset tanh.onnx --domain \"[-2,2]^2\" --classes classes.json --gap 1e-3 --area-certificate areas.json.gz");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
