(** tunnel/T2, the P-matrix form.

    - Slopes in [0, s], ε ≠ 0, α = δ/ε: the Jacobian ε I + δ W̃ D W is invertible for all D in [0, s]^m iff I + s α W W̃ is a P-matrix.
    - Slopes in ∏[l_j, u_j] (any signs, ε = 0 allowed): with J(l) invertible, J(D) is invertible on the whole box iff
      I + V J(l)⁻¹ U diag(u - l) is a P-matrix; if J(l) is singular, the layer is not regular over the box (l is in it).

    | notation | meaning |
    | [principal g M] | the submatrix of M with rows and columns g 0, g 1, … |
    | [P_matrix M] | every principal minor (distinct g i) is positive |
    | [jac E U V x] | E + U diag(x) V |

    Reference: theory of narrow ResNets, T2. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.algebra_tactics Require Import ring.
From Narrows.tunnel Require Import multi_affine t2_vertices t2_determinant.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section PMatrix.
Variable R : realFieldType.

Definition principal m k (g : 'I_k -> 'I_m) (M : 'M[R]_m) : 'M[R]_k := mxsub g g M.
Definition P_matrix m (M : 'M[R]_m) := forall k (g : 'I_k -> 'I_m), injective g -> 0 < \det (principal g M).

(** A principal minor of I + A is a determinant of full size: det (I + A diag(1_S)), S the image of g. *)
Lemma principal_minor m k (g : 'I_k -> 'I_m) (A : 'M[R]_m) : injective g ->
  \det (principal g (1%:M + A)) = \det (1%:M + A *m diag_mx (indicator R [pred j | j \in codom g])).
Proof.
move=> gi; pose P : 'M[R]_(k, m) := \matrix_(i, j) (g i == j)%:R.
have row_P p (B : 'M_(m, p)) : P *m B = \matrix_(i, j) B (g i) j.
  apply/matrixP => i j; rewrite !mxE (bigD1 (g i)) //= mxE eqxx mul1r big1 ?addr0 // => h gh.
  by rewrite mxE eq_sym (negbTE gh) mul0r.
have col_P p (B : 'M_(p, m)) : B *m P^T = \matrix_(i, j) B i (g j).
  by rewrite -[LHS]trmxK trmx_mul trmxK row_P; apply/matrixP => i j; rewrite !mxE.
have PP : P *m P^T = 1%:M by rewrite row_P; apply/matrixP => i j; rewrite !mxE eq_sym (inj_eq gi) eq_sym.
have PtP : P^T *m P = diag_mx (indicator R [pred j | j \in codom g]).
  apply/matrixP => i j; rewrite !mxE; have [/codomP[h ->] | nin] := boolP (i \in codom g).
    rewrite (bigD1 h) //= !mxE eqxx mul1r big1 ?addr0 ?codom_f //= => h' hh.
    by rewrite !mxE (inj_eq gi) (negbTE hh) mul0r.
  rewrite /= (negbTE nin) mul0rn big1 // => h _; rewrite !mxE; case: eqP => [e | _]; last by rewrite mul0r.
  by move: nin; rewrite -e codom_f.
rewrite -PtP mulmxA det_swap; congr (\det _).
rewrite mulmxA row_P col_P /principal; apply/matrixP => i j; rewrite !mxE (inj_eq gi).
by [].
Qed.

Lemma P_matrix_vertices m (A : 'M[R]_m) :
  P_matrix (1%:M + A) <-> forall S : pred 'I_m, 0 < \det (1%:M + A *m diag_mx (indicator R S)).
Proof.
split=> [PA S | PA k g gi]; last by rewrite principal_minor.
have := PA _ (fun i : 'I_#|S| => enum_val i) (@enum_val_inj _ _).
rewrite (principal_minor _ (@enum_val_inj _ _)); congr (0 < \det (_ + _ *m diag_mx _)).
apply/rowP => j; rewrite !mxE; congr ((_ : bool)%:R); apply/codomP/idP => [[i ->] | Sj].
  exact: enum_valP.
by exists (enum_rank_in Sj j); rewrite enum_rankK_in.
Qed.

Variables (n m : nat) (E : 'M[R]_n) (U : 'M[R]_(n, m)) (V : 'M[R]_(m, n)).
Implicit Types (l u x : 'rV[R]_m).

Definition regular_on (P : 'rV[R]_m -> Prop) := forall x, P x -> jac E U V x \in unitmx.

Lemma regular_onE P : regular_on P <-> no_zero_on (fun x => \det (jac E U V x)) P.
Proof. by split=> H x Px; have := H x Px; rewrite unitmxE unitfE. Qed.

(** Any box of slopes. *)
Theorem T2_p_matrix_box l u : (forall j, l 0 j <= u 0 j) -> jac E U V l \in unitmx ->
  (regular_on (in_box l u) <-> P_matrix (1%:M + V *m invmx (jac E U V l) *m U *m diag_mx (u - l))).
Proof.
move=> lu Jl; pose J := jac E U V l; have dJ : \det J != 0 by rewrite -unitfE -unitmxE.
have shift x : \det (jac E U V x) = \det J * \det (1%:M + V *m invmx J *m U *m diag_mx (x - l)).
  have -> : jac E U V x = J *m (1%:M + (invmx J *m U *m diag_mx (x - l)) *m V).
    rewrite mulmxDr mulmx1 !mulmxA mulmxV // mul1mx linearB /= mulmxBr mulmxBl /J /jac.
    by rewrite -addrA [U *m diag_mx l *m V + _]addrC subrK.
  by rewrite det_mulmx det_swap !mulmxA.
pose corner S : 'rV[R]_m := \row_j (if S j then u 0 j else l 0 j).
have cornerE S : diag_mx (corner S - l) = diag_mx (u - l) *m diag_mx (indicator R S) :> 'M_m.
  rewrite mulmx_diag; congr diag_mx; apply/rowP => j; rewrite !mxE.
  by case: (S j); rewrite ?mulr1 ?mulr0 ?subrr.
have corner_vertex S : vertex l u (corner S) by move=> j; rewrite mxE; case: (S j); [right | left].
rewrite regular_onE (T2_closed (T2_multi_affine E U V) lu) P_matrix_vertices; split=> [sgn S | pos].
  rewrite -[_ *m _ *m diag_mx (indicator R S)]mulmxA -cornerE; have := shift (corner S).
  have := shift l; rewrite subrr linear0 mulmx0 addr0 det1 mulr1 => dl.
  case: sgn => sgn; have := sgn _ (corner_vertex S); have := sgn l (fun j => or_introl erefl).
    by rewrite dl => dJ0 + e; rewrite e pmulr_rgt0.
  by rewrite dl => dJ0 + e; rewrite e nmulr_rlt0.
have vpos v : vertex l u v -> 0 < \det (1%:M + V *m invmx J *m U *m diag_mx (v - l)).
  move=> vv; have <- : corner (fun j => v 0 j == u 0 j) = v.
    by apply/rowP => j; rewrite mxE; case: eqP => // ne; case: (vv j).
  by rewrite cornerE mulmxA.
have [dpos | dneg] := ltP 0 (\det J); [left | right] => v vv; rewrite shift.
  by rewrite pmulr_rgt0 ?vpos.
by rewrite nmulr_rlt0 ?vpos // lt_neqAle dJ dneg.
Qed.

Corollary T2_p_matrix_singular_end l u : (forall j, l 0 j <= u 0 j) -> jac E U V l \notin unitmx -> ~ regular_on (in_box l u).
Proof. by move=> lu /negP Jl reg; apply/Jl/reg => j; rewrite lexx lu. Qed.

End PMatrix.

(** Slopes in [0, s]: the form of the literature, with α = δ/ε. *)
Theorem T2_p_matrix (R : realFieldType) n m (W' : 'M[R]_(n, m)) (W : 'M[R]_(m, n)) (eps delta s : R) :
  eps != 0 -> 0 <= s ->
  (regular_on eps%:M (delta *: W') W (in_box 0 (const_mx s)) <-> P_matrix (1%:M + (s * (delta / eps)) *: (W *m W'))).
Proof.
move=> eps0 s0; have J0 : jac eps%:M (delta *: W') W 0 = eps%:M by rewrite /jac linear0 mulmx0 mul0mx addr0.
have Ju : jac eps%:M (delta *: W') W 0 \in unitmx.
  by rewrite J0 unitmxE det_scalar unitfE expf_neq0.
have := T2_p_matrix_box (E := eps%:M) (U := delta *: W') (V := W) (l := 0) (u := const_mx s) _ Ju.
rewrite J0 subr0 => -> => [|j]; last by rewrite !mxE.
suff -> : W *m invmx eps%:M *m (delta *: W') *m diag_mx (const_mx s) = (s * (delta / eps)) *: (W *m W') by [].
rewrite diag_const_mx mul_mx_scalar invmx_scalar mul_mx_scalar -scalemxAl -scalemxAr !scalerA; by rewrite mulrAC mulrA.
Qed.
