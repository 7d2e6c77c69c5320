(* A strict JSON reader.  An object keeps its members in order; a duplicate key is an error.  Every value knows where it stands in the
   text, so that the bytes of the network can be hashed exactly as they are. *)

type t = { value : value; from : int; upto : int }

and value =
  | Null
  | Bool of bool
  | Number of string
  | String of string
  | List of t list
  | Object of (string * t) list

exception Error of int * string

let parse text =
  let n = String.length text in
  let position = ref 0 in
  let fail what = raise (Error (!position, what)) in
  let peek () = if !position < n then text.[!position] else '\000' in
  let next () = let c = peek () in incr position; c in
  let expect c = if next () <> c then (decr position; fail (Printf.sprintf "%C expected" c)) in
  let rec blanks () = match peek () with ' ' | '\t' | '\n' | '\r' -> incr position; blanks () | _ -> () in
  let word w v =
    let l = String.length w in
    if !position + l <= n && String.sub text !position l = w then (position := !position + l; v) else fail "unknown word" in
  let string () =
    expect '"';
    let buffer = Buffer.create 16 in
    let rec loop () =
      if !position >= n then fail "string without end";
      match next () with
      | '"' -> Buffer.contents buffer
      | '\\' -> (
          match next () with
          | ('"' | '\\' | '/') as c -> Buffer.add_char buffer c; loop ()
          | 'n' -> Buffer.add_char buffer '\n'; loop ()
          | 't' -> Buffer.add_char buffer '\t'; loop ()
          | 'r' -> Buffer.add_char buffer '\r'; loop ()
          | 'b' -> Buffer.add_char buffer '\b'; loop ()
          | 'f' -> Buffer.add_char buffer '\012'; loop ()
          | 'u' when !position + 4 <= n ->
              let code = match int_of_string_opt ("0x" ^ String.sub text !position 4) with Some c -> c | None -> fail "bad escape" in
              position := !position + 4;
              Buffer.add_utf_8_uchar buffer (if Uchar.is_valid code then Uchar.of_int code else Uchar.rep);
              loop ()
          | _ -> fail "bad escape")
      | c when c < ' ' -> fail "control character in a string"
      | c -> Buffer.add_char buffer c; loop () in
    loop () in
  let number () =
    let from = !position in
    let rec digits k = match peek () with '0' .. '9' -> incr position; digits (k + 1) | _ -> k in
    if peek () = '-' then incr position;
    let leading = peek () in
    let k = digits 0 in
    if k = 0 || (leading = '0' && k > 1) then fail "bad number";
    if peek () = '.' then (incr position; if digits 0 = 0 then fail "bad number");
    (match peek () with
    | 'e' | 'E' ->
        incr position;
        (match peek () with '+' | '-' -> incr position | _ -> ());
        if digits 0 = 0 then fail "bad number"
    | _ -> ());
    String.sub text from (!position - from) in
  let rec value depth =
    if depth > 64 then fail "nesting too deep";
    blanks ();
    let from = !position in
    let v =
      match peek () with
      | '{' -> incr position; blanks (); if peek () = '}' then (incr position; Object []) else Object (members depth [])
      | '[' -> incr position; blanks (); if peek () = ']' then (incr position; List []) else List (items depth [])
      | '"' -> String (string ())
      | 't' -> word "true" (Bool true)
      | 'f' -> word "false" (Bool false)
      | 'n' -> word "null" Null
      | _ -> Number (number ()) in
    let upto = !position in
    blanks ();
    { value = v; from; upto }
  and items depth done_ =
    let v = value (depth + 1) in
    match next () with
    | ',' -> items depth (v :: done_)
    | ']' -> List.rev (v :: done_)
    | _ -> decr position; fail "',' or ']' expected"
  and members depth done_ =
    blanks ();
    let key = string () in
    if List.mem_assoc key done_ then fail ("duplicate key " ^ key);
    blanks (); expect ':';
    let v = value (depth + 1) in
    match next () with
    | ',' -> members depth ((key, v) :: done_)
    | '}' -> List.rev ((key, v) :: done_)
    | _ -> decr position; fail "',' or '}' expected" in
  let v = value 0 in
  if !position < n then fail "text after the end";
  v
