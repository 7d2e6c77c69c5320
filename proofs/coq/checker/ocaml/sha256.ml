(* SHA-256 (FIPS 180-4) of a string, as lower-case hexadecimal digits.  32-bit words in OCaml's 63-bit integers. *)

let mask = 0xFFFFFFFF
let rotate x k = ((x lsr k) lor (x lsl (32 - k))) land mask

(* The first 32 bits of the fractional parts of the square (cube) roots of the first primes, by integer roots. *)
let primes =
  let is_prime k = let rec go d = d * d > k || (k mod d <> 0 && go (d + 1)) in go 2 in
  let rec first k from = if k = 0 then [] else if is_prime from then from :: first (k - 1) (from + 1) else first k (from + 1) in
  first 64 2

let fraction root bits p = Z.to_int (Z.logand (root (Z.shift_left (Z.of_int p) bits)) (Z.of_int mask))
let initial = Array.of_list (List.filteri (fun i _ -> i < 8) (List.map (fraction Z.sqrt 64) primes))
let constants = Array.of_list (List.map (fraction (fun x -> Z.root x 3) 96) primes)

let digest text =
  let length = String.length text in
  let padded = Bytes.make (((length + 8) / 64 + 1) * 64) '\000' in
  Bytes.blit_string text 0 padded 0 length;
  Bytes.set padded length '\128';
  Bytes.set_int64_be padded (Bytes.length padded - 8) (Int64.of_int (8 * length));
  let h = Array.copy initial and w = Array.make 64 0 in
  for block = 0 to (Bytes.length padded / 64) - 1 do
    for i = 0 to 15 do
      w.(i) <- Int32.to_int (Bytes.get_int32_be padded ((64 * block) + (4 * i))) land mask
    done;
    for i = 16 to 63 do
      let s0 = rotate w.(i - 15) 7 lxor rotate w.(i - 15) 18 lxor (w.(i - 15) lsr 3) in
      let s1 = rotate w.(i - 2) 17 lxor rotate w.(i - 2) 19 lxor (w.(i - 2) lsr 10) in
      w.(i) <- (w.(i - 16) + s0 + w.(i - 7) + s1) land mask
    done;
    let v = Array.copy h in
    for i = 0 to 63 do
      let a = v.(0) and e = v.(4) in
      let s1 = rotate e 6 lxor rotate e 11 lxor rotate e 25 in
      let choice = e land v.(5) lxor (lnot e land v.(6)) in
      let t1 = (v.(7) + s1 + choice + constants.(i) + w.(i)) land mask in
      let s0 = rotate a 2 lxor rotate a 13 lxor rotate a 22 in
      let majority = a land v.(1) lxor (a land v.(2)) lxor (v.(1) land v.(2)) in
      Array.blit v 0 v 1 7;
      v.(4) <- (v.(4) + t1) land mask;
      v.(0) <- (t1 + s0 + majority) land mask
    done;
    Array.iteri (fun i x -> h.(i) <- (h.(i) + x) land mask) v
  done;
  String.concat "" (Array.to_list (Array.map (Printf.sprintf "%08x") h))
