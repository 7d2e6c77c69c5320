#include "ode/marks.hpp"

#include <algorithm>
#include <map>

namespace narrows::integration {

std::vector<Mark> marks_on(const FlowNetwork& network, const IntegrationOptions& options, std::size_t arc) {
  constexpr std::size_t kEventPieces = 32;
  const Rational length = network.arc(), start = length * Rational(arc);
  std::map<Rational, bool> times{{length, false}};
  for (std::size_t k = 1; k <= options.samples; ++k)
    times[length * Rational(k) / Rational(options.samples)] = true;
  for (const Rational& time : options.times)
    if (time > start && time - start <= length) times[time - start] = true;
  if (!options.events.empty() && !options.dense)
    for (std::size_t k = 1; k < kEventPieces; ++k)
      times.try_emplace(length * Rational(k) / Rational(kEventPieces), false);
  std::vector<Mark> marks;
  for (const auto& [time, record] : times) marks.push_back({time, record});
  return marks;
}

bool records_start(const IntegrationOptions& options) {
  return options.samples > 0 ||
         std::find(options.times.begin(), options.times.end(), Rational(0)) != options.times.end();
}

}  // namespace narrows::integration
