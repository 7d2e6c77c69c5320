#include "cli/rank_report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace narrows::cli {
namespace {

double busy(const RankWork& rank, double seconds) {
  return seconds > 0 ? std::min(1.0, rank.seconds / seconds) : 0;
}

}  // namespace

Json ranks_json(const std::vector<RankWork>& ranks, double seconds) {
  Json json = Json::array();
  for (const RankWork& rank : ranks) json.push_back({{"units", rank.units}, {"busy", busy(rank, seconds)}});
  return json;
}

std::string ranks_text(const std::vector<RankWork>& ranks, double seconds) {
  std::string text;
  for (const RankWork& rank : ranks)
    text += fmt::format("{} {:.1f} %", text.empty() ? "ranks busy" : ",", 100 * busy(rank, seconds));
  return text.empty() ? text : text + " of the time\n";
}

}  // namespace narrows::cli
