#include "cli/smooth_levelset.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "base/counted.hpp"
#include "base/errors.hpp"
#include "certify/level_curve_certificate.hpp"
#include "cli/class_file.hpp"
#include "cli/gzip.hpp"
#include "io/domain_parse.hpp"
#include "levelset/flow_level_function.hpp"
#include "plot/canvas.hpp"
#include "plot/level_picture.hpp"

namespace narrows::cli {
namespace {

/// What was asked, and what was found.
struct Answer {
  Rational level;
  Domain domain;
  std::unique_ptr<LevelFunction> function;  ///< one or two inputs
  std::optional<LevelCurveResult> curve;
  std::optional<std::size_t> from_component;
  bool from = false;  ///< a point was given
  std::optional<Tunnel> tunnel;
  std::vector<NamedRegion> regions;
  std::optional<LevelAreaResult> areas;
  std::vector<DataPoint> points;
  std::vector<int> signs;  ///< of the points; 0: undecided
  std::optional<ErrorAnswer> error;
  std::string text;        ///< the verdict in words
  Verdict verdict = Verdict::proved;
};

bool is_box(const Answer& answer) { return answer.domain.type == Domain::Type::box; }

std::vector<double> from_of(const LevelRequest& request, std::size_t dim) { return parse_point(request.from, dim); }

/// Refuses what cannot be answered before any work is done.
void require_answerable(const SelectedNetwork& net, const LevelRequest& request, const SmoothOptions& options, const Domain& domain, const std::string& where) {
  const std::size_t dim = net.chain.input_dim;
  const bool tunnel = !request.from.empty(), error = !options.tunnel.target.empty(), box = domain.type == Domain::Type::box;
  const bool flat = dim <= kMaxCellDim && net.chain.smoothness != Smoothness::lipschitz;
  const auto usage = [](const std::string& option, const std::string& what, const std::string& mend) { throw InputError(option, what, mend, ExitCode::usage); };
  if (has_flow(net) && !box) usage("--domain", "level sets of a network with an ode layer are proved on a box", "give a box such as --domain \"[-2,2]^2\"");
  if (!box && !tunnel && !error) usage("--domain", "level curves are proved on a box", "give a box such as --domain \"[-2,2]^2\", or a point --from X for a tunnel to infinity");
  if (domain.type == Domain::Type::ball && (tunnel || !error)) usage("--domain", "a ball serves --target alone", "give a box");
  if (error && domain.type == Domain::Type::space) usage("--target", "an error is taken over a box or a ball", "give --domain");
  if (has_flow(net))
    (void)flow_level_function(net.chain, where, {});  // throws, and says why
  else if (box && !tunnel && !error && !flat) (void)level_function(net.chain, where);  // throws, and says why
  if ((!options.classes.empty() || !request.pictures.empty()) && (!box || dim != 2)) usage(options.classes.empty() ? "--picture" : "--classes", "it needs two inputs and a box", "give --domain \"[-2,2]^2\"");
  for (const std::string& picture : request.pictures) (void)plot::picture_format(picture);
  if (!options.area_certificate.empty() && (!box || dim != 2)) usage("--area-certificate", "areas and labels are certified for two inputs on a box", "leave it out");
  if (!options.area_certificate.empty() && options.classes.empty() && options.points.empty()) usage("--area-certificate", "there are no areas to certify", "give --classes or --points, too");
}

LevelCurveOptions curve_options(const Answer& answer, const SmoothOptions& options, const StopToken& stop) {
  LevelCurveOptions curve;
  curve.level = answer.level;
  curve.max_boxes = options.max_boxes;
  curve.stop = stop;
  constexpr double root_width = 1e-9;  // of the box, for roots of one variable
  if (answer.function->dim() == 1) curve.max_crossed_width = root_width * (answer.domain.box.upper[0] - answer.domain.box.lower[0]);
  if (options.resolution) curve.max_crossed_width = *options.resolution;
  return curve;
}

void find_curve(const LevelRequest& request, const SmoothOptions& options, const StopToken& stop, Answer* answer) {
  answer->curve = level_curve(*answer->function, answer->domain.box, curve_options(*answer, options, stop));
  if (request.from.empty()) return;
  const std::vector<double> x = from_of(request, answer->function->dim());
  bool inside = true;
  for (std::size_t k = 0; k < x.size(); ++k) inside = inside && answer->domain.box.lower[k] <= x[k] && x[k] <= answer->domain.box.upper[k];
  if (inside) answer->from_component = component_of(*answer->curve, *answer->function, x.data());
}

void find_areas(const SmoothOptions& options, const StopToken& stop, Answer* answer) {
  LevelAreaOptions area;
  area.level = answer->level;
  area.gap = options.gap;
  area.max_boxes = options.max_boxes;
  area.stop = stop;
  std::vector<ClassRegion> regions;
  if (!options.classes.empty()) answer->regions = read_class_file(options.classes);
  for (const NamedRegion& named : answer->regions) regions.push_back(named.region);
  answer->areas = level_areas(*answer->function, answer->domain.box, regions, area);
}

Verdict tunnel_status(const Tunnel& tunnel) { return tunnel.verdict == Verdict::undecided ? Verdict::undecided : Verdict::proved; }

/// Proved if every status that was asked for is decided.
void conclude(Answer* answer) {
  const auto add = [&](Verdict verdict, const std::string& text) {
    if (verdict != Verdict::proved) answer->verdict = Verdict::undecided;
    answer->text += (answer->text.empty() ? "" : "; ") + text;
  };
  if (answer->curve) add(answer->curve->verdict, answer->curve->reason);
  if (answer->from && !answer->tunnel) {
    const bool known = answer->from_component && answer->curve->components[*answer->from_component].status != LevelComponent::Status::undecided;
    const bool out = known && answer->curve->components[*answer->from_component].status == LevelComponent::Status::reaches_boundary;
    add(known ? Verdict::proved : Verdict::undecided, out ? "a tunnel from the point to the boundary is proved, cell by cell" : known ? "the component of the point is closed" : "the component of the point is undecided");
  }
  if (answer->tunnel) add(tunnel_status(*answer->tunnel), answer->tunnel->verdict == Verdict::proved ? "a tunnel is proved" : answer->tunnel->verdict == Verdict::refuted ? "a barrier is proved" : "no tunnel and no barrier was found");
  if (answer->areas) add(answer->areas->verdict, answer->areas->reason);
  if (answer->error) add(answer->error->error.verdict, "the error: " + answer->error->error.reason);
  if (!answer->points.empty()) {
    const auto open = std::count(answer->signs.begin(), answer->signs.end(), 0);
    add(open == 0 ? Verdict::proved : Verdict::undecided, open == 0 ? "every point has its certified label" : std::to_string(open) + " points have no certified label");
  }
}

Answer find(const SelectedNetwork& net, const LevelRequest& request, const SmoothOptions& options, const std::string& where) {
  Answer answer;
  const std::size_t dim = net.chain.input_dim;
  answer.from = !request.from.empty();
  answer.level = parse_level("--level", request.level);
  answer.domain = request.domain.empty() ? Domain{Domain::Type::space, dim, {}, 0} : parse_domain(request.domain, dim);
  require_answerable(net, request, options, answer.domain, where);
  const StopToken stop(request.timeout);
  if (has_flow(net))
    answer.function = flow_level_function(net.chain, where, stop);
  else if (dim <= kMaxCellDim && net.chain.smoothness != Smoothness::lipschitz)
    answer.function = level_function(net.chain, where);
  if (is_box(answer) && answer.function) find_curve(request, options, stop, &answer);
  if (!request.from.empty() && !has_flow(net)) answer.tunnel = tunnel_of(net, request.from, answer.level, answer.domain, stop, where);
  if (!options.points.empty()) {
    if (!answer.function) throw InputError("--points", "certified labels exist for one and two inputs", "leave it out");
    answer.points = read_points_file(options.points, dim);
    for (const DataPoint& point : answer.points) answer.signs.push_back(answer.function->sign_at(point.x.data(), answer.level));
  }
  if (!options.classes.empty() || (!options.points.empty() && !options.area_certificate.empty() && is_box(answer) && dim == 2)) find_areas(options, stop, &answer);
  if (!options.tunnel.target.empty()) answer.error = error_of(net, options.tunnel, answer.domain, stop, where);
  conclude(&answer);
  return answer;
}

// ---- JSON

Json components_json(const Answer& answer) {
  Json list = Json::array();
  for (std::size_t k = 0; k < answer.curve->components.size(); ++k) {
    const LevelComponent& component = answer.curve->components[k];
    Json json = component_json(component);
    json["contains_from"] = answer.from_component == k;
    json["surrounded_by"] = component.parent ? Json(*component.parent) : Json(nullptr);
    json["hull"] = box_json(component.hull);
    list.push_back(json);
  }
  return list;
}

void add_curve_json(const Answer& answer, Json* json) {
  const LevelCurveResult& curve = *answer.curve;
  const bool proved = curve.verdict == Verdict::proved;
  (*json)["components"] = components_json(answer);
  (*json)["curves"] = proved ? Json{{"closed", curve.closed_curves()}, {"arcs", curve.arcs()}} : Json(nullptr);
  if (answer.function->dim() == 1) {
    (*json)["roots"] = Json::array();
    for (const LevelCurve& root : curve.curves) (*json)["roots"].push_back(interval_json(root.root));
  }
  (*json)["distance"] = curve.widest_crossed;
  (*json)["undecided"] = Json::array();
  for (const UndecidedRegion& region : curve.undecided) (*json)["undecided"].push_back({{"box", box_json(region.box)}, {"why", region.why}});
  (*json)["boxes"] = curve.boxes;
}

/// Of a region whose class is given: the area on which Φ − c has the other sign.
const LevelArea* misclassified(const Answer& answer, std::size_t region) {
  const auto& positive = answer.regions[region].positive;
  for (const LevelArea& area : answer.areas->areas)
    if (positive && area.region == region && area.inside && area.positive != *positive) return &area;
  return nullptr;
}

void add_areas_json(const Answer& answer, Json* json) {
  (*json)["areas"] = Json::array();
  for (const LevelArea& area : answer.areas->areas) (*json)["areas"].push_back(area_json(area));
  (*json)["regions"] = Json::array();
  for (std::size_t k = 0; k < answer.regions.size(); ++k) {
    Json region = region_json(answer.regions[k].region);
    region["name"] = answer.regions[k].name;
    const LevelArea* wrong = misclassified(answer, k);
    region["misclassified"] = wrong != nullptr ? interval_json(wrong->area) : Json(nullptr);
    (*json)["regions"].push_back(region);
  }
}

const char* sign_text(int sign) { return sign > 0 ? "+" : sign < 0 ? "-" : "undecided"; }

Json answer_json(const SelectedNetwork& net, const LevelRequest& request, const Answer& answer, double seconds) {
  Json json = json_header("levelset", net.loaded);
  json["verdict"] = to_string(answer.verdict);
  json["reason"] = answer.text;
  json["level"] = to_text(answer.level);
  json["domain"] = to_string(answer.domain);
  if (answer.curve) add_curve_json(answer, &json);
  if (answer.tunnel) add_tunnel_json(*answer.tunnel, &json);
  if (answer.areas) add_areas_json(answer, &json);
  if (!answer.points.empty()) {
    json["labels"] = Json::array();
    for (std::size_t i = 0; i < answer.points.size(); ++i) json["labels"].push_back({{"point", answer.points[i].x}, {"sign", sign_text(answer.signs[i])}, {"label", answer.points[i].label}});
  }
  if (answer.error) add_error_json(*answer.error, &json);
  json["seconds"] = seconds;
  json["certificate"] = request.certificate.empty() ? Json(nullptr) : Json(request.certificate);
  return json;
}

// ---- text

const char* status_text(LevelComponent::Status status) {
  return status == LevelComponent::Status::closed ? "closed" : status == LevelComponent::Status::reaches_boundary ? "reaches-boundary" : "undecided";
}

void print_curve(const Answer& answer) {
  const LevelCurveResult& curve = *answer.curve;
  const double level = mpq_get_d(answer.level.backend().data());
  if (answer.function->dim() == 2 && curve.verdict == Verdict::proved)
    fmt::print("{{Φ = {:.6g}}} is {} and {}\n", level, counted(curve.closed_curves(), "closed curve"), counted(curve.arcs(), "arc"));
  for (const LevelCurve& root : curve.curves)
    if (answer.function->dim() == 1) fmt::print("  one root in [{:.12g}, {:.12g}]\n", root.root.lower(), root.root.upper());
  fmt::print("{:<4} {:<14}  {:<17} {:>5}  {}\n", "", "component of", "status", "holes", answer.function->dim() == 1 ? "length" : "area");
  constexpr std::size_t shown = 12;
  for (std::size_t k = 0; k < curve.components.size() && k < shown; ++k) {
    const LevelComponent& component = curve.components[k];
    fmt::print("{:>3}  {:<14}  {:<17} {:>5}  [{:.6g}, {:.6g}]{}{}\n", k, fmt::format("{{Φ {} {:.4g}}}", component.positive ? '>' : '<', level), status_text(component.status), component.holes,
               component.area.lower(), component.area.upper(), component.parent ? fmt::format("  inside {}", *component.parent) : "", answer.from_component == k ? "  holds the point" : "");
  }
  if (curve.components.size() > shown) fmt::print("  … and {} more components (--json lists all)\n", curve.components.size() - shown);
  for (std::size_t k = 0; k < curve.undecided.size() && k < 5; ++k) {
    std::string text;
    for (const Interval& side : curve.undecided[k].box) text += fmt::format("{}[{:.17g}, {:.17g}]", text.empty() ? "" : " x ", side.lower(), side.upper());
    fmt::print("  undecided {}: {}\n", text, curve.undecided[k].why);
  }
  if (curve.undecided.size() > 5) fmt::print("  … and {} more undecided regions (--json lists all)\n", curve.undecided.size() - 5);
}

void print_areas(const Answer& answer) {
  for (const LevelArea& area : answer.areas->areas) {
    const std::string where = !area.region ? "the box" : (area.inside ? "" : "the rest of the box, without ") + answer.regions[*area.region].name;
    fmt::print("  area of {{Φ {} c}} in {}: [{:.8g}, {:.8g}]\n", area.positive ? '>' : '<', where, area.area.lower(), area.area.upper());
  }
  for (std::size_t k = 0; k < answer.regions.size(); ++k)
    if (const LevelArea* wrong = misclassified(answer, k)) fmt::print("  misclassified in {}: at least {:.8g}, at most {:.8g}\n", answer.regions[k].name, wrong->area.lower(), wrong->area.upper());
}

void print_labels(const Answer& answer) {
  std::size_t plus = 0, minus = 0;
  for (const int sign : answer.signs) {
    plus += sign > 0 ? 1 : 0;
    minus += sign < 0 ? 1 : 0;
  }
  fmt::print("  certified labels of {} points: {} above, {} below, {} undecided\n", answer.signs.size(), plus, minus, answer.signs.size() - plus - minus);
}

void print_answer(const LevelRequest& request, const Answer& answer, double seconds) {
  fmt::print("{}: {} ({:.3f} s)\n", to_string(answer.verdict), answer.text, seconds);
  if (answer.curve) print_curve(answer);
  if (answer.tunnel) print_tunnel(*answer.tunnel);
  if (answer.areas) print_areas(answer);
  if (!answer.points.empty()) print_labels(answer);
  if (answer.error) print_error(*answer.error);
  if (!request.certificate.empty()) fmt::print("  certificate {}\n", request.certificate);
  for (const std::string& picture : request.pictures) fmt::print("  picture {}\n", picture);
}

// ---- files

void write_files(const NetworkArguments& arguments, const SelectedNetwork& net, const LevelRequest& request, const SmoothOptions& options, const Answer& answer) {
  const CertificateSource source{arguments.file_name(), net.loaded.sha256};
  if (!request.certificate.empty() && answer.curve) {
    std::vector<PointInComponent> contains;
    if (answer.from_component) contains.emplace_back(from_of(request, net.chain.input_dim), *answer.from_component);
    write_possibly_gzipped(request.certificate, [&](const TextSink& sink) { write_level_curve_certificate(*answer.curve, contains, net.loaded.network, net.output, source, sink); });
  } else if (!request.certificate.empty() && answer.tunnel) {
    write_tunnel_certificate(*answer.tunnel, net, arguments, request.certificate);
  } else if (!request.certificate.empty() && answer.error) {
    write_error_certificate(answer.error->error, net, arguments, request.certificate);
  }
  if (!options.area_certificate.empty()) {
    std::vector<LabelledPoint> labels;
    for (std::size_t i = 0; i < answer.points.size(); ++i)
      if (answer.signs[i] != 0) labels.emplace_back(answer.points[i].x, answer.signs[i]);
    write_possibly_gzipped(options.area_certificate, [&](const TextSink& sink) { write_level_area_certificate(*answer.areas, labels, net.loaded.network, net.output, source, sink); });
  }
  if (!options.tunnel.tunnel_certificate.empty() && answer.tunnel) write_tunnel_certificate(*answer.tunnel, net, arguments, options.tunnel.tunnel_certificate);
  if (!options.tunnel.error_certificate.empty() && answer.error) write_error_certificate(answer.error->error, net, arguments, options.tunnel.error_certificate);
}

/// Critical points for the picture: those that a short search finds.
CertifyResult critical_points(const SelectedNetwork& net, const Domain& domain, const std::string& where) {
  CertifyOptions options;
  options.search.max_boxes = 200'000;
  options.search.stop = StopToken(2.0);
  options.winding = false;
  return certify(net.chain, domain, options, where);
}

/// The curve again, in cells so small that its polygons look smooth.
void draw_pictures(const NetworkArguments& arguments, const SelectedNetwork& net, const LevelRequest& request, const SmoothOptions& options, const Answer& answer) {
  if (request.pictures.empty()) return;
  constexpr double pixels = 160;
  const Box& box = answer.domain.box;
  LevelCurveOptions fine = curve_options(answer, options, StopToken(request.timeout));
  fine.max_crossed_width = std::min(fine.max_crossed_width, std::fmax(box.upper[0] - box.lower[0], box.upper[1] - box.lower[1]) / pixels);
  const LevelCurveResult smooth = level_curve(*answer.function, box, fine);
  LevelPicture what{&*answer.curve, polygons_of(smooth.verdict == Verdict::proved ? smooth : *answer.curve, *answer.function), {}, answer.tunnel ? &*answer.tunnel : nullptr, nullptr};
  for (const NamedRegion& named : answer.regions) what.regions.push_back(named.region);
  const CertifyResult critical = critical_points(net, answer.domain, arguments.file);
  what.critical = &critical;
  for (const std::string& picture : request.pictures) draw_level_picture(net.chain, what, arguments.file_name(), picture);
}

}  // namespace

void SmoothOptions::add(CLI::App* command) {
  command->add_option("--classes", classes, "areas above and below the level inside and outside of regions: {\"regions\": [{\"type\": \"disc\", \"centre\": [0,0], \"radius\": 1, \"sign\": \"-\"}, …]}; disc, annulus, box, polygon")->type_name("FILE");
  command->add_option("--points", points, "the certified label of every point of a CSV file")->type_name("FILE");
  command->add_option("--gap", gap, "with --classes: the relative width of areas asked for")->type_name("GAP")->check(CLI::Range(1e-4, 1.0))->capture_default_str();
  command->add_option("--area-certificate", area_certificate, "with --classes or --points: write the proof of areas and labels to FILE")->type_name("FILE");
  command->add_option("--resolution", resolution, "the level curve is followed through cells no wider than this")->type_name("W")->check(CLI::PositiveNumber);
  command->add_option("--max-boxes", max_boxes, "test at most N boxes")->capture_default_str();
  tunnel.add(command);
}

std::string SmoothOptions::first_given() const {
  if (!classes.empty()) return "--classes";
  if (!points.empty()) return "--points";
  if (!area_certificate.empty()) return "--area-certificate";
  if (!tunnel.target.empty()) return "--target";
  if (!tunnel.tunnel_certificate.empty()) return "--tunnel-certificate";
  if (!tunnel.error_certificate.empty()) return "--error-certificate";
  return resolution ? "--resolution" : "";
}

int run_smooth_levelset(const NetworkArguments& arguments, const SelectedNetwork& net, const LevelRequest& request, const SmoothOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const Answer answer = find(net, request, options, arguments.file);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  write_files(arguments, net, request, options, answer);
  draw_pictures(arguments, net, request, options, answer);
  if (arguments.json)
    print_json(answer_json(net, request, answer, seconds));
  else
    print_answer(request, answer, seconds);
  return exit_code_of(answer.verdict);
}

}  // namespace narrows::cli
