// A registered theorem: its statement, the numbers in it, and the instances that put it to the test.
// The file format is proofs/README.md.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "theorems/formula.hpp"

namespace narrows::theorems {

/// What an instance shows: the theorem at work; that a dropped hypothesis breaks the claim; that a careless reading would prove something wrong.
enum class InstanceKind { positive, negative, trap };

/// A number worth remembering: compared with the stored one by --regress.
struct Figure {
  std::string name;
  Formula value;
  Rational tolerance;  ///< relative
};

/// A network drawn from a seed; weights are multiples of 1/64 of absolute value at most `size`.
struct RandomNetwork {
  std::string kind;  ///< "resnet" or "mlp"
  std::string activation = "tanh";
  std::size_t input_dim = 2;
  std::size_t layers = 2;   ///< blocks of a resnet, hidden layers of an mlp
  std::size_t neurons = 2;  ///< in a branch of a resnet, in a hidden layer of an mlp
  Rational skip = 1, residual = 1, size = 1;
  std::uint64_t seed = 0;
};

/// The exit code of `expect = "decided"`: proved or refuted, which of them is for the checks to say.
inline constexpr int kDecided = -1;

struct Instance {
  std::string name;  ///< unique in its theorem: letters, digits, - _ . =
  InstanceKind kind = InstanceKind::positive;
  std::string why;    ///< what it shows, in words
  std::string drops;  ///< negative: the hypothesis that does not hold
  bool quick = false;
  std::string network;  ///< a path from the project's folder, a narrows-network/1 document, or empty
  std::optional<RandomNetwork> random;
  std::vector<std::pair<std::string, std::string>>
      files;                          ///< written into the scratch folder first: name, contents
  std::vector<std::string> commands;  ///< `narrows` is left out
  std::vector<int> exits;             ///< expected, one per command
  std::string expect;                 ///< the verdict word of the last command
  std::vector<std::string> claims;  ///< that the certificates prove, in the order of their names; empty: any
  bool same_network = true;         ///< certificates must embed the instance's network
  std::vector<Formula> checks;
  std::vector<Figure> figures;
  Scope variables;  ///< the instance's values of `with`
  double timeout = 120;
};

struct Statement {
  std::string id;  ///< "tunnel/T2"
  std::string file;
  std::string title, statement, formula, source;
  std::vector<std::string> hypotheses;
  std::string status;              ///< "coq", "paper" or "cited"
  std::vector<std::string> coq;    ///< theorems of proofs/coq/theorems.txt
  std::vector<std::string> rules;  ///< checker rules: stems of src/checker/rules
  Scope constants;
  std::vector<Instance> instances;
};

[[nodiscard]] const char* to_text(InstanceKind kind);

/// All theorem files of `folder`/PAPER/*.toml, in the order of their names, T2 before T10.
/// Errors  InputError naming file, line and key; exit code 66 if there is none.
[[nodiscard]] std::vector<Statement> read_registry(const std::string& folder);

}  // namespace narrows::theorems
