// The pictures of a study: shares of proved networks against a property, and the histogram of critical ratios times norms.
#pragma once

#include <string>

#include "study/summary.hpp"

namespace narrows {

/// Dots at the shares, bars over their Wilson intervals at 95 %, and a grey bar from the share up to what it would be if every undecided
/// network were proved.
/// @param claim  what is proved of them, as claim_of_analysis() says it
/// Errors  InputError for an ending other than .svg or .png, or if the file cannot be written.
void draw_share_picture(const ShareTable& table, const std::string& claim, const std::string& title,
                        const std::string& path);

/// What "proved" means for an analysis of this type: "no critical point", "every layer is regular", …
[[nodiscard]] std::string claim_of_analysis(const std::string& type);

/// Errors  as above.
void draw_ratio_norm_picture(const StudySummary& summary, const std::string& title, const std::string& path);

}  // namespace narrows
