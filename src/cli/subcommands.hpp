// One function per subcommand: registers it on the program; its callback stores the exit code.
#pragma once

#include <CLI/CLI.hpp>

namespace narrows::cli {

void add_info(CLI::App* program, int* exit_code);
void add_eval(CLI::App* program, int* exit_code);
void add_convert(CLI::App* program, int* exit_code);
void add_certify(CLI::App* program, int* exit_code);
void add_threshold(CLI::App* program, int* exit_code);
void add_regimes(CLI::App* program, int* exit_code);
void add_bounds(CLI::App* program, int* exit_code);
void add_levelset(CLI::App* program, int* exit_code);
void add_sheet(CLI::App* program, int* exit_code);
void add_ode(CLI::App* program, int* exit_code);
void add_construct(CLI::App* program, int* exit_code);
void add_counterexample(CLI::App* program, int* exit_code);
void add_robust(CLI::App* program, int* exit_code);
void add_study(CLI::App* program, int* exit_code);
void add_report(CLI::App* program, int* exit_code);
void add_check(CLI::App* program, int* exit_code);
void add_prove(CLI::App* program, int* exit_code);

}  // namespace narrows::cli
