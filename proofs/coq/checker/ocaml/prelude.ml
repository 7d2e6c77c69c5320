(* Names that the extracted code expects of Coq's float library. *)
type float_comparison = Float64.float_comparison = FEq | FLt | FGt | FNotComparable
type float_class = Float64.float_class = PNormal | NNormal | PSubn | NSubn | PZero | NZero | PInf | NInf | NaN
