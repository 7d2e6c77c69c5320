#include "plot/level_picture.hpp"

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "base/errors.hpp"
#include "io/load.hpp"

namespace narrows::test {

TEST_CASE("the picture of a level set says in words what is proved") {
  const std::string file = std::string(NARROWS_DATA_DIR) + "/networks/trained/circ_res6_m07.json",
                    path = "level_picture_test.svg";
  const Chain chain = make_chain(load_network(file).network, {}, file);
  const auto function = level_function(chain, file);
  LevelCurveOptions options;
  options.level = Rational(1, 4);
  const LevelCurveResult result = level_curve(*function, {{-2, -2}, {2, 2}}, options);
  LevelPicture what;
  what.curve = &result;
  what.polygons = polygons_of(result, *function);
  what.regions.emplace_back();
  what.regions[0].radius = 0.9;
  draw_level_picture(chain, what, "a title", path);
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  std::remove(path.c_str());
  for (const char* words :
       {"a title", "[-2,2]x[-2,2]", "1 closed component", "1 component reaching the boundary",
        "Φ = 0.25, certified", "class region", "Φ − 0.25"}) {
    CAPTURE(words);
    CHECK(text.str().find(words) != std::string::npos);
  }
  CHECK_THROWS_AS(draw_level_picture(chain, what, "a title", "x.gif"), InputError);
}

}  // namespace narrows::test
