// narrows robust: how far the pixels of each image may move before a classifier's answer can change; tables and pictures over the width.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "base/version.hpp"
#include "certify/robust_certificate.hpp"
#include "cli/common.hpp"
#include "cli/gzip.hpp"
#include "cli/subcommands.hpp"
#include "io/exact_text.hpp"
#include "plot/robustness_picture.hpp"
#include "robust/comparison.hpp"

namespace narrows::cli {
namespace {

using namespace robust;

struct RobustArguments {
  std::vector<std::string> files;
  std::string images, certificate, table, image_table, picture, norm = "linf";
  std::string radii_text = "0.01,0.02,0.05,0.1";
  std::vector<double> radii;
  AttackOptions attack;
  std::optional<double> timeout;
  bool json = false, quiet = false;
};

struct Answer {
  Verdict verdict = Verdict::undecided;
  std::string reason;
  std::vector<NetworkRow> rows;
  std::vector<std::string> hashes;
  std::vector<WidthComparison> comparisons;
  Json network;  ///< of the only one, as every command gives it; null if there are several
  double seconds = 0;
  std::string certificate;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Positive, increasing numbers with commas between them. Errors  InputError.
std::vector<double> parse_radii(std::string_view text) {
  std::vector<double> radii;
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::optional<double> radius = parse_decimal(text.substr(0, comma));
    if (!radius || !(*radius > (radii.empty() ? 0 : radii.back()) && *radius <= 1e6))
      throw InputError("--radii", "the radii are not positive and increasing", "write --radii 0.02,0.05,0.1",
                       ExitCode::usage);
    radii.push_back(*radius);
    if (comma == std::string_view::npos) return radii;
    text.remove_prefix(comma + 1);
  }
}

void validate(const RobustArguments& arguments) {
  if (!arguments.certificate.empty() && arguments.files.size() != 1)
    throw InputError(
        "--certificate",
        "a certificate speaks of one network, " + std::to_string(arguments.files.size()) + " are given",
        "certify them one by one", ExitCode::usage);
  if (!arguments.picture.empty()) require_picture_format(arguments.picture);
}

/// The channels of the first convolution; without one the largest width behind the input.
std::size_t width_of(const ConvolutionalNetwork& network) {
  if (!network.convolutions.empty()) return network.convolutions.front().outputs;
  const std::vector<std::size_t> all = widths(network.loaded.network);
  return *std::max_element(all.begin() + 1, all.end());
}

RobustnessOptions options_of(const RobustArguments& arguments, const std::string& file) {
  RobustnessOptions options;
  options.radii = arguments.radii;
  options.attack = arguments.attack;
  options.stop = StopToken(arguments.timeout);
  if (!arguments.quiet && isatty(STDERR_FILENO))
    options.progress = [file](std::size_t done) {
      std::cerr << fmt::format("\r{}: {} images ", file, done) << std::flush;
    };
  return options;
}

/// Analyses one network, appends its row and its images' lines; false if it was stopped.
bool analyse(const RobustArguments& arguments, const std::string& file, const ImageList& list, Answer* answer,
             std::string* image_lines) {
  const auto start = std::chrono::steady_clock::now();
  const ConvolutionalNetwork network = load_convolutional(file);
  const RobustnessOptions options = options_of(arguments, file);
  const RobustnessResult result = analyse_robustness(network.loaded.network, list, options, file);
  if (!arguments.quiet && isatty(STDERR_FILENO)) std::cerr << "\r\033[K";
  const std::string name = file.substr(file.rfind('/') + 1);
  answer->rows.push_back(make_row(result, options.radii, name, width_of(network)));
  answer->rows.back().seconds = seconds_since(start);
  answer->hashes.push_back(network.loaded.sha256);
  if (arguments.files.size() == 1) answer->network = json_header("robust", network.loaded)["network"];
  if (!arguments.image_table.empty()) *image_lines += images_csv(name, list, result);
  if (!arguments.certificate.empty() && has_robust_certificate(result)) {
    write_possibly_gzipped(arguments.certificate, [&](const TextSink& sink) {
      write_robust_certificate(result, list, network, {name, network.loaded.sha256}, sink);
    });
    answer->certificate = arguments.certificate;
  }
  return result.complete;
}

void conclude(bool complete, Answer* answer) {
  std::size_t all = 0;
  for (const NetworkRow& row : answer->rows) all += row.images * row.counts.size();
  const std::size_t open = undecided_images(answer->rows);
  answer->verdict = open == 0 && complete ? Verdict::proved : Verdict::undecided;
  answer->reason =
      open == 0
          ? "every image is certified or attacked at every radius"
          : fmt::format("{} of {} pairs of image and radius are neither certified nor attacked", open, all);
  if (!complete) answer->reason = "stopped before the last image; " + answer->reason;
}

Json optional_interval(const std::optional<Interval>& x) {
  return x ? interval_json(*x) : Json(nullptr);
}

Json row_json(const NetworkRow& row, const std::string& sha256) {
  Json radii = Json::array();
  const double all = static_cast<double>(row.images);
  for (const RadiusCount& at : row.counts)
    radii.push_back({{"radius", at.radius},
                     {"certified", at.certified},
                     {"not_attacked", at.not_attacked},
                     {"certified_accuracy", static_cast<double>(at.certified) / all},
                     {"attacked_accuracy", static_cast<double>(at.not_attacked) / all}});
  return {{"file", row.file},
          {"sha256", sha256},
          {"group", row.group},
          {"width", row.width},
          {"images", row.images},
          {"right", row.right},
          {"wrong", row.wrong},
          {"clean_accuracy", static_cast<double>(row.right) / all},
          {"radii", radii},
          {"median_margin", optional_interval(row.margin)},
          {"median_gradient", optional_interval(row.gradient)},
          {"median_gradient_to_margin", optional_interval(row.ratio)},
          {"median_lipschitz", optional_interval(row.lipschitz)},
          {"certified_by_lipschitz", row.by_slopes},
          {"seconds", row.seconds}};
}

Verdict verdict_of(const WidthComparison& c) {
  if (c.refuted == 0 && c.undecided == 0) return Verdict::proved;
  return c.proved == 0 && c.undecided == 0 ? Verdict::refuted : Verdict::undecided;
}

Json answer_json(const Answer& answer) {
  Json json = {{"tool", "narrows"}, {"version", NARROWS_VERSION}, {"command", "robust"},
               {"norm", "linf"},    {"networks", Json::array()},  {"comparisons", Json::array()}};
  if (!answer.network.is_null()) json["network"] = answer.network;
  for (std::size_t i = 0; i < answer.rows.size(); ++i)
    json["networks"].push_back(row_json(answer.rows[i], answer.hashes[i]));
  for (const WidthComparison& c : answer.comparisons)
    json["comparisons"].push_back(
        {{"claim", "the wider network is more robust"},
         {"group", c.group},
         {"radius", c.radius},
         {"widths", {c.narrow, c.wide}},
         {"verdict", to_string(verdict_of(c))},
         {"pairs", {{"proved", c.proved}, {"refuted", c.refuted}, {"undecided", c.undecided}}},
         {"certified_falls", c.certified_falls}});
  json["verdict"] = to_string(answer.verdict);
  json["reason"] = answer.reason;
  json["seconds"] = answer.seconds;
  json["certificate"] = answer.certificate.empty() ? Json(nullptr) : Json(answer.certificate);
  return json;
}

std::string middle_text(const std::optional<Interval>& x) {
  return x && is_finite(*x) ? fmt::format("{:.4g}", midpoint(*x)) : "–";
}

void print_answer(const Answer& answer) {
  fmt::print("{}: {} ({:.1f} s)\n", to_string(answer.verdict), answer.reason, answer.seconds);
  fmt::print("{:<18} {:>5} {:>6}", "network", "width", "right");
  for (const RadiusCount& at : answer.rows.at(0).counts)
    fmt::print("  {:>11}", fmt::format("r = {:g}", at.radius));
  fmt::print("  {:>8} {:>8} {:>8} {:>9}\n", "margin", "gradient", "ratio", "Lipschitz");
  for (const NetworkRow& row : answer.rows) {
    const double all = static_cast<double>(row.images);
    fmt::print("{:<18} {:>5} {:>6.3f}", row.file, row.width, static_cast<double>(row.right) / all);
    for (const RadiusCount& at : row.counts)
      fmt::print("  {:.3f}…{:.3f}", static_cast<double>(at.certified) / all,
                 static_cast<double>(at.not_attacked) / all);
    fmt::print("  {:>8} {:>8} {:>8} {:>9}\n", middle_text(row.margin), middle_text(row.gradient),
               middle_text(row.ratio), row.lipschitz ? fmt::format("{:.4g}", row.lipschitz->upper()) : "–");
  }
  fmt::print(
      "  each pair: certified accuracy … accuracy left by the attack; the robust accuracy lies between. "
      "Medians over the images that are right,\n"
      "  of the margin to the strongest rival, of the l1 norm of its gradient, of their ratio, and of a "
      "Lipschitz bound over the smallest ball.\n");
  for (const WidthComparison& c : answer.comparisons) {
    fmt::print("  {}, r = {:g}: width {} more robust than width {}: {} ({} of {} pairs proved, {} refuted)\n",
               c.group, c.radius, c.wide, c.narrow, to_string(verdict_of(c)), c.proved,
               c.proved + c.refuted + c.undecided, c.refuted);
    if (c.certified_falls && c.refuted == 0)
      fmt::print(
          "    fewer images of the wider networks are certified: that is no counterexample, interval bounds "
          "loosen with the width\n");
  }
  if (!answer.certificate.empty()) fmt::print("  certificate {}\n", answer.certificate);
}

int run(RobustArguments arguments) {
  validate(arguments);
  arguments.radii = parse_radii(arguments.radii_text);
  const auto start = std::chrono::steady_clock::now();
  const ImageList list = parse_image_list(read_file(arguments.images), arguments.images);
  Answer answer;
  std::string image_lines = images_csv_header();
  bool complete = true;
  for (const std::string& file : arguments.files) {
    complete = analyse(arguments, file, list, &answer, &image_lines) && complete;
    if (interrupted()) break;
  }
  answer.comparisons = compare_widths(answer.rows);
  conclude(complete && answer.rows.size() == arguments.files.size(), &answer);
  answer.seconds = seconds_since(start);
  if (!arguments.table.empty()) write_file_atomically(arguments.table, rows_csv(answer.rows));
  if (!arguments.image_table.empty()) write_file_atomically(arguments.image_table, image_lines);
  if (!arguments.picture.empty()) draw_robustness_picture(answer.rows, arguments.picture);
  if (!arguments.certificate.empty() && answer.certificate.empty() && !arguments.quiet)
    std::cerr << "narrows: no certificate: no image is proved to be right\n";
  if (arguments.json)
    print_json(answer_json(answer));
  else
    print_answer(answer);
  return exit_code_of(answer.verdict);
}

}  // namespace

void add_robust(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<RobustArguments>();
  CLI::App* command = program->add_subcommand(
      "robust", "certified radii and verified attacks of image classifiers, one or many networks");
  command
      ->add_option("NET", arguments->files,
                   "networks (.onnx or .json) with affine and conv layers, relu and residual blocks; groups "
                   "by name: ibp_w8_s0.onnx is of group ibp")
      ->required();
  command
      ->add_option("--images", arguments->images,
                   "CSV: label,k_1,…,k_d per line, integers; a line \"# scale 1/16\" says what one is worth")
      ->type_name("FILE")
      ->required();
  command->add_option("--norm", arguments->norm, "of the balls: linf")
      ->check(CLI::IsMember({"linf"}))
      ->capture_default_str();
  command
      ->add_option("--radii,--radius", arguments->radii_text,
                   "radii of the table and of the attacks, increasing")
      ->type_name("r,…")
      ->capture_default_str();
  command
      ->add_option("--certificate", arguments->certificate,
                   "write the proof of every certified radius (one network; checked by narrows-check); a "
                   "name ending in .gz compresses it")
      ->type_name("FILE");
  command->add_option("--table", arguments->table, "write one CSV line per network")->type_name("FILE");
  command->add_option("--image-table", arguments->image_table, "write one CSV line per image and network")
      ->type_name("FILE");
  command
      ->add_option("--picture", arguments->picture,
                   "draw accuracies and gradient-to-margin ratio against the width: .svg or .png")
      ->type_name("FILE");
  command->add_option("--attack-steps", arguments->attack.steps, "steps of gradient ascent at each radius")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command
      ->add_option("--restarts", arguments->attack.restarts,
                   "starts of each attack, the first from the image itself")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--seed", arguments->attack.seed, "of the random starts")->capture_default_str();
  add_timeout(command, &arguments->timeout);
  command->add_flag("--json", arguments->json, "print one JSON object on standard output and nothing else");
  command->add_flag("--quiet", arguments->quiet, "no notes and no progress on standard error");
  command->footer(
      "Certified: the label is proved to hold on the closed sup-norm ball (all of it, pixels may leave "
      "[0,1]). Attacked: a point of the ball is proved to be of another class.\n"
      "Exit code: 0 every image is certified or attacked at every radius, 2 some are neither.\n\nExamples:\n"
      "  narrows robust ibp_w8_s0.onnx --images digits_test.csv --radii 0.05,0.1 --certificate "
      "robust.cert.json\n"
      "  narrows robust data/networks/digits/*.onnx --images data/digits_test.csv --table widths.csv "
      "--picture widths.png");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
