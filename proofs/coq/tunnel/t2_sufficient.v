(** tunnel/T2, the sufficient tests: the norm test and the symmetric-part test.

    - norm: |δ|·‖W̃‖·s·‖W‖ < |ε| in norms induced by *absolute* vector norms ⇒ ε I + δ W̃ D W is invertible for all |D_jj| ≤ s;
    - symmetric part: Λ (I + s α W W̃) + its transpose positive definite for a positive diagonal Λ ⇒ I + α W̃ D W is invertible for all
      D in [0, s]^m.

    | notation | meaning |
    | [absolute_norm N] | a vector norm that depends on the |x_i| only and grows with them (all p-norms, scaled by positive weights) |
    | [bounds M a N N'] | N (M x) ≤ a N' x for all x: a is a bound of the operator norm of M |

    Reference: theory of narrow ResNets, T2.  That "absolute" cannot be dropped: [traps_matrices.v]. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.algebra_tactics Require Import ring.
From Narrows.tunnel Require Import multi_affine t2_determinant.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Sufficient.
Variable R : realFieldType.

Record absolute_norm n (N : 'cV[R]_n -> R) : Prop := AbsoluteNorm {
  norm_definite : forall x, N x = 0 -> x = 0;
  norm_triangle : forall x y, N (x + y) <= N x + N y;
  norm_scale : forall c x, N (c *: x) = `|c| * N x;
  norm_absolute : forall x y, (forall i, `|(x : 'cV[R]_n) i 0| <= `|(y : 'cV[R]_n) i 0|) -> N x <= N y }.

Definition bounds n p (M : 'M[R]_(n, p)) (a : R) (N : 'cV[R]_n -> R) (N' : 'cV[R]_p -> R) := forall x, N (M *m x) <= a * N' x.

Lemma norm_ge0 n (N : 'cV[R]_n -> R) x : absolute_norm N -> 0 <= N x.
Proof.
move=> aN; have := norm_triangle aN x (- x).
have -> : N (- x) = N x by rewrite -scaleN1r (norm_scale aN) normrN1 mul1r.
have -> : N (x - x) = 0 by rewrite subrr -(scale0r x) (norm_scale aN) normr0 mul0r.
by rewrite -mulr2n pmulrn_lge0.
Qed.

Lemma singular_kernel n (M : 'M[R]_n) : M \notin unitmx -> exists2 x : 'cV[R]_n, x != 0 & M *m x = 0.
Proof.
rewrite -unitmx_tr -row_free_unit => /negP rM.
have /rowV0Pn[v /sub_kermxP vM v0] : kermx M^T != 0 by rewrite kermx_eq0; apply/negP.
exists v^T; first by rewrite -[0]trmx0 (inj_eq (can_inj (@trmxK _ _ _))).
by rewrite -[M]trmxK -trmx_mul vM trmx0.
Qed.

(** (i) The norm test. *)
Theorem T2_norm n m (W' : 'M[R]_(n, m)) (W : 'M[R]_(m, n)) (N : 'cV[R]_n -> R) (N' : 'cV[R]_m -> R) (eps delta s a a' : R) :
  absolute_norm N -> absolute_norm N' -> 0 <= s -> 0 <= a' -> bounds W' a' N N' -> bounds W a N' N ->
  `|delta| * a' * s * a < `|eps| ->
  forall x : 'rV[R]_m, (forall j, `|x 0 j| <= s) -> jac eps%:M (delta *: W') W x \in unitmx.
Proof.
move=> aN aN' s0 a'0 bW' bW small x xs; apply: contraT => /singular_kernel[h h0 hker].
have Nh : 0 < N h by rewrite lt_neqAle norm_ge0 // andbT eq_sym; apply: contra_neq h0 => /(norm_definite aN).
have e : eps *: h = (- delta) *: (W' *m (diag_mx x *m (W *m h))).
  move/eqP: hker; rewrite /jac mulmxDl mul_scalar_mx -!mulmxA -scalemxAl addr_eq0 => /eqP ->.
  by rewrite scaleNr.
have step : N' (diag_mx x *m (W *m h)) <= s * N' (W *m h).
  rewrite -{1}(ger0_norm s0) -(norm_scale aN'); apply: (norm_absolute aN') => i.
  by rewrite mul_diag_mx !mxE !normrM ler_wpmul2r // (ger0_norm s0).
have : `|eps| * N h <= `|delta| * a' * s * a * N h.
  rewrite -(norm_scale aN) e (norm_scale aN) normrN -!mulrA ler_wpmul2l //.
  apply: le_trans (bW' _) _; rewrite ler_wpmul2l //; apply: le_trans step _; rewrite ler_wpmul2l //.
by rewrite ler_pmul2r // leNgt small.
Qed.

(** (ii) The symmetric-part test: [lam] is the diagonal of Λ. *)
Definition symmetric_part_positive m (lam : 'rV[R]_m) (M : 'M[R]_m) :=
  let H := diag_mx lam *m M in forall y : 'cV[R]_m, y != 0 -> 0 < (y^T *m (H + H^T) *m y) 0 0.

Theorem T2_symmetric_part n m (W' : 'M[R]_(n, m)) (W : 'M[R]_(m, n)) (alpha s : R) (lam : 'rV[R]_m) :
  (forall j, 0 < lam 0 j) -> symmetric_part_positive lam (1%:M + (s * alpha) *: (W *m W')) ->
  forall x : 'rV[R]_m, (forall j, 0 <= x 0 j <= s) -> jac 1%:M (alpha *: W') W x \in unitmx.
Proof.
move=> lam0 pos x xs; rewrite unitmxE /jac -mulmxA det_swap -unitmxE; apply: contraT => /singular_kernel[y y0 yker].
pose z := W *m (W' *m y).
have yz j : y j 0 = - (alpha * x 0 j * z j 0).
  have /matrixP/(_ j 0) := yker; rewrite !mulmxDl mul1mx -!mulmxA -scalemxAl -scalemxAr mul_diag_mx !mxE.
  by move/eqP; rewrite addr_eq0 => /eqP ->; rewrite mulrA [x 0 j * alpha]mulrC.
have := pos y y0; set M := 1%:M + _; set H := diag_mx lam *m M.
have My j : (M *m y) j 0 = y j 0 + s * alpha * z j 0.
  by rewrite /M mulmxDl mul1mx -scalemxAl -mulmxA [LHS]mxE [X in _ + X]mxE.
have quad : (y^T *m H *m y) 0 0 = \sum_j lam 0 j * y j 0 * (y j 0 + s * alpha * z j 0).
  rewrite -mulmxA mxE; apply: eq_bigr => j _; rewrite /H -mulmxA mul_diag_mx [y^T _ _]mxE [X in _ * X]mxE My.
  by rewrite mulrA [y j 0 * _]mulrC.
have -> : (y^T *m (H + H^T) *m y) 0 0 = (y^T *m H *m y) 0 0 *+ 2.
  rewrite mulmxDr mulmxDl mxE mulr2n; congr (_ + _).
  by rewrite -[in RHS](trmxK (y^T *m H *m y)) [in RHS]mxE !trmx_mul trmxK mulmxA.
rewrite pmulrn_lgt0 // quad ltNge; case/negP; rewrite -oppr_ge0 -sumrN; apply: sumr_ge0 => j _.
have -> : lam 0 j * y j 0 * (y j 0 + s * alpha * z j 0)
          = - (lam 0 j * (x 0 j * (s - x 0 j)) * (alpha * z j 0) ^+ 2) by rewrite yz; ring.
have /andP[x0 x1] := xs j; rewrite opprK; apply: mulr_ge0; last exact: sqr_ge0.
by apply: mulr_ge0; [apply: ltW | rewrite mulr_ge0 ?subr_ge0].
Qed.

End Sufficient.
