(** The traps of T3 and T9 as proved counterexamples: what a careless reading would wrongly prove.

    - [trap_T9_equality]: x - tanh x has a critical point at 0 although α w̃ w = -1/s is not below -1/s: equality counts.
    - [trap_T9_dot_product]: x - 3 tanh x + 3 tanh (x + 10) has a critical point although w̃·w = 0.
    - [trap_T3_silu]: W = W̃ = 1 has no negative eigenvalue, so the formula of T3 would give α* = ∞; but x + 20 silu x has a critical point,
      because silu' takes negative values.

    Reference: theory of narrow ResNets, T3 and T9. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Narrows Require Import activations.
Local Open Scope R_scope.

Lemma continuous_zero (f : R -> R) a b : a < b -> (forall x, continuity_pt f x) -> f a < 0 -> 0 < f b -> exists x, f x = 0.
Proof.
intros ab cf fa fb. destruct (IVT f a b) as [z [_ fz]]; [exact cf | exact ab | exact fa | exact fb |]. now exists z.
Qed.

Lemma continuous_zero_down (f : R -> R) a b : a < b -> (forall x, continuity_pt f x) -> 0 < f a -> f b < 0 -> exists x, f x = 0.
Proof.
intros ab cf fa fb. destruct (continuous_zero (fun x => - f x) a b) as [z fz]; try lra.
- intros x. apply continuity_pt_opp, cf.
- exists z. lra.
Qed.

(** Crude bounds suffice, from 1 + x ≤ e^x and e ≤ 3. *)
Lemma tanh_slope_exp t : tanh_slope t = 4 * exp (2 * t) / ((exp (2 * t) + 1) * (exp (2 * t) + 1)).
Proof. unfold tanh_slope. rewrite tanh_one_exp. assert (e := exp_pos (2 * t)). field. lra. Qed.

Lemma tanh_slope_far t : 5 <= t -> tanh_slope t <= 11 / 36.
Proof.
intros T. rewrite tanh_slope_exp. assert (e := exp_ineq1_le (2 * t)). set (y := exp (2 * t)) in *.
apply Rmult_le_reg_r with ((y + 1) * (y + 1)); [nra |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by nra. nra.
Qed.

Lemma silu_slope_low : silu_slope (-3) < - (1 / 20).
Proof.
unfold silu_slope. rewrite sigmoid_one_exp.
assert (x4 : 4 <= exp 3) by (assert (h := exp_ineq1_le 3); lra).
assert (x27 : exp 3 <= 27).
{ replace 3 with (1 + (1 + 1)) at 1 by ring. rewrite !exp_plus. assert (h := exp_le_3). assert (p := exp_pos 1). nra. }
replace (-3) with (- (3)) by ring. rewrite exp_Ropp. set (y := exp 3) in *.
replace ((1 - 1 / (/ y + 1)) * (1 + - (3) * (1 - (1 - 1 / (/ y + 1))))) with ((1 - 2 * y) / ((y + 1) * (y + 1))) by (field; lra).
apply Rmult_lt_reg_r with ((y + 1) * (y + 1)); [nra |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by nra. nra.
Qed.

Theorem trap_T9_equality : Derive (fun x => x - tanh x) 0 = 0 /\ forall t, 0 < tanh_slope t <= 1.
Proof.
split; [| exact tanh_slope_range].
apply is_derive_unique. replace 0 with (1 - tanh_slope 0) at 2 by (rewrite tanh_slope_0; ring).
apply @is_derive_minus; [apply @is_derive_id | apply is_derive_tanh].
Qed.

Theorem trap_T9_dot_product : (-3) * 1 + 3 * 1 = 0 /\ exists x, is_derive (fun x => x + (-3 * tanh x + 3 * tanh (x + 10))) x 0.
Proof.
split; [ring |].
set (f := fun x => x + (-3 * tanh x + 3 * tanh (x + 10))).
set (f' := fun x => 1 + (-3 * tanh_slope x + 3 * tanh_slope (x + 10))).
assert (df : forall x, is_derive f x (f' x)).
{ intros x. apply @is_derive_plus; [apply @is_derive_id |]. apply @is_derive_plus; apply is_derive_scal.
  - apply is_derive_tanh.
  - rewrite <- (Rmult_1_l (tanh_slope _)). apply (is_derive_comp tanh (fun x => x + 10)); [apply is_derive_tanh |].
    auto_derive; [trivial | ring]. }
assert (low : f' 0 < 0) by (unfold f'; rewrite tanh_slope_0; assert (h := tanh_slope_far (0 + 10)); lra).
assert (high : 0 < f' 5).
{ unfold f'. assert (h := tanh_slope_far 5). assert (p := tanh_slope_range (5 + 10)). lra. }
destruct (continuous_zero f' 0 5) as [x fx]; [lra | | exact low | exact high |].
- intros x. apply derivable_continuous_pt. unfold f', tanh_slope. apply ex_derive_Reals_0.
  assert (ex : forall y, ex_derive tanh y) by (intros y; exists (tanh_slope y); apply is_derive_tanh).
  auto_derive. repeat split; apply ex.
- exists x. rewrite <- fx. apply df.
Qed.

Theorem trap_T3_silu : ~ 1 * 1 < 0 /\ exists x, is_derive (fun x => x + 20 * silu x) x 0.
Proof.
split; [lra |].
set (f' := fun x => 1 + 20 * silu_slope x).
assert (df : forall x, is_derive (fun x => x + 20 * silu x) x (f' x)).
{ intros x. apply @is_derive_plus; [apply @is_derive_id |]. apply is_derive_scal, is_derive_silu. }
assert (low : f' (-3) < 0) by (unfold f'; assert (h := silu_slope_low); lra).
assert (high : 0 < f' 0).
{ unfold f', silu_slope. assert (b := sigmoid_bound 0). nra. }
destruct (continuous_zero f' (-3) 0) as [x fx]; [lra | | exact low | exact high |].
- intros x. apply derivable_continuous_pt. unfold f', silu_slope. apply ex_derive_Reals_0.
  assert (ex : forall y, ex_derive sigmoid y) by (intros y; exists (sigmoid_slope y); apply is_derive_sigmoid).
  auto_derive. repeat split; apply ex.
- exists x. rewrite <- fx. apply df.
Qed.
