#include "plot/verdict_line.hpp"
#include "base/counted.hpp"

#include <algorithm>

namespace narrows::plot {
namespace {

std::string refutation(const CertifyResult& result) {
  const std::size_t points = result.critical_points.size();
  const auto next_to_boundary =
      static_cast<std::size_t>(std::count_if(result.critical_points.begin(), result.critical_points.end(), [](const auto& p) { return !p.inside; }));
  std::string text = counted(points, "critical point");
  if (result.claim == Claim::no_local_extremum) {
    const auto extrema = static_cast<std::size_t>(std::count_if(result.critical_points.begin(), result.critical_points.end(), [&](const auto& p) {
      return p.inside && p.morse_index && (*p.morse_index == 0 || *p.morse_index == static_cast<int>(result.domain.dim));
    }));
    text = counted(extrema, "local extremum", "local extrema") + " among " + text;
  }
  text += points == 1 ? ", enclosed" : ", every one enclosed";
  if (!result.complete) text = text.substr(0, text.rfind(',')) + " enclosed, " + counted(result.undecided.size(), "box", "boxes") + " undecided";
  if (next_to_boundary > 0) text += ", " + std::to_string(next_to_boundary) + " on or next to the boundary";
  return text;
}

}  // namespace

std::string verdict_line(const CertifyResult& result) {
  const std::string verdict = std::string(to_string(result.verdict)) + ": ";
  switch (result.verdict) {
    case Verdict::proved:
      return verdict + (result.claim == Claim::no_local_extremum ? "no local extremum" : "no critical point") + " on " + to_string(result.domain);
    case Verdict::refuted: return verdict + refutation(result);
    case Verdict::undecided: break;
  }
  return verdict + result.reason;
}

}  // namespace narrows::plot
