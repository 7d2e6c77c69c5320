// Broken proofs and overstated claims: changes that certainly destroy the proof are rejected, all others are rejected or leave a
// claim that is true.
#include <algorithm>
#include <catch2/catch.hpp>
#include <iostream>

#include "proof_mutants.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;

TEST_CASE("every change that certainly breaks a proof or overstates its claim is rejected", "[structure]") {
  std::size_t count = 0;
  for (const Specimen& specimen : specimens()) {
    for (const Mutant& mutant : proof_mutants(specimen.certificate)) {
      ++count;
      INFO(specimen.name << ": " << mutant.what);
      CHECK_THAT(check_line(mutant.text), Catch::StartsWith("REJECTED"));
    }
  }
  std::cout << count << " certainly invalid certificates\n";
  CHECK(count > 1000);
}

namespace {

// A random node of a document, reached by walking down.
Document* random_node(Document* node, RandomCases* random) {
  while (node->is_structured() && !node->empty() && random->integer(0, 3) != 0) {
    auto child = node->begin();
    std::advance(child, random->integer(0, static_cast<int>(node->size()) - 1));
    node = &*child;
  }
  return node;
}

// A random change of a value: another type, a neighbouring or a distant number, a list with an element removed or repeated.
void change(Document* node, RandomCases* random) {
  static const Document others[] = {nullptr, true, false, 0, 1, -1, 2, 1e300, -0.5, "", "x", "1/3", Document::array(), Document::object()};
  const int kind = random->integer(0, 3);
  if (kind == 0 || (!node->is_number() && !node->is_array())) {
    *node = others[random->integer(0, static_cast<int>(std::size(others)) - 1)];
  } else if (node->is_number_integer()) {
    *node = node->get<int>() + (random->integer(0, 1) == 0 ? 1 : -1);
  } else if (node->is_number()) {
    const double x = node->get<double>();
    const double changed[] = {-x, 0.5 * x, 2 * x, x + 1e-3, x - 1e-3, std::nextafter(x, 10), std::nextafter(x, -10)};
    *node = changed[random->integer(0, static_cast<int>(std::size(changed)) - 1)];
  } else if (!node->empty()) {
    const auto at = node->begin() + random->integer(0, static_cast<int>(node->size()) - 1);
    if (kind == 1)
      node->erase(at);
    else if (kind == 2)
      node->insert(at, Document(*at));
    else
      std::iter_swap(at, node->begin());
  }
}

}  // namespace

TEST_CASE("a certificate with a random value of claim or proof replaced is rejected, or its claim is still true", "[mutation]") {
  RandomCases random(51);
  int mutants = 0, survivors = 0;
  for (const Specimen& specimen : specimens()) {
    for (int k = 0; k < cases(150, 5000); ++k) {
      Document document = specimen.certificate;
      change(random_node(&document[random.integer(0, 1) == 0 ? "claim" : "proof"], &random), &random);
      if (document == specimen.certificate) continue;
      ++mutants;
      if (!accepted(sealed(document))) continue;
      ++survivors;
      INFO(specimen.name << ": " << document["claim"].dump());
      CHECK(contradiction(document, specimen) == "");
    }
  }
  std::cout << mutants << " certificates with a changed value, " << survivors << " accepted, none with a false claim\n";
  CHECK(mutants > survivors);
}
