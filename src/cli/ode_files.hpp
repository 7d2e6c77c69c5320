// The files that `narrows ode` writes: the certificate, the network it speaks of, tables and pictures.
#pragma once

#include <vector>

#include "cli/ode_report.hpp"
#include "ode/flow_grid.hpp"

namespace narrows::cli {

/// What pictures and tables of a grid show; nothing where none is wanted or none can be had, which is noted.
[[nodiscard]] std::vector<FlowLine> grid_lines(const OdeArguments& arguments, const OdeSubject& subject,
                                               const Integration& integration, const StopToken& stop);

/// Writes what is asked for, notes what cannot be written; sets `certificate` and `written` of the answer.
/// Errors  InputError if a file cannot be written.
void write_ode_files(const OdeArguments& arguments, const OdeSubject& subject,
                     const std::vector<FlowLine>& lines, OdeAnswer* answer);

}  // namespace narrows::cli
