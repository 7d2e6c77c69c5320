#include "branch_parts.hpp"

#include <algorithm>
#include <cmath>

namespace narrows::checker::test {
namespace {

std::string list_of(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return '[' + text + ']';
}

Box around(const std::vector<double>& x, double radius) {
  Box box{x, x};
  for (double& lo : box.lo) lo -= radius;
  for (double& hi : box.hi) hi += radius;
  return box;
}

/// A box about the curve's piece, wider by a share of the movement.
Box about(const Curve& curve, const SlabPlan& plan, double share) {
  Box box{curve(plan.from), curve(plan.to)};
  for (std::size_t i = 0; i < box.dim(); ++i) {
    if (box.lo[i] > box.hi[i]) std::swap(box.lo[i], box.hi[i]);
    const double room = share * (box.hi[i] - box.lo[i]) + 1e-3;
    box.lo[i] -= room;
    box.hi[i] += room;
  }
  return box;
}

std::string zero_text(const Curve& curve, const SlabPlan& plan) {
  return R"({"prefix": 0, "box": )" + box_text(about(curve, plan, 0.5)) + R"(, "enclosure": )" +
         box_text(about(curve, plan, 0.25)) + "}";
}

/// Closes the boxes of a slab with the rules of the checker.
class Cover {
 public:
  Cover(const BranchParts& parts, Box cell)
      : cell_(std::move(cell)), setting_(setting_of(parts.model, Family::shared)) {}

  std::vector<std::string> tree;
  std::vector<Box> zeros, events;

  void close(const Box& box, int depth) {
    const std::string leaf = leaf_for(box);
    if (!leaf.empty() || depth == 0) return tree.push_back(leaf.empty() ? R"(["layers-regular"])" : leaf);
    const std::size_t axis = box.dim() == 2 && box.hi[1] - box.lo[1] > box.hi[0] - box.lo[0] ? 1 : 0;
    tree.push_back("[\"split\", " + std::to_string(axis) + ']');
    Box lower = box, upper = box;
    lower.hi[axis] = upper.lo[axis] = 0.5 * box.lo[axis] + 0.5 * box.hi[axis];
    close(lower, depth - 1);
    close(upper, depth - 1);
  }

 private:
  std::string leaf_for(const Box& box) const {
    for (std::size_t i = 0; i < zeros.size(); ++i)
      if (contained(box, zeros[i])) return "[\"unique-zero\", " + std::to_string(i) + ']';
    for (std::size_t m = 0; m < events.size(); ++m)
      if (contained(box, events[m])) return "[\"event\", " + std::to_string(m) + ']';
    for (std::size_t i = 0; i < box.dim(); ++i) {
      Leaf leaf;
      std::string direction;
      for (std::size_t k = 0; k < box.dim(); ++k) {
        leaf.direction.emplace_back(k == i ? 1 : 0);
        direction += (k == 0 ? "" : ", ") + std::string(k == i ? "1" : "0");
      }
      if (direction_sign_holds(leaf, joined(box, cell_), setting_))
        return R"(["direction-sign", 0, [)" + direction + "]]";
    }
    return {};
  }

  Box cell_;
  Setting setting_;
};

std::vector<SlabPlan> towards_the_fold(const EventParts& event, const std::vector<std::size_t>& pair,
                                       const std::vector<std::size_t>& after) {
  std::vector<SlabPlan> plans;
  double from = 0;
  for (const double to : {1.0 / 8, 1.0 / 4, 3.0 / 8, 7.0 / 16, 15.0 / 32, 31.0 / 64}) {
    plans.push_back({from, to, pair, {}});
    from = to;
  }
  plans.push_back({from, 33.0 / 64, after, {event}});
  plans.push_back({33.0 / 64, 3.0 / 4, after, {}});
  plans.push_back({3.0 / 4, 1, after, {}});
  return plans;
}

double point_on_line(double share, int side) {
  return -0.25 + side * std::atanh(std::sqrt(1 - share));
}

BranchParts on_the_line(const std::string& path, const Box& domain) {
  BranchParts parts;
  parts.model = model(1, scalar_block("1", "1", "\"tanh\"", "1", "0.25"));
  parts.domain = domain;
  parts.path = path;
  return parts;
}

}  // namespace

std::string joint(std::size_t zero, std::size_t next, const std::vector<double>& point) {
  return "{\"zero\": " + std::to_string(zero) + ", \"next\": " + std::to_string(next) +
         R"(, "prefix": 0, "enclosure": )" + box_text(around(point, 1e-6)) + "}";
}

std::string index_entry(std::size_t slab, double s, std::size_t zero, const std::vector<double>& point) {
  return "{\"slab\": " + std::to_string(slab) + ", \"s\": " + shortest(s) +
         ", \"zero\": " + std::to_string(zero) + R"(, "prefix": 0, "enclosure": )" +
         box_text(around(point, 1e-6)) + "}";
}

BranchParts track(BranchParts parts, const std::vector<Curve>& curves, const std::vector<SlabPlan>& plans) {
  const Json path = parse_json(parts.path, "path");
  for (std::size_t k = 0; k < plans.size(); ++k) {
    const SlabPlan& plan = plans[k];
    const std::vector<Json>& corners = path.items;  // of one leg
    Box cell;
    for (std::size_t i = 0; i < 2; ++i) {
      const double a = corners[0].items[i].number, b = corners[1].items[i].number;
      const double one = a + plan.from * (b - a), other = a + plan.to * (b - a);
      cell.lo.push_back(std::min(one, other) - 1e-9);
      cell.hi.push_back(std::max(one, other) + 1e-9);
    }
    Cover cover(parts, cell);
    SlabParts slab{plan.from, plan.to, {}, {}, {}};
    for (const std::size_t c : plan.curves) {
      slab.zeros.push_back(zero_text(curves[c], plan));
      cover.zeros.push_back(about(curves[c], plan, 0.5));
    }
    for (const EventParts& event : plan.events) {
      slab.events.push_back(R"({"box": )" + box_text(event.box) + R"(, "winding": )" + event.winding + "}");
      cover.events.push_back(event.box);
    }
    cover.close(parts.domain, 22);
    slab.tree = cover.tree;
    parts.slabs.push_back(slab);
    if (k == 0) continue;
    std::vector<std::string>& joints = parts.joints.emplace_back();
    const std::vector<std::size_t>& before = plans[k - 1].curves;
    for (std::size_t j = 0; j < plan.curves.size(); ++j) {
      const auto found = std::find(before.begin(), before.end(), plan.curves[j]);
      if (found != before.end())
        joints.push_back(
            joint(static_cast<std::size_t>(found - before.begin()), j, curves[plan.curves[j]](plan.from)));
    }
  }
  return parts;
}

std::string certificate_of(const BranchParts& p) {
  std::vector<std::string> branches, slabs, joints;
  for (const BranchClaim& b : p.branches)
    branches.push_back("{\"from\": " + shortest(b.from) + ", \"to\": " + shortest(b.to) + ", \"begins\": \"" +
                       b.begins + "\", \"ends\": \"" + b.ends + "\", \"morse_index\": " + b.morse_index +
                       "}");
  for (const SlabParts& s : p.slabs)
    slabs.push_back("{\"from\": " + shortest(s.from) + ", \"to\": " + shortest(s.to) +
                    ", \"zeros\": " + list_of(s.zeros) + ", \"events\": " + list_of(s.events) +
                    ", \"tree\": " + list_of(s.tree) + "}");
  for (const std::vector<std::string>& border : p.joints) joints.push_back(list_of(border));
  return certificate(R"({"kind": "branches", "verdict": ")" + p.verdict + R"(", "domain": )" +
                         box_domain(p.domain) +
                         R"(, "output": {"type": "component", "index": 0}, "family": {"type": ")" + p.type +
                         R"("}, "path": )" + p.path + ", \"branches\": " + list_of(branches) + "}",
                     p.model,
                     "{\"slabs\": " + list_of(slabs) + ", \"joints\": " + list_of(joints) +
                         ", \"indices\": " + list_of(p.indices) + "}");
}

