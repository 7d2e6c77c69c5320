// narrows certify: no critical point, or every critical point enclosed with its Morse index.
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
#include "bounds/flow_critical.hpp"
#include "certify/certificate.hpp"
#include "cli/common.hpp"
#include "cli/gzip.hpp"
#include "cli/subcommands.hpp"
#include "critical/certify.hpp"
#include "io/domain_parse.hpp"
#include "io/vnnlib.hpp"
#include "plot/critical_picture.hpp"

namespace narrows::cli {
namespace {

struct CertifyArguments : NetworkArguments {
  std::string domain;
  std::string vnnlib;
  std::string claim = "no-critical-points";
  std::string certificate;
  std::string resume;
  std::vector<std::string> pictures;
  std::optional<double> timeout;
  std::size_t max_boxes = SearchOptions{}.max_boxes;
  std::string form = "auto";
  int threads = 1;
  std::uint64_t seed = 0;
};

Domain domain_of(const CertifyArguments& arguments, std::size_t dim) {
  if (!arguments.vnnlib.empty()) {
    std::vector<std::string> notes;
    Domain box = parse_vnnlib_box(read_file(arguments.vnnlib), arguments.vnnlib, dim, &notes);
    for (const std::string& text : notes) note(arguments, text);
    return box;
  }
  if (!arguments.domain.empty()) return parse_domain(arguments.domain, dim);
  Domain space;
  space.dim = dim;
  return space;
}

// What the state of a search belongs to: the file's bytes, the output and the domain, the forms, and the program that searches.
SearchForm form_of(const std::string& name) {
  if (name == "affine") return SearchForm::affine;
  if (name == "taylor") return SearchForm::taylor;
  if (name == "zonotope") return SearchForm::zonotope;
  return name == "polynomial-zonotope" ? SearchForm::polynomial_zonotope : SearchForm::automatic;
}

std::string fingerprint(const SelectedNetwork& net, const Domain& domain, const std::string& form) {
  const OutputSelection& output = net.output;
  return sha256_hex(fmt::format("{} {} {} {} {} {}", NARROWS_VERSION, form, net.loaded.sha256, to_string(domain), output.first, output.margin ? static_cast<long>(output.second) : -1L));
}

CertifyOptions options_of(const CertifyArguments& arguments) {
  CertifyOptions options;
  options.claim = arguments.claim == "no-local-extremum" ? Claim::no_local_extremum : Claim::no_critical_points;
  options.search.max_boxes = arguments.max_boxes;
  options.search.threads = arguments.threads;
  options.search.form = form_of(arguments.form);
  options.search.stop = StopToken(arguments.timeout);
  if (!arguments.quiet && isatty(STDERR_FILENO))
    options.search.progress = [](std::size_t tested, std::size_t open) {
      std::cerr << fmt::format("\r{:>10} boxes tested, {:>6} open ", tested, open) << std::flush;
      if (open == 0) std::cerr << "\r\033[K";
    };
  return options;
}

Json optional_json(const std::optional<int>& value) { return value ? Json(*value) : Json(nullptr); }

Json answer_json(const CertifyArguments& arguments, const SelectedNetwork& net, const CertifyResult& result, double seconds) {
  Json answer = json_header("certify", net.loaded);
  answer["claim"] = to_string(result.claim);
  answer["domain"] = to_string(result.domain);
  answer["verdict"] = to_string(result.verdict);
  answer["reason"] = result.reason;
  answer["method"] = to_string(result.method);
  answer["complete"] = result.complete;
  answer["critical_points"] = Json::array();
  for (const CriticalPoint& point : result.critical_points)
    answer["critical_points"].push_back({{"box", box_json(point.box)},
                                         {"value", interval_json(point.value)},
                                         {"morse_index", optional_json(point.morse_index)},
                                         {"in_domain", point.inside ? "inside" : "boundary"}});
  answer["undecided"] = Json::array();
  for (const auto& box : result.undecided) answer["undecided"].push_back(box_json(box));
  answer["boxes"] = result.boxes;
  answer["winding"] = {{"number", optional_json(result.winding)}, {"index_sum", optional_json(result.index_sum)}};
  answer["seconds"] = seconds;
  answer["certificate"] = arguments.certificate.empty() ? Json(nullptr) : Json(arguments.certificate);
  return answer;
}

std::string point_text(const CriticalPoint& point) {
  std::string text = "(";
  for (std::size_t i = 0; i < point.box.size(); ++i) text += (i ? ", " : "") + interval_text(point.box[i]);
  return text + ")";
}

void print_answer(const CertifyArguments& arguments, const CertifyResult& result, double seconds) {
  fmt::print("{}: {} on {} ({}, {}, {:.3f} s)\n  {}\n", to_string(result.verdict), to_string(result.claim), to_string(result.domain),
             to_string(result.method), counted(result.boxes, "box", "boxes"), seconds, result.reason);
  for (const CriticalPoint& point : result.critical_points)
    fmt::print("  critical point {}  value {}  Morse index {}{}\n", point_text(point), interval_text(point.value),
               point.morse_index ? std::to_string(*point.morse_index) : "unknown", point.inside ? "" : "  (on or next to the boundary)");
  if (result.winding)
    fmt::print("  winding number of the gradient on the boundary {}{}\n", *result.winding,
               result.index_sum ? fmt::format(", index sum {}: they agree", *result.index_sum) : "");
  constexpr std::size_t shown = 5;
  for (std::size_t k = 0; k < result.undecided.size() && k < shown; ++k) {
    std::string text;
    for (const Interval& side : result.undecided[k]) text += fmt::format("{}[{:.17g}, {:.17g}]", text.empty() ? "" : " x ", side.lower(), side.upper());
    fmt::print("  undecided {}\n", text);
  }
  if (result.undecided.size() > shown) fmt::print("  … and {} more undecided regions (--json lists all)\n", result.undecided.size() - shown);
  if (!arguments.certificate.empty()) fmt::print("  certificate {}\n", arguments.certificate);
  for (const std::string& picture : arguments.pictures) fmt::print("  picture {}\n", picture);
}

int run(const CertifyArguments& arguments) {
  const SelectedNetwork net = load_and_select(arguments, OdeLayers::treated);
  const Domain domain = domain_of(arguments, net.chain.input_dim);
  const bool flow = first_ode_layer(net.chain.layers) < net.chain.layers.size();
  if (flow && !arguments.resume.empty()) throw InputError("--resume", "a search through an ode layer keeps no state", "leave it out", ExitCode::usage);
  if (!arguments.pictures.empty() && flow)
    throw InputError(arguments.pictures.front(), "level curves of a network with an ode layer are not drawn", "draw its flow with `narrows ode --picture`", ExitCode::usage);
  for (const std::string& picture : arguments.pictures) require_drawable(net.chain, picture);  // before the long work
  const auto start = std::chrono::steady_clock::now();
  CertifyOptions options = options_of(arguments);
  options.search.checkpoint.path = arguments.resume;
  options.search.checkpoint.fingerprint = fingerprint(net, domain, arguments.form);
  const CertifyResult result = flow ? certify_with_flow(net.chain, domain, options, arguments.file) : certify(net.chain, domain, options, arguments.file);
  if (flow && result.method == Method::branch_and_bound) require_checkable_flow(net, arguments.certificate, arguments.file);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!arguments.certificate.empty()) {
    const std::string name = arguments.file_name();
    write_possibly_gzipped(arguments.certificate, [&](const TextSink& sink) {
      write_critical_certificate(result, net.loaded.network, net.output, {name, net.loaded.sha256}, sink);
    });
  }
  for (const std::string& picture : arguments.pictures)
    draw_critical_picture(net.chain, result, arguments.file_name(), picture);
  if (!arguments.resume.empty() && !result.proof.search.stopped) std::remove(arguments.resume.c_str());  // nothing left to resume
  if (arguments.json)
    print_json(answer_json(arguments, net, result, seconds));
  else
    print_answer(arguments, result, seconds);
  return exit_code_of(result.verdict);
}

}  // namespace

