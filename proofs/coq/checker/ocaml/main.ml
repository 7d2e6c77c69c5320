(* narrows-check-verified: a certificate of "no-critical-points proved" is checked by code extracted from Coq.

   usage: narrows-check-verified [--budget N] [--no-tree] FILE

   The network, the domain and the splits of the tree are read; what proved a leaf is not: the verified checker decides each leaf itself
   and may bisect it N more times (default 12).  --no-tree forgets the splits.  What was checked is printed: the network's source hash as
   the certificate states it, the SHA-256 of the embedded model as computed here, the domain and the output.
   Exit codes: 0 verified, 1 not verified, 64 usage, 65 unsupported or malformed, 66 unreadable. *)

(* The extracted code has modules Z, List, … of its own. *)
module Zarith = Z

open Verified
module Z = Zarith
module List = Stdlib.List
module String = Stdlib.String
module Float = Stdlib.Float

exception Unsupported of string

let unsupported format = Printf.ksprintf (fun s -> raise (Unsupported s)) format

(* {1 Access to the document} *)

let member key (json : Json.t) =
  match json.value with
  | Object members -> ( match List.assoc_opt key members with Some v -> v | None -> unsupported "key %S is missing" key)
  | _ -> unsupported "an object with the key %S expected" key

(* Unknown keys are refused: they might mean something. *)
let only keys (json : Json.t) =
  match json.value with
  | Object members -> List.iter (fun (k, _) -> if not (List.mem k keys) then unsupported "unknown key %S" k) members
  | _ -> unsupported "an object expected"

let items (json : Json.t) = match json.value with List l -> l | _ -> unsupported "a list expected"
let text (json : Json.t) = match json.value with String s -> s | _ -> unsupported "a string expected"

let integer (json : Json.t) =
  match json.value with
  | Number s -> ( match int_of_string_opt s with Some k when k >= 0 -> k | _ -> unsupported "an index expected, not %s" s)
  | _ -> unsupported "an index expected"

(* {1 Exact numbers} *)

let power k = if k >= 0 then Q.of_bigint (Z.shift_left Z.one k) else Q.make Z.one (Z.shift_left Z.one (-k))

let of_float x =
  match Float.classify_float x with
  | FP_nan | FP_infinite -> unsupported "a number overflows"
  | _ -> Q.of_float x

let hexadecimal s =
  let negative = s.[0] = '-' in
  let s = if negative || s.[0] = '+' then String.sub s 1 (String.length s - 1) else s in
  let s = String.lowercase_ascii s in
  if String.length s < 3 || String.sub s 0 2 <> "0x" then unsupported "bad number %S" s;
  let s = String.sub s 2 (String.length s - 2) in
  let digits, exponent =
    match String.index_opt s 'p' with
    | Some i -> (String.sub s 0 i, int_of_string (String.sub s (i + 1) (String.length s - i - 1)))
    | None -> (s, 0) in
  if abs exponent > 20000 then unsupported "exponent out of range";
  let whole, part = match String.index_opt digits '.' with
    | Some i -> (String.sub digits 0 i, String.sub digits (i + 1) (String.length digits - i - 1))
    | None -> (digits, "") in
  let q = Q.mul (Q.of_bigint (Z.of_string_base 16 (whole ^ part))) (power (exponent - (4 * String.length part))) in
  if negative then Q.neg q else q

let number (json : Json.t) =
  match json.value with
  | Number s -> of_float (float_of_string s)
  | String s when String.contains s 'x' || String.contains s 'X' -> hexadecimal s
  | String s -> let q = Q.of_string s in if Q.is_real q then q else unsupported "bad number %S" s
  | _ -> unsupported "a number expected"

(* (m, e) with q = m·2^e *)
let dyadic q =
  let den = Q.den q in
  let e = Z.numbits den - 1 in
  if not (Z.equal den (Z.shift_left Z.one e)) then unsupported "%s is not a dyadic number" (Q.to_string q);
  (Q.num q, Z.of_int (-e))

(* {1 The chain: FORMAT.md, "The chain and Φ"} *)

type affine = { weight : Q.t list list; bias : Q.t list }
type part = Map of affine | Function of activation
type row = Part of part | Block of Q.t * Q.t * part list

let affine json =
  only [ "type"; "weight"; "bias" ] json;
  { weight = List.map (fun r -> List.map number (items r)) (items (member "weight" json));
    bias = List.map number (items (member "bias" json)) }

let part json =
  match text (member "type" json) with
  | "affine" -> Map (affine json)
  | "activation" -> (
      only [ "type"; "function" ] json;
      match text (member "function" json) with
      | "tanh" -> Function Tanh
      | "sigmoid" -> Function Sigmoid
      | "softplus" -> Function Softplus
      | f -> unsupported "activation %s" f)
  | t -> unsupported "layer of type %s" t

let width n = function Map m -> List.length m.weight | Function _ -> n
let diagonal n q = { weight = List.init n (fun i -> List.init n (fun j -> if i = j then q else Q.zero)); bias = List.init n (fun _ -> Q.zero) }

let layer (n, rows) json =
  if text (member "type" json) <> "residual" then
    let p = part json in (width n p, Part p :: rows)
  else begin
    only [ "type"; "skip"; "residual"; "branch" ] json;
    let skip = number (member "skip" json) and factor = number (member "residual" json) in
    let branch = List.map part (items (member "branch" json)) in
    if Q.sign skip <> 0 then (n, Block (skip, factor, branch) :: rows)
    else (n, Part (Map (diagonal n factor)) :: List.rev_append (List.map (fun p -> Part p) branch) rows)
  end

