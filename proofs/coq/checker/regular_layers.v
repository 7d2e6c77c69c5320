(** Regular layers over the reals: when does vᵀ J = 0 force v = 0?

    A residual layer ε I + δ W̃ D W with ε ≠ 0 and slopes D > 0 is regular iff ε D⁻¹ + δ W W̃ is: every slope occurs once there, so an interval
    evaluation of it loses next to nothing (tunnel/T2 without enumerating vertices).  Regularity of a matrix is decided by elimination.

    | notation | meaning |
    | [zero v] | every entry of v is 0 |
    | [independent rows] | Σ_i z_i rows_i = 0 only for z = 0 |
    | [combination P k] | Σ z·row_k over a list P of pairs (z, row) |
    | [shifted i e d ds rows] | row i of ε D⁻¹ + δ M for the rows of M, counted from i | *)
From Coq Require Import List ZArith Reals Lra Lia Permutation.
From Narrows.checker Require Import network.
Import ListNotations.
Local Open Scope R_scope.

Definition zero (v : list R) : Prop := forall k, nth k v 0 = 0.

Fixpoint sum (n : nat) (f : nat -> R) : R := match n with O => 0 | S n' => sum n' f + f n' end.

Lemma sum_ext n f g : (forall i, (i < n)%nat -> f i = g i) -> sum n f = sum n g.
Proof. induction n as [|n IH]; intros H; simpl; [reflexivity |]. rewrite IH, H; auto. Qed.

Lemma sum_zero n f : (forall i, (i < n)%nat -> f i = 0) -> sum n f = 0.
Proof. intros H. rewrite (sum_ext n f (fun _ => 0)) by exact H. clear. induction n; simpl; lra. Qed.

Lemma sum_scale n c f : c * sum n f = sum n (fun i => c * f i).
Proof. induction n as [|n IH]; simpl; [ring |]. rewrite Rmult_plus_distr_l, IH. reflexivity. Qed.

Lemma sum_plus n f g : sum n f + sum n g = sum n (fun i => f i + g i).
Proof. induction n as [|n IH]; simpl; [ring |]. rewrite <- IH. ring. Qed.

Lemma sum_swap n m f : sum n (fun i => sum m (fun j => f i j)) = sum m (fun j => sum n (fun i => f i j)).
Proof.
induction n as [|n IH]; simpl; [symmetry; now apply sum_zero |].
rewrite IH. apply sum_plus.
Qed.

Lemma sum_shift n f : sum (S n) f = f O + sum n (fun i => f (S i)).
Proof. induction n as [|n IH]; [simpl; ring |]. simpl in *. rewrite IH. ring. Qed.

(** Entries. *)
Lemma nth_map_mul c k : forall v, nth k (map (Rmult c) v) 0 = c * nth k v 0.
Proof. induction k as [|k IH]; intros [|a v]; simpl; try ring. apply IH. Qed.

Lemma nth_add k : forall u v, nth k (add_vectors Rplus u v) 0 = nth k u 0 + nth k v 0.
Proof. induction k as [|k IH]; intros [|a u] [|b v]; simpl; try ring. apply IH. Qed.

Lemma nth_multiply k : forall u v, nth k (multiply Rmult u v) 0 = nth k u 0 * nth k v 0.
Proof. induction k as [|k IH]; intros [|a u] [|b v]; simpl; try ring. apply IH. Qed.

Lemma nth_vector_matrix k m : forall v, length v = length m ->
  nth k (vector_matrix Rplus Rmult v m) 0 = sum (length v) (fun i => nth i v 0 * nth k (nth i m []) 0).
Proof.
induction m as [|row m IH]; intros [|a v] H; try discriminate; [now destruct k |].
cbn [vector_matrix length]. rewrite sum_shift. cbn [nth]. rewrite nth_add, nth_map_mul, IH by (simpl in H; lia). reflexivity.
Qed.

Definition independent (rows : list (list R)) : Prop :=
  forall z, length z = length rows -> zero (vector_matrix Rplus Rmult z rows) -> zero z.

