// The proof of a `level-curve` claim: a tree of cells on which g = Φ − c has one sign or ∇Φ does not vanish, and what follows about
// {Φ = c} and the components beside it (FORMAT.md).
#include "checker/proof.hpp"
#include "checker/rules/curves.hpp"

namespace narrows::checker {
namespace {

struct CheckedTree {
  std::vector<CurveLeaf> leaves;
  bool decided = true;
};

CheckedTree check_leaves(const Field& tree, const LevelClaim& claim) {
  CheckedTree checked;
  const Setting& setting = claim.setting;
  walk_tree(tree, claim.domain.box, [&](const Field& at, const std::vector<Field>& entries, const Box& box) {
    enum Kind { plus, minus, monotone, undecided };
    const auto kind = static_cast<Kind>(entries[0].one_of({"plus", "minus", "monotone", "undecided"}));
    const int sign = kind == plus ? 1 : kind == minus ? -1 : 0;
    if (entries.size() != (kind == monotone ? 2 : 1))
      at.fail(Reason::mismatch, "a wrong number of parameters", "those of the leaf");
    checked.leaves.push_back({box, sign});
    checked.decided = checked.decided && kind != undecided;
    if (kind == undecided) return;
    Leaf leaf;
    if (kind == monotone) {
      for (const Rational& u : entries[1].exact_vector(claim.dim))
        leaf.direction.push_back(enclose(u, leaf_precision));
    }
    const auto holds = [&](const Box& part) {
      return kind == monotone ? direction_sign_holds(leaf, part, setting) : sign_on(setting, part) == sign;
    };
    if (!holds_on_pieces(holds, box, max_bisections))
      reject(at.place(), entries[0].text(), Reason::not_proved, "test failed", "a strict sign on the cell");
  });
  return checked;
}

/// The claimed number if it is the one that was found.
std::string checked_number(const Field& at, std::size_t found) {
  if (at.integer(0, std::size_t{1} << 53) != found)
    reject(at.place(), "crossings", Reason::mismatch, std::string(at.bytes()), std::to_string(found));
  return std::to_string(found);
}

std::string check_components(const Field& list, const LevelCurve& curve) {
  std::string text;
  const std::vector<Field> claimed = list.items(curve.components.size());
  for (std::size_t k = 0; k < claimed.size(); ++k) {
    const LevelComponent& component = curve.components[k];
    const Field fields(claimed[k], {"sign", "status", "holes", "area"});
    fields["sign"].require_text(component.sign > 0 ? "+" : "-");
    fields["status"].require_text(component.reaches_boundary ? "reaches-boundary" : "closed");
    const Ends area = read_interval(fields["area"]);
    if (!(component.least_area >= area.lo && component.largest_area <= area.hi))
      reject(fields["area"].place(), "crossings", Reason::mismatch, std::string(fields["area"].bytes()),
             "an interval that contains [" + component.least_area.get_str() + ',' +
                 component.largest_area.get_str() + ']');
    text += ' ' + fields["sign"].text() + ' ' + fields["status"].text() + " holes " +
            checked_number(fields["holes"], component.holes) + " area [" + shortest(area.lo) + ',' +
            shortest(area.hi) + "];";
  }
  return text;
}

/// The component that holds a point at which the sign is known: that of the part of a leaf that contains it.
std::optional<std::size_t> component_at(const ExactPoint& point, int sign, const LevelCurve& curve) {
  for (std::size_t i = 0; i < curve.leaves.size(); ++i) {
    const auto component = curve.component_of_node[2 * i + (sign > 0 ? 0 : 1)];
    if (component && lies_in(point, curve.leaves[i].box)) return component;
  }
  return std::nullopt;
}

std::string check_contained(const Field& list, const LevelClaim& claim, const LevelCurve& curve) {
  std::string text;
  for (const Field& at : list.items()) {
    const Field fields(at, {"point", "component"});
    const ExactPoint point = read_point(fields["point"], claim.dim);
    const int sign = sign_at(claim.setting, point);
    if (sign == 0)
      reject(fields["point"].place(), "strict-sign", Reason::not_proved, "an unknown sign", "a strict sign");
    const auto component = component_at(point, sign, curve);
    if (!component) fields["point"].fail(Reason::out_of_range, point_text(point), "a point in the domain");
    text += ' ' + point_text(point) + " in " + checked_number(fields["component"], *component) + ';';
  }
  return text;
}

}  // namespace

std::string check_level_curve_claim(const Field& object, const Field& proof_object, const Network& network) {
  const Field fields(object,
                     {"kind", "verdict", "domain", "output", "level", "curves", "components", "contains"});
  const Field proof(proof_object, {"tree"});
  const LevelClaim claim(fields, network);
  if (!claim.on_box() || claim.dim > 2)
    fields["domain"].fail(Reason::inapplicable, "another domain", "a box, d = 1 or 2");
  if (claim.setting.smoothness == Smoothness::lipschitz)
    fields["kind"].fail(Reason::inapplicable, "a Lipschitz-only network", "a differentiable one");

  const CheckedTree tree = check_leaves(proof["tree"], claim);
  if (fields["verdict"].one_of({"proved", "undecided"}) == 1) {
    const bool empty =
        fields["curves"].is_null() && fields["components"].is_null() && fields["contains"].items().empty();
    if (!empty)
      fields["verdict"].fail(Reason::mismatch, "a claim beside undecided",
                             "curves and components null, contains empty");
    return claim.head + " ?";
  }
  if (!tree.decided) proof["tree"].fail(Reason::incomplete, "an undecided leaf", "a decided tree");
  const LevelCurve curve = trace_level_curve(claim, tree.leaves, proof["tree"]);
  const Field curves(fields["curves"], {"closed", "arcs"});
  return claim.head + ' ' + checked_number(curves["closed"], curve.closed) + " closed, " +
         checked_number(curves["arcs"], curve.arcs) + " arcs;" +
         check_components(fields["components"], curve) + check_contained(fields["contains"], claim, curve);
}

}  // namespace narrows::checker
