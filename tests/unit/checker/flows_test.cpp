// Ode layers in chains that are evaluated over boxes: enclosures against values and gradients of 24 digits, and claims of all kinds that
// evaluate boxes.
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "checker/flows.hpp"
#include "checker/rules/levels.hpp"
#include "level_parts.hpp"
#include "limit_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

/// The setting of output 0 over boxes.
Setting flow_setting(const std::string& model) {
  const Json json = parse_json(model, "model");
  const Network network = read_network(Field(json, "model"));
  Setting setting(fold_output(network, Output{}), network.input_dim, Domain{});
  prepare_for_boxes(setting, true);
  return setting;
}

/// [-]digits[.digits][e±n], exactly.
Rational decimal_value(const std::string& text) {
  const std::size_t e = text.find('e'), point = text.find('.');
  const std::string mantissa = text.substr(0, e);
  std::string digits = mantissa;
  long exponent = e == std::string::npos ? 0 : std::stol(text.substr(e + 1));
  if (point != std::string::npos) {
    digits.erase(point, 1);
    exponent -= static_cast<long>(mantissa.size() - point - 1);
  }
  Rational value(mpz_class(digits, 10), 1), power = 1;
  for (long i = 0; i < std::labs(exponent); ++i) power *= 10;
  return exponent < 0 ? Rational(value / power) : Rational(value * power);
}

/// The value ± 10^-22 of itself and of 1: the 24 digits of the table are right.
bool holds(const Interval& x, const std::string& text) {
  const Rational value = decimal_value(text), slack = (abs(value) + 1) / Rational(mpz_class("10000000000000000000000", 10));
  return x.is_finite() && exact_value(x.lo) - slack <= value && value <= exact_value(x.hi) + slack;
}

}  // namespace

TEST_CASE("checker: boxes through flows contain values and gradients of 24 digits") {
  const auto text = read_text(std::string(CHECKER_CORPUS_DIR) + "/../flow_truth.json");
  REQUIRE(text);
  const Json document = parse_json(*text, "truth");
  std::size_t points = 0;
  for (const Field& at : Field(document, "truth").items()) {
    const std::string model = at["model"].text();
    const Setting setting = flow_setting(model);
    const Box box = read_box(at["box"], setting.dim);
    const double width = box.hi[0] - box.lo[0];
    INFO(model << " on " << box_text(box));
    const auto check_pass = [&](Precision p, Carry carry) {
      BoxPass pass(p == leaf_precision ? setting.leaf_chain : setting.point_chain, 0, box, p, carry);
      const Interval value = pass.finish()[0].value.range;
      const bool with_gradient = carry != Carry::state;
      const std::vector<Dual> gradient = with_gradient ? pass.row_vector(0) : std::vector<Dual>();
      for (const Field& point : at["points"].items()) {
        CHECK(holds(value, point["value"].text()));
        for (std::size_t j = 0; j < gradient.size(); ++j) CHECK(holds(gradient[j].value.range, point["gradient"].items()[j].text()));
        ++points;
      }
      for (std::size_t j = 0; j < gradient.size(); ++j) {  // the same by way of J·u
        std::vector<Interval> u(setting.dim, Interval(0.0, p));
        u[j] = Interval(1.0, p);
        CHECK(holds(pass.next_row_vector_along(0, u).range, at["points"].items()[0]["gradient"].items()[j].text()));
      }
      const double found = value.hi.approx() - value.lo.approx();
      CHECK(found <= (width == 0 ? (p == leaf_precision ? 1e-7 : 1e-15) : 40 * width));  // sharp enough to be of use
    };
    for (const Carry carry : {Carry::state, Carry::values, Carry::symbols}) check_pass(leaf_precision, carry);
    if (width == 0 && points < 60) check_pass(point_precision, points < 30 ? Carry::values : Carry::state);  // seconds for the others
  }
  CHECK(points > 50);
}

