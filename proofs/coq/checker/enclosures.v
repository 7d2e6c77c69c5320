(** Interval numbers for the checker: the operations that it uses, each with its enclosure lemma, and elimination over them.

    Everything is built on CoqInterval; the functor takes any of its floating-point formats (hardware floats for speed, integers for the
    fewest axioms).

    | notation | meaning |
    | [encl X x] | the real number x lies in the interval X |
    | [enclose prec w] | an interval around the dyadic w |
    | [nonzero X] | X is proved to exclude 0 |
    | [constants] | the numbers that the activations need, made once |
    | [exp_thin], [exp_wide] | the fast exponential ([exponential.v]) of a thin interval, and of any by its two ends |
    | [value_thin], [value_slope] | an enclosure of the activation on a thin interval; of it and its derivative on any |
    | [inverse prec X] | an enclosure of 1/x for the *positive* x in X; X may reach down to 0 or below |
    | [full_rank prec c rows] | the rows, of length c, are proved to be linearly independent |
    | [regular prec l t n] | the layer l with the slopes t and the output width n is proved to be regular |  *)
From Coq Require Import List ZArith Reals Lra Lia Permutation Bool.
From Interval Require Import Interval.Interval Interval.Float_full Float.Basic Float.Sig Real.Xreal.
From Narrows Require Import activations.
From Narrows.checker Require Import network true_gradient regular_layers exponential.
Import ListNotations.
Local Open Scope R_scope.

Lemma Forall2_length {A B} (P : A -> B -> Prop) l m : Forall2 P l m -> length l = length m.
Proof. induction 1; simpl; congruence. Qed.
Arguments Forall2_length {A B P l m}.

Module Enclosures (F : FloatOps with Definition radix := radix2 with Definition sensible_format := true).
Module I := FloatIntervalFull F.

Arguments I.add : simpl never. Arguments I.sub : simpl never. Arguments I.mul : simpl never. Arguments I.div : simpl never.
Arguments I.sqr : simpl never. Arguments I.exp : simpl never. Arguments I.ln : simpl never. Arguments I.join : simpl never.
Arguments I.meet : simpl never. Arguments I.fromZ : simpl never. Arguments I.singleton : simpl never. Arguments I.upper : simpl never.
Arguments I.upper_extent : simpl never. Arguments I.convert : simpl never. Arguments I.sign_strict : simpl never.

Definition encl (X : I.type) (x : R) : Prop := contains (I.convert X) (Xreal x).
Arguments encl : simpl never.

Section Operations.
Variable prec : F.precision.

Lemma add_encl X Y x y : encl X x -> encl Y y -> encl (I.add prec X Y) (x + y).
Proof. exact (I.add_correct prec X Y (Xreal x) (Xreal y)). Qed.

Lemma sub_encl X Y x y : encl X x -> encl Y y -> encl (I.sub prec X Y) (x - y).
Proof. exact (I.sub_correct prec X Y (Xreal x) (Xreal y)). Qed.

Lemma mul_encl X Y x y : encl X x -> encl Y y -> encl (I.mul prec X Y) (x * y).
Proof. exact (I.mul_correct prec X Y (Xreal x) (Xreal y)). Qed.

Lemma sqr_encl X x : encl X x -> encl (I.sqr prec X) (x * x).
Proof. intros H. exact (I.sqr_correct prec X (Xreal x) H). Qed.

Lemma exp_encl X x : encl X x -> encl (I.exp prec X) (exp x).
Proof. intros H. exact (I.exp_correct prec X (Xreal x) H). Qed.

Lemma div_encl X Y x y : y <> 0 -> encl X x -> encl Y y -> encl (I.div prec X Y) (x / y).
Proof.
intros y0 H K. assert (c := I.div_correct prec X Y (Xreal x) (Xreal y) H K). simpl in c. unfold Xdiv' in c.
rewrite is_zero_false in c by exact y0. exact c.
Qed.

Lemma ln_encl X x : 0 < x -> encl X x -> encl (I.ln prec X) (ln x).
Proof.
intros x0 H. assert (c := I.ln_correct prec X (Xreal x) H). simpl in c. unfold Xln' in c.
now rewrite is_positive_true in c.
Qed.

Lemma fromZ_encl z : encl (I.fromZ prec z) (IZR z).
Proof. apply I.fromZ_correct. Qed.

Definition zeroI : I.type := I.zero.
Lemma zero_encl : encl zeroI 0.
Proof. unfold encl, zeroI. rewrite I.zero_correct. simpl. lra. Qed.

Definition oneI : I.type := I.fromZ prec 1.
Definition twoI : I.type := I.fromZ prec 2.
Lemma one_encl : encl oneI 1.
Proof. apply (fromZ_encl 1). Qed.
Lemma two_encl : encl twoI 2.
Proof. apply (fromZ_encl 2). Qed.

Definition enclose (w : dyadic) : I.type :=
  match snd w with
  | Zneg p => I.div prec (I.fromZ prec (fst w)) (I.fromZ prec (2 ^ Zpos p))
  | e => I.fromZ prec (fst w * 2 ^ e)
  end.

