(** one-neuron/N6: from a one-neuron ResNet to a fully connected ReLU network of width d + 1.

    A one-neuron ResNet with m blocks on R^d equals, on a box K, a fully connected ReLU network with m hidden layers of width d + 1
    each; with two more layers of width d in front it computes N(clamp_K(x)) on all of R^d.

    Reference: theory of one-neuron ResNets, Theorem 6.

    | notation | meaning |
    | [run blocks x] | the state after all blocks (u, v, b), each x ↦ x + v relu(u·x + b); [fold.v] |
    | [resnet blocks L x] | L · run blocks x, the one-neuron ResNet |
    | [eval N x], [hidden_layers N] | fully connected networks; [n9_constant_ray.v] |
    | [widths ks N] | ks is the list of the hidden widths of N, first layer first |
    | [inside lo hi x] | lo_i ≤ x_i ≤ hi_i for all i |
    | [clamp lo hi x] | the nearest point of the box: hi_i - relu((hi_i - lo_i) - relu(x_i - lo_i)) | *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.algebra_tactics Require Import ring.
From Narrows.one_neuron Require Import fold n9_constant_ray.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section N6.
Variables (R : realFieldType) (d : nat).
Implicit Types (x lo hi : 'cV[R]_d) (L : 'rV[R]_d).

Definition blocks := seq ('rV[R]_d * 'cV[R]_d * R).

Fixpoint run (bs : blocks) x : 'cV[R]_d := if bs is (u, v, b) :: bs' then run bs' (block u v b x) else x.
Definition resnet (bs : blocks) L x : R := dot L (run bs x).

Definition inside lo hi x := forall i, lo i 0 <= x i 0 <= hi i 0.
Definition clamp lo hi x : 'cV[R]_d := \col_i (hi i 0 - relu (hi i 0 - lo i 0 - relu (x i 0 - lo i 0))).

Fixpoint widths (ks : seq nat) k (N : net R k) : Prop :=
  match N with
  | Output _ _ _ => ks = [::]
  | Hidden _ k' _ _ N' => if ks is k0 :: ks' then k' = k0 /\ widths ks' N' else False
  end.

(** A block moves a box into a box. *)
Lemma block_bounds (u : 'rV[R]_d) (v : 'cV[R]_d) b lo hi :
  exists lo' hi', forall x, inside lo hi x -> inside lo' hi' (block u v b x).
Proof.
pose M := \sum_i `|u 0 i| * (`|lo i 0| + `|hi i 0|) + `|b|.
exists (\col_i (lo i 0 - M * `|v i 0|)), (\col_i (hi i 0 + M * `|v i 0|)) => x xK i.
have M0 : 0 <= M by rewrite addr_ge0 // sumr_ge0 // => k _; rewrite mulr_ge0 ?addr_ge0.
have xk k : `|x k 0| <= `|lo k 0| + `|hi k 0|.
  have /andP[x0 x1] := xK k; rewrite ler_norml; apply/andP; split.
    by apply: le_trans _ x0; rewrite ler_oppl (le_trans (ler_norm (- lo k 0))) // normrN ler_addl.
  by rewrite (le_trans x1) // (le_trans (ler_norm _)) // ler_addr.
have tM : `|relu (dot u x + b)| <= M.
  rewrite ger0_norm ?relu_ge0 // /relu le_maxl M0 andbT (le_trans (ler_norm _)) //.
  rewrite (le_trans (ler_norm_add _ _)) // ler_add2r /dot mxE (le_trans (ler_norm_sum _ _ _)) //.
  by apply: ler_sum => k _; rewrite normrM ler_wpmul2l.
have tv : `|relu (dot u x + b) * v i 0| <= M * `|v i 0| by rewrite normrM ler_wpmul2r.
have /andP[x0 x1] := xK i; move: tv; rewrite ler_norml => /andP[t0 t1].
by rewrite !mxE ler_add // ler_add.
Qed.

Lemma relu_vector_col m1 m2 (y : 'cV[R]_m1) (z : 'cV[R]_m2) : relu_vector (col_mx y z) = col_mx (relu_vector y) (relu_vector z).
Proof. by apply/colP => i; rewrite !mxE; case: splitP => j _; rewrite !mxE. Qed.

(** The conversion in a general position: the state is an affine function A z + a of the current hidden vector z. *)
Lemma convert (bs : blocks) L : forall k (A : 'M[R]_(d, k)) (a : 'cV[R]_d) lo hi, exists N : net R k,
  [/\ widths (nseq (size bs) (d + 1)%N) N, hidden_layers N = size bs
    & forall z, inside lo hi (A *m z + a) -> eval N z = resnet bs L (A *m z + a)].
Proof.
elim: bs => [|[[u v] b] bs IH] k A a lo hi.
  by exists (Output (L *m A) (dot L a)); split=> // z _; rewrite /= /resnet /= dotD /dot mulmxA.
have [lo' [hi' next]] := block_bounds u v b lo hi.
have [N [wN dN eN]] := IH _ (row_mx 1%:M v) lo lo' hi'.
exists (Hidden (col_mx A (u *m A)) (col_mx (a - lo) (u *m a + const_mx b)) N); split=> //=; first by rewrite dN.
move=> z zK; have hz : row_mx 1%:M v *m relu_vector (col_mx A (u *m A) *m z + col_mx (a - lo) (u *m a + const_mx b)) + lo
                       = block u v b (A *m z + a).
  rewrite mul_col_mx add_col_mx relu_vector_col mul_row_col mul1mx relu_vector_pos; last first.
    by move=> i; have /andP[] := zK i; rewrite !mxE => l0 _; rewrite addrA subr_ge0.
  rewrite /block addrA addrAC -[_ + lo]addrA subrK; congr (_ + _).
  have -> : u *m A *m z + u *m a + const_mx b = const_mx (dot u (A *m z + a) + b).
    by apply/matrixP => i j; rewrite !ord1 -mulmxA -mulmxDr mxE [const_mx b _ _]mxE [RHS]mxE.
  by apply/matrixP => i j; rewrite ord1 mxE big_ord1 [RHS]mxE mxE [const_mx _ _ _]mxE mulrC.
