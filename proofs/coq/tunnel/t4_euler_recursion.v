(** tunnel/T4, the discrete half: how local errors of Euler steps add up.

    y_l = y_{l-1} + α_l g_l(y_{l-1}) is the ResNet in the coordinates of T4, z_l the end points of the arcs of the neural ODE,
    c_l ≥ ‖z_l - (z_{l-1} + α_l g_l(z_{l-1}))‖ the local errors (T4: (α_l²/2) K_l S_l/|e_l|), K_l Lipschitz constants of g_l between the states.
    Then ‖y_L - z_L‖ ≤ Σ_l c_l ∏_{j>l} (1 + |α_j| K_j); each factor is at most exp(|α_j| K_j), for any function with exp(t) ≥ 1 + t.

    Reference: theory of narrow ResNets, T4.  The other half, one Euler step against the arc of the flow, is [T4_local_error].
    Notation: [step], a layer with its arc; [euler ys y], the ResNet's last state; [arc_end], the last end point; [bound ss], the sum. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.algebra_tactics Require Import ring.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section T4.
Variables (R : realFieldType) (V : lmodType R) (norm : V -> R).
Hypothesis norm_triangle : forall x y, norm (x + y) <= norm x + norm y.
Hypothesis norm_scale : forall c x, norm (c *: x) = `|c| * norm x.

(** [target] is z_l, [local] is c_l. *)
Record step := Step { ratio : R; field : V -> V; lipschitz : R; target : V; local : R }.

Definition euler_step s y := y + ratio s *: field s y.
Fixpoint euler ss y := if ss is s :: ss' then euler ss' (euler_step s y) else y.
Fixpoint arc_end ss (z : V) := if ss is s :: ss' then arc_end ss' (target s) else z.

Fixpoint valid ss y z : Prop :=
  if ss is s :: ss' then
    [/\ 0 <= lipschitz s, norm (field s y - field s z) <= lipschitz s * norm (y - z),
        norm (euler_step s z - target s) <= local s & valid ss' (euler_step s y) (target s)]
  else True.

Definition growth (ss : seq step) : R := \prod_(s <- ss) (1 + `|ratio s| * lipschitz s).
Fixpoint bound ss : R := if ss is s :: ss' then local s * growth ss' + bound ss' else 0.

Lemma growth_ge0 ss : forall y z, valid ss y z -> 0 <= growth ss.
Proof.
elim: ss => [|s ss IH] y z /=; first by rewrite /growth big_nil ler01.
case=> K0 _ _ /IH g0; rewrite /growth big_cons; apply: mulr_ge0 g0.
by rewrite addr_ge0 ?ler01 // mulr_ge0.
Qed.

Lemma euler_error ss : forall y z, valid ss y z -> norm (euler ss y - arc_end ss z) <= norm (y - z) * growth ss + bound ss.
Proof.
elim: ss => [|s ss IH] y z /=; first by rewrite /growth big_nil mulr1 addr0.
case=> K0 lip loc ok; apply: le_trans (IH _ _ ok) _; rewrite addrA ler_add2r /growth big_cons -/(growth ss).
rewrite mulrA -mulrDl ler_wpmul2r ?(growth_ge0 ok) //.
have -> : euler_step s y - target s = (y - z) + ratio s *: (field s y - field s z) + (euler_step s z - target s).
  by rewrite /euler_step scalerBr [y - z + _]addrACA -opprD addrA subrK.
rewrite (le_trans (norm_triangle _ _)) // ler_add // (le_trans (norm_triangle _ _)) // norm_scale mulrDr mulr1.
by rewrite ler_add2l mulrCA ler_wpmul2l // mulrC.
Qed.

Theorem T4_recursion ss y : valid ss y y -> norm (euler ss y - arc_end ss y) <= bound ss.
Proof. by move=> ok; rewrite (le_trans (euler_error ok)) // subrr -{1}(scale0r y) norm_scale normr0 !mul0r add0r. Qed.

Theorem T4_exponential ss (exp : R -> R) y z : (forall t, 1 + t <= exp t) -> valid ss y z ->
  growth ss <= \prod_(s <- ss) exp (`|ratio s| * lipschitz s).
Proof.
move=> expE; elim: ss y z => [|s ss IH] y z /=; first by rewrite /growth !big_nil.
case=> K0 _ _ ok; rewrite /growth !big_cons ler_pmul ?expE ?(IH _ _ ok) ?(growth_ge0 ok) //.
by rewrite addr_ge0 ?ler01 // mulr_ge0.
Qed.

End T4.
