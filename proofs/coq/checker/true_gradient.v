(** The backward product is the true gradient: the chain rule for networks of any width, any input dimension and any depth.

    For a network N with the widths d → … → 1 and every point p of R^d,
      ∂Φ/∂x_i (p) exists and is entry i of [gradient N p], the backward product of T1;
      Φ(p) is [value N p].

    | notation | meaning |
    | [real d] | the real number m·2^e of a dyadic |
    | [sigma s], [slope s] | the activation and its derivative |
    | [value N p], [tape N p] | Φ(p) and the slopes of all activations at p |
    | [gradient N p] | the backward product of the network's Jacobians at p |
    | [replace i t p] | p with coordinate i replaced by t | *)
From Coq Require Import List ZArith Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From Narrows Require Import activations.
From Narrows.checker Require Import network.
Import ListNotations.
Local Open Scope R_scope.

Definition real (d : dyadic) : R := IZR (fst d) * powerRZ 2 (snd d).

Definition sigma (s : activation) : R -> R := match s with Tanh => tanh | Sigmoid => sigmoid | Softplus => softplus end.
Definition slope (s : activation) : R -> R :=
  match s with Tanh => tanh_slope | Sigmoid => sigmoid_slope | Softplus => softplus_slope end.

Lemma sigma_derive s x : is_derive (sigma s) x (slope s x).
Proof. destruct s; [apply is_derive_tanh | apply is_derive_sigmoid | apply is_derive_softplus]. Qed.

Lemma slope_positive s x : 0 < slope s x.
Proof. destruct s; simpl; [apply tanh_slope_range | apply sigmoid_slope_range | apply softplus_slope_range]. Qed.

Definition real_ops : ops R R R := Ops R R R (fun w => w) Rplus Rmult (fun s x => (sigma s x, slope s x)).

Notation real_network N := (map_network real N).

Definition value (N : network dyadic) (p : list R) : R := hd 0 (fst (forward real_ops (real_network N) p)).
Definition tape (N : network dyadic) (p : list R) := snd (forward real_ops (real_network N) p).
Definition gradient (N : network dyadic) (p : list R) : list R := backward Rplus Rmult (real_network N) (tape N p) [1].

Fixpoint replace (i : nat) (t : R) (p : list R) : list R :=
  match p, i with
  | [], _ => []
  | _ :: p', O => t :: p'
  | x :: p', S i' => x :: replace i' t p'
  end.

(** Functions of a parameter, and dual numbers. *)
Definition function_ops : ops R (R -> R) (R -> R) :=
  Ops R (R -> R) (R -> R) (fun w _ => w) (fun f g t => f t + g t) (fun w f t => w * f t)
    (fun s f => (fun t => sigma s (f t), fun t => slope s (f t))).
Definition dual_ops : ops R (R * R) R :=
  Ops R (R * R) R (fun w => (w, 0)) (fun a b => (fst a + fst b, snd a + snd b)) (fun w a => (w * fst a, w * snd a))
    (fun s a => ((sigma s (fst a), slope s (fst a) * snd a), slope s (fst a))).

Definition at_parameter (t : R) (f : R -> R) (x : R) := f t = x.
Definition derives_to (t : R) (f : R -> R) (a : R * R) := f t = fst a /\ is_derive f t (snd a).

Lemma functions_at N t fs : Forall2 (at_parameter t) (fst (forward function_ops (real_network N) fs))
  (fst (forward real_ops (real_network N) (map (fun f => f t) fs))).
Proof.
refine (proj1 (forward_related function_ops real_ops real real (at_parameter t) (at_parameter t) _ _ _ _ N fs _ _)).
- reflexivity.
- intros f x g y H K. unfold at_parameter in *. simpl. now rewrite H, K.
- intros w f x H. unfold at_parameter in *. simpl. now rewrite H.
- intros s f x H. unfold at_parameter in *. simpl. now rewrite H.
- induction fs; simpl; constructor; auto. reflexivity.
Qed.

Lemma functions_derive N t fs xs : Forall2 (derives_to t) fs xs ->
  Forall2 (derives_to t) (fst (forward function_ops (real_network N) fs)) (fst (forward dual_ops (real_network N) xs)).
