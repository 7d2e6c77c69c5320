#include "certify/levelset_certificate.hpp"

#include <nlohmann/json.hpp>

#include "certify/certificate_parts.hpp"

namespace narrows {

using Json = nlohmann::ordered_json;

namespace {

template <class T, class Convert>
Json or_null(const std::optional<T>& value, Convert convert) {
  return value ? Json(convert(*value)) : Json(nullptr);
}

}  // namespace

Json point_json(const std::vector<Rational>& x) {
  Json json = Json::array();
  for (const Rational& entry : x) json.push_back(to_text(entry));
  return json;
}

Json level_set_json(const LevelSet& set) {
  Json box = nullptr, components = nullptr;
  if (set.bounding_box) {
    box = Json::array();
    for (const auto& [lower, upper] : *set.bounding_box) box.push_back(Json::array({to_text(lower), to_text(upper)}));
  }
  if (set.components) {
    components = Json::array();
    for (const SetComponent& component : *set.components)
      components.push_back({{"status", component.unbounded ? "unbounded" : "bounded"}, {"measure", or_null(component.measure, to_text)}});
  }
  return {{"status", to_string(set.status)}, {"measure", or_null(set.measure, to_text)}, {"bounding_box", box}, {"components", components}};
}

Json ray_json(const WitnessRay& ray) {
  Json path = Json::array();
  for (const auto& point : ray.path) path.push_back(point_json(point));
  return {{"path", path}, {"direction", point_json(ray.direction)}};
}

namespace {

Json claim_json(const LevelSetResult& result, const OutputSelection& output) {
  Domain space;
  space.dim = result.input_dim;
  Json sets;
  for (std::size_t i = 0; i < std::size(kSetNames); ++i) sets[std::string(kSetNames[i])] = or_null(result.sets.at(i), level_set_json);
  return {{"kind", "level-set"},
          {"verdict", to_string(result.verdict)},
          {"domain", domain_json(result.domain.value_or(space))},
          {"output", output_json(output)},
          {"level", to_text(result.level)},
          {"sets", sets},
          {"linear_regions", or_null(result.space, [](const RegionSummary& s) { return s.regions; })},
          {"affine_pieces", or_null(result.space, [](const RegionSummary& s) { return s.affine_pieces; })},
          {"linear_regions_in_domain", or_null(result.box, [](const RegionSummary& s) { return s.regions; })}};
}

/// A ray proves `unbounded` if the open set of its side is: then f > 0 on it.
Json rays_json(const LevelSets& sets) {
  Json rays = Json::array();
  for (std::size_t i = 0; i < std::size(kSetNames); ++i) {
    const auto &set = sets.at(i), &open = sets.at(i / 2 * 2);
    if (!set || !set->witness || !open || open->status != SetStatus::unbounded) continue;
    Json ray = {{"set", kSetNames[i]}};
    ray.update(ray_json(*set->witness));
    rays.push_back(ray);
  }
  return rays;
}

/// Writes a tiling; texts are handed on in pieces.
class TilingWriter {
 public:
  TilingWriter(Partition& partition, const TextSink& sink) : partition_(partition), lattice_(partition.lattice()), sink_(sink) {}

  void vertices() {
    text_ += "{\"vertices\":[";
    for (std::size_t v = 0; v < lattice_.vertices.size(); ++v) {
      const std::vector<Integer>& p = partition_.coordinates(static_cast<Id>(v));
      text_ += (v ? ",\n[\"" : "\n[\"") + p.back().str();
      for (std::size_t i = 0; i + 1 < p.size(); ++i) text_ += "\",\"" + p[i].str();
      text_ += "\"]";
      flush_when_long();
    }
    text_ += "]";
  }

  /// The cells of one chart.
  void cells(std::uint8_t chart) {
    text_ += "[";
    bool first = true;
    for (std::size_t cell = 0; cell < lattice_.cells().size(); ++cell) {
      if (lattice_.cells()[cell].chart != chart) continue;
      text_ += first ? "\n" : ",\n";
      first = false;
      add_cell(static_cast<Id>(cell));
      flush_when_long();
    }
    text_ += "]";
  }

  void add(const std::string& text) { text_ += text; }
  ~TilingWriter() { sink_(text_); }

 private:
  void add_list(const std::vector<Id>& ids) {
    for (std::size_t i = 0; i < ids.size(); ++i) text_ += (i ? "," : "[") + std::to_string(ids[i]);
    text_ += "]";
  }

  void add_cell(Id cell) {
    if (lattice_.dim < 3) return add_list(cyclic_vertices(lattice_, lattice_.dim, cell));
    const auto& facets = lattice_.cells()[static_cast<std::size_t>(cell)].boundary;
    for (std::size_t i = 0; i < facets.size(); ++i) {
      text_ += i ? "," : "[";
      add_list(cyclic_vertices(lattice_, 2, facets[i]));
    }
    text_ += "]";
  }

  void flush_when_long() {
    if (text_.size() < (std::size_t{1} << 20)) return;
    sink_(text_);
    text_.clear();
  }

  Partition& partition_;
  const FaceLattice& lattice_;
  const TextSink& sink_;
  std::string text_;
};

void write_space(Partition& partition, const TextSink& sink) {
  TilingWriter writer(partition, sink);
  writer.add(",\n\"space\":");
  writer.vertices();
  writer.add(",\n\"charts\":[");
  for (std::size_t chart = 0; chart < std::size_t{1} << partition.dim(); ++chart) {
    if (chart > 0) writer.add(",\n");
    writer.cells(static_cast<std::uint8_t>(chart));
  }
  writer.add("]}");
}

void write_domain(Partition& partition, const TextSink& sink) {
  TilingWriter writer(partition, sink);
  writer.add(",\n\"domain\":");
  writer.vertices();
  writer.add(",\n\"cells\":");
  writer.cells(0);
  writer.add("}");
}

}  // namespace

void write_levelset_certificate(const LevelSetResult& result, const Network& network, const OutputSelection& output, const CertificateSource& source,
                                const TextSink& sink) {
  sink(certificate_start(claim_json(result, output).dump(), network, source));
  sink("{\"rays\":" + rays_json(result.sets).dump());
  if (result.space_partition) write_space(*result.space_partition, sink);
  if (result.box_partition) write_domain(*result.box_partition, sink);
  sink("}");
  sink(kCertificateEnd);
}

std::string levelset_certificate(const LevelSetResult& result, const Network& network, const OutputSelection& output, const CertificateSource& source) {
  std::string text;
  write_levelset_certificate(result, network, output, source, [&text](std::string_view piece) { text += piece; });
  return text;
}

}  // namespace narrows
