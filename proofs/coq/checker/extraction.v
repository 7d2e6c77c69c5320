(** The checker as an OCaml program: Coq writes verified.ml, [checker/ocaml/] reads certificates and calls it.

    What is trusted beyond Coq: its extraction, the OCaml compiler, zarith, Coq's implementation of floats and 63-bit integers in OCaml,
    and the reader.  The two constants below are never called: they occur in the type of the real numbers only. *)
From Coq Require Import ZArith Reals Floats Uint63 Extraction ExtrOcamlBasic ExtrOCamlInt63 ExtrOCamlFloats ExtrOcamlZBigInt.
From Narrows.checker Require Import instances.

Extraction Language OCaml.
Extract Constant ClassicalDedekindReals.sig_forall_dec => "(fun _ -> assert false)".
Extract Constant ClassicalDedekindReals.sig_not_dec => "(assert false)".
Extraction "verified.ml" Hardware.check Hardware.check_everywhere.
