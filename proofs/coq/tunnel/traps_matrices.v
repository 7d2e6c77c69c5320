(** The traps of T1, T2 as proved counterexamples: what a careless reading would wrongly prove.

    - [trap_T1_clarke]: four layers, each with determinant 1 for *every* diagonal, whose products have 0 in their convex hull: regularity of
      the layers does not exclude 0 from the Clarke subdifferential.
    - [trap_T2_nilpotent]: a norm in which ‖W‖ ≤ 1/1000 and yet I + D W is singular for some D in [0, 1]²: the norm of the norm test has to be
      absolute.
    - [trap_T2_negative_skip]: ε < 0, and ε I + δ W W̃ is a P-matrix, yet ε I + δ W̃ D W is singular for some D in [0, 1]: use α = δ/ε.
    - [trap_T2_factor_s]: without the factor s the symmetric-part test accepts a layer with slopes in [0, 2] that is singular.

    Reference: theory of narrow ResNets, T1 and T2. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.algebra_tactics Require Import ring.
From Narrows.tunnel Require Import multi_affine t2_determinant t2_p_matrix t2_sufficient.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Traps.
Variable R : realFieldType.

Definition matrix2 (a b c d : R) : 'M[R]_2 :=
  \matrix_(i, j) (if i == 0 then (if j == 0 then a else b) else (if j == 0 then c else d)).

Lemma matrix2_mul a b c d a' b' c' d' :
  matrix2 a b c d *m matrix2 a' b' c' d' = matrix2 (a * a' + b * c') (a * b' + b * d') (c * a' + d * c') (c * b' + d * d').
Proof.
apply/matrixP => i j; rewrite !mxE !big_ord_recl big_ord0 addr0 !mxE /=.
by case: (i == 0); case: (j == 0).
Qed.

Lemma matrix2_det a b c d : \det (matrix2 a b c d) = a * d - b * c.
Proof.
rewrite (expand_det_row _ 0) !big_ord_recl big_ord0 addr0 !mxE /= /cofactor !det_mx11 !mxE /=.
by rewrite expr0 expr1 !mul1r mulN1r mulrN.
Qed.

(** T1: the hull of nonzero products. *)
Definition shear (l : nat) (d : R) : 'M[R]_2 := if odd l then matrix2 1 (- (2%:R * d)) 0 1 else matrix2 1 0 d 1.
Definition gradient (w : 'rV[R]_2) (d : nat -> R) := w *m shear 0 (d 0%N) *m shear 1 (d 1%N) *m shear 2 (d 2%N) *m shear 3 (d 3%N).

Theorem trap_T1_clarke (w : 'rV[R]_2) :
  (forall l d, \det (shear l d) = 1) /\
  2%:R^-1 *: gradient w (fun=> 0) + 2%:R^-1 *: gradient w (fun=> 1) = 0.
Proof.
split=> [l d | ]; first by rewrite /shear; case: odd; rewrite matrix2_det; ring.
rewrite -scalerDr /gradient -!mulmxA -mulmxDr /shear /= !matrix2_mul.
set P := _ + _; suff -> : P = 0 by rewrite mulmx0 scaler0.
by apply/matrixP => i j; rewrite !mxE; case: (i == 0); case: (j == 0); ring.
Qed.

(** T2, norm test. *)
Definition skewed_norm (x : 'cV[R]_2) : R := 1000%:R * `|x 0 0 - x 1 0| + `|x 1 0|.
Definition nilpotent := matrix2 1 (- 1) 1 (- 1).

Theorem trap_T2_nilpotent :
  [/\ (forall x, skewed_norm x = 0 -> x = 0), (forall x y, skewed_norm (x + y) <= skewed_norm x + skewed_norm y),
      (forall c x, skewed_norm (c *: x) = `|c| * skewed_norm x), bounds nilpotent (1000%:R^-1) skewed_norm skewed_norm
    & exists D : 'rV[R]_2, in_box 0 (const_mx 1) D /\ \det (jac 1%:M 1%:M nilpotent D) = 0].
Proof.
have k0 : (0 : R) < 1000%:R by rewrite ltr0n.
split.
- move=> x /eqP; rewrite paddr_eq0 ?mulr_ge0 ?(ltW k0) // mulf_eq0 (gt_eqF k0) /= !normr_eq0 subr_eq0 => /andP[/eqP e /eqP e1].
  apply/colP => i; rewrite !mxE; have [-> | i0] := eqVneq i 0; first by rewrite e e1.
  by have -> : i = 1 by apply/eqP; case: i i0 => [[|[]]].
- move=> x y; rewrite /skewed_norm addrACA -mulrDr; apply: ler_add; last by rewrite mxE ler_norm_add.
  by rewrite ler_pmul2l // !mxE opprD addrACA ler_norm_add.
- by move=> c x; rewrite /skewed_norm !mxE -mulrBr !normrM mulrDr mulrCA.
- have act i x : (nilpotent *m x) i 0 = x 0 0 - x 1 0.
    rewrite mxE !big_ord_recl big_ord0 addr0 !mxE /=; case: (i == 0); rewrite mul1r mulN1r.
      by congr (_ - x _ _); apply/val_inj.
    by congr (_ - x _ _); apply/val_inj.
  move=> x; rewrite /skewed_norm !act subrr normr0 mulr0 add0r.
  by rewrite mulrDr mulKf ?gt_eqF // ler_addl mulr_ge0 // invr_ge0 ltW.
- exists (\row_j (j != 0)%:R); split=> [j|]; first by rewrite !mxE; case: (_ == _); rewrite lexx ler01.
  have -> : jac 1%:M 1%:M nilpotent (\row_j (j != 0)%:R) = matrix2 1 0 1 0.
    rewrite /jac mul1mx; apply/matrixP => i j; rewrite mxE mul_diag_mx !mxE.
    by case: i => [[|[]]] //= ?; case: j => [[|[]]] //= ?; rewrite ?mulr0n ?mulr1n; ring.
  by rewrite matrix2_det; ring.
Qed.

(** T2, P-matrix form, and the factor s: one neuron suffices. *)
Lemma det_scalar1 (x : R) : \det (x%:M : 'M[R]_1) = x.
Proof. by rewrite det_scalar expr1. Qed.

Lemma jac1 (e u x : R) : jac e%:M (u%:M : 'M[R]_1) 1%:M (const_mx x) = (e + u * x)%:M.
Proof. by rewrite /jac mulmx1 diag_const_mx -scalar_mxM -raddfD. Qed.

Theorem trap_T2_negative_skip : exists eps delta : R, [/\ eps < 0, P_matrix (eps%:M + delta%:M : 'M[R]_1)
  & exists D, in_box 0 (const_mx 1) D /\ \det (jac eps%:M (delta%:M : 'M[R]_1) 1%:M D) = 0].
Proof.
exists (- 1), 2%:R; split; first by rewrite oppr_lt0 ltr01.
  move=> k g gi; rewrite -raddfD (_ : - 1 + 2%:R = 1); last by ring.
  have -> : principal g (1%:M : 'M[R]_1) = 1%:M by apply/matrixP => i j; rewrite !mxE (inj_eq gi).
  by rewrite det1 ltr01.
exists (const_mx 2%:R^-1); split=> [j|]; first by rewrite !mxE invr_ge0 ler0n invf_le1 ?ltr0n // ler1n.
by rewrite jac1 det_scalar1 mulfV ?pnatr_eq0 // addNr.
Qed.

Theorem trap_T2_factor_s : exists alpha s : R,
  symmetric_part_positive (const_mx 1) (1%:M + alpha%:M : 'M[R]_1) /\
  exists D, in_box 0 (const_mx s) D /\ \det (jac 1%:M (alpha%:M : 'M[R]_1) 1%:M D) = 0.
Proof.
exists (- 2%:R^-1), 2%:R; split.
  move=> y y0; have y00 : y 0 0 != 0 by apply: contra_neq y0 => e; apply/colP => i; rewrite ord1 e mxE.
  rewrite diag_const_mx mul1mx -raddfD tr_scalar_mx -raddfD mul_mx_scalar -scalemxAl mxE mxE big_ord1 mxE.
  have -> : (1 - 2%:R^-1) + (1 - 2%:R^-1) = 1 :> R by field.
  by rewrite mul1r -expr2 lt_neqAle sqr_ge0 eq_sym sqrf_eq0 y00.
exists (const_mx 2%:R); split=> [j|]; first by rewrite !mxE lexx ler0n.
by rewrite jac1 det_scalar1 mulNr mulVf ?pnatr_eq0 // subrr.
Qed.

End Traps.
