(** tunnel/T9: networks on the line (n = d = 1, branches with any number m of neurons).

    Φ(x) = w·h_L + c, h_0 = A x + a, h_l = ε h_{l-1} + δ (Σ_j w̃_j σ(w_j h_{l-1} + b_j) + b̃), w A ≠ 0, 0 ≤ σ' ≤ s.
    - Φ' = w A ∏_l (ε_l + δ_l Σ_j w̃_lj w_lj σ'(…)): [derivative].
    - A layer with ε ≠ 0 cannot vanish if 1 + s Σ_j min(0, α w̃_j w_j) > 0, α = δ/ε; if s is not attained, ≥ 0 suffices.
      A layer with ε = 0 cannot vanish if σ' > 0 and δ w̃_j w_j are all of one sign, not all 0.
    - T9: if no layer can vanish, Φ' ≠ 0 on all of R.
    - m = 1: a critical point needs a layer with α w̃ w ≤ -1/s.

    Reference: theory of narrow ResNets, T9.  Equality matters (x - tanh x) and the dot product w̃·w is not the criterion: [traps_activations.v].

    | notation | meaning |
    | [neuron] | w̃, w, b of one neuron |
    | [layer] | ε, δ, the neurons, b̃ |
    | [factor l h] | ε + δ Σ_j w̃_j w_j σ'(w_j h + b_j) |
    | [cannot_vanish s attained l] | the criterion above | *)
From Coq Require Import Reals Lra List.
From Coquelicot Require Import Coquelicot.
Import ListNotations.
Local Open Scope R_scope.

Record neuron := Neuron { outer : R; inner : R; shift : R }.
Record layer := Layer { skip : R; residual : R; neurons : list neuron; offset : R }.

Fixpoint sum (f : neuron -> R) (ns : list neuron) : R := match ns with [] => 0 | n :: ns' => f n + sum f ns' end.

Section T9.
Variables (sigma slope : R -> R) (s : R).
Hypothesis sigma_derive : forall t, is_derive sigma t (slope t).
Hypothesis slope_range : forall t, 0 <= slope t <= s.

Definition branch ns h := sum (fun n => outer n * sigma (inner n * h + shift n)) ns.
Definition branch_slope ns h := sum (fun n => outer n * inner n * slope (inner n * h + shift n)) ns.
Definition eval_layer l h := skip l * h + residual l * (branch (neurons l) h + offset l).
Definition factor l h := skip l + residual l * branch_slope (neurons l) h.

Fixpoint states (ls : list layer) (h : R) : R := match ls with [] => h | l :: ls' => states ls' (eval_layer l h) end.
Fixpoint factors (ls : list layer) (h : R) : R := match ls with [] => 1 | l :: ls' => factors ls' (eval_layer l h) * factor l h end.

Definition network (w c A a : R) ls (x : R) : R := w * states ls (A * x + a) + c.

(** The criterion for one layer; [alpha] is the channel ratio. *)
Definition alpha l := residual l / skip l.
Definition negative_part l := sum (fun n => Rmin 0 (alpha l * (outer n * inner n))) (neurons l).

Definition one_sign l :=
  (forall n, In n (neurons l) -> 0 <= residual l * (outer n * inner n)) \/
  (forall n, In n (neurons l) -> residual l * (outer n * inner n) <= 0).

Definition cannot_vanish l :=
  (skip l <> 0 /\ 1 + s * negative_part l > 0) \/
  (skip l <> 0 /\ 1 + s * negative_part l >= 0 /\ (forall t, slope t < s)) \/
  (skip l = 0 /\ (forall t, 0 < slope t) /\ one_sign l /\ exists n, In n (neurons l) /\ residual l * (outer n * inner n) <> 0).

(** The derivative. *)
Lemma branch_derive ns h : is_derive (branch ns) h (branch_slope ns h).
Proof.
induction ns as [|n ns IH]; unfold branch, branch_slope in *; simpl; [apply @is_derive_const |].
apply @is_derive_plus; [| exact IH].
replace (outer n * inner n * slope (inner n * h + shift n)) with (outer n * (inner n * slope (inner n * h + shift n))) by ring.
apply is_derive_scal.
apply (is_derive_comp sigma (fun h => inner n * h + shift n)); [apply sigma_derive |].
auto_derive; [trivial | ring].
Qed.

