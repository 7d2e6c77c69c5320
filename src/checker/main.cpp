// narrows-check: checks certificates, and nothing else.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "checker/check.hpp"

namespace {

constexpr int exit_accepted = 0, exit_rejected = 1, exit_usage = 64, exit_unreadable = 66;

constexpr const char* help_text = R"(narrows-check: checks certificates in the format narrows-certificate/1

usage: narrows-check [options] CERTIFICATE...

  CERTIFICATE      a certificate file, or - for standard input
  --network FILE   the network must be the one in FILE: a .json file is compared number by number with the embedded
                   model, any other file by its SHA-256
  --claim TEXT     the certificate must prove exactly this claim line
  --print-claim    print the claim line of an accepted certificate after its outcome
  --help, --version

One line per certificate: ACCEPTED, or REJECTED step rule reason got expected; after "FILE: " if there are several.
exit code: 0 all accepted, 1 any rejected, 64 usage error, 66 a file cannot be read

examples:
  narrows-check saddle.cert.json
  narrows-check --network saddle.onnx --print-claim saddle.cert.json
  narrows-check --claim "no-critical-points proved on R^2 output 0: 0 critical points, complete" net.cert.json
  zcat big.cert.json.gz | narrows-check -
)";

struct Arguments {
  std::vector<std::string> certificates;
  std::optional<std::string> network, claim;
  bool print_claim = false, help = false, version = false;
};

/// The arguments, or nothing if they are wrong.
std::optional<Arguments> parse_arguments(const std::vector<std::string>& words) {
  Arguments a;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool takes_value = word == "--network" || word == "--claim";
    if (takes_value) {
      auto& target = word == "--network" ? a.network : a.claim;
      if (i + 1 == words.size() || target) return std::nullopt;
      target = words[++i];
    } else if (word == "--print-claim") {
      a.print_claim = true;
    } else if (word == "--help") {
      a.help = true;
    } else if (word == "--version") {
      a.version = true;
    } else if (word.size() > 1 && word[0] == '-') {
      return std::nullopt;
    } else {
      a.certificates.push_back(word);
    }
  }
  return a;
}

std::optional<std::string> read_file(const std::string& name) {
  const auto slurp = [](std::istream& in) -> std::optional<std::string> {
    std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (in.bad()) return std::nullopt;
    return bytes;
  };
  if (name == "-") return slurp(std::cin);
  std::ifstream in(name, std::ios::binary);
  if (!in || in.peek() == std::ifstream::traits_type::eof()) {
    if (in.is_open() && in.eof() && !in.bad()) return std::string();
    return std::nullopt;
  }
  return slurp(in);
}

int run(const Arguments& a) {
  using namespace narrows::checker;
  Options options;
  std::optional<std::string> network;
  if (a.network) {
    network = read_file(*a.network);
    if (!network) {
      std::cerr << "narrows-check: cannot read " << *a.network << '\n';
      return exit_unreadable;
    }
    options.network = *network;
    options.network_is_json = a.network->ends_with(".json");
  }
  if (a.claim) options.claim = *a.claim;

  int result = exit_accepted;
  for (const std::string& name : a.certificates) {
    const auto bytes = read_file(name);
    if (!bytes) {
      std::cerr << "narrows-check: cannot read " << name << '\n';
      return exit_unreadable;
    }
    const Outcome outcome = check(*bytes, options);
    const std::string prefix = a.certificates.size() > 1 ? name + ": " : "";
    std::cout << prefix << outcome_line(outcome) << '\n';
    if (outcome.accepted() && a.print_claim) std::cout << prefix << outcome.claim << '\n';
    if (!outcome.accepted()) result = exit_rejected;
  }
  return result;
}

}  // namespace

int main(int argc, char** argv) try {
  const auto arguments = parse_arguments({argv + 1, argv + argc});
  if (arguments && arguments->help) {
    std::cout << help_text;
    return exit_accepted;
  }
  if (arguments && arguments->version) {
    std::cout << "narrows-check " NARROWS_CHECKER_VERSION " (narrows-certificate/1)\n";
    return exit_accepted;
  }
  if (!arguments || arguments->certificates.empty()) {
    std::cerr << "narrows-check: wrong arguments; try narrows-check --help\n";
    return exit_usage;
  }
  const int result = run(*arguments);
  std::cout.flush();
  return std::cout ? result : exit_rejected;
} catch (const std::exception& e) {
  std::fprintf(stderr, "narrows-check: %s\n", e.what());
  return exit_unreadable;
}
