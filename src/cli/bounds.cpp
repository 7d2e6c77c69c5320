// narrows bounds: how far a residual network is from its neural ODE and from its MLP, beside what the theorems say.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <memory>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "bounds/worst_network.hpp"
#include "certify/distance_certificate.hpp"
#include "cli/bounds_report.hpp"
#include "cli/gzip.hpp"
#include "cli/subcommands.hpp"
#include "io/domain_parse.hpp"
#include "io/network_json.hpp"
#include "plot/canvas.hpp"
#include "plot/sweep_picture.hpp"

namespace narrows::cli {
namespace {

struct BoundsArguments : NetworkArguments {
  std::string domain, limit, certificate, table, picture, worst_file;
  std::optional<double> weight_bound, timeout;
  double gap = DistanceOptions{}.gap;
  std::size_t max_boxes = DistanceOptions{}.max_boxes;
  std::optional<std::size_t> order;
  bool sweep = false;
  std::optional<int> doublings;
  int threads = 1;
  std::uint64_t seed = 1;
};

Domain box_of(const BoundsArguments& arguments, std::size_t dim) {
  Domain domain = parse_domain(arguments.domain, dim);
  if (domain.type != Domain::Type::box)
    throw InputError("--domain", "T4 and T5 speak of compact sets, and '" + arguments.domain + "' is not a box", "give a box such as \"[-1,1]^2\"");
  return domain;
}

std::vector<Limit> limits_of(const BoundsArguments& arguments) {
  if (arguments.limit == "ode") return {Limit::ode};
  if (arguments.limit == "mlp") return {Limit::mlp};
  return {Limit::ode, Limit::mlp};
}

void validate(const BoundsArguments& arguments) {
  if (!arguments.certificate.empty() && arguments.limit.empty())
    throw InputError("--certificate", "a certificate speaks of one limit", "add --limit ode or --limit mlp", ExitCode::usage);
  if (!arguments.picture.empty() && (!arguments.sweep || arguments.limit.empty()))
    throw InputError("--picture", "the picture shows a sweep toward one limit", "add --sweep and --limit ode or --limit mlp", ExitCode::usage);
  if (!arguments.table.empty() && !arguments.sweep) throw InputError("--table", "the table holds a sweep", "add --sweep", ExitCode::usage);
  if (!arguments.worst_file.empty() && (!arguments.weight_bound || arguments.limit.empty()))
    throw InputError("--worst", "the worst network is that of one class and one limit", "add --weight-bound B and --limit ode or --limit mlp", ExitCode::usage);
  if (!arguments.picture.empty()) (void)plot::picture_format(arguments.picture);
}

DistanceOptions options_of(const BoundsArguments& arguments) {
  DistanceOptions options;
  options.gap = arguments.gap;
  options.max_boxes = arguments.max_boxes;
  options.order = arguments.order;
  options.stop = StopToken(arguments.timeout);
  if (!arguments.quiet && isatty(STDERR_FILENO))
    options.progress = [](double lo, double hi, std::size_t boxes) { std::cerr << fmt::format("\rdistance in [{:.6g}, {:.6g}], {} boxes ", lo, hi, boxes) << std::flush; };
  return options;
}

UniformRow uniform_row(const LimitNetwork& network, Limit limit, const Box& box, const BoundsArguments& arguments, const DistanceOptions& options, BoundsReport* report) {
  UniformRow row;
  row.limit = limit;
  if (auto violated = violated_hypothesis(network, limit)) {
    row.reason = *violated;
    return row;
  }
  row.bound = uniform_bound(network, limit, box, *arguments.weight_bound, arguments.file);
  const WorstNetwork worst = find_worst_network(network, limit, box, *arguments.weight_bound, arguments.seed, 600, options.stop);
  row.applies = true;
  row.worst = worst.point.value;
  row.tried = worst.tried;
  if (!arguments.worst_file.empty()) {
    Network found;
    found.input_dim = worst.chain.input_dim;
    found.layers = worst.chain.layers;
    write_file_atomically(arguments.worst_file, network_to_json(found, true));
    report->worst_file = arguments.worst_file;
  }
  return row;
}

/// refuted if any row is; proved if a row applies and all that do are proved.
void conclude(BoundsReport* report) {
  bool any = false, all = true;
  for (const LimitComparison& row : report->rows) {
    if (!row.applies) continue;
    if (row.verdict == Verdict::refuted) {
      report->verdict = Verdict::refuted;
      report->reason = theorem_id(row.limit) + ": " + row.reason;
      return;
    }
    if (row.verdict == Verdict::undecided && all) report->reason = theorem_id(row.limit) + ": " + row.reason;
    any = true;
    all = all && row.verdict == Verdict::proved;
  }
  if (!any || !all) return;
  report->verdict = Verdict::proved;
  report->reason = "every theorem's number is at least the certified distance on " + report->domain;
}

int run(const BoundsArguments& arguments) {
  validate(arguments);
  const SelectedNetwork net = load_and_select(arguments);
  const Domain domain = box_of(arguments, net.chain.input_dim);
  const LimitNetwork network = make_limit_network(net.chain, arguments.file);
  const std::vector<Limit> limits = limits_of(arguments);
  if (!arguments.limit.empty())
    if (auto violated = violated_hypothesis(network, limits[0]))
      throw InputError(arguments.file, *violated, "the other limit (--limit mlp) may still be compared with");
  const DistanceOptions options = options_of(arguments);
  const auto start = std::chrono::steady_clock::now();
  BoundsReport report;
  report.domain = to_string(domain);
  report.weight_bound = arguments.weight_bound;
  for (const Limit limit : limits) report.rows.push_back(compare_with_limit(network, limit, domain.box, options));
  report.regime = report_regime(network, domain.box, options.stop);
  for (const Limit limit : limits) {
    if (arguments.weight_bound) report.uniform.push_back(uniform_row(network, limit, domain.box, arguments, options, &report));
    if (!arguments.sweep || violated_hypothesis(network, limit)) continue;
    LimitSweep sweep{limit, sweep_toward_limit(network, limit, domain.box, arguments.doublings.value_or(limit == Limit::ode ? 6 : 10), options), 0};
    sweep.slope = limit_slope_approx(sweep.rows);
    report.sweeps.push_back(std::move(sweep));
  }
  conclude(&report);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (options.progress) std::cerr << "\r\033[K";

  if (!arguments.certificate.empty() && has_distance_certificate(report.rows[0])) {
    write_possibly_gzipped(arguments.certificate, [&](const TextSink& sink) {
      write_distance_certificate(report.rows[0], domain, net.loaded.network, net.output, {arguments.file_name(), net.loaded.sha256}, sink);
    });
    report.certificate = arguments.certificate;
  } else if (!arguments.certificate.empty()) {
    note(arguments, "no certificate: the distance has no finite upper end");
  }
  if (!arguments.table.empty()) write_file_atomically(report.table = arguments.table, sweep_csv(report.sweeps));
  if (!arguments.picture.empty()) draw_sweep_picture(report.sweeps.at(0).rows, report.domain, arguments.file_name(), report.picture = arguments.picture);
  if (arguments.json)
    print_json(bounds_json(net, report));
  else
    print_bounds(report);
  return exit_code_of(report.verdict);
}

}  // namespace

void add_bounds(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<BoundsArguments>();
  CLI::App* command = program->add_subcommand("bounds", "how far a residual network is from its neural ODE and its MLP: certified, beside the theorems' bounds");
  arguments->add(command);
  arguments->add_selection(command);
  command->add_option("--domain", arguments->domain, "the box on which the networks are compared, \"[-1,1]^2\"")->type_name("BOX")->required();
  command->add_option("--limit", arguments->limit, "ode (T4) or mlp (T5); default: both")->check(CLI::IsMember({"ode", "mlp"}));
  command->add_option("--gap", arguments->gap, "enclose the distance until hi − lo is at most this share of hi")->check(CLI::Range(1e-9, 1.0))->capture_default_str();
  command->add_option("--weight-bound", arguments->weight_bound, "also the bound for all networks with ‖W‖ and |b| at most B in the blocks, and the worst one that a search finds")
      ->type_name("B")
      ->check(CLI::PositiveNumber);
  command->add_option("--worst", arguments->worst_file, "write that worst network as JSON")->type_name("FILE");
  command->add_flag("--sweep", arguments->sweep, "approach the limit: ode, blocks doubled with half the ratio; mlp, skips halved");
  command->add_option("--doublings", arguments->doublings, "steps of the sweep; default: 6 toward the ODE, 10 toward the MLP")->check(CLI::Range(1, 12));
  command->add_option("--table", arguments->table, "write the sweep as CSV")->type_name("FILE");
  command->add_option("--picture", arguments->picture, "draw the sweep, doubly logarithmic: .svg or .png")->type_name("FILE");
  command->add_option("--certificate", arguments->certificate, "write the proof of the distance to FILE (checked by narrows-check); a name ending in .gz compresses it")->type_name("FILE");
  command->add_option("--order", arguments->order, "order of the ODE's Taylor steps; default: chosen from the ratios")->check(CLI::Range(2, 8));
  command->add_option("--max-boxes", arguments->max_boxes, "boxes evaluated for one distance")->capture_default_str();
  add_timeout(command, &arguments->timeout);
  command->add_option("--threads", arguments->threads, "accepted like everywhere; this command uses one")->check(CLI::Range(1, 1024));
  command->add_option("--seed", arguments->seed, "of the search for the worst network")->capture_default_str();
  command->footer(
      "Exit code: 0 the theorems' numbers are at least the certified distances, 1 one is not (a defect: report it), 2 the gap is too wide to tell.\n\nExamples:\n"
      "  narrows bounds net.json --domain \"[-1,1]^2\"\n"
      "  narrows bounds net.json --domain \"[-1,1]^2\" --limit ode --gap 0.001 --certificate distance.cert.json\n"
      "  narrows bounds net.json --domain \"[-1,1]^2\" --limit mlp --sweep --table sweep.csv --picture sweep.png\n"
      "  narrows bounds net.json --domain \"[-1,1]^2\" --weight-bound 2 --json");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
