#include "plot/partition_picture.hpp"

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "base/errors.hpp"
#include "io/load.hpp"

namespace narrows::test {
namespace {

std::string svg_of(const std::string& name, const LevelSetOptions& options) {
  const std::string file = std::string(NARROWS_DATA_DIR) + "/networks/" + name, path = "partition_picture_test.svg";
  const Chain chain = make_chain(load_network(file).network, {}, file);
  draw_partition_picture(chain, analyse_level_sets(chain, options, file), "a title", path);
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  std::remove(path.c_str());
  return text.str();
}

}  // namespace

TEST_CASE("a picture of linear regions says in words what is proved") {
  const std::string plane = svg_of("trained/ball2_one_L3_m08.json", {});
  for (const char* text : {"a title", "R^2 (window shown)", "bounded with area 6.0090986", "8 linear regions", "1 maximum", "witness ray"}) {
    CAPTURE(text);
    CHECK(plane.find(text) != std::string::npos);
  }
  LevelSetOptions options;
  options.level = Rational(1) / 4;
  options.domain = Domain{Domain::Type::box, 2, {{-1, -1}, {1, 1}}, 0};
  const std::string box = svg_of("piecewise_linear/mlp_2-8-8-1_s0.json", options);
  for (const char* text : {"38 linear regions here", "[-1,1]x[-1,1]", "0.25"}) {
    CAPTURE(text);
    CHECK(box.find(text) != std::string::npos);
  }
}

TEST_CASE("linear regions are drawn for two inputs, as SVG or PNG") {
  CHECK_THROWS_WITH(require_partition_drawable(3, "x.svg"), Catch::Contains("two inputs"));
  CHECK_THROWS_AS(require_partition_drawable(2, "x.gif"), InputError);
  CHECK_NOTHROW(require_partition_drawable(2, "x.png"));
}

}  // namespace narrows::test