Lemma layer_derive l h : is_derive (eval_layer l) h (factor l h).
Proof.
unfold eval_layer, factor. apply @is_derive_plus; [auto_derive; [trivial | ring] |].
apply is_derive_scal. replace (branch_slope (neurons l) h) with (branch_slope (neurons l) h + 0) by ring.
apply @is_derive_plus; [apply branch_derive | apply @is_derive_const].
Qed.

Lemma states_derive ls : forall h, is_derive (states ls) h (factors ls h).
Proof.
induction ls as [|l ls IH]; intros h; simpl; [apply @is_derive_id |].
rewrite Rmult_comm. apply (is_derive_comp (states ls) (eval_layer l)); [apply IH | apply layer_derive].
Qed.

Theorem derivative w c A a ls x :
  is_derive (network w c A a ls) x (w * A * factors ls (A * x + a)).
Proof.
unfold network. replace (w * A * factors ls (A * x + a)) with (w * (A * factors ls (A * x + a)) + 0) by ring.
apply @is_derive_plus; [| apply @is_derive_const]. apply is_derive_scal.
apply (is_derive_comp (states ls) (fun x => A * x + a)); [apply states_derive |].
auto_derive; [trivial | ring].
Qed.

(** The criterion. *)
Lemma s_ge0 : 0 <= s.
Proof. destruct (slope_range 0). lra. Qed.

Lemma sum_low k ns h : s * sum (fun n => Rmin 0 (k * (outer n * inner n))) ns <= k * branch_slope ns h.
Proof.
assert (s0 := s_ge0). induction ns as [|n ns IH]; unfold branch_slope in *; simpl; [lra |].
destruct (slope_range (inner n * h + shift n)) as [d0 d1]. set (d := slope _) in *.
set (c := outer n * inner n) in *. rewrite 2!Rmult_plus_distr_l. apply Rplus_le_compat; [| exact IH].
unfold Rmin. destruct (Rle_dec 0 (k * c)); nra.
Qed.

Lemma sum_low_strict k ns h : (forall t, slope t < s) -> sum (fun n => Rmin 0 (k * (outer n * inner n))) ns < 0 ->
  s * sum (fun n => Rmin 0 (k * (outer n * inner n))) ns < k * branch_slope ns h.
Proof.
intros strict. assert (s0 := s_ge0). induction ns as [|n ns IH]; intros neg; simpl in neg; [lra |].
unfold branch_slope in *; simpl.
destruct (slope_range (inner n * h + shift n)) as [d0 d1]. assert (d2 := strict (inner n * h + shift n)).
set (d := slope _) in *. set (c := outer n * inner n) in *.
assert (low := sum_low k ns h). unfold branch_slope in low.
rewrite 2!Rmult_plus_distr_l.
destruct (Rlt_le_dec (k * c) 0) as [kc | kc].
- rewrite Rmin_right in * by lra. apply Rplus_lt_le_compat; [nra | exact low].
- rewrite Rmin_left in * by lra. apply Rplus_le_lt_compat; [nra | apply IH; lra].
Qed.

Lemma sum_scale k ns h : k * branch_slope ns h = sum (fun n => k * (outer n * inner n) * slope (inner n * h + shift n)) ns.
Proof. induction ns as [|n ns IH]; unfold branch_slope in *; simpl; [ring |]. rewrite <- IH. ring. Qed.

Lemma sum_sign (f : neuron -> R) ns : (forall n, In n ns -> 0 <= f n) -> 0 <= sum f ns.
Proof.
induction ns as [|n ns IH]; intros f0; simpl; [lra |].
assert (0 <= f n) by (apply f0; now left). assert (0 <= sum f ns) by (apply IH; intros; apply f0; now right). lra.
Qed.

Lemma sum_positive (f : neuron -> R) ns n : (forall n, In n ns -> 0 <= f n) -> In n ns -> f n <> 0 -> 0 < sum f ns.
Proof.
induction ns as [|m ns IH]; intros f0 Hn fn; [easy |]. simpl in *.
assert (m0 : 0 <= f m) by (apply f0; now left).
assert (ns0 : 0 <= sum f ns) by (apply sum_sign; intros; apply f0; now right).
destruct Hn as [-> | Hn]; [lra |]. assert (0 < sum f ns) by (apply IH; auto). lra.
Qed.

