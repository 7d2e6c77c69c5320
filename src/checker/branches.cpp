// A claim of the kind `branches`: the critical points of Φ_p for all p on a polygonal path of parameters, as branches (FORMAT.md).
//
// notation == meaning:  s in [0, n]: the position on a path with n legs; leg k runs from corner k at s = k to corner k + 1.
#include <cmath>
#include <utility>

#include "checker/proof.hpp"
#include "checker/rules/branches.hpp"
#include "checker/rules/regimes.hpp"

namespace narrows::checker {
namespace {

using Parameters = std::pair<Rational, Rational>;

class Path {
 public:
  explicit Path(const Field& corners) {
    for (const Field& corner : corners.items()) {
      const std::vector<Field> p = corner.items(2);
      corners_.emplace_back(p[0].number(), p[1].number());
      text_ += (text_.empty() ? "" : " -> ") + shortest(p[0].number()) + ',' + shortest(p[1].number());
    }
    if (corners_.size() < 2) corners.fail(Reason::mismatch, "a point", "at least two corners");
  }

  double end() const { return static_cast<double>(corners_.size() - 1); }
  const std::string& text() const { return text_; }

  /// p(s), 0 <= s <= end.
  Parameters at(double s) const {
    const double leg = std::fmin(std::floor(s), end() - 1);
    const Parameters &a = corners_[static_cast<std::size_t>(leg)],
                     &b = corners_[static_cast<std::size_t>(leg) + 1];
    const Rational t = Rational(s) - Rational(leg);
    return {a.first + t * (b.first - a.first), a.second + t * (b.second - a.second)};
  }

  /// A box of all p(s), from <= s <= to on one leg.
  Box cell(double from, double to) const {
    const Parameters a = at(from), b = at(to);
    const Interval skip = hull(enclose(a.first, leaf_precision), enclose(b.first, leaf_precision)),
                   residual = hull(enclose(a.second, leaf_precision), enclose(b.second, leaf_precision));
    return {{skip.lo.as_double(), residual.lo.as_double()}, {skip.hi.as_double(), residual.hi.as_double()}};
  }

 private:
  std::vector<Parameters> corners_;
  std::string text_;
};

class Tracking {
 public:
  Tracking(std::vector<Layer> chain, const Domain& domain, std::size_t d, Family family, Path path)
      : setting_(std::move(chain), d, domain), path_(std::move(path)) {
    set_family(setting_.chain, family);
    prepare_for_boxes(setting_);
    track.domain = domain.box;
  }

  Track track;

  void check_slabs(const Field& list) {
    double end = 0;
    for (const Field& at : list.items()) {
      const Field fields(at, {"from", "to", "zeros", "events", "tree"});
      Slab& slab = track.slabs.emplace_back();
      slab.from = fields["from"].number();
      slab.to = fields["to"].number();
      const bool is_on_leg =
          slab.from < slab.to && slab.to <= path_.end() && slab.to <= std::floor(slab.from) + 1;
      if (slab.from != end || !is_on_leg)
        at.fail(Reason::mismatch, "a gap or another leg", "the next piece of a leg");
      end = slab.to;
      check_slab(fields, slab);
    }
    if (end != path_.end()) list.fail(Reason::incomplete, shortest(end), "slabs up to the end of the path");
  }

  void check_joints(const Field& lists) {
    const std::vector<Field> borders = lists.items(track.slabs.size() - 1);
    for (std::size_t k = 0; k < borders.size(); ++k) {
      const Setting member = member_at(track.slabs[k].to);
      for (const Field& at : borders[k].items()) {
        const Field fields(at, {"zero", "next", "prefix", "enclosure"});
        const std::size_t i = tube_number(fields["zero"], k), j = tube_number(fields["next"], k + 1);
        Tube &tube = track.slabs[k].tubes[i], &next = track.slabs[k + 1].tubes[j];
        if (tube.next || next.previous)
          at.fail(Reason::mismatch, "a tube that is joined already", "each tube at most once");
        const Box point = check_point(fields, member, tube);
        if (!contained(point, next.zero.box))
          at.fail(Reason::mismatch, "outside the next tube", "a point inside both tubes");
        tube.next = j;
        next.previous = i;
      }
    }
  }

