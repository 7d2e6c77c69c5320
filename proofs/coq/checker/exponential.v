(** A fast exponential: a polynomial on [0, 1] and eight squarings.

    For z in [0, 1] there is ρ in [0, 3/9!] with e^z = 1 + z + z²/2! + … + z⁸/8! + ρ z⁹ ([exp_polynomial]), and e^a = (e^(a/256))^256
    ([exp_squares]).  Reference: Taylor's formula, by induction on the degree. *)
From Coq Require Import Reals Lra Lia List.
From Coquelicot Require Import Coquelicot.
Import ListNotations.
Local Open Scope R_scope.

(** k! as a real number, and the Taylor polynomial. *)
Fixpoint factorial (k : nat) : R := match k with O => 1 | S k' => INR k * factorial k' end.
Fixpoint taylor (n : nat) (z : R) : R := match n with O => 1 | S n' => taylor n' z + z ^ n / factorial n end.

Lemma factorial_pos k : 0 < factorial k.
Proof. induction k as [|k IH]; [simpl; lra |]. cbn [factorial]. apply Rmult_lt_0_compat; [apply lt_0_INR; lia | exact IH]. Qed.

Lemma power_derive n z : is_derive (fun z => z ^ S n / factorial (S n)) z (z ^ n / factorial n).
Proof.
assert (p := factorial_pos n). assert (q : INR (S n) <> 0) by (apply not_0_INR; discriminate).
cbn [factorial]. auto_derive; [trivial |]. simpl Nat.pred. field. split; [lra | exact q].
Qed.

Lemma taylor_derive n z : is_derive (taylor (S n)) z (taylor n z).
Proof.
induction n as [|n IH].
- simpl. auto_derive; [trivial | field].
- change (taylor (S n) z) with (taylor n z + z ^ S n / factorial (S n)).
  apply @is_derive_plus; [exact IH | apply power_derive].
Qed.

Lemma taylor_0 n : taylor n 0 = 1.
Proof. induction n as [|n IH]; [reflexivity |]. cbn [taylor]. rewrite IH, pow_ne_zero by discriminate. unfold Rdiv. ring. Qed.

Lemma nonneg_by_derivative f f' z : 0 <= z -> f 0 = 0 -> (forall u, is_derive f u (f' u)) -> (forall u, 0 <= u <= z -> 0 <= f' u) -> 0 <= f z.
Proof.
intros z0 f0 d pos. destruct (MVT_gen f 0 z f') as [c [Hc E]].
- intros u _. apply d.
- intros u _. apply derivable_continuous_pt, ex_derive_Reals_0. exists (f' u). apply d.
- rewrite Rmin_left, Rmax_right in Hc by lra. assert (p := pos c Hc). rewrite f0 in E. nra.
Qed.

Lemma exp_above n : forall z, 0 <= z -> 0 <= exp z - taylor n z.
Proof.
induction n as [|n IH]; intros z z0.
- simpl. assert (h := exp_ineq1_le z). lra.
- apply (nonneg_by_derivative (fun z => exp z - taylor (S n) z) (fun z => exp z - taylor n z)); [exact z0 | | |].
  + rewrite taylor_0, exp_0. ring.
  + intros u. apply @is_derive_minus; [apply is_derive_exp | apply taylor_derive].
  + intros u Hu. apply IH. lra.
Qed.

Lemma exp_below n : forall z, 0 <= z <= 1 -> 0 <= 3 * (z ^ S n / factorial (S n)) - (exp z - taylor n z).
Proof.
induction n as [|n IH]; intros z Hz.
- apply (nonneg_by_derivative (fun z => 3 * (z ^ 1 / factorial 1) - (exp z - taylor 0 z)) (fun z => 3 - exp z)); [lra | | |].
  + simpl. rewrite exp_0. field.
  + intros u. apply (is_derive_ext (fun z => 3 * z - (exp z - 1))); [intros t; simpl; field |]. auto_derive; [trivial | ring].
  + intros u Hu. assert (h := exp_le_3). destruct (Rle_lt_or_eq_dec u 1) as [L | ->]; [lra | | lra].
    assert (g := exp_increasing u 1 L). lra.
- apply (nonneg_by_derivative (fun z => 3 * (z ^ S (S n) / factorial (S (S n))) - (exp z - taylor (S n) z))
           (fun z => 3 * (z ^ S n / factorial (S n)) - (exp z - taylor n z))); [lra | | |].
  + rewrite taylor_0, exp_0, pow_ne_zero by discriminate. unfold Rdiv. ring.
  + intros u. apply @is_derive_minus; [apply is_derive_scal, power_derive |].
    apply @is_derive_minus; [apply is_derive_exp | apply taylor_derive].
  + intros u Hu. apply IH. lra.
Qed.

(** Horner's scheme, the highest coefficient first. *)
Fixpoint horner (acc z : R) (coefficients : list R) : R :=
  match coefficients with [] => acc | c :: cs => horner (acc * z + c) z cs end.

Definition coefficients : list Z := [40320; 5040; 720; 120; 24; 6; 2; 1; 1]%Z.

Theorem exp_polynomial z : 0 <= z <= 1 ->
  exists rho, 0 <= rho <= 3 / IZR 362880 /\ exp z = horner rho z (map (fun c => 1 / IZR c) coefficients).
Proof.
intros Hz. assert (lo := exp_above 8 z (proj1 Hz)). assert (up := exp_below 8 z Hz).
assert (T : taylor 8 z = horner 0 z (map (fun c => 1 / IZR c) coefficients)) by (simpl; field).
assert (F : factorial 9 = 362880) by (simpl; ring). rewrite F in up.
destruct (Rle_lt_or_eq_dec 0 z (proj1 Hz)) as [pos | <-].
- assert (p9 := pow_lt z 9 pos). exists ((exp z - taylor 8 z) / z ^ 9). split; [split |].
  + apply Rmult_le_pos; [exact lo | left; now apply Rinv_0_lt_compat].
  + apply Rmult_le_reg_r with (z ^ 9); [exact p9 |]. unfold Rdiv at 1. rewrite Rmult_assoc, Rinv_l by lra. lra.
  + rewrite T. set (r := exp z - _). enough (G : horner (r / z ^ 9) z (map (fun c => 1 / IZR c) coefficients)
      = horner 0 z (map (fun c => 1 / IZR c) coefficients) + r) by (rewrite G; unfold r; ring).
    clearbody r. clear -pos. simpl. field. lra.
- exists 0. split; [lra |]. rewrite exp_0. simpl. field.
Qed.

Fixpoint squares (k : nat) (x : R) : R := match k with O => x | S k' => squares k' (x * x) end.

Theorem exp_squares k : forall a, exp a = squares k (exp (a / 2 ^ k)).
Proof.
induction k as [|k IH]; intros a; simpl; [now rewrite Rdiv_1 |].
rewrite IH, <- exp_plus. f_equal. f_equal. assert (h := pow_lt 2 k). field. lra.
Qed.
