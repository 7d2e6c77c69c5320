// Compiled once per instruction set: see arith/lanes.hpp.
#include "levelset/lane_cells.hpp"

#include "critical/lane_findings.hpp"

namespace narrows::NARROWS_ISA {
namespace {

template <int D>
std::size_t bytes_for(const LaneChain& chain) {
  return (4 * chain.widest + chain.slope_count + D) * sizeof(Form<D>) + chain.widest * sizeof(Term<D>);
}

/// u·∇Φ > 0 with u the middle of ∇Φ, cut to short numbers, else a unit vector.
template <int D>
void find_directions(const Form<D>* gradient, std::size_t count, LaneCell* results) {
  Lanes direction[D], largest = abs(gradient[0].centre);
  for (int j = 1; j < D; ++j) largest = max(abs(gradient[j].centre), largest);
  RowSum<D> row = start_row<D>(0, 0, 0);
  for (int j = 0; j < D; ++j) {
    direction[j] = shortened(gradient[j].centre / largest);
    add_term(&row, direction[j], prepare(gradient[j], rounding_share(D)));
  }
  const Mask found = finish_row(row).lower > 0;
  for (std::size_t i = 0; i < count; ++i) {
    for (int j = 0; j < D; ++j) results[i].direction[j] = found[i] ? direction[j][i] : 0;
    for (int j = 0; j < D && !found[i]; ++j)
      if (gradient[j].lower[i] > 0 || gradient[j].upper[i] < 0) {
        results[i].direction[j] = gradient[j].lower[i] > 0 ? 1 : -1;
        break;
      }
  }
}

template <int D>
void cell_group(const LaneChain& chain, const LaneCellQuestion& question, const double* lower,
                const double* upper, std::size_t count, LaneCell* results, void* workspace) {
  Memory memory(workspace);
  Scratch<D> scratch;
  scratch.terms = memory.template take<Term<D>>(chain.widest);
  Form<D>* state = memory.template take<Form<D>>(chain.widest);
  Form<D>* next = memory.template take<Form<D>>(chain.widest);
  scratch.inner[0] = memory.template take<Form<D>>(chain.widest);
  scratch.inner[1] = memory.template take<Form<D>>(chain.widest);
  scratch.slopes = memory.template take<Form<D>>(chain.slope_count);
  Form<D>* coordinates = memory.template take<Form<D>>(D);
  const auto swap = [&] {
    Form<D>* old = state;
    state = next;
    next = old;
  };
  read_boxes<D>(lower, upper, D, count, coordinates);
  for (int k = 0; k < D; ++k) state[k] = coordinates[k];
  for (std::size_t l = 0; l < chain.depth; ++l) {
    forward(chain.layers[l], state, next, scratch);
    swap();
  }
  const Form<D> value = state[0];
  const bool decided = all((value.lower > question.level_upper) | (value.upper < question.level_lower));
  for (std::size_t i = 0; i < count; ++i) {
    LaneCell& cell = results[i];
    cell = LaneCell{};
    cell.value[0] = value.lower[i];
    cell.value[1] = value.upper[i];
    cell.centre = value.centre[i];
    cell.error = value.radius[i];
    for (int k = 0; k < D; ++k) {
      cell.middle[k] = coordinates[k].centre[i];
      cell.half[k] = coordinates[k].coefficient[k][i];
      cell.slope[k] = value.coefficient[k][i];
    }
  }
  if (!question.gradient || decided) return;
  state[0] = constant<D>(1);
  for (std::size_t l = chain.depth; l-- > 0;) {
    backward(chain.layers[l], state, next, scratch);
    swap();
  }
  for (std::size_t i = 0; i < count; ++i) {
    results[i].has_gradient = true;
    for (int j = 0; j < D; ++j) {
      results[i].gradient[2 * j] = state[j].lower[i];
      results[i].gradient[2 * j + 1] = state[j].upper[i];
    }
  }
  find_directions(state, count, results);
}

template <int D>
void cells(const LaneChain& chain, const LaneCellQuestion& question, const double* lower, const double* upper,
           std::size_t count, LaneCell* results, void* workspace) {
  in_groups(count, [&](std::size_t at, std::size_t size) {
    cell_group<D>(chain, question, lower + at * D, upper + at * D, size, results + at, workspace);
  });
}

std::size_t workspace_bytes(const LaneChain& chain, std::size_t dim) {
  return dim == 1 ? bytes_for<1>(chain) : bytes_for<2>(chain);
}

}  // namespace

LaneCells lane_cells() {
  return {{cells<1>, cells<2>}, workspace_bytes};
}

}  // namespace narrows::NARROWS_ISA
