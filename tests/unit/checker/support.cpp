#include "support.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <random>

#include "checker/proof.hpp"
#include "checker/sha256.hpp"

namespace narrows::checker::test {
namespace {

std::string text_of(double x) {
  char buffer[64];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, x).ptr};
}

/// v_0 = ∇Φ and the Hessian at a point, approximately.
struct Approximation {
  std::vector<double> gradient;
  IntervalMatrix hessian;
};

Approximation approximate(const Setting& s, const std::vector<double>& x) {
  BoxPass pass(s.point_chain, 0, Box{x, x}, point_precision, Carry::derivatives);
  Approximation a;
  const auto v = pass.row_vector(0);
  a.hessian = IntervalMatrix(s.dim, s.dim);
  for (std::size_t i = 0; i < s.dim; ++i) {
    a.gradient.push_back(midpoint_approx(v[i].value.range));
    for (std::size_t j = 0; j < s.dim; ++j) a.hessian.at(i, j) = v[i].derivative[j].range;
  }
  return a;
}

Box around(const std::vector<double>& x, double radius) {
  Box box;
  for (const double c : x) box.lo.push_back(c - radius), box.hi.push_back(c + radius);
  return box;
}

class Prover {
 public:
  Prover(Setting& setting, int depth) : s_(setting), depth_(depth) {}

  std::string tree;
  std::size_t leaves = 0, undecided = 0;

  void settle(const Box& box, int level) {
    const std::string leaf = leaf_for(box);
    if (!leaf.empty() || level == depth_) {
      ++leaves;
      if (leaf.empty()) ++undecided;
      return emit(leaf.empty() ? R"(["undecided"])" : leaf);
    }
    find_zero(box);
    std::size_t axis = 0;
    for (std::size_t i = 1; i < s_.dim; ++i) {
      if (box.hi[i] - box.lo[i] > box.hi[axis] - box.lo[axis]) axis = i;
    }
    emit("[\"split\", " + std::to_string(axis) + ']');
    Box lower = box, upper = box;
    lower.hi[axis] = upper.lo[axis] = 0.5 * box.lo[axis] + 0.5 * box.hi[axis];
    settle(lower, level + 1);
    settle(upper, level + 1);
  }

 private:
  void emit(const std::string& operation) { tree += (tree.empty() ? "" : ",\n") + operation; }

  std::string leaf_for(const Box& box) {
    if (s_.domain.type == Domain::Type::ball && outside_ball(box, s_.domain.radius)) return R"(["outside-domain"])";
    for (std::size_t i = 0; i < s_.zeros.size(); ++i) {
      if (contained(box, s_.zeros[i].box)) return "[\"unique-zero\", " + std::to_string(i) + ']';
    }
    std::size_t prefix = 0;  // the longest regular one
    BoxPass pass(s_.leaf_chain, 0, box, leaf_precision, Carry::values);
    while (prefix < s_.chain.size() && is_regular_on_trace(s_, s_.leaf_chain, prefix, pass.advance())) ++prefix;
    if (prefix == s_.chain.size()) return R"(["layers-regular"])";
    for (const std::size_t p : {prefix, std::size_t{0}}) {
      const std::string leaf = direction_leaf(box, p);
      if (!leaf.empty()) return leaf;
    }
    return {};
  }

  std::string direction_leaf(const Box& box, std::size_t prefix) {
    std::vector<double> m;
    for (std::size_t i = 0; i < s_.dim; ++i) m.push_back(0.5 * box.lo[i] + 0.5 * box.hi[i]);
    BoxPass pass(s_.leaf_chain, 0, Box{m, m}, leaf_precision, Carry::values);
    Leaf leaf;
    leaf.prefix = prefix;
    std::string direction;
    for (const Dual& v : pass.row_vector(prefix)) {
      const double u = midpoint_approx(v.value.range);
      leaf.direction.emplace_back(u, leaf_precision);
      direction += (direction.empty() ? "" : ", ") + text_of(u);
    }
    if (!direction_sign_holds(leaf, box, s_)) return {};
    return "[\"direction-sign\", " + std::to_string(prefix) + ", [" + direction + "]]";
  }

  void find_zero(const Box& box) {
    if (s_.smoothness != Smoothness::smooth || box.hi[0] - box.lo[0] > 0.3) return;
    std::vector<double> x;
    for (std::size_t i = 0; i < s_.dim; ++i) x.push_back(0.5 * box.lo[i] + 0.5 * box.hi[i]);
    for (int step = 0; step < 8; ++step) {
      const Approximation a = approximate(s_, x);
      const auto inverse = inverse_approx(a.hessian);
      if (!inverse) return;
      for (std::size_t i = 0; i < s_.dim; ++i) {
        for (std::size_t j = 0; j < s_.dim; ++j) x[i] -= midpoint_approx(inverse->at(i, j)) * a.gradient[j];
      }
    }
    if (!contained(Box{x, x}, box)) return;
    for (const Zero& zero : s_.zeros) {
      if (contained(Box{x, x}, zero.box)) return;
    }
    for (double radius = 0.25; radius > 1e-6; radius /= 2) {
      const Zero zero{0, around(x, radius), around(x, 1e-9)};
      try {
        check_krawczyk_zero(s_, zero, "");
      } catch (const Rejection&) {
        continue;
      }
      s_.zeros.push_back(zero);
      return;
    }
  }

