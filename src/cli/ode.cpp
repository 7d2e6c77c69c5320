// narrows ode: a rigorous tube round the flow of a neural ODE, beside its numerical trajectory.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "bounds/distance.hpp"
#include "certify/ode_certificate.hpp"
#include "cli/ode_files.hpp"
#include "cli/output_files.hpp"
#include "cli/subcommands.hpp"
#include "io/domain_parse.hpp"
#include "io/network_json.hpp"
#include "ode/flow_distance.hpp"
#include "ode/flow_grid.hpp"
#include "ode/integrate.hpp"
#include "ode/tube.hpp"
#include "plot/flow_picture.hpp"

namespace narrows::cli {
namespace {

Box box_of(const OdeArguments& arguments, std::size_t dim) {
  if (arguments.from.empty() == arguments.domain.empty())
    throw InputError("ode", "where the flow starts is missing", "give one of --from x1,x2 and --domain BOX",
                     ExitCode::usage);
  if (!arguments.from.empty()) {
    const std::vector<double> point = parse_point(arguments.from, dim);
    return {point, point};
  }
  const Domain domain = parse_domain(arguments.domain, dim);
  if (domain.type != Domain::Type::box)
    throw InputError("--domain", "'" + arguments.domain + "' is not a box",
                     "write a box such as \"[-1,1]^2\"", ExitCode::usage);
  return domain.box;
}

/// The ode layer with the parameters in time that --interpolate asks for. Returns whether this is another network than before.
bool interpolate(Network* network, const std::string& wanted) {
  auto& flow = std::get<OdeLayer>(network->layers[first_ode_layer(network->layers)].value);
  const Interpolation before = flow.interpolation;
  if (!wanted.empty())
    flow.interpolation = wanted == "linear" ? Interpolation::linear : Interpolation::constant;
  return flow.interpolation != before;
}

OdeSubject load_subject(const OdeArguments& arguments) {
  OdeSubject subject;
  subject.loaded = load(arguments);
  subject.network = subject.loaded.network;
  subject.is_limit = first_ode_layer(subject.network.layers) == subject.network.layers.size();
  if (subject.is_limit) {
    subject.network =
        neural_ode_limit(subject.network, arguments.file,
                         arguments.interpolate == "linear" ? Interpolation::linear : Interpolation::constant);
    subject.is_changed = true;
    note(arguments, "the residual network's neural ODE is meant (T4): one unit of time per block");
  } else {
    subject.is_changed = interpolate(&subject.network, arguments.interpolate);
  }
  if (!subject.is_changed && !arguments.limit.empty())
    throw InputError(arguments.limit, "the network has an ode layer, it has no other limit to write",
                     "leave out -o", ExitCode::usage);
  subject.flow = as_flow(subject.network, arguments.file);
  subject.box = box_of(arguments, subject.flow.input_dim);
  return subject;
}

FlowEvent parse_event(const std::string& text, std::size_t dim) {
  const std::size_t equals = text.find('=');
  const std::vector<double> parts =
      equals == std::string::npos ? std::vector<double>{}
                                  : parse_point(text.substr(0, equals) + "," + text.substr(equals + 1), 2);
  for (std::size_t i = 1; !parts.empty() && i <= dim; ++i)
    if (parts[0] == static_cast<double>(i)) return {i - 1, parts[1]};
  throw InputError("--event", "'" + text + "' names no crossing",
                   fmt::format("write I=c with a coordinate I from 1 to {}", dim), ExitCode::usage);
}

/// t1,t2,…: decimals or fractions.
std::vector<Rational> parse_times(const std::string& text) {
  std::vector<Rational> times;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    times.push_back(parse_level("--times", text.substr(at, comma - at)));
    at = comma + 1;
  }
  return times;
}

void require_times(const IntegrationOptions& options, const FlowNetwork& network) {
  for (const Rational& time : options.times)
    if (time < 0 || time > network.flow.time)
      throw InputError("--times", time.str() + " is not a time of the flow",
                       "give times from 0 to " + network.flow.time.str(), ExitCode::usage);
}

IntegrationOptions integration_options(const OdeArguments& arguments, std::size_t dim) {
  IntegrationOptions options;
  options.stepper = arguments.stepper == "fehlberg78"       ? StepperKind::fehlberg78
                    : arguments.stepper == "bulirsch_stoer" ? StepperKind::bulirsch_stoer
                                                            : StepperKind::dopri5;
  options.digits = arguments.digits;
  options.tolerance = arguments.tolerance;
  options.samples = arguments.samples;
  options.dense = arguments.dense;
  if (!arguments.times.empty()) options.times = parse_times(arguments.times);
  options.stop = StopToken(arguments.timeout);
  for (const std::string& event : arguments.events) options.events.push_back(parse_event(event, dim));
  return options;
}

/// The middle of the box, exactly.
std::vector<Rational> middle_of(const Box& box) {
  std::vector<Rational> middle;
  for (std::size_t i = 0; i < box.dim(); ++i)
    middle.push_back((rational_exact(box.lower[i]) + rational_exact(box.upper[i])) / 2);
  return middle;
}

FlowCover enclose(const OdeArguments& arguments, const OdeSubject& subject, const StopToken& stop) {
  TubeOptions options;
  options.jacobian = !arguments.no_jacobian;
  options.time_degree = arguments.time_degree;
  options.degree = arguments.degree;
  options.max_steps = arguments.max_steps;
  options.stop = stop;
  return cover_flow(subject.flow, subject.box, options, arguments.max_boxes);
}

bool has_interior(const Box& box) {
  for (std::size_t i = 0; i < box.dim(); ++i)
    if (!(box.lower[i] < box.upper[i])) return false;
  return true;
}

/// By branch and bound, as the command `bounds` has it: to 1 % unless the time runs out. Nothing where T4 does not apply.
std::optional<Interval> distance_by_bounds(const OdeArguments& arguments, const Chain& chain,
                                           const OdeSubject& subject, const StopToken& stop) {
  if (subject.flow.is_linear() || !has_interior(subject.box)) return std::nullopt;
  std::optional<LimitNetwork> network;
  try {
    network = make_limit_network(chain, arguments.file);
  } catch (const InputError&) {
    return std::nullopt;  // more than one row after the blocks: bounds does not treat it
  }
  if (violated_hypothesis(*network, Limit::ode)) return std::nullopt;
  DistanceOptions options;
  options.stop = stop;
  options.max_boxes = 200'000;
  return find_distance(*network, Limit::ode, subject.box, options).distance;
}

/// Between Φ of a residual network with one output and Φ of its limit: by the models of the tube where one covers the box, which is best
/// for small boxes, and by branch and bound. Both enclose the same number.
std::optional<Interval> distance_of(const OdeArguments& arguments, const OdeSubject& subject,
                                    const FlowCover& cover, const StopToken& stop) {
  if (!subject.is_limit || widths(subject.network).back() != 1) return std::nullopt;
  const Chain ours = make_chain(subject.loaded.network, {}, subject.loaded.file),
              limit = make_chain(subject.network, {}, subject.loaded.file);
  if (ours.smoothness == Smoothness::lipschitz) return std::nullopt;
  std::optional<Interval> distance;
  if (cover.pieces.size() == 1 && cover.whole.closed) {
    const auto first = limit.layers.begin() + static_cast<std::ptrdiff_t>(first_ode_layer(limit.layers)) + 1;
    distance = distance_to_flow(ours, {first, limit.layers.end()}, cover.whole, subject.box);
    if (is_finite(*distance) && distance->upper() - distance->lower() <= 0.01 * distance->upper())
      return distance;
  }
  const std::optional<Interval> searched = distance_by_bounds(arguments, ours, subject, stop);
  if (!searched) return distance;
  return distance ? meet(*distance, *searched) : *searched;
}

/// Options that contradict each other, before any work is done.
void validate(const OdeArguments& arguments) {
  if (!arguments.certificate.empty() && arguments.max_boxes > kMostCertifiedPieces)
    throw InputError("--max-boxes",
                     std::to_string(arguments.max_boxes) + " boxes do not fit into one certificate",
                     "give at most " + std::to_string(kMostCertifiedPieces), ExitCode::usage);
  if (arguments.dense && arguments.stepper == "fehlberg78")
    throw InputError("--dense", "fehlberg78 has no dense output", "take --stepper dopri5 or bulirsch_stoer",
                     ExitCode::usage);
}

int run(const OdeArguments& arguments) {
  validate(arguments);
  require_writable({arguments.limit, arguments.certificate, arguments.csv});
  require_writable(arguments.pictures);
  const OdeSubject subject = load_subject(arguments);
  for (const std::string& picture : arguments.pictures) require_flow_drawable(subject.flow, picture);
  IntegrationOptions integration = integration_options(arguments, subject.flow.dim);
  if (integration.samples == 0 && integration.times.empty() && !arguments.csv.empty())
    integration.samples = 100;
  require_times(integration, subject.flow);
  const auto start = std::chrono::steady_clock::now();
  OdeAnswer answer;
  // Tubes leave half of the time to the distance from the network where both are wanted.
  const bool both = subject.is_limit && has_interior(subject.box) && widths(subject.network).back() == 1;
  const StopToken stop(arguments.timeout),
      half(arguments.timeout ? std::optional(*arguments.timeout / 2) : std::nullopt);
  answer.cover = enclose(arguments, subject, both ? half : stop);
  answer.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  answer.reason = reason_of(answer.cover);
  answer.distance = distance_of(arguments, subject, answer.cover, stop);
  answer.integration = integrate_flow_approx(subject.flow, middle_of(subject.box), integration);
  const std::vector<FlowLine> lines =
      grid_lines(arguments, subject, answer.integration, StopToken(arguments.timeout));
  // What takes time is done: now the files.
  write_ode_files(arguments, subject, lines, &answer);
  if (arguments.json)
    print_json(ode_answer_json(arguments, subject, answer));
  else
    print_ode_answer(arguments, subject, answer);
  return exit_code_of(answer.cover.whole.closed ? Verdict::proved : Verdict::undecided);
}

}  // namespace

