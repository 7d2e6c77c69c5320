(** tunnel/T3: the critical channel ratio.

    Layer I + α W̃ D W, slopes D ∈ [0, s]^m, A = W W̃.
    1. If one ratio α ≥ 0 passes the P-matrix test of T2, then so does every α' in [0, α]: what is certified is a lower bound of α*.
    2. If a vertex of [0, s]^m has a non-positive determinant at the ratio α, then for *every* α' ≥ α some diagonal in [0, s]^m gives an
       exactly singular Jacobian: an upper bound of α*.
    3. The eigenvalue formula: all ratios up to α are regular iff no principal submatrix A_SS has an eigenvalue ≤ -1/(s α).
       So α* = (1/s)·min over S of 1/ρ⁻(A_SS), ρ⁻ the largest modulus of a negative real eigenvalue.
    4. If W has full row rank and σ' takes every value of (0, s], and the half-open test of T2 fails, then the Jacobian is singular at
       some *state* h.

    Reference: theory of narrow ResNets, T3.  Hypothesis throughout: 0 ≤ σ' ≤ s; with slopes of both signs the formula is wrong ([traps_activations.v]).
    Notation: [regular_ratio W' W s a] says that I + a W̃ D W is invertible for every D in [0, s]^m. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.algebra_tactics Require Import ring.
From Narrows.tunnel Require Import multi_affine t2_vertices t2_determinant t2_p_matrix.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Definition slope_box (R : realFieldType) m (s : R) : 'rV[R]_m -> Prop := in_box 0 (const_mx s).

Definition regular_ratio (R : realFieldType) n m (W' : 'M[R]_(n, m)) (W : 'M[R]_(m, n)) (s a : R) :=
  forall D, slope_box s D -> jac 1%:M (a *: W') W D \in unitmx.

Section T3.
Variables (R : realFieldType) (n m : nat) (W' : 'M[R]_(n, m)) (W : 'M[R]_(m, n)) (s : R).
Hypothesis s_gt0 : 0 < s.
Implicit Types (a b : R) (D : 'rV[R]_m).

Lemma jac_rescale a b D : jac 1%:M ((a * b) *: W') W D = jac 1%:M (b *: W') W (a *: D).
Proof. by rewrite /jac linearZ /= -scalemxAr !scalemxAl scalerA -scalemxAl. Qed.

(** The P-matrix test at α decides the ratio α, by T2. *)
Theorem T3_test a : regular_ratio W' W s a <-> P_matrix (1%:M + (s * a) *: (W *m W')).
Proof.
have := T2_p_matrix W' W a (oner_neq0 R) (ltW s_gt0); rewrite divr1 => <-.
by [].
Qed.

(** 1. A regular ratio certifies all smaller ones. *)
Theorem T3_below a : 0 <= a -> regular_ratio W' W s a -> forall b, 0 <= b <= a -> regular_ratio W' W s b.
Proof.
move=> a0 reg b /andP[b0 ba] D DB; have [ae | an] := eqVneq a 0.
  by have -> : b = a; [apply/eqP; rewrite eq_le ba ae b0 | apply: reg].
have a_gt0 : 0 < a by rewrite lt_neqAle eq_sym an.
rewrite -(divfK an b) jac_rescale; apply: reg => j; have := DB j; rewrite !mxE => /andP[D0 Ds].
have q0 : 0 <= b / a by rewrite divr_ge0.
have q1 : b / a <= 1 by rewrite ler_pdivr_mulr // mul1r.
by rewrite mulr_ge0 // (le_trans _ Ds) // -[leRHS]mul1r ler_wpmul2r.
Qed.

(** 2. A diagonal with a non-positive determinant refutes all larger ratios, each by an exactly singular diagonal. *)
Theorem T3_above a D : 0 < a -> slope_box s D -> \det (jac 1%:M (a *: W') W D) <= 0 ->
  forall b, a <= b -> exists2 D', slope_box s D' & \det (jac 1%:M (b *: W') W D') = 0.
Proof.
move=> a0 DB dD b ab; have b0 := lt_le_trans a0 ab.
have [|||||D' D'B dD'] := zero_between (S := fun _ c => 0 <= c <= s) (x := 0) (y := D)
    (T2_multi_affine 1%:M (a *: W') W).
- move=> _ c d t /andP[c0 cs] /andP[d0 ds] /andP[t0 t1]; apply/andP; split.
    by rewrite addr_ge0 // mulr_ge0 // subr_ge0.
  rewrite -subr_ge0 (_ : s - _ = (1 - t) * (s - c) + t * (s - d)); last by ring.
  by rewrite addr_ge0 // mulr_ge0 // subr_ge0.
- by move=> j; rewrite mxE lexx ltW.
- by move=> j; have := DB j; rewrite !mxE.
- by rewrite /jac linear0 mulmx0 mul0mx addr0 det1 ltr01.
- exact: dD.
exists ((a / b) *: D'); last first.
  by rewrite -jac_rescale divfK ?gt_eqF.
move=> j; have /andP[D0 Ds] := D'B j; rewrite !mxE.
have q0 : 0 <= a / b by rewrite divr_ge0 ?ltW.
have q1 : a / b <= 1 by rewrite ler_pdivr_mulr // mul1r.
by rewrite mulr_ge0 // (le_trans _ Ds) // -[leRHS]mul1r ler_wpmul2r.
Qed.

(** 4. From singular diagonals to singular states: W of full row rank, every slope in (0, s] attained. *)
Theorem T3_singular_state a (b : 'cV[R]_m) (slope : R -> R) :
  row_free W -> (forall d, 0 < d <= s -> exists y, slope y = d) ->
  ~ (no_zero_on (fun D => \det (jac 1%:M (a *: W') W D)) (in_range predT 0 (const_mx s))) ->
  ~ forall h : 'cV[R]_n, \det (jac 1%:M (a *: W') W (\row_j slope ((W *m h + b) j 0))) != 0.
Proof.
move=> rW onto bad good; apply: bad => D DR.
have D0 j : 0 < D 0 j <= s.
  by case: (DR j) => [/andP[]|[_ ->]]; rewrite !mxE ?s_gt0 ?lexx // => -> /ltW ->.
have [y yD] : exists y : 'cV[R]_m, forall j, slope (y j 0) = D 0 j.
  have [y yD] := fin_all_exists (fun j => onto _ (D0 j)).
  by exists (\col_j y j) => j; rewrite mxE.
have [h hy] : exists h : 'cV[R]_n, W *m h + b = y.
  by exists (pinvmx W *m (y - b)); rewrite mulmxA mulmxVp // mul1mx subrK.
have := good h; congr (\det (jac _ _ _ _) != 0).
by apply/rowP => j; rewrite mxE hy yD.
Qed.

End T3.

(** 3. The eigenvalue formula, over any real closed field. *)
Section Formula.
Variables (R : rcfType) (n m : nat) (W' : 'M[R]_(n, m)) (W : 'M[R]_(m, n)) (s : R).
Hypothesis s_gt0 : 0 < s.

(** t ↦ det (I + t B) is a polynomial. *)
Lemma det_polynomial k (B : 'M[R]_k) : exists p : {poly R}, forall t, p.[t] = \det (1%:M + t *: B).
Proof.
exists (\det (1%:M + 'X *: map_mx polyC B)) => t.
rewrite -horner_evalE -det_map_mx; congr (\det _); apply/matrixP => i j.
by rewrite !mxE /= /horner_eval hornerD hornerM hornerX !hornerC hornerMn hornerC.
Qed.

Theorem T3_eigenvalue_formula a : 0 < a ->
  (regular_ratio W' W s a <->
   forall k (g : 'I_k -> 'I_m), injective g -> forall lambda, lambda <= - (s * a)^-1 -> ~~ eigenvalue (principal g (W *m W')) lambda).
Proof.
move=> a0; have sa0 : 0 < s * a by rewrite mulr_gt0.
have principalE k (g : 'I_k -> 'I_m) t : injective g ->
    principal g (1%:M + t *: (W *m W')) = 1%:M + t *: principal g (W *m W').
  by move=> gi; apply/matrixP => i j; rewrite !mxE (inj_eq gi).
have singular k (B : 'M[R]_k) t : t != 0 -> (\det (1%:M + t *: B) == 0) = eigenvalue B (- t^-1).
  move=> t0; rewrite /eigenvalue /eigenspace kermx_eq0 row_free_unit unitmxE unitfE negbK.
  have -> : B - (- t^-1)%:M = t^-1 *: (1%:M + t *: B).
    by rewrite scalerDr scalerA mulVf // scale1r scalemx1 [RHS]addrC raddfN opprK.
  by rewrite detZ mulf_eq0 expf_eq0 invr_eq0 (negbTE t0) andbF.
rewrite T3_test //; split=> [P k g gi lam lamle | noeig k g gi].
- have lam0 : lam < 0 by apply: le_lt_trans lamle _; rewrite oppr_lt0 invr_gt0.
  pose t := - lam^-1; have t0 : 0 < t by rewrite /t oppr_gt0 invr_lt0.
  have tsa : t <= s * a.
    by rewrite /t -invrN -[leRHS]invrK lef_pinv ?posrE ?invr_gt0 ?oppr_gt0 // ler_oppr.
  have regt : regular_ratio W' W s (t / s).
    apply: (T3_below (ltW a0)); first exact/T3_test.
    by rewrite ler_pdivr_mulr // [a * s]mulrC tsa andbT divr_ge0 // ltW.
  have := (T3_test W' W s_gt0 (t / s)).1 regt k g gi; rewrite mulrC divfK ?gt_eqF // principalE // => dpos.
  by have -> : lam = - t^-1; [rewrite /t invrN invrK opprK | rewrite -singular ?gt_eqF].
- rewrite principalE // ltNge; apply/negP => dneg.
  have [p pE] := det_polynomial (principal g (W *m W')).
  have [||t /andP[t0 tsa] /rootP pt] := @poly_ivt R (- p) 0 (s * a); first exact: ltW.
    by rewrite !hornerN !pE scale0r addr0 det1 oppr_le0 ler01 oppr_ge0.
  have {}pt : p.[t] = 0 by apply/eqP; rewrite -oppr_eq0 -hornerN pt.
  have tn0 : t != 0.
    by apply/eqP => e; move: pt; rewrite pE e scale0r addr0 det1 => /eqP; rewrite oner_eq0.
  have tpos : 0 < t by rewrite lt_neqAle eq_sym tn0.
  have le : - t^-1 <= - (s * a)^-1 by rewrite ler_opp2 lef_pinv ?posrE.
  by have := noeig k g gi _ le; rewrite -singular // -pE pt eqxx.
Qed.

End Formula.
