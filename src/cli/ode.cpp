// narrows ode: a rigorous tube round the flow of a neural ODE, beside its numerical trajectory.
#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "certify/ode_certificate.hpp"
#include "cli/common.hpp"
#include "cli/gzip.hpp"
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

struct OdeArguments : NetworkArguments {
  std::string from, domain, stepper = "dopri5", certificate, limit, csv;
  std::vector<std::string> pictures, events;
  int digits = 16;
  std::optional<double> tolerance, timeout;
  std::size_t samples = 0, grid = 13, max_steps = TubeOptions{}.max_steps, time_degree = 0, degree = 0;
  bool no_jacobian = false;
  int threads = 1;
  std::uint64_t seed = 0;
};

/// The network with an ode layer that the answer is about: the one read, or the limit of a residual one.
struct Subject {
  LoadedNetwork loaded;
  Network network;
  FlowNetwork flow;
  Box box;
  bool is_limit = false;
};

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

Subject load_subject(const OdeArguments& arguments) {
  Subject subject;
  subject.loaded = load(arguments);
  subject.network = subject.loaded.network;
  subject.is_limit = first_ode_layer(subject.network.layers) == subject.network.layers.size();
  if (subject.is_limit) {
    subject.network = neural_ode_limit(subject.network, arguments.file);
    note(arguments, "the residual network's neural ODE is meant (T4): one unit of time per block");
  } else if (!arguments.limit.empty()) {
    throw InputError(arguments.limit, "the network has an ode layer, it has no other limit to write",
                     "leave out -o", ExitCode::usage);
  }
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

IntegrationOptions integration_options(const OdeArguments& arguments, std::size_t dim) {
  IntegrationOptions options;
  options.stepper = arguments.stepper == "fehlberg78"       ? StepperKind::fehlberg78
                    : arguments.stepper == "bulirsch_stoer" ? StepperKind::bulirsch_stoer
                                                            : StepperKind::dopri5;
  options.digits = arguments.digits;
  options.tolerance = arguments.tolerance;
  options.samples = arguments.samples;
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

Tube enclose(const OdeArguments& arguments, const Subject& subject) {
  TubeOptions options;
  options.jacobian = !arguments.no_jacobian;
  options.time_degree = arguments.time_degree;
  options.degree = arguments.degree;
  options.max_steps = arguments.max_steps;
  options.stop = StopToken(arguments.timeout);
  return enclose_flow(subject.flow, subject.box, options);
}

/// Between Φ of a residual network with one output and Φ of its limit.
std::optional<Interval> distance_of(const Subject& subject, const Tube& tube) {
  if (!subject.is_limit || !tube.closed || widths(subject.network).back() != 1) return std::nullopt;
  const Chain ours = make_chain(subject.loaded.network, {}, subject.loaded.file),
              limit = make_chain(subject.network, {}, subject.loaded.file);
  if (ours.smoothness == Smoothness::lipschitz) return std::nullopt;
  const auto first = limit.layers.begin() + static_cast<std::ptrdiff_t>(first_ode_layer(limit.layers)) + 1;
  return distance_to_flow(ours, {first, limit.layers.end()}, tube, subject.box);
}

void write_trajectory(const std::string& path, const Integration& integration) {
  std::string text = "time";
  for (std::size_t i = 0; i < integration.start.state.size(); ++i) text += fmt::format(",h{}", i + 1);
  for (const FlowPoint& point : integration.trajectory) {
    text += "\n" + point.time;
    for (const std::string& h : point.state) text += "," + h;
  }
  write_file_atomically(path, text + "\n");
}

void write_lines(const std::string& path, const std::vector<FlowLine>& lines) {
  std::string text = "line,time";
  for (std::size_t i = 0; i < lines.front().states.front().size(); ++i) text += fmt::format(",h{}", i + 1);
  for (std::size_t l = 0; l < lines.size(); ++l) {
    for (std::size_t k = 0; k < lines[l].times.size(); ++k) {
      text += fmt::format("\n{},{}", l, lines[l].times[k]);
      for (const double h : lines[l].states[k]) text += fmt::format(",{}", h);
    }
  }
  write_file_atomically(path, text + "\n");
}

/// Pictures and the table: of the grid on a planar box, else of the one trajectory.
void write_flow(const OdeArguments& arguments, const Subject& subject, const Tube& tube,
                const Integration& integration) {
  const bool grid = !arguments.domain.empty() && subject.flow.input_dim == 2;
  if (arguments.pictures.empty() && (arguments.csv.empty() || !grid)) {
    if (!arguments.csv.empty()) write_trajectory(arguments.csv, integration);
    return;
  }
  Box around = subject.box;
  for (std::size_t i = 0; i < around.dim() && !grid;
       ++i) {  // round a point: a box that shows what happens next to it
    around.lower[i] -= 0.5;
    around.upper[i] += 0.5;
  }
  const std::size_t samples = std::max<std::size_t>(
      arguments.samples, std::max<std::size_t>(2, 24 / subject.flow.flow.branches.size()));
  const std::vector<FlowLine> lines =
      flow_of_grid_approx(subject.flow, around, arguments.grid, samples, StopToken(arguments.timeout));
  if (lines.size() < arguments.grid * arguments.grid)
    throw InputError("ode", "the time ran out before the grid's flow was drawn",
                     "raise --timeout, or lower --grid");
  for (const std::string& picture : arguments.pictures)
    draw_flow_picture(lines, arguments.grid, tube, arguments.file_name(), picture);
  if (arguments.csv.empty()) return;
  if (grid)
    write_lines(arguments.csv, lines);
  else
    write_trajectory(arguments.csv, integration);
}

Json matrix_json(const DenseMatrix<Interval>& matrix) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < matrix.rows; ++i)
    rows.push_back(box_json({matrix.entries.begin() + static_cast<std::ptrdiff_t>(i * matrix.cols),
                             matrix.entries.begin() + static_cast<std::ptrdiff_t>((i + 1) * matrix.cols)}));
  return rows;
}

