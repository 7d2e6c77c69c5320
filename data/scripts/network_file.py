"""Width-d tanh ResNets as arrays and as narrows-network/1 files.

A network is h <- h + DELTA*tanh(W h + b) for every block (W, b), then the number row.h + shift. There is no input layer
and no augmentation: the width is the input dimension d. Weights are float64; JSON's shortest round-trip decimals
give exactly the same numbers back.
"""
import json

import numpy as np

DELTA = 0.5  # the residual factor of every block


def write(path, name, comment, blocks, row, shift):
    """Writes `blocks`, a list of (W, b) with W of shape (d, d) and b of shape (d,), row of shape (d,) and shift, a number."""
    dim = len(row)
    lines = []
    for weight, bias in blocks:
        branch = [{"type": "affine", "weight": weight.tolist(), "bias": bias.tolist()},
                  {"type": "activation", "function": "tanh"}]
        lines.append(json.dumps({"type": "residual", "skip": 1.0, "residual": DELTA, "branch": branch}, allow_nan=False))
    lines.append(json.dumps({"type": "affine", "weight": [row.tolist()], "bias": [float(shift)]}, allow_nan=False))
    head = json.dumps({"format": "narrows-network/1", "name": name, "comment": comment, "input_dim": dim,
                       "weights_dtype": "float64"})
    with open(path, "w", encoding="ascii") as out:
        out.write(head[:-1] + ', "layers": [\n  ' + ",\n  ".join(lines) + "\n]}\n")


def read(path):
    """The (blocks, row, shift) of a file that `write` wrote."""
    with open(path, encoding="ascii") as source:
        layers = json.load(source)["layers"]
    blocks = []
    for layer in layers[:-1]:
        affine, activation = layer["branch"]
        assert (layer["skip"], layer["residual"], activation["function"]) == (1.0, DELTA, "tanh"), path
        blocks.append((np.array(affine["weight"]), np.array(affine["bias"])))
    return blocks, np.array(layers[-1]["weight"][0]), layers[-1]["bias"][0]


def value(network, points):
    """The outputs at `points`, of shape (n, d)."""
    blocks, row, shift = network
    hidden = points
    for weight, bias in blocks:
        hidden = hidden + DELTA * np.tanh(hidden @ weight.T + bias)
    return hidden @ row + shift
