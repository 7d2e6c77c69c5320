// narrows counterexample: a small network that refutes a claim, with certificates, a picture and a paragraph for a paper.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>

#include "base/counted.hpp"
#include "base/errors.hpp"
#include "base/version.hpp"
#include "cli/counterexample_files.hpp"
#include "cli/subcommands.hpp"
#include "counterexample/search.hpp"
#include "counterexample/statement.hpp"

namespace narrows::cli {
namespace {

constexpr double kDefaultSeconds = 60;

struct CounterexampleArguments {
  std::string claim, activation, ratio, value_error, stem;
  CounterexampleFiles files;
  std::optional<std::size_t> dimension, width, depth;
  std::optional<double> timeout;
  int bits = 4, threads = 1;
  std::uint64_t seed = 1;
  std::size_t finds = CounterexampleRequest{}.finds;
  bool list = false, json = false, quiet = false;
};

Activation parse_activation(const std::string& name) {
  for (int k = 0; k <= static_cast<int>(Activation::identity); ++k)
    if (to_string(static_cast<Activation>(k)) == name) return static_cast<Activation>(k);
  throw InputError("--activation", "'" + name + "' is unknown",
                   "use a name of narrows-network/1 such as tanh or relu", ExitCode::usage);
}

ClaimId parse_claim(const std::string& name) {
  std::string names;
  for (const RefutableClaim& claim : refutable_claims()) {
    if (name == claim.name) return claim.id;
    names += (names.empty() ? "" : ", ") + std::string(claim.name);
  }
  throw InputError("CLAIM", name.empty() ? "no claim is given" : "'" + name + "' is unknown",
                   "use one of " + names + " (--list explains them)", ExitCode::usage);
}

CounterexampleRequest request_of(const CounterexampleArguments& arguments) {
  CounterexampleRequest request;
  request.claim = parse_claim(arguments.claim);
  request.dimension = arguments.dimension;
  request.width = arguments.width;
  request.depth = arguments.depth;
  if (!arguments.activation.empty()) request.activation = parse_activation(arguments.activation);
  request.bits = arguments.bits;
  request.seed = arguments.seed;
  request.finds = arguments.finds;
  if (!arguments.ratio.empty()) {
    const auto colon = arguments.ratio.find(':');
    if (colon == std::string::npos)
      throw InputError("--ratio", "'" + arguments.ratio + "' is not a range", "write a range such as 1/2:2",
                       ExitCode::usage);
    request.ratio = {parse_level("--ratio", arguments.ratio.substr(0, colon)),
                     parse_level("--ratio", arguments.ratio.substr(colon + 1))};
  }
  if (!arguments.value_error.empty()) {
    if (request.claim != ClaimId::value_error)
      throw InputError("--value-error", "this claim has no value error", "leave it out", ExitCode::usage);
    request.value_error = parse_level("--value-error", arguments.value_error);
  }
  request.stop = StopToken(arguments.timeout.value_or(kDefaultSeconds));
  return request;
}

void print_list(bool json) {
  Json list = Json::array();
  for (const RefutableClaim& claim : refutable_claims()) {
    list.push_back({{"claim", claim.name}, {"statement", claim.statement}, {"refuted_by", claim.refuted_by}});
    if (!json)
      fmt::print("{}\n  claim       {}\n  refuted by  {}\n", claim.name, claim.statement, claim.refuted_by);
  }
  if (json)
    print_json(
        {{"tool", "narrows"}, {"version", NARROWS_VERSION}, {"command", "counterexample"}, {"claims", list}});
}

Json search_json(const CounterexampleArguments& arguments, const SearchReport& report) {
  return {{"seed", arguments.seed},
          {"finds", report.finds},
          {"starts", report.starts},
          {"minima", report.minima},
          {"exact_tests", report.exact}};
}

Json none_json(const CounterexampleArguments& arguments, const std::string& reason) {
  return {{"tool", "narrows"},  {"version", NARROWS_VERSION}, {"command", "counterexample"},
          {"network", nullptr}, {"claim", arguments.claim},   {"verdict", to_string(Verdict::undecided)},
          {"reason", reason}};
}

/// Refuted only if the checker agrees.
Verdict verdict_of(const WrittenFiles& written) {
  return written.rejected.empty() ? Verdict::refuted : Verdict::undecided;
}
std::string reason_of(const Counterexample& found, const WrittenFiles& written) {
  return written.rejected.empty()
             ? counterexample_finding(found)
             : fmt::format("{} (found: {})", written.rejected.front(), counterexample_finding(found));
}

Json found_json(const CounterexampleArguments& arguments, const Counterexample& found,
                const WrittenFiles& written) {
  LoadedNetwork loaded;
  loaded.network = found.network;
  loaded.file = written.network;
  loaded.sha256 = written.sha256;
  Json answer = json_header("counterexample", loaded);
  answer["claim"] = arguments.claim;
  answer["statement"] = refutable_claim(found.claim).statement;
  answer["verdict"] = to_string(verdict_of(written));
  answer["reason"] = reason_of(found, written);
  answer["blocks"] = found.candidate.family.blocks;
  answer["neurons"] = found.candidate.family.neurons;
  answer["weight_bits"] = weight_bits(found.candidate);
  answer["nonzero_weights"] = nonzero_weights(found.candidate);
  answer["ratio"] =
      found.candidate.family.residual ? Json(to_text(found.candidate.family.ratio)) : Json(nullptr);
  answer["network_file"] =
      arguments.files.networks.empty() ? Json(nullptr) : Json(arguments.files.networks.front());
  answer["certificates"] = written.certificates;
  return answer;
}

void print_found(const Counterexample& found, const SearchReport& report, const WrittenFiles& written,
                 double seconds) {
  const Family& family = found.candidate.family;
  fmt::print("{}: {} ({:.3f} s)\n  {}\n", to_string(verdict_of(written)),
             refutable_claim(found.claim).statement, seconds, reason_of(found, written));
  if (const std::string sampled = counterexample_sampled(found); !sampled.empty())
    fmt::print("  {} (sampled, no proof)\n", sampled);
  const std::string part = std::string(family.shared ? "equal " : "") + (family.residual ? "block" : "layer");
  fmt::print("  {}, {} of {}, {} of at most {}{}\n", counted(family.dim, "input"), counted(family.blocks, part),
             counted(family.neurons, "neuron"), counted(nonzero_weights(found.candidate), "nonzero weight"),
             counted(static_cast<std::size_t>(weight_bits(found.candidate)), "bit"),
             family.residual ? ", channel ratio " + to_text(family.ratio) : "");
  fmt::print(
      "  the simplest of {} found after {}, {} of them in reach of a contradiction, and {}; {}\n",
      report.finds, counted(report.starts, "random start"), report.minima, counted(report.exact, "exact test"),
      written.rejected.empty() ? "the checker accepts every certificate" : "not certified");
  for (const std::string& file : written.all) fmt::print("  wrote {}\n", file);
}

/// A line on the terminal, drawn anew now and then; nothing elsewhere.
class SearchLine {
 public:
  explicit SearchLine(const CounterexampleArguments& arguments)
      : wanted_(!arguments.quiet && isatty(STDERR_FILENO) != 0),
        finds_(arguments.finds),
        budget_(arguments.timeout.value_or(kDefaultSeconds)) {}
  ~SearchLine() {
    if (drawn_) std::cerr << "\r\033[K" << std::flush;
  }
  SearchLine(const SearchLine&) = delete;
  SearchLine& operator=(const SearchLine&) = delete;
  void draw(const SearchReport& so_far) {
    const auto now = std::chrono::steady_clock::now();
    if (!wanted_ || now - last_ < std::chrono::milliseconds(200)) return;
    last_ = now;
    drawn_ = true;
    const double left = std::max(0.0, budget_ - std::chrono::duration<double>(now - start_).count());
    std::cerr << fmt::format(
                     "\r{} of {} found; {} starts, {} in reach, {} exact tests; at most {:.0f} s left \033[K",
                     so_far.finds, finds_, so_far.starts, so_far.minima, so_far.exact, left)
              << std::flush;
  }

