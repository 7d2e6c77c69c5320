// Domains, points and VNN-LIB boxes: what is read, and what is refused.
#include "io/domain_parse.hpp"
#include "io/vnnlib.hpp"
#include "support.hpp"

using namespace narrows;
using narrows::test::error_of;
using narrows::test::require_parts;

TEST_CASE("domains are read as the command line spells them") {
  CHECK(to_string(parse_domain("[-2,2]^2", 2)) == "[-2,2]x[-2,2]");
  CHECK(to_string(parse_domain("[-1,1]x[0,3]", 2)) == "[-1,1]x[0,3]");
  CHECK(to_string(parse_domain(" [ -1.5 , 1e-3 ] x [0,1]^2 ", 3)) == "[-1.5,0.001]x[0,1]x[0,1]");
  CHECK(to_string(parse_domain("[0,1]^1x[2,3]", 2)) == "[0,1]x[2,3]");
  CHECK(to_string(parse_domain("ball(0.1)", 5)) == "ball(0.1)");
  CHECK(to_string(parse_domain("R^3", 3)) == "R^3");
  CHECK(to_string(parse_domain("R", 1)) == "R^1");
  const Domain box = parse_domain("[0.1,0.30000000000000004]", 1);
  CHECK(box.type == Domain::Type::box);
  CHECK(box.dim == 1);
  CHECK(box.box.upper[0] == 0.1 + 0.2);
}

TEST_CASE("malformed domains are refused with advice") {
  for (const std::string text :
       {"",          "[",        "[]",        "[1]",        "[1,2",          "1,2",          "[1,2,3]",
        "[a,b]",     "[1,2]x",   "x[1,2]",    "[1,2][3,4]", "[1,2]^",        "[1,2]^x[1,2]", "[1,2]^-1",
        "[1,2]^2.0", "[nan,1]",  "[0,inf]",   "[-inf,inf]", "[0,1e999]",     "ball",         "ball()",
        "ball(0)",   "ball(-1)", "ball(nan)", "ball(1",     "ball(1)x[0,1]", "R^",           "R^0",
        "R^x",       "R2",       "r^2",       "[2,1]",      "[1,1]",         "[1,2]^0",      "[0x1,2]"}) {
    INFO(text);
    const std::string error = error_of([&] { (void)parse_domain(text, 2); });
    require_parts(error, {"domain \"" + text + "\": ", "; "});
  }
  CHECK(error_of([] { (void)parse_domain("[2,1]^2", 2); }) ==
        "domain \"[2,1]^2\": the interval [2,1] has no interior; give its lower end first, strictly below "
        "the upper");
}

TEST_CASE("the dimension of a domain must be that of the network") {
  CHECK(error_of([] { (void)parse_domain("[-2,2]^3", 2); }) ==
        "domain \"[-2,2]^3\": has dimension 3, the network has 2 inputs; give one interval per input, for "
        "example \"[-2,2]^2\"");
  for (const std::string text : {"[-2,2]", "R^3", "R", "[0,1]x[0,1]x[0,1]", "[0,1]^999999"}) {
    require_parts(error_of([&] { (void)parse_domain(text, 2); }), {"dimension", "2 inputs"});
  }
}

TEST_CASE("points are read as nearest doubles and refused otherwise") {
  CHECK(parse_point("1,-2.5", 2) == std::vector<double>{1, -2.5});
  CHECK(parse_point(" 0.1 ", 1) == std::vector<double>{0.1});
  CHECK(parse_point("1e-3,+4", 2) == std::vector<double>{0.001, 4});
  for (const std::string text :
       {"", "1", "1,2,3", "1,,2", "1,", "nan,1", "1,inf", "1;2", "1 2", "1,2x", "1e999,0"}) {
    require_parts(error_of([&] { (void)parse_point(text, 2); }), {"point \"" + text + "\": "});
  }
}

namespace {

const std::string declarations =
    "(declare-const X_0 Real)\n(declare-const X_1 Real)\n(declare-const Y_0 Real)\n";

Domain vnnlib(const std::string& text, std::vector<std::string>* notes = nullptr) {
  return parse_vnnlib_box(text, "p.vnnlib", 2, notes);
}

}  // namespace

TEST_CASE("a VNN-LIB box is the intersection of its bounds") {
  const std::string text = "; a comment (\n" + declarations +
                           "(assert (<= X_0 2.0)) (assert (>= X_0 -2.0))\n(assert (and (<= (- 1.0) X_1) (>= "
                           "3e0 X_1) (<= X_1 5)))\n"
                           "(assert (or (and (<= Y_0 0.0)) (and (>= Y_0 1.0))))\n";
  std::vector<std::string> notes;
  CHECK(to_string(vnnlib(text, &notes)) == "[-2,2]x[-1,3]");
  CHECK(notes == std::vector<std::string>{"p.vnnlib: line 7: output condition left out"});
  CHECK(to_string(vnnlib(text)) == "[-2,2]x[-1,3]");
}

TEST_CASE("VNN-LIB files without a plain input box are refused") {
  const std::string one = "(assert (<= X_0 1))(assert (>= X_0 0))";
  const std::string both = one + "(assert (<= X_1 1))(assert (>= X_1 0))";
  CHECK_NOTHROW(vnnlib(declarations + both));
  CHECK(error_of([&] { (void)vnnlib(declarations + one + "(assert (<= X_1 1))"); }) ==
        "p.vnnlib: X_1: is not bounded on both sides; assert a lower and an upper bound");
  const std::vector<std::string> bad = {
      "",
      both,
      "(declare-const X_0 Real)" + one,
      declarations + "(declare-const X_2 Real)" + both,
      declarations + "(declare-const X_0 Real)" + both,
      declarations + both + "(assert (<= X_0 X_1))",
      declarations + both + "(assert (or (<= X_0 0.5) (>= X_0 0.7)))",
      declarations + both + "(assert (or (and (<= X_0 1) (<= Y_0 1))))",
      declarations + both + "(assert (= X_0 1))",
      declarations + both + "(assert (<= X_0 nan))",
      declarations + both + "(assert (<= X_0 1e999))",
      declarations + both + "(assert (<= X_0 0))",
      declarations + both + "(assert (<= X_0 -1))",
      declarations + both + "(assert (<= X_7 1))",
      declarations + both + "(assert (<= X_0 1 2))",
      declarations + both + "(check-sat)",
      declarations + both + ")",
      declarations + both + "(assert (<= X_0 1)",
      declarations + both + "()",
      declarations + both + "X_0",
      "(declare-const X_0 Int)(declare-const X_1 Real)" + both,
      std::string(100000, '('),
  };
  for (const std::string& text : bad) {
    INFO(text.substr(0, 400));
    require_parts(error_of([&] { (void)vnnlib(text); }), {"p.vnnlib: "});
  }
}
