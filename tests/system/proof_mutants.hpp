// Mutants of a certificate that cannot be valid, whatever the arithmetic of the checker.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "specimens.hpp"

namespace narrows::test {

struct Mutant {
  std::string what;
  std::string text;
};

/// All that apply to this accepted, complete certificate. Scaling a direction, another split axis or a weaker claim are not
/// among them: they may leave a valid proof.
[[nodiscard]] std::vector<Mutant> proof_mutants(const Document& certificate);

using Edit = std::function<void(Document&)>;

// The mutants of one certificate, as they accumulate. The places named below are those of FORMAT.md.
class MutantList {
 public:
  explicit MutantList(const Document& original) : original_(original) {}

  void add(const std::string& what, const Edit& edit) {
    Document mutant = original_;
    edit(mutant);
    mutants_.push_back({what, sealed(mutant)});
  }
  void add_text(const std::string& what, const std::string& text) { mutants_.push_back({what, text}); }
  /// The first occurrence of `from` in the sealed text becomes `to`; skipped if there is none.
  void replace(const std::string& what, const std::string& from, const std::string& to) {
    std::string text = sealed(original_);
    const std::size_t at = text.find(from);
    if (at != std::string::npos) add_text(what, text.replace(at, from.size(), to));
  }

  /// The same for the number that follows `before`.
  void replace_number(const std::string& what, const std::string& before, const std::string& number) {
    std::string text = sealed(original_);
    const std::size_t found = text.find(before), at = found + before.size();
    if (found != std::string::npos) add_text(what, text.replace(at, text.find_first_of(",]", at) - at, number));
  }

  [[nodiscard]] const Document& claim() const { return original_.at("claim"); }
  [[nodiscard]] const Document& proof() const { return original_.at("proof"); }
  [[nodiscard]] bool has_tree() const { return proof().contains("tree"); }
  [[nodiscard]] std::size_t dim() const { return original_.at("network").at("model").at("input_dim"); }
  [[nodiscard]] const Document& original() const { return original_; }
  std::vector<Mutant> take() { return std::move(mutants_); }

 private:
  const Document& original_;
  std::vector<Mutant> mutants_;
};

/// Text, keys, claim: claim_mutants.cpp. Tree, zeros, layers, core, reduction: proof_mutants.cpp.
void add_text_mutants(MutantList* all);
void add_claim_mutants(MutantList* all);

}  // namespace narrows::test