(** A residual layer in the form ε D⁻¹ + δ M. *)
Section Generic.
Context {A : Type} (add mul : A -> A -> A) (inv : A -> A).
Fixpoint add_at (i : nat) (a : A) (row : list A) : list A :=
  match row, i with
  | [], _ => []
  | x :: row', O => add a x :: row'
  | x :: row', S i' => x :: add_at i' a row'
  end.
Fixpoint shifted (i : nat) (e d : A) (ds : list A) (rows : list (list A)) : list (list A) :=
  match ds, rows with
  | s :: ds', row :: rows' => add_at i (mul e (inv s)) (map (mul d) row) :: shifted (S i) e d ds' rows'
  | _, _ => []
  end.
Definition product (m1 m2 : list (list A)) : list (list A) := map (fun row => vector_matrix add mul row m2) m1.
End Generic.

Notation shiftedR := (shifted Rplus Rmult Rinv).
Notation vm := (vector_matrix Rplus Rmult).

Lemma nth_add_at k i a : forall row, (i < length row)%nat ->
  nth k (add_at Rplus i a row) 0 = (if Nat.eqb k i then a else 0) + nth k row 0.
Proof.
revert k. induction i as [|i IH]; intros [|k] [|x row] H; simpl in *; try lia; try ring.
rewrite IH by lia. reflexivity.
Qed.

Lemma length_shifted e d ds : forall i rows, length ds = length rows -> length (shiftedR i e d ds rows) = length ds.
Proof. induction ds as [|s ds IH]; intros i [|row rows] H; simpl in *; try discriminate; [reflexivity |]. now rewrite IH by lia. Qed.

Lemma nth_shifted e d ds : forall i rows j k, length ds = length rows ->
  (forall row, In row rows -> length row = (i + length ds)%nat) -> (j < length ds)%nat ->
  nth k (nth j (shiftedR i e d ds rows) []) 0 = (if Nat.eqb k (i + j) then e * / nth j ds 0 else 0) + d * nth k (nth j rows []) 0.
Proof.
induction ds as [|s ds IH]; intros i [|row rows] j k H L J; simpl in *; try discriminate; try lia.
destruct j as [|j].
- rewrite nth_add_at by (rewrite map_length, L by (now left); lia). rewrite nth_map_mul, Nat.add_0_r. reflexivity.
- rewrite IH; [now rewrite Nat.add_succ_r | lia | | lia].
  intros r Hr. rewrite L by (now right). lia.
Qed.

(** z (ε D⁻¹ + δ M) = 0, entry by entry. *)
Lemma shifted_combination e d ds rows z k : length ds = length rows -> length z = length ds -> (k < length ds)%nat ->
  (forall row, In row rows -> length row = length ds) ->
  nth k (vm z (shiftedR 0 e d ds rows)) 0 =
  e * (nth k z 0 / nth k ds 0) + d * sum (length ds) (fun i => nth i z 0 * nth k (nth i rows []) 0).
Proof.
intros H Z K L. rewrite nth_vector_matrix by (rewrite length_shifted; lia). rewrite Z, sum_scale.
rewrite (sum_ext _ _ (fun i => (if Nat.eqb i k then e * (nth k z 0 / nth k ds 0) else 0) + d * (nth i z 0 * nth k (nth i rows []) 0))).
- rewrite <- sum_plus. f_equal. clear -K. set (c := e * _). clearbody c.
  induction (length ds) as [|n IH]; [lia |]. simpl. destruct (Nat.eqb_spec n k) as [-> | ne].
  + rewrite sum_zero; [ring |]. intros i Hi. destruct (Nat.eqb_spec i k); [lia | reflexivity].
  + rewrite IH by lia. ring.
- intros i Hi. rewrite nth_shifted; [| lia | intros; now rewrite L | lia]. simpl.
  rewrite (Nat.eqb_sym k i). destruct (Nat.eqb_spec i k) as [-> | ne]; unfold Rdiv; ring.
