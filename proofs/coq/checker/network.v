(** Networks, their evaluation over any kind of number, and the gradient as a backward product.

    One evaluator serves all purposes: over the reals it is the network, over functions of a parameter and over dual numbers it gives
    derivatives, over intervals it gives enclosures.  What is proved once about the evaluator ([forward_related]) holds for all of them.

    | notation | meaning |
    | [dyadic] | (m, e) stands for m·2^e: every float is one, exactly |
    | [simple W] | an affine map x ↦ M x + b, or an activation on every entry; W is the type of the weights |
    | [layer W] | a simple map, or a residual block x ↦ ε x + δ·branch(x) with a chain of simple maps as its branch |
    | [ops W A C] | numbers A with weights W and slopes C: constants, addition, scaling by a weight, activation with its slope |
    | [forward o N xs] | the value of the network and its *tape*: the slopes of all activations, layer by layer |
    | [backward N tape v] | vᵀ J_L ⋯ J_1, the gradient of v·N(x), computed from the tape over the reals | *)
From Coq Require Import List ZArith Reals Lia.
Import ListNotations.

Definition dyadic : Set := (Z * Z)%type.

Inductive activation : Set := Tanh | Sigmoid | Softplus.

Inductive simple (W : Type) : Type :=
| Affine (m : list (list W)) (b : list W)
| Activate (s : activation).
Arguments Affine {W}. Arguments Activate {W}.

Inductive layer (W : Type) : Type :=
| Plain (s : simple W)
| Residual (eps delta : W) (branch : list (simple W)).
Arguments Plain {W}. Arguments Residual {W}.

Definition network (W : Type) := list (layer W).

Section Weights.
Context {V W : Type} (f : V -> W).
Definition map_simple (s : simple V) : simple W :=
  match s with Affine m b => Affine (map (map f) m) (map f b) | Activate s => Activate s end.
Definition map_layer (l : layer V) : layer W :=
  match l with Plain s => Plain (map_simple s) | Residual e d br => Residual (f e) (f d) (map map_simple br) end.
Definition map_network (N : network V) : network W := map map_layer N.
End Weights.

(** Widths: [width_after l n] is the output width for the input width n, if everything fits and nothing is empty. *)
Section Widths.
Context {W : Type}.
Definition simple_width (s : simple W) (n : nat) : option nat :=
  match s with
  | Affine m b => if (Nat.eqb (length m) (length b) && forallb (fun row => Nat.eqb (length row) n) m && negb (Nat.eqb (length m) 0))%bool
                  then Some (length m) else None
  | Activate _ => Some n
  end.
Fixpoint branch_width (br : list (simple W)) (n : nat) : option nat :=
  match br with [] => Some n | s :: br' => match simple_width s n with Some k => branch_width br' k | None => None end end.
Definition layer_width (l : layer W) (n : nat) : option nat :=
  match l with
  | Plain s => simple_width s n
  | Residual _ _ br => match branch_width br n with Some k => if Nat.eqb k n then Some n else None | None => None end
  end.
Fixpoint network_width (N : network W) (n : nat) : option nat :=
  match N with [] => Some n | l :: N' => match layer_width l n with Some k => network_width N' k | None => None end end.
End Widths.

(** The evaluator. *)
Record ops (W A C : Type) := Ops {
  constant : W -> A;
  plus : A -> A -> A;
  scale : W -> A -> A;
  activate : activation -> A -> A * C }.
Arguments constant {W A C}. Arguments plus {W A C}. Arguments scale {W A C}. Arguments activate {W A C}.

Section Forward.
Context {W A C : Type} (o : ops W A C).

Fixpoint affine_row (row : list W) (b : W) (xs : list A) : A :=
  match row, xs with
  | w :: row', x :: xs' => plus o (scale o w x) (affine_row row' b xs')
  | _, _ => constant o b
  end.

Fixpoint affine (m : list (list W)) (b : list W) (xs : list A) : list A :=
  match m, b with
  | row :: m', c :: b' => affine_row row c xs :: affine m' b' xs
  | _, _ => []
  end.

Fixpoint activate_all (s : activation) (xs : list A) : list A * list C :=
  match xs with
  | [] => ([], [])
  | x :: xs' => let (y, d) := activate o s x in let (ys, ds) := activate_all s xs' in (y :: ys, d :: ds)
  end.