Lemma enclose_encl w : encl (enclose w) (real w).
Proof.
destruct w as [m [|p|p]]; unfold enclose, real; simpl snd; simpl fst.
- simpl. rewrite Z.mul_1_r, Rmult_1_r. apply fromZ_encl.
- replace (IZR m * powerRZ 2 (Z.pos p)) with (IZR (m * 2 ^ Z.pos p)); [apply fromZ_encl |].
  rewrite mult_IZR, <- (positive_nat_Z p), <- pow_IZR, pow_powerRZ. reflexivity.
- replace (IZR m * powerRZ 2 (Z.neg p)) with (IZR m / IZR (2 ^ Z.pos p)).
  + apply div_encl; [| apply fromZ_encl | apply fromZ_encl]. apply IZR_neq. assert (0 < 2 ^ Z.pos p)%Z by (apply Z.pow_pos_nonneg; lia). lia.
  + unfold Rdiv. f_equal. rewrite <- (positive_nat_Z p), <- pow_IZR. simpl. reflexivity.
Qed.

Definition nonzero (X : I.type) : bool := match I.sign_strict X with Xlt | Xgt => true | _ => false end.

Lemma nonzero_encl X x : nonzero X = true -> encl X x -> x <> 0.
Proof.
unfold nonzero, encl. intros H c. assert (s := I.sign_strict_correct X).
destruct (I.sign_strict X); try discriminate; destruct (s (Xreal x) c) as [_ h]; simpl in h; lra.
Qed.

Lemma join_encl X Y x y t : encl X x -> encl Y y -> x <= t <= y -> encl (I.join X Y) t.
Proof.
intros H K B. unfold encl. apply (contains_connected (I.convert (I.join X Y)) x y).
- apply I.join_correct. now left.
- apply I.join_correct. now right.
- exact B.
Qed.

Definition nonnegative (X : I.type) : bool := match I.sign_large X with Xgt | Xeq => true | _ => false end.

Lemma nonnegative_encl X x : nonnegative X = true -> encl X x -> 0 <= x.
Proof.
unfold nonnegative, encl. intros H c. assert (s := I.sign_large_correct X).
destruct (I.sign_large X); try discriminate.
- assert (e := s (Xreal x) c). injection e as ->. lra.
- destruct (s (Xreal x) c) as [_ h]. exact h.
Qed.

(** The fast exponential. *)
Record constants := Constants {
  one : I.type; two : I.type; half : I.type; quarter : I.type; shrink : I.type; remainder : I.type; inverse_factorials : list I.type }.

Definition constants_of : constants :=
  let q z := I.div prec oneI (I.fromZ prec z) in
  Constants oneI twoI (q 2%Z) (q 4%Z) (q 256%Z) (I.join zeroI (I.div prec (I.fromZ prec 3) (I.fromZ prec 362880))) (map q coefficients).

Definition constants_ok (K : constants) : Prop :=
  encl (one K) 1 /\ encl (two K) 2 /\ encl (half K) (1 / 2) /\ encl (quarter K) (1 / 4) /\ encl (shrink K) (1 / 256) /\
  (forall rho, 0 <= rho <= 3 / IZR 362880 -> encl (remainder K) rho) /\
  Forall2 encl (inverse_factorials K) (map (fun c => 1 / IZR c) coefficients).

Lemma constants_of_ok : constants_ok constants_of.
Proof.
assert (q : forall z, IZR z <> 0 -> encl (I.div prec oneI (I.fromZ prec z)) (1 / IZR z)).
{ intros z z0. apply div_encl; [exact z0 | apply one_encl | apply fromZ_encl]. }
repeat split; simpl; try (apply q; lra).
- apply one_encl.
- apply two_encl.
- intros rho B. refine (join_encl _ _ _ _ _ zero_encl _ B). apply div_encl; [lra | apply fromZ_encl | apply fromZ_encl].
- repeat constructor; apply q; lra.
Qed.

Section Activations.
Variable K : constants.
Hypothesis K_ok : constants_ok K.

Fixpoint horner_encl (acc z : I.type) (cs : list I.type) : I.type :=
  match cs with [] => acc | c :: cs' => horner_encl (I.add prec (I.mul prec acc z) c) z cs' end.
Fixpoint squares_encl (k : nat) (X : I.type) : I.type := match k with O => X | S k' => squares_encl k' (I.sqr prec X) end.

Definition exp_positive (X : I.type) : I.type :=
  let z := I.mul prec X (shrink K) in
  if nonnegative z && nonnegative (I.sub prec (one K) z)
  then squares_encl 8 (horner_encl (remainder K) z (inverse_factorials K))
  else I.exp prec X.

Definition exp_thin (X : I.type) : I.type :=
  match I.sign_large X with
  | Xlt => I.div prec (one K) (exp_positive (I.neg X))
  | Xund => I.exp prec X
  | _ => exp_positive X
  end.

Definition exp_wide (X : I.type) : I.type :=
  if F.real (I.lower X) && F.real (I.upper X)
  then I.join (exp_thin (I.singleton (I.lower X))) (exp_thin (I.singleton (I.upper X)))
  else I.exp prec X.

