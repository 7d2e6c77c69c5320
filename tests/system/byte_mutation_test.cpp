// Broken text: truncations and flipped bits are rejected, or leave a certificate whose claim is still true.
#include <algorithm>
#include <catch2/catch.hpp>

#include "specimens.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

// The text around `at`, for the failure message.
std::string near(const std::string& text, std::size_t at) { return text.substr(at - std::min<std::size_t>(at, 30), 60); }

}  // namespace

TEST_CASE("every specimen is accepted before it is mutated", "[mutation]") {
  for (const Specimen& specimen : specimens()) {
    INFO(specimen.name);
    CHECK_THAT(check_line(sealed(specimen.certificate)), Catch::StartsWith("ACCEPTED"));
    CHECK_THAT(check_line(sealed(specimen.certificate), {specimen.network_bytes, true, std::nullopt}), Catch::StartsWith("ACCEPTED"));
    CHECK(contradiction(specimen.certificate, specimen, 25) == "");
  }
}

TEST_CASE("a truncated certificate is rejected", "[mutation]") {
  RandomCases random(31);
  for (const Specimen& specimen : specimens()) {
    const std::string text = sealed(specimen.certificate);
    for (int k = 0; k < cases(100, 2000); ++k) {
      const auto length = static_cast<std::size_t>(random.integer(0, static_cast<int>(text.size()) - 1));
      INFO(specimen.name << " cut after " << length << " of " << text.size() << " bytes");
      CHECK_FALSE(accepted(text.substr(0, length)));
    }
  }
}

TEST_CASE("a certificate with a flipped bit is rejected, or its claim is still true", "[mutation]") {
  RandomCases random(32);
  int accepted_count = 0;
  for (const Specimen& specimen : specimens()) {
    const std::string text = sealed(specimen.certificate);
    for (int k = 0; k < cases(100, 3000); ++k) {
      std::string mutant = text;
      const auto at = static_cast<std::size_t>(random.integer(0, static_cast<int>(text.size()) - 1));
      mutant[at] = static_cast<char>(mutant[at] ^ (1 << random.integer(0, 7)));
      if (!accepted(mutant)) continue;
      ++accepted_count;
      INFO(specimen.name << " at byte " << at << ": " << near(mutant, at));
      CHECK(contradiction(Document::parse(mutant), specimen) == "");
    }
  }
  INFO("bits in directions, boxes and ignored texts do not matter");
  CHECK(accepted_count > 0);
}

TEST_CASE("a certificate with two neighbouring digits swapped or a digit replaced is rejected, or its claim is still true", "[mutation]") {
  RandomCases random(33);
  for (const Specimen& specimen : specimens()) {
    const std::string text = sealed(specimen.certificate);
    for (int k = 0; k < cases(100, 3000); ++k) {
      std::string mutant = text;
      const auto at = static_cast<std::size_t>(random.integer(0, static_cast<int>(text.size()) - 2));
      if (std::isdigit(static_cast<unsigned char>(mutant[at])) == 0) continue;
      if (random.integer(0, 1) == 0)
        mutant[at] = static_cast<char>('0' + random.integer(0, 9));
      else
        std::swap(mutant[at], mutant[at + 1]);
      if (mutant == text || !accepted(mutant)) continue;
      INFO(specimen.name << " at byte " << at << ": " << near(mutant, at));
      CHECK(contradiction(Document::parse(mutant), specimen) == "");
    }
  }
}