TEST_CASE("checker: a rotation turns boxes and rows by its angle") {
  const Setting s = flow_setting(model(2, ode_layer(linear_branch("[[0, -1], [1, 0]]", "[0, 0]"), "1.5") + ", " + dense("[[1, 0]]", "[0]")));
  const Box box{{-1, 0.5}, {-0.75, 1}};
  const double c = std::cos(1.5), sn = std::sin(1.5);
  BoxPass pass(s.leaf_chain, 0, box, leaf_precision, Carry::values);
  const Interval value = pass.finish()[0].value.range;  // c·x − s·y
  CHECK(value.lo.approx() == Approx(-c - sn).margin(1e-3));
  CHECK(value.hi.approx() == Approx(-0.75 * c - 0.5 * sn).margin(1e-3));
  CHECK(value.lo.approx() <= -c - sn);
  CHECK(value.hi.approx() >= -0.75 * c - 0.5 * sn);
  const std::vector<Dual> v = pass.row_vector(0);
  CHECK((v[0].value.range.lo.approx() <= c && v[0].value.range.hi.approx() >= c));
  CHECK((v[1].value.range.lo.approx() <= -sn && v[1].value.range.hi.approx() >= -sn));
  CHECK(v[1].value.range.hi.approx() - v[1].value.range.lo.approx() < 1e-3);
}

TEST_CASE("checker: where a flow cannot be followed nothing is known of its values and its Jacobian") {
  constexpr double infinity = std::numeric_limits<double>::infinity();  // stiff: 256 steps of length 4, on which only |sin| <= 1 is known
  const std::string stiff = model(1, ode_layer(R"([{"type": "affine", "weight": [[1e6]], "bias": [0]}, {"type": "activation", "function": "sin"}])", "1000") + ", " + dense("[[1]]", "[0]"));
  const std::string plain = model(1, ode_layer(R"([{"type": "activation", "function": "tanh"}])", "1") + ", " + dense("[[1]]", "[0]"));
  for (const auto& [net, box] : {std::pair{stiff, Box{{0.1}, {0.2}}}, std::pair{plain, Box{{0}, {infinity}}}, std::pair{plain, Box{{-infinity}, {0}}}}) {
    const Setting s = flow_setting(net);
    for (const Carry carry : {Carry::state, Carry::values, Carry::symbols, Carry::derivatives}) {
      BoxPass pass(s.leaf_chain, 0, box, leaf_precision, carry);
      CHECK_FALSE(pass.finish()[0].value.range.nonzero());
      CHECK_FALSE(pass.row_vector(0)[0].value.range.nonzero());
      CHECK_FALSE(pass.next_row_vector_along(0, {Interval(1.0)}).range.nonzero());
    }
  }
  // Slopes were not asked for, or their derivatives, which flows have not: unknown, too.
  const Setting s = flow_setting(plain);
  BoxPass state(s.leaf_chain, 0, Box{{1}, {2}}, leaf_precision, Carry::state);
  CHECK(state.finish()[0].value.range.positive());
  CHECK_FALSE(state.row_vector(0)[0].value.range.nonzero());
  BoxPass derivatives(s.leaf_chain, 0, Box{{1}, {2}}, leaf_precision, Carry::derivatives);
  CHECK(derivatives.finish()[0].derivative[0].range.has_nan());
}

namespace {

const std::string rotation_by_one = ode_layer(linear_branch("[[0, -1], [1, 0]]", "[0, 0]"), "1");

/// Φ = (what stands behind `layers` in the model of the plane).
std::string before(const std::string& layer, const std::string& plane_model) {
  std::string text = plane_model;
  const std::string head = "\"layers\": [";
  return text.insert(text.find(head) + head.size(), layer + ", ");
}

std::string with(const std::string& text, const std::string& old, const std::string& replacement) {
  const std::size_t at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.substr(0, at) + replacement + text.substr(at + old.size());
}

}  // namespace

