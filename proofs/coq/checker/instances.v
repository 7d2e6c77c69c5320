(** The checker over hardware floats (fast) and over integers (fewest axioms). *)
From Interval Require Import Float.Specific_ops Float.Specific_stdz Float.Primitive_ops Float.Sig.
From Narrows.checker Require Import checker.

Module StdZFloat := SpecificFloat StdZRadix2.

(** Hardware floats: rests on Coq's own axioms about them and about 63-bit integers. *)
Module Hardware := Checker PrimitiveFloat.

(** Floats made of integers of any size, 53 bits: rests on the axioms of the reals alone. *)
Module Integer := Checker StdZFloat.
