(** tunnel/T2, first form: the vertex criterion, exactly.

    Let f be affine in each diagonal entry (as the determinant of a layer's Jacobian is: [t2_determinant.v]).
    - closed box: f has no zero on ∏[l_j, u_j] iff it has one strict sign at all 2^m vertices;
    - half-open range ∏(l_j, u_j] (tanh, sigmoid), open range ∏(l_j, u_j) (softplus), or any mixture: f has no zero iff no two vertices have
      opposite strict signs, and among the vertices whose half-open entries sit at u_j one is not a zero of f.

    Reference: theory of narrow ResNets, T2.  Notation: [multi_affine.v]; [half j] says that entry j has the half-open range. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.algebra_tactics Require Import ring.
From Narrows.tunnel Require Import multi_affine.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section T2.
Variables (R : realFieldType) (m : nat) (f : 'rV[R]_m -> R).
Hypothesis fa : multi_affine f.
Implicit Types (x l u v w : 'rV[R]_m) (half : pred 'I_m).

Definition no_zero_on (P : 'rV[R]_m -> Prop) := forall x, P x -> f x != 0.

Definition one_strict_sign l u :=
  (forall v, vertex l u v -> 0 < f v) \/ (forall v, vertex l u v -> f v < 0).

Definition no_opposite_signs l u := forall v w, vertex l u v -> vertex l u w -> 0 < f v -> f w < 0 -> False.

(** The closed box. *)
Theorem T2_closed l u : (forall j, l 0 j <= u 0 j) -> (no_zero_on (in_box l u) <-> one_strict_sign l u).
Proof.
move=> lu; have vB v : vertex l u v -> in_box l u v by move=> vv j; case: (vv j) => ->; rewrite lexx lu.
have lv : vertex l u l by left.
split=> [nz | [] sgn x xB].
- have no_change y z : in_box l u y -> in_box l u z -> 0 < f y -> ~~ (f z < 0).
    move=> yB zB fy; apply/negP => /ltW fz.
    have [|p pB fp] := zero_between (S := fun j c => l 0 j <= c <= u 0 j) fa _ yB zB fy fz.
      move=> j a b t /andP[la au] /andP[lb bu] t01; have t01' : 0 <= 1 - t <= 1.
        by have /andP[t0 t1] := t01; rewrite subr_ge0 t1 ler_subl_addl ler_addr.
      have [ab | /ltW ba] := leP a b.
        by have /andP[p1 p2] := convex_in_segment ab t01; rewrite (le_trans la p1) (le_trans p2 bu).
      have /andP[] := convex_in_segment ba t01'.
      by rewrite opprB [1 + _]addrC subrK addrC => p1 p2; rewrite (le_trans lb p1) (le_trans p2 au).
    by move/eqP: (nz p pB); rewrite fp.
  have := nz l (vB l lv); rewrite neq_lt => /orP[fl | fl]; [right | left] => v vv.
    have := nz v (vB v vv); rewrite neq_lt => /orP[// | fv].
    by have := no_change _ _ (vB v vv) (vB l lv) fv; rewrite fl.
  have := nz v (vB v vv); rewrite neq_lt => /orP[fv | //].
  by have := no_change _ _ (vB l lv) (vB v vv) fl; rewrite fv.
- rewrite gt_eqF //; apply: (box_from_vertices (P := fun r => 0 < r)) sgn _ xB => // a b t a0 b0 /andP[t0 t1].
  have [-> | tn0] := eqVneq t 0; first by rewrite subr0 mul1r mul0r addr0.
  by apply: ltr_paddl; [apply: mulr_ge0; rewrite ?subr_ge0 // ltW | rewrite mulr_gt0 // lt_neqAle eq_sym tn0].
- rewrite lt_eqF //; apply: (box_from_vertices (P := fun r => r < 0)) sgn _ xB => // a b t a0 b0 /andP[t0 t1].
  have [-> | tn0] := eqVneq t 0; first by rewrite subr0 mul1r mul0r addr0.
  rewrite -oppr_gt0 opprD -!mulrN.
  by apply: ltr_paddl; [apply: mulr_ge0; rewrite ?subr_ge0 ?oppr_ge0 // ltW
                       | rewrite mulr_gt0 ?oppr_gt0 // lt_neqAle eq_sym tn0].
Qed.

Lemma in_range_convex half l u j a b t :
  let S c := l 0 j < c < u 0 j \/ half j /\ c = u 0 j in
  (l 0 j < u 0 j) -> S a -> S b -> 0 <= t <= 1 -> S ((1 - t) * a + t * b).
Proof.
move=> S lu Sa Sb /andP[t0 t1]; pose c := (1 - t) * a + t * b; rewrite -/c.
have low r : S r -> l 0 j < r by case=> [/andP[] // | [_ ->]].
have high r : S r -> r <= u 0 j by case=> [/andP[_ /ltW] // | [_ ->]].
have strict r : ~~ half j -> S r -> r < u 0 j by move=> /negbTE hj [/andP[] // | [hj']]; rewrite hj in hj'.
have mix p q : 0 < p -> 0 < q -> 0 < (1 - t) * p + t * q.
  move=> p0 q0; have [-> | tn0] := eqVneq t 0; first by rewrite subr0 mul1r mul0r addr0.
  by apply: ltr_paddl; [apply: mulr_ge0; rewrite ?subr_ge0 // ltW | rewrite mulr_gt0 // lt_neqAle eq_sym tn0].
have lc : l 0 j < c.
  by rewrite -subr_gt0 (_ : c - _ = (1 - t) * (a - l 0 j) + t * (b - l 0 j)) ?mix ?subr_gt0 ?low // /c; ring.
have cu : c <= u 0 j.
  rewrite -subr_ge0 (_ : _ - c = (1 - t) * (u 0 j - a) + t * (u 0 j - b)); last by rewrite /c; ring.
  by rewrite addr_ge0 // mulr_ge0 ?subr_ge0 ?high.
have [hj | hj] := boolP (half j).
  by have [e | ne] := eqVneq c (u 0 j); [right | left; rewrite lc lt_neqAle ne].
left; rewrite lc -subr_gt0 (_ : _ - c = (1 - t) * (u 0 j - a) + t * (u 0 j - b)); last by rewrite /c; ring.
by rewrite mix ?subr_gt0 ?strict.
Qed.

(** The half-open and open ranges, mixed at will. *)
Theorem T2_range half l u : (forall j, l 0 j < u 0 j) ->
  (no_zero_on (in_range half l u) <->
   no_opposite_signs l u /\
   exists v, [/\ vertex l u v, forall j, half j -> v 0 j = u 0 j & f v != 0]).
Proof.
move=> lu; have luW j : l 0 j <= u 0 j := ltW (lu j).
have vB v : vertex l u v -> in_box l u v by move=> vv j; case: (vv j) => ->; rewrite lexx luW.
split=> [nz | [opp [v [vv vh fv]]] x xR].
- pose p : 'rV[R]_m := \row_j (if half j then u 0 j else (l 0 j + u 0 j) / 2%:R).
  have pR : in_range half l u p.
    move=> j; rewrite mxE; case: ifP => hj; [by right | left].
    by rewrite midf_lt //= midf_lt.
  have nonneg g : multi_affine g -> no_zero_on (in_range half l u) -> (forall x, g x = 0 -> f x = 0) -> 0 < g p ->
      forall v, vertex l u v -> 0 <= g v.
    move=> ga _ gf gp v vv; apply: (nonnegative_on_closure (half := half) ga lu _ (vB v vv)) => x xR.
    rewrite ltNge; apply/negP => gx.
    have [|z zR gz] := zero_between (S := fun j c => l 0 j < c < u 0 j \/ half j /\ c = u 0 j) ga _ pR xR gp gx; first by move=> j a b t; apply: in_range_convex.
    by move/eqP: (nz z zR); apply; apply: gf.
  split.
    move=> v w vv vw fv fw; have := nz p pR; rewrite neq_lt => /orP[fp | fp].
      have gf x : - f x = 0 -> f x = 0 by move/eqP; rewrite oppr_eq0 => /eqP.
      rewrite -oppr_gt0 in fp; have := nonneg (fun x => - f x) (multi_affineN fa) nz gf fp v vv.
      by rewrite oppr_ge0 leNgt fv.
    by have := nonneg f fa nz (fun x e => e) fp w vw; rewrite leNgt fw.
  pose corner (b : {ffun 'I_m -> bool}) : 'rV[R]_m := \row_j (if b j then u 0 j else l 0 j).
  have [/existsP[b /andP[/forallP bh fb]] | none] :=
      boolP [exists b : {ffun 'I_m -> bool}, [forall j, half j ==> b j] && (f (corner b) != 0)].
    exists (corner b); split=> // j; rewrite mxE; first by case: (b j); [right | left].
    by move=> hj; rewrite (implyP (bh j) hj).
  have /eqP[] := nz p pR.
  pose l' : 'rV[R]_m := \row_j (if half j then u 0 j else l 0 j).
  apply: (box_from_vertices (l := l') (u := u) (P := fun r => r = 0)) fa _ _ _ _ => [a b t -> -> _ | v vv | j].
  + by rewrite !mulr0 addr0.
  + have ve j : v 0 j = (if v 0 j == u 0 j then u 0 j else l 0 j).
      case: eqP => // ne; case: (vv j) => //; rewrite mxE; case: ifP => // _ e; by case: ne.
    pose b := [ffun j => v 0 j == u 0 j].
    have cv : corner b = v by apply/rowP => j; rewrite mxE ffunE -ve.
    apply/eqP; apply: contraNT none => fv; apply/existsP; exists b; rewrite cv fv andbT.
    apply/forallP => j; apply/implyP => hj; rewrite ffunE.
    by case: (vv j) => -> //; rewrite mxE hj.
  + by rewrite !mxE; case: ifP => hj; rewrite ?lexx // !ltW ?midf_lt.
- have reach w : in_range half l u w -> forall j, w 0 j = v 0 j \/ l 0 j < w 0 j < u 0 j.
    by move=> wR j; case: (wR j) => [|[hj ->]]; [right | left; rewrite vh].
  move: fv; rewrite neq_lt => /orP[fv | fv].
    rewrite lt_eqF // -oppr_gt0.
    apply: (positive_from_vertices (multi_affineN fa) luW _ vv _ (reach x xR)); rewrite ?oppr_gt0 // => w vw.
    by rewrite oppr_ge0 leNgt; apply/negP => fw; apply: opp fw fv.
  rewrite gt_eqF //; apply: (positive_from_vertices fa luW _ vv _ (reach x xR)) => // w vw.
  by rewrite leNgt; apply/negP => fw; apply: opp fv fw.
Qed.

(** The two extreme cases, as the theory states them. *)
Corollary T2_half_open l u : (forall j, l 0 j < u 0 j) ->
  (no_zero_on (in_range predT l u) <-> no_opposite_signs l u /\ f u != 0).
Proof.
move=> lu; split=> [/(T2_range _ lu)[opp [v [_ vu fv]]] | [opp fu]].
  by split=> //; suff <- : v = u by []; apply/rowP => j; rewrite vu.
by apply/(T2_range _ lu); split=> //; exists u; split=> // j; right.
Qed.

Corollary T2_open l u : (forall j, l 0 j < u 0 j) ->
  (no_zero_on (in_range pred0 l u) <-> no_opposite_signs l u /\ exists2 v, vertex l u v & f v != 0).
Proof.
move=> lu; split=> [/(T2_range _ lu)[opp [v [vv _ fv]]] | [opp [v vv fv]]]; first by split=> //; exists v.
by apply/(T2_range _ lu); split=> //; exists v.
Qed.

End T2.