Proof.
refine (fun H => proj1 (forward_related function_ops dual_ops real real (derives_to t) (fun f d => f t = d) _ _ _ _ N fs xs H)).
- intros w. split; [reflexivity | exact (is_derive_const (real w) t)].
- intros f x g y [H1 H2] [K1 K2]. split; simpl; [now rewrite H1, K1 | now apply @is_derive_plus].
- intros w f x [H1 H2]. split; simpl; [now rewrite H1 | now apply is_derive_scal].
- intros s f x [H1 H2]. simpl. unfold derives_to. simpl. rewrite H1. split; [split; [reflexivity |] | reflexivity].
  rewrite Rmult_comm. apply (is_derive_comp (sigma s) f); [rewrite H1; apply sigma_derive | exact H2].
Qed.

Lemma duals_value N xs :
  Forall2 (fun a x => fst a = x) (fst (forward dual_ops (real_network N) xs)) (fst (forward real_ops (real_network N) (map fst xs))) /\
  Forall2 (Forall2 (Forall2 eq)) (snd (forward dual_ops (real_network N) xs)) (snd (forward real_ops (real_network N) (map fst xs))).
Proof.
refine (forward_related dual_ops real_ops real real (fun a x => fst a = x) eq _ _ _ _ N xs (map fst xs) _).
- reflexivity.
- intros a x b y H K. simpl. now rewrite H, K.
- intros w a x H. simpl. now rewrite H.
- intros s a x H. simpl. now rewrite H.
- induction xs; simpl; constructor; auto.
Qed.

Lemma Forall2_eq {A} (l m : list A) : Forall2 eq l m -> l = m.
Proof. induction 1; [reflexivity | now subst]. Qed.

Lemma Forall2_impl' {A B} (P Q : A -> B -> Prop) l m : (forall a b, P a b -> Q a b) -> Forall2 P l m -> Forall2 Q l m.
Proof. intros H. induction 1; constructor; auto. Qed.

