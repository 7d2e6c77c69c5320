(** one-neuron/N9: the constant ray of a narrow ReLU network.

    Let N be a fully connected ReLU network on R^d, d ≥ 2, with all hidden widths ≤ d.  From every x0 there is a polygonal path with at
    most as many segments as there are hidden layers, and from its end a ray to infinity, on which N is constantly N(x0).
    So no nonempty {N ≥ c}, {N > c}, {N = c}, {N ≤ c} has a bounded part: each of its points is joined to infinity in it.

    Reference: theory of one-neuron ResNets, Theorem 9.  The proof is the algorithm: forward until a layer has a kernel or a dead
    neuron, then pull path and ray back.

    | notation | meaning |
    | [net d] | a network on R^d: [Output w c] is x ↦ w·x + c, [Hidden W b N] is x ↦ N (relu (W x + b)) |
    | [eval N x] | its value | 
    | [widths_at_most k N] | all hidden widths are ≤ k |
    | [route] | [Ray p r]: the ray p + t r, t ≥ 0; [Segment p ρ]: the segment from p to the start of ρ, then ρ |
    | [constant_on f c ρ] | f = c on all of ρ, and the ray's direction is not zero | *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.algebra_tactics Require Import ring.
From Narrows.one_neuron Require Import fold.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section N9.
Variable R : realFieldType.

Inductive net : nat -> Type :=
| Output d of 'rV[R]_d & R : net d
| Hidden d k of 'M[R]_(k, d) & 'cV[R]_k & net k : net d.

Definition relu_vector k (y : 'cV[R]_k) : 'cV[R]_k := \col_i relu (y i 0).

Fixpoint eval d (N : net d) : 'cV[R]_d -> R :=
  match N with
  | Output _ w c => fun x => dot w x + c
  | Hidden _ _ W b N' => fun x => eval N' (relu_vector (W *m x + b))
  end.

Fixpoint widths_at_most k d (N : net d) : Prop :=
  match N with
  | Output _ _ _ => True
  | Hidden _ k' _ _ N' => (k' <= k)%N /\ widths_at_most k N'
  end.

Fixpoint hidden_layers d (N : net d) : nat :=
  match N with
  | Output _ _ _ => 0
  | Hidden _ _ _ _ N' => (hidden_layers N').+1
  end.

Inductive route d : Type :=
| Ray of 'cV[R]_d & 'cV[R]_d
| Segment of 'cV[R]_d & route d.

Definition start d (rho : route d) := match rho with Ray p _ => p | Segment p _ => p end.

Fixpoint segments d (rho : route d) : nat := match rho with Ray _ _ => 0 | Segment _ rho' => (segments rho').+1 end.

Fixpoint constant_on d (f : 'cV[R]_d -> R) (c : R) (rho : route d) : Prop :=
  match rho with
  | Ray p r => r != 0 /\ forall t, 0 <= t -> f (p + t *: r) = c
  | Segment p rho' => (forall t, 0 <= t <= 1 -> f (p + t *: (start rho' - p)) = c) /\ constant_on f c rho'
  end.

