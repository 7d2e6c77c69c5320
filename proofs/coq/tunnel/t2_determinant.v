(** tunnel/T2, the algebra: the determinant of a layer's Jacobian is affine in each diagonal entry, and what it is at a vertex.

    | notation | meaning |
    | [jac E U V x] | E + U·diag(x)·V; a residual layer has E = ε I, U = δ W̃, V = W, x = the slopes σ'(W h + b). Any other diagonal of a deeper
                      branch is of the same form with the other factors put into U and V. |
    | [indicator S] | the row with 1 on S and 0 elsewhere |

    Reference: theory of narrow ResNets, T2. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.algebra_tactics Require Import ring.
From Narrows.tunnel Require Import multi_affine.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Determinants.
Variable K : comUnitRingType.

(** Sylvester: det (I + X Y) = det (I + Y X). *)
Lemma det_swap n m (X : 'M[K]_(n, m)) (Y : 'M[K]_(m, n)) : \det (1%:M + X *m Y) = \det (1%:M + Y *m X).
Proof.
have e1 : block_mx 1%:M (- X) Y 1%:M *m block_mx 1%:M X 0 1%:M = block_mx 1%:M 0 Y (1%:M + Y *m X).
  by rewrite mulmx_block !mul1mx !mulmx1 !mulmx0 !addr0 subrr addrC.
have e2 : block_mx 1%:M X 0 1%:M *m block_mx 1%:M (- X) Y 1%:M = block_mx (1%:M + X *m Y) 0 Y 1%:M.
  by rewrite mulmx_block !mul1mx !mulmx1 !mul0mx !add0r addNr.
have := congr1 determinant e1; have := congr1 determinant e2.
by rewrite !det_mulmx !det_ublock !det_lblock !det1 !mul1r !mulr1 => -> ->.
Qed.

(** A rank-one change: c ↦ det (M + c·u v) is affine. *)
Lemma det_rank_one n (M : 'M[K]_n) (u : 'cV[K]_n) (v : 'rV[K]_n) c :
  \det (M + c *: (u *m v)) = (1 - c) * \det M + c * \det (M + u *m v).
Proof.
have schur d : \det (M + d *: (u *m v)) = \det (block_mx 1%:M (- (d *: v)) u M).
  have e : block_mx 1%:M 0 (- u) 1%:M *m block_mx 1%:M (- (d *: v)) u M
           = block_mx 1%:M (- (d *: v)) 0 (M + d *: (u *m v)).
    by rewrite mulmx_block !mul1mx !mulmx1 !mul0mx !addr0 addNr mulNmx mulmxN opprK -scalemxAr addrC.
  by have := congr1 determinant e; rewrite det_mulmx det_lblock det_ublock !det1 !mul1r => ->.
have s0 := schur 0; have s1 := schur 1; rewrite scale0r addr0 in s0; rewrite scale1r in s1.
rewrite schur s0 s1; apply: (determinant_multilinear (i0 := lshift n 0)).
  rewrite !rowKu; apply/rowP => i; rewrite !mxE; case: splitP => k _; rewrite !mxE; last by ring.
  by case: (_ == _); rewrite ?mulr1n ?mulr0n; ring.
all: rewrite /block_mx; apply/matrixP => i k; rewrite !row'Ku !mxE.
all: by case: splitP => // -[].
Qed.
End Determinants.

Section Layer.
Variables (R : realFieldType) (n m : nat).
Implicit Types (E : 'M[R]_n) (U : 'M[R]_(n, m)) (V : 'M[R]_(m, n)) (x : 'rV[R]_m).

Definition jac E U V x : 'M[R]_n := E + U *m diag_mx x *m V.

Lemma diag_upd x j c : diag_mx (upd x j c) = diag_mx (upd x j 0) + c *: (delta_mx j (0 : 'I_1) *m delta_mx 0 j) :> 'M[R]_m.
Proof.
apply/matrixP => i k; rewrite mul_delta_mx !mxE.
have [ij | ij] /= := eqVneq i j; last by rewrite mulr0 addr0.
rewrite ij [k == j]eq_sym; have [jk | jk] := eqVneq j k; first by rewrite !mulr1n mulr1 add0r.
by rewrite !mulr0n mulr0 addr0.
Qed.

(** T2: the determinant is affine in each diagonal entry. *)
Theorem T2_multi_affine E U V : multi_affine (fun x => \det (jac E U V x)).
Proof.
move=> x j c.
have e d : jac E U V (upd x j d) = jac E U V (upd x j 0) + d *: ((U *m delta_mx j (0 : 'I_1)) *m (delta_mx 0 j *m V)).
  rewrite /jac diag_upd mulmxDr mulmxDl addrA; congr (_ + _).
  by rewrite -!scalemxAr -!scalemxAl !mulmxA.
by rewrite e det_rank_one; congr (_ + _ * \det _); rewrite (e 1) scale1r.
Qed.

Definition indicator (S : pred 'I_m) : 'rV[R]_m := \row_j (S j)%:R.

End Layer.
