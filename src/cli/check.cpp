// narrows check: the trusted checker on certificates, plain or gzipped, with an exact comparison for ONNX networks.
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "base/version.hpp"
#include "checker/check.hpp"
#include "cli/common.hpp"
#include "cli/gzip.hpp"
#include "cli/subcommands.hpp"
#include "io/load.hpp"
#include "io/network_json.hpp"

namespace narrows::cli {
namespace {

struct CheckArguments {
  std::vector<std::string> certificates;
  std::string network;
  std::string claim;
  bool json = false;
};

checker::Outcome check_one(const std::string& bytes, const CheckArguments& arguments) {
  checker::Options options;
  if (!arguments.claim.empty()) options.claim = arguments.claim;
  if (arguments.network.empty()) return checker::check(bytes, options);
  const std::string network = read_file(arguments.network);
  const LoadedNetwork loaded = load_network(arguments.network);
  options.network = network;
  options.network_is_json = loaded.format == LoadedNetwork::Format::json;
  checker::Outcome outcome = checker::check(bytes, options);
  if (!outcome.accepted() || options.network_is_json) return outcome;
  // ONNX: the hash is the file's; now its lowered model must be the embedded one, number by number.
  const std::string lowered = network_to_json(loaded.network, true);
  options.network = lowered;
  options.network_is_json = true;
  return checker::check(bytes, options);
}

Json outcome_json(const std::string& file, const checker::Outcome& outcome) {
  Json answer{{"tool", "narrows"}, {"version", NARROWS_VERSION}, {"command", "check"}, {"certificate", file}, {"accepted", outcome.accepted()}};
  answer["claim"] = outcome.accepted() ? Json(outcome.claim) : Json(nullptr);
  if (const auto& rejected = outcome.rejected) {
    answer["step"] = rejected->step;
    answer["rule"] = rejected->rule;
    answer["reason"] = checker::name_of(rejected->reason);
    answer["got"] = rejected->got;
    answer["expected"] = rejected->expected;
  }
  return answer;
}

int run(const CheckArguments& arguments) {
  bool all = true;
  Json answers = Json::array();
  for (const std::string& file : arguments.certificates) {
    const checker::Outcome outcome = check_one(read_possibly_gzipped(file), arguments);
    all = all && outcome.accepted();
    if (arguments.json)
      answers.push_back(outcome_json(file, outcome));
    else
      fmt::print("{}: {}{}\n", file, checker::outcome_line(outcome), outcome.accepted() ? " " + outcome.claim : "");
  }
  if (arguments.json) print_json(answers.size() == 1 ? answers[0] : Json{{"accepted", all}, {"certificates", answers}});
  return static_cast<int>(all ? ExitCode::proved : ExitCode::refuted);
}

}  // namespace

void add_check(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<CheckArguments>();
  CLI::App* command = program->add_subcommand("check", "check certificates with the trusted checker");
  command->add_option("CERT", arguments->certificates, "certificate files (plain or .gz; - is standard input)")->required();
  command->add_option("--network", arguments->network, "the embedded network must be exactly the one in this file");
  command->add_option("--claim", arguments->claim, "the claim line that must have been proved");
  command->add_flag("--json", arguments->json, "print one JSON object on standard output and nothing else");
  command->footer("The stand-alone program narrows-check does the same without any other part of Narrows.\n\nExamples:\n  narrows check proof.json\n  narrows check proof.json --network net.onnx");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
