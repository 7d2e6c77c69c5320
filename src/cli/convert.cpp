// narrows convert: between narrows-network/1 JSON and ONNX, every number exact.
#include <memory>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "cli/common.hpp"
#include "cli/subcommands.hpp"
#include "io/convolutional.hpp"
#include "io/onnx_write.hpp"

namespace narrows::cli {
namespace {

struct ConvertArguments : NetworkArguments {
  std::string out;
};

bool ends_with(const std::string& text, const std::string& ending) {
  return text.size() >= ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

int run(const ConvertArguments& arguments) {
  const ConvolutionalNetwork read = load_convolutional(arguments.file);
  const LoadedNetwork& loaded = read.loaded;
  if (ends_with(arguments.out, ".onnx"))
    write_file_atomically(arguments.out, network_to_onnx(loaded.network, arguments.file));
  else if (ends_with(arguments.out, ".json") || arguments.out == "-")
    write_file_atomically(arguments.out, network_to_json(loaded.network, false, read.convolutions));
  else
    throw InputError(arguments.out, "the ending names no format", "use .json or .onnx", ExitCode::usage);
  if (arguments.json) {
    Json answer = json_header("convert", loaded);
    answer["written"] = arguments.out;
    print_json(answer);
  } else {
    note(arguments, "wrote " + arguments.out);
  }
  return 0;
}

}  // namespace

void add_convert(CLI::App* program, int* exit_code) {
  auto arguments = std::make_shared<ConvertArguments>();
  CLI::App* command = program->add_subcommand("convert", "convert between ONNX and narrows-network/1 JSON, exactly");
  arguments->add(command);
  command->add_option("-o,--out", arguments->out, "file to write: .json or .onnx; - writes JSON to standard output")->required();
  command->footer("Examples:\n  narrows convert net.onnx -o net.json\n  narrows convert net.json -o net.onnx");
  command->callback([arguments, exit_code] { *exit_code = run(*arguments); });
}

}  // namespace narrows::cli
