#include "certify/cells_file.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/errors.hpp"
#include "certify/levelset_certificate.hpp"

namespace narrows {
namespace {

using Json = nlohmann::ordered_json;

Partition& partition_of(const LevelSetResult& result) {
  const auto& partition = result.domain && result.domain->type == Domain::Type::box ? result.box_partition : result.space_partition;
  if (!partition) throw InputError("--cells", "there is no complete partition to write", "use a network of at most three inputs, and more time");
  return *partition;
}

/// For each cell and each of its walls the cell behind it.
std::vector<std::vector<Id>> neighbours_of(const FaceLattice& lattice) {
  std::vector<std::array<Id, 2>> sides(lattice.dim == 1 ? lattice.vertices.size() : lattice.faces[lattice.dim - 1].size(), {kNone, kNone});
  for (std::size_t cell = 0; cell < lattice.cells().size(); ++cell)
    for (const Id wall : lattice.cells()[cell].boundary) {
      auto& [first, second] = sides[static_cast<std::size_t>(wall)];
      (first == kNone ? first : second) = static_cast<Id>(cell);
    }
  std::vector<std::vector<Id>> all;
  for (std::size_t cell = 0; cell < lattice.cells().size(); ++cell) {
    all.emplace_back();
    for (const Id wall : lattice.cells()[cell].boundary) {
      const auto& [first, second] = sides[static_cast<std::size_t>(wall)];
      all.back().push_back(first == static_cast<Id>(cell) ? second : first);
    }
  }
  return all;
}

Json vertices_json(const FaceLattice& lattice, Id cell) {
  if (lattice.dim < 3) return cyclic_vertices(lattice, lattice.dim, cell);
  Json facets = Json::array();
  for (const Id facet : lattice.cells()[static_cast<std::size_t>(cell)].boundary) facets.push_back(cyclic_vertices(lattice, 2, facet));
  return facets;
}

Json cell_json(Partition& partition, Id cell, Id region, const std::vector<Id>& neighbours) {
  std::string pattern;
  for (std::size_t n = 0; n < partition.net().neurons; ++n) pattern += partition.tree().positive(cell, n) ? '+' : '-';
  const AffineFunction function = partition.function_on(cell);
  return {{"vertices", vertices_json(partition.lattice(), cell)},
          {"orthant", partition.lattice().cells()[static_cast<std::size_t>(cell)].chart},
          {"region", region},
          {"pattern", pattern},
          {"gradient", point_json(function.gradient)},
          {"constant", to_text(function.constant)},
          {"neighbours", neighbours}};
}

}  // namespace

void write_cells(const LevelSetResult& result, const CertificateSource& source, const TextSink& sink) {
  Partition& partition = partition_of(result);
  const FaceLattice& lattice = partition.lattice();
  const std::vector<Id> region = region_of_cells(partition);
  const auto neighbours = neighbours_of(lattice);
  sink(fmt::format("{{\"format\":\"narrows-cells/1\",\"network\":{},\"input_dim\":{},\"domain\":\"{}\",\n\"vertices\":[",
                   Json{{"file", source.file}, {"sha256", source.sha256}}.dump(), lattice.dim,
                   lattice.whole_space ? fmt::format("R^{}", lattice.dim) : to_string(*result.domain)));
  for (std::size_t v = 0; v < lattice.vertices.size(); ++v) {
    const std::vector<Integer>& p = partition.coordinates(static_cast<Id>(v));
    Json vertex = Json::array({p.back().str()});
    for (std::size_t i = 0; i < lattice.dim; ++i) vertex.push_back(p[i].str());
    sink((v ? ",\n" : "\n") + vertex.dump());
  }
  sink("],\n\"cells\":[");
  for (std::size_t cell = 0; cell < lattice.cells().size(); ++cell)
    sink((cell ? ",\n" : "\n") + cell_json(partition, static_cast<Id>(cell), region[cell], neighbours[cell]).dump());
  sink("]}\n");
}

std::string level_surface_off(const LevelSetResult& result) {
  Partition cut = partition_of(result);
  cut.cut_along(1);
  const FaceLattice& lattice = cut.lattice();
  std::unordered_map<Id, std::size_t> number;
  std::string points, polygons;
  std::size_t count = 0;
  for (std::size_t face = 0; face < lattice.faces[2].size(); ++face) {
    const std::vector<Id> corners = cyclic_vertices(lattice, 2, static_cast<Id>(face));
    if (!std::all_of(corners.begin(), corners.end(), [&](Id v) { return !lattice.vertices[static_cast<std::size_t>(v)].ideal && cut.sign(v, 1) == 0; })) continue;
    polygons += std::to_string(corners.size());
    for (const Id v : corners) {
      const auto [it, is_new] = number.try_emplace(v, number.size());
      if (is_new) {
        const std::vector<Rational> x = cut.point(v);
        points += fmt::format("{:.17g} {:.17g} {:.17g}\n", mpq_get_d(x[0].backend().data()), mpq_get_d(x[1].backend().data()), mpq_get_d(x[2].backend().data()));
      }
      polygons += fmt::format(" {}", it->second);
    }
    polygons += "\n";
    ++count;
  }
  return fmt::format("OFF\n{} {} 0\n{}{}", number.size(), count, points, polygons);
}

}  // namespace narrows
