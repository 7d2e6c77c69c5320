(** one-neuron: the fold condition.

    A one-neuron block x ↦ x + v relu(u·x + b) is
    - a bijection of R^d if u·v > -1, with the inverse x' ↦ x' - v relu(u·x' + b)/(1 + u·v);
    - not injective if u·v ≤ -1 (u·v < -1: it folds; u·v = -1: it collapses the half-lines in the direction v).

    Reference: theory of one-neuron ResNets, sections 1 and 5 (9'b).
    Notation: [block u v b] is the block, [dot u v] the product u·v, [relu t] = max(t, 0). *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.algebra_tactics Require Import ring.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Fold.
Variable R : realFieldType.

Definition relu (t : R) : R := Num.max t 0.
Definition dot d (u : 'rV[R]_d) (x : 'cV[R]_d) : R := (u *m x) 0 0.
Definition block d (u : 'rV[R]_d) (v : 'cV[R]_d) (b : R) (x : 'cV[R]_d) : 'cV[R]_d := x + relu (dot u x + b) *: v.

Lemma relu_ge0 t : 0 <= relu t.
Proof. by rewrite /relu le_maxr lexx orbT. Qed.

Lemma relu_pos t : 0 <= t -> relu t = t.
Proof. by move=> t0; apply/max_idPl. Qed.

Lemma relu_neg t : t <= 0 -> relu t = 0.
Proof. by move=> t0; apply/max_idPr. Qed.

Lemma relu_scale c t : 0 <= c -> relu (c * t) = c * relu t.
Proof. by move=> c0; rewrite /relu maxr_pmulr // mulr0. Qed.

Lemma dotD d (u : 'rV[R]_d) x y : dot u (x + y) = dot u x + dot u y.
Proof. by rewrite /dot mulmxDr mxE. Qed.

Lemma dotZ d (u : 'rV[R]_d) c x : dot u (c *: x) = c * dot u x.
Proof. by rewrite /dot -scalemxAr mxE. Qed.

Variables (d : nat) (u : 'rV[R]_d) (v : 'cV[R]_d) (b : R).

Definition unfold (y : 'cV[R]_d) : 'cV[R]_d := y - (relu (dot u y + b) / (1 + dot u v)) *: v.

(** How the block acts on t = u·x + b. *)
Lemma block_level x : dot u (block u v b x) + b = dot u x + b + dot u v * relu (dot u x + b).
Proof. by rewrite /block dotD dotZ; ring. Qed.

Theorem no_fold : -1 < dot u v -> cancel (block u v b) unfold /\ cancel unfold (block u v b).
Proof.
move=> uv; have k0 : 0 < 1 + dot u v by rewrite -ltr_subl_addl sub0r.
have nz : 1 + dot u v != 0 by rewrite gt_eqF.
have level x : relu (dot u (block u v b x) + b) = (1 + dot u v) * relu (dot u x + b).
  rewrite block_level; have [t0 | /ltW t0] := leP 0 (dot u x + b).
    rewrite (relu_pos t0) (_ : _ + _ * _ = (1 + dot u v) * (dot u x + b)); last by ring.
    by rewrite relu_pos // mulr_ge0 // ltW.
  by rewrite (relu_neg t0) !mulr0 addr0 (relu_neg t0).
split=> x.
  by rewrite /unfold level mulrC mulKf // /block addrK.
have level' : relu (dot u (unfold x) + b) = relu (dot u x + b) / (1 + dot u v).
  rewrite /unfold dotD -scaleNr dotZ; have [t0 | /ltW t0] := leP 0 (dot u x + b).
    rewrite (relu_pos t0) (_ : _ + b = (dot u x + b) / (1 + dot u v)); last by field.
    by rewrite relu_pos // divr_ge0 // ltW.
  by rewrite (relu_neg t0) mul0r oppr0 mul0r addr0 (relu_neg t0).
by rewrite /block level' /unfold subrK.
Qed.

Theorem fold : dot u v <= -1 -> exists x y, x != y /\ block u v b x = block u v b y.
Proof.
move=> uv; have uv0 : dot u v != 0 by rewrite lt_eqF // (le_lt_trans uv) // oppr_lt0 ltr01.
pose k := - dot u v; have k1 : 1 <= k by rewrite /k ler_oppr.
have k0 : 0 < k by apply: lt_le_trans k1.
(* x has level t = 1, y = x + v has level 1 - k ≤ 0, and both go to x + v *)
pose x := ((1 - b) / dot u v) *: v.
have lx : dot u x + b = 1 by rewrite /x dotZ divfK // subrK.
exists x, (x + v); split.
  apply/eqP => e; have : dot u x = dot u (x + v) by rewrite -e.
  by rewrite dotD -[LHS]addr0 => /addrI e0; move: uv0; rewrite -e0 eqxx.
have l1 : 1 + dot u v <= 0 by rewrite -ler_subr_addl sub0r.
by rewrite /block lx dotD (relu_pos ler01) scale1r [dot u x + _ + b]addrAC lx (relu_neg l1) scale0r addr0.
Qed.

End Fold.
