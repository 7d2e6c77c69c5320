(** The verified checker: no critical point on a box, or on all of R^d.

    [check prec budget N bounds tree = true] implies that at every point of the box some partial derivative of the network exists and is not
    zero.  [check_everywhere prec d N = true] implies the same at every point of R^d.

    How a box is decided.  States are carried as a *triple*: the value at the middle of the box, the row of derivatives with respect to the
    input coordinates over the box, and the range over the box; before each activation the range is met with the mean value form
    value + row·(x - middle).  Then the row vector v_l = v_{l+1} J is carried backward.  The gradient v_0 is not zero if some component of
    it excludes 0, or if layer 1 is regular and v_1 is not zero, and so on: arguments of sign and of regularity mix layer by layer.

    | notation | meaning |
    | [triple] | value at the middle, row of derivatives, range |
    | [box_test prec N box] | one box is decided |
    | [tree] | the certificate: a tree of bisections; each leaf may be bisected further, [budget] times, along the widest side |
    | [in_bounds p bounds] | lo_i ≤ p_i ≤ hi_i, the bounds being dyadics | *)
From Coq Require Import List ZArith Reals Lra Lia Bool.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Interval.Interval Interval.Float_full Float.Basic Float.Sig Real.Xreal.
From Narrows Require Import activations.
From Narrows.checker Require Import network true_gradient regular_layers enclosures.
Import ListNotations.
Local Open Scope R_scope.

Inductive tree : Set := Leaf | Split (axis : nat) (lower upper : tree).

Fixpoint in_bounds (p : list R) (bounds : list (dyadic * dyadic)) : Prop :=
  match p, bounds with
  | [], [] => True
  | x :: p', (lo, hi) :: bounds' => real lo <= x <= real hi /\ in_bounds p' bounds'
  | _, _ => False
  end.

(** What is claimed at a point. *)
Definition not_critical (N : network dyadic) (p : list R) : Prop :=
  exists i l, (i < length p)%nat /\ l <> 0 /\ is_derive (fun t => value N (replace i t p)) (nth i p 0) l.

Module Checker (F : FloatOps with Definition radix := radix2 with Definition sensible_format := true).
Module E := Enclosures F.
Import E.

Record triple := Triple { mid : I.type; row : list I.type; range : I.type }.

Section Test.
Variable prec : F.precision.
Variable cst : constants.

Notation addI := (I.add prec).
Notation mulI := (I.mul prec).

Fixpoint dotI (u v : list I.type) : I.type :=
  match u, v with [a], b :: _ => mulI a b | a :: u', b :: v' => addI (mulI a b) (dotI u' v') | _, _ => zeroI end.

Definition triple_ops (radii : list I.type) : ops I.type triple I.type :=
  Ops I.type triple I.type
    (fun w => Triple w [] w)
    (fun a b => Triple (addI (mid a) (mid b)) (add_vectors addI (row a) (row b)) (addI (range a) (range b)))
    (fun w a => Triple (mulI w (mid a)) (map (mulI w) (row a)) (mulI w (range a)))
    (fun s a =>
       let r := I.meet (range a) (addI (mid a) (dotI (row a) radii)) in
       let (v, d) := value_slope prec cst s r in
       (Triple (value_thin prec cst s (mid a)) (map (mulI d) (row a)) v, d)).

(** The row vectors v_0, v_1, …, v_L = 1. *)
Fixpoint row_vectors (N : network I.type) (t : list (list (list I.type))) : list (list I.type) :=
  match N, t with
  | l :: N', u :: t' => match row_vectors N' t' with v :: vs => layer_backward addI mulI l u v :: v :: vs | [] => [] end
  | _, _ => [[oneI prec]]
  end.

Fixpoint decide (N : network I.type) (t : list (list (list I.type))) (vs : list (list I.type)) : bool :=
  match vs with
  | v :: vs' =>
      if existsb nonzero v then true
      else match N, t, vs' with
           | l :: N', u :: t', v' :: _ => if regular prec l u (length v') then decide N' t' vs' else false
           | _, _, _ => false
           end
  | [] => false
  end.

(** A point interval at the middle, the radii, and the triples of the coordinates. *)
Definition middle (X : I.type) : I.type := I.singleton (I.midpoint X).
Definition radius (X : I.type) : I.type := I.sub prec X (middle X).
Fixpoint coordinates (unit : list I.type) (box : list I.type) : list triple :=
  match box with
  | [] => []
  | X :: box' => Triple (middle X) (unit ++ [oneI prec]) X :: coordinates (zeroI :: unit) box'
  end.

