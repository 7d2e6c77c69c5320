// Any bytes: the checker answers, in one line, without throwing or crashing; what it accepts it accepts again under the
// claim line that it derived, and under no other.
#include "checker/check.hpp"
#include "fuzz_target.hpp"

using namespace narrows::checker;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome outcome = check(bytes);
  fuzz_require(outcome_line(outcome).find('\n') == std::string::npos, "the outcome is one line");
  fuzz_require(outcome.accepted() != outcome.claim.empty(), "exactly accepted certificates have a claim line");
  if (!outcome.accepted()) return 0;
  Options options;
  options.claim = outcome.claim;
  fuzz_require(check(bytes, options).accepted(), "the derived claim is accepted");
  const std::string other = outcome.claim + " ";
  options.claim = other;
  fuzz_require(!check(bytes, options).accepted(), "another claim is rejected");
  return 0;
}

std::vector<std::string> fuzz_seeds() { return {}; }

std::string fuzz_extension() { return ".cert"; }
