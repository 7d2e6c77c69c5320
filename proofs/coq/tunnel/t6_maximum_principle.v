(** tunnel/T6 and T7: no critical point, hence no local extremum, hence the maximum principle, hence tunnels.

    Let Φ be continuous on R^d, d ≥ 1.
    - A point where some directional derivative exists and is not zero is no local extremum.
    - T6: if Φ has no local extremum in the interior of a compact K, then every value on K is reached from above and from below on the
      boundary of K.  (With [one_neuron/n7_sup_norm.v]: the lower bounds on the sup-norm error.)
    - T7: if Φ has no local extremum at all, {Φ ≥ c} has no bounded part: whatever bounded open set U contains a point with Φ ≥ c has a
      boundary point with Φ ≥ c; likewise for ≤.  So no bounded nonempty part of {Φ ≥ c} can be cut off by an open set, which is
      "every (quasi-)component is unbounded"; inside a compact K every such part reaches ∂K.

    References: theory of narrow ResNets, T6 (first part) and T7.

    | notation | meaning |
    | [local_max Φ x], [local_min Φ x] | Φ y ≤ Φ x, resp. ≥, for all y near x |
    | [critical Φ x] | every directional derivative that exists at x is zero |
    | [interior K], [boundary K] | K°; closure K minus interior K |  *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets functions.
From mathcomp.analysis Require Import reals signed topology normedtype derive.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section T6.
Variables (R : realType) (n : nat).
Notation V := ('rV[R]_n.+1).
Implicit Types (Phi : V -> R) (x y : V) (K U : set V) (c : R).

Definition local_max Phi x := \forall y \near x, Phi y <= Phi x.
Definition local_min Phi x := \forall y \near x, Phi x <= Phi y.
Definition critical Phi x := forall v, derivable (Phi : V -> R^o) x v -> 'D_v (Phi : V -> R^o) x = 0.
Definition boundary K := closure K `\` interior K.

Lemma local_max_critical Phi x : local_max Phi x -> critical Phi x.
Proof.
move=> mx v dv; apply/eqP; apply/negP => /negP dn0.
set D := 'D_v _ _ in dn0; pose q h : R := h^-1 * (Phi (h *: v + x) - Phi x).
have cq : q @ 0^' --> (D : R) by exact: dv.
move: mx; rewrite /local_max => /nbhs_normP[e /= e0 near0]; pose e1 := e / (`|v| + 1).
have v1 : 0 < `|v| + 1 by rewrite ltr_paddl.
have e10 : 0 < e1 by rewrite divr_gt0.
have {near0} near1 h : `|h| < e1 -> Phi (h *: v + x) <= Phi x.
  move=> he; apply: near0; rewrite /= opprD addrCA subrr addr0 normrN normrZ.
  rewrite (@le_lt_trans _ _ (`|h| * (`|v| + 1))) //; first by rewrite ler_wpmul2l // ler_addl.
  by rewrite -ltr_pdivl_mulr.
have [e2 /= e20 near2] : \forall h \near (0 : R)^', 0 < D * q h.
  have : (fun h => D * q h) @ 0^' --> D * D by apply: cvgM => //; exact: cvg_cst.
  move=> /cvgr_gt; apply; rewrite -expr2 lt_neqAle sqr_ge0 eq_sym sqrf_eq0 andbT.
  exact: dn0.
pose h := Num.sg D * (Num.min e1 e2 / 2%:R).
have m0 : 0 < Num.min e1 e2 / 2%:R by rewrite divr_gt0 ?ltr0n // lt_minr e10.
have hn : h != 0 by rewrite mulf_neq0 ?sgr_eq0 // gt_eqF.
have habs : `|h| < Num.min e1 e2.
  rewrite normrM normr_sg dn0 mul1r gtr0_norm // ltr_pdivr_mulr ?ltr0n // ltr_pmulr ?ltr1n //.
  by rewrite lt_minr e10.
have le1 : Phi (h *: v + x) <= Phi x by apply: near1; rewrite (lt_le_trans habs) // le_minl lexx.
have : 0 < D * q h by apply: near2 => //=; rewrite sub0r normrN (lt_le_trans habs) // le_minl lexx orbT.
have -> : D * q h = (`|D| / (Num.min e1 e2 / 2%:R)) * (Phi (h *: v + x) - Phi x).
  rewrite /q mulrA; congr (_ * _); rewrite {1}[D]numEsg /h invrM ?unitfE ?sgr_eq0 ?(gt_eqF m0) //.
  by rewrite [Num.sg _ * _]mulrC mulrACA mulfV ?mulr1 // sgr_eq0.