Definition box_test (N : network I.type) (box : list I.type) : bool :=
  let t := snd (forward (triple_ops (map radius box)) N (coordinates [] box)) in
  decide N t (row_vectors N t).

(** Bisection. *)
Fixpoint widest (i best : nat) (w : I.type) (box : list I.type) : nat :=
  match box with [] => best | X :: box' => if I.wider prec X w then widest (S i) i X box' else widest (S i) best w box' end.
Fixpoint halve (i : nat) (box : list I.type) : list I.type * list I.type :=
  match box, i with
  | [], _ => ([], [])
  | X :: box', O => let (a, b) := I.bisect X in (a :: box', b :: box')
  | X :: box', S i' => let (a, b) := halve i' box' in (X :: a, X :: b)
  end.

Fixpoint check_box (budget : nat) (N : network I.type) (box : list I.type) : bool :=
  if box_test N box then true
  else match budget with
       | O => false
       | S b => let (l, u) := halve (widest 0 0 zeroI box) box in if check_box b N l then check_box b N u else false
       end.

Fixpoint check_tree (budget : nat) (N : network I.type) (t : tree) (box : list I.type) : bool :=
  match t with
  | Leaf => check_box budget N box
  | Split i l u => let (a, b) := halve i box in if check_tree budget N l a then check_tree budget N u b else false
  end.

Definition one_output (N : network dyadic) (d : nat) : bool :=
  match network_width N d with Some 1%nat => negb (Nat.eqb d 0) | _ => false end.

Definition initial_box (bounds : list (dyadic * dyadic)) : list I.type :=
  map (fun b => I.join (enclose prec (fst b)) (enclose prec (snd b))) bounds.

Definition check_with (budget : nat) (N : network dyadic) (bounds : list (dyadic * dyadic)) (t : tree) : bool :=
  if one_output N (length bounds) then
    let NI := map_network (enclose prec) N in check_tree budget NI t (initial_box bounds)
  else false.

(** All of R^d: every layer is regular for all slopes that its activations can take. *)
Definition everywhere_ops : ops I.type unit I.type :=
  Ops I.type unit I.type (fun _ => tt) (fun _ _ => tt) (fun _ _ => tt) (fun s _ => (tt, slope_range prec s)).

Fixpoint all_regular (N : network I.type) (t : list (list (list I.type))) (widths : list nat) : bool :=
  match N, t, widths with
  | [], _, _ => true
  | l :: N', u :: t', n :: widths' => regular prec l u n && all_regular N' t' widths'
  | _, _, _ => false
  end.

Fixpoint widths_after (N : network dyadic) (n : nat) : list nat :=
  match N with [] => [] | l :: N' => match layer_width l n with Some k => k :: widths_after N' k | None => [] end end.

Definition check_everywhere (d : nat) (N : network dyadic) : bool :=
  one_output N d &&
  let NI := map_network (enclose prec) N in
  all_regular NI (snd (forward everywhere_ops NI (repeat tt d))) (widths_after N d).

(** ** Soundness *)
Hypothesis cst_ok : constants_ok cst.

(** The segment from the middle m to the point x: functions of the parameter t. *)
Section Segment.
Variable delta : list R.
Variable radii : list I.type.
Hypothesis radii_ok : forall t, 0 <= t <= 1 -> Forall2 encl radii (map (Rmult t) delta).

Definition follows (a : triple) (f : R -> R) : Prop :=
  encl (mid a) (f 0) /\
  forall t, 0 <= t <= 1 -> encl (range a) (f t) /\ exists rs, Forall2 encl (row a) rs /\ is_derive f t (dot rs delta).

Lemma dot_nil v : dot [] v = 0.
Proof. reflexivity. Qed.

Lemma dot_add_any u : forall v x, dot (add_vectors Rplus u v) x = dot u x + dot v x.
Proof.
induction u as [|a u IH]; intros [|b v] [|c x]; simpl; try ring. rewrite IH. ring.
Qed.

Lemma dot_scale_right c u : forall v, dot u (map (Rmult c) v) = c * dot u v.
Proof. induction u as [|a u IH]; intros [|b v]; simpl; try ring. rewrite IH. ring. Qed.

