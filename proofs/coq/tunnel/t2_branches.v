(** tunnel/T2 for branches with several activation layers: the determinant is affine in *all* their slopes.

    J(x) = E + W_k D_k(x) W_{k-1} ⋯ D_1(x) W_0, each slope occurring in one place of one diagonal.  So the criteria of [t2_vertices.v] hold for
    the box of all slopes of the branch.

    Reference: theory of narrow ResNets, T2.

    | notation | meaning |
    | [branch M n k] | a chain from R^n to R^k with slopes among M numbered ones: [Linear W], or [Activated W g B]: W diag(x∘g) B |
    | [product B x] | its Jacobian at the slopes x |
    | [uses B j] | slope number j occurs in B |
    | [each_once B] | no slope occurs twice |  *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.algebra_tactics Require Import ring.
From Narrows.tunnel Require Import multi_affine t2_vertices t2_determinant.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Branches.
Variables (R : realFieldType) (M : nat).
Implicit Types (x l u : 'rV[R]_M) (j : 'I_M).

Inductive branch : nat -> nat -> Type :=
| Linear n k of 'M[R]_(k, n) : branch n k
| Activated n m k of 'M[R]_(k, m) & ('I_m -> 'I_M) & branch n m : branch n k.

Definition slopes m (g : 'I_m -> 'I_M) x : 'rV[R]_m := \row_i x 0 (g i).

Fixpoint product n k (B : branch n k) x : 'M[R]_(k, n) :=
  match B with
  | Linear _ _ W => W
  | Activated _ _ _ W g B' => W *m diag_mx (slopes g x) *m product B' x
  end.

Fixpoint uses n k (B : branch n k) j : bool :=
  match B with
  | Linear _ _ _ => false
  | Activated _ _ _ _ g B' => (j \in codom g) || uses B' j
  end.

Fixpoint each_once n k (B : branch n k) : Prop :=
  match B with
  | Linear _ _ _ => True
  | Activated _ _ _ _ g B' => [/\ injective g, (forall i, ~~ uses B' (g i)) & each_once B']
  end.

Lemma slopes_unused m (g : 'I_m -> 'I_M) x j c : j \notin codom g -> slopes g (upd x j c) = slopes g x.
Proof.
move=> nin; apply/rowP => i; rewrite !mxE; case: eqP => // e; by move: nin; rewrite -e codom_f.
Qed.

Lemma slopes_used m (g : 'I_m -> 'I_M) x i c : injective g -> slopes g (upd x (g i) c) = upd (slopes g x) i c.
Proof. by move=> gi; apply/rowP => h; rewrite !mxE (inj_eq gi). Qed.

Lemma product_unused n k (B : branch n k) x j c : ~~ uses B j -> product B (upd x j c) = product B x.
Proof.
elim: B => //= {n k} n m k W g B IH; rewrite negb_or => /andP[nin /IH ->].
by rewrite slopes_unused.
Qed.

(** Changing one slope changes the product by a matrix of rank one. *)
Lemma product_rank_one n k (B : branch n k) x j : each_once B ->
  exists (a : 'cV[R]_k) (b : 'rV[R]_n), forall c, product B (upd x j c) = product B (upd x j 0) + c *: (a *m b).
Proof.
elim: B => /= {n k} [n k W _ | n m k W g B IH [gi fresh once]].
  by exists 0, 0 => c; rewrite mul0mx scaler0 addr0.
have [/codomP[i ->] | nin] := boolP (j \in codom g).
  exists (W *m delta_mx i (0 : 'I_1)), (delta_mx 0 i *m product B x) => c.
  rewrite !product_unused ?fresh // !slopes_used // diag_upd mulmxDr mulmxDl; congr (_ + _).
  by rewrite -!scalemxAr -!scalemxAl !mulmxA.
have [a [b ab]] := IH once; exists (W *m diag_mx (slopes g x) *m a), b => c.
by rewrite !slopes_unused // ab mulmxDr -scalemxAr mulmxA.
Qed.

(** T2 for branches of any depth. *)
Theorem T2_branch n (E : 'M[R]_n) (B : branch n n) : each_once B -> multi_affine (fun x => \det (E + product B x)).
Proof.
move=> once x j c; have [a [b ab]] := product_rank_one x j once.
by rewrite ab addrA det_rank_one; congr (_ + _ * \det _); rewrite (ab 1) scale1r addrA.
Qed.

Corollary T2_branch_closed n (E : 'M[R]_n) (B : branch n n) l u : each_once B -> (forall j, l 0 j <= u 0 j) ->
  (no_zero_on (fun x => \det (E + product B x)) (in_box l u) <-> one_strict_sign (fun x => \det (E + product B x)) l u).
Proof. by move=> once lu; apply: T2_closed lu; apply: T2_branch. Qed.

End Branches.
