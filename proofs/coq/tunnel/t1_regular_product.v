(** tunnel/T1: no critical points from regular layers.

    The gradient of Φ = w·h_L + c is the product wᵀ J_L ⋯ J_1 A of the output functional, the layers' Jacobians and the
    input layer's matrix.  If w ≠ 0 and every factor has full row rank, the product is not zero.

    Reference: theory of narrow ResNets, T1.  The file speaks of the product of matrices over any field; that the product *is*
    the gradient of the network (the chain rule) is [checker/true_gradient.v].

    | notation | meaning |
    | [chain n d] | a chain of Jacobians from R^d to R^n, last layer first; widths may differ from layer to layer |
    | [jacobian c] | its product, an n × d matrix |
    | [row_free A] | A has full row rank (mathcomp) |
    | [A \in unitmx] | the square matrix A is invertible (mathcomp) *)
From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section T1.
Variable F : fieldType.

Inductive chain : nat -> nat -> Type :=
| Input n d of 'M[F]_(n, d) : chain n d
| Layer m n d of 'M[F]_(m, n) & chain n d : chain m d.

Fixpoint jacobian n d (c : chain n d) : 'M[F]_(n, d) :=
  match c with
  | Input _ _ A => A
  | Layer _ _ _ J c' => J *m jacobian c'
  end.

Fixpoint all_full_row_rank n d (c : chain n d) : Prop :=
  match c with
  | Input _ _ A => row_free A
  | Layer _ _ _ J c' => row_free J /\ all_full_row_rank c'
  end.

Lemma row_free_mul m n p (A : 'M[F]_(m, n)) (B : 'M[F]_(n, p)) : row_free A -> row_free B -> row_free (A *m B).
Proof. by move=> rA rB; rewrite /row_free mxrankMfree. Qed.

Lemma jacobian_row_free n d (c : chain n d) : all_full_row_rank c -> row_free (jacobian c).
Proof. by elim: c => [// | m n' d' J c IH] /= [rJ rc]; apply: row_free_mul rJ (IH rc). Qed.

(** The theorem: the gradient is nonzero when w is and every factor has full row rank. *)
Theorem T1 n d (w : 'rV[F]_n) (c : chain n d) : w != 0 -> all_full_row_rank c -> w *m jacobian c != 0.
Proof.
move=> w0 rc; apply: contra_neq w0 => wJ0; apply: (row_free_inj (jacobian_row_free rc)).
by rewrite wJ0 mul0mx.
Qed.

(** Square layers, the usual case: each is invertible. *)
Lemma square_full_row_rank n (J : 'M[F]_n) : row_free J = (\det J != 0).
Proof. by rewrite row_free_unit unitmxE unitfE. Qed.

Fixpoint layers_product n (Js : seq 'M[F]_n) : 'M[F]_n :=
  if Js is J :: Js' then J *m layers_product Js' else 1%:M.

Corollary T1_square n d (w : 'rV[F]_n) (Js : seq 'M[F]_n) (A : 'M[F]_(n, d)) :
  w != 0 -> (forall J, J \in Js -> \det J != 0) -> row_free A -> w *m layers_product Js *m A != 0.
Proof.
move=> w0 rJ rA; suff rP : row_free (layers_product Js *m A).
  by apply: contra_neq w0 => e; apply: (row_free_inj rP); rewrite mulmxA e mul0mx.
apply: row_free_mul rA; elim: Js rJ => [|J Js IH] rJ /=; first by rewrite row_free_unit unitmx1.
apply: row_free_mul; first by rewrite square_full_row_rank rJ ?mem_head.
by apply: IH => K KJs; apply: rJ; rewrite in_cons KJs orbT.
Qed.

End T1.
