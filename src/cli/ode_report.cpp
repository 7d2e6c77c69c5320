#include "cli/ode_report.hpp"
#include "base/counted.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace narrows::cli {
namespace {

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
  Json trajectory = Json::array();
  for (const FlowPoint& point : integration.trajectory)
    if (!arguments.times.empty()) trajectory.push_back({{"time", point.time}, {"state", point.state}});
  return {{"stepper", arguments.stepper},
          {"digits", arguments.digits},
          {"finished", integration.finished},
          {"overflowed", integration.overflowed},
          {"from", integration.start.state},
          {"end", integration.end.state},
          {"jacobian", integration.jacobian},
          {"det", integration.determinant},
          {"exp_trace", integration.exponential_of_trace},
          {"identity_gap", integration.identity_gap},
          {"trajectory", trajectory},
          {"events", events}};
}

Json pieces_json(const FlowCover& cover) {
  Json list = Json::array();
  for (const auto& [box, tube] : cover.pieces) {
    Json domain = Json::array();
    for (std::size_t i = 0; i < box.dim(); ++i) domain.push_back({box.lower[i], box.upper[i]});
    list.push_back(
        {{"domain", domain},
         {"closed", tube.closed},
         {"end", tube.closed ? box_json(tube.end) : Json(nullptr)},
         {"jacobian", tube.closed && tube.determinant ? matrix_json(tube.jacobian) : Json(nullptr)},
         {"det", tube.closed && tube.determinant ? interval_json(*tube.determinant) : Json(nullptr)}});
  }
  return list;
}

std::size_t steps_of(const FlowCover& cover) {
  std::size_t steps = 0;
  for (const FlowPiece& piece : cover.pieces) steps += piece.tube.steps.size();
  return steps;
}

/// Narrow intervals as middle ± radius, wide ones by their ends.
std::string enclosure_text(const Interval& x) {
  const bool wide = !(width_upper(x) < 1e-4 * (1 + magnitude(x)));
  return wide ? fmt::format("[{:.7g}, {:.7g}]", x.lower(), x.upper()) : interval_text(x);
}

}  // namespace

std::string reason_of(const FlowCover& cover) {
  const Tube& whole = cover.whole;
  if (!whole.closed) return whole.reason;
  std::size_t steps = 0;
  double error = 0;
  for (const FlowPiece& piece : cover.pieces) {
    steps += piece.tube.steps.size();
    error = std::max(error, piece.tube.steps.back().error);
  }
  const std::string closed =
      cover.pieces.size() == 1
          ? fmt::format("the tube is closed: {}, within {:.1e} of its polynomials", counted(steps, "step"), error)
          : fmt::format(
                "{} boxes cover the domain, their tubes are closed: {} steps, within {:.1e} of their "
                "polynomials",
                cover.pieces.size(), steps, error);
  if (!whole.determinant) return closed;
  return closed + (is_positive(*whole.determinant)
                       ? "; the Jacobian is certified nonsingular"
                       : "; the enclosed determinant is unbounded below, but it is positive (T10)");
}

void print_ode_answer(const OdeArguments& arguments, const OdeSubject& subject, const OdeAnswer& answer) {
  fmt::print(
      "{}: flow of {} over time {}{} ({:.3f} s)\n  {}\n", answer.cover.whole.closed ? "proved" : "undecided",
      subject.is_limit ? "the neural ODE limit" : "the ode layer", subject.flow.flow.time.str(),
      subject.flow.is_linear() ? ", parameters linear in time" : "", answer.seconds, answer.reason);
  for (std::size_t i = 0; i < answer.cover.whole.end.size(); ++i)
    fmt::print("  h{:<3} {}\n", i + 1, enclosure_text(answer.cover.whole.end[i]));
  if (answer.cover.whole.determinant)
    fmt::print("  det  {}\n", enclosure_text(*answer.cover.whole.determinant));
  if (answer.distance)
    fmt::print("  sup |Φ_ResNet − Φ_ODE| in [{:.6g}, {:.6g}]\n", answer.distance->lower(),
               answer.distance->upper());
  for (const std::string& path : answer.written) fmt::print("  written {}\n", path);
  if (!answer.integration.finished) {
    fmt::print("  {} with {} digits {} on its way\n", arguments.stepper, arguments.digits,
               answer.integration.overflowed ? "overflowed" : "was stopped");
    return;
  }
  fmt::print("  {} with {} digits{} (no proof):\n", arguments.stepper, arguments.digits,
             arguments.domain.empty() ? "" : " from the middle");
  for (std::size_t i = 0; i < answer.integration.end.state.size(); ++i)
    fmt::print("  h{:<3} {}\n", i + 1, answer.integration.end.state[i]);
  fmt::print("  det  {}, exp of the integrated trace differs by {:.1e}\n", answer.integration.determinant,
             answer.integration.identity_gap);
  for (const FlowPoint& point : answer.integration.trajectory)
    if (!arguments.times.empty() && arguments.csv.empty())
      fmt::print("  at time {}: {}\n", point.time, fmt::join(point.state, ", "));
  for (const auto& [event, point] : answer.integration.events)
    fmt::print("  h{} = {} at time {}\n", event.coordinate + 1, event.level, point.time);
}

Json ode_answer_json(const OdeArguments& arguments, const OdeSubject& subject, const OdeAnswer& answer) {
  Json json = json_header("ode", subject.loaded);
  const Tube& tube = answer.cover.whole;
  json["verdict"] = tube.closed ? "proved" : "undecided";
  json["reason"] = answer.reason;
  json["limit"] = subject.is_limit;
  json["time"] = subject.flow.flow.time.str();
  json["end"] = tube.closed ? box_json(tube.end) : Json(nullptr);
  json["jacobian"] = tube.closed && tube.determinant ? matrix_json(tube.jacobian) : Json(nullptr);
  json["det"] = tube.closed && tube.determinant ? interval_json(*tube.determinant) : Json(nullptr);
  json["distance_to_resnet"] = answer.distance ? interval_json(*answer.distance) : Json(nullptr);
  json["steps"] = steps_of(answer.cover);
  json["reached"] = tube.reached;
  json["interpolation"] = subject.flow.is_linear() ? "linear" : "constant";
  json["boxes"] = answer.cover.pieces.size() > 1 ? pieces_json(answer.cover) : Json(nullptr);
  json["integration"] = integration_json(arguments, answer.integration);
  json["seconds"] = answer.seconds;
  json["certificate"] = answer.certificate.empty() ? Json(nullptr) : Json(answer.certificate);
  return json;
}

}  // namespace narrows::cli
