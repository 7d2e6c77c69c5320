#include "cli/ode_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/atomic_file.hpp"
#include "base/sha256.hpp"
#include "certify/ode_certificate.hpp"
#include "cli/gzip.hpp"
#include "io/network_json.hpp"
#include "plot/flow_picture.hpp"

namespace narrows::cli {
namespace {

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
    for (std::size_t k = 0; lines[l].complete && k < lines[l].times.size(); ++k) {
      text += fmt::format("\n{},{}", l, lines[l].times[k]);
      for (const double h : lines[l].states[k]) text += fmt::format(",{}", h);
    }
  }
  write_file_atomically(path, text + "\n");
}

/// A table of a planar box is one of the grid, else of the one trajectory.
bool tables_grid(const OdeArguments& arguments, const OdeSubject& subject) {
  return !arguments.domain.empty() && subject.flow.input_dim == 2 && arguments.times.empty();
}

/// Pictures and the table: of the grid on a planar box, else of the one trajectory.
void write_flow(const OdeArguments& arguments, const OdeSubject& subject, const std::vector<FlowLine>& lines,
                OdeAnswer* answer) {
  if (!answer->integration.finished) {
    if (!arguments.csv.empty() || !arguments.pictures.empty())
      note(arguments, answer->integration.overflowed
                          ? "no table and no picture: the trajectory overflowed on its way"
                          : "no table and no picture: the trajectory was stopped on its way");
    return;
  }
  if (!lines.empty())
    for (const std::string& picture : arguments.pictures) {
      draw_flow_picture(lines, arguments.grid, answer->cover.whole, arguments.file_name(), picture);
      answer->written.push_back(picture);
    }
  if (arguments.csv.empty() || (lines.empty() && tables_grid(arguments, subject))) return;
  if (tables_grid(arguments, subject))
    write_lines(arguments.csv, lines);
  else
    write_trajectory(arguments.csv, answer->integration);
  answer->written.push_back(arguments.csv);
}

/// A certificate speaks of the whole box, and of the network with the ode layer: the file itself, or the one that `-o` writes.
void write_certificate(const OdeArguments& arguments, const OdeSubject& subject, OdeAnswer* answer) {
  if (arguments.certificate.empty()) return;
  if (!answer->cover.whole.closed) return note(arguments, "no certificate: the tube is not closed");
  CertificateSource source{arguments.file_name(), subject.loaded.sha256};
  if (subject.is_changed)
    source = {arguments.limit.empty() ? (subject.is_limit ? "limit of " : "interpolated from ") + source.file
                                      : arguments.limit.substr(arguments.limit.rfind('/') + 1),
              sha256_hex(network_to_json(subject.network, false))};
  write_possibly_gzipped(arguments.certificate, [&](const TextSink& sink) {
    write_ode_certificate(answer->cover, subject.box, subject.network, source, sink);
  });
  answer->certificate = arguments.certificate;
  answer->written.push_back(answer->certificate);
}

}  // namespace

std::vector<FlowLine> grid_lines(const OdeArguments& arguments, const OdeSubject& subject,
                                 const Integration& integration, const StopToken& stop) {
  const bool grid = tables_grid(arguments, subject);
  if (arguments.pictures.empty() && (arguments.csv.empty() || !grid)) return {};
  if (!integration.finished) return {};
  Box around = subject.box;
  for (std::size_t i = 0; i < around.dim() && !grid;
       ++i) {  // round a point: a box that shows what happens next to it
    around.lower[i] -= 0.5;
    around.upper[i] += 0.5;
  }
  const std::size_t samples = std::max<std::size_t>(
      arguments.samples, std::max<std::size_t>(2, 24 / subject.flow.flow.branches.size()));
  std::vector<FlowLine> lines = flow_of_grid_approx(subject.flow, around, arguments.grid, samples, stop);
  if (lines.size() < arguments.grid * arguments.grid) {
    note(arguments, "no picture and no table of the grid: the time ran out before its flow was followed");
    return {};
  }
  const auto lost =
      std::count_if(lines.begin(), lines.end(), [](const FlowLine& line) { return !line.complete; });
  if (lost > 0)
    note(arguments,
         fmt::format("{} of the grid's {} trajectories overflowed, they are left out", lost, lines.size()));
  return lines;
}

void write_ode_files(const OdeArguments& arguments, const OdeSubject& subject,
                     const std::vector<FlowLine>& lines, OdeAnswer* answer) {
  if (!arguments.limit.empty()) {
    write_file_atomically(arguments.limit, network_to_json(subject.network, false));
    answer->written.push_back(arguments.limit);
  }
  write_certificate(arguments, subject, answer);
  write_flow(arguments, subject, lines, answer);
}

}  // namespace narrows::cli
