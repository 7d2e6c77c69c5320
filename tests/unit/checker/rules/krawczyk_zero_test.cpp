#include "support.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

/// Φ = x - 1.5·tanh(x), critical points ±0.658478948462408…
std::string verdict_for(const std::string& zero, const std::string& residual = "-1.5",
                        const std::string& function = "\"tanh\"") {
  Parts p;
  p.model = model(1, scalar_block("1", residual, function));
  p.verdict = "refuted";
  p.complete = "false";
  p.points = R"([{"box": [[-1, 1]], "value": [-9, 9], "morse_index": null, "in_domain": "inside"}])";
  p.proof = "{\"zeros\": [" + zero + "]}";
  return verdict_of(p);
}

std::string zero(const std::string& box, const std::string& enclosure, int prefix = 0) {
  return "{\"prefix\": " + std::to_string(prefix) + ", \"box\": [" + box + "], \"enclosure\": [" + enclosure + "]}";
}

}  // namespace

TEST_CASE("checker: krawczyk-zero accepts an enclosed simple zero") {
  CHECK(verdict_for(zero("[0.5, 0.8]", "[0.6584789484, 0.6584789486]")) == "ACCEPTED");
  CHECK(verdict_for(zero("[-0.8, -0.5]", "[-0.6584789486, -0.6584789484]")) == "ACCEPTED");
  CHECK(verdict_for(zero("[0.65, 0.67]", "[0.65, 0.67]")) == "ACCEPTED");
  // Two neighbouring doubles round the zero.
  CHECK(verdict_for(zero("[0.6, 0.7]", "[0.658478948462408, 0.6584789484624088]")) == "ACCEPTED");
}

TEST_CASE("checker: krawczyk-zero rejects an enclosure without the zero") {
  CHECK(verdict_for(zero("[0.5, 0.8]", "[0.6584789486, 0.6584789488]")) == "krawczyk-zero not-proved");
  CHECK(verdict_for(zero("[0.5, 0.8]", "[0.7, 0.75]")) == "krawczyk-zero not-proved");
  CHECK(verdict_for(zero("[0.5, 0.8]", "[0.6584789484, 0.6584789484]")) == "krawczyk-zero not-proved");
}

TEST_CASE("checker: krawczyk-zero rejects a box that may hold two zeros") {
  CHECK(verdict_for(zero("[-0.8, 0.8]", "[0.6584789484, 0.6584789486]")) == "krawczyk-zero not-proved");
}

TEST_CASE("checker: krawczyk-zero rejects an enclosure that is not inside the box") {
  CHECK(verdict_for(zero("[0.5, 0.65]", "[0.6584789484, 0.6584789486]")) == "krawczyk-zero mismatch");
}

TEST_CASE("checker: krawczyk-zero rejects a degenerate zero") {
  CHECK(verdict_for(zero("[-0.1, 0.1]", "[-0.1, 0.1]"), "-1") == "krawczyk-zero not-proved");  // x - tanh x at 0
}

TEST_CASE("checker: krawczyk-zero needs a regular prefix and a smooth network") {
  CHECK(verdict_for(zero("[0.5, 0.8]", "[0.6584789484, 0.6584789486]", 1)) == "krawczyk-zero not-proved");
  CHECK(verdict_for(zero("[0.5, 0.8]", "[0.6, 0.7]"), "-1.5", "\"elu\"") == "krawczyk-zero inapplicable");
  CHECK(verdict_for(zero("[0.5, 0.8]", "[0.6, 0.7]", 3)) == "document out-of-range");
}

TEST_CASE("checker: krawczyk-zero rejects two entries whose enclosures meet") {
  const std::string one = zero("[0.5, 0.8]", "[0.6584789484, 0.6584789486]");
  CHECK(verdict_for(one + ", " + one) == "krawczyk-zero mismatch");
}
