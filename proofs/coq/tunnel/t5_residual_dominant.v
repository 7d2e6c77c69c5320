(** tunnel/T5: distance of a ResNet to the MLP with the same branches (all skips 0).

    R_0 ≥ ‖h_0‖, R_l = |ε_l| R_{l-1} + |δ_l| S_l, E_0 = 0, E_l = |ε_l| R_{l-1} + |δ_l| K_l E_{l-1}
    ⇒ ‖h_L - g_L‖ ≤ E_L, and |w·h_L - w·g_L| ≤ ‖w‖ E_L.  One layer attains it.

    Reference: theory of narrow ResNets, T5.

    | notation | meaning |
    | [norm] | any norm on the state space V |
    | [layer] | ε, δ, the branch f, a Lipschitz constant K and a bound S of f |
    | [resnet ls h], [mlp ls h] | h_l = ε_l h_{l-1} + δ_l f_l(h_{l-1}); the same with ε_l = 0 |
    | [valid ls h g] | along the two runs K_l is a Lipschitz constant between the two states, S_l ≥ ‖f_l‖ at the ResNet's state |
    | [error ls R E] | the recursion (R, E) ↦ (|ε| R + |δ| S, |ε| R + |δ| K E), last E | *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.algebra_tactics Require Import ring.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section T5.
Variables (R : realFieldType) (V : lmodType R) (norm : V -> R).
Hypothesis norm_triangle : forall x y, norm (x + y) <= norm x + norm y.
Hypothesis norm_scale : forall c x, norm (c *: x) = `|c| * norm x.

Record layer := Layer { skip : R; residual : R; branch : V -> V; lipschitz : R; bound : R }.

Definition residual_step l h := skip l *: h + residual l *: branch l h.
Definition mlp_step l h := residual l *: branch l h.

Fixpoint resnet ls h := if ls is l :: ls' then resnet ls' (residual_step l h) else h.
Fixpoint mlp ls h := if ls is l :: ls' then mlp ls' (mlp_step l h) else h.

Fixpoint valid ls h g : Prop :=
  if ls is l :: ls' then
    [/\ 0 <= lipschitz l, norm (branch l h - branch l g) <= lipschitz l * norm (h - g), norm (branch l h) <= bound l
      & valid ls' (residual_step l h) (mlp_step l g)]
  else True.

Fixpoint error ls r e : R :=
  if ls is l :: ls' then error ls' (`|skip l| * r + `|residual l| * bound l) (`|skip l| * r + `|residual l| * lipschitz l * e) else e.

Lemma error_from ls : forall h g r e, valid ls h g -> norm h <= r -> norm (h - g) <= e ->
  norm (resnet ls h - mlp ls g) <= error ls r e.
Proof.
elim: ls => //= l ls IH h g r e [K0 lip bnd ok] hr he; apply: IH ok _ _.
  by rewrite (le_trans (norm_triangle _ _)) // !norm_scale ler_add // ler_wpmul2l.
have -> : residual_step l h - mlp_step l g = skip l *: h + residual l *: (branch l h - branch l g).
  by rewrite scalerBr addrA.
rewrite (le_trans (norm_triangle _ _)) // !norm_scale ler_add ?ler_wpmul2l // -mulrA ler_wpmul2l //.
by rewrite (le_trans lip) // ler_wpmul2l.
Qed.

Theorem T5 ls h0 r0 : valid ls h0 h0 -> norm h0 <= r0 -> norm (resnet ls h0 - mlp ls h0) <= error ls r0 0.
Proof. by move=> ok hr; apply: error_from => //; rewrite subrr -(scale0r h0) norm_scale normr0 mul0r. Qed.

(** For the scalar functions, with any functional w bounded by W in the given norm. *)
Corollary T5_scalar ls h0 r0 (w : V -> R) W : (forall x y, w (x - y) = w x - w y) -> (forall x, `|w x| <= W * norm x) -> 0 <= W ->
  valid ls h0 h0 -> norm h0 <= r0 -> `|w (resnet ls h0) - w (mlp ls h0)| <= W * error ls r0 0.
Proof. by move=> wB wW W0 ok hr; rewrite -wB (le_trans (wW _)) // ler_wpmul2l // T5. Qed.

(** One layer attains the bound. *)
Theorem T5_attained l h0 : valid [:: l] h0 h0 -> norm (resnet [:: l] h0 - mlp [:: l] h0) = error [:: l] (norm h0) 0.
Proof. by move=> _; rewrite /= /residual_step /mlp_step addrK norm_scale mulr0 addr0. Qed.

End T5.