TEST_CASE("checker: critical points of a network behind a flow are excluded by trees") {
  // ẏ = tanh(y): sinh y(1) = e·sinh x, increasing; before it x + sin(x)/2 has the slope 0.5 at least.
  Parts p;
  const std::string flow = ode_layer(R"([{"type": "activation", "function": "tanh"}])", "1"),
                    first = scalar_block("1", "0.5", "\"sin\"");
  p.model = model(1, first + ", " + flow + ", " + dense("[[1]]", "[0]"));
  p.domain = R"({"type": "box", "bounds": [[-2, 2]]})";
  p.proof = R"({"tree": [["direction-sign", 0, [1]]]})";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.proof = R"({"tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.proof = R"({"tree": [["direction-sign", 2, [1]]]})";  // v_2 = 1; layers 1 and 2 are regular
  CHECK(verdict_of(p) == "ACCEPTED");
  // Behind the flow y − 2·sin(y), whose slope vanishes at π/3: not regular, and no direction has a sign.
  p.model = model(1, flow + ", " + scalar_block("1", "-2", "\"sin\"") + ", " + dense("[[1]]", "[0]"));
  for (const char* leaf : {R"(["direction-sign", 0, [1]])", R"(["direction-sign", 0, [-1]])", R"(["direction-sign", 1, [1]])", R"(["layers-regular"])"}) {
    p.proof = std::string(R"({"tree": [)") + leaf + "]}";
    CHECK_FALSE(check_parts(p).accepted());
  }
  p.domain = R"({"type": "box", "bounds": [[-0.125, 0.125]]})";  // up to 0.33 at the end: the slope is near -1
  for (const char* leaf : {R"(["direction-sign", 0, [-1]])", R"(["direction-sign", 1, [1]])", R"(["layers-regular"])"}) {
    p.proof = std::string(R"({"tree": [)") + leaf + "]}";
    CHECK(verdict_of(p) == "ACCEPTED");
  }
  p.proof = R"({"zeros": [{"prefix": 0, "box": [[0, 1]], "enclosure": [[0, 1]]}]})";
  CHECK(verdict_of(p) == "ode inapplicable");
  p.proof = R"({"tree": [["layers-regular"]], "zeros": [{"prefix": 0, "box": [[0, 1]], "enclosure": [[0, 1]]}]})";
  CHECK(verdict_of(p) == "ode inapplicable");
}

TEST_CASE("checker: tails see nothing through a flow, but listed layers need no values") {
  Parts p;
  p.model = model(1, ode_layer(R"([{"type": "activation", "function": "tanh"}])", "1") + ", " + scalar_block("1", "0.5", "\"tanh\"") + ", " + dense("[[1]]", "[0]"));
  p.proof = R"({"core": [-1, 1], "tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "tail not-proved");
  p.proof = R"({"layers": [{"layer": 2, "test": "norm"}], "core": [-1, 1], "tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "ACCEPTED");
}

TEST_CASE("checker: tunnels through a flow follow its image") {
  // x − y² behind a turn by 1: from the turned point (1, 0)·R(-1) along the turned axis.
  LevelParts p;
  p.model = before(rotation_by_one, parabola());
  const double c = std::cos(1.0), s = std::sin(1.0);
  const auto tunnel = [&](const std::string& from, const std::string& sign, const std::string& reaches, const std::string& proof, const std::string& verdict) {
    p.verdict = verdict;
    p.members = R"(, "level": 0, "sign": ")" + sign + R"(", "from": )" + from + R"(, "reaches": ")" + reaches + '"';
    p.proof = proof;
    return verdict_of(p);
  };
  const std::string inside = '[' + decimal(1.9 * c) + ", " + decimal(-1.9 * s) + ']', edge = '[' + decimal(2 * c / s) + ", -2]";
  CHECK(tunnel(inside, "+", "boundary", "{\"path\": [" + inside + ", " + edge + "]}", "proved") == "ACCEPTED");
  CHECK(tunnel(inside, "-", "boundary", "{\"path\": [" + inside + ", " + edge + "]}", "proved") == "strict-sign not-proved");
  const std::string upright = "[1.9, 0]";  // inside without the turn, outside with it
  CHECK(tunnel(upright, "+", "boundary", "{\"path\": [[1.9, 0], [2, 0]]}", "proved") == "strict-sign not-proved");
  CHECK(tunnel(upright, "-", "boundary", "{\"path\": [[1.9, 0], [2, 0]]}", "proved") == "ACCEPTED");
  const std::string good = p.model;
  p.model = with(good, R"("time": [0, 1])", R"("time": [0, 0.25])");
  CHECK(tunnel(upright, "-", "boundary", "{\"path\": [[1.9, 0], [2, 0]]}", "proved") == "strict-sign not-proved");
  p.model = with(good, "[[0, -1], [1, 0]]", "[[0, 1], [-1, 0]]");
  CHECK(tunnel(inside, "+", "boundary", "{\"path\": [" + inside + ", " + edge + "]}", "proved") == "strict-sign not-proved");
  p.model = good;
  p.domain = space_domain;
  CHECK(tunnel(inside, "+", "infinity", "{\"path\": [" + inside + "], \"direction\": [" + decimal(c) + ", " + decimal(-s) + "]}", "proved") == "far-field inapplicable");
  p.model = before(rotation_by_one, bowl());
  p.domain = R"({"type": "box", "bounds": [[-4, 4], [-4, 4]]})";
  CHECK(tunnel("[0.25, 0]", "-", "closed", R"({"box": [[-3, 3], [-3, 3]]})", "refuted") == "ACCEPTED");
  CHECK(tunnel("[0.25, 0]", "-", "closed", R"({"box": [[-1, 1], [-1, 1]]})", "refuted") == "barrier not-proved");
}