 private:
  bool wanted_, drawn_ = false;
  std::size_t finds_;
  double budget_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now(), last_ = start_;
};

SearchReport search(const Goal& goal, const CounterexampleArguments& arguments) {
  SearchLine line(arguments);
  return find_counterexample(goal, [&](const SearchReport& so_far) { line.draw(so_far); });
}

int run(const CounterexampleArguments& given) {
  CounterexampleArguments arguments = given;
  if (arguments.list) {
    print_list(arguments.json);
    return static_cast<int>(ExitCode::proved);
  }
  const auto start = std::chrono::steady_clock::now();
  const auto goal = make_goal(request_of(arguments));
  if (!arguments.stem.empty()) arguments.files.add_stem(arguments.stem, goal->request());
  arguments.files.require_writable(goal->request());
  const SearchReport report = search(*goal, arguments);
  const auto seconds = [&start] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  Json answer;
  WrittenFiles written;
  if (report.found) {
    written = arguments.files.write(*report.found);
    answer = found_json(arguments, *report.found, written);
  } else {
    answer = none_json(
        arguments,
        fmt::format("no counterexample was found within the budget ({} random starts)", report.starts));
  }
  answer["search"] = search_json(arguments, report);
  answer["seconds"] = seconds();
  answer["certificate"] = written.certificates.empty() ? Json(nullptr) : Json(written.certificates.front());
  if (!arguments.quiet)
    for (const std::string& text : written.notes) std::cerr << "narrows: " << text << "\n";
  if (arguments.json)
    print_json(answer);
  else if (report.found)
    print_found(*report.found, report, written, seconds());
  else
    fmt::print("undecided: {} ({:.3f} s); try another --seed, more --bits, --depth or --timeout\n",
               answer["reason"].get<std::string>(), seconds());
  return exit_code_of(report.found ? verdict_of(written) : Verdict::undecided);
}

}  // namespace

void add_counterexample(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<CounterexampleArguments>();
  CLI::App* command = program->add_subcommand(
      "counterexample", "find a small network that refutes a claim, and prove that it does");
  command->add_option("CLAIM", arguments->claim, "one of the claims of --list");
  command->add_flag("--list", arguments->list, "print the claims and what refutes them");
  command->add_option("--dimension", arguments->dimension, "inputs d (2)")->check(CLI::Range(1, 6));
  command->add_option("--width", arguments->width, "neurons in a block (d)")->check(CLI::Range(1, 8));
  command->add_option("--depth", arguments->depth, "at most N blocks; for ode-regime exactly (16)")
      ->check(CLI::Range(1, 64));
  command->add_option("--activation", arguments->activation,
                      "tanh, sigmoid, softplus, arctan, sin, silu or gelu; clarke: relu or leaky_relu");
  command
      ->add_option("--bits", arguments->bits,
                   "bits of a weight, its sign included, up to a power of two for each matrix and vector")
      ->check(CLI::Range(2, 16))
      ->capture_default_str();
  command
      ->add_option("--ratio", arguments->ratio,
                   "the channel ratio δ/ε is chosen in LO:HI, as simple as possible (1)")
      ->type_name("LO:HI");
  command->add_option("--value-error", arguments->value_error, "value-error: the error of the values (1/100)")
      ->type_name("E");
  arguments->files.add(command);
  command->add_option("--stem", arguments->stem,
                      "write everything: STEM.json, STEM.onnx, STEM.cert.json, STEM.svg (at most two "
                      "inputs), STEM.md and STEM.tex");
  command->add_flag("--json", arguments->json, "print one JSON object on standard output and nothing else");
  command->add_flag("--quiet", arguments->quiet, "no notes on standard error");
  command->add_option("--timeout", arguments->timeout, "stop after SECONDS (60)")
      ->type_name("SECONDS")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--threads", arguments->threads, "accepted like everywhere; this command uses one")
      ->check(CLI::Range(1, 1024));
  command->add_option("--finds", arguments->finds, "look for N counterexamples and keep the simplest")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--seed", arguments->seed, "of the random starts; the same seed gives the same network")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->footer(
      "Exit code: 1 refuted (a counterexample is found and certified), 2 none was found within the budget.\n"
      "Some claims take several certificates: FILE, and beside it FILE.below.…, FILE.ratios.…, FILE.curve.… "
      "or FILE.error.…\n\nExamples:\n"
      "  narrows counterexample --list\n  narrows counterexample lipschitz-ratio --stem out/lipschitz\n"
      "  narrows counterexample ode-regime --depth 32 --seed 7 -o euler.json --certificate euler.cert.json\n"
      "  narrows counterexample value-error --value-error 1/1000 --dimension 1 --statement steep.tex");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
