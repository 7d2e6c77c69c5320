// Wrong weights: whenever a certificate is accepted for another network than the one it was made for, its claim is true of
// that network, too.
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <iostream>

#include "io/network_json.hpp"
#include "specimens.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

void collect_numbers(Document& node, bool inside, std::vector<Document*>* numbers) {
  if (inside && node.is_number()) numbers->push_back(&node);
  if (node.is_array())
    for (Document& child : node) collect_numbers(child, inside, numbers);
  if (!node.is_object()) return;
  for (auto& [key, child] : node.items()) {
    const bool number = key == "weight" || key == "bias" || key == "scale" || key == "mean" || key == "variance" || key == "epsilon" ||
                        key == "skip" || key == "residual";
    collect_numbers(child, inside || number, numbers);
  }
}

// Flips one bit of one weight: mostly one that matters. False if that gave no other finite number.
bool flip_weight(Document* certificate, RandomCases* random) {
  std::vector<Document*> numbers;
  collect_numbers((*certificate)["network"]["model"], false, &numbers);
  Document& victim = *numbers[static_cast<std::size_t>(random->integer(0, static_cast<int>(numbers.size()) - 1))];
  const double before = victim.get<double>();
  const int bit = random->integer(0, 3) == 0 ? random->integer(0, 63) : random->integer(44, 63);
  const double after = std::bit_cast<double>(std::bit_cast<std::uint64_t>(before) ^ (std::uint64_t{1} << bit));
  if (!std::isfinite(after) || after == before) return false;
  victim = after;
  return true;
}

// Still a network at all, by the reader of narrows-network/1.
bool readable(const Document& certificate) {
  try {
    (void)parse_network_json(certificate.at("network").at("model").dump(), "mutant");
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace

TEST_CASE("no certificate is accepted for a network with one flipped bit that refutes it", "[weights]") {
  RandomCases random(41);
  int mutants = 0, survivors = 0;
  for (const Specimen& specimen : specimens()) {
    for (int k = 0; k < cases(60, 1000); ++k) {
      Document mutant = specimen.certificate;
      if (!flip_weight(&mutant, &random)) continue;
      ++mutants;
      const std::string text = sealed(mutant);
      INFO(specimen.name << ", mutant " << k);
      CHECK_FALSE(accepted(mutant.dump()));  // the digest of the unchanged model
      CHECK_FALSE(checker::check(text, {specimen.network_bytes, true, std::nullopt}).accepted());
      if (!accepted(text)) continue;
      ++survivors;
      REQUIRE(readable(mutant));
      CHECK(contradiction(mutant, specimen) == "");
    }
  }
  std::cout << mutants << " networks with a flipped bit, " << survivors << " certificates accepted, none refuted\n";
  CHECK(mutants >= cases(400, 8000));
  CHECK(survivors > 0);
}