namespace {

/// Leaves with a sign where there is one, else `monotone` along the gradient at the middle where that is proved.
std::string curve_tree(const Setting& s, const Box& box, int depth) {
  if (const int sign = sign_on(s, box)) return sign > 0 ? R"(["plus"])" : R"(["minus"])";
  BoxPass pass(s.leaf_chain, 0, midpoint(box), leaf_precision, Carry::values);
  std::string u;
  for (const Dual& v : pass.row_vector(0)) u += (u.empty() ? "" : ", ") + decimal(midpoint_approx(v.value.range));
  if (depth == 0) return "[\"monotone\", [" + u + "]]";
  const std::size_t axis = box.hi[1] - box.lo[1] > box.hi[0] - box.lo[0] ? 1 : 0;
  Box lower = box, upper = box;
  lower.hi[axis] = upper.lo[axis] = midpoint(box).lo[axis];
  return "[\"split\", " + std::to_string(axis) + "], " + curve_tree(s, lower, depth - 1) + ", " + curve_tree(s, upper, depth - 1);
}

LevelParts disc_behind_a_flow(const std::string& layer) {
  LevelParts p;
  p.kind = "level-curve";
  p.model = before(layer, bowl());
  const Box box{{-4, -4}, {4.5, 4.25}};
  p.domain = box_domain(box);
  p.members = R"(, "level": 0, "curves": {"closed": 1, "arcs": 0}, "components": [{"sign": "+", "status": "reaches-boundary", "holes": 1, "area": [0, 100]},
    {"sign": "-", "status": "closed", "holes": 0, "area": [0, 100]}], "contains": [{"point": [0, 0], "component": 1}])";
  p.proof = "{\"tree\": [" + curve_tree(flow_setting(p.model), box, 7) + "]}";
  return p;
}

}  // namespace

TEST_CASE("checker: a level curve behind a flow, and nothing else") {
  const std::string turn = ode_layer(linear_branch("[[0, -1], [1, 0]]", "[0.25, 0]") + ", " + linear_branch("[[0, -0.5], [0.5, 0]]", "[0, -0.25]"), "1", "linear");
  const LevelParts good = disc_behind_a_flow(turn);
  CHECK(verdict_of(good) == "ACCEPTED");
  const auto verdict_for = [&](const std::string& old, const std::string& replacement) {
    LevelParts p = good;
    (p.members.find(old) == std::string::npos ? p.model : p.members) = with(p.members.find(old) == std::string::npos ? p.model : p.members, old, replacement);
    return verdict_of(p);
  };
  CHECK(verdict_for(R"("closed": 1)", R"("closed": 2)") == "crossings mismatch");
  CHECK(verdict_for(R"("component": 1)", R"("component": 0)") == "crossings mismatch");
  CHECK(verdict_for("[0.25, 0]", "[6, 0]") != "ACCEPTED");
  CHECK(verdict_for(R"("time": [0, 1])", R"("time": [0, 8])") != "ACCEPTED");
  CHECK(verdict_for("[-4]", "[-3]") != "ACCEPTED");
  LevelParts p = good;
  p.proof = with(p.proof, R"(["plus"])", R"(["minus"])");
  CHECK(verdict_of(p) == "minus not-proved");
  p = good;
  p.model = with(p.model, "\"linear\"", "\"constant\"");  // another flow of almost the same image: still a disc
  CHECK(verdict_of(p) == "ACCEPTED");
}

