// narrows sheet: the level sets of many planar networks on one page.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/errors.hpp"
#include "certify/level_curve_certificate.hpp"
#include "certify/levelset_certificate.hpp"
#include "cli/common.hpp"
#include "cli/gzip.hpp"
#include "cli/subcommands.hpp"
#include "io/domain_parse.hpp"
#include "plot/canvas.hpp"
#include "plot/contact_sheet.hpp"
#include "plot/level_picture.hpp"
#include "polyhedral/piecewise_linear.hpp"

namespace narrows::cli {
namespace {

struct SheetArguments {
  std::vector<std::string> networks;  ///< "/" starts a new row
  std::string picture, certificates, level = "0", window = "[-3,3]^2", title = "Superlevel sets";
  bool json = false, quiet = false;
};

std::string stem_of(const std::string& file) { return std::filesystem::path(file).stem().string(); }

constexpr std::size_t kTilesInRow = 6;  // of a folder
constexpr double kPixels = 200;         // cells of curves are no wider than a pixel or so of a tile

std::string certificate_path(const SheetArguments& arguments, const std::string& title) { return arguments.certificates + "/" + title + ".cert.json.gz"; }

Json exact_tile(const SheetArguments& arguments, const std::string& file, const SelectedNetwork& net, SheetTile* tile) {
  const FoldedNetwork folded = fold_batch_norm(net.loaded.network);
  tile->chain = make_chain(folded.network, net.output, file);
  LevelSetOptions options;
  options.level = parse_level("--level", arguments.level);
  tile->result = analyse_level_sets(tile->chain, options, file);
  if (!arguments.certificates.empty())
    write_possibly_gzipped(certificate_path(arguments, tile->title), [&](const TextSink& sink) { write_levelset_certificate(tile->result, folded.network, net.output, {stem_of(file), net.loaded.sha256}, sink); });
  return {{"file", file}, {"verdict", to_string(tile->result.verdict)}, {"superlevel", tile->result.sets.superlevel ? level_set_json(*tile->result.sets.superlevel) : Json(nullptr)}};
}

Json smooth_tile(const SheetArguments& arguments, const std::string& file, const SelectedNetwork& net, const Box& window, SheetTile* tile) {
  const auto function = level_function(net.chain, file);
  LevelCurveOptions options;
  options.level = parse_level("--level", arguments.level);
  tile->curve = level_curve(*function, window, options);
  if (!arguments.certificates.empty())
    write_possibly_gzipped(certificate_path(arguments, tile->title), [&](const TextSink& sink) { write_level_curve_certificate(*tile->curve, {}, net.loaded.network, net.output, {stem_of(file), net.loaded.sha256}, sink); });
  options.max_crossed_width = (window.upper[0] - window.lower[0]) / kPixels;
  const LevelCurveResult fine = level_curve(*function, window, options);
  tile->polygons = polygons_of(fine.verdict == Verdict::proved ? fine : *tile->curve, *function);
  Json components = Json::array();
  for (const LevelComponent& component : tile->curve->components) components.push_back(component_json(component));
  return {{"file", file}, {"verdict", to_string(tile->curve->verdict)}, {"components", components}};
}

/// Analyses one network, and writes its certificate if asked for.
SheetTile tile_of(const SheetArguments& arguments, const std::string& file, const Box& window, Json* answers) {
  NetworkArguments one;
  one.file = file;
  one.quiet = arguments.quiet || arguments.json;
  const SelectedNetwork net = load_and_select(one);
  SheetTile tile{stem_of(file), net.chain, {}};
  if (tile.chain.input_dim != 2) throw InputError(file, "a sheet shows networks with two inputs, this one has " + std::to_string(tile.chain.input_dim), "leave it out");
  answers->push_back(is_piecewise_linear(net.chain.layers) ? exact_tile(arguments, file, net, &tile) : smooth_tile(arguments, file, net, window, &tile));
  if (!arguments.certificates.empty()) answers->back()["certificate"] = certificate_path(arguments, tile.title);
  return tile;
}

/// Folders are replaced by the networks in them, .onnx files if there are any, else .json, in rows; "/" starts a new row.
std::vector<std::string> expanded(const std::vector<std::string>& networks) {
  std::vector<std::string> files;
  for (const std::string& name : networks) {
    if (name == "/" || !std::filesystem::is_directory(name)) {
      files.push_back(name);
      continue;
    }
    std::vector<std::string> found;
    for (const char* ending : {".onnx", ".json"})
      if (found.empty())
        for (const auto& entry : std::filesystem::directory_iterator(name))
          if (entry.path().extension() == ending) found.push_back(entry.path().string());
    if (found.empty()) throw InputError(name, "has no networks", "give a folder with .onnx or .json files");
    std::sort(found.begin(), found.end());
    for (std::size_t k = 0; k < found.size(); ++k) {
      if (!files.empty() && k % kTilesInRow == 0 && files.back() != "/") files.push_back("/");
      files.push_back(found[k]);
    }
  }
  return files;
}

bool is_proved(const SheetTile& tile) { return (tile.curve ? tile.curve->verdict : tile.result.verdict) == Verdict::proved; }

void print_row(const SheetTile& tile) {
  if (tile.curve) {
    fmt::print("{:<28} {}\n", tile.title, level_sentence(*tile.curve));
    return;
  }
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
  for (const std::string& file : expanded(arguments.networks)) {
    if (file == "/") {
      rows.emplace_back();
      continue;
    }
    rows.back().push_back(tile_of(arguments, file, window.box, &answers));
    all_proved = all_proved && is_proved(rows.back().back());
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
  CLI::App* command = program->add_subcommand("sheet", "level sets of many planar networks on one page, each with its verdict: exact for ReLU networks, certified in the window for smooth ones");
  command->add_option("networks", arguments->networks, "network files or folders of them; / starts a new row")->required()->type_name("NET|FOLDER|/");
  command->add_option("-o,--picture", arguments->picture, "the page: .svg or .png")->required()->type_name("FILE");
  command->add_option("--certificates", arguments->certificates, "write the certificate of each network into this folder")->type_name("FOLDER");
  command->add_option("--level", arguments->level, "the level c: a decimal or a fraction p/q")->capture_default_str();
  command->add_option("--window", arguments->window, "what part of the plane the tiles show")->type_name("BOX")->capture_default_str();
  command->add_option("--title", arguments->title, "of the page")->capture_default_str();
  command->add_flag("--json", arguments->json, "print one JSON object");
  command->add_flag("--quiet", arguments->quiet, "no table");
  command->footer("Examples:\n  narrows sheet fc_depth1.json fc_depth2.json / one_neuron_1.json one_neuron_5.json -o sheet.png --certificates proofs\n  narrows sheet smooth_networks/ --window \"[-2,2]^2\" -o sheet.png");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