Qed.

Lemma length_vm n m : forall v, length v = length m -> m <> [] -> (forall row, In row m -> length row = n) -> length (vm v m) = n.
Proof.
assert (la : forall u w : list R, length u = length w -> length (add_vectors Rplus u w) = length u).
{ induction u as [|a u IH]; intros [|b w] H; simpl in *; try discriminate; [reflexivity |]. now rewrite IH by lia. }
induction m as [|row m IH]; intros [|a v] H ne rows; simpl in *; try discriminate; [now destruct ne |].
assert (hr : length (map (Rmult a) row) = n) by (rewrite map_length; apply rows; now left).
destruct m as [|row' m].
- destruct v; [simpl; rewrite <- hr; now destruct (map (Rmult a) row) | discriminate].
- assert (hv : length (vm v (row' :: m)) = n) by (apply IH; [lia | discriminate | intros r Hr; apply rows; now right]).
  rewrite la; congruence.
Qed.

Section Residual.
Variables (e d : R) (ds : list R).
Hypothesis e_nonzero : e <> 0.
Hypothesis slopes_positive : forall k, (k < length ds)%nat -> nth k ds 0 > 0.

(** The common core: from e·z_k/d_k + δ Σ z_i M_ik = 0 for all k to z = 0. *)
Lemma core rows z : length ds = length rows -> length z = length ds -> (forall row, In row rows -> length row = length ds) ->
  independent (shiftedR 0 e d ds rows) ->
  (forall k, (k < length ds)%nat -> e * (nth k z 0 / nth k ds 0) + d * sum (length ds) (fun i => nth i z 0 * nth k (nth i rows []) 0) = 0) ->
  zero z.
Proof.
intros H Z L ind C. apply ind; [rewrite length_shifted; lia |]. intros k.
destruct (Nat.lt_ge_cases k (length ds)) as [K | K].
- rewrite shifted_combination by assumption. now apply C.
- rewrite nth_vector_matrix by (rewrite length_shifted; lia). apply sum_zero. intros i Hi.
  rewrite nth_shifted; [| lia | intros; now rewrite L | lia]. destruct (Nat.eqb_spec k (0 + i)); [lia |].
  rewrite (nth_overflow (nth i rows [])); [ring |]. rewrite L; [exact K | apply nth_In; lia].
Qed.

(** Outer form: x ↦ ε x + δ σ(W x + b). *)
Theorem outer_regular W v : length v = length ds -> length ds = length W -> (forall row, In row W -> length row = length ds) ->
  independent (shiftedR 0 e d ds W) ->
  zero (add_vectors Rplus (map (Rmult e) v) (map (Rmult d) (vm (multiply Rmult v ds) W))) -> zero v.
Proof.
intros Lv LW R ind Z.
assert (lm : length (multiply Rmult v ds) = length ds).
{ clear -Lv. revert ds Lv. induction v as [|a v IH]; intros [|b l] H; simpl in *; try discriminate; [reflexivity |]. now rewrite IH by lia. }
assert (z0 : zero (multiply Rmult v ds)).
{ apply core with W; try assumption. intros k K. assert (q := Z k). assert (p := slopes_positive k K).
  rewrite nth_add, !nth_map_mul, nth_vector_matrix, lm in q by lia. rewrite nth_multiply.
  replace (nth k v 0 * nth k ds 0 / nth k ds 0) with (nth k v 0) by (field; lra). exact q. }
intros k. destruct (Nat.lt_ge_cases k (length ds)) as [K | K]; [| apply nth_overflow; lia].
assert (zk := z0 k). rewrite nth_multiply in zk. assert (p := slopes_positive k K).
apply Rmult_integral in zk. destruct zk; lra.
Qed.

(** Inside form: x ↦ ε x + δ W̃ σ(x). *)
Theorem inside_regular W v : length v = length ds -> length ds = length W -> (forall row, In row W -> length row = length ds) ->
  W <> [] -> independent (shiftedR 0 e d ds W) ->
  zero (add_vectors Rplus (map (Rmult e) v) (map (Rmult d) (multiply Rmult (vm v W) ds))) -> zero v.
Proof.
intros Lv LW R ne ind Z. set (z := multiply Rmult (vm v W) ds) in *.
assert (lm : length z = length ds).
{ unfold z. assert (l := length_vm (length ds) W v ltac:(lia) ne R). revert l. generalize (vm v W). clear.
  induction ds as [|b l IH]; intros [|a u] H; simpl in *; try discriminate; [reflexivity |]. now rewrite IH by lia. }
assert (ev : forall j, e * nth j v 0 = - (d * nth j z 0)).
{ intros j. assert (q := Z j). rewrite nth_add, !nth_map_mul in q. lra. }
assert (z0 : zero z).
{ apply core with W; try assumption. intros k K. assert (p := slopes_positive k K).
  replace (nth k z 0 / nth k ds 0) with (nth k (vm v W) 0) by (unfold z; rewrite nth_multiply; field; lra).
  rewrite nth_vector_matrix by lia. rewrite Lv, !sum_scale, sum_plus. apply sum_zero. intros i Hi.
  rewrite <- !Rmult_assoc, ev. ring. }
intros k. assert (q := ev k). rewrite (z0 k), Rmult_0_r, Ropp_0 in q. apply Rmult_integral in q. destruct q; [contradiction | assumption].
Qed.

(** Both: x ↦ ε x + δ W̃ σ(W x + b). *)
Theorem both_regular W W' v : length v = length W' -> length ds = length W -> W <> [] -> W' <> [] ->
  (forall row, In row W -> length row = length W') -> (forall row, In row W' -> length row = length ds) ->
  independent (shiftedR 0 e d ds (product Rplus Rmult W W')) ->
  zero (add_vectors Rplus (map (Rmult e) v) (map (Rmult d) (vm (multiply Rmult (vm v W') ds) W))) -> zero v.
Proof.
intros Lv LW ne ne' R R' ind Z. set (z := multiply Rmult (vm v W') ds) in *.
assert (lm : length z = length ds).
{ unfold z. assert (l := length_vm (length ds) W' v Lv ne' R'). revert l. generalize (vm v W'). clear.
  induction ds as [|b l IH]; intros [|a u] H; simpl in *; try discriminate; [reflexivity |]. now rewrite IH by lia. }
assert (ev : forall j, e * nth j v 0 = - (d * sum (length ds) (fun i => nth i z 0 * nth j (nth i W []) 0))).
{ intros j. assert (q := Z j). rewrite nth_add, !nth_map_mul, nth_vector_matrix, lm in q by lia. lra. }
assert (z0 : zero z).
{ apply core with (product Rplus Rmult W W'); try assumption.
  - unfold product. now rewrite map_length.
  - intros row Hr. unfold product in Hr. apply in_map_iff in Hr. destruct Hr as [r [<- Hr]].
    apply length_vm; [now apply R | exact ne' | exact R'].
  - intros k K. assert (p := slopes_positive k K).
    replace (nth k z 0 / nth k ds 0) with (nth k (vm v W') 0) by (unfold z; rewrite nth_multiply; field; lra).
    rewrite nth_vector_matrix by lia. rewrite sum_scale.
    rewrite (sum_ext _ (fun i => e * _) (fun j => - (d * sum (length ds) (fun i => nth i z 0 * nth j (nth i W []) 0 * nth k (nth j W' []) 0)))).
    + rewrite (sum_ext (length ds) _ (fun i => sum (length v) (fun j => nth i z 0 * nth j (nth i W []) 0 * nth k (nth j W' []) 0))).
      * rewrite (sum_swap (length ds)), sum_scale, sum_plus. apply sum_zero. intros i _. ring.
      * intros i Hi. unfold product. rewrite (nth_indep _ [] (vm [] W')) by (rewrite map_length; lia).
        rewrite (map_nth (fun row => vm row W') W [] i). rewrite nth_vector_matrix.
        -- rewrite sum_scale, (R (nth i W [])), Lv by (apply nth_In; lia). apply sum_ext. intros. ring.
        -- apply R, nth_In. lia.
    + intros j _. rewrite <- Rmult_assoc, ev, <- Ropp_mult_distr_l, Rmult_assoc, (Rmult_comm (sum _ _)), sum_scale.
      do 2 f_equal. apply sum_ext. intros. ring. }
intros j. assert (q := ev j). rewrite sum_zero in q by (intros i _; rewrite (z0 i); ring).
rewrite Rmult_0_r, Ropp_0 in q. apply Rmult_integral in q. destruct q; [contradiction | assumption].
Qed.
End Residual.

(** Elimination, over pairs (z, row): the rows may be taken in any order. *)
Definition combination (P : list (R * list R)) (k : nat) : R := fold_right (fun p acc => fst p * nth k (snd p) 0 + acc) 0 P.

Lemma combination_perm P Q k : Permutation P Q -> combination P k = combination Q k.
Proof. induction 1; simpl; try lra. Qed.

Lemma combination_rows z rows k : length z = length rows -> combination (List.combine z rows) k = nth k (vm z rows) 0.
Proof.
revert rows. induction z as [|a z IH]; intros [|row rows] H; try discriminate; [now destruct k |].
cbn [List.combine combination fold_right fst snd vector_matrix]. fold (combination (List.combine z rows) k).
rewrite IH by (simpl in H; lia). now rewrite nth_add, nth_map_mul.
Qed.

Definition eliminated (p : R) (r : list R) (q : R * list R) : R * list R :=
  (fst q, match snd q with y :: s => map (fun ab => fst ab - y / p * snd ab) (List.combine s r) | [] => [] end).

Lemma nth_combine_sub c : forall (s r : list R) k, length s = length r ->
  nth k (map (fun ab => fst ab - c * snd ab) (List.combine s r)) 0 = nth k s 0 - c * nth k r 0.
Proof. induction s as [|a s IH]; intros [|b r] [|k] H; simpl in *; try discriminate; try ring. apply IH. lia. Qed.

Lemma eliminate_combination p r k c P : p <> 0 -> length r = c -> (forall q, In q P -> length (snd q) = S c) ->
  combination (map (eliminated p r) P) k = combination P (S k) - combination P 0 / p * nth k r 0.
Proof.
intros p0 Lr LP. induction P as [|q P IH]; simpl; [field; exact p0 |].
assert (Lq : length (snd q) = S c) by (apply LP; now left). rewrite IH by (intros; apply LP; now right).
destruct q as [z [|y s]]; simpl in *; [discriminate |]. rewrite nth_combine_sub by lia. unfold combination. field. exact p0.
Qed.

Theorem elimination_step p r c z P : p <> 0 -> length r = c -> (forall q, In q P -> length (snd q) = S c) ->
  (forall k, combination ((z, p :: r) :: P) k = 0) ->
  (forall k, combination (map (eliminated p r) P) k = 0) /\ (Forall (fun q => fst q = 0) P -> z = 0).
Proof.
intros p0 Lr LP C. assert (C0 := C O). simpl in C0. fold (combination P 0) in C0. split.
- intros k. rewrite (eliminate_combination p r k c) by assumption. assert (Ck := C (S k)). simpl in Ck. fold (combination P (S k)) in Ck.
  replace (combination P 0) with (- (z * p)) by lra. replace (combination P (S k)) with (- (z * nth k r 0)) by lra. field. exact p0.
- intros F. assert (E : combination P 0 = 0).
  { clear -F. induction F as [|q P H _ IH]; simpl; [reflexivity |]. fold (combination P 0). rewrite H, IH. ring. }
  assert (z * p = 0) by lra.
  apply Rmult_integral in H. destruct H; [assumption | contradiction].
Qed.
