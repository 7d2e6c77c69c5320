// The proof of a `level-set` claim, step by step, and the comparison with what is claimed (FORMAT.md).
#include <optional>

#include "checker/proof.hpp"
#include "checker/rules/level_sets.hpp"

namespace narrows::checker {
namespace {

void require_tiling_applies(const Field& at, std::size_t d) {
  if (d > max_tiling_dimension)
    at.fail(Reason::inapplicable, "dimension " + std::to_string(d), "a tiling in at most 3 dimensions");
}

std::optional<Tiling> check_space(const Field& proof, const HomogeneousNetwork& network, std::size_t d) {
  if (!proof.has("space")) return std::nullopt;
  require_tiling_applies(proof["space"], d);
  const Field fields(proof["space"], {"vertices", "charts"});
  return check_tiling(fields["vertices"], fields["charts"].items(std::size_t{1} << d), nullptr, network, d);
}

std::optional<Tiling> check_domain(const Field& proof, const Domain& domain,
                                   const HomogeneousNetwork& network, std::size_t d) {
  if (!proof.has("domain")) return std::nullopt;
  require_tiling_applies(proof["domain"], d);
  const Field fields(proof["domain"], {"vertices", "cells"});
  if (domain.type != Domain::Type::box) fields.fail(Reason::inapplicable, "a tiling of the domain", "a box");
  return check_tiling(fields["vertices"], {fields["cells"]}, &domain.box, network, d);
}

/// The claimed number in words, `?` for null.
template <class Count>
std::string count_text(const Field& at, const std::optional<Tiling>& tiling, Count count) {
  if (at.is_null()) return "?";
  if (!tiling) at.fail(Reason::not_proved, std::string(at.bytes()), "null without a tiling");
  const std::size_t claimed = at.integer(0, std::size_t{1} << 53), found = count(*tiling);
  if (claimed != found)
    reject(at.place(), "level-set", Reason::mismatch, std::to_string(claimed), std::to_string(found));
  return std::to_string(found);
}

}  // namespace

std::string check_level_set_claim(const Field& claim, const Field& proof_object, const Network& network) {
  const Field fields(claim, {"kind", "verdict", "domain", "output", "level", "sets", "linear_regions",
                             "affine_pieces", "linear_regions_in_domain"});
  const Field proof(proof_object, {"rays", "space", "domain"});
  const std::size_t d = network.input_dim;
  const Domain domain = read_domain(fields["domain"], d);
  if (domain.type == Domain::Type::ball) fields["domain"].fail(Reason::inapplicable, "ball", "space or box");
  const Output output = read_output(fields["output"]);
  const Rational level = fields["level"].exact();
  const HomogeneousNetwork homogeneous(fold_output(network, output), level);

  std::vector<bool> has_ray(set_names.size());
  if (proof.has("rays")) {
    for (const Field& ray : proof["rays"].items()) has_ray[check_ray(ray, homogeneous, d)] = true;
  }
  const std::optional<Tiling> space = check_space(proof, homogeneous, d);

  const Field sets(fields["sets"], {"superlevel", "closed_superlevel", "sublevel", "closed_sublevel"});
  std::string words;
  bool decided = true;
  for (std::size_t i = 0; i < set_names.size(); ++i) {
    const Field set = sets[set_names[i]];
    decided = decided && !set.is_null();
    words += ' ' + std::string(set_names[i]) + ' ' +
             check_level_set(set, set_kinds[i], space ? &*space : nullptr, has_ray[i], d) + ';';
  }
  words += " regions " + count_text(fields["linear_regions"], space, count_patterns);
  words += "; pieces " + count_text(fields["affine_pieces"], space,
                                    [&](const Tiling& t) { return count_affine_pieces(t, d); });
  const std::string in_domain = count_text(fields["linear_regions_in_domain"],
                                           check_domain(proof, domain, homogeneous, d), count_patterns);
  if (domain.type == Domain::Type::box) words += "; in " + domain_text(domain, d) + ' ' + in_domain;
  fields["verdict"].require_text(decided ? "proved" : "undecided");
  return "level-set " + fields["verdict"].text() + " c=" + level.get_str() + " on R^" + std::to_string(d) +
         " output " + output_text(output) + ':' + words;
}

}  // namespace narrows::checker
