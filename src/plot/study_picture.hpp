// The pictures of a study: shares of proved networks against a property, and the histogram of critical ratios times norms.
#pragma once

#include <string>

#include "study/summary.hpp"

namespace narrows {

/// Dots at the shares, bars over their Wilson intervals at 95 %, and a grey bar from the share up to what it would be if every undecided
/// network were proved.
/// @param title  also says what is proved: "no critical point on [-2,2]^2"
/// Errors  InputError for an ending other than .svg or .png, or if the file cannot be written.
void draw_share_picture(const ShareTable& table, const std::string& title, const std::string& path);

/// Errors  as above.
void draw_ratio_norm_picture(const StudySummary& summary, const std::string& title, const std::string& path);

}  // namespace narrows