  void follow_branches() {
    for (std::size_t k = 0; k < track.slabs.size(); ++k) {
      for (std::size_t i = 0; i < track.slabs[k].tubes.size(); ++i) {
        Tube& tube = track.slabs[k].tubes[i];
        tube.branch = tube.previous ? track.slabs[k - 1].tubes[*tube.previous].branch : track.branches.size();
        if (!tube.previous) track.branches.push_back({k, i, k, i, {}});
        track.branches[tube.branch].last_slab = k;
        track.branches[tube.branch].last_tube = i;
      }
    }
  }

  void check_indices(const Field& list) {
    const std::vector<Field> entries = list.items(track.branches.size());
    for (std::size_t b = 0; b < entries.size(); ++b) {
      if (entries[b].is_null()) continue;
      const Field fields(entries[b], {"slab", "s", "zero", "prefix", "enclosure"});
      const std::size_t k = fields["slab"].integer(0, track.slabs.size() - 1),
                        i = tube_number(fields["zero"], k);
      const double s = fields["s"].number();
      const Slab& slab = track.slabs[k];
      if (!(slab.from <= s && s <= slab.to))
        fields["s"].fail(Reason::out_of_range, shortest(s), "a position in the slab");
      if (slab.tubes[i].branch != b)
        entries[b].fail(Reason::mismatch, "a tube of another branch", "a tube of the branch");
      const Setting member = member_at(s);
      track.branches[b].morse_index = morse_index(member, check_point(fields, member, slab.tubes[i]));
      if (!track.branches[b].morse_index)
        reject(entries[b].place(), "morse-index", Reason::not_proved, "undecided pivots",
               "strict signs of all pivots");
    }
  }

 private:
  void check_slab(const Field& fields, Slab& slab) {
    slab.cell = path_.cell(slab.from, slab.to);
    setting_.zeros = check_zeros(fields["zeros"], setting_, slab.cell);
    for (Zero& zero : setting_.zeros) {
      slab.tubes.push_back({zero, {}, {}});
      zero.box = joined(zero.box, slab.cell);
    }
    setting_.events.clear();
    check_events(fields["events"], slab);
    for (const Event& event : slab.events) setting_.events.push_back(joined(event.box, slab.cell));
    if (!check_tree(fields["tree"], setting_, joined(track.domain, slab.cell)))
      fields["tree"].fail(Reason::incomplete, "an undecided leaf", "a decided tree");
  }

  void check_events(const Field& list, Slab& slab) const {
    std::vector<Box> boxes;
    for (const Field& at : list.items()) {
      const Field fields(at, {"box", "winding"});
      Event& event = slab.events.emplace_back();
      boxes.push_back(event.box = read_box(fields["box"], setting_.dim));
      if (fields["winding"].is_null()) continue;
      event.winding = proved_winding(fields["box"], event.box, slab);
      if (fields["winding"].number() != *event.winding)
        fields["winding"].fail(Reason::mismatch, "another number", std::to_string(*event.winding));
    }
    require_disjoint(boxes, list, "event");
  }

  int proved_winding(const Field& at, const Box& box, const Slab& slab) const {
    const std::size_t d = setting_.dim;
    if (d > 2) at.fail(Reason::inapplicable, "a winding number", "d = 1 or 2");
    for (std::size_t i = 0; i < d; ++i) {
      if (!(box.lo[i] < box.hi[i])) at.fail(Reason::out_of_range, "lo = hi", "lo < hi");
    }
    for (const Tube& tube : slab.tubes) {
      if (intersecting(tube.zero.enclosure, box))
        at.fail(Reason::mismatch, "a box that meets a tube", "a box beside all tubes");
    }
    const auto number = d == 2 ? winding_number(setting_, 0, box, slab.cell)
                               : half_change_of_sign(setting_, 0, box, slab.cell);
    if (!number)
      reject(at.place(), d == 2 ? "winding" : "sign-change", Reason::not_proved, "test failed",
             "no zero on the boundary");
    return *number;
  }

  std::size_t tube_number(const Field& at, std::size_t slab) const {
    const std::size_t tubes = track.slabs[slab].tubes.size();
    if (tubes == 0) at.fail(Reason::out_of_range, "a tube", "a slab with tubes");
    return at.integer(0, tubes - 1);
  }

  Setting member_at(double s) const {
    const auto [skip, residual] = path_.at(s);
    Setting member(member_of(setting_.chain, skip, residual), setting_.dim, setting_.domain);
    member.point_chain = enclose(member.chain, point_precision);
    return member;
  }

