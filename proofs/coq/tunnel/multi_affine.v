(** Functions that are affine in each coordinate, on boxes: the combinatorial half of tunnel/T2.

    Such a function takes its extreme signs at the vertices, and on its way from a positive to a non-positive value it has an exact zero,
    in any ordered field: no limit is needed.

    | notation | meaning |
    | [upd x j c] | the row x with entry j replaced by c |
    | [multi_affine f] | c ↦ f (upd x j c) is affine for all x and j |
    | [in_box l u x] | l_j ≤ x_j ≤ u_j for all j |
    | [vertex l u v] | v_j ∈ {l_j, u_j} for all j |
    | [in_range half l u x] | l_j < x_j < u_j, or x_j = u_j where half j: the half-open or open range of each slope *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.algebra_tactics Require Import ring.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section MultiAffine.
Variables (R : realFieldType) (m : nat).
Implicit Types (f : 'rV[R]_m -> R) (x y l u v w : 'rV[R]_m) (j : 'I_m) (a b c t : R).

Definition upd x j c : 'rV[R]_m := \row_i (if i == j then c else x 0 i).

Definition multi_affine f := forall x j c, f (upd x j c) = (1 - c) * f (upd x j 0) + c * f (upd x j 1).

Definition in_box l u x := forall j, l 0 j <= x 0 j <= u 0 j.
Definition vertex l u v := forall j, v 0 j = l 0 j \/ v 0 j = u 0 j.
Definition in_range (half : pred 'I_m) l u x := forall j, l 0 j < x 0 j < u 0 j \/ half j /\ x 0 j = u 0 j.

Lemma upd_same x j c : upd x j c 0 j = c.
Proof. by rewrite mxE eqxx. Qed.

Lemma upd_other x i j c : i != j -> upd x j c 0 i = x 0 i.
Proof. by rewrite mxE => /negbTE ->. Qed.

Lemma upd_id x j : upd x j (x 0 j) = x.
Proof. by apply/rowP => i; rewrite mxE; case: eqP => // ->. Qed.

Lemma upd_upd x j a b : upd (upd x j a) j b = upd x j b.
Proof. by apply/rowP => i; rewrite !mxE; case: eqP. Qed.

Lemma multi_affineN f : multi_affine f -> multi_affine (fun x => - f x).
Proof. by move=> fa x j c; rewrite fa; ring. Qed.

Lemma between f x j a b t : multi_affine f ->
  f (upd x j ((1 - t) * a + t * b)) = (1 - t) * f (upd x j a) + t * f (upd x j b).
Proof. by move=> fa; rewrite [LHS]fa [f (upd x j a)]fa [f (upd x j b)]fa; ring. Qed.

(** The barycentric coordinate of a point in a segment. *)
Lemma split_segment a b c : a <= c <= b -> a != b -> exists2 t, 0 <= t <= 1 & c = (1 - t) * a + t * b.
Proof.
move=> /andP[ac cb] ab; have ab' : 0 < b - a by rewrite subr_gt0 lt_neqAle ab (le_trans ac cb).
have nz : b - a != 0 by rewrite gt_eqF.
exists ((c - a) / (b - a)); last by field.
apply/andP; split; first by rewrite divr_ge0 // ?subr_ge0 // ltW // -subr_gt0.
by rewrite ler_pdivr_mulr // mul1r ler_add2r.
Qed.

Lemma split_open_segment a b c : a < c < b -> exists2 t, 0 < t < 1 & c = (1 - t) * a + t * b.
Proof.
move=> /andP[ac cb]; have ab' : 0 < b - a by rewrite subr_gt0 (lt_trans ac cb).
have nz : b - a != 0 by rewrite gt_eqF.
exists ((c - a) / (b - a)); last by field.
apply/andP; split; first by rewrite divr_gt0 // subr_gt0.
by rewrite ltr_pdivr_mulr // mul1r ltr_add2r.
Qed.

Lemma convex_in_segment a b t : a <= b -> 0 <= t <= 1 -> a <= (1 - t) * a + t * b <= b.
Proof.
move=> ab /andP[t0 t1]; have ba : 0 <= b - a by rewrite subr_ge0.
apply/andP; split.
  by rewrite -subr_ge0 (_ : _ - a = t * (b - a)) ?mulr_ge0 //; ring.
by rewrite -subr_ge0 (_ : b - _ = (1 - t) * (b - a)) ?mulr_ge0 ?subr_ge0 //; ring.
Qed.

(** Whatever convex condition the values satisfy at all vertices, they satisfy on the box. *)
Lemma box_from_vertices f l u (P : R -> Prop) : multi_affine f ->
  (forall a b t, P a -> P b -> 0 <= t <= 1 -> P ((1 - t) * a + t * b)) ->
  (forall v, vertex l u v -> P (f v)) -> forall x, in_box l u x -> P (f x).
Proof.
move=> fa Pc Pv x; pose inner y := [set j | (y 0 j != l 0 j) && (y 0 j != u 0 j)].
have [k] := ubnP #|inner x|; elim: k x => // k IH x; rewrite ltnS => le_k xB.
have [e|[j]] := set_0Vmem (inner x).
  apply: Pv => j; have : j \notin inner x by rewrite e inE.
  by rewrite inE negb_and !negbK => /orP[]/eqP; [left | right].
rewrite inE => /andP[xl xu].
have step c : c = l 0 j \/ c = u 0 j -> P (f (upd x j c)).
  move=> ce; apply: IH; last first.
    move=> i; have [-> | ij] := eqVneq i j; last by rewrite upd_other.
    rewrite upd_same; have /andP[lx xu'] := xB j; have lu := le_trans lx xu'.
    by case: ce => ->; rewrite lexx lu.
  apply: leq_trans le_k; apply: proper_card; apply/properP; split; last first.
    exists j; first by rewrite inE xl xu.
    by rewrite inE upd_same; case: ce => ->; rewrite eqxx ?andbF.
  apply/subsetP => i; rewrite !inE; have [-> | ij] := eqVneq i j; last by rewrite upd_other.
  by rewrite xl xu.
have lu : l 0 j != u 0 j.
  by apply: contra_neq xl => e; have := xB j; rewrite -e -eq_le => /eqP ->.
have [t t01 xt] := split_segment (xB j) lu.
rewrite -(upd_id x j) xt between //; apply: Pc t01; apply: step; first by left. by right.
Qed.

(** If all vertices are non-negative and one of them, v, is positive, then f is positive wherever no coordinate sits at the end
    opposite to v. *)
Lemma positive_from_vertices f l u v x : multi_affine f -> (forall j, l 0 j <= u 0 j) ->
  (forall w, vertex l u w -> 0 <= f w) -> vertex l u v -> 0 < f v ->
  (forall j, x 0 j = v 0 j \/ l 0 j < x 0 j < u 0 j) -> 0 < f x.
Proof.
move=> fa lu f0 vv fv; pose off y := [set j | y 0 j != v 0 j].
have [k] := ubnP #|off x|; elim: k x => // k IH x; rewrite ltnS => le_k xR.
have [e|[j]] := set_0Vmem (off x).
  suff -> : x = v by [].
  apply/rowP => j; have : j \notin off x by rewrite e inE.
  by rewrite inE negbK => /eqP.
rewrite inE => xv; case: (xR j) => [xvj | lxu]; first by rewrite xvj eqxx in xv.
have vB i : l 0 i <= v 0 i <= u 0 i by case: (vv i) => ->; rewrite lexx lu.
have pos : 0 < f (upd x j (v 0 j)).
  apply: IH; last first.
    move=> i; have [-> | ij] := eqVneq i j; first by rewrite upd_same; left.
    by rewrite upd_other.
  apply: leq_trans le_k; apply: proper_card; apply/properP; split; last first.
    by exists j; rewrite inE ?upd_same ?eqxx.
  apply/subsetP => i; rewrite !inE; have [-> | ij] := eqVneq i j; last by rewrite upd_other.
  by rewrite xv.
have nonneg c : l 0 j <= c <= u 0 j -> 0 <= f (upd x j c).
  move=> cB; apply: (box_from_vertices (P := fun r => 0 <= r)) fa _ f0 _ _.
    move=> a b t a0 b0 /andP[t0 t1].
    by apply: addr_ge0; apply: mulr_ge0 => //; rewrite subr_ge0.
  move=> i; have [-> | ij] := eqVneq i j; first by rewrite upd_same.
  by rewrite upd_other //; case: (xR i) => [-> // | /andP[/ltW -> /ltW ->]].
have [t /andP[t0 t1] xt] := split_open_segment lxu.
rewrite -(upd_id x j) xt between //; case: (vv j) pos => -> pos.
  by apply: ltr_paddr; [apply: mulr_ge0; rewrite ?(ltW t0) ?nonneg ?lu ?lexx | rewrite mulr_gt0 ?subr_gt0].
by apply: ltr_paddl; [apply: mulr_ge0; rewrite ?nonneg ?lu ?lexx ?subr_ge0 ?(ltW t1) | rewrite mulr_gt0].
Qed.

(** Between a positive and a non-positive value there is an exact zero, on a path that changes one coordinate at a time. *)
Lemma zero_between f (S : 'I_m -> R -> Prop) x y : multi_affine f ->
  (forall j a b t, S j a -> S j b -> 0 <= t <= 1 -> S j ((1 - t) * a + t * b)) ->
  (forall j, S j (x 0 j)) -> (forall j, S j (y 0 j)) -> 0 < f x -> f y <= 0 ->
  exists2 z : 'rV[R]_m, (forall j, S j (z 0 j)) & f z = 0.
Proof.
move=> fa Sc Sx Sy fx; pose off y := [set j | y 0 j != x 0 j].
have [k] := ubnP #|off y|; elim: k y Sy => // k IH y Sy; rewrite ltnS => le_k fy.
have [e|[j]] := set_0Vmem (off y).
  have yx : y = x.
    apply/rowP => j; have : j \notin off y by rewrite e inE.
    by rewrite inE negbK => /eqP.
  by move: fy; rewrite yx leNgt fx.
rewrite inE => yx; have [fy' | fy'] := leP (f (upd y j (x 0 j))) 0.
  apply: IH fy'.
    by move=> i; have [-> | ij] := eqVneq i j; rewrite ?upd_same // upd_other.
  apply: leq_trans le_k; apply: proper_card; apply/properP; split; last first.
    by exists j; rewrite inE ?upd_same ?eqxx.
  apply/subsetP => i; rewrite !inE; have [-> | ij] := eqVneq i j; last by rewrite upd_other.
  by rewrite yx.
set b := f (upd y j (x 0 j)) in fy'; have ba : 0 < b - f y by rewrite subr_gt0 (le_lt_trans fy).
have nz : b - f y != 0 by rewrite gt_eqF.
pose t := - f y / (b - f y).
have t01 : 0 <= t <= 1.
  apply/andP; split; first by rewrite /t divr_ge0 ?oppr_ge0 // ltW.
  by rewrite /t ler_pdivr_mulr // mul1r -subr_ge0 opprK subrK ltW.
exists (upd y j ((1 - t) * y 0 j + t * x 0 j)).
  by move=> i; have [-> | ij] := eqVneq i j; rewrite ?upd_same ?upd_other //; apply: Sc.
by rewrite between // upd_id -/b /t; field.
Qed.

(** If f > 0 on the range, then f ≥ 0 on the closed box. *)
Lemma nonnegative_on_closure f half l u : multi_affine f -> (forall j, l 0 j < u 0 j) ->
  (forall x, in_range half l u x -> 0 < f x) -> forall x, in_box l u x -> 0 <= f x.
Proof.
move=> fa lu fpos x; pose bad y := [set j | ~~ (l 0 j < y 0 j < u 0 j)].
have [k] := ubnP #|bad x|; elim: k x => // k IH x; rewrite ltnS => le_k xB.
have [e|[j]] := set_0Vmem (bad x).
  apply/ltW/fpos => j; left; have : j \notin bad x by rewrite e inE.
  by rewrite inE negbK.
rewrite inE => xbad; rewrite leNgt; apply/negP => fx.
pose p := (l 0 j + u 0 j) / 2%:R; have [lp pu] : l 0 j < p /\ p < u 0 j by rewrite midf_lt // midf_lt.
have inner t : 0 < t <= 1 -> l 0 j < (1 - t) * x 0 j + t * p < u 0 j.
  move=> /andP[t0 t1]; have /andP[lx xu] := xB j; apply/andP; split.
    rewrite -subr_gt0 (_ : _ - _ = (1 - t) * (x 0 j - l 0 j) + t * (p - l 0 j)); last by ring.
    by rewrite ltr_paddl ?mulr_ge0 ?mulr_gt0 ?subr_ge0 ?subr_gt0.
  rewrite -subr_gt0 (_ : _ - _ = (1 - t) * (u 0 j - x 0 j) + t * (u 0 j - p)); last by ring.
  by rewrite ltr_paddl ?mulr_ge0 ?mulr_gt0 ?subr_ge0 ?subr_gt0.
have nonneg t : 0 < t <= 1 -> 0 <= f (upd x j ((1 - t) * x 0 j + t * p)).
  move=> t01; apply: IH; last first.
    move=> i; have [-> | ij] := eqVneq i j; last by rewrite upd_other.
    by rewrite upd_same; have /andP[/ltW -> /ltW ->] := inner t t01.
  apply: leq_trans le_k; apply: proper_card; apply/properP; split; last first.
    by exists j; rewrite inE // negbK upd_same inner.
  apply/subsetP => i; rewrite !inE; have [-> | ij] := eqVneq i j; last by rewrite upd_other.
  by rewrite xbad.
have f1 : 0 <= f (upd x j p).
  by have := nonneg 1; rewrite ltr01 lexx subrr mul0r add0r mul1r; apply.
set b := f (upd x j p) in f1; have bf : 0 < b - f x by rewrite subr_gt0 (lt_le_trans fx).
have nz : b - f x != 0 by rewrite gt_eqF.
pose t := - f x / (b - f x) / 2%:R.
have t01 : 0 < t <= 1.
  apply/andP; split; first by rewrite /t !divr_gt0 ?oppr_gt0 ?ltr0n.
  rewrite /t !ler_pdivr_mulr ?ltr0n // mul1r -subr_ge0 (_ : 2%:R * (b - f x) - - f x = b + (b - f x)); last by ring.
  by rewrite addr_ge0 // ltW.
have := nonneg t t01; rewrite between // upd_id -/b.
rewrite (_ : _ + _ = f x / 2%:R); last by rewrite /t; field.
by rewrite leNgt pmulr_llt0 ?fx // invr_gt0 ltr0n.
Qed.

End MultiAffine.
