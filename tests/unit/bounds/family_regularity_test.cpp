#include <catch2/catch.hpp>

#include "bounds/family_regularity.hpp"
#include "critical/global_regularity.hpp"
#include "families.hpp"

using namespace narrows;
using namespace narrows::test;

TEST_CASE("bounds: the one-neuron family is regular exactly below its critical ratio") {
  // εx + δ v tanh(wx): ε + δ v w σ' > 0 for all σ' in (0, 1] iff ε + δ min(0, v w) > 0 (T9).
  const FamilyRegularity regularity(one_neuron(2, -1));
  CHECK(regularity.regular_by_ratios({{1, 1.5}, {0.1, 0.49}}));
  CHECK(regularity.regular_by_vertices({{1, 1.5}, {0.1, 0.49}}));
  CHECK_FALSE(regularity.regular_by_ratios({{1, 1.5}, {0.1, 0.5}}));   // equality: a degenerate critical point at 0
  CHECK_FALSE(regularity.regular_by_vertices({{1, 1.5}, {0.1, 0.5}}));
  CHECK_FALSE(regularity.regular_by_vertices({{0, 1}, {0, 1}}));
  CHECK_FALSE(regularity.regular_by_ratios({{-1, -0.5}, {0.1, 0.2}}));
  CHECK(regularity.regular_by_vertices({{-2, -1}, {0.1, 3}}));         // both terms negative
  CHECK(regularity.regular_by_vertices({{0, 0.125}, {1, 2}}) == false);
  CHECK(FamilyRegularity(one_neuron(2, 1)).regular_by_vertices({{0, 1}, {0.5, 1}}));  // ε = 0 included: σ' > 0
  CHECK_FALSE(FamilyRegularity(one_neuron(2, 1)).regular_by_vertices({{0, 1}, {0, 1}}));
}

TEST_CASE("bounds: cells proved regular agree with the exact test of their members") {
  std::mt19937_64 source(3);
  for (const char* name : {"circ_res6_m03", "circ_res6_noin_m08", "circ_res6_bn_m08", "circ_res6_softplus_m03", "x2_L2_s2_r1_m04"}) {
    const Chain family = family_chain(trained_chain(name), FamilyType::scaled);
    const FamilyRegularity regularity(family);
    std::size_t proved = 0;
    for (int n = 0; n < 60; ++n) {
      const ParameterCell cell = random_cell(source);
      if (!regularity.regular_by_ratios(cell) && !regularity.regular_by_vertices(cell)) continue;
      ++proved;
      for (int k = 0; k < 3; ++k) {
        const Chain member = member_at(family, rational_exact(uniform(source, cell.skip.lower(), cell.skip.upper())), rational_exact(uniform(source, cell.residual.lower(), cell.residual.upper())));
        for (const RegularityTest test : prove_layers_regular(member)) CHECK(test != RegularityTest::none);
      }
    }
    INFO(name);
    CHECK(proved > 0);
  }
}
