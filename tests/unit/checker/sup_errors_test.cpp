#include <catch2/catch.hpp>

#include "level_parts.hpp"

using namespace narrows::checker::test;

namespace {

const std::string square = R"({"type": "polynomial", "terms": [[1, [2]]]})";
const std::string line = R"({"type": "box", "bounds": [[-1, 1]]})", disc = R"({"type": "ball", "radius": 1})";

LevelParts error(const std::string& model, const std::string& domain, const std::string& target,
                 const std::string& bounds, const std::string& point,
                 const std::string& tree = R"(["below"])") {
  LevelParts p;
  p.model = model;
  p.kind = "sup-error";
  p.domain = domain;
  p.members = R"(, "target": )" + target + R"(, "error": )" + bounds;
  p.proof = R"({"point": )" + point + R"(, "tree": [)" + tree + "]}";
  return p;
}
/// Φ(x) = x on [-1, 1] and x²: 2 at -1.
std::string identity(const std::string& bounds, const std::string& point = "[-1]",
                     const std::string& tree = R"(["below"])") {
  return verdict_of(error(model(1, dense("[[1]]", "[0]")), line, square, bounds, point, tree));
}

}  // namespace

TEST_CASE("checker: sup-error encloses the error of the identity against a square") {
  CHECK(identity("[2, 2.001]") == "ACCEPTED");
  CHECK(identity("[0, 3]", R"(["1/2"])") == "ACCEPTED");
  CHECK(identity("[2, 2.001]", "[-1]", R"(["split", 0], ["below"], ["below"])") == "ACCEPTED");
  CHECK(identity("[2.0000001, 2.001]") == "sup-error not-proved");
  CHECK(identity("[2, 2.001]", "[-0.99]") == "sup-error not-proved");
  CHECK(identity("[2, 2.001]", "[-2]") == "document out-of-range");  // 6 there, but not in the domain
  CHECK(identity("[1, 1.99]") == "below not-proved");
  CHECK(identity("[3, 2]") == "document out-of-range");
  CHECK(identity("[2, 2.001]", "[-1]", R"(["split", 0], ["below"])") == "document incomplete");
  CHECK(identity("[2, 2.001]", "[-1]", R"(["undecided"])") == "document unknown");
  CHECK(identity("[2, 2.001]", "[-1]", R"(["outside-domain"])") == "document inapplicable");
  CHECK(identity("[2, 2.001]", "[-1]", R"(["below", 1])") == "document mismatch");
  CHECK(check_parts(error(model(1, dense("[[1]]", "[0]")), line, square, "[2, 2.001]", "[-1]")).claim ==
        "sup-error proved on [-1,1] output 0: [2,2.001] to polynomial 1*(2)");
}

TEST_CASE("checker: sup-error keeps a final sigmoid, unlike claims about levels") {
  const std::string logistic = model(1, activated("sigmoid"));
  const std::string same = R"({"type": "sigmoid", "terms": [[1, [1]]]})",
                    straight = R"({"type": "polynomial", "terms": [[1, [1]]]})";
  CHECK(verdict_of(error(logistic, line, same, "[0, 1e-5]", "[0]")) == "ACCEPTED");
  CHECK(verdict_of(error(logistic, line, straight, "[0, 1e-5]", "[0]")) ==
        "below not-proved");  // what is left without the sigmoid
  CHECK(verdict_of(error(logistic, line, straight, "[0.5, 1.3]", "[0]")) ==
        "ACCEPTED");  // 1/2 at 0, 1.27 at -1
  CHECK(verdict_of(error(model(1, dense("[[1]]", "[0]")), line, same, "[0, 1e-5]", "[0]")) ==
        "below not-proved");
}

TEST_CASE("checker: sup-error on a ball asks nothing of boxes outside") {
  const std::string zero = model(2, dense("[[0, 0]]", "[0]")),
                    norm = R"({"type": "polynomial", "terms": [[1, [2, 0]], [1, [0, 2]]]})";
  const std::string rim = R"(["3/5", "4/5"])";
  CHECK(verdict_of(error(zero, disc, norm, "[1, 1.1]", rim)) == "ACCEPTED");  // 2 at the corners of the root
  CHECK(verdict_of(error(zero, disc, norm, "[0.9, 0.99]", rim)) == "below not-proved");
  CHECK(verdict_of(error(zero, disc, norm, "[1, 1.1]", R"(["3/5", "4000001/5000000"])")) ==
        "document out-of-range");
  CHECK(verdict_of(error(zero, disc, norm, "[1, 1.1]", rim, R"(["outside-domain"])")) ==
        "outside-domain not-proved");
  const auto corner = [](const std::string& rest) {
    return R"(["split", 0], ["split", 1], ["split", 0], ["split", 1], ["split", 0], ["split", 1], )" + rest;
  };
  const std::string b = R"(, ["below"])";
  CHECK(verdict_of(error(zero, disc, norm, "[1, 1.1]", rim,
                         corner(R"(["outside-domain"])" + b + b + b + b + b + b))) == "ACCEPTED");
  CHECK(verdict_of(error(zero, space_domain, norm, "[1, 1.1]", rim)) == "document inapplicable");
}

TEST_CASE("checker: sup-error refuses points of very long numbers") {
  const std::string half = R"(["0x0.8)";
  CHECK(identity("[0, 3]", half + std::string(500, '0') + R"(1p0"])") == "ACCEPTED");
  CHECK(identity("[0, 3]", half + std::string(520, '0') + R"(1p0"])") == "sup-error limit");
}

TEST_CASE("checker: sup-error reads targets strictly") {
  const auto with = [](const std::string& target) {
    return verdict_of(error(model(1, dense("[[1]]", "[0]")), line, target, "[0, 9]", "[0]"));
  };
  CHECK(with(R"({"type": "polynomial", "terms": []})") == "ACCEPTED");
  CHECK(with(R"({"type": "polynomial", "terms": [["1/3", [32]], [-1, [0]]]})") == "ACCEPTED");
  CHECK(with(R"({"type": "polynomial", "terms": [[1, [33]]]})") == "document out-of-range");
  CHECK(with(R"({"type": "polynomial", "terms": [[1, [1, 1]]]})") == "document mismatch");
  CHECK(with(R"({"type": "polynomial", "terms": [[1, [-1]]]})") == "document out-of-range");
  CHECK(with(R"({"type": "polynomial", "terms": [[1, [0.5]]]})") == "document out-of-range");
  CHECK(with(R"({"type": "cosine", "terms": []})") == "document unknown");
  CHECK(with(R"({"type": "polynomial", "terms": [], "scale": 1})") == "document unknown");
}