Definition simple_forward (s : simple W) (xs : list A) : list A * list C :=
  match s with Affine m b => (affine m b xs, []) | Activate s => activate_all s xs end.

Fixpoint branch_forward (br : list (simple W)) (xs : list A) : list A * list (list C) :=
  match br with
  | [] => (xs, [])
  | s :: br' => let (ys, t) := simple_forward s xs in let (zs, ts) := branch_forward br' ys in (zs, t :: ts)
  end.

Fixpoint combine_residual (eps delta : W) (xs ys : list A) : list A :=
  match xs, ys with
  | x :: xs', y :: ys' => plus o (scale o eps x) (scale o delta y) :: combine_residual eps delta xs' ys'
  | _, _ => []
  end.

Definition layer_forward (l : layer W) (xs : list A) : list A * list (list C) :=
  match l with
  | Plain s => let (ys, t) := simple_forward s xs in (ys, [t])
  | Residual e d br => let (ys, t) := branch_forward br xs in (combine_residual e d xs ys, t)
  end.

Fixpoint forward (N : network W) (xs : list A) : list A * list (list (list C)) :=
  match N with
  | [] => (xs, [])
  | l :: N' => let (ys, t) := layer_forward l xs in let (zs, ts) := forward N' ys in (zs, t :: ts)
  end.
End Forward.

(** Backward: a row vector times the Jacobians, over any numbers with + and ×. *)
Section Backward.
Context {A : Type} (add mul : A -> A -> A).

Fixpoint add_vectors (u v : list A) : list A :=
  match u, v with
  | a :: u', b :: v' => add a b :: add_vectors u' v'
  | [], _ => v
  | _, [] => u
  end.

Fixpoint vector_matrix (v : list A) (m : list (list A)) : list A :=
  match v, m with
  | a :: v', row :: m' => add_vectors (map (mul a) row) (vector_matrix v' m')
  | _, _ => []
  end.

Fixpoint multiply (u v : list A) : list A :=
  match u, v with a :: u', b :: v' => mul a b :: multiply u' v' | _, _ => [] end.

Definition simple_backward (s : simple A) (t : list A) (v : list A) : list A :=
  match s with Affine m _ => vector_matrix v m | Activate _ => multiply v t end.

Fixpoint branch_backward (br : list (simple A)) (ts : list (list A)) (v : list A) : list A :=
  match br, ts with s :: br', t :: ts' => simple_backward s t (branch_backward br' ts' v) | _, _ => v end.

Definition layer_backward (l : layer A) (ts : list (list A)) (v : list A) : list A :=
  match l with
  | Plain s => match ts with t :: _ => simple_backward s t v | [] => v end
  | Residual e d br => add_vectors (map (mul e) v) (map (mul d) (branch_backward br ts v))
  end.

Fixpoint backward (N : network A) (tape : list (list (list A))) (v : list A) : list A :=
  match N, tape with l :: N', t :: tape' => layer_backward l t (backward N' tape' v) | _, _ => v end.
End Backward.

(** What the operations preserve, the evaluator preserves. *)
Section Related.
Context {V W1 A1 C1 W2 A2 C2 : Type} (o1 : ops W1 A1 C1) (o2 : ops W2 A2 C2) (f1 : V -> W1) (f2 : V -> W2).
Variables (RA : A1 -> A2 -> Prop) (RC : C1 -> C2 -> Prop).
Hypothesis constant_ok : forall w, RA (constant o1 (f1 w)) (constant o2 (f2 w)).
Hypothesis plus_ok : forall a1 a2 b1 b2, RA a1 a2 -> RA b1 b2 -> RA (plus o1 a1 b1) (plus o2 a2 b2).
Hypothesis scale_ok : forall w a1 a2, RA a1 a2 -> RA (scale o1 (f1 w) a1) (scale o2 (f2 w) a2).
Hypothesis activate_ok : forall s a1 a2, RA a1 a2 ->
  RA (fst (activate o1 s a1)) (fst (activate o2 s a2)) /\ RC (snd (activate o1 s a1)) (snd (activate o2 s a2)).

Lemma affine_row_related row b : forall xs ys, Forall2 RA xs ys ->
  RA (affine_row o1 (map f1 row) (f1 b) xs) (affine_row o2 (map f2 row) (f2 b) ys).
Proof. induction row as [|w row IH]; intros xs ys H; simpl; [apply constant_ok |]. destruct H; auto. Qed.