let rec drop_last_sigmoid = function
  | [] -> []
  | [ last ] when text (member "type" last) = "activation" && text (member "function" last) = "sigmoid" -> []
  | l :: rest -> l :: drop_last_sigmoid rest

let chain model output =
  let n, reversed = List.fold_left layer (integer (member "input_dim" model), []) (drop_last_sigmoid (items (member "layers" model))) in
  let last, before = match reversed with Part (Map m) :: before -> (m, before) | _ -> (diagonal n Q.one, reversed) in
  let pick l i = match List.nth_opt l i with Some x -> x | None -> unsupported "no output %d" i in
  let selected =
    match text (member "type" output) with
    | "component" ->
        let k = integer (member "index" output) in
        { weight = [ pick last.weight k ]; bias = [ pick last.bias k ] }
    | "margin" -> (
        match List.map integer (items (member "indices" output)) with
        | [ i; j ] -> { weight = [ List.map2 Q.sub (pick last.weight i) (pick last.weight j) ]; bias = [ Q.sub (pick last.bias i) (pick last.bias j) ] }
        | _ -> unsupported "two indices expected")
    | t -> unsupported "output of type %s" t in
  List.rev (Part (Map selected) :: before)

(* {1 To the types of the verified code} *)

let simple = function
  | Map m -> Affine (List.map (List.map dyadic) m.weight, List.map dyadic m.bias)
  | Function f -> Activate f

let verified_layer = function Part p -> Plain (simple p) | Block (e, d, branch) -> Residual (dyadic e, dyadic d, List.map simple branch)
let rec nat k = if k = 0 then O else S (nat (k - 1))

let tree operations =
  let rec read = function
    | [] -> unsupported "the tree is incomplete"
    | operation :: rest -> (
        match items operation with
        | { value = String "split"; _ } :: axis :: _ ->
            let lower, rest = read rest in
            let upper, rest = read rest in
            (Split (nat (integer axis), lower, upper), rest)
        | { value = String ("layers-regular" | "direction-sign"); _ } :: _ -> (Leaf, rest)
        | _ -> unsupported "a leaf other than layers-regular and direction-sign") in
  match read operations with t, [] -> t | _ -> unsupported "operations after the end of the tree"

(* {1 The program} *)

let read file =
  let channel = open_in_bin file in
  Fun.protect ~finally:(fun () -> close_in channel) (fun () -> really_input_string channel (in_channel_length channel))

let check budget use_tree file =
  let content = read file in
  let document = Json.parse content in
  let claim = member "claim" document and network = member "network" document and proof = member "proof" document in
  if text (member "format" document) <> "narrows-certificate/1" then unsupported "the format";
  if text (member "kind" claim) <> "no-critical-points" || text (member "verdict" claim) <> "proved" then
    unsupported "the claim %s %s" (text (member "kind" claim)) (text (member "verdict" claim));
  let model = member "model" network and domain = member "domain" claim in
  if text (member "format" model) <> "narrows-network/1" then unsupported "the format of the model";
  only [ "format"; "name"; "weights_dtype"; "comment"; "input_dim"; "layers" ] model;
  let bytes (json : Json.t) = String.sub content json.from (json.upto - json.from) in
  let model_hash = Sha256.digest (bytes model) in
  if model_hash <> text (member "model_sha256" network) then unsupported "the hash of the model does not match";
  let layers = List.map verified_layer (chain model (member "output" claim)) in
  Printf.printf "network %s sha256 %s\nmodel sha256 %s\ndomain %s\noutput %s\n%!" (text (member "file" (member "source" network)))
    (text (member "sha256" (member "source" network))) model_hash (bytes domain) (bytes (member "output" claim));
  let precision = Z.of_int 53 in
  match text (member "type" domain) with
  | "space" -> Hardware.check_everywhere precision (nat (integer (member "input_dim" model))) layers
  | "box" ->
      let side json = match List.map (fun q -> dyadic (number q)) (items json) with [ lo; hi ] -> (lo, hi) | _ -> unsupported "an interval expected" in
      let bounds = List.map side (items (member "bounds" domain)) in
      if List.length bounds <> integer (member "input_dim" model) then unsupported "the dimension of the domain";
      let splits = match proof.value with
        | Object members when use_tree && not (List.mem_assoc "reduction" members) -> (
            match List.assoc_opt "tree" members with Some t when items t <> [] -> tree (items t) | _ -> Leaf)
        | _ -> Leaf in
      Hardware.check precision (nat budget) layers bounds splits
  | t -> unsupported "a domain of type %s" t

let usage () = prerr_endline "usage: narrows-check-verified [--budget N] [--no-tree] FILE"; exit 64

let rec arguments budget use_tree = function
  | "--budget" :: k :: rest -> ( match int_of_string_opt k with Some k when k >= 0 -> arguments k use_tree rest | _ -> usage ())
  | "--no-tree" :: rest -> arguments (max budget 60) false rest
  | [ file ] when file <> "" && file.[0] <> '-' -> (budget, use_tree, file)
  | _ -> usage ()

let () =
  let budget, use_tree, file = arguments 12 true (List.tl (Array.to_list Sys.argv)) in
  match check budget use_tree file with
  | true -> print_endline "VERIFIED no critical point"
  | false -> print_endline "NOT VERIFIED"; exit 1
  | exception Unsupported reason -> Printf.eprintf "narrows-check-verified: %s: not supported: %s\n" file reason; exit 65
  | exception Json.Error (at, what) -> Printf.eprintf "narrows-check-verified: %s: byte %d: %s\n" file at what; exit 65
  | exception (Invalid_argument what | Failure what) -> Printf.eprintf "narrows-check-verified: %s: malformed: %s\n" file what; exit 65
  | exception Sys_error what -> Printf.eprintf "narrows-check-verified: %s\n" what; exit 66
