// The part of a report that speaks of one study: its tables and plots, each with the query that gives its numbers.
#pragma once

#include <string>

#include "report/html_page.hpp"
#include "study/summary.hpp"

namespace narrows {

/// Appends the section. Every table stands beside the SQL query over the database that gives the same numbers; pictures of single networks name
/// their row.
void add_study_section(HtmlPage* page, StudyDatabase* database, const std::string& file,
                       const std::string& anchor);

/// The types of the analyses in the database, for theorems_of().
[[nodiscard]] std::vector<std::string> analysis_types(const StudySummary& summary);

}  // namespace narrows
