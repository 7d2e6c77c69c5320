// What a run of the registry found, as Markdown and as one self-contained HTML page.
#pragma once

#include <string>
#include <vector>

#include "theorems/proof_run.hpp"
#include "theorems/stored.hpp"

namespace narrows::theorems {

struct ReportContext {
  std::string version;
  std::string command;  ///< the command line of this run
  double seconds = 0;
  std::string
      link_base;  ///< folder that certificates are linked relative to; empty: small ones are embedded instead
  bool compared = false;  ///< with the stored results
  std::vector<Difference> differences;
};

/// A table of all theorems, then one section each: statement, hypotheses, constants and who notices wrong ones, instances with their commands, checks,
/// certificates.
[[nodiscard]] std::string markdown_report(const std::vector<TheoremResult>& results,
                                          const ReportContext& context);
/// The same as a page with links and the instances' pictures, without any outside resource.
[[nodiscard]] std::string html_report(const std::vector<TheoremResult>& results,
                                      const ReportContext& context);

}  // namespace narrows::theorems