Lemma duals_tape N xs : snd (forward dual_ops (real_network N) xs) = snd (forward real_ops (real_network N) (map fst xs)).
Proof.
apply Forall2_eq. refine (Forall2_impl' _ _ _ _ _ (proj2 (duals_value N xs))).
intros a b H. apply Forall2_eq. refine (Forall2_impl' _ _ _ _ _ H). intros u v. apply Forall2_eq.
Qed.

(** The adjoint: tangents forward and row vectors backward give the same product. *)
Fixpoint dot (u v : list R) : R := match u, v with a :: u', b :: v' => a * b + dot u' v' | _, _ => 0 end.

Lemma dot_add u v x : length u = length v -> dot (add_vectors Rplus u v) x = dot u x + dot v x.
Proof.
revert v x. induction u as [|a u IH]; intros [|b v] x H; simpl in *; try discriminate; [ring |].
destruct x as [|c x]; [ring |]. injection H as H. rewrite IH by exact H. ring.
Qed.

Lemma dot_scale c u x : dot (map (Rmult c) u) x = c * dot u x.
Proof. revert x. induction u as [|a u IH]; intros x; simpl; [ring |]. destruct x; [ring |]. rewrite IH. ring. Qed.

Lemma length_add u v : length u = length v -> length (add_vectors Rplus u v) = length u.
Proof.
revert v. induction u as [|a u IH]; intros [|b v] H; simpl in *; try discriminate; [reflexivity |].
now rewrite IH by lia.
Qed.

Lemma length_vector_matrix n m : forall v, length v = length m -> m <> [] -> (forall row, In row m -> length row = n) ->
  length (vector_matrix Rplus Rmult v m) = n.
Proof.
induction m as [|row m IH]; intros [|a v] H ne rows; simpl in *; try discriminate; [now destruct ne |].
assert (hr : length (map (Rmult a) row) = n) by (rewrite map_length; apply rows; now left).
destruct m as [|row' m].
- destruct v; [simpl; rewrite <- hr; now destruct (map (Rmult a) row) | discriminate].
- assert (hv : length (vector_matrix Rplus Rmult v (row' :: m)) = n).
  { apply IH; [lia | discriminate | intros r Hr; apply rows; now right]. }
  rewrite length_add; congruence.
Qed.

Lemma dual_row_tangent row b : forall xs, snd (affine_row dual_ops row b xs) = dot row (map snd xs).
Proof. induction row as [|w row IH]; intros xs; simpl; [reflexivity |]. destruct xs; simpl; [reflexivity | now rewrite IH]. Qed.

Lemma affine_adjoint n m : forall b xs v, length b = length m -> length v = length m -> (forall row, In row m -> length row = n) ->
  m <> [] -> dot v (map snd (affine dual_ops m b xs)) = dot (vector_matrix Rplus Rmult v m) (map snd xs).
Proof.
induction m as [|row m IH]; intros [|c b] xs [|a v] Hb Hv rows ne; simpl in *; try discriminate; [now destruct ne |].
rewrite dual_row_tangent.
assert (hr : length row = n) by (apply rows; now left).
destruct m as [|row' m].
- destruct b; [| discriminate]. destruct v; [| discriminate]. simpl. rewrite Rplus_0_r.
  replace (add_vectors Rplus (map (Rmult a) row) []) with (map (Rmult a) row) by now destruct (map (Rmult a) row).
  now rewrite dot_scale.
- rewrite IH; [| lia | lia | intros r Hr; apply rows; now right | discriminate].
  rewrite dot_add, dot_scale; [reflexivity |]. rewrite map_length.
  rewrite (length_vector_matrix n); [exact hr | lia | discriminate | intros r Hr; apply rows; now right].
Qed.

Lemma activate_adjoint s : forall xs v, length v = length xs ->
  dot v (map snd (fst (activate_all dual_ops s xs))) = dot (multiply Rmult v (snd (activate_all dual_ops s xs))) (map snd xs) /\
  length (multiply Rmult v (snd (activate_all dual_ops s xs))) = length xs /\
  length (fst (activate_all dual_ops s xs)) = length xs.
Proof.
induction xs as [|x xs IH]; intros [|a v] H; simpl in *; try discriminate; [repeat split |].
injection H as H. destruct (IH v H) as [h1 [h2 h3]]. destruct (activate_all dual_ops s xs) as [ys ds]. simpl in *.
rewrite h1, h2, h3. repeat split. ring.
Qed.

Lemma length_affine m : forall b (xs : list (R * R)), length m = length b -> length (affine dual_ops m b xs) = length m.
Proof. induction m as [|r m IH]; intros [|c b] xs H; simpl in *; try discriminate; [reflexivity |]. now rewrite IH by lia. Qed.

(** Adjoint and widths together, from simple maps to networks; [fits] packs what is proved at each level. *)
Definition fits (out : list (R * R)) (xs : list (R * R)) (back : list R -> list R) (n k : nat) : Prop :=
  length out = k /\ forall v, length v = k -> length (back v) = n /\ dot v (map snd out) = dot (back v) (map snd xs).

Lemma simple_fits s n k xs : simple_width s n = Some k -> length xs = n ->
  fits (fst (simple_forward dual_ops s xs)) xs (simple_backward Rplus Rmult s (snd (simple_forward dual_ops s xs))) n k.
Proof.
destruct s as [m b | s]; simpl; intros W H.
- destruct (Nat.eqb_spec (length m) (length b)) as [hb |]; [| discriminate].
  destruct (forallb _ m) eqn:rows; [| discriminate]. destruct (Nat.eqb_spec (length m) 0); [discriminate |].
  injection W as <-. rewrite forallb_forall in rows.
  assert (rows' : forall row, In row m -> length row = n) by (intros r Hr; apply Nat.eqb_eq, rows, Hr).
  assert (ne : m <> []) by (intros ->; now apply n0).
  split; [now apply length_affine |]. intros v Hv. split; [now apply length_vector_matrix |].
  now apply affine_adjoint with n.
- injection W as <-. destruct (activate_adjoint s xs (map (fun _ => 0) xs)) as [_ [_ h]]; [now rewrite map_length |].
  split; [congruence |]. intros v Hv. destruct (activate_adjoint s xs v) as [h1 [h2 h3]]; [congruence |].
  split; [transitivity (length xs); assumption | exact h1].
Qed.

Lemma branch_fits br : forall n k xs, branch_width br n = Some k -> length xs = n ->
  fits (fst (branch_forward dual_ops br xs)) xs (branch_backward Rplus Rmult br (snd (branch_forward dual_ops br xs))) n k.
Proof.
induction br as [|s br IH]; intros n k xs W H; simpl in *.
- injection W as <-. split; [exact H |]. intros v Hv. now split.
- destruct (simple_width s n) as [j|] eqn:Ws; [| discriminate].
  destruct (simple_fits s n j xs Ws H) as [l1 f1]. destruct (simple_forward dual_ops s xs) as [ys t]. simpl in *.
  destruct (IH j k ys W l1) as [l2 f2]. destruct (branch_forward dual_ops br ys) as [zs ts]. simpl in *.
  split; [exact l2 |]. intros v Hv. destruct (f2 v Hv) as [g1 g2]. destruct (f1 _ g1) as [g3 g4].
  split; [exact g3 | congruence].
Qed.

Lemma residual_length e d : forall xs ys : list (R * R), length xs = length ys ->
  length (combine_residual dual_ops e d xs ys) = length xs.
Proof. induction xs as [|x xs IH]; intros [|y ys] H; simpl in *; try discriminate; [reflexivity |]. now rewrite IH by lia. Qed.

Lemma residual_adjoint e d : forall xs ys u, length xs = length ys -> length u = length xs ->
  dot u (map snd (combine_residual dual_ops e d xs ys)) = e * dot u (map snd xs) + d * dot u (map snd ys).
Proof.
induction xs as [|x xs IH]; intros [|y ys] [|a u] H K; simpl in *; try discriminate; [ring |].
injection H as H. injection K as K. rewrite IH by assumption. ring.
Qed.

Lemma layer_fits l n k xs : layer_width l n = Some k -> length xs = n ->
  fits (fst (layer_forward dual_ops l xs)) xs (layer_backward Rplus Rmult l (snd (layer_forward dual_ops l xs))) n k.
Proof.
destruct l as [s | e d br]; simpl; intros W H.
- assert (f := simple_fits s n k xs W H). now destruct (simple_forward dual_ops s xs).
- destruct (branch_width br n) as [j|] eqn:Wb; [| discriminate]. destruct (Nat.eqb_spec j n); [| discriminate].
  injection W as <-. subst j. destruct (branch_fits br n n xs Wb H) as [l1 f1].
  destruct (branch_forward dual_ops br xs) as [ys t]. simpl in *.
  assert (len : length xs = length ys) by congruence.
  split; [rewrite residual_length; assumption |].
  intros v Hv. unfold layer_backward. destruct (f1 v Hv) as [g1 g2].
  split; [rewrite length_add; rewrite ?map_length; congruence |].
  rewrite dot_add by (rewrite !map_length; congruence). rewrite !dot_scale, <- g2.
  apply residual_adjoint; congruence.
Qed.

Lemma network_fits N : forall n k xs, network_width N n = Some k -> length xs = n ->
  fits (fst (forward dual_ops N xs)) xs (backward Rplus Rmult N (snd (forward dual_ops N xs))) n k.
Proof.
induction N as [|l N IH]; intros n k xs W H; simpl in *.
- injection W as <-. split; [exact H |]. intros v Hv. now split.
- destruct (layer_width l n) as [j|] eqn:Wl; [| discriminate].
  destruct (layer_fits l n j xs Wl H) as [l1 f1]. destruct (layer_forward dual_ops l xs) as [ys t]. simpl in *.
  destruct (IH j k ys W l1) as [l2 f2]. destruct (forward dual_ops N ys) as [zs ts]. simpl in *.
  split; [exact l2 |]. intros v Hv. destruct (f2 v Hv) as [g1 g2]. destruct (f1 _ g1) as [g3 g4].
  split; [exact g3 | congruence].
Qed.

(** The coordinate curve through p. *)
Fixpoint curves (i : nat) (p : list R) : list (R -> R) :=
  match p, i with
  | [], _ => []
  | _ :: p', O => (fun t => t) :: map (fun x _ => x) p'
  | x :: p', S i' => (fun _ => x) :: curves i' p'
  end.

Fixpoint duals (i : nat) (p : list R) : list (R * R) :=
  match p, i with
  | [], _ => []
  | x :: p', O => (x, 1) :: map (fun y => (y, 0)) p'
  | x :: p', S i' => (x, 0) :: duals i' p'
  end.

Lemma curves_replace i p t : map (fun f => f t) (curves i p) = replace i t p.
Proof.
revert i. induction p as [|x p IH]; intros [|i]; simpl; try reflexivity; [| now rewrite IH].
f_equal. rewrite map_map. now rewrite map_id.
Qed.

Lemma curves_derive i p : Forall2 (derives_to (nth i p 0)) (curves i p) (duals i p).
Proof.
revert i. induction p as [|x p IH]; intros [|i]; simpl; constructor.
- split; [reflexivity | apply @is_derive_id].
- clear IH. induction p as [|y p IHp]; simpl; constructor; [| exact IHp]. split; [reflexivity | apply @is_derive_const].
- split; [reflexivity | apply @is_derive_const].
- apply IH.
Qed.

Lemma duals_fst i p : map fst (duals i p) = p.
Proof.
revert i. induction p as [|x p IH]; intros [|i]; simpl; try reflexivity; f_equal; [| apply IH].
rewrite map_map. simpl. apply map_id.
Qed.

Lemma dot_duals i p : forall g, length g = length p -> (i < length p)%nat -> dot g (map snd (duals i p)) = nth i g 0.
Proof.
revert i. induction p as [|x p IH]; intros i [|a g] H K; simpl in *; try discriminate; try lia.
destruct i as [|i]; simpl.
- injection H as H. rewrite map_map. simpl. enough (E : dot g (map (fun _ => 0) p) = 0) by (rewrite E; ring).
  clear -g. revert p. induction g as [|b g IH]; intros [|y p]; simpl; try reflexivity. rewrite IH. ring.
- rewrite IH by lia. ring.
Qed.

Lemma width_map {V W} (f : V -> W) N n : network_width (map_network f N) n = network_width N n.
Proof.
assert (Hs : forall s n, simple_width (map_simple f s) n = simple_width s n).
{ intros [m b | s] k; simpl; [| reflexivity]. rewrite !map_length.
  replace (forallb _ (map (map f) m)) with (forallb (fun row => Nat.eqb (length row) k) m); [reflexivity |].
  induction m as [|r m IH]; simpl; [reflexivity |]. now rewrite map_length, IH. }
assert (Hb : forall br n, branch_width (map (map_simple f) br) n = branch_width br n).
{ induction br as [|s br IH]; intros k; simpl; [reflexivity |]. rewrite Hs. destruct (simple_width s k); auto. }
revert n. induction N as [|l N IH]; intros n; simpl; [reflexivity |].
replace (layer_width (map_layer f l) n) with (layer_width l n) by (destruct l; simpl; now rewrite ?Hs, ?Hb).
destruct (layer_width l n); auto.
Qed.

(** The theorem: entry i of the backward product is the true partial derivative. *)
Theorem gradient_is_true N d p : network_width N d = Some 1%nat -> length p = d ->
  length (gradient N p) = d /\
  forall i, (i < d)%nat -> is_derive (fun t => value N (replace i t p)) (nth i p 0) (nth i (gradient N p) 0).
Proof.
intros W H. rewrite <- (width_map real) in W.
assert (F : forall i, fits (fst (forward dual_ops (real_network N) (duals i p))) (duals i p)
              (backward Rplus Rmult (real_network N) (tape N p)) d 1).
{ intros i. unfold tape. rewrite <- (duals_fst i p) at 3. rewrite <- duals_tape. apply network_fits; [exact W |].
  rewrite <- H. rewrite <- (map_length fst), duals_fst. reflexivity. }
split; [destruct (F 0%nat) as [_ f]; now apply f |]. intros i Hi.
destruct (F i) as [len f]. destruct (f [1] eq_refl) as [g1 g2].
assert (D := functions_derive N (nth i p 0) _ _ (curves_derive i p)).
destruct (fst (forward dual_ops (real_network N) (duals i p))) as [|a [|]] eqn:E; try discriminate.
inversion D as [|f0 b fs bs [_ fd] rest Ef]; subst. inversion rest; subst.
apply is_derive_ext with f0.
- intros t. unfold value. rewrite <- curves_replace. assert (A := functions_at N t (curves i p)). rewrite <- Ef in A.
  inversion A as [|? y ? ys Hy]. simpl. exact Hy.
- simpl in g2. rewrite dot_duals in g2; [| exact g1 | lia].
  unfold gradient. rewrite <- g2. now replace (1 * snd a + 0) with (snd a) by ring.
Qed.
