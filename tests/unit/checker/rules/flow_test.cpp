#include <catch2/catch.hpp>

#include "support.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

const std::string tanh_branch =
    R"([{"type": "affine", "weight": [[1.5, -2], [0.5, -1]], "bias": [0, 1]}, {"type": "activation", "function": "tanh"}])";

std::string ode(const std::string& keys) { return R"({"type": "ode", )" + keys + "}"; }

/// wᵀ·flow·x on the plane, proved layer by layer.
Parts plane(const std::string& layer, const std::string& test = "flow") {
  Parts p;
  p.model = model(2, layer + R"(, {"type": "affine", "weight": [[1, -0.5]], "bias": [0]})");
  p.proof = layers_proof({test, "rank"});
  return p;
}

std::string branch_of(const std::string& function) {
  return ode(R"("branch": [{"type": "activation", "function": )" + function + R"(}], "time": [0, 1])");
}

}  // namespace

TEST_CASE("checker: the flow of an ode layer is regular everywhere") {
  CHECK(verdict_of(plane(ode("\"branch\": " + tanh_branch + ", \"time\": [0, \"7/3\"]"))) == "ACCEPTED");
  CHECK(verdict_of(plane(ode("\"branches\": [" + tanh_branch + ", " + tanh_branch + "], \"time\": [0, 2]"))) == "ACCEPTED");
  for (const char* function : {"\"sin\"", "\"silu\"", "\"elu\"", R"("leaky_relu", "alpha": 1)"}) CHECK(verdict_of(plane(branch_of(function))) == "ACCEPTED");
  Parts p = plane(branch_of("\"sin\""));
  p.kind = "no-local-extremum";
  CHECK(verdict_of(p) == "ACCEPTED");
}

TEST_CASE("checker: flow is for ode layers only, and ode layers for no other rule") {
  CHECK(verdict_of(plane(R"({"type": "activation", "function": "tanh"})")) == "flow inapplicable");
  for (const char* rule : {"rank", "slope", "chain", "norm", "symmetric-part", "vertices"})
    CHECK(verdict_of(plane(branch_of("\"tanh\""), rule)) == std::string(rule) + " inapplicable");
}

TEST_CASE("checker: the right-hand side of an ode is differentiable and the layer complete") {
  for (const char* function : {"\"relu\"", R"("leaky_relu", "alpha": 0.5)", R"("elu", "alpha": 2)"})
    CHECK(verdict_of(plane(branch_of(function))) == "document inapplicable");
  const std::string with_branch = "\"branch\": " + tanh_branch;
  CHECK(verdict_of(plane(ode(with_branch + ", \"time\": [0, 0]"))) == "document out-of-range");
  CHECK(verdict_of(plane(ode(with_branch + ", \"time\": [0, -1]"))) == "document out-of-range");
  CHECK(verdict_of(plane(ode(with_branch + ", \"time\": [0.5, 1]"))) == "document out-of-range");
  CHECK(verdict_of(plane(ode(with_branch + ", \"time\": [0, 1, 2]"))) == "document mismatch");
  CHECK(verdict_of(plane(ode(with_branch))) == "document missing");
  CHECK(verdict_of(plane(ode("\"time\": [0, 1]"))) == "document unknown");
  CHECK(verdict_of(plane(ode(with_branch + ", \"branches\": [" + tanh_branch + "], \"time\": [0, 1]"))) == "document unknown");
  CHECK(verdict_of(plane(ode("\"branches\": [], \"time\": [0, 1]"))) == "document out-of-range");
  CHECK(verdict_of(plane(ode("\"branch\": [], \"time\": [0, 1]"))) == "document out-of-range");
  CHECK(verdict_of(plane(ode(R"("branch": [{"type": "affine", "weight": [[1, 1]], "bias": [0]}], "time": [0, 1])"))) == "document mismatch");
  CHECK(verdict_of(plane(ode("\"branch\": [" + branch_of("\"tanh\"") + "], \"time\": [0, 1]"))) == "document unknown");
  CHECK(verdict_of(plane(R"({"type": "residual", "skip": 1, "residual": 1, "branch": [)" + branch_of("\"tanh\"") + "]}")) == "document unknown");
}

TEST_CASE("checker: what would have to evaluate an ode layer rejects") {
  Parts p = plane(branch_of("\"tanh\""));
  p.domain = R"({"type": "box", "bounds": [[-1, 1], [-1, 1]]})";
  CHECK(verdict_of(p) == "ACCEPTED");  // regular layers need no values
  p.proof = R"({"layers": [{"layer": 1, "test": "flow"}], "tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "ACCEPTED");  // trees can evaluate it
  p.proof = R"({"zeros": [{"prefix": 0, "box": [[0, 1], [0, 1]], "enclosure": [[0, 1], [0, 1]]}]})";
  CHECK(verdict_of(p) == "ode inapplicable");

  const auto verdict_with = [&](const std::string& claim, const std::string& proof) { return short_verdict(check(certificate(claim, p.model, proof))); };
  const std::string output = R"("output": {"type": "component", "index": 0})", box = "\"domain\": " + p.domain;
  CHECK(verdict_with(R"({"kind": "level-set", "verdict": "undecided", "domain": {"type": "space"}, )" + output + R"(, "level": 0, "sets": {},
    "linear_regions": null, "affine_pieces": null, "linear_regions_in_domain": null})", "{}") == "piecewise-linear inapplicable");
  CHECK(verdict_with(R"({"kind": "regime-map", "verdict": "undecided", )" + box + ", " + output + R"(, "family": {"type": "shared", "skip": [1, 2], "residual": [0, 1]},
    "depth": 0, "area": {"none": "0", "exists": "0", "undecided": "1"}})", R"({"map": [["undecided"]]})") == "ode inapplicable");
  const std::string ratios = R"({"kind": "channel-ratios", "verdict": "proved", )" + box + R"(, "layers": ["regular", "regular"], "max_uniform_factor": null})";
  const auto steps = [](const std::string& test) {
    return R"({"ratios": [{"layer": 1, "at": "present", "test": )" + test + R"(}, {"layer": 2, "at": "present", "test": "rank"}]})";
  };
  CHECK(verdict_with(ratios, steps("\"flow\"")) == "ACCEPTED");
  CHECK(verdict_with(ratios, steps("\"reached\", \"depth\": 0")) == "ode inapplicable");
  CHECK(verdict_with(ratios, steps("\"fails\"")) == "fails inapplicable");
}

TEST_CASE("checker: an ode layer is compared with the network's file number by number") {
  const Parts p = plane(ode("\"branch\": " + tanh_branch + ", \"time\": [0, \"1/2\"]"));
  const auto verdict_for = [&](const std::string& layer) {
    const std::string file = plane(layer).model;
    Options options;
    options.network = file;
    options.network_is_json = true;
    return short_verdict(check(certificate(p), options));
  };
  CHECK(verdict_for(ode("\"branches\": [" + tanh_branch + "], \"time\": [0, 0.5]")) == "ACCEPTED");
  CHECK(verdict_for(ode("\"branch\": " + tanh_branch + ", \"time\": [0, 0.25]")) == "network mismatch");
  CHECK(verdict_for(ode("\"branches\": [" + tanh_branch + ", " + tanh_branch + "], \"time\": [0, 0.5]")) == "network mismatch");
}