Lemma horner_ok cs csR : Forall2 encl cs csR -> forall acc accR z zR, encl acc accR -> encl z zR ->
  encl (horner_encl acc z cs) (horner accR zR csR).
Proof. induction 1 as [|c cR cs csR hc _ IH]; intros; simpl; [assumption |]. apply IH; [| assumption]. apply add_encl; [now apply mul_encl | exact hc]. Qed.

Lemma squares_ok k : forall X x, encl X x -> encl (squares_encl k X) (squares k x).
Proof. induction k as [|k IH]; intros X x H; simpl; [exact H |]. now apply IH, sqr_encl. Qed.

Lemma exp_positive_ok X x : encl X x -> encl (exp_positive X) (exp x).
Proof.
intros H. destruct K_ok as [k1 [_ [_ [_ [ks [kr kf]]]]]]. unfold exp_positive.
destruct (nonnegative _) eqn:E1; cbn [andb]; [| now apply exp_encl]. destruct (nonnegative (I.sub _ _ _)) eqn:E2; [| now apply exp_encl].
assert (hz : encl (I.mul prec X (shrink K)) (x * (1 / 256))) by now apply mul_encl.
assert (z0 := nonnegative_encl _ _ E1 hz). assert (z1 := nonnegative_encl _ _ E2 (sub_encl _ _ _ _ k1 hz)).
destruct (exp_polynomial (x * (1 / 256))) as [rho [hr e]]; [lra |].
rewrite (exp_squares 8). replace (x / 2 ^ 8) with (x * (1 / 256)) by (simpl; field).
apply squares_ok. rewrite e. apply horner_ok; [exact kf | now apply kr | exact hz].
Qed.

Lemma exp_thin_ok X x : encl X x -> encl (exp_thin X) (exp x).
Proof.
intros H. unfold exp_thin. destruct (I.sign_large X); try (now apply exp_positive_ok); [| now apply exp_encl].
assert (p := exp_pos (- x)). replace (exp x) with (1 / exp (- x)).
- apply div_encl; [lra | apply K_ok |]. apply exp_positive_ok. exact (I.neg_correct X (Xreal x) H).
- rewrite exp_Ropp. assert (q := exp_pos x). field. lra.
Qed.

Lemma ends X x : encl X x -> F.real (I.lower X) = true -> F.real (I.upper X) = true ->
  exists l u, encl (I.singleton (I.lower X)) l /\ encl (I.singleton (I.upper X)) u /\ l <= x <= u.
Proof.
intros H EL EU. rewrite F.real_correct in EL, EU.
destruct (F.toX (I.lower X)) as [|l] eqn:L; [discriminate |]. destruct (F.toX (I.upper X)) as [|u] eqn:U; [discriminate |].
assert (ne : not_empty (I.convert X)) by (exists x; exact H).
assert (BL : F.toX (I.lower X) = Xlower (I.convert X)) by exact (I.lower_correct X ne).
assert (BU : F.toX (I.upper X) = Xupper (I.convert X)) by exact (I.upper_correct X ne).
rewrite L in BL. rewrite U in BU. exists l, u.
assert (sl := I.singleton_correct (I.lower X)). change (I.convert_bound (I.lower X)) with (F.toX (I.lower X)) in sl. rewrite L in sl.
assert (su := I.singleton_correct (I.upper X)). change (I.convert_bound (I.upper X)) with (F.toX (I.upper X)) in su. rewrite U in su.
split; [exact sl |]. split; [exact su |]. unfold encl in H.
destruct (I.convert X) as [|a b]; simpl in BL, BU; [discriminate |]. subst a b. simpl in H. exact H.
Qed.

Lemma exp_wide_ok X x : encl X x -> encl (exp_wide X) (exp x).
Proof.
intros H. unfold exp_wide. destruct (F.real (I.lower X)) eqn:EL; simpl; [| now apply exp_encl].
destruct (F.real (I.upper X)) eqn:EU; [| now apply exp_encl].
destruct (ends X x H EL EU) as [l [u [hl [hu [lx xu]]]]].
refine (join_encl _ _ _ _ _ (exp_thin_ok _ _ hl) (exp_thin_ok _ _ hu) (conj _ _)).
- destruct lx as [lx | ->]; [left; now apply exp_increasing | right; reflexivity].
- destruct xu as [xu | ->]; [left; now apply exp_increasing | right; reflexivity].
Qed.

(** Activations, from one exponential: of 2x for tanh, of x for the others. *)
Definition exponent (s : activation) (X : I.type) : I.type := match s with Tanh => I.add prec X X | _ => X end.

Definition value_from (s : activation) (e : I.type) : I.type :=
  match s with
  | Tanh => I.sub prec (one K) (I.div prec (two K) (I.add prec e (one K)))
  | Sigmoid => I.sub prec (one K) (I.div prec (one K) (I.add prec e (one K)))
  | Softplus => I.ln prec (I.add prec e (one K))
  end.

Definition slope_from (s : activation) (e t : I.type) : I.type :=
  match s with
  | Tanh => I.sub prec (one K) (I.sqr prec t)
  | Sigmoid => I.sub prec (quarter K) (I.sqr prec (I.sub prec t (half K)))
  | Softplus => I.sub prec (one K) (I.div prec (one K) (I.add prec e (one K)))
  end.

