// narrows sheet: the level sets of many planar piecewise linear networks on one page.
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "base/errors.hpp"
#include "certify/levelset_certificate.hpp"
#include "cli/common.hpp"
#include "cli/gzip.hpp"
#include "cli/subcommands.hpp"
#include "io/domain_parse.hpp"
#include "plot/canvas.hpp"
#include "plot/contact_sheet.hpp"

namespace narrows::cli {
namespace {

struct SheetArguments {
  std::vector<std::string> networks;  ///< "/" starts a new row
  std::string picture, certificates, level = "0", window = "[-3,3]^2", title = "Superlevel sets";
  bool json = false, quiet = false;
};

std::string stem_of(const std::string& file) { return std::filesystem::path(file).stem().string(); }

/// Analyses one network, and writes its certificate if asked for.
SheetTile tile_of(const SheetArguments& arguments, const std::string& file, Json* answers) {
  NetworkArguments one;
  one.file = file;
  const SelectedNetwork net = load_and_select(one);
  const FoldedNetwork folded = fold_batch_norm(net.loaded.network);
  SheetTile tile{stem_of(file), make_chain(folded.network, net.output, file), {}};
  if (tile.chain.input_dim != 2) throw InputError(file, "a sheet shows networks with two inputs, this one has " + std::to_string(tile.chain.input_dim), "leave it out");
  LevelSetOptions options;
  options.level = parse_level("--level", arguments.level);
  tile.result = analyse_level_sets(tile.chain, options, file);
  Json answer = {{"file", file}, {"verdict", to_string(tile.result.verdict)}, {"superlevel", tile.result.sets.superlevel ? level_set_json(*tile.result.sets.superlevel) : Json(nullptr)}};
  if (!arguments.certificates.empty()) {
    const std::string path = arguments.certificates + "/" + tile.title + ".cert.json.gz";
    write_possibly_gzipped(path, [&](const TextSink& sink) { write_levelset_certificate(tile.result, folded.network, net.output, {stem_of(file), net.loaded.sha256}, sink); });
    answer["certificate"] = path;
  }
  answers->push_back(answer);
  return tile;
}

void print_row(const SheetTile& tile) {
  const auto& set = tile.result.sets.superlevel;
  const std::string status = set ? std::string(to_string(set->status)) : "undecided";
  const std::string area = set && set->status == SetStatus::bounded ? fmt::format("area {:.10g}", mpq_get_d(set->measure->backend().data())) : "";
  fmt::print("{:<28} {{Φ > c}} {:<12} {}\n", tile.title, status, area);
}

int run(const SheetArguments& arguments) {
  (void)plot::picture_format(arguments.picture);
  const Domain window = parse_domain(arguments.window, 2);
  if (window.type != Domain::Type::box) throw InputError("--window", "the window is a box", "write \"[-3,3]^2\"", ExitCode::usage);
  if (!arguments.certificates.empty()) std::filesystem::create_directories(arguments.certificates);
  Json answers = Json::array();
  std::vector<std::vector<SheetTile>> rows(1);
  bool all_proved = true;
  for (const std::string& file : arguments.networks) {
    if (file == "/") {
      rows.emplace_back();
      continue;
    }
    rows.back().push_back(tile_of(arguments, file, &answers));
    all_proved = all_proved && rows.back().back().result.verdict == Verdict::proved;
    if (!arguments.json && !arguments.quiet) print_row(rows.back().back());
  }
  draw_contact_sheet(rows, window.box, arguments.title, arguments.picture);
  if (arguments.json)
    print_json({{"tool", "narrows"}, {"command", "sheet"}, {"networks", answers}, {"picture", arguments.picture}});
  else
    fmt::print("picture {}\n", arguments.picture);
  return static_cast<int>(all_proved ? ExitCode::proved : ExitCode::undecided);
}

}  // namespace

void add_sheet(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<SheetArguments>();
  CLI::App* command = program->add_subcommand("sheet", "level sets of many planar ReLU networks on one page, each with its verdict and exact area");
  command->add_option("networks", arguments->networks, "network files; / starts a new row")->required()->type_name("NET|/");
  command->add_option("-o,--picture", arguments->picture, "the page: .svg or .png")->required()->type_name("FILE");
  command->add_option("--certificates", arguments->certificates, "write the certificate of each network into this folder")->type_name("FOLDER");
  command->add_option("--level", arguments->level, "the level c: a decimal or a fraction p/q")->capture_default_str();
  command->add_option("--window", arguments->window, "what part of the plane the tiles show")->type_name("BOX")->capture_default_str();
  command->add_option("--title", arguments->title, "of the page")->capture_default_str();
  command->add_flag("--json", arguments->json, "print one JSON object");
  command->add_flag("--quiet", arguments->quiet, "no table");
  command->footer("Examples:\n  narrows sheet fc_depth1.json fc_depth2.json / one_neuron_1.json one_neuron_5.json -o sheet.png --certificates proofs");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