Theorem T9_layer l h : cannot_vanish l -> factor l h <> 0.
Proof.
intros H. assert (split : skip l <> 0 -> factor l h = skip l * (1 + alpha l * branch_slope (neurons l) h)).
{ intros e0. unfold factor, alpha. field. exact e0. }
destruct H as [[e0 pos] | [[e0 [pos strict]] | [e0 [slope0 [sgn [n [Hn nz]]]]]]].
- rewrite (split e0). assert (low := sum_low (alpha l) (neurons l) h). unfold negative_part in pos. nra.
- rewrite (split e0). enough (1 + alpha l * branch_slope (neurons l) h > 0) by nra.
  unfold negative_part in pos. set (S := sum _ _) in pos.
  destruct (Rlt_le_dec S 0) as [neg | pos'].
  + assert (low := sum_low_strict (alpha l) (neurons l) h strict neg). fold S in low. lra.
  + assert (low := sum_low (alpha l) (neurons l) h). fold S in low. assert (s0 := s_ge0). nra.
- unfold factor. rewrite e0, Rplus_0_l, sum_scale.
  destruct sgn as [up | down].
  + apply Rgt_not_eq. apply sum_positive with n; [| exact Hn |].
    * intros k Hk. apply Rmult_le_pos; [now apply up | apply slope_range].
    * apply Rmult_integral_contrapositive_currified; [exact nz | apply Rgt_not_eq, slope0].
  + apply Rlt_not_eq. enough (0 < sum (fun n => - (residual l * (outer n * inner n) * slope (inner n * h + shift n))) (neurons l)).
    { clear -H. revert H. set (f := fun n => _). set (g := fun n => _ * _).
      assert (e : sum f (neurons l) = - sum g (neurons l)).
      { induction (neurons l) as [|m ms IH]; simpl; [ring |]. rewrite IH. unfold f, g. ring. }
      rewrite e. lra. }
    apply sum_positive with n; [| exact Hn |].
    * intros k Hk. assert (d := down k Hk). destruct (slope_range (inner k * h + shift k)). nra.
    * apply Ropp_neq_0_compat, Rmult_integral_contrapositive_currified; [exact nz | apply Rgt_not_eq, slope0].
Qed.

Lemma factors_nonzero ls : (forall l, In l ls -> cannot_vanish l) -> forall h, factors ls h <> 0.
Proof.
induction ls as [|l ls IH]; intros H h; simpl; [lra |].
apply Rmult_integral_contrapositive_currified; [apply IH; intros; apply H; now right |].
apply T9_layer, H. now left.
Qed.

Theorem T9 w c A a ls : w * A <> 0 -> (forall l, In l ls -> cannot_vanish l) ->
  forall x, Derive (network w c A a ls) x <> 0.
Proof.
intros wA H x. rewrite (is_derive_unique _ _ _ (derivative w c A a ls x)).
apply Rmult_integral_contrapositive_currified; [exact wA | now apply factors_nonzero].
Qed.

(** One neuron per layer. *)
Corollary T9_one_neuron w c A a ls x : 0 < s -> w * A <> 0 ->
  (forall l, In l ls -> skip l <> 0 /\ exists n, neurons l = [n]) ->
  Derive (network w c A a ls) x = 0 ->
  exists l n, In l ls /\ neurons l = [n] /\ alpha l * (outer n * inner n) <= - 1 / s.
Proof.
intros s0 wA one zero.
destruct (Exists_dec (fun l => exists n, neurons l = [n] /\ alpha l * (outer n * inner n) <= - 1 / s) ls) as [ex | none].
- intros l. destruct (neurons l) as [|n [|m ms]].
  + right. intros [n [E _]]. discriminate.
  + destruct (Rle_dec (alpha l * (outer n * inner n)) (- 1 / s)) as [le | gt].
    * left. now exists n.
    * right. intros [n' [E le]]. injection E as ->. contradiction.
  + right. intros [n' [E _]]. discriminate.
- apply Exists_exists in ex. destruct ex as [l [Hl [n [E le]]]]. now exists l, n.
- exfalso. revert zero. apply T9; [exact wA |]. intros l Hl. destruct (one l Hl) as [e0 [n E]].
  left. split; [exact e0 |]. unfold negative_part. rewrite E. simpl. rewrite Rplus_0_r.
  destruct (Rle_dec (alpha l * (outer n * inner n)) (- 1 / s)) as [le | gt].
  + exfalso. apply none. apply Exists_exists. exists l. split; [exact Hl | now exists n].
  + apply Rnot_le_lt in gt. unfold Rmin. destruct (Rle_dec 0 _); [lra |].
    apply (Rmult_lt_compat_l s) in gt; [| exact s0].
    replace (s * (- 1 / s)) with (- 1) in gt by (field; lra). lra.
Qed.

End T9.
