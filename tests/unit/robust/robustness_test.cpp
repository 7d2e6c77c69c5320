// Certified and attacked radii against brute force, and what tables conclude from them.
#include "robust/robustness.hpp"

#include "base/errors.hpp"
#include "robust/comparison.hpp"
#include "support.hpp"

using namespace narrows;
using namespace narrows::robust;
using namespace narrows::test;

namespace {

ImageList random_images(RandomCases& random, std::size_t pixels, std::size_t classes, int count) {
  ImageList list;
  list.scale = Rational(1, random.integer(0, 1) == 0 ? 16 : 10);  // tenths are no doubles
  list.pixels = pixels;
  for (int n = 0; n < count; ++n) {
    LabelledImage image;
    image.label = static_cast<std::size_t>(random.integer(0, static_cast<int>(classes) - 1));
    for (std::size_t i = 0; i < pixels; ++i) image.pixels.push_back(random.integer(-16, 16));
    list.images.push_back(image);
  }
  return list;
}

std::vector<Rational> pixels_of(const ImageList& list, std::size_t n) {
  std::vector<Rational> x;
  for (const int k : list.images[n].pixels) x.push_back(list.scale * k);
  return x;
}

bool has_label(const Network& network, const std::vector<Rational>& x, std::size_t label) {
  const std::vector<Rational> y = exact_at(network, x).value;
  for (std::size_t j = 0; j < y.size(); ++j)
    if (j != label && y[j] >= y[label]) return false;
  return true;
}

/// All points of the ball whose coordinates are off by −r, −r/2, 0, r/2 or r.
bool lattice_keeps_label(const Network& network, const std::vector<Rational>& x, const Rational& r,
                         std::size_t label) {
  const std::size_t points = 125;  // 5^3
  for (std::size_t n = 0; n < points; ++n) {
    std::vector<Rational> moved = x;
    std::size_t digits = n;
    for (Rational& entry : moved) {
      entry += r * Rational(static_cast<int>(digits % 5) - 2, 2);
      digits /= 5;
    }
    if (!has_label(network, moved, label)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE(
    "the label holds at the corners of every certified ball, and just beyond the attack it does not hold "
    "everywhere") {
  RandomCases random(91);
  std::size_t certified = 0, by_slopes = 0, attacked = 0;
  for (int n = 0; n < cases(25, 1000); ++n) {
    const Network network = random_classifier(random, 3, 3);
    const ImageList list = random_images(random, 3, 3, 12);
    RobustnessOptions options;
    options.radii = {0.05, 0.3, 1};
    const RobustnessResult result = analyse_robustness(network, list, options, "random");
    REQUIRE(result.complete);
    for (std::size_t i = 0; i < list.images.size(); ++i) {
      const ImageResult& image = result.images[i];
      const std::vector<Rational> x = pixels_of(list, i);
      const bool right = has_label(network, x, list.images[i].label);
      if (image.status == ImageResult::Status::right) CHECK(right);
      if (image.status == ImageResult::Status::wrong) CHECK_FALSE(right);
      if (image.status != ImageResult::Status::right) continue;
      CHECK(image.certified < image.attacked);
      CHECK(lattice_keeps_label(network, x, rational_exact(image.certified), list.images[i].label));
      certified += image.certified > 0;
      by_slopes += image.rule == Rule::lipschitz_margin;
      attacked += image.attacked < kInfinity;
      const Exact at = exact_at(network, x);
      Rational least = -1;
      for (std::size_t j = 0; j < 3; ++j)
        if (j != list.images[i].label && (least < 0 || at.value[list.images[i].label] - at.value[j] < least))
          least = at.value[list.images[i].label] - at.value[j];
      CHECK(rational_exact(image.margin.lower()) <= least);
      CHECK(rational_exact(image.margin.upper()) >= least);
    }
  }
  CHECK(certified > 20);  // otherwise nothing was tested
  CHECK(by_slopes > 0);
  CHECK(attacked > 20);
}

TEST_CASE("a linear classifier is certified and attacked at the exact radius") {
  // f_0 − f_1 = 2x + 3y + 1: at (1/2, 1/4) the margin is 11/4, the l1 norm 5, the radius 11/20.
  Network network;
  network.input_dim = 2;
  network.layers = {{AffineLayer{2, 2, {2, 3, 0, 0}, {1, 0}}}};
  const ImageList list = parse_image_list("# scale 1/4\n0,2,1\n1,2,1\n", "two");
  RobustnessOptions options;
  options.radii = {0.1, 0.551};
  const RobustnessResult result = analyse_robustness(network, list, options, "linear");
  CHECK(result.images[0].certified == Approx(0.55).epsilon(2e-6));
  CHECK(result.images[0].certified < 0.55);
  CHECK(result.images[0].attacked > 0.55);
  CHECK(result.images[0].attacked <= 0.551);
  CHECK(contains(result.images[0].gradient, 5));
  CHECK(result.images[1].status == ImageResult::Status::wrong);
  const auto counts = count_by_radius(result, options.radii);
  CHECK((counts[0].certified == 1 && counts[0].not_attacked == 1));
  CHECK((counts[1].certified == 0 && counts[1].not_attacked == 0));
}

TEST_CASE("an image on the boundary of two classes is neither right nor wrong") {
  Network network;
  network.input_dim = 1;
  network.layers = {{AffineLayer{2, 1, {1, 0}, {0, 0}}}};
  const RobustnessResult result =
      analyse_robustness(network, parse_image_list("0,0\n", "zero"), {}, "boundary");
  CHECK(result.images[0].status == ImageResult::Status::unknown);
  CHECK(result.images[0].certified == 0);
}

TEST_CASE("a stopped analysis skips images and certifies nothing about them") {
  RandomCases random(92);
  const Network network = random_classifier(random, 3, 3);
  RobustnessOptions options;
  options.stop = StopToken(0.0);
  const RobustnessResult result =
      analyse_robustness(network, random_images(random, 3, 3, 20), options, "stopped");
  CHECK_FALSE(result.complete);
  const auto counts = count_by_radius(result, {0.1});
  CHECK(counts[0].certified == 0);
  CHECK(counts[0].not_attacked == 20);
}

TEST_CASE("image lists are read exactly and refused with the line") {
  const ImageList list = parse_image_list("# a remark\n# scale 2/3\n\n7, 1,-2 \r\n0,3,4", "list");
  CHECK(list.scale == Rational(2, 3));
  CHECK(list.pixels == 2);
  REQUIRE(list.images.size() == 2);
  CHECK(list.images[0].label == 7);
  CHECK(list.images[0].pixels == std::vector<int>{1, -2});
  const auto refused = [](const std::string& text, const std::string& part) {
    try {
      (void)parse_image_list(text, "list");
    } catch (const InputError& error) {
      INFO(error.what());
      return std::string(error.what()).find(part) == 0;
    }
    return false;
  };
  CHECK(refused("", "list: holds no image"));
  CHECK(refused("0,1\n0,1,2\n", "list: line 2: the image has 2 pixels, the first one has 1"));
  CHECK(refused("0,1\n0,1.5\n", "list: line 2: '1.5' is not an integer"));
  CHECK(refused("-1,1\n", "list: line 1: '-1' is not an integer"));
  CHECK(refused("0,70000\n", "list: line 1: '70000'"));
  CHECK(refused("5\n", "list: line 1: the image has 0 pixels"));
  CHECK(refused("# scale 0\n0,1\n", "list: line 1: the scale"));
  CHECK(refused("0,\n", "list: line 1: ''"));
}

TEST_CASE("only disjoint brackets prove that a wider network is more robust") {
  const auto row = [](const std::string& file, std::size_t width, std::size_t certified,
                      std::size_t not_attacked) {
    NetworkRow r;
    r.file = file;
    r.group = group_of(file);
    r.width = width;
    r.images = 100;
    r.counts = {{0.1, certified, not_attacked}};
    return r;
  };
  CHECK(group_of("a/ibp_w16_s0.onnx") == "ibp");
  CHECK(group_of("net_wide_w2.json") == "net_wide");
  CHECK(group_of("plain.onnx") == "plain");
  const auto proved = compare_widths({row("a_w2", 2, 40, 50), row("a_w4", 4, 51, 70)});
  REQUIRE(proved.size() == 1);
  CHECK(proved[0].proved == 1);
  const auto refuted = compare_widths({row("a_w2", 2, 40, 50), row("a_w4", 4, 10, 39)});
  CHECK(refuted[0].refuted == 1);
  // Fewer certified is no counterexample as long as the brackets meet; equal ends decide nothing.
  for (const auto& [certified, not_attacked] :
       {std::pair<std::size_t, std::size_t>{0, 90}, {50, 60}, {10, 40}}) {
    const auto open = compare_widths({row("a_w2", 2, 40, 50), row("a_w4", 4, certified, not_attacked)});
    CHECK(open[0].undecided == 1);
    CHECK(open[0].certified_falls == (certified < 40));
  }
  CHECK(compare_widths({row("a_w2", 2, 1, 2), row("b_w4", 4, 3, 4)}).empty());
  CHECK(undecided_images({row("a_w2", 2, 40, 50), row("a_w4", 4, 51, 70)}) == 29);
}
