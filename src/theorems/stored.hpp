// The regression store: what an earlier version found, compared with what is found today.
//
// proofs/stored/PAPER/ID.json holds, for each instance, its verdict, figures and certificates with their claim lines; certificates of at most
// kStoredBytes lie beside it in the folder ID/.
#pragma once

#include <string>
#include <vector>

#include "theorems/proof_run.hpp"

namespace narrows::theorems {

inline constexpr std::size_t kStoredBytes = 12 * 1024;

/// One thing that is not as it was stored.
struct Difference {
  std::string theorem, instance, what;  ///< "tunnel/T5", "nearly-attained", "figure ratio"
  std::string stored, now;
};

/// Compares one theorem with what `folder` (proofs/stored) holds of it, and checks the stored certificates with today's checker.
///
/// Guarantee  empty only if every instance that ran is stored with the same verdict and the same names of figures and certificates, both ends of every
///            figure are within its tolerance, every stored certificate has the stored bytes, is accepted and proves the stored claim, and no stored instance
///            has left the registry.
[[nodiscard]] std::vector<Difference> compare_with_stored(const std::string& folder,
                                                          const TheoremResult& result,
                                                          const CertificateChecker& check);

/// The identifiers of the theorems of which `folder` holds anything, in order.
[[nodiscard]] std::vector<std::string> stored_theorems(const std::string& folder);

/// Replaces what is stored of the instances that ran as expected; others keep what they had, those that left the registry are removed.
/// Errors  InputError if a file cannot be written.
void store(const std::string& folder, const TheoremResult& result, const std::string& version);

}  // namespace narrows::theorems