TEST_CASE("checker: areas and errors through a flow") {
  // {x + y·tan... > 0} turned by 1 is a half-plane again: half of the square.
  LevelParts p;
  p.kind = "level-area";
  p.model = before(rotation_by_one, plane_x());
  p.members = R"(, "level": 0, "regions": [], "areas": [{"sign": "+", "region": null, "side": "inside", "area": [7.99, 8.01]}], "labels": [{"point": [0, -1], "sign": "+"}])";
  std::string cuts;
  const auto grid = [](const auto& self, int depth, int axis) -> std::string {
    return depth == 0 ? R"(["cut"])" : "[\"split\", " + std::to_string(axis) + "], " + self(self, depth - 1, 1 - axis) + ", " + self(self, depth - 1, 1 - axis);
  };
  p.proof = "{\"tree\": [" + grid(grid, 4, 0) + "]}";
  CHECK(verdict_of(p) == "ACCEPTED");
  const std::string good = p.members;
  p.members = with(good, "[7.99, 8.01]", "[8.01, 8.5]");
  CHECK(verdict_of(p) == "region-area not-proved");
  p.members = with(good, "[0, -1]", "[0, 1]");
  CHECK(verdict_of(p) == "strict-sign not-proved");

  // cos(1)·x − sin(1)·y against the polynomial with rounded coefficients.
  const auto error = [&](const std::string& coefficient, const std::string& hi, const std::string& lo = "0") {
    const std::string claim = R"({"kind": "sup-error", "verdict": "proved", "domain": {"type": "box", "bounds": [[-1, 1], [-1, 1]]}, "output": {"type": "component", "index": 0},
      "target": {"type": "polynomial", "terms": [[)" + coefficient + ", [1, 0]], [" + decimal(-std::sin(1.0)) + ", [0, 1]]]}, \"error\": [" + lo + ", " + hi + "]}";
    return short_verdict(check(certificate(claim, p.model, R"({"point": [1, 1], "tree": [["below"]]})")));
  };
  CHECK(error(decimal(std::cos(1.0)), "1e-3") == "ACCEPTED");
  CHECK(error(decimal(std::cos(1.0) + 0.01), "1e-3") == "below not-proved");
  CHECK(error(decimal(std::cos(1.0) + 0.01), "0.02", "0.0099999") == "ACCEPTED");
  CHECK(error(decimal(std::cos(1.0) + 0.01), "0.02", "0.0100001") == "sup-error not-proved");
}

TEST_CASE("checker: flows that would keep the checker busy are refused") {
  const auto verdict_for = [](const std::string& net, const std::string& bounds) {
    Parts p;
    p.model = net;
    p.domain = R"({"type": "box", "bounds": )" + bounds + "}";
    p.proof = R"({"tree": [["layers-regular"]]})";
    return verdict_of(p);
  };
  std::string column = "[", bias = "[", row = "[", rows = "[";
  for (int i = 0; i < 65; ++i) {
    column += i == 0 ? "[1]" : ", [1]";
    bias += i == 0 ? "0" : ", 0";
    row += i == 0 ? "1" : ", 1";
  }
  for (int i = 0; i < 65; ++i) rows += (i == 0 ? "" : ", ") + row + "]";
  CHECK(verdict_for(model(1, dense(column + "]", bias + "]") + ", " + ode_layer("[" + dense(rows + "]", bias + "]") + "]", "1") + ", " + dense("[" + row + "]]", "[0]")), "[[0, 1]]") == "ode limit");
  std::string many;  // 256 steps each, all on wide branches
  for (int i = 0; i < 2; ++i) many += std::string(i == 0 ? "" : ", ") + "[" + dense(column + "]", bias + "]") + ", " + dense("[" + row + "]]", "[0]") + "]";
  CHECK(verdict_for(model(1, ode_layer(many, "1000000") + ", " + dense("[[1]]", "[0]")), "[[0, 1]]") == "ACCEPTED");  // regular without being followed
  std::string more = many;
  for (int i = 0; i < 4; ++i) more += ", " + many;
  CHECK(verdict_for(model(1, ode_layer(more, "1000000") + ", " + dense("[[1]]", "[0]")), "[[0, 1]]") == "ode limit");
}
