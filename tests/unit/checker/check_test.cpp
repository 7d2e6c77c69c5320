#include "checker/check.hpp"

#include <catch2/catch.hpp>
#include <cfenv>

#include "checker/sha256.hpp"
#include "support.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

Parts small() {
  Parts p;
  p.model = model(1, scalar_block("1", "0.5", "\"tanh\""));
  p.proof = layers_proof({"norm", "rank"});
  return p;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string verdict_of_bytes(const std::string& bytes, const Options& options = {}) {
  const Outcome outcome = check(bytes, options);
  return outcome.accepted() ? "ACCEPTED" : outcome.rejected->rule + ' ' + name_of(outcome.rejected->reason);
}

}  // namespace

TEST_CASE("checker: a small certificate is accepted and its claim derived") {
  const Outcome outcome = check(certificate(small()));
  REQUIRE(outcome.accepted());
  CHECK(outcome_line(outcome) == "ACCEPTED");
  CHECK(outcome.claim == "no-critical-points proved on R^1 output 0: 0 critical points, complete");
  CHECK(std::fegetround() == FE_TONEAREST);
}

TEST_CASE("checker: all layers must be there for a claim on all of space") {
  Parts p = small();
  p.proof = layers_proof({"norm"});
  CHECK(verdict_of(p) == "conclusion incomplete");
  p.proof = "{}";
  CHECK(verdict_of(p) == "conclusion incomplete");
  p.complete = "false";
  CHECK(verdict_of(p) == "conclusion not-proved");
  p.proof = R"({"layers": [{"layer": 1, "test": "norm"}, {"layer": 1, "test": "vertices"}]})";
  CHECK(verdict_of(p) == "document mismatch");
  p.proof = R"({"layers": [{"layer": 3, "test": "norm"}]})";
  CHECK(verdict_of(p) == "document out-of-range");
  p.proof = R"({"layers": [{"layer": 1, "test": "faith"}]})";
  CHECK(verdict_of(p) == "document unknown");
}

TEST_CASE("checker: unknown, missing and mistyped keys are rejected, except inside the note") {
  const std::string good = certificate(small());
  CHECK(verdict_of_bytes(replaced(good, "\"tool\": \"test\"", R"("tool": "x", "note": {"any": [1, "thing"]})")) ==
        "ACCEPTED");
  CHECK(verdict_of_bytes(replaced(good, "\"tool\": \"test\"", R"("tool": "x", "extra": 1)")) == "document unknown");
  CHECK(verdict_of_bytes(replaced(good, "\"tool\": \"test\"", R"("tool": 1)")) == "document wrong-type");
  CHECK(verdict_of_bytes(replaced(good, "\"tool\": \"test\",", "")) == "document missing");
  CHECK(verdict_of_bytes(replaced(good, "\"complete\": true, ", "")) == "document missing");
  CHECK(verdict_of_bytes(replaced(good, "\"complete\": true", "\"complete\": 1")) == "document wrong-type");
  CHECK(verdict_of_bytes(replaced(good, "certificate/1", "certificate/2")) == "document mismatch");
  CHECK(verdict_of_bytes(replaced(good, "\"proof\": {", "\"proof\": {\"trust\": true, ")) == "document unknown");
  CHECK(verdict_of_bytes(replaced(good, "{\"type\": \"space\"}", "{\"type\": \"space\", \"radius\": 1}")) == "document unknown");
  CHECK(verdict_of_bytes(replaced(good, "\"index\": 0", "\"index\": 1")) == "document out-of-range");
}

TEST_CASE("checker: the model's hash must be that of its bytes") {
  const std::string good = certificate(small());
  CHECK(verdict_of_bytes(replaced(good, "\"residual\": 0.5", "\"residual\": 0.6")) == "hash mismatch");
  CHECK(verdict_of_bytes(replaced(good, "\"residual\": 0.5", "\"residual\":  0.5")) == "hash mismatch");
  CHECK(verdict_of_bytes(replaced(good, "\"model_sha256\": \"", "\"model_sha256\": \"A")) == "document wrong-type");
}

