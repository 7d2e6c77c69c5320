#include "cli/track.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <iostream>

#include "base/atomic_file.hpp"
#include "base/counted.hpp"
#include "base/errors.hpp"
#include "bounds/branch_tracking.hpp"
#include "certify/branches_certificate.hpp"
#include "cli/gzip.hpp"
#include "plot/branch_picture.hpp"
#include "plot/canvas.hpp"

namespace narrows::cli {
namespace {

TrackOptions options_of(const NetworkArguments& arguments, const TrackRequest& request, const ParameterPath& path) {
  TrackOptions options;
  options.slab.stop = StopToken(request.timeout);
  options.slab.max_boxes = request.max_boxes;
  if (!arguments.quiet && isatty(STDERR_FILENO))
    options.progress = [end = path.end()](double s, std::size_t points) {
      std::cerr << fmt::format("\r{:6.2f} % of the path, {} critical points ", 100 * s / end, points) << std::flush;
    };
  return options;
}

Json point_json(const ParameterPath& path, double s) {
  const auto p = path.point_approx(s);
  return {{"s", s}, {"skip", p[0]}, {"residual", p[1]}};
}

Json branch_json(const Track& track, const Branch& branch) {
  Json exits = Json::array();
  for (const Exit& exit : branch.exits) exits.push_back({{"scale", exit.scale}, {"from", point_json(track.path, exit.from)}, {"to", point_json(track.path, exit.to)}});
  return {{"from", point_json(track.path, branch.from(track.slabs))},
          {"to", point_json(track.path, branch.to(track.slabs))},
          {"ends", {to_string(branch.begins), to_string(branch.ends)}},
          {"index", branch.index ? Json(branch.index->morse_index) : Json(nullptr)},
          {"tubes", branch.pieces.size()},
          {"exits", exits}};
}

Json event_json(const Track& track, const Slab& slab, const SlabEvent& event) {
  return {{"from", point_json(track.path, slab.from)},
          {"to", point_json(track.path, slab.to)},
          {"box", box_json(event.box)},
          {"winding", event.winding ? Json(*event.winding) : Json(nullptr)}};
}

Json answer_json(const SelectedNetwork& net, const Track& track, const TrackRequest& request, double seconds) {
  Json answer = json_header("regimes", net.loaded);
  answer["verdict"] = to_string(track.verdict);
  answer["reason"] = track.reason;
  answer["domain"] = box_json(track.domain);
  answer["family"] = to_string(request.family);
  answer["track"] = track.path.corners();
  Json branches = Json::array(), events = Json::array(), sums = Json::array();
  for (const Branch& branch : track.branches) branches.push_back(branch_json(track, branch));
  for (const Slab& slab : track.slabs)
    for (const SlabEvent& event : slab.events) events.push_back(event_json(track, slab, event));
  for (const auto& sum : track.index_sums) sums.push_back(sum ? Json(*sum) : Json(nullptr));
  answer["branches"] = branches;
  answer["events"] = events;
  answer["index_sums"] = sums;
  answer["slabs"] = track.slabs.size();
  answer["boxes"] = track.boxes;
  answer["picture"] = request.pictures.empty() ? Json(nullptr) : Json(request.pictures.front());
  answer["table"] = request.table.empty() ? Json(nullptr) : Json(request.table);
  answer["seconds"] = seconds;
  answer["certificate"] = request.certificate.empty() || track.branches.empty() ? Json(nullptr) : Json(request.certificate);
  return answer;
}

std::string table_of(const Track& track) {
  std::string text = "branch,s_from,s_to,morse_index";
  for (std::size_t i = 1; i <= track.domain.size(); ++i) text += fmt::format(",x{0}_lower,x{0}_upper", i);
  text += '\n';
  for (std::size_t b = 0; b < track.branches.size(); ++b)
    for (const BranchPiece& piece : track.branches[b].pieces) {
      const Slab& slab = track.slabs[piece.slab];
      const auto& index = track.branches[b].index;
      text += fmt::format("{},{},{},{}", b + 1, slab.from, slab.to, index ? std::to_string(index->morse_index) : "");
      for (const Interval& side : slab.zeros[piece.zero].enclosure) text += fmt::format(",{},{}", side.lower(), side.upper());
      text += '\n';
    }
  return text;
}

std::string parameters_text(const ParameterPath& path, double s) {
  const auto p = path.point_approx(s);
  return fmt::format("({:.6g}, {:.6g})", p[0], p[1]);
}

void print_answer(const Track& track, const TrackRequest& request, double seconds) {
  fmt::print("{}: critical points along {} ({}, {}, {:.2f} s)\n", to_string(track.verdict), request.path, counted(track.slabs.size(), "slab"), counted(track.boxes, "box", "boxes"), seconds);
  if (!track.reason.empty()) fmt::print("  {}\n", track.reason);
  for (std::size_t b = 0; b < track.branches.size(); ++b) {
    const Branch& branch = track.branches[b];
    fmt::print("  branch {}: {} {} -> {} {}, Morse index {}\n", b + 1, to_string(branch.begins), parameters_text(track.path, branch.from(track.slabs)),
               to_string(branch.ends), parameters_text(track.path, branch.to(track.slabs)), branch.index ? std::to_string(branch.index->morse_index) : "unknown");
    for (const Exit& exit : branch.exits)
      fmt::print("    leaves {} times the domain between {} and {}\n", exit.scale, parameters_text(track.path, exit.from), parameters_text(track.path, exit.to));
  }
  if (!request.certificate.empty()) fmt::print("certificate {}\n", request.certificate);
  if (!request.table.empty()) fmt::print("table {}\n", request.table);
  for (const std::string& picture : request.pictures) fmt::print("picture {}\n", picture);
}

}  // namespace

int run_track(const NetworkArguments& arguments, const SelectedNetwork& net, const Domain& domain, const TrackRequest& request) {
  const ParameterPath path = parse_path(request.path);
  if (domain.type != Domain::Type::box) throw InputError("--domain", "a track needs a box", "give one, such as --domain \"[-2,2]^2\"", ExitCode::usage);
  if (net.chain.smoothness != Smoothness::smooth) throw InputError(arguments.file, "a track needs twice differentiable activations", "use levelset for piecewise linear networks");
  for (const std::string& picture : request.pictures) (void)plot::picture_format(picture);  // before the long work
  const TrackOptions options = options_of(arguments, request, path);
  const auto start = std::chrono::steady_clock::now();
  const JointProblem problem(family_chain(net.chain, request.family), options.slab.stop);
  const Track track = track_branches(problem, domain.box, path, options);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (options.progress) std::cerr << "\r\033[K";
  const std::string name = arguments.file.substr(arguments.file.rfind('/') + 1);
  const bool finished = !track.slabs.empty() && track.slabs.back().to == path.end();
  if (!request.certificate.empty() && finished)
    write_possibly_gzipped(request.certificate, [&](const TextSink& sink) { write_branches_certificate(track, request.family, net.loaded.network, net.output, {name, net.loaded.sha256}, sink); });
  if (!request.table.empty()) write_file_atomically(request.table, table_of(track));
  for (const std::string& picture : request.pictures) draw_branch_picture(track, name, picture);
  if (arguments.json)
    print_json(answer_json(net, track, request, seconds));
  else
    print_answer(track, request, seconds);
  return static_cast<int>(track.verdict == Verdict::proved ? ExitCode::proved : ExitCode::undecided);
}

}  // namespace narrows::cli