Json integration_json(const OdeArguments& arguments, const Integration& integration) {
  Json events = Json::array();
  for (const auto& [event, point] : integration.events)
    events.push_back({{"coordinate", event.coordinate + 1},
                      {"level", event.level},
                      {"time", point.time},
                      {"state", point.state}});
  return {{"stepper", arguments.stepper},
          {"digits", arguments.digits},
          {"finished", integration.finished},
          {"from", integration.start.state},
          {"end", integration.end.state},
          {"jacobian", integration.jacobian},
          {"det", integration.determinant},
          {"exp_trace", integration.exponential_of_trace},
          {"identity_gap", integration.identity_gap},
          {"events", events}};
}

struct Answer {
  Tube tube;
  Integration integration;
  std::optional<Interval> distance;
  std::string reason;
  double seconds = 0;
  std::vector<std::string> written;
};

std::string reason_of(const Tube& tube) {
  if (!tube.closed) return tube.reason;
  const std::string closed = fmt::format("the tube is closed: {} steps, within {:.1e} of its polynomials",
                                         tube.steps.size(), tube.steps.back().error);
  if (!tube.determinant) return closed;
  return closed + (is_positive(*tube.determinant)
                       ? "; the Jacobian is certified nonsingular"
                       : "; the enclosed determinant is unbounded below, but it is positive (T10)");
}

/// Narrow intervals as middle ± radius, wide ones by their ends.
std::string enclosure_text(const Interval& x) {
  const bool wide = !(width_upper(x) < 1e-4 * (1 + magnitude(x)));
  return wide ? fmt::format("[{:.7g}, {:.7g}]", x.lower(), x.upper()) : interval_text(x);
}

void print_answer(const OdeArguments& arguments, const Subject& subject, const Answer& answer) {
  fmt::print("{}: flow of {} over time {} ({:.3f} s)\n  {}\n", answer.tube.closed ? "proved" : "undecided",
             subject.is_limit ? "the neural ODE limit" : "the ode layer", subject.flow.flow.time.str(),
             answer.seconds, answer.reason);
  for (std::size_t i = 0; i < answer.tube.end.size(); ++i)
    fmt::print("  h{:<3} {}\n", i + 1, enclosure_text(answer.tube.end[i]));
  if (answer.tube.determinant) fmt::print("  det  {}\n", enclosure_text(*answer.tube.determinant));
  if (answer.distance)
    fmt::print("  sup |Φ_ResNet − Φ_ODE| in [{:.6g}, {:.6g}]\n", answer.distance->lower(),
               answer.distance->upper());
  for (const std::string& path : answer.written) fmt::print("  written {}\n", path);
  if (!answer.integration.finished) {
    fmt::print("  {} with {} digits was stopped on its way\n", arguments.stepper, arguments.digits);
    return;
  }
  fmt::print("  {} with {} digits{} (no proof):\n", arguments.stepper, arguments.digits,
             arguments.domain.empty() ? "" : " from the middle");
  for (std::size_t i = 0; i < answer.integration.end.state.size(); ++i)
    fmt::print("  h{:<3} {}\n", i + 1, answer.integration.end.state[i]);
  fmt::print("  det  {}, exp of the integrated trace differs by {:.1e}\n", answer.integration.determinant,
             answer.integration.identity_gap);
  for (const auto& [event, point] : answer.integration.events)
    fmt::print("  h{} = {} at time {}\n", event.coordinate + 1, event.level, point.time);
}