  Setting& s_;
  int depth_;
};

}  // namespace

std::string certificate(const std::string& claim, const std::string& model, const std::string& proof) {
  return "{\"format\": \"narrows-certificate/1\", \"tool\": \"test\",\n\"claim\": " + claim +
         ",\n\"network\": {\"source\": {\"file\": \"net.json\", \"sha256\": \"" + std::string(64, '0') + "\"}, \"model_sha256\": \"" +
         sha256_hex(model) + "\",\n\"model\": " + model + "},\n\"proof\": " + proof + "}\n";
}

std::string certificate(const Parts& p) {
  return certificate("{\"kind\": \"" + p.kind + "\", \"verdict\": \"" + p.verdict + "\", \"domain\": " + p.domain + ", \"output\": " + p.output +
                         ", \"complete\": " + p.complete + ", \"critical_points\": " + p.points + "}",
                     p.model, p.proof);
}

Outcome check_parts(const Parts& parts) { return check(certificate(parts)); }

std::string short_verdict(const Outcome& outcome) {
  if (outcome.accepted()) return "ACCEPTED";
  return outcome.rejected->rule + ' ' + name_of(outcome.rejected->reason);
}

std::string verdict_of(const Parts& parts) { return short_verdict(check_parts(parts)); }

std::string model(std::size_t d, const std::string& layers) {
  return R"({"format": "narrows-network/1", "input_dim": )" + std::to_string(d) + ", \"layers\": [" + layers + "]}";
}

std::string scalar_block(const std::string& skip, const std::string& residual, const std::string& function,
                         const std::string& weight, const std::string& bias) {
  return "{\"type\": \"residual\", \"skip\": " + skip + ", \"residual\": " + residual +
         ", \"branch\": [{\"type\": \"affine\", \"weight\": [[" + weight + "]], \"bias\": [" + bias +
         "]}, {\"type\": \"activation\", \"function\": " + function + "}]}";
}

std::string layers_proof(const std::vector<std::string>& tests) {
  std::string text;
  for (std::size_t l = 0; l < tests.size(); ++l) {
    text += (l == 0 ? "" : ", ") + ("{\"layer\": " + std::to_string(l + 1)) + ", \"test\": \"" + tests[l] + "\"}";
  }
  return "{\"layers\": [" + text + "]}";
}

std::string box_text(const Box& box) {
  std::string text;
  for (std::size_t i = 0; i < box.dim(); ++i) {
    text += (i == 0 ? "[" : ", [") + text_of(box.lo[i]) + ", " + text_of(box.hi[i]) + ']';
  }
  return '[' + text + ']';
}

std::string box_domain(const Box& box) { return "{\"type\": \"box\", \"bounds\": " + box_text(box) + "}"; }

std::optional<std::string> read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Search search(const std::string& model, const Domain& domain, int depth) {
  const Json json = parse_json(model, "model");
  const Network network = read_network(Field(json, "model"));
  Setting s(fold_output(network, Output{}), network.input_dim, domain);
  prepare_for_boxes(s);
  Prover prover(s, depth);
  Box root = domain.box;
  if (domain.type == Domain::Type::ball) {
    root = around(std::vector<double>(s.dim, 0), domain.radius);
  }
  prover.settle(root, 0);

  Search found;
  std::string zeros;
  for (const Zero& zero : s.zeros) {
    BoxPass pass(s.point_chain, 0, zero.enclosure, point_precision, Carry::values);
    const double value = midpoint_approx(pass.finish()[0].value.range);
    const auto index = morse_index(s, zero.enclosure);
    const bool first = zeros.empty();
    zeros += (first ? "" : ", ") + ("{\"prefix\": 0, \"box\": " + box_text(zero.box)) +
             ", \"enclosure\": " + box_text(zero.enclosure) + "}";
    found.points += (first ? "" : ", ") + ("{\"box\": " + box_text(zero.enclosure)) + ", \"value\": [" +
                    text_of(value - 1e-6) + ", " + text_of(value + 1e-6) +
                    "], \"morse_index\": " + (index ? std::to_string(*index) : "null") + ", \"in_domain\": \"inside\"}";
  }
  found.points = '[' + found.points + ']';
  found.proof = "{\"zeros\": [" + zeros + "], \"tree\": [" + prover.tree + "]}";
  found.leaves = prover.leaves;
  found.undecided = prover.undecided;
  found.zeros = s.zeros.size();
  return found;
}

std::string deep_model(int blocks, double step, unsigned seed) {
  std::mt19937 source(seed);
  std::uniform_real_distribution<double> weight(-2, 2);
  std::string layers;
  for (int b = 0; b < blocks; ++b) {
    const auto w = [&] { return text_of(weight(source)); };
    layers += "{\"type\": \"residual\", \"skip\": 1, \"residual\": " + text_of(step) +
              ", \"branch\": [{\"type\": \"affine\", \"weight\": [[" + w() + ", " + w() + "], [" + w() + ", " + w() +
              "]], \"bias\": [" + w() + ", " + w() +
              "]}, {\"type\": \"activation\", \"function\": \"tanh\"}]}, ";
  }
  return model(2, layers + R"({"type": "affine", "weight": [[1, -0.5]], "bias": [0.25]})");
}

}  // namespace narrows::checker::test