void add_certify(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<CertifyArguments>();
  CLI::App* command = program->add_subcommand("certify", "prove that there is no critical point, or enclose every one");
  arguments->add(command);
  arguments->add_selection(command);
  auto* domain = command->add_option("--domain", arguments->domain, "\"[-2,2]^2\", \"[-1,1]x[0,3]\", \"ball(1)\" or \"R^2\"; default: all of R^d");
  command->add_option("--vnnlib", arguments->vnnlib, "take the input box of a VNN-LIB file as the domain")->excludes(domain);
  command->add_option("--claim", arguments->claim, "what to prove")->check(CLI::IsMember({"no-critical-points", "no-local-extremum"}))->capture_default_str();
  command->add_option("--certificate", arguments->certificate, "write the proof to FILE (checked by narrows-check); a name ending in .gz compresses it")->type_name("FILE");
  command->add_option("--resume", arguments->resume, "keep the state of the search in FILE, and continue from it if it is there: after Ctrl-C, kill or a spent budget")->type_name("FILE");
  command->add_option("--picture", arguments->pictures, "draw level curves and critical points (one or two inputs): .svg or .png; may be repeated")->type_name("FILE")->expected(1)->take_all();
  add_timeout(command, &arguments->timeout);
  command->add_option("--max-boxes", arguments->max_boxes, "test at most N boxes")->capture_default_str();
  command->add_option("--form", arguments->form, "forms for boxes that affine forms leave open; auto compares them on a sample")->check(CLI::IsMember({"auto", "affine", "taylor", "zonotope", "polynomial-zonotope"}))->capture_default_str();
  command->add_option("--threads", arguments->threads, "worker threads; the answer does not depend on it")->check(CLI::Range(1, 1024))->capture_default_str();
  add_unused_seed(command, &arguments->seed);
  command->footer(
      "Exit code: 0 proved (none exists), 1 refuted (at least one is proved to exist), 2 undecided.\n\nExamples:\n"
      "  narrows certify net.onnx\n  narrows certify net.onnx --domain \"[-2,2]^2\" --certificate proof.json --picture net.svg\n"
      "  narrows certify net.json --domain \"ball(1)\" --json\n  narrows certify relu.onnx --claim no-local-extremum\n"
      "  narrows certify big.onnx --domain \"[-2,2]^6\" --threads 2 --max-boxes 1000000000 --resume big.state --certificate big.json.gz");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