Definition value_thin (s : activation) (X : I.type) : I.type := value_from s (exp_thin (exponent s X)).
Definition value_slope (s : activation) (X : I.type) : I.type * I.type :=
  let e := exp_wide (exponent s X) in let t := value_from s e in (t, slope_from s e t).

Definition exponentR (s : activation) (x : R) : R := match s with Tanh => x + x | _ => x end.

Lemma exponent_ok s X x : encl X x -> encl (exponent s X) (exponentR s x).
Proof. intros H. destruct s; simpl; [now apply add_encl | exact H | exact H]. Qed.

Lemma value_from_ok s E x : encl E (exp (exponentR s x)) -> encl (value_from s E) (sigma s x).
Proof.
destruct K_ok as [k1 [k2 _]]. assert (p := exp_pos (exponentR s x)). intros H. destruct s; simpl in *.
- rewrite tanh_one_exp. replace (2 * x) with (x + x) by ring. apply sub_encl; [exact k1 |]. apply div_encl; [lra | exact k2 | now apply add_encl].
- rewrite sigmoid_one_exp. apply sub_encl; [exact k1 |]. apply div_encl; [lra | exact k1 | now apply add_encl].
- unfold softplus. rewrite (Rplus_comm 1). apply ln_encl; [lra | now apply add_encl].
Qed.

Lemma slope_from_ok s E T x : encl E (exp (exponentR s x)) -> encl T (sigma s x) -> encl (slope_from s E T) (slope s x).
Proof.
destruct K_ok as [k1 [k2 [kh [kq _]]]]. assert (p := exp_pos (exponentR s x)). intros H V. destruct s; simpl in *.
- apply sub_encl; [exact k1 | now apply sqr_encl].
- unfold sigmoid_slope. replace (sigmoid x * (1 - sigmoid x)) with (1 / 4 - (sigmoid x - 1 / 2) * (sigmoid x - 1 / 2)) by field.
  apply sub_encl; [exact kq |]. apply sqr_encl. now apply sub_encl.
- unfold softplus_slope. rewrite sigmoid_one_exp. apply sub_encl; [exact k1 |]. apply div_encl; [lra | exact k1 | now apply add_encl].
Qed.

Lemma value_thin_encl s X x : encl X x -> encl (value_thin s X) (sigma s x).
Proof. intros H. now apply value_from_ok, exp_thin_ok, exponent_ok. Qed.

Lemma value_slope_encl s X x : encl X x -> encl (fst (value_slope s X)) (sigma s x) /\ encl (snd (value_slope s X)) (slope s x).
Proof.
intros H. assert (e := exp_wide_ok _ _ (exponent_ok s X x H)). split; [now apply value_from_ok |].
apply slope_from_ok; [exact e | now apply value_from_ok].
Qed.
End Activations.

(** The whole range of a slope. *)
Definition slope_range (s : activation) : I.type :=
  match s with
  | Sigmoid => I.join zeroI (enclose (1%Z, (-2)%Z))
  | _ => I.join zeroI oneI
  end.

Lemma slope_range_encl s x : encl (slope_range s) (slope s x).
Proof.
destruct s; simpl.
- apply join_encl with 0 1; [apply zero_encl | apply one_encl |]. assert (r := tanh_slope_range x). lra.
- apply join_encl with 0 (real (1%Z, (-2)%Z)); [apply zero_encl | apply enclose_encl |].
  assert (r := sigmoid_slope_range x). unfold real. simpl. lra.
- apply join_encl with 0 1; [apply zero_encl | apply one_encl |]. assert (r := softplus_slope_range x). lra.
Qed.

(** 1/x for positive x: from the upper end of X, and from X itself where that is better. *)
Definition inverse (X : I.type) : I.type :=
  I.meet (I.div prec oneI X) (if F.real (I.upper X) then I.upper_extent (I.div prec oneI (I.singleton (I.upper X))) else I.whole).

Lemma inverse_encl X x : 0 < x -> encl X x -> encl (inverse X) (/ x).
Proof.
intros x0 H. assert (o := one_encl). unfold inverse. apply I.meet_correct.
- replace (/ x) with (1 / x) by (unfold Rdiv; ring). apply div_encl; [lra | exact o | exact H].
- destruct (F.real (I.upper X)) eqn:E; [| apply I.whole_correct].
  rewrite F.real_correct in E. destruct (F.toX (I.upper X)) as [|u] eqn:U; [discriminate |].
  assert (ne : not_empty (I.convert X)) by (exists x; exact H).
  assert (B : F.toX (I.upper X) = Xupper (I.convert X)) by exact (I.upper_correct X ne). rewrite U in B.
  assert (xu : x <= u).
  { unfold encl in H. destruct (I.convert X) as [|l v]; simpl in B; [discriminate |]. subst v. simpl in H. tauto. }
  apply I.upper_extent_correct with (1 / u).
  + apply div_encl; [lra | exact o |]. assert (s := I.singleton_correct (I.upper X)).
    change (I.convert_bound (I.upper X)) with (F.toX (I.upper X)) in s. rewrite U in s. exact s.
  + unfold Rdiv. rewrite Rmult_1_l. apply Rinv_le_contravar; lra.