(** Where the path leaves the positive orthant. *)
Lemma first_zero d (p v : 'cV[R]_d) i0 : (forall i, 0 < p i 0) -> v i0 0 < 0 ->
  exists i t, [/\ 0 <= t <= - p i0 0 / v i0 0, (p + t *: v) i 0 = 0
                & forall t', 0 <= t' <= t -> forall j, 0 <= (p + t' *: v) j 0].
Proof.
move=> p0 v0; pose time i := - p i 0 / v i 0.
pose falls i := v i 0 < 0; have [i vi least] := arg_minP (P := falls) time v0.
have time0 j : v j 0 < 0 -> 0 <= time j by move=> vj; rewrite /time mulNr -mulrN -invrN divr_ge0 ?oppr_ge0 ?ltW.
exists i, (time i); split; first by rewrite time0 // least.
  by rewrite !mxE /time divfK ?lt_eqF // subrr.
move=> t /andP[t0 ti] j; rewrite !mxE; have [vj | vj] := leP 0 (v j 0).
  by rewrite addr_ge0 ?mulr_ge0 // ltW.
have tj : t <= time j := le_trans ti (least j vj).
have : time j * v j 0 <= t * v j 0 by rewrite ler_nmul2r.
by rewrite {1}/time divfK ?lt_eqF // -subr_ge0 opprK addrC.
Qed.

Lemma relu_vector_pos k (y : 'cV[R]_k) : (forall i, 0 <= y i 0) -> relu_vector y = y.
Proof. by move=> y0; apply/colP => i; rewrite mxE relu_pos. Qed.

Lemma relu_vector_shift k (z : 'cV[R]_k) i t : (forall j, 0 <= z j 0) -> z i 0 = 0 -> 0 <= t ->
  relu_vector (z + t *: - delta_mx i 0) = z.
Proof.
move=> z0 zi t0; apply/colP => j; rewrite !mxE eqxx andbT; have [-> | ij] := eqVneq j i.
  by rewrite zi add0r mulrN mulr1 relu_neg // oppr_le0.
by rewrite oppr0 mulr0 addr0 relu_pos.
Qed.

Lemma delta_neq0 d (i : 'I_d) : - delta_mx i 0 != 0 :> 'cV[R]_d.
Proof. by rewrite oppr_eq0; apply/eqP => /matrixP/(_ i 0); rewrite !mxE !eqxx => /eqP; rewrite oner_eq0. Qed.

(** Pull a route back through relu: cut it where it leaves the positive orthant. *)
Lemma cut_route d (f : 'cV[R]_d -> R) c (rho : route d) :
  (forall i, 0 < start rho i 0) -> constant_on f c rho ->
  exists rho', [/\ start rho' = start rho, (segments rho' <= (segments rho).+1)%N
                 & constant_on (fun y => f (relu_vector y)) c rho'].
Proof.
(* common step: from p in the direction v, coordinate i0 decreases below 0 before the time [last] *)
have step (p v : 'cV[R]_d) i0 last : (forall i, 0 < p i 0) -> v i0 0 < 0 -> - p i0 0 / v i0 0 <= last ->
    (forall t, 0 <= t <= last -> f (p + t *: v) = c) ->
    exists z i, constant_on (fun y => f (relu_vector y)) c (Segment p (Ray z (- delta_mx i 0))).
  move=> p0 v0 before fc; have [i [t [/andP[t0 ti] zi pos]]] := first_zero p0 v0.
  exists (p + t *: v), i; split=> /= [t' /andP[t'0 t'1] | ].
    have le_t : t' * t <= t by rewrite -[leRHS]mul1r ler_wpmul2r.
    rewrite [p + t *: v - p]addrAC subrr add0r scalerA.
    rewrite relu_vector_pos; last by apply: pos; rewrite mulr_ge0.
    by apply: fc; rewrite mulr_ge0 //= (le_trans le_t) // (le_trans ti).
  split=> [|t' t'0]; first exact: delta_neq0.
  rewrite relu_vector_shift //; last by apply: pos; rewrite t0 lexx.
  by apply: fc; rewrite t0 (le_trans ti).
elim: rho => [p r | p rho IH] /= p0 [].
- move=> r0 fc; have [/existsP[i ri] | ] := boolP [exists i, r i 0 < 0].
    have [z [j cst]] := step p r i _ p0 ri (lexx _) (fun t tb => fc t (proj1 (andP tb))).
    by exists (Segment p (Ray z (- delta_mx j 0))).
  rewrite negb_exists => /forallP rpos; exists (Ray p r); split=> //; split=> // t t0.
  rewrite relu_vector_pos ?fc // => i; have := rpos i; rewrite -leNgt => ri.
  by rewrite !mxE; apply: addr_ge0; [apply: ltW | apply: mulr_ge0].
- move=> fc frho; have [/existsP[i qi] | ] := boolP [exists i, start rho i 0 <= 0].
    have vi : (start rho - p) i 0 < 0 by rewrite !mxE subr_lt0 (le_lt_trans qi).
    have before : - p i 0 / (start rho - p) i 0 <= 1.
      by rewrite ler_ndivr_mulr // mul1r !mxE -[leRHS]add0r ler_add2r.
    have [z [j cst]] := step p (start rho - p) i 1 p0 vi before fc.
    by exists (Segment p (Ray z (- delta_mx j 0))).
  rewrite negb_exists => /forallP qpos.
  have q0 i : 0 < start rho i 0 by have := qpos i; rewrite -ltNge.
  have [rho' [e len cst]] := IH q0 frho.
  exists (Segment p rho'); split=> //=; split=> // t t01; rewrite e relu_vector_pos ?fc // => i.
  have /andP[t0 t1] := t01; rewrite !mxE.
  move: (p i 0) (start rho i 0) (p0 i) (q0 i) => a b a0 b0.
  rewrite (_ : a + _ = (1 - t) * a + t * b); last by ring.
  by rewrite addr_ge0 // mulr_ge0 ?subr_ge0 // ltW.
Qed.

(** Pull a route back through an invertible affine map. *)
Fixpoint map_route d (W : 'M[R]_d) (b : 'cV[R]_d) (rho : route d) : route d :=
  match rho with
  | Ray p r => Ray (invmx W *m (p - b)) (invmx W *m r)
  | Segment p rho' => Segment (invmx W *m (p - b)) (map_route W b rho')
  end.

Lemma start_map d W b (rho : route d) : start (map_route W b rho) = invmx W *m (start rho - b).
Proof. by case: rho. Qed.

Lemma segments_map d W b (rho : route d) : segments (map_route W b rho) = segments rho.
Proof. by elim: rho => //= p rho ->. Qed.

Lemma constant_map d (f : 'cV[R]_d -> R) c W b (rho : route d) : W \in unitmx ->
  constant_on f c rho -> constant_on (fun x => f (W *m x + b)) c (map_route W b rho).
Proof.
move=> uW; have back p r t : W *m (invmx W *m (p - b) + t *: (invmx W *m r)) + b = p + t *: r.
  have -> : invmx W *m (p - b) + t *: (invmx W *m r) = invmx W *m (p - b + t *: r) by rewrite [RHS]mulmxDr -scalemxAr.
  by rewrite mulKVmx // addrAC subrK.
elim: rho => [p r | p rho IH] /= [].
  move=> r0 fc; split=> [|t t0]; last by rewrite back fc.
  by apply: contra_neq r0 => e; rewrite -(mulKVmx uW r) e mulmx0.
move=> fc frho; split; last exact: IH.
move=> t t01; have -> : start (map_route W b rho) - invmx W *m (p - b) = invmx W *m (start rho - p).
  by rewrite start_map -mulmxBr opprB addrA subrK.
by rewrite back fc.
Qed.

(** A vector in the kernel of a matrix with more columns than rank. *)
Lemma kernel_vector k d (W : 'M[R]_(k, d)) : (\rank W < d)%N -> exists2 r : 'cV[R]_d, r != 0 & W *m r = 0.
Proof.
move=> rW; have /rowV0Pn[v /sub_kermxP vW v0] : kermx W^T != 0.
  by rewrite kermx_eq0 /row_free mxrank_tr ltn_eqF.
exists v^T; last by rewrite -[W]trmxK -trmx_mul vW trmx0.
by apply: contra_neq v0 => e; rewrite -[v]trmxK e trmx0.
Qed.

Theorem N9 d (N : net d) : (2 <= d)%N -> widths_at_most d N -> forall x0,
  exists rho, [/\ start rho = x0, (segments rho <= hidden_layers N)%N & constant_on (eval N) (eval N x0) rho].
Proof.
move=> d2; have kernel_case k (W : 'M[R]_(k, d)) (f : 'cV[R]_d -> R) L x0 : (\rank W < d)%N ->
    (forall x y, W *m x = W *m y -> f x = f y) ->
    exists rho, [/\ start rho = x0, (segments rho <= L)%N & constant_on f (f x0) rho].
  move=> rW fW; have [r r0 Wr] := kernel_vector rW; exists (Ray x0 r); split=> //; split=> // t _.
  by apply: fW; rewrite mulmxDr -scalemxAr Wr scaler0 addr0.
have [D dD] : exists D, D = d by exists d.
rewrite -[in widths_at_most _]dD; elim: N dD d2 kernel_case => [d' w c | d' k W b N IH] dD d2 kernel_case widths x0 /=.
  apply: (kernel_case _ w); first by rewrite (leq_ltn_trans (rank_leq_row w)).
  by move=> x y; rewrite /dot => ->.
case: widths => kD widths; have [rW | rW] := ltnP (\rank W) d'.
  by apply: (kernel_case _ W) => // x y ->.
have kd : k = d'.
  by apply/eqP; rewrite eqn_leq -{1}dD kD (leq_trans rW) // rank_leq_row.
subst k; have uW : W \in unitmx by rewrite -row_free_unit /row_free eqn_leq rank_leq_row.
have [y yE] : exists y, y = W *m x0 + b by exists (W *m x0 + b).
rewrite -yE; have [/existsP[i yi] | ] := boolP [exists i, y i 0 <= 0].
  exists (Ray x0 (- (invmx W *m delta_mx i 0))); split=> //; split=> [|t t0].
    rewrite oppr_eq0; have := delta_neq0 i; rewrite oppr_eq0; apply: contra_neq => e.
    by rewrite -(mulKVmx uW (delta_mx i 0)) e mulmx0.
  congr (eval N _); rewrite mulmxDr -scalemxAr mulmxN mulKVmx // addrAC -yE.
  apply/colP => j; rewrite !mxE eqxx andbT; have [-> | ij] := eqVneq j i; last by rewrite oppr0 mulr0 addr0.
  by rewrite (relu_neg yi) relu_neg // mulrN mulr1 (le_trans _ yi) // ler_subl_addr ler_addl.
rewrite negb_exists => /forallP ypos; have y0 i : 0 < y i 0 by have := ypos i; rewrite -ltNge.
have relu_y : relu_vector y = y by apply: relu_vector_pos => i; apply: ltW.
have [rho [rho0 len cst]] := IH dD d2 kernel_case widths y.
have [|rho' [e' len' cst']] := cut_route (rho := rho) _ cst; first by move=> i; rewrite rho0.
exists (map_route W b rho'); split.
- by rewrite start_map e' rho0 yE addrK mulKmx.
- by rewrite segments_map (leq_trans len').
- by rewrite relu_y; apply: (constant_map (f := fun y => eval N (relu_vector y))).
Qed.

End N9.
