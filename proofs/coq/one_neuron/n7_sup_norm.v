(** one-neuron/N7 and the lower bounds of tunnel/T6: what the maximum principle costs in sup-norm.

    N has the *maximum principle* on K with boundary ∂K: every value of N on K is reached from above and from below on ∂K.  (By T6 every
    continuous N without local extrema has it on every compact K: [tunnel/t6_maximum_principle.v].)
    - N7: f(x0) = a and f ≤ b < a on ∂K (peak), or f ≥ b > a on ∂K (pit) ⇒ |f - N| ≥ |a - b|/2 at x0 or at a point of ∂K;
    - T6: e ≥ |f - N| on K ⇒ e ≥ ½ (f(x0) - max_∂K f) and e ≥ ½ (min_∂K f - f(x0));
    - tight: N = (a + b)/2 with f = b on ∂K.

    References: theory of one-neuron ResNets, Theorem 7; theory of narrow ResNets, T6.
    Everything is order: K, ∂K are predicates on any set of points, values lie in any ordered field. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.algebra_tactics Require Import ring.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section N7.
Variables (R : realFieldType) (X : Type) (K bd : X -> Prop).
Implicit Types (f N : X -> R) (x y : X) (a b e : R).

Definition maximum_principle N :=
  forall x, K x -> (exists2 y, bd y & N x <= N y) /\ (exists2 y, bd y & N y <= N x).

Lemma half_gap a b (c d : R) : a - b <= `|c| + `|d| -> (a - b) / 2%:R <= `|c| \/ (a - b) / 2%:R <= `|d|.
Proof.
have two : (0 : R) < 2%:R by rewrite ltr0n.
move=> le; have [cd | /ltW dc] := leP `|c| `|d|; [right | left]; rewrite ler_pdivr_mulr // mulr_natr mulr2n (le_trans le) //.
  by rewrite ler_add2r.
by rewrite ler_add2l.
Qed.

Theorem N7_peak N f x b : maximum_principle N -> K x -> (forall y, bd y -> f y <= b) ->
  (f x - b) / 2%:R <= `|f x - N x| \/ exists2 y, bd y & (f x - b) / 2%:R <= `|f y - N y|.
Proof.
move=> mp Kx fb; have [[y bdy Nxy] _] := mp x Kx.
have [|h|h] := @half_gap (f x) b (f x - N x) (f y - N y); [| by left | by right; exists y].
apply: le_trans (_ : f x - b <= (f x - N x) + (N y - f y)) _.
  rewrite -subr_ge0 (_ : _ - (f x - b) = (N y - N x) + (b - f y)); last by ring.
  by rewrite addr_ge0 ?subr_ge0 ?fb.
by rewrite ler_add ?ler_norm // distrC ler_norm.
Qed.

Theorem N7_pit N f x b : maximum_principle N -> K x -> (forall y, bd y -> b <= f y) ->
  (b - f x) / 2%:R <= `|f x - N x| \/ exists2 y, bd y & (b - f x) / 2%:R <= `|f y - N y|.
Proof.
move=> mp Kx fb; have mpN : maximum_principle (fun y => - N y).
  move=> y /mp[[p bp Np] [q bq Nq]]; split; [exists q | exists p] => //; by rewrite ler_opp2.
have fbN y : bd y -> - f y <= - b by move=> /fb; rewrite ler_opp2.
have := N7_peak (f := fun y => - f y) mpN Kx fbN.
have e y : `|- f y - - N y| = `|f y - N y| by rewrite opprK addrC distrC.
by rewrite opprK addrC e => -[h | [y bdy h]]; [left | right; exists y; rewrite -?e].
Qed.

(** T6: a sup-norm error e on K is at least half of what f rises above, or falls below, its boundary values. *)
Theorem T6_lower_bound N f x b c e : maximum_principle N -> K x -> (forall y, bd y -> K y) ->
  (forall y, bd y -> f y <= b) -> (forall y, bd y -> c <= f y) -> (forall y, K y -> `|f y - N y| <= e) ->
  (f x - b) / 2%:R <= e /\ (c - f x) / 2%:R <= e.
Proof.
move=> mp Kx bdK fb fc err; split.
  by have [h | [y bdy h]] := N7_peak mp Kx fb; rewrite (le_trans h) // err //; apply: bdK.
by have [h | [y bdy h]] := N7_pit mp Kx fc; rewrite (le_trans h) // err //; apply: bdK.
Qed.

(** The constant (a + b)/2 attains the bound. *)
Theorem N7_tight f x a b : f x = a -> (forall y, bd y -> f y = b) ->
  `|f x - (a + b) / 2%:R| = `|a - b| / 2%:R /\ forall y, bd y -> `|f y - (a + b) / 2%:R| = `|a - b| / 2%:R.
Proof.
move=> fx fb; have two : (2%:R : R) != 0 by rewrite pnatr_eq0.
have h (c : R) : `|c / 2%:R| = `|c| / 2%:R by rewrite normrM normfV normr_nat.
split=> [|y /fb ->]; rewrite ?fx.
  by rewrite (_ : _ - _ = (a - b) / 2%:R) //; field.
by rewrite (_ : _ - _ = (b - a) / 2%:R) ?h 1?distrC //; field.
Qed.

End N7.