Lemma dotI_encl u v uR vR : Forall2 encl u uR -> Forall2 encl v vR -> encl (dotI u v) (dot uR vR).
Proof.
intros H. revert v vR. induction H as [|a aR u uR ha H IH]; intros v vR K; [apply zero_encl |].
destruct K as [|b bR v vR hb K]; [destruct u; apply zero_encl |].
destruct H as [|a' aR' u uR ha' H].
- simpl. replace (aR * bR + 0) with (aR * bR) by ring. now apply mul_encl.
- apply add_encl; [now apply mul_encl | now apply IH].
Qed.

(** The mean value form. *)
Lemma mean_value a f t : follows a f -> 0 <= t <= 1 -> encl (addI (mid a) (dotI (row a) radii)) (f t).
Proof.
intros [H0 H] T.
assert (D : forall u, 0 <= u <= t -> is_derive f u (Derive f u)).
{ intros u Hu. destruct (H u) as [_ [rs [_ d]]]; [lra |]. rewrite (is_derive_unique _ _ _ d). exact d. }
destruct (MVT_gen f 0 t (Derive f)) as [c [Hc E]].
- intros u Hu. rewrite Rmin_left, Rmax_right in Hu by lra. apply D. lra.
- intros u Hu. rewrite Rmin_left, Rmax_right in Hu by lra. apply derivable_continuous_pt, ex_derive_Reals_0.
  exists (Derive f u). apply D. lra.
- rewrite Rmin_left, Rmax_right in Hc by lra. destruct (H c) as [_ [rs [Hrs d]]]; [lra |].
  rewrite (is_derive_unique _ _ _ d) in E.
  replace (f t) with (f 0 + dot rs (map (Rmult t) delta)) by (rewrite dot_scale_right; lra).
  apply add_encl; [exact H0 |]. apply dotI_encl; [exact Hrs | now apply radii_ok].
Qed.

Definition slope_at_end (X : I.type) (g : R -> R) : Prop := slope_encl X (g 1).

Lemma forward_follows N xs fs : Forall2 follows xs fs ->
  Forall2 (Forall2 (Forall2 slope_at_end)) (snd (forward (triple_ops radii) (map_network (enclose prec) N) xs))
                                            (snd (forward function_ops (map_network real N) fs)).
Proof.
refine (fun Hfs => proj2 (forward_related (triple_ops radii) function_ops (enclose prec) real follows slope_at_end _ _ _ _ N xs fs Hfs)).
- intros w. assert (e := enclose_encl prec w). split; [exact e |]. intros t _. split; [exact e |].
  exists []. split; [constructor | exact (is_derive_const (real w) t)].
- intros a f b g [H0 H] [K0 K]. split; [now apply add_encl |]. intros t T.
  destruct (H t T) as [Hr [rs [Hrs Hd]]], (K t T) as [Kr [ss [Kss Kd]]]. split; [now apply add_encl |].
  exists (add_vectors Rplus rs ss). split.
  + apply add_vectors_related; [intros; now apply add_encl | exact Hrs | exact Kss].
  + rewrite dot_add_any. now apply @is_derive_plus.
- intros w a f [H0 H]. assert (e := enclose_encl prec w). split; [now apply mul_encl |]. intros t T.
  destruct (H t T) as [Hr [rs [Hrs Hd]]]. split; [now apply mul_encl |].
  exists (map (Rmult (real w)) rs). split; [now apply map_mul_encl | rewrite dot_scale; now apply is_derive_scal].
- intros s a f Ha. assert (M := fun t => mean_value a f t Ha). destruct Ha as [H0 H].
  set (r := I.meet (range a) (addI (mid a) (dotI (row a) radii))).
  assert (r_ok : forall t, 0 <= t <= 1 -> encl r (f t)).
  { intros t T. apply I.meet_correct; [now apply H | now apply M]. }
  assert (vs := fun t T => value_slope_encl prec cst cst_ok s r (f t) (r_ok t T)). cbn [triple_ops activate]. fold r.
  destruct (value_slope prec cst s r) as [v d]. simpl in vs |- *. split; [split |].
  + simpl. now apply value_thin_encl.
  + intros t T. simpl. destruct (vs t T) as [hv hd]. split; [exact hv |]. destruct (H t T) as [_ [rs [Hrs Hd]]].
    exists (map (Rmult (slope s (f t))) rs). split; [now apply map_mul_encl |]. rewrite dot_scale, Rmult_comm.
    apply (is_derive_comp (sigma s) f); [apply sigma_derive | exact Hd].
  + split; [apply vs; lra | apply slope_positive].
Qed.
End Segment.

(** From functions on the segment to the tape at its end. *)
Lemma functions_tape N t fs :
  Forall2 (Forall2 (Forall2 (fun g x => g t = x))) (snd (forward function_ops (map_network real N) fs))
    (snd (forward real_ops (map_network real N) (map (fun f => f t) fs))).
Proof.
refine (proj2 (forward_related function_ops real_ops real real (at_parameter t) (fun g x => g t = x) _ _ _ _ N fs _ _)).
- reflexivity.
- intros f x g y H K. unfold at_parameter in *. simpl. now rewrite H, K.
- intros w f x H. unfold at_parameter in *. simpl. now rewrite H.
- intros s f x H. unfold at_parameter in *. simpl. now rewrite H.
- induction fs; simpl; constructor; auto. reflexivity.
Qed.

Lemma Forall2_compose {A B C} (P : A -> B -> Prop) (Q : B -> C -> Prop) (S : A -> C -> Prop) l m n :
  (forall a b c, P a b -> Q b c -> S a c) -> Forall2 P l m -> Forall2 Q m n -> Forall2 S l n.
Proof. intros H K. revert n. induction K; intros n L; inversion L; subst; constructor; eauto. Qed.

Lemma tape_compose {A B C} (P : A -> B -> Prop) (Q : B -> C -> Prop) (S : A -> C -> Prop) l m n :
  (forall a b c, P a b -> Q b c -> S a c) ->
  Forall2 (Forall2 (Forall2 P)) l m -> Forall2 (Forall2 (Forall2 Q)) m n -> Forall2 (Forall2 (Forall2 S)) l n.
Proof.
intros H. apply Forall2_compose. intros ? ? ?. apply Forall2_compose. intros ? ? ?. now apply Forall2_compose.
Qed.

(** The coordinates of a box follow the segment from its middle to any of its points. *)
Definition middle_value (X : I.type) : R := proj_val (F.toX (I.midpoint X)).

Lemma middle_encl X : encl (middle X) (middle_value X).
Proof. exact (I.singleton_correct (I.midpoint X)). Qed.

Lemma middle_inside X x : encl X x -> encl X (middle_value X).
Proof.
intros H. assert (ne : not_empty (I.convert X)) by (exists x; exact H). destruct (I.midpoint_correct X ne) as [E c].
unfold encl, middle_value. change (I.F.toX (I.midpoint X)) with (F.toX (I.midpoint X)) in *. now rewrite <- E.
Qed.

Lemma segment_inside X x t : encl X x -> 0 <= t <= 1 -> encl X (middle_value X + t * (x - middle_value X)).
Proof.
intros H T. assert (M := middle_inside X x H). unfold encl in *. set (m := middle_value X) in *.
destruct (Rle_lt_dec m x) as [L | L].
- apply (contains_connected (I.convert X) m x); [exact M | exact H | nra].
- apply (contains_connected (I.convert X) x m); [exact H | exact M | nra].
Qed.

Definition offsets (box : list I.type) (p : list R) : list R := map (fun Xx => snd Xx - middle_value (fst Xx)) (List.combine box p).
Definition segment (box : list I.type) (p : list R) : list (R -> R) :=
  map (fun Xx t => middle_value (fst Xx) + t * (snd Xx - middle_value (fst Xx))) (List.combine box p).

Lemma segment_end box p : Forall2 encl box p -> map (fun f => f 1) (segment box p) = p.
Proof.
unfold segment. intros H. rewrite map_map. induction H as [|X x box p Hx _ IH]; simpl; [reflexivity |]. rewrite IH. f_equal. ring.
Qed.

Lemma radii_offsets box p : Forall2 encl box p -> forall t, 0 <= t <= 1 -> Forall2 encl (map radius box) (map (Rmult t) (offsets box p)).
Proof.
intros H t T. unfold offsets. induction H as [|X x box p Hx _ IH]; simpl; constructor; [| exact IH].
replace (t * (x - middle_value X)) with (middle_value X + t * (x - middle_value X) - middle_value X) by ring.
apply sub_encl; [now apply segment_inside | apply middle_encl].
Qed.

Lemma coordinates_follow box p : Forall2 encl box p -> forall unit before, Forall2 encl unit (map (fun _ => 0) before) ->
  Forall2 (follows (before ++ offsets box p)) (coordinates unit box) (segment box p).
Proof.
unfold segment, offsets. induction 1 as [|X x box p Hx H IH]; intros unit before U; simpl; constructor.
- split; simpl.
  + rewrite Rmult_0_l, Rplus_0_r. apply middle_encl.
  + intros t T. split; [now apply segment_inside |]. exists (map (fun _ => 0) before ++ [1]). split.
    * apply Forall2_app; [exact U | constructor; [apply one_encl | constructor]].
    * replace (dot _ _) with (x - middle_value X).
      -- change (is_derive (fun t : R => middle_value X + t * (x - middle_value X)) t (x - middle_value X)).
         generalize (middle_value X). intros m. auto_derive; [trivial | ring].
      -- clear. induction before as [|b before IH]; simpl; [ring | rewrite <- IH; ring].
- specialize (IH (zeroI :: unit) (before ++ [x - middle_value X])). rewrite <- app_assoc in IH. apply IH.
  rewrite map_app. simpl. replace (map (fun _ => 0) before ++ [0]) with (0 :: map (fun _ : R => 0) before).
  + constructor; [apply zero_encl | exact U].
  + clear. induction before as [|b before IHb]; simpl; [reflexivity | now rewrite <- IHb].
Qed.

(** Row vectors enclose the backward product, and a decision is right. *)
Lemma row_vectors_head N t tR : Forall2 (Forall2 (Forall2 slope_encl)) t tR ->
  exists vs v, row_vectors (map_network (enclose prec) N) t = v :: vs /\ Forall2 encl v (backward Rplus Rmult (map_network real N) tR [1]).
Proof.
intros T. revert N. induction T as [|u uR t tR Hu T IH]; intros [|l N]; simpl.
1-3: exists [], [oneI prec]; split; [reflexivity | constructor; [apply one_encl | constructor]].
destruct (IH N) as [vs [v [E H]]]. fold (map_network (enclose prec) N). rewrite E. eexists; eexists. split; [reflexivity |].
apply layer_backward_related; [apply enclose_encl | intros; now apply add_encl | intros; now apply mul_encl | | exact H].
clear -Hu. induction Hu; constructor; [now apply slopes_encl | assumption].
Qed.

Lemma nonzero_component v vR : existsb nonzero v = true -> Forall2 encl v vR -> ~ zero vR.
Proof.
intros E H Z. induction H as [|X x v vR h _ IH]; [discriminate |]. simpl in E. apply orb_prop in E. destruct E as [E | E].
- apply (nonzero_encl X x E h). exact (Z 0%nat).
- apply IH; [exact E |]. intros k. exact (Z (S k)).
Qed.

Lemma decide_sound N : forall t tR, Forall2 (Forall2 (Forall2 slope_encl)) t tR ->
  decide (map_network (enclose prec) N) t (row_vectors (map_network (enclose prec) N) t) = true ->
  ~ zero (backward Rplus Rmult (map_network real N) tR [1]).
Proof.
induction N as [|l N IH]; intros t tR T D.
- intros Z. assert (z := Z 0%nat). simpl in z. lra.
- destruct T as [|u uR t tR Hu T].
  + intros Z. assert (z := Z 0%nat). simpl in z. lra.
  + destruct (row_vectors_head (l :: N) (u :: t) (uR :: tR)) as [vs [v [E H]]]; [now constructor |].
    rewrite E in D. simpl in D. destruct (existsb nonzero v) eqn:nz; [now apply (nonzero_component v) |].
    simpl in E. fold (map_network (enclose prec) N) in D, E. destruct (row_vectors_head N t tR T) as [vs' [v' [E' H']]].
    rewrite E' in E. injection E as E1 E2. subst vs. destruct (regular prec _ u (length v')) eqn:reg; [| discriminate].
    rewrite <- E' in D. specialize (IH t tR T D). intros Z. apply IH. rewrite (Forall2_length H') in reg.
    exact (regular_sound prec l u uR _ reg Hu Z).