void add_ode(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<OdeArguments>();
  CLI::App* command = program->add_subcommand(
      "ode", "enclose the flow of a neural ODE, or of the one that a residual network approximates");
  arguments->add(command);
  auto* from = command->add_option("--from", arguments->from, "the point x1,x2,… where the flow starts");
  command->add_option("--domain", arguments->domain, "the box where the flow starts")->excludes(from);
  command->add_option("--stepper", arguments->stepper, "Boost.Odeint's method for the numerical trajectory")
      ->check(CLI::IsMember({"dopri5", "fehlberg78", "bulirsch_stoer"}))
      ->capture_default_str();
  command->add_option("--digits", arguments->digits, "decimal digits of the numerical trajectory")
      ->check(CLI::IsMember({16, 50, 100}))
      ->capture_default_str();
  command
      ->add_option("--tolerance", arguments->tolerance,
                   "error of one numerical step; default: what the stepper reaches in seconds")
      ->check(CLI::PositiveNumber);
  command
      ->add_option("--interpolate", arguments->interpolate,
                   "the parameters of several branches in time: constant on each, or linear between them (of "
                   "a residual network: between blocks); default: what the file says, constant")
      ->check(CLI::IsMember({"constant", "linear"}));
  command
      ->add_option("--times", arguments->times,
                   "the trajectory at these times t1,t2,… (in --csv, too, instead of samples)")
      ->type_name("TIMES");
  command->add_flag("--dense", arguments->dense,
                    "dopri5, bulirsch_stoer: read points and events off the stepper's dense output instead "
                    "of stepping to them");
  command
      ->add_option("--max-boxes", arguments->max_boxes,
                   "a box without a closed tube is halved, into at most N")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--samples", arguments->samples,
                      "points of the trajectory on each branch (100 with --csv)");
  command->add_option("--event", arguments->events, "tell when h_I crosses c, written I=c; may be repeated")
      ->type_name("I=c")
      ->expected(1)
      ->take_all();
  command
      ->add_option("--csv", arguments->csv,
                   "write the trajectory; with --domain and two inputs the flow of a grid")
      ->type_name("FILE");
  command
      ->add_option("--picture", arguments->pictures,
                   "draw the flow of a grid (planar flows): .svg or .png; may be repeated")
      ->type_name("FILE")
      ->expected(1)
      ->take_all();
  command->add_option("--grid", arguments->grid, "points per side of that grid")
      ->check(CLI::Range(2, 200))
      ->capture_default_str();
  command
      ->add_option("--certificate", arguments->certificate,
                   "write the proof to FILE (checked by narrows-check); a name ending in .gz compresses it")
      ->type_name("FILE");
  command
      ->add_option("-o,--out", arguments->limit,
                   "of a residual network: write its neural ODE to FILE (.json), which is what the "
                   "certificate speaks of; of a neural ODE: the one that --interpolate makes of it")
      ->type_name("FILE");
  command->add_flag("--no-jacobian", arguments->no_jacobian, "enclose the end only");
  command
      ->add_option("--time-degree", arguments->time_degree,
                   "degree N of the tube's polynomials in time (default: 18 from a point, 10 from a box)")
      ->check(CLI::Range(2, 30));
  command
      ->add_option("--degree", arguments->degree,
                   "degree K of the tube's polynomials in the box (default: by dimension)")
      ->check(CLI::Range(1, 10));
  command->add_option("--max-steps", arguments->max_steps, "at most N steps of the tube")
      ->capture_default_str();
  add_timeout(command, &arguments->timeout);
  command->add_option("--threads", arguments->threads, "accepted like everywhere; this command uses one")
      ->check(CLI::Range(1, 1024));
  add_unused_seed(command, &arguments->seed);
  command->footer(
      "Exit code: 0 proved (the tube is closed), 2 undecided. Of a residual network the neural ODE is meant "
      "that it discretises (T4).\n\nExamples:\n"
      "  narrows ode ode.json --from 0.5,-0.25\n  narrows ode ode.json --domain \"[0.45,0.55]x[-0.3,-0.2]\" "
      "--certificate tube.json --picture flow.svg\n"
      "  narrows ode ode.json --from 0.5,-0.25 --stepper bulirsch_stoer --digits 50 --json\n  narrows ode "
      "resnet.onnx --domain \"[0,0.1]^2\" -o limit.json --certificate tube.json");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
