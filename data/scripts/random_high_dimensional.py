#!/usr/bin/python3
"""Writes the random networks of data/networks/high_dimensional: width-d tanh ResNets with normal weights.

usage: random_high_dimensional.py [FOLDER]      (needs python3-numpy)

random_dD_LL[_SCALE]_sS has input dimension D, L blocks and seed S. Biases and the final row are N(0,1) and the final bias is
0; the weights W are N(0,1) times

    (no SCALE)  1/sqrt(D)     unit  1     overL  1/L     oversqrtL  1/sqrt(L)

A pair (D, S) has one stream of normal numbers: networks that differ in SCALE only are the same up to that factor, and the
blocks of a shallow network are the first blocks of a deep one (before scaling). numpy's RandomState is frozen: another numpy
writes the same files.
"""
import pathlib
import sys

import numpy as np

import network_file

SCALES = {
    "": ("1/sqrt(d)", lambda dim, depth: 1 / np.sqrt(dim)),
    "unit": ("1", lambda dim, depth: 1.0),
    "overL": ("1/L", lambda dim, depth: 1 / depth),
    "oversqrtL": ("1/sqrt(L)", lambda dim, depth: 1 / np.sqrt(depth)),
}
SEEDS = (0, 1)


def shapes():
    """All (dim, depth, scale)."""
    same_as_trained = [(dim, depth, scale) for dim in (4, 6) for depth in (4, 6, 8) for scale in ("", "unit")]
    growth_in_dim = [(dim, 4, scale) for dim in range(1, 7) for scale in ("", "unit")]
    growth_in_depth = [(2, depth, scale) for depth in (2, 4, 8, 16, 32, 64) for scale in ("unit", "overL", "oversqrtL")]
    return sorted(set(same_as_trained + growth_in_dim + growth_in_depth))


def draw(dim, depth, factor, seed):
    """The (blocks, row, shift) of a network."""
    normal = np.random.RandomState(1000 * dim + seed).standard_normal
    row = normal(dim)
    blocks = []
    for _ in range(depth):
        weight, bias = normal((dim, dim)), normal(dim)
        blocks.append((factor * weight, bias))
    return blocks, row, 0.0


def main():
    here = pathlib.Path(__file__).resolve().parent
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here.parent / "networks" / "high_dimensional"
    for dim, depth, scale in shapes():
        text, factor = SCALES[scale]
        for seed in SEEDS:
            name = "_".join(["random", f"d{dim}", f"L{depth}"] + ([scale] if scale else []) + [f"s{seed}"])
            comment = f"random tanh ResNet, weights N(0,1) times {text}, biases and final row N(0,1); random_high_dimensional.py"
            network = draw(dim, depth, factor(dim, depth), seed)
            network_file.write(folder / f"{name}.json", name, comment, *network)


if __name__ == "__main__":
    main()