Qed.

(** A nonzero backward product is a nonzero partial derivative. *)
Lemma gradient_nonzero N p : network_width N (length p) = Some 1%nat -> ~ zero (gradient N p) -> not_critical N p.
Proof.
intros W nz. destruct (gradient_is_true N (length p) p W eq_refl) as [len D].
assert (ex : exists i, (i < length (gradient N p))%nat /\ nth i (gradient N p) 0 <> 0).
{ clear -nz. induction (gradient N p) as [|a g IH]; [exfalso; apply nz; intros [|k]; reflexivity |].
  destruct (Req_dec a 0) as [-> | a0]; [| exists 0%nat; simpl; split; [lia | exact a0]].
  destruct IH as [i [Hi Hn]].
  - intros Z. apply nz. intros [|k]; [reflexivity | apply Z].
  - exists (S i). simpl. split; [lia | exact Hn]. }
destruct ex as [i [Hi Hn]]. exists i, (nth i (gradient N p) 0). rewrite len in Hi. split; [exact Hi | split; [exact Hn | now apply D]].
Qed.

Lemma box_test_sound N box p : network_width N (length p) = Some 1%nat -> Forall2 encl box p ->
  box_test (map_network (enclose prec) N) box = true -> not_critical N p.
Proof.
intros W H B. apply gradient_nonzero; [exact W |]. unfold box_test in B. unfold gradient, tape.
refine (decide_sound N _ _ _ B).
rewrite <- (segment_end box p H) at 1.
refine (tape_compose _ _ _ _ _ _ _ (forward_follows (offsets box p) (map radius box) _ N _ _ _) (functions_tape N 1 (segment box p))).
- intros X g x s e. unfold slope_at_end in s. now rewrite e in s.
- now apply radii_offsets.
- apply (coordinates_follow box p H [] []). constructor.
Qed.

