#include "plot/partition_drawing.hpp"

#include <memory>

#include "polyhedral/level_sets.hpp"
#include "polyhedral/piecewise_linear.hpp"

namespace narrows::plot {

Partition cut_partition(const Chain& chain, const Rational& level, const Box& box, const std::string& where) {
  Partition partition(std::make_shared<const Stages>(with_level(make_stages(make_piecewise_linear(chain, where)), level)), box);
  partition.cut_along(1);
  return partition;
}

Point point_of(Partition& partition, Id vertex) {
  const std::vector<Rational> x = partition.point(vertex);
  return {mpq_get_d(x[0].backend().data()), mpq_get_d(x[1].backend().data())};
}

Polyline outline_of(Partition& partition, Id cell, const ToPage& to_page) {
  Polyline outline{{}, true};
  for (const Id v : cyclic_vertices(partition.lattice(), 2, cell)) outline.points.push_back(to_page(point_of(partition, v)));
  return outline;
}

bool is_above(Partition& partition, Id cell) {
  for (const Id v : vertices_of(partition.lattice(), 2, cell))
    if (partition.sign(v, 1) != 0) return partition.sign(v, 1) > 0;
  return false;
}

void draw_edges(Canvas& canvas, Partition& partition, const ToPage& to_page, const Stroke& border, const Stroke& level) {
  for (const bool on_level : {false, true})
    for (const Face& edge : partition.lattice().faces[1]) {
      const Id a = edge.boundary[0], b = edge.boundary[1];
      if ((partition.sign(a, 1) == 0 && partition.sign(b, 1) == 0) != on_level) continue;
      canvas.stroke(Polyline{{to_page(point_of(partition, a)), to_page(point_of(partition, b))}}, on_level ? level : border);
    }
}

}  // namespace narrows::plot