have c0 : 0 < `|D| / (Num.min e1 e2 / 2%:R) by rewrite divr_gt0 // normr_gt0.
have le0 : Phi (h *: v + x) - Phi x <= 0 by rewrite subr_le0.
by rewrite ltNge pmulr_rle0 // le0.
Qed.

Lemma local_min_critical Phi x : local_min Phi x -> critical Phi x.
Proof.
move=> mn v dv; have mx : local_max (fun y => - Phi y) x.
  by move: mn; rewrite /local_min /local_max; apply: filterS => y; rewrite ler_opp2.
have := local_max_critical mx (v := v) (derivableN dv); rewrite deriveN //.
by move=> /eqP; rewrite oppr_eq0 => /eqP.
Qed.

(** A continuous function takes its maximum on a nonempty compact set. *)
Lemma maximum_on_compact Phi K : continuous Phi -> compact K -> K !=set0 ->
  exists2 x, K x & forall y, K y -> Phi y <= Phi x.
Proof.
move=> cPhi cK [x0 Kx0].
have cI : compact (Phi @` K) by apply: continuous_compact cK; apply: continuous_subspaceT.
have ne : (Phi @` K) !=set0 by exists (Phi x0), x0.
have ub : has_ubound (Phi @` K).
  have [M [_ bM]] := compact_bounded cI; exists (M + 1) => r Kr.
  by rewrite (le_trans (ler_norm _)) // bM // ltr_addl ltr01.
have [x Kx e] : (Phi @` K) (sup (Phi @` K)).
  have cl : closed (Phi @` K) by apply: compact_closed cI; apply: Rhausdorff.
  by have := closure_sup ne ub; rewrite -((closure_id _).1 cl).
by exists x => // y Ky; rewrite e; apply: sup_ub => //; exists y.
Qed.

(** T6: the maximum principle. *)
Theorem T6_max Phi K : continuous Phi -> compact K -> (forall x, interior K x -> ~ local_max Phi x) ->
  forall x, K x -> exists2 y, boundary K y & Phi x <= Phi y.
Proof.
move=> cPhi cK noext x Kx; have [y Ky my] := maximum_on_compact cPhi cK (ex_intro _ x Kx).
exists y; last exact: my; split; first exact: subset_closure.
by move=> iy; apply: (noext y iy); apply: filterS iy.
Qed.

Theorem T6_min Phi K : continuous Phi -> compact K -> (forall x, interior K x -> ~ local_min Phi x) ->
  forall x, K x -> exists2 y, boundary K y & Phi y <= Phi x.
Proof.
move=> cPhi cK noext x Kx.
have [||y by_ le] := @T6_max (fun y => - Phi y) K _ cK _ x Kx.
- by move=> z; apply: (@continuous_comp _ _ _ Phi (fun r : R => - r)); [exact: cPhi | exact: opp_continuous].
- move=> z iz lm; apply: (noext z iz); move: lm; rewrite /local_max /local_min.
  by apply: filterS => y; rewrite ler_opp2.
by exists y => //; move: le; rewrite ler_opp2.
Qed.

(** T6 for functions without critical points. *)
Corollary T6_no_critical_point Phi K : continuous Phi -> compact K -> (forall x, interior K x -> ~ critical Phi x) ->
  forall x, K x -> (exists2 y, boundary K y & Phi x <= Phi y) /\ (exists2 y, boundary K y & Phi y <= Phi x).
Proof.
move=> cPhi cK nocrit x Kx; split.
  by apply: T6_max Kx => // y iy /local_max_critical; apply: nocrit.
by apply: T6_min Kx => // y iy /local_min_critical; apply: nocrit.
Qed.

(** T7: {Φ ≥ c} and {Φ ≤ c} have no bounded part. *)
Theorem T7 Phi U c x : continuous Phi -> (forall y, ~ critical Phi y) -> open U -> bounded_set U -> U x ->
  (c <= Phi x -> exists2 y, boundary U y & c <= Phi y) /\ (Phi x <= c -> exists2 y, boundary U y & Phi y <= c).
Proof.
move=> cPhi nocrit oU bU Ux.
have cK : compact (closure U).
  apply: bounded_closed_compact; last exact: closed_closure.
  have [M [Mr bM]] := bU; exists M; split=> // M' /bM le_M.
  have cl : closed [set y : V | `|y| <= M'].
    by apply: (closed_comp (f := fun y : V => `|y|)) (@closed_le _ M') => y _; apply: norm_continuous.
  by move=> y /(closure_subset le_M); rewrite -((closure_id _).1 cl).
have bdU : boundary (closure U) `<=` boundary U.
  by move=> y [cy niy]; split; [by move: cy; rewrite -((closure_id _).1 (@closed_closure _ U)) | move=> iy; apply: niy; apply: filterS iy; apply: subset_closure].
have [[y /bdU by_ le] [z /bdU bz le']] := T6_no_critical_point cPhi cK (fun y _ => @nocrit y) (subset_closure Ux).
by split=> h; [exists y; rewrite ?(le_trans h) | exists z; rewrite ?(le_trans le')].
Qed.

End T6.