Lemma halve_covers i : forall box p, Forall2 encl box p -> Forall2 encl (fst (halve i box)) p \/ Forall2 encl (snd (halve i box)) p.
Proof.
induction i as [|i IH]; intros box p H; destruct H as [|X x box p Hx H]; simpl; try (left; constructor).
- destruct (I.bisect_correct X (Xreal x) Hx) as [h | h]; destruct (I.bisect X) as [a b]; [left | right]; now constructor.
- destruct (IH box p H) as [h | h]; destruct (halve i box) as [a b]; [left | right]; now constructor.
Qed.

Lemma check_box_sound budget : forall N box p, network_width N (length p) = Some 1%nat -> Forall2 encl box p ->
  check_box budget (map_network (enclose prec) N) box = true -> not_critical N p.
Proof.
induction budget as [|b IH]; intros N box p W H C; cbn [check_box] in C;
  destruct (box_test (map_network (enclose prec) N) box) eqn:B; [exact (box_test_sound N box p W H B) | discriminate | exact (box_test_sound N box p W H B) |].
assert (cov := halve_covers (widest 0 0 zeroI box) box p H). destruct (halve _ box) as [l u]. simpl in cov.
destruct (check_box b _ l) eqn:Cl; [| discriminate]. destruct cov as [h | h]; eapply IH; eassumption.
Qed.