Lemma affine_related m : forall b xs ys, Forall2 RA xs ys ->
  Forall2 RA (affine o1 (map (map f1) m) (map f1 b) xs) (affine o2 (map (map f2) m) (map f2 b) ys).
Proof.
induction m as [|row m IH]; intros b xs ys H; simpl; [constructor |].
destruct b as [|c b]; simpl; [constructor |]. constructor; [now apply affine_row_related | now apply IH].
Qed.

Lemma activate_related s xs ys : Forall2 RA xs ys ->
  Forall2 RA (fst (activate_all o1 s xs)) (fst (activate_all o2 s ys)) /\
  Forall2 RC (snd (activate_all o1 s xs)) (snd (activate_all o2 s ys)).
Proof.
induction 1 as [|x y xs ys xy _ [IHa IHc]]; simpl; [now split |].
destruct (activate_ok s x y xy) as [ha hc].
destruct (activate o1 s x), (activate o2 s y), (activate_all o1 s xs), (activate_all o2 s ys). simpl in *.
split; now constructor.
Qed.

Lemma simple_related s xs ys : Forall2 RA xs ys ->
  Forall2 RA (fst (simple_forward o1 (map_simple f1 s) xs)) (fst (simple_forward o2 (map_simple f2 s) ys)) /\
  Forall2 RC (snd (simple_forward o1 (map_simple f1 s) xs)) (snd (simple_forward o2 (map_simple f2 s) ys)).
Proof.
intros H. destruct s as [m b | s]; simpl; [split; [now apply affine_related | constructor] | now apply activate_related].
Qed.

Lemma branch_related br : forall xs ys, Forall2 RA xs ys ->
  Forall2 RA (fst (branch_forward o1 (map (map_simple f1) br) xs)) (fst (branch_forward o2 (map (map_simple f2) br) ys)) /\
  Forall2 (Forall2 RC) (snd (branch_forward o1 (map (map_simple f1) br) xs)) (snd (branch_forward o2 (map (map_simple f2) br) ys)).
Proof.
induction br as [|s br IH]; intros xs ys H; simpl; [now split |].
destruct (simple_related s xs ys H) as [ha hc].
destruct (simple_forward o1 (map_simple f1 s) xs) as [x1 t1], (simple_forward o2 (map_simple f2 s) ys) as [y1 u1]. simpl in *.
destruct (IH x1 y1 ha) as [ia ic].
destruct (branch_forward o1 _ x1), (branch_forward o2 _ y1). simpl in *. split; [exact ia | now constructor].
Qed.

Lemma combine_related e d xs ys xs' ys' : Forall2 RA xs ys -> Forall2 RA xs' ys' ->
  Forall2 RA (combine_residual o1 (f1 e) (f1 d) xs xs') (combine_residual o2 (f2 e) (f2 d) ys ys').
Proof.
intros H. revert xs' ys'. induction H as [|x y xs ys xy _ IH]; intros xs' ys' H'; simpl; [constructor |].
destruct H'; constructor; [apply plus_ok; now apply scale_ok | now apply IH].
Qed.

Lemma layer_related l xs ys : Forall2 RA xs ys ->
  Forall2 RA (fst (layer_forward o1 (map_layer f1 l) xs)) (fst (layer_forward o2 (map_layer f2 l) ys)) /\
  Forall2 (Forall2 RC) (snd (layer_forward o1 (map_layer f1 l) xs)) (snd (layer_forward o2 (map_layer f2 l) ys)).
Proof.
intros H. destruct l as [s | e d br]; simpl.
- destruct (simple_related s xs ys H) as [ha hc]. destruct (simple_forward o1 _ xs), (simple_forward o2 _ ys). simpl in *.
  split; [exact ha | now repeat constructor].
- destruct (branch_related br xs ys H) as [ha hc]. destruct (branch_forward o1 _ xs), (branch_forward o2 _ ys). simpl in *.
  split; [now apply combine_related | exact hc].
Qed.

Theorem forward_related N : forall xs ys, Forall2 RA xs ys ->
  Forall2 RA (fst (forward o1 (map_network f1 N) xs)) (fst (forward o2 (map_network f2 N) ys)) /\
  Forall2 (Forall2 (Forall2 RC)) (snd (forward o1 (map_network f1 N) xs)) (snd (forward o2 (map_network f2 N) ys)).
