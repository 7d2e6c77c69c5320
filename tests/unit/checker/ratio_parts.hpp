// Certificates of the kind channel-ratios for the tests of their rules.
#pragma once

#include <string>
#include <vector>

#include "support.hpp"

namespace narrows::checker::test {

struct RatioParts {
  std::string model;
  std::vector<std::string> steps;
  std::vector<std::string> words;  ///< one per layer
  std::string verdict = "proved";
  std::string domain = R"({"type": "space"})";
  std::string factor = "null";
};

/// "ACCEPTED", or "rule reason" of the rejection.
inline std::string verdict_of(const RatioParts& p) {
  const auto joined = [](const std::vector<std::string>& list, const std::string& quote) {
    std::string text;
    for (const std::string& item : list) text += (text.empty() ? "" : ", ") + quote + item + quote;
    return text;
  };
  return short_verdict(check(certificate(R"({"kind": "channel-ratios", "verdict": ")" + p.verdict + R"(", "domain": )" + p.domain + R"(, "layers": [)" +
                                             joined(p.words, "\"") + R"(], "max_uniform_factor": )" + p.factor + "}",
                                         p.model, R"({"ratios": [)" + joined(p.steps, "") + "]}")));
}

/// {"layer": 1, "at": AT, "test": TEST, MORE}
inline std::string step(const std::string& at, const std::string& test, const std::string& more = "") {
  return "{\"layer\": 1, \"at\": \"" + at + "\", \"test\": \"" + test + "\"" + (more.empty() ? "" : ", ") + more + "}";
}

/// One layer, one step; words "" : what a proof at `at` gives.
inline std::string verdict_for_step(const std::string& layer, std::size_t d, const std::string& at, const std::string& test,
                                    const std::string& more = "") {
  RatioParts p;
  p.model = model(d, layer);
  p.steps = {step(at, test, more)};
  const bool fails = test == "vertex" || test == "fails";
  if (at == "present") {
    p.words = {fails ? "not-regular" : "regular"};
    p.verdict = fails ? "refuted" : "proved";
  } else {
    p.words = {"undecided critical " + (at == "infinity" ? "infinite" : fails ? "[0," + at + "]" : "[" + at + ",?]")};
    p.verdict = "undecided";
  }
  return verdict_of(p);
}

/// x + δ W̃ σ(W x), W = rows, W̃ = I of side n.
inline std::string outer_block(const std::string& rows, const std::string& function, const std::string& residual = "1",
                               std::size_t n = 2) {
  std::string bias = "0";
  for (std::size_t i = 1; i < n; ++i) bias += ", 0";
  return R"({"type": "residual", "skip": 1, "residual": )" + residual + R"(, "branch": [{"type": "affine", "weight": )" + rows +
         ", \"bias\": [" + bias + R"(]}, {"type": "activation", "function": )" + function + "}]}";
}

}  // namespace narrows::checker::test