Lemma check_tree_sound budget t : forall N box p, network_width N (length p) = Some 1%nat -> Forall2 encl box p ->
  check_tree budget (map_network (enclose prec) N) t box = true -> not_critical N p.
Proof.
induction t as [|i l IHl u IHu]; intros N box p W H C; simpl in C; [now apply check_box_sound with budget box |].
assert (cov := halve_covers i box p H). destruct (halve i box) as [a b]. simpl in cov.
destruct (check_tree budget _ l a) eqn:Cl; [| discriminate]. destruct cov as [h | h]; [eapply IHl | eapply IHu]; eassumption.
Qed.

Lemma initial_box_encl bounds : forall p, in_bounds p bounds -> Forall2 encl (initial_box bounds) p.
Proof.
induction bounds as [|[lo hi] bounds IH]; intros [|x p] H; simpl in H; try easy; [constructor |].
destruct H as [B H]. constructor; [| now apply IH]. apply join_encl with (real lo) (real hi); [apply enclose_encl | apply enclose_encl | exact B].
Qed.

Lemma in_bounds_length bounds : forall p, in_bounds p bounds -> length p = length bounds.
Proof. induction bounds as [|[lo hi] bounds IH]; intros [|x p] H; simpl in H |- *; try easy. now rewrite (IH p). Qed.

