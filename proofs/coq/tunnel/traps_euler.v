(** The traps of T4 as proved counterexamples: bounds that a careless reading would wrongly call proved.

    - [trap_T4_signed_exponent]: Σ α_j K_j in the exponent without absolute values: two layers with ratios 1 and -1 are further from their flow.
    - [trap_T4_states_only]: K on the ResNet's states only, here one point: the "bound" is 0, the distance is not.
    - [trap_T4_union]: the largest slope on a union of intervals is no Lipschitz constant between them.
    - [trap_T4_logarithmic_norm]: the logarithmic norm in place of K in the local error: a negative "bound".

    Reference: theory of narrow ResNets, T4. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
Local Open Scope R_scope.

Ltac conjuncts := cbv zeta; repeat match goal with |- _ /\ _ => split end.

Lemma e_low : 625 / 256 <= exp 1.
Proof.
replace 1 with (/ 4 + / 4 + (/ 4 + / 4)) by field. rewrite !exp_plus. assert (h := exp_ineq1_le (/ 4)). set (x := exp (/ 4)) in *.
assert (square : 25 / 16 <= x * x) by nra. nra.
Qed.

(** Layer 1: f(y) = y, ratio 1, state 1.  Layer 2: f(y) = 2 - y, ratio -1: it leaves the ResNet's state 2 where it is, while the flow moves
    away from 2 by the factor e.  K_1 = K_2 = 1; S_1 = e and S_2 = (e - 2) e are the largest values on the convex sets of all states. *)
Definition arc_1 t := exp t.
Definition arc_2 t := 2 + (exp 1 - 2) * exp (- t).

Theorem trap_T4_signed_exponent :
  let S1 := exp 1 in let S2 := (exp 1 - 2) * exp 1 in let resnet_1 := 1 + 1 * 1 in let resnet_2 := resnet_1 + (-1) * (2 - resnet_1) in
  arc_1 0 = 1 /\ (forall t, is_derive arc_1 t (arc_1 t)) /\
  arc_2 0 = arc_1 1 /\ (forall t, is_derive arc_2 t (2 - arc_2 t)) /\
  (forall t, 0 <= t <= 1 -> 1 <= arc_1 t <= S1) /\ 1 <= resnet_1 <= S1 /\ (forall y, 1 <= y <= S1 -> Rabs y <= S1) /\
  (forall t, -1 <= t <= 0 -> 2 <= arc_2 t <= 2 + S2) /\ (forall y, 2 <= y <= 2 + S2 -> Rabs (2 - y) <= S2) /\
  1 * 1 / 2 * 1 * S1 * exp ((-1) * 1) + (-1) * (-1) / 2 * 1 * S2 < Rabs (resnet_2 - arc_2 (-1)).
Proof.
assert (e := e_low). assert (mono : forall s t, s <= t -> exp s <= exp t).
{ intros s t [h | ->]; [now left; apply exp_increasing | lra]. }
unfold arc_1, arc_2. conjuncts.
- apply exp_0.
- intros t. auto_derive; [trivial | ring].
- rewrite Ropp_0, exp_0. ring.
- intros t. auto_derive; [trivial | ring].
- intros t T. split; [rewrite <- exp_0 |]; apply mono; lra.
- lra.
- lra.
- intros y Y. rewrite Rabs_pos_eq; lra.
- intros t T. assert (p := exp_pos (- t)). assert (h : exp (- t) <= exp 1) by (apply mono; lra). split; nra.
- intros y Y. rewrite Rabs_left1; lra.
- replace (- -1) with 1 by ring. replace (-1 * 1) with (- (1)) by ring. rewrite exp_Ropp.
  replace (1 * 1 / 2 * 1 * exp 1 * / exp 1) with (/ 2) by (field; lra).
  rewrite Rabs_left1; nra.
Qed.

Theorem trap_T4_states_only :
  (forall y z, y = 1 -> z = 1 -> Rabs (y - z) <= 0 * Rabs (y - z)) /\
  (forall t, is_derive arc_1 t (arc_1 t)) /\ arc_1 0 = 1 /\ 1 * 1 / 2 * 0 * 1 < Rabs ((1 + 1 * 1) - arc_1 1).
Proof.
assert (e := e_low). unfold arc_1. conjuncts.
- intros y z -> ->. rewrite Rminus_eq_0, Rabs_R0. lra.
- intros t. auto_derive; [trivial | ring].
- apply exp_0.
- rewrite Rabs_left1; lra.
Qed.

Definition ramp y := Rmin (Rmax (y - 1) 0) 1.

Theorem trap_T4_union :
  (forall y, 0 < y < 1 \/ 2 < y < 3 -> is_derive ramp y 0) /\ 0 * Rabs (5 / 2 - 1 / 2) < Rabs (ramp (5 / 2) - ramp (1 / 2)).
Proof.
split.
- intros y [Y | Y].
  + apply is_derive_ext_loc with (fun _ => 0); [| apply @is_derive_const].
    assert (open : 0 < Rmin y (1 - y)) by (apply Rmin_glb_lt; lra). exists (mkposreal _ open). intros z Z. simpl in Z.
    apply Rabs_lt_between' in Z. assert (l := Rmin_l y (1 - y)). assert (r := Rmin_r y (1 - y)).
    unfold ramp. rewrite Rmax_right, Rmin_left; lra.
  + apply is_derive_ext_loc with (fun _ => 1); [| apply @is_derive_const].
    assert (open : 0 < y - 2) by lra. exists (mkposreal _ open). intros z Z. simpl in Z. apply Rabs_lt_between' in Z.
    unfold ramp. rewrite Rmax_left, Rmin_right; lra.
- unfold ramp. rewrite Rmax_left, (Rmax_right (1 / 2 - 1)), Rmin_right, Rmin_left by lra. rewrite !Rabs_pos_eq; lra.
Qed.

(** f(y) = -y has the logarithmic norm -1. *)
Theorem trap_T4_logarithmic_norm :
  (forall t, is_derive (fun t => exp (- t)) t (- exp (- t))) /\
  1 * 1 / 2 * (-1) * 1 < 0 < Rabs ((1 + 1 * - (1)) - exp (- (1))).
Proof.
split; [intros t; auto_derive; [trivial | ring] |]. split; [lra |]. assert (p := exp_pos (- (1))). rewrite Rabs_left1; lra.
Qed.
