// Choosing the format, and files that are missing, empty or something else.
#include "io/load.hpp"

#include <fstream>

#include "base/sha256.hpp"
#include "io/network_json.hpp"
#include "support.hpp"

using namespace narrows;
using narrows::test::error_of;
using narrows::test::require_parts;

namespace {

/// A file in a fresh folder that disappears with the object.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& bytes) {
    std::string pattern = (std::filesystem::temp_directory_path() / "narrows-load-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    path_ = (folder_ / name).string();
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::filesystem::path folder_;
  std::string path_;
};

Network sample() {
  return parse_network_json(
      R"({"format":"narrows-network/1","input_dim":1,"layers":[{"type":"affine","weight":[[2]],"bias":[1]}]})",
      "sample");
}

}  // namespace

TEST_CASE("the extension decides the format, otherwise the content does") {
  const std::string json = network_to_json(sample(), true), onnx = network_to_onnx(sample(), "sample");
  const TemporaryFile a("n.json", json), b("n.onnx", onnx), c("json", "  \n" + json), d("onnx", onnx);
  CHECK(load_network(a.path()).format == LoadedNetwork::Format::json);
  CHECK(load_network(b.path()).format == LoadedNetwork::Format::onnx);
  CHECK(load_network(c.path()).format == LoadedNetwork::Format::json);
  CHECK(load_network(d.path()).format == LoadedNetwork::Format::onnx);
  for (const auto* file : {&a, &b, &c, &d}) CHECK(same_layers(load_network(file->path()).network, sample()));
  CHECK(load_network(a.path()).sha256 == sha256_hex(json));
  CHECK(load_network(a.path()).file == a.path());
}

TEST_CASE("files that are no networks are refused with their path") {
  const TemporaryFile empty("e.onnx", ""), text("t.onnx", "hello"),
      swapped("s.json", network_to_onnx(sample(), "sample"));
  for (const auto* file : {&empty, &text, &swapped}) {
    require_parts(error_of([&] { (void)load_network(file->path()); }), {file->path()});
  }
  CHECK(error_of([&] { (void)load_network(empty.path()); }) ==
        empty.path() + ": is empty; give a network as .json or .onnx");
  try {
    (void)load_network(empty.path() + ".missing");
    FAIL("a missing file was read");
  } catch (const InputError& error) {
    CHECK(error.code() == ExitCode::not_found);
  }
}