Lemma check_with_sound budget N bounds t : check_with budget N bounds t = true -> forall p, in_bounds p bounds -> not_critical N p.
Proof.
unfold check_with, one_output. intros C p B. rewrite <- (in_bounds_length _ _ B) in C.
destruct (network_width N (length p)) as [[|[|]]|] eqn:W; try discriminate. destruct (negb _); [| discriminate].
exact (check_tree_sound budget t N _ p W (initial_box_encl _ _ B) C).
Qed.

(** No critical point anywhere. *)
Lemma layer_length l n k p : layer_width l n = Some k -> length p = n -> length (fst (layer_forward real_ops (map_layer real l) p)) = k.
Proof.
intros W H. assert (W' : network_width (map_network real [l]) n = Some k) by (rewrite width_map; simpl; now rewrite W).
assert (Hd : length (map (fun x => (x, 0)) p) = n) by now rewrite map_length.
destruct (network_fits _ _ _ _ W' Hd) as [len _]. assert (V := proj1 (duals_value [l] (map (fun x => (x, 0)) p))).
apply Forall2_length in V. rewrite len in V. rewrite map_map, map_id in V. rewrite V. simpl.
now destruct (layer_forward real_ops (map_layer real l) p).
Qed.

Lemma gradient_cons l N p : exists u, tape (l :: N) p = u :: tape N (fst (layer_forward real_ops (map_layer real l) p)) /\
  gradient (l :: N) p = layer_backward Rplus Rmult (map_layer real l) u (gradient N (fst (layer_forward real_ops (map_layer real l) p))).
Proof.
unfold gradient, tape. simpl. destruct (layer_forward real_ops (map_layer real l) p) as [ys u]. simpl. exists u.
fold (map_network real N). now destruct (forward real_ops (map_network real N) ys).
Qed.

Lemma all_regular_sound N : forall p t, network_width N (length p) = Some 1%nat ->
  Forall2 (Forall2 (Forall2 slope_encl)) t (tape N p) ->
  all_regular (map_network (enclose prec) N) t (widths_after N (length p)) = true -> ~ zero (gradient N p).
Proof.
induction N as [|l N IH]; intros p t W T R; [intros Z; assert (z := Z 0%nat); simpl in z; lra |].
destruct (gradient_cons l N p) as [u [Et Eg]]. rewrite Et in T. rewrite Eg. set (q := fst _) in *.
inversion T as [|v vR t' tR Hv Ht]; subst. simpl in W, R. destruct (layer_width l (length p)) as [k|] eqn:Wl; [| discriminate].
apply andb_prop in R. destruct R as [R1 R2]. assert (lq : length q = k) by (now apply layer_length with (length p)).
rewrite <- lq in W, R1, R2. specialize (IH q t' W Ht R2). intros Z. apply IH.
assert (ln := proj1 (gradient_is_true N (length q) q W eq_refl)). rewrite <- ln in R1. exact (regular_sound prec l v u _ R1 Hv Z).
Qed.

Theorem check_everywhere_sound d N : check_everywhere d N = true -> forall p, length p = d -> not_critical N p.
Proof.
unfold check_everywhere, one_output. intros C p Lp. apply andb_prop in C. destruct C as [C R].
destruct (network_width N d) as [[|[|]]|] eqn:W; try discriminate. rewrite <- Lp in W, R.
apply gradient_nonzero; [exact W |].
refine (all_regular_sound N p _ W _ R).
refine (proj2 (forward_related everywhere_ops real_ops (enclose prec) real (fun _ _ => True) slope_encl _ _ _ _ N _ p _)); trivial.
- intros s a x _. split; [trivial | split; [apply slope_range_encl | apply slope_positive]].
- clear. induction p; simpl; constructor; auto.
Qed.

End Test.

(** The program, and what it proves: no critical point on the box. *)
Definition check (prec : F.precision) (budget : nat) (N : network dyadic) (bounds : list (dyadic * dyadic)) (t : tree) : bool :=
  check_with prec (constants_of prec) budget N bounds t.

Theorem check_sound prec budget N bounds t : check prec budget N bounds t = true -> forall p, in_bounds p bounds -> not_critical N p.
Proof. exact (check_with_sound prec (constants_of prec) (constants_of_ok prec) budget N bounds t). Qed.

End Checker.
