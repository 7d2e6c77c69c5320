// narrows: proofs about the critical points of narrow neural networks. One subcommand per file.
#include <iostream>

#include "base/cancellation.hpp"
#include "base/errors.hpp"
#include "base/version.hpp"
#include "cli/subcommands.hpp"

int main(int argc, char** argv) {
  using namespace narrows;
  install_interrupt_handler();
  CLI::App program{"Proofs about narrow neural networks: critical points, enclosed or excluded, with certificates.", "narrows"};
  program.set_version_flag("--version", "narrows " NARROWS_VERSION);
  program.require_subcommand(1);
  program.footer(
      "Exit codes: 0 proved or done, 1 refuted or rejected, 2 undecided, 64 usage, 65 bad input, 66 file not found,\n"
      "70 internal error, 130 interrupted.  `narrows SUBCOMMAND --help` has examples.");
  int exit_code = 0;
  cli::add_info(&program, &exit_code);
  cli::add_eval(&program, &exit_code);
  cli::add_convert(&program, &exit_code);
  cli::add_certify(&program, &exit_code);
  cli::add_threshold(&program, &exit_code);
  cli::add_regimes(&program, &exit_code);
  cli::add_bounds(&program, &exit_code);
  cli::add_levelset(&program, &exit_code);
  cli::add_sheet(&program, &exit_code);
  cli::add_ode(&program, &exit_code);
  cli::add_construct(&program, &exit_code);
  cli::add_counterexample(&program, &exit_code);
  cli::add_robust(&program, &exit_code);
  cli::add_study(&program, &exit_code);
  cli::add_report(&program, &exit_code);
  cli::add_check(&program, &exit_code);
  cli::add_prove(&program, &exit_code);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::usage);
  } catch (const InputError& error) {
    std::cerr << "narrows: " << error.what() << "\n";
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::cerr << "narrows: internal error: " << error.what() << "; please report it with the command and the network\n";
    return static_cast<int>(ExitCode::internal);
  }
  return exit_code;
}