by rewrite eN hz; [ | apply: next].
Qed.

Theorem N6 (bs : blocks) L lo hi : exists N : net R d,
  [/\ widths (nseq (size bs) (d + 1)%N) N, hidden_layers N = size bs
    & forall x, inside lo hi x -> eval N x = resnet bs L x].
Proof.
have [N [wN dN eN]] := convert bs L 1%:M 0 lo hi; exists N; split=> // x xK.
by have := eN x; rewrite mul1mx addr0 => ->.
Qed.

Theorem N6_clamped (bs : blocks) L lo hi : (forall i, lo i 0 <= hi i 0) -> exists N : net R d,
  [/\ widths (d :: d :: nseq (size bs) (d + 1)%N) N, hidden_layers N = (size bs).+2
    & forall x, eval N x = resnet bs L (clamp lo hi x)].
Proof.
move=> lohi; have [N [wN dN eN]] := convert bs L (- 1%:M) hi lo hi.
exists (Hidden 1%:M (- lo) (Hidden (- 1%:M) (hi - lo) N)); split=> /= [||x]; [by [] | by rewrite dN |].
set z := relu_vector (- 1%:M *m relu_vector _ + _).
have cz : - 1%:M *m z + hi = clamp lo hi x.
  by rewrite /z !mulNmx !mul1mx; apply/colP => i; rewrite !mxE [LHS]addrC; congr (_ - relu _); rewrite addrC.
rewrite -cz eN // cz => i; rewrite mxE; have lh : 0 <= hi i 0 - lo i 0 by rewrite subr_ge0.
have r0 := relu_ge0 (x i 0 - lo i 0); apply/andP; split; last by rewrite ler_subl_addr ler_addl relu_ge0.
rewrite ler_subr_addl -ler_subr_addr /relu le_maxl lh andbT ler_subl_addr ler_addl.
exact: r0.
Qed.

End N6.
