#include "plot/critical_picture.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "support.hpp"

using namespace narrows;
using namespace narrows::test;
namespace fs = std::filesystem;

/// Fonts are found by fontconfig, which keeps its configuration until the process ends: no leak of ours.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfontconfig";
}

namespace {

/// An empty folder for the life of this object.
class ScratchFolder {
 public:
  ScratchFolder() : path_(fs::temp_directory_path() / ("narrows-plot-test-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directory(path_);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] bool empty() const { return fs::is_empty(path_); }

 private:
  fs::path path_;
};

std::string drawn(const Chain& chain, const CertifyResult& result, const std::string& title, const std::string& ending = ".svg") {
  const ScratchFolder folder;
  const std::string path = folder.file("picture" + ending);
  draw_critical_picture(chain, result, title, path);
  return read_file(path);
}

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Every tag is closed in the right order, attributes are quoted, and no '&' stands alone.
bool is_well_formed(const std::string& xml) {
  std::vector<std::string> open;
  std::size_t roots = 0;
  for (std::size_t at = 0; at < xml.size(); ++at) {
    if (xml[at] == '&' && xml.substr(at, 10).find(';') == std::string::npos) return false;
    if (xml[at] == '>') return false;
    if (xml[at] != '<') continue;
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return false;
    const std::string tag = xml.substr(at + 1, end - at - 1);
    at = end;
    if (tag.empty() || contains(tag, "<") || occurrences(tag, "\"") % 2 != 0) return false;
    if (tag[0] == '?' || tag[0] == '!') continue;
    if (tag[0] == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return false;
      open.pop_back();
    } else if (tag.back() != '/') {
      if (open.empty()) ++roots;
      open.push_back(tag.substr(0, tag.find_first_of(" \n")));
    }
  }
  return open.empty() && roots == 1;
}

std::size_t big_endian(const std::string& bytes, std::size_t at) {
  std::size_t value = 0;
  for (std::size_t k = 0; k < 4; ++k) value = 256 * value + static_cast<unsigned char>(bytes[at + k]);
  return value;
}

}  // namespace

TEST_CASE("the SVG of a function in the plane has its words, its legend and one marker per critical point") {
  const std::string svg = drawn(waves(), answer_for_waves(), "waves <1 & 2>");
  CHECK(is_well_formed(svg));
  CHECK(contains(svg, "<title>waves &lt;1 &amp; 2&gt;</title>"));
  for (const char* words : {"Φ on [-1,1]x[-1,1]", "refuted: 4 critical points, every one enclosed", "1 minimum (index 0)", "2 saddles (index 1)",
                            "1 maximum (index 2)", "Φ = 0", "level of a saddle"})
    CHECK(contains(svg, words));
  CHECK_FALSE(contains(svg, "undecided"));
  CHECK(occurrences(svg, "class=\"critical-point ") == 4);
  CHECK(occurrences(svg, "class=\"critical-point minimum\"") == 1);
  CHECK(occurrences(svg, "class=\"critical-point saddle\"") == 2);
  CHECK(occurrences(svg, "class=\"critical-point maximum\"") == 1);
  CHECK(contains(svg, "x1 = -0.785398163 ± 1e-12"));
}

TEST_CASE("points of unknown index, points next to the boundary and undecided boxes are explained") {
  CertifyResult result = answer_for_waves();
  result.complete = false;
  result.critical_points[3].morse_index.reset();
  result.critical_points[1].inside = false;
  result.undecided = {{Interval(0, 0.1), Interval(0.2, 0.3)}, {Interval(-1, 1), Interval(-1, -0.9)}};
  const std::string svg = drawn(waves(), result, "waves");
  CHECK(is_well_formed(svg));
  for (const char* words : {"1 critical point of unknown index", "hollow: on or next to the boundary", "2 undecided boxes"}) CHECK(contains(svg, words));
  CHECK(occurrences(svg, "class=\"critical-point unknown\"") == 1);
}

TEST_CASE("the SVG of a function on the line marks its extrema") {
  CertifyResult result;
  result.domain = space(1);
  result.verdict = Verdict::refuted;
  result.critical_points = {critical_point({-0.78539816339744831}, -1, 0), critical_point({0.78539816339744831}, 1, 1)};
  result.undecided = {{Interval(2, kInfinity)}};
  const std::string svg = drawn(wave(), result, "wave");
  CHECK(is_well_formed(svg));
  for (const char* words : {"Φ on R^1 (window shown)", "1 minimum (index 0)", "1 maximum (index 1)", "1 undecided interval"}) CHECK(contains(svg, words));
  CHECK(occurrences(svg, "class=\"critical-point ") == 2);
}

TEST_CASE("every kind of domain, extreme shapes and constant functions can be drawn") {
  CertifyResult result = answer_for_waves();
  const auto draw_on = [&](const Domain& domain) {
    result.domain = domain;
    return drawn(waves(), result, "waves");
  };
  Domain ball = space(2);
  ball.type = Domain::Type::ball;
  ball.radius = 1.5;
  for (const Domain& domain : {space(2), ball, box_domain({-1, -1e-3}, {1, 1e-3}), box_domain({0, 1e6}, {1e-9, 1e9}), box_domain({-2, -1}, {2, 1})})
    CHECK(is_well_formed(draw_on(domain)));
  result.critical_points.clear();
  result.domain = space(2);
  CHECK(is_well_formed(drawn(chain(2, {affine(1, 2, {0, 0}, {3})}), result, "constant")));
  result.domain = space(1);
  CHECK(is_well_formed(drawn(chain(1, {affine(1, 1, {0}, {3})}), result, "constant")));
}

TEST_CASE("titles that are long or not UTF-8 do no harm") {
  CHECK(is_well_formed(drawn(waves(), answer_for_waves(), std::string(3000, 'w'))));
  CHECK(is_well_formed(drawn(waves(), answer_for_waves(), "\xFF\xFE\x01 \xE2\x82")));
  CHECK(is_well_formed(drawn(waves(), answer_for_waves(), "")));
}

TEST_CASE("a PNG has the signature and the size of a page") {
  const std::string png = drawn(waves(), answer_for_waves(), "waves", ".PNG");
  CHECK(png.substr(0, 8) == "\x89PNG\r\n\x1A\n");
  CHECK(big_endian(png, 16) > 700);
  CHECK(big_endian(png, 16) < 1000);
  CHECK(big_endian(png, 20) > 700);
  CHECK(big_endian(png, 20) < 1000);
  CHECK(png.substr(png.size() - 8, 4) == "IEND");
}

TEST_CASE("the same answer gives the same bytes") {
  const auto png = [] { return drawn(waves(), answer_for_waves(), "waves", ".png"); };
  CHECK((png() == png()));
}

TEST_CASE("other endings and other dimensions are errors before anything is written") {
  const ScratchFolder folder;
  for (const char* name : {"picture.pdf", "picture", "picture.svg.gz", ".svg"}) {
    INFO(name);
    CHECK_THROWS_AS(draw_critical_picture(waves(), answer_for_waves(), "waves", folder.file(name)), InputError);
    CHECK_THROWS_WITH(require_drawable(waves(), folder.file(name)), Catch::Contains(".svg or .png"));
  }
  CertifyResult result;
  result.domain = space(3);
  const Chain three = chain(3, {affine(1, 3, {1, 1, 1}, {0})});
  CHECK_THROWS_WITH(draw_critical_picture(three, result, "three", folder.file("three.svg")), Catch::Contains("pictures exist for one and two inputs"));
  CHECK(folder.empty());
}

TEST_CASE("nothing is half-written when the folder is missing, and an old picture is replaced whole") {
  const ScratchFolder folder;
  CHECK_THROWS_AS(draw_critical_picture(waves(), answer_for_waves(), "waves", folder.file("missing/picture.svg")), InputError);
  CHECK(folder.empty());
  write_file_atomically(folder.file("picture.svg"), "old");
  draw_critical_picture(waves(), answer_for_waves(), "waves", folder.file("picture.svg"));
  CHECK(is_well_formed(read_file(folder.file("picture.svg"))));
}
