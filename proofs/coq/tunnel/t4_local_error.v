(** tunnel/T4, the local half: one Euler step against the arc of the flow that starts at the same state.

    y' = g(y) on [0, a], S ≥ |g_i| on the arc, K a Lipschitz constant of g in the ∞-norm between y(0) and the states of the arc.
    Then |y_i(a) - (y_i(0) + a g_i(y(0)))| ≤ (a²/2) K S for every coordinate i.  A negative ratio is the field -g over the length |α|, with the same
    K and S.  With c_l = (α_l²/2) K_l S_l in [T4_recursion] this is T4; the trap [trap_T4_logarithmic_norm] says why K may not be replaced here.

    Reference: theory of narrow ResNets, T4.
    Notation: [y i t], coordinate i of the state at time t; [g i v], coordinate i of the field at the state v; [near n c u v], |u - v| ≤ c in the ∞-norm. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
Local Open Scope R_scope.

(** A function grows no more than one whose derivative is larger. *)
Lemma bounded_growth (f f' b b' : R -> R) t : 0 <= t ->
  (forall s, 0 <= s <= t -> is_derive f s (f' s)) -> (forall s, 0 <= s <= t -> is_derive b s (b' s)) ->
  (forall s, 0 <= s <= t -> Rabs (f' s) <= b' s) -> Rabs (f t - f 0) <= b t - b 0.
Proof.
intros T df db small.
assert (up : forall sign, sign = 1 \/ sign = -1 -> sign * (f t - f 0) <= b t - b 0).
{ intros sign Hsign.
  destruct (MVT_gen (fun s => b s - sign * f s) 0 t (fun s => b' s - sign * f' s)) as [c [C mean]].
  - rewrite Rmin_left, Rmax_right by exact T. intros s Hs. apply @is_derive_minus; [apply db; lra |]. apply is_derive_scal, df. lra.
  - rewrite Rmin_left, Rmax_right by exact T. intros s Hs. apply derivable_continuous_pt, ex_derive_Reals_0.
    exists (b' s - sign * f' s). apply @is_derive_minus; [apply db; lra |]. apply is_derive_scal, df. lra.
  - rewrite Rmin_left, Rmax_right in C by exact T. assert (h := small c C). apply Rabs_le_between in h.
    assert (0 <= (b' c - sign * f' c) * (t - 0)) by (apply Rmult_le_pos; destruct Hsign; subst; lra).
    lra. }
apply Rabs_le_between. assert (h1 := up 1 (or_introl eq_refl)). assert (h2 := up (-1) (or_intror eq_refl)). lra.
Qed.

Definition near (n : nat) (c : R) (u v : nat -> R) := forall j, (j < n)%nat -> Rabs (u j - v j) <= c.

Theorem T4_local_error (n : nat) (y : nat -> R -> R) (g : nat -> (nat -> R) -> R) (K S a : R) :
  0 <= a -> 0 <= K -> let state t j := y j t in
  (forall i t, (i < n)%nat -> 0 <= t <= a -> is_derive (y i) t (g i (state t))) ->
  (forall i t, (i < n)%nat -> 0 <= t <= a -> Rabs (g i (state t)) <= S) ->
  (forall i t c, (i < n)%nat -> 0 <= t <= a -> near n c (state t) (state 0) -> Rabs (g i (state t) - g i (state 0)) <= K * c) ->
  forall i, (i < n)%nat -> Rabs (y i a - (y i 0 + a * g i (state 0))) <= a * a / 2 * K * S.
Proof.
intros A K0 state flow bound lipschitz i I.
assert (drift : forall j t, (j < n)%nat -> 0 <= t <= a -> Rabs (y j t - y j 0) <= t * S).
{ intros j t J T. replace (t * S) with (t * S - 0 * S) by ring.
  apply (bounded_growth (y j) (fun s => g j (state s)) (fun s => s * S) (fun _ => S)); [lra | | |].
  - intros s Hs. apply flow; [exact J | lra].
  - intros s _. auto_derive; [trivial | ring].
  - intros s Hs. apply bound; [exact J | lra]. }
replace (y i a - (y i 0 + a * g i (state 0))) with ((y i a - a * g i (state 0)) - (y i 0 - 0 * g i (state 0))) by ring.
replace (a * a / 2 * K * S) with (a * a / 2 * K * S - 0 * 0 / 2 * K * S) by lra.
apply (bounded_growth (fun s => y i s - s * g i (state 0)) (fun s => g i (state s) - g i (state 0))
         (fun s => s * s / 2 * K * S) (fun s => K * (s * S))); [exact A | | |].
- intros s Hs. apply @is_derive_minus; [apply flow; [exact I | exact Hs] |]. auto_derive; [trivial | ring].
- intros s _. auto_derive; [trivial | field].
- intros s Hs. apply lipschitz; [exact I | exact Hs |]. intros j J. apply drift; [exact J | exact Hs].
Qed.