Qed.

(** Elimination. *)
Fixpoint pick (pre rows : list (list I.type)) : option (I.type * list I.type * list (list I.type)) :=
  match rows with
  | (x :: r) :: rest => if nonzero x then Some (x, r, rev_append pre rest) else pick ((x :: r) :: pre) rest
  | _ => None
  end.

Definition eliminate (x : I.type) (r row : list I.type) : list I.type :=
  match row with
  | y :: s => let q := I.div prec y x in map (fun ab => I.sub prec (fst ab) (I.mul prec q (snd ab))) (List.combine s r)
  | [] => []
  end.

Fixpoint full_rank (c : nat) (rows : list (list I.type)) : bool :=
  match rows with
  | [] => true
  | _ => match c with
         | O => false
         | S c' => match pick [] rows with
                   | Some (x, r, others) => full_rank c' (map (eliminate x r) others)
                   | None => full_rank c' (map (@tl I.type) rows)
                   end
         end
  end.

Definition related (row : list I.type) (q : R * list R) : Prop := Forall2 encl row (snd q).

Lemma related_rev_append l : forall Q m P, Forall2 related l Q -> Forall2 related m P -> Forall2 related (rev_append l m) (rev_append Q P).
Proof. induction l as [|a l IH]; intros Q m P H K; inversion H; subst; simpl; [exact K |]. apply IH; [assumption | now constructor]. Qed.

Lemma pick_related rows : forall pre x r others P Q, pick pre rows = Some (x, r, others) -> Forall2 related rows P -> Forall2 related pre Q ->
  exists q P', Permutation (Q ++ P) (q :: P') /\ Forall2 related others P' /\ related (x :: r) q /\ nonzero x = true.
Proof.
induction rows as [|[|y row] rows IH]; intros pre x r others P Q E H K; simpl in E; try discriminate.
inversion H as [|? q ? P0 Hq HP]; subst. destruct (nonzero y) eqn:nz.
- injection E as <- <- <-. exists q, (rev_append Q P0). repeat split; try assumption.
  + rewrite rev_append_rev. rewrite <- Permutation_middle. constructor. apply Permutation_app_tail, Permutation_rev.
  + now apply related_rev_append.
- destruct (IH _ _ _ _ P0 (q :: Q) E HP) as [q' [P' [perm rest]]]; [now constructor |].
  exists q', P'. split; [| exact rest]. rewrite <- perm. simpl. symmetry. apply Permutation_middle.
Qed.

Lemma sub_mul_related c C s r s' r' : encl C c -> Forall2 encl s s' -> Forall2 encl r r' ->
  Forall2 encl (map (fun ab => I.sub prec (fst ab) (I.mul prec C (snd ab))) (List.combine s r))
               (map (fun ab => fst ab - c * snd ab) (List.combine s' r')).
Proof.
intros HC H. revert r r'. induction H as [|a a' s s' Ha _ IH]; intros r r' K; simpl; [constructor |].
destruct K as [|b b' r r' Hb K]; simpl; constructor; [| now apply IH]. apply sub_encl; [exact Ha | now apply mul_encl].
Qed.