Json answer_json(const OdeArguments& arguments, const Subject& subject, const Answer& answer) {
  Json json = json_header("ode", subject.loaded);
  const Tube& tube = answer.tube;
  json["verdict"] = tube.closed ? "proved" : "undecided";
  json["reason"] = answer.reason;
  json["limit"] = subject.is_limit;
  json["time"] = subject.flow.flow.time.str();
  json["end"] = tube.closed ? box_json(tube.end) : Json(nullptr);
  json["jacobian"] = tube.closed && tube.determinant ? matrix_json(tube.jacobian) : Json(nullptr);
  json["det"] = tube.closed && tube.determinant ? interval_json(*tube.determinant) : Json(nullptr);
  json["distance_to_resnet"] = answer.distance ? interval_json(*answer.distance) : Json(nullptr);
  json["steps"] = tube.steps.size();
  json["reached"] = tube.reached;
  json["integration"] = integration_json(arguments, answer.integration);
  json["seconds"] = answer.seconds;
  json["certificate"] =
      tube.closed && !arguments.certificate.empty() ? Json(arguments.certificate) : Json(nullptr);
  return json;
}

/// The certificate speaks of the network with the ode layer: the file itself, or the limit as `-o` writes it.
void write_certificate(const OdeArguments& arguments, const Subject& subject, const Tube& tube) {
  if (arguments.certificate.empty()) return;
  if (!tube.closed) return note(arguments, "no certificate: the tube is not closed");
  CertificateSource source{arguments.file_name(), subject.loaded.sha256};
  if (subject.is_limit)
    source = {arguments.limit.empty() ? "limit of " + source.file
                                      : arguments.limit.substr(arguments.limit.rfind('/') + 1),
              sha256_hex(network_to_json(subject.network, false))};
  write_possibly_gzipped(arguments.certificate, [&](const TextSink& sink) {
    write_ode_certificate(tube, subject.box, subject.network, source, sink);
  });
}

int run(const OdeArguments& arguments) {
  const Subject subject = load_subject(arguments);
  for (const std::string& picture : arguments.pictures) require_flow_drawable(subject.flow, picture);
  IntegrationOptions integration = integration_options(arguments, subject.flow.dim);
  if (integration.samples == 0 && !arguments.csv.empty()) integration.samples = 100;
  if (!arguments.limit.empty())
    write_file_atomically(arguments.limit, network_to_json(subject.network, false));
  const auto start = std::chrono::steady_clock::now();
  Answer answer;
  answer.tube = enclose(arguments, subject);
  answer.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  answer.reason = reason_of(answer.tube);
  answer.distance = distance_of(subject, answer.tube);
  write_certificate(arguments, subject, answer.tube);
  answer.integration = integrate_flow_approx(subject.flow, middle_of(subject.box), integration);
  if (answer.integration.finished) {
    write_flow(arguments, subject, answer.tube, answer.integration);
  } else if (!arguments.csv.empty() || !arguments.pictures.empty()) {
    note(arguments, "no table and no picture: the trajectory was stopped on its way");
  }
  if (answer.tube.closed && !arguments.certificate.empty()) answer.written.push_back(arguments.certificate);
  if (!arguments.limit.empty()) answer.written.push_back(arguments.limit);
  if (answer.integration.finished && !arguments.csv.empty()) answer.written.push_back(arguments.csv);
  if (answer.integration.finished)
    answer.written.insert(answer.written.end(), arguments.pictures.begin(), arguments.pictures.end());
  if (arguments.json)
    print_json(answer_json(arguments, subject, answer));
  else
    print_answer(arguments, subject, answer);
  return exit_code_of(answer.tube.closed ? Verdict::proved : Verdict::undecided);
}

}  // namespace

void add_ode(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<OdeArguments>();
  CLI::App* command = program->add_subcommand(
      "ode", "enclose the flow of a neural ODE, or of the one that a residual network approximates");
  arguments->add(command);
  auto* from = command->add_option("--from", arguments->from, "the point x1,x2,… where the flow starts");
  command->add_option("--domain", arguments->domain, "the box where the flow starts, all of it in one tube")
      ->excludes(from);
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
                   "certificate speaks of")
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