  /// An enclosure of the tube's point at a parameter: a critical point of the member in the uniqueness box.
  Box check_point(const Field& fields, const Setting& member, const Tube& tube) const {
    const std::size_t prefix = fields["prefix"].integer(0, setting_.chain.size());
    Box point = read_box(fields["enclosure"], setting_.dim);
    if (setting_.width(prefix) != setting_.dim)
      fields["prefix"].fail(Reason::inapplicable, "n_P != d", "n_P = d");
    if (!contained(point, tube.zero.box))
      fields["enclosure"].fail(Reason::mismatch, "outside the tube", "a point inside the tube");
    if (!maps_into_interior(member, prefix, point, {}))
      reject(fields["enclosure"].place(), "krawczyk-zero", Reason::not_proved, "existence",
             "K(Z) inside the interior of Z");
    return point;
  }

  Setting setting_;
  Path path_;
};

/// The claimed branches are those of the track.
void compare(const Field& list, const Track& track) {
  const std::vector<Field> entries = list.items(track.branches.size());
  for (std::size_t b = 0; b < entries.size(); ++b) {
    const Branch& branch = track.branches[b];
    const Field fields(entries[b], {"from", "to", "begins", "ends", "morse_index"});
    const auto require = [&](bool good, const char* key) {
      if (!good)
        fields[key].fail(Reason::mismatch, std::string(fields[key].bytes()), "what is proved of the branch");
    };
    require(fields["from"].number() == track.slabs[branch.first_slab].from, "from");
    require(fields["to"].number() == track.slabs[branch.last_slab].to, "to");
    require(static_cast<BranchEnd>(fields["begins"].one_of({"start", "boundary", "fold", "event"})) ==
                branch.begins,
            "begins");
    require(
        static_cast<BranchEnd>(fields["ends"].one_of({"end", "boundary", "fold", "event"})) == branch.ends,
        "ends");
    require(fields["morse_index"].is_null() == !branch.morse_index, "morse_index");
    if (branch.morse_index)
      require(fields["morse_index"].number() == static_cast<double>(*branch.morse_index), "morse_index");
  }
}

/// What the claim line says after the colon, and whether the verdict is `proved`.
std::pair<std::string, bool> summary_of(const Track& track, std::size_t folds) {
  std::size_t boundaries = 0;
  bool proved = true;
  for (const Branch& branch : track.branches) {
    for (const BranchEnd end : {branch.begins, branch.ends}) {
      boundaries += end == BranchEnd::boundary ? 1 : 0;
      proved = proved && end != BranchEnd::event;
    }
  }
  Rational length = 0;
  for (std::size_t k = 0; k < track.slabs.size(); ++k) {
    if (track.slabs[k].events.empty()) continue;
    length += Rational(track.slabs[k].to) - Rational(track.slabs[k].from);
    proved = proved && is_between_eventless(track, k);
  }
  return {std::to_string(track.branches.size()) + " branches, " + std::to_string(folds) + " folds, " +
              std::to_string(boundaries) + " boundary ends, events over " + length.get_str(),
          proved};
}

}  // namespace

std::string check_branch_claim(const Field& claim, const Field& proof_object, const Network& network) {
  const Field fields(claim, {"kind", "verdict", "domain", "output", "family", "path", "branches"});
  const Field proof(proof_object, {"slabs", "joints", "indices"}), family(fields["family"], {"type"});
  const std::size_t d = network.input_dim;
  const Domain domain = read_domain(fields["domain"], d);
  if (domain.type != Domain::Type::box)
    fields["domain"].fail(Reason::inapplicable, "another domain", "a box");
  if (d + 2 > max_box_dimension)
    fields["domain"].fail(Reason::limit, std::to_string(d), "a dimension up to 62");
  const Output output = read_output(fields["output"]);
  const Path path(fields["path"]);
  if (smoothness(network.layers) != Smoothness::smooth)
    fields["kind"].fail(Reason::inapplicable, "not smooth", "a smooth network");

  Tracking tracking(fold_output(network, output), domain, d, read_family(family["type"]), path);
  tracking.check_slabs(proof["slabs"]);
  tracking.check_joints(proof["joints"]);
  tracking.follow_branches();
  tracking.check_indices(proof["indices"]);
  const std::size_t folds = find_ends(tracking.track);
  compare(fields["branches"], tracking.track);
  const auto [summary, proved] = summary_of(tracking.track, folds);
  fields["verdict"].require_text(proved ? "proved" : "undecided");
  return "branches " + fields["verdict"].text() + " on " + domain_text(domain, d) + " output " +
         output_text(output) + ", " + family["type"].text() + " path " + path.text() + ": " + summary;
}

}  // namespace narrows::checker
