// What a certificate claims, in a sentence or two for a reader who has never seen one.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace narrows::certified {

/// Precondition  a certificate that the checker has accepted. Special  empty for kinds that are not known here.
[[nodiscard]] std::string claim_in_words(const nlohmann::json& document);

}  // namespace narrows::certified
