(** Activation functions, their derivatives and the ranges of these.

    | function | definition | derivative | range of the derivative |
    | [tanh] | (e^x - e^-x)/(e^x + e^-x) (the standard library's) | 1 - tanh² | (0, 1] |
    | [sigmoid] | 1/(1 + e^-x) | sigmoid (1 - sigmoid) | (0, 1/4] |
    | [softplus] | ln (1 + e^x) | sigmoid | (0, 1) |
    | [silu] | x·sigmoid x | sigmoid x (1 + x (1 - sigmoid x)) | takes both signs | *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
Local Open Scope R_scope.

Definition sigmoid (x : R) : R := / (1 + exp (- x)).
Definition softplus (x : R) : R := ln (1 + exp x).
Definition silu (x : R) : R := x * sigmoid x.

Definition tanh_slope (x : R) : R := 1 - tanh x * tanh x.
Definition sigmoid_slope (x : R) : R := sigmoid x * (1 - sigmoid x).
Definition softplus_slope (x : R) : R := sigmoid x.
Definition silu_slope (x : R) : R := sigmoid x * (1 + x * (1 - sigmoid x)).

(** The forms that are evaluated: one exponential each. *)
Lemma tanh_one_exp x : tanh x = 1 - 2 / (exp (2 * x) + 1).
Proof.
unfold tanh, sinh, cosh. assert (e := exp_pos x).
replace (2 * x) with (x + x) by ring. rewrite exp_plus, exp_Ropp. field.
split; [nra | lra].
Qed.

Lemma sigmoid_one_exp x : sigmoid x = 1 - 1 / (exp x + 1).
Proof. unfold sigmoid. rewrite exp_Ropp. assert (e := exp_pos x). field. lra. Qed.

Lemma is_derive_tanh x : is_derive tanh x (tanh_slope x).
Proof.
assert (e := exp_pos (2 * x)).
apply is_derive_ext with (fun x => 1 - 2 / (exp (2 * x) + 1)); [intros t; now rewrite tanh_one_exp |].
unfold tanh_slope. rewrite tanh_one_exp. auto_derive; [lra | field; lra].
Qed.

Lemma is_derive_sigmoid x : is_derive sigmoid x (sigmoid_slope x).
Proof.
assert (e := exp_pos (- x)). unfold sigmoid_slope, sigmoid. auto_derive; [lra | field; lra].
Qed.

Lemma is_derive_softplus x : is_derive softplus x (softplus_slope x).
Proof.
assert (e := exp_pos x). unfold softplus, softplus_slope, sigmoid. auto_derive; [lra |].
rewrite exp_Ropp. field. lra.
Qed.

Lemma is_derive_silu x : is_derive silu x (silu_slope x).
Proof.
assert (e := exp_pos (- x)). unfold silu, silu_slope, sigmoid. auto_derive; [lra | field; lra].
Qed.

Lemma tanh_bound x : -1 < tanh x < 1.
Proof.
rewrite tanh_one_exp. assert (e := exp_pos (2 * x)).
assert (0 < 2 / (exp (2 * x) + 1) < 2); [split; [apply Rdiv_lt_0_compat; lra |] | lra].
apply Rmult_lt_reg_r with (exp (2 * x) + 1); [lra |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.

Lemma sigmoid_bound x : 0 < sigmoid x < 1.
Proof.
unfold sigmoid. assert (e := exp_pos (- x)). split; [apply Rinv_0_lt_compat; lra |].
rewrite <- Rinv_1. apply Rinv_lt_contravar; lra.
Qed.

Lemma tanh_slope_range x : 0 < tanh_slope x <= 1.
Proof. unfold tanh_slope. assert (b := tanh_bound x). nra. Qed.

Lemma sigmoid_slope_range x : 0 < sigmoid_slope x <= 1 / 4.
Proof. unfold sigmoid_slope. assert (b := sigmoid_bound x). split; [nra |]. assert (h := pow2_ge_0 (sigmoid x - 1 / 2)). nra. Qed.

Lemma softplus_slope_range x : 0 < softplus_slope x < 1.
Proof. exact (sigmoid_bound x). Qed.

Lemma tanh_slope_0 : tanh_slope 0 = 1.
Proof. unfold tanh_slope. rewrite tanh_one_exp, Rmult_0_r, exp_0. field. Qed.