TEST_CASE("checker: the network file is compared number by number or by hash") {
  const std::string good = certificate(small());
  Options options;
  options.network_is_json = true;
  const std::string same = replaced(replaced(small().model, "0.5", "\"1/2\""), "{", "{ \"name\": \"n\", ");
  options.network = same;
  CHECK(verdict_of_bytes(good, options) == "ACCEPTED");
  const std::string other = replaced(small().model, "0.5", "0.5000000000000001");
  options.network = other;
  CHECK(verdict_of_bytes(good, options) == "network mismatch");
  options.network = "";
  CHECK(verdict_of_bytes(good, options) == "json syntax");
  options.network_is_json = false;
  const std::string onnx = "binary";
  options.network = onnx;
  CHECK(verdict_of_bytes(good, options) == "hash mismatch");
  CHECK(verdict_of_bytes(replaced(good, std::string(64, '0'), sha256_hex(onnx)), options) == "ACCEPTED");
}

TEST_CASE("checker: the claim text must be the derived one") {
  Options options;
  options.claim = "no-critical-points proved on R^1 output 0: 0 critical points, complete";
  CHECK(verdict_of_bytes(certificate(small()), options) == "ACCEPTED");
  options.claim = "no-critical-points proved on R^2 output 0: 0 critical points, complete";
  CHECK(verdict_of_bytes(certificate(small()), options) == "claim-text mismatch");
  options.claim = "";
  CHECK(verdict_of_bytes(certificate(small()), options) == "claim-text mismatch");
}

TEST_CASE("checker: outputs are folded into the chain and a final sigmoid is dropped") {
  // Two outputs (x, x + tanh x): each is regular, their margin -tanh(x) too, but output 1 - 0 of equal rows is not.
  const std::string two = R"({"type": "affine", "weight": [[1, 1], [1, 1]], "bias": [0, 1]})";
  Parts p;
  p.model = model(2, two);
  p.proof = layers_proof({"rank"});
  p.output = R"({"type": "component", "index": 1})";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.output = R"({"type": "margin", "indices": [0, 1]})";
  CHECK(verdict_of(p) == "rank not-proved");  // a constant margin
  p.output = R"({"type": "margin", "indices": [1, 1]})";
  CHECK(verdict_of(p) == "document out-of-range");
  p.output = R"({"type": "margin", "indices": [0, 2]})";
  CHECK(verdict_of(p) == "document out-of-range");

  const std::string sigmoid = R"(, {"type": "activation", "function": "sigmoid"})";
  p.model = model(2, two + sigmoid);
  p.output = R"({"type": "component", "index": 1})";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.output = R"({"type": "margin", "indices": [0, 1]})";
  CHECK(verdict_of(p) == "document inapplicable");
}

TEST_CASE("checker: batch_norm needs a positive variance and layers must fit") {
  Parts p;
  const auto norm = [](const std::string& v, const std::string& e) {
    return R"({"type": "batch_norm", "scale": [1], "bias": [0], "mean": [0], "variance": [)" + v + R"(], "epsilon": )" + e + "}";
  };
  p.proof = layers_proof({"slope", "rank"});
  p.model = model(1, norm("-1", "1.5"));
  CHECK(verdict_of(p) == "ACCEPTED");
  p.model = model(1, norm("-1", "1"));
  CHECK(verdict_of(p) == "document out-of-range");
  p.model = model(2, norm("1", "1"));
  CHECK(verdict_of(p) == "document mismatch");
  p.model = model(1, R"({"type": "affine", "weight": [[1, 2]], "bias": [0]})");
  CHECK(verdict_of(p) == "document mismatch");
  p.model = model(1, R"({"type": "residual", "skip": 1, "residual": 1, "branch": []})");
  CHECK(verdict_of(p) == "document out-of-range");
  p.model = model(1, R"({"type": "activation", "function": "tanh", "alpha": 1})");
  CHECK(verdict_of(p) == "document inapplicable");
  p.model = model(1, R"({"type": "activation", "function": "elu", "alpha": 0})");
  CHECK(verdict_of(p) == "document out-of-range");
  p.model = model(1, R"({"type": "affine", "weight": [["1e5"]], "bias": [0]})");
  CHECK(verdict_of(p) == "document wrong-type");
}

TEST_CASE("checker: an outcome line has five fields, quoted if they hold blanks") {
  Outcome outcome;
  outcome.rejected = Rejected{"tree[17]", "direction-sign", Reason::not_proved, "test \"failed\"\n", ""};
  CHECK(outcome_line(outcome) == "REJECTED tree[17] direction-sign not-proved \"test ?failed??\" \"\"");
}
