// What the rows of a study say together: shares with confidence intervals, and a histogram.
//
// notation == meaning:  share == proved / all, of the networks of one bin; [low, high] its Wilson interval at 95 % (E. B. Wilson, 1927): what
//   the sample says about the family it was drawn from, provided that the networks of a bin were drawn independently (families without
//   `same_weights`, or bins of one ratio each). Undecided networks count as not proved; `open` keeps them apart.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "study/database.hpp"

namespace narrows {

struct Proportion {
  double low = 0, high = 1;
};
/// Wilson's score interval for `hits` of `all`, at the normal quantile z. Special  all == 0: [0, 1].
[[nodiscard]] Proportion wilson(std::size_t hits, std::size_t all, double z = 1.959963984540054);

struct ShareBin {
  double x = 0;
  std::size_t proved = 0, refuted = 0, open = 0;
  [[nodiscard]] std::size_t all() const { return proved + refuted + open; }
  [[nodiscard]] double share() const {
    return all() == 0 ? 0 : static_cast<double>(proved) / static_cast<double>(all());
  }
  [[nodiscard]] Proportion interval() const { return wilson(proved, all()); }
};

/// Shares of one analysis against one property of the networks. Bins ascend; networks without the property are left out.
struct ShareTable {
  std::string axis;  ///< "ratio α", "depth", "width"
  std::vector<ShareBin> bins;
};

struct HistogramBin {
  double lower = 0, upper = 0;
  std::size_t count = 0;
};

/// One analysis of the study; its parts are counted together: proved if all are, refuted if one is. Networks of which
/// a part is not computed yet are in no verdict, no share and no interval.
struct AnalysisSummary {
  std::string text;  ///< as in the database, with the number of its parts
  std::string type;
  std::size_t proved = 0, refuted = 0, undecided = 0;
  std::size_t unfinished = 0;  ///< networks with some of the parts, not all
  [[nodiscard]] std::size_t finished() const { return proved + refuted + undecided; }  ///< networks
  std::size_t boxes = 0, certificates = 0, copies = 0;
  double seconds = 0;
  std::vector<ShareTable> shares;  ///< of `proved`, for axes that take at least two values
};

struct StudySummary {
  StudyFacts facts;
  std::vector<AnalysisSummary> analyses;
  /// Of critical_ratio_norm: how many times the Lipschitz ratio the sharp critical ratio is; log-spaced bins.
  std::vector<HistogramBin> ratio_norms;
  std::size_t ratio_norms_above = 0;       ///< beyond the last bin
  std::size_t networks_with_infinite = 0;  ///< every block's ratio is infinite
};

[[nodiscard]] StudySummary summarise(StudyDatabase* database);

/// The same as text for human eyes, many lines.
[[nodiscard]] std::string summary_text(const StudySummary& summary);

}  // namespace narrows