Proof.
induction N as [|l N IH]; intros xs ys H; simpl; [now split |].
destruct (layer_related l xs ys H) as [ha hc].
destruct (layer_forward o1 (map_layer f1 l) xs) as [x1 t1], (layer_forward o2 (map_layer f2 l) ys) as [y1 u1]. simpl in *.
destruct (IH x1 y1 ha) as [ia ic].
destruct (forward o1 _ x1), (forward o2 _ y1). simpl in *. split; [exact ia | now constructor].
Qed.
End Related.

(** The same for the backward product. *)
Section BackwardRelated.
Context {V A1 A2 : Type} (add1 mul1 : A1 -> A1 -> A1) (add2 mul2 : A2 -> A2 -> A2) (f1 : V -> A1) (f2 : V -> A2).
Variable RA : A1 -> A2 -> Prop.
Hypothesis weight_ok : forall w, RA (f1 w) (f2 w).
Hypothesis add_ok : forall a1 a2 b1 b2, RA a1 a2 -> RA b1 b2 -> RA (add1 a1 b1) (add2 a2 b2).
Hypothesis mul_ok : forall a1 a2 b1 b2, RA a1 a2 -> RA b1 b2 -> RA (mul1 a1 b1) (mul2 a2 b2).

Lemma add_vectors_related u1 u2 v1 v2 : Forall2 RA u1 u2 -> Forall2 RA v1 v2 ->
  Forall2 RA (add_vectors add1 u1 v1) (add_vectors add2 u2 v2).
Proof.
intros H. revert v1 v2. induction H; intros v1 v2 K; simpl; [exact K |].
destruct K; constructor; auto.
Qed.

Lemma map_mul_related a1 a2 v1 v2 : RA a1 a2 -> Forall2 RA v1 v2 -> Forall2 RA (map (mul1 a1) v1) (map (mul2 a2) v2).
Proof. intros H. induction 1; simpl; constructor; auto. Qed.

Lemma weights_related row : Forall2 RA (map f1 row) (map f2 row).
Proof. induction row; simpl; constructor; auto. Qed.

Lemma vector_matrix_related v1 v2 m : Forall2 RA v1 v2 ->
  Forall2 RA (vector_matrix add1 mul1 v1 (map (map f1) m)) (vector_matrix add2 mul2 v2 (map (map f2) m)).
Proof.
intros H. revert m. induction H as [|a1 a2 v1 v2 a _ IH]; intros m; simpl; [constructor |].
destruct m; simpl; [constructor |]. apply add_vectors_related; [apply map_mul_related; [exact a | apply weights_related] | apply IH].
Qed.

Lemma multiply_related u1 u2 v1 v2 : Forall2 RA u1 u2 -> Forall2 RA v1 v2 -> Forall2 RA (multiply mul1 u1 v1) (multiply mul2 u2 v2).
Proof. intros H. revert v1 v2. induction H; intros v1 v2 K; simpl; [constructor |]. destruct K; constructor; auto. Qed.

Lemma simple_backward_related s t1 t2 v1 v2 : Forall2 RA t1 t2 -> Forall2 RA v1 v2 ->
  Forall2 RA (simple_backward add1 mul1 (map_simple f1 s) t1 v1) (simple_backward add2 mul2 (map_simple f2 s) t2 v2).
Proof. intros T H. destruct s; simpl; [now apply vector_matrix_related | now apply multiply_related]. Qed.

Lemma branch_backward_related br : forall t1 t2 v1 v2, Forall2 (Forall2 RA) t1 t2 -> Forall2 RA v1 v2 ->
  Forall2 RA (branch_backward add1 mul1 (map (map_simple f1) br) t1 v1) (branch_backward add2 mul2 (map (map_simple f2) br) t2 v2).
Proof.
induction br as [|s br IH]; intros t1 t2 v1 v2 T H; simpl; [exact H |].
destruct T; [exact H |]. apply simple_backward_related; auto.
Qed.

Lemma layer_backward_related l t1 t2 v1 v2 : Forall2 (Forall2 RA) t1 t2 -> Forall2 RA v1 v2 ->
  Forall2 RA (layer_backward add1 mul1 (map_layer f1 l) t1 v1) (layer_backward add2 mul2 (map_layer f2 l) t2 v2).
Proof.
intros T H. destruct l as [s | e d br]; simpl.
- destruct T; [exact H | now apply simple_backward_related].
- apply add_vectors_related; apply map_mul_related; auto. now apply branch_backward_related.
Qed.
End BackwardRelated.