Lemma eliminate_related x r row p r' q : p <> 0 -> encl x p -> Forall2 encl r r' -> related row q -> related (eliminate x r row) (eliminated p r' q).
Proof.
intros p0 Hx Hr H. unfold related, eliminate, eliminated in *. simpl. destruct H as [|y y' s s' Hy Hs]; [constructor |].
apply sub_mul_related; [| exact Hs | exact Hr]. now apply div_encl.
Qed.

Lemma tl_combination P c k : (forall q, In q P -> length (snd q) = S c) ->
  combination (map (fun q => (fst q, tl (snd q))) P) k = combination P (S k).
Proof.
intros L. induction P as [|[z [|y s]] P IH]; simpl; [reflexivity | |].
- assert (H := L (z, []) (or_introl eq_refl)). discriminate.
- fold (combination P (S k)). rewrite <- IH by (intros q Hq; apply L; now right). reflexivity.
Qed.

Lemma full_rank_pairs c : forall rows P, full_rank c rows = true -> Forall2 related rows P -> (forall q, In q P -> length (snd q) = c) ->
  (forall k, combination P k = 0) -> Forall (fun q => fst q = 0) P.
Proof.
induction c as [|c IH]; intros rows P E H L C.
- destruct H; [constructor | discriminate].
- destruct rows as [|row rows]; [inversion H; constructor |].
  cbn [full_rank] in E. destruct (pick [] (row :: rows)) as [[[x r] others]|] eqn:pk.
  + destruct (pick_related _ _ _ _ _ P [] pk H) as [[z l] [P' [perm [Ho [Hq nz]]]]]; [constructor |]. simpl in perm.
    unfold related in Hq. simpl in Hq. inversion Hq as [|? p ? r' Hp Hr]; subst.
    assert (p0 : p <> 0) by (now apply (nonzero_encl x)).
    assert (L' : forall q, In q ((z, p :: r') :: P') -> length (snd q) = S c) by (intros q Hin; apply L, (Permutation_in q (Permutation_sym perm)), Hin).
    assert (Lr : length r' = c) by (assert (h := L' _ (or_introl eq_refl)); simpl in h; lia).
    destruct (elimination_step p r' c z P') as [C' back]; [exact p0 | exact Lr | intros q Hin; apply L'; now right | |].
    { intros k. now rewrite <- (combination_perm _ _ k perm). }
    assert (F : Forall (fun q => fst q = 0) (map (eliminated p r') P')).
    { apply (IH (map (eliminate x r) others)); [exact E | | | exact C'].
      - clear -Ho p0 Hp Hr. induction Ho; simpl; constructor; [now apply eliminate_related | assumption].
      - intros q Hin. apply in_map_iff in Hin. destruct Hin as [q0 [<- Hin]].
        assert (h := L' q0 (or_intror Hin)). destruct q0 as [y [|a s]]; simpl in *; [discriminate |].
        rewrite map_length, combine_length. lia. }
    assert (F' : Forall (fun q => fst q = 0) P') by (rewrite Forall_map in F; exact F).
    apply (Permutation_Forall (Permutation_sym perm)). constructor; [now apply back | exact F'].
  + assert (F : Forall (fun q => fst q = 0) (map (fun q => (fst q, tl (snd q))) P)).
    { apply (IH (map (@tl I.type) (row :: rows))); [exact E | | |].
      - clear -H. induction H as [|? ? ? ? h]; simpl; constructor; [| assumption]. unfold related in *. simpl. destruct h; simpl; [constructor | assumption].
      - intros q Hin. apply in_map_iff in Hin. destruct Hin as [q0 [<- Hin]]. assert (h := L q0 Hin).
        destruct q0 as [y [|a s]]; simpl in *; [discriminate | lia].
      - intros k. now rewrite (tl_combination P c). }
    rewrite Forall_map in F. exact F.
Qed.

Theorem full_rank_independent c rows rowsR : full_rank c rows = true -> Forall2 (Forall2 encl) rows rowsR ->
  (forall row, In row rowsR -> length row = c) -> independent rowsR.
Proof.
intros E H L z Lz Z.
assert (F : Forall (fun q => fst q = 0) (List.combine z rowsR)).
{ apply (full_rank_pairs c rows); [exact E | | |].
  - clear -H Lz. revert z Lz. induction H as [|row rowR rows rowsR h _ IH]; intros [|a z] L; simpl in *; try discriminate; constructor; [exact h |].
    apply IH. lia.
  - intros q Hq. destruct q as [a row]. apply in_combine_r in Hq. now apply L.
  - intros k. rewrite combination_rows by exact Lz. apply Z. }
clear -F Lz. revert rowsR Lz F. induction z as [|a z IH]; intros [|row rows] L F [|k]; simpl in *; try discriminate; try reflexivity.
- now inversion F.
- inversion F; subst. apply (IH rows); [lia | assumption].
Qed.

(** Regular layers. *)
Definition lengths (n : nat) (m : list (list I.type)) : bool := forallb (fun row => Nat.eqb (length row) n) m.
Definition filled (m : list (list I.type)) : bool := match m with [] => false | _ => true end.

Definition residual_rank (e d : I.type) (ds : list I.type) (rows : list (list I.type)) : bool :=
  full_rank (length ds) (shifted (I.add prec) (I.mul prec) inverse 0 e d ds rows).

Definition regular (l : layer I.type) (t : list (list I.type)) (n : nat) : bool :=
  match l, t with
  | Plain (Affine ((row :: _) as m) _), _ => Nat.eqb n (length m) && lengths (length row) m && full_rank (length row) m
  | Plain (Activate _), [ds] => Nat.eqb n (length ds)
  | Residual e d [Affine W _; Activate _], [_; ds] =>
      nonzero e && Nat.eqb n (length ds) && Nat.eqb (length ds) (length W) && lengths (length ds) W && residual_rank e d ds W
  | Residual e d [Activate _; Affine W _], [ds; _] =>
      nonzero e && filled W && Nat.eqb n (length ds) && Nat.eqb (length ds) (length W) && lengths (length ds) W && residual_rank e d ds W
  | Residual e d [Affine W _; Activate _; Affine W' _], [_; ds; _] =>
      nonzero e && filled W && filled W' && Nat.eqb n (length W') && Nat.eqb (length ds) (length W)
      && lengths (length W') W && lengths (length ds) W' && residual_rank e d ds (product (I.add prec) (I.mul prec) W W')
  | _, _ => false
  end.

Definition slope_encl (X : I.type) (x : R) : Prop := encl X x /\ 0 < x.

Lemma lengths_related n m mR : lengths n m = true -> Forall2 (Forall2 encl) m mR -> forall row, In row mR -> length row = n.
Proof.
intros E H. induction H as [|row rowR m mR h _ IH]; simpl in *; [easy |]. apply andb_prop in E. destruct E as [E1 E2].
intros r [<- | Hr]; [| now apply IH]. apply Nat.eqb_eq in E1. now rewrite <- (Forall2_length h).
Qed.

Lemma slopes_encl ds dsR : Forall2 slope_encl ds dsR -> Forall2 encl ds dsR.
Proof. induction 1 as [|? ? ? ? [h _]]; constructor; assumption. Qed.

Lemma slopes_positive ds dsR : Forall2 slope_encl ds dsR -> forall k, (k < length dsR)%nat -> nth k dsR 0 > 0.
Proof. induction 1 as [|? ? ? ? [_ h] _ IH]; intros [|k] K; simpl in *; try lia; [exact h | apply IH; lia]. Qed.

Lemma add_at_related i a aR row rowR : encl a aR -> Forall2 encl row rowR -> Forall2 encl (add_at (I.add prec) i a row) (add_at Rplus i aR rowR).
Proof. intros Ha H. revert i. induction H; intros [|i]; simpl; constructor; auto. now apply add_encl. Qed.

Lemma map_mul_encl d dR row rowR : encl d dR -> Forall2 encl row rowR -> Forall2 encl (map (I.mul prec d) row) (map (Rmult dR) rowR).
Proof. intros Hd. induction 1; simpl; constructor; auto. now apply mul_encl. Qed.

Lemma shifted_related e eR d dR ds dsR rows rowsR : encl e eR -> encl d dR -> Forall2 slope_encl ds dsR -> Forall2 (Forall2 encl) rows rowsR ->
  forall i, Forall2 (Forall2 encl) (shifted (I.add prec) (I.mul prec) inverse i e d ds rows) (shifted Rplus Rmult Rinv i eR dR dsR rowsR).
Proof.
intros He Hd H. revert rows rowsR. induction H as [|s sR ds dsR [hs ps] _ IH]; intros rows rowsR K i; simpl; [constructor |].
destruct K as [|row rowR rows rowsR hr K]; constructor; [| now apply IH].
apply add_at_related; [| now apply map_mul_encl]. apply mul_encl; [exact He | now apply inverse_encl].
Qed.

Lemma vm_related m : forall v vR mR, Forall2 encl v vR -> Forall2 (Forall2 encl) m mR ->
  Forall2 encl (vector_matrix (I.add prec) (I.mul prec) v m) (vector_matrix Rplus Rmult vR mR).
Proof.
intros v vR mR H. revert m mR. induction H as [|a aR v vR ha _ IH]; intros m mR K; simpl; [constructor |].
destruct K; [constructor |]. apply add_vectors_related; [intros; now apply add_encl | now apply map_mul_encl | now apply IH].
Qed.

Lemma product_related m1 m1R m2 m2R : Forall2 (Forall2 encl) m1 m1R -> Forall2 (Forall2 encl) m2 m2R ->
  Forall2 (Forall2 encl) (product (I.add prec) (I.mul prec) m1 m2) (product Rplus Rmult m1R m2R).
Proof. intros H K. induction H; simpl; constructor; [now apply vm_related | assumption]. Qed.

Lemma residual_rank_independent e eR d dR ds dsR rows rowsR : residual_rank e d ds rows = true ->
  encl e eR -> encl d dR -> Forall2 slope_encl ds dsR -> Forall2 (Forall2 encl) rows rowsR -> length dsR = length rowsR ->
  (forall row, In row rowsR -> length row = length dsR) -> independent (shifted Rplus Rmult Rinv 0 eR dR dsR rowsR).
Proof.
intros E He Hd H K L R. apply (full_rank_independent (length ds) _ _ E); [now apply shifted_related |].
intros row Hr. rewrite (Forall2_length H). destruct (In_nth _ _ [] Hr) as [j [J <-]]. rewrite length_shifted in J by exact L.
clear -L R J. assert (G : forall i ds rows, length ds = length rows -> forall j, (j < length ds)%nat ->
  length (nth j (shifted Rplus Rmult Rinv i eR dR ds rows) []) = length (nth j rows [])).
{ clear. intros i ds. revert i. induction ds as [|s ds IH]; intros i [|row rows] L j J; simpl in *; try discriminate; try lia.
  destruct j as [|j].
  - clear. revert i. generalize (eR * / s). intros a i. rewrite <- (map_length (Rmult dR) row). generalize (map (Rmult dR) row).
    intros l. revert i. induction l as [|x l IH]; intros [|i]; simpl; auto.
  - apply IH; lia. }
rewrite G by lia. apply R, nth_In. lia.
Qed.

Lemma weights_encl m : Forall2 (Forall2 encl) (map (map enclose) m) (map (map real) m).
Proof.
induction m as [|row m IH]; simpl; constructor; [| exact IH]. induction row; simpl; constructor; [apply enclose_encl | assumption].
Qed.

(** The theorem: a layer that passes is regular, for the real weights and all slopes that are enclosed. *)
Theorem regular_sound l t tR v : regular (map_layer enclose l) t (length v) = true -> Forall2 (Forall2 slope_encl) t tR ->
  zero (layer_backward Rplus Rmult (map_layer real l) tR v) -> zero v.
Proof.
intros E T Z. destruct l as [[m b | s] | e d br].
- (* affine *)
  cbn [map_layer map_simple] in *. assert (Hm := weights_encl m). destruct m as [|row0 m]; [discriminate |].
  simpl in E. apply andb_prop in E. destruct E as [E E3]. apply andb_prop in E. destruct E as [E1 E2].
  assert (L := lengths_related (length (map enclose row0)) (map (map enclose) (row0 :: m)) _ E2 Hm).
  assert (ind := full_rank_independent (length (map enclose row0)) (map (map enclose) (row0 :: m)) _ E3 Hm L).
  apply ind; [apply Nat.eqb_eq in E1; rewrite E1; simpl; now rewrite !map_length |].
  destruct T as [|u uR t tR Hu T]; [| exact Z].
  simpl in Z. intros k. rewrite nth_vector_matrix; [| apply Nat.eqb_eq in E1; rewrite E1; simpl; now rewrite !map_length].
  apply sum_zero. intros i _. rewrite Z. ring.
- (* activation *)
  simpl in E. destruct T as [|ds dsR t tR Hd T]; [discriminate |]. destruct T; [| discriminate].
  apply Nat.eqb_eq in E. simpl in Z. intros k. destruct (Nat.lt_ge_cases k (length v)) as [K | K]; [| now apply nth_overflow].
  assert (q := Z k). rewrite nth_multiply in q. rewrite E, (Forall2_length Hd) in K. assert (p := slopes_positive _ _ Hd k K).
  apply Rmult_integral in q. destruct q; [assumption | lra].
- (* residual *)
  assert (He := enclose_encl e). assert (Hd := enclose_encl d). simpl in E, Z.
  destruct br as [|[W b | s] br]; simpl in E; [discriminate | |].
  + destruct br as [|[? ? | s] br]; simpl in E; try discriminate.
    assert (HW := weights_encl W). destruct br as [|[W' b' | ?] [|? ?]]; simpl in E; try discriminate.
    * destruct T as [|t1 t1R t tR _ T]; [discriminate |]. destruct T as [|ds dsR t tR Hs T]; [discriminate |]. destruct T; [| discriminate].
      repeat (apply andb_prop in E; destruct E as [E ?]). apply Nat.eqb_eq in H1, H2.
      assert (Ld := Forall2_length Hs). assert (LW := Forall2_length HW).
      assert (LR := lengths_related _ _ _ H0 HW). rewrite Ld in LR.
      apply outer_regular with (real e) (real d) dsR (map (map real) W); try assumption.
      -- now apply slopes_positive with ds.
      -- congruence.
      -- congruence.
      -- apply (residual_rank_independent (enclose e) _ (enclose d) _ ds _ (map (map enclose) W)); try assumption. congruence.
    * destruct T as [|t1 t1R t tR _ T]; [discriminate |]. destruct T as [|ds dsR t tR Hs T]; [discriminate |].
      destruct T as [|t3 t3R t tR _ T]; [discriminate |]. destruct T; [| discriminate].
      assert (HW' := weights_encl W'). repeat (apply andb_prop in E; destruct E as [E ?]). apply Nat.eqb_eq in H2, H3.
      assert (Ld := Forall2_length Hs). assert (LW := Forall2_length HW). assert (LW' := Forall2_length HW').
      assert (LR := lengths_related _ _ _ H1 HW). assert (LR' := lengths_related _ _ _ H0 HW'). rewrite Ld in LR'. rewrite LW' in LR.
      assert (ne : map (map real) W <> []) by (destruct W; [discriminate | easy]).
      assert (ne' : map (map real) W' <> []) by (destruct W'; [discriminate | easy]).
      apply both_regular with (real e) (real d) dsR (map (map real) W) (map (map real) W'); try assumption.
      -- now apply (nonzero_encl (enclose e)).
      -- now apply slopes_positive with ds.
      -- congruence.
      -- congruence.
      -- apply (residual_rank_independent (enclose e) _ (enclose d) _ ds _ (product (I.add prec) (I.mul prec) (map (map enclose) W) (map (map enclose) W')));
           try assumption.
         ++ now apply product_related.
         ++ unfold product. rewrite map_length. congruence.
         ++ intros row Hr. unfold product in Hr. apply in_map_iff in Hr. destruct Hr as [r [<- Hr]]. apply length_vm; [now apply LR | exact ne' | exact LR'].
  + destruct br as [|[W b | ?] [|? ?]]; simpl in E; try discriminate. assert (HW := weights_encl W).
    destruct T as [|ds dsR t tR Hs T]; [discriminate |]. destruct T as [|t2 t2R t tR _ T]; [discriminate |]. destruct T; [| discriminate].
    repeat (apply andb_prop in E; destruct E as [E ?]). apply Nat.eqb_eq in H1, H2.
    assert (Ld := Forall2_length Hs). assert (LW := Forall2_length HW).
    assert (LR := lengths_related _ _ _ H0 HW). rewrite Ld in LR.
    assert (ne : map (map real) W <> []) by (destruct W; [discriminate | easy]).
    apply inside_regular with (real e) (real d) dsR (map (map real) W); try assumption.
    -- now apply (nonzero_encl (enclose e)).
    -- now apply slopes_positive with ds.
    -- congruence.
    -- congruence.
    -- apply (residual_rank_independent (enclose e) _ (enclose d) _ ds _ (map (map enclose) W)); try assumption. congruence.
Qed.

End Operations.
End Enclosures.
