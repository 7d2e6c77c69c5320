// Targets from names and files: values, enclosures, and what is refused.
#include "construct/target.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "base/errors.hpp"
#include "construct/polynomial.hpp"
#include "construct/smooth_function.hpp"
#include "unit/construct/support.hpp"

namespace narrows::test {
namespace {

std::string file_with(const std::string& name, const std::string& bytes) {
  const auto folder = std::filesystem::temp_directory_path() / "narrows_construct_test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / name, std::ios::binary) << bytes;
  return (folder / name).string();
}

std::unique_ptr<TargetFunction> target(const std::string& name, std::size_t dim) {
  TargetOptions options;
  options.dim = dim;
  return make_target(name, options);
}

}  // namespace

TEST_CASE("enclosures of targets contain their values at the points of the box") {
  const std::string triangle = file_with("triangle.csv", "1/10,1/10\n9/10,1/5\n0.5,0.9\n");
  RandomCases random(1);
  for (const auto& [name, dim] : {std::pair<std::string, std::size_t>{"disc", 2}, {"ball", 3}, {"box", 2}, {"hat", 1}, {"hat", 2}, {"sine", 2}, {"bump", 1}, {"gauss", 2}, {"gauss-bump", 3}, {"square", 2},
                                  {"polynomial:x^3 - 2*x*y + 1/3", 2}, {"polygon:" + triangle, 2}}) {
    const auto f = target(name, dim);
    for (int k = 0; k < cases(100, 3000); ++k) {
      std::vector<Interval> box;
      std::vector<Rational> x;
      for (std::size_t i = 0; i < dim; ++i) {
        const double a = random.integer(0, 15) / 16.0, b = a + random.integer(1, 4) / 64.0;
        box.emplace_back(a, b);
        x.push_back(rational_exact(a) + rational_exact(b - a) * random.integer(1, 6) / 7);
      }
      const Interval range = f->range(box), value = enclose(f->at(x));
      CAPTURE(name, range.lower(), range.upper(), value.lower());
      CHECK(range.lower() <= value.upper() + 1e-15);
      CHECK(range.upper() >= value.lower() - 1e-15);
    }
  }
}

TEST_CASE("distances to grids enclose what is known") {
  // |hat − 0| over the square: a pyramid of volume 1/6 over its diamond.
  const GridFunction zero = make_grid(2, 2);
  const GridDistance hat = distance_to_grid(*target("hat", 2), zero, Rational(1, 2), 20000);
  CHECK(hat.whole.lower() <= 1.0 / 6);
  CHECK(hat.whole.upper() >= 1.0 / 6);
  CHECK(hat.whole.upper() - hat.whole.lower() < 0.02);
  CHECK(hat.cores.upper() < hat.whole.upper());
  const GridDistance disc = distance_to_grid(*target("disc", 2), make_grid(2, 3), Rational(1, 2), 20000);
  CHECK(disc.whole.lower() <= 0.5026548);
  CHECK(disc.whole.upper() >= 0.5026549);
  CHECK(disc.whole.upper() - disc.whole.lower() < 0.01);
}

TEST_CASE("derivatives of smooth functions agree with difference quotients, and exact values with enclosures") {
  for (const char* name : {"sine", "gauss", "gauss-bump", "bump", "polynomial:x^4 - x"}) {
    const auto f = make_smooth_function(name, 1);
    for (unsigned k = 0; k < 4; ++k)
      for (const double x : {0.1, 0.4, 0.85}) {
        constexpr double step = 1e-5;
        const auto at = [&](unsigned order, double t) { return midpoint(f->derivative(std::vector<unsigned>{order}, std::vector<Interval>{Interval(t)})); };
        CAPTURE(name, k, x);
        CHECK(at(k + 1, x) == Approx((at(k, x + step) - at(k, x - step)) / (2 * step)).epsilon(1e-5).margin(1e-5));
        const auto exact = f->derivative_exact(std::vector<unsigned>{k}, std::vector<Rational>{rational_exact(x)});
        if (exact) CHECK(contains(f->derivative(std::vector<unsigned>{k}, std::vector<Interval>{Interval(x)}), midpoint(enclose(*exact))));
      }
  }
  CHECK(make_smooth_function("sine", 1)->derivative_bound(std::vector<unsigned>{2}) == Approx(39.4784176).epsilon(1e-3));
}

TEST_CASE("polynomials are read with the usual precedence") {
  const Rational at[2] = {Rational(1, 3), Rational(2)};
  const auto value = [&](const std::string& text) { return Polynomial::parse(text, 2, "test")(at); };
  CHECK(value("x^2+3xy") == Rational(1, 9) + 2);
  CHECK(value("-x + 2*(y - 1/2)^2/3") == Rational(-1, 3) + Rational(3, 2));
  CHECK(value("0.25 x1 x2") == Rational(1, 6));
  for (const char* bad : {"", "x+", "2**x", "w", "x3", "(x", "x)", "x^-1", "x^y", "1/0", "x^99", "3 4"}) CHECK_THROWS_AS(value(bad), InputError);
}

TEST_CASE("grids and pictures are read the right way up") {
  const GridFunction grid = read_grid(file_with("grid.csv", "0, 1/2, 3\n0.25 -1 7\n1,2,3\n"), 2);
  CHECK(grid.n == 3);
  CHECK(grid.values[grid.number({2, 0})] == 3);
  CHECK(grid.values[grid.number({0, 1})] == Rational(1, 4));
  CHECK(grid.values[grid.number({1, 1})] == -1);
  CHECK(read_grid(file_with("line.csv", "1,2,3\n"), 1).values == std::vector<Rational>{1, 2, 3});
  const GridFunction image = read_image(file_with("image.pgm", "P2\n# comment\n2 2\n4\n0 1\n2 4\n"));
  CHECK(image.values[image.number({0, 1})] == 0);
  CHECK(image.values[image.number({1, 1})] == Rational(1, 4));
  CHECK(image.values[image.number({0, 0})] == Rational(1, 2));
  CHECK(image.values[image.number({1, 0})] == 1);
  const GridFunction raw = read_image(file_with("raw.pgm", std::string("P5 2 2 255\n") + std::string("\x00\x33\x66\xff", 4)));
  CHECK(raw.values[raw.number({1, 1})] == Rational(1, 5));
}

TEST_CASE("bad targets are refused in one line") {
  CHECK_THROWS_AS(read_grid(file_with("bad.csv", "1,2\n3\n"), 2), InputError);
  CHECK_THROWS_AS(read_grid(file_with("words.csv", "1,two\n3,4\n"), 2), InputError);
  CHECK_THROWS_AS(read_grid(file_with("nan.csv", "1,nan\n3,4\n"), 2), InputError);
  CHECK_THROWS_AS(read_image(file_with("short.pgm", "P5 4 4 255\nab")), InputError);
  CHECK_THROWS_AS(read_image(file_with("wide.pgm", "P2 2 1 255\n1 2\n")), InputError);
  CHECK_THROWS_AS(read_image(file_with("huge.pgm", "P2 99999 99999 255\n1 2\n")), InputError);
  CHECK_THROWS_AS(read_image(file_with("no.png", "not a picture")), InputError);
  CHECK_THROWS_AS(target("disc", 3), InputError);
  CHECK_THROWS_AS(target("nothing", 2), InputError);
  CHECK_THROWS_AS(target("image:/nowhere", 2), InputError);
}

TEST_CASE("the value of a transcendental target is enclosed where at() is only near it") {
  TargetOptions options;
  options.dim = 1;
  const auto sine = make_target("sine", options), disc = make_target("ball", options), gauss = make_target("gauss", options);
  const std::vector<Rational> third{Rational(1, 3)}, half{Rational(1, 2)};
  const Interval value = sine->enclosure_at(third);  // √3/2: its square is rational
  CHECK(value.lower() < value.upper());
  CHECK(rational_exact(value.lower()) * rational_exact(value.lower()) < Rational(3, 4));
  CHECK(rational_exact(value.upper()) * rational_exact(value.upper()) > Rational(3, 4));
  CHECK(contains(value, midpoint(enclose(sine->at(third)))));
  CHECK(gauss->enclosure_at(third).lower() < gauss->enclosure_at(third).upper());
  CHECK(disc->enclosure_at(half).lower() == 1);
  CHECK(disc->enclosure_at(half).upper() == 1);
}

}  // namespace narrows::test