Outcome check_parts(const BranchParts& parts) {
  return check(certificate_of(parts));
}

std::string verdict_of(const BranchParts& parts) {
  return short_verdict(check_parts(parts));
}

BranchParts fold_on_the_line() {
  std::vector<Curve> curves;
  for (const int side : {-1, 1})
    curves.push_back([side](double s) { return std::vector<double>{point_on_line(0.5 + s, side)}; });
  const EventParts event{{{-0.6}, {0.1}}, "0"};
  BranchParts parts =
      track(on_the_line("[[0.5, -1], [1.5, -1]]", {{-3}, {3}}), curves, towards_the_fold(event, {0, 1}, {}));
  parts.indices = {index_entry(0, 0.0625, 0, curves[0](0.0625)), index_entry(2, 0.375, 1, curves[1](0.375))};
  parts.branches = {{0, 31.0 / 64, "start", "fold", "1"}, {0, 31.0 / 64, "start", "fold", "0"}};
  return parts;
}

BranchParts exit_from_the_line() {
  std::vector<Curve> curves;
  for (const int side : {-1, 1})
    curves.push_back([side](double s) { return std::vector<double>{point_on_line(0.5 - 0.375 * s, side)}; });
  std::vector<SlabPlan> plans;
  for (int k = 0; k < 16; ++k)
    plans.push_back({k / 16.0,
                     (k + 1) / 16.0,
                     k < 12 ? std::vector<std::size_t>{0, 1} : std::vector<std::size_t>{0},
                     {}});
  BranchParts parts = track(on_the_line("[[0.5, -1], [0.125, -1]]", {{-3}, {1}}), curves, plans);
  parts.indices = {"null", index_entry(3, 0.25, 1, curves[1](0.25))};
  parts.branches = {{0, 1, "start", "end", "null"}, {0, 0.75, "start", "boundary", "0"}};
  return parts;
}

BranchParts fold_in_the_plane() {
  const auto y = [](double s) { return std::atanh(std::sqrt(1 - (0.5 + s) / 2)); };
  std::vector<Curve> curves;
  for (const int side : {-1, 1})
    curves.push_back([=](double s) {
      return std::vector<double>{side * std::atanh(std::sqrt(0.5 - s)), y(s)};
    });
  BranchParts parts;
  parts.model = model(
      2,
      R"({"type": "residual", "skip": 1, "residual": 1, "branch": [{"type": "affine", "weight": [[1, 0], [0, 1]], "bias": [0, 0]},
      {"type": "activation", "function": "tanh"}, {"type": "affine", "weight": [[1, 0], [0, 2]], "bias": [0, 0]}]},
      {"type": "affine", "weight": [[1, 1]], "bias": [0]})");
  parts.domain = {{-3, 0}, {3, 3}};
  parts.path = "[[0.5, -1], [1.5, -1]]";
  const EventParts event{{{-0.35, y(0.5) - 0.2}, {0.35, y(0.5) + 0.2}}, "0"};
  parts = track(parts, curves, towards_the_fold(event, {0, 1}, {}));
  parts.indices = {index_entry(0, 0, 0, curves[0](0)), index_entry(0, 0, 1, curves[1](0))};
  parts.branches = {{0, 31.0 / 64, "start", "fold", "1"}, {0, 31.0 / 64, "start", "fold", "0"}};
  return parts;
}

}  // namespace narrows::checker::test
