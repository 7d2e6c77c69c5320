#include "bounds/cell_bytes.hpp"

#include "base/bytes.hpp"

namespace narrows {
namespace {

void put(ByteWriter* out, const std::vector<std::vector<double>>& points) {
  out->number(points.size());
  for (const auto& point : points) out->numbers(point);
}

std::vector<std::vector<double>> points_from(ByteReader* in) {
  std::vector<std::vector<double>> points;
  for (auto count = in->number<std::size_t>(); count > 0; --count) points.push_back(in->numbers<double>());
  return points;
}

}  // namespace

std::string bytes_of(const CellFinding& finding) {
  ByteWriter out;
  out.number(finding.rule);
  out.number(finding.boxes);
  put(&out, finding.guesses);
  if (finding.rule == CellRule::none_by_tree) {
    out.numbers(finding.tree.nodes());
    out.numbers(finding.tree.directions());
  } else if (finding.rule == CellRule::exists) {
    out.number(finding.existence.rule);
    out.number(finding.existence.prefix);
    out.numbers(finding.existence.box.lower);
    out.numbers(finding.existence.box.upper);
    out.numbers(finding.existence.numbers);
  }
  return out.bytes();
}

CellFinding finding_from(std::string_view bytes) {
  ByteReader in(bytes);
  CellFinding finding;
  finding.rule = in.number<CellRule>();
  finding.boxes = in.number<std::size_t>();
  finding.guesses = points_from(&in);
  if (finding.rule == CellRule::none_by_tree) {
    auto nodes = in.numbers<TreeNode>();
    finding.tree = ProofTree(std::move(nodes), in.numbers<double>());
  } else if (finding.rule == CellRule::exists) {
    finding.existence.rule = in.number<ExistenceRule>();
    finding.existence.prefix = in.number<std::size_t>();
    finding.existence.box.lower = in.numbers<double>();
    finding.existence.box.upper = in.numbers<double>();
    finding.existence.numbers = in.numbers<double>();
  }
  return finding;
}

std::string bytes_of(const CellTask& task) {
  ByteWriter out;
  for (const Interval& side : {task.cell.skip, task.cell.residual}) {
    out.number(side.lower());
    out.number(side.upper());
  }
  out.number(task.level);
  put(&out, task.guesses);
  return out.bytes();
}

CellTask task_from(std::string_view bytes) {
  ByteReader in(bytes);
  CellTask task;
  for (Interval* side : {&task.cell.skip, &task.cell.residual}) {
    const auto lower = in.number<double>();
    *side = {lower, in.number<double>()};
  }
  task.level = in.number<int>();
  task.guesses = points_from(&in);
  return task;
}

}  // namespace narrows
