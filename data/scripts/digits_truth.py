#!/usr/bin/python3
"""Writes data/networks/digits/truth.json: what the digits networks compute, by numpy in float64, without torch and without Narrows.

usage: digits_truth.py      (needs python3-numpy and python3-onnx)

For some networks and images: the logits, the gradient (l1 norm) of the margin to the strongest rival, and for some radii the lower bounds of all
margins by interval bounds (centre and radius, layer by layer; the last layer's rows subtracted first). Nothing is rounded outward: expect
agreement to about 1e-11.
"""
import json
import pathlib

import numpy as np
import onnx
import onnx.numpy_helper

NETWORKS = ["ibp_w2_s0", "ibp_w8_s1", "adv_w4_s0", "std_w2_s1"]
IMAGES = range(12)
RADII = (0.01, 0.05)


def conv_matrix(weight, bias):
    """The 3 x 3 convolution of 8 x 8 maps with one ring of zeros as a dense (matrix, vector)."""
    out, channels = weight.shape[:2]
    matrix = np.zeros((out, 8, 8, channels, 8, 8))
    for row in range(8):
        for column in range(8):
            for i in range(3):
                for j in range(3):
                    r, c = row + i - 1, column + j - 1
                    if 0 <= r < 8 and 0 <= c < 8:
                        matrix[:, row, column, :, r, c] = weight[:, :, i, j]
    return matrix.reshape(out * 64, channels * 64), np.repeat(bias, 64)


def read(path):
    """The convolutions in order, then the last layer, as (matrix, vector) in float64."""
    model = onnx.load(path)
    numbers = {t.name: onnx.numpy_helper.to_array(t).astype(np.float64) for t in model.graph.initializer}
    layers = []
    for node in model.graph.node:
        if node.op_type == "Conv":
            layers.append(conv_matrix(numbers[node.input[1]], numbers[node.input[2]]))
        if node.op_type == "Gemm":
            layers.append((numbers[node.input[1]], numbers[node.input[2]]))
    return layers


def forward(layers, x):
    """Logits and their Jacobian at x."""
    def step(layer, value, jacobian, relu=True):
        matrix, bias = layer
        value, jacobian = matrix @ value + bias, matrix @ jacobian
        if relu:
            jacobian = jacobian * (value > 0)[:, None]
            value = np.maximum(value, 0)
        return value, jacobian

    state = step(layers[0], x, np.eye(64))
    for k in (1, 3):
        branch = step(layers[k + 1], *step(layers[k], *state))
        state = state[0] + branch[0], state[1] + branch[1]
    return step(layers[5], *state, relu=False)


def lower_margins(layers, x, radius, label):
    def step(layer, centre, spread):
        matrix, bias = layer
        centre, spread = matrix @ centre + bias, np.abs(matrix) @ spread
        low, high = np.maximum(centre - spread, 0), np.maximum(centre + spread, 0)
        return (low + high) / 2, (high - low) / 2

    state = step(layers[0], x, np.full(64, radius))
    for k in (1, 3):
        branch = step(layers[k + 1], *step(layers[k], *state))
        state = state[0] + branch[0], state[1] + branch[1]
    matrix, bias = layers[5][0][label] - layers[5][0], layers[5][1][label] - layers[5][1]
    return matrix @ state[0] + bias - np.abs(matrix) @ state[1]


def main():
    data = pathlib.Path(__file__).resolve().parent.parent
    lines = [line for line in (data / "digits_test.csv").read_text().splitlines() if not line.startswith("#")]
    images = [[int(v) for v in line.split(",")] for line in lines]
    truth = []
    for name in NETWORKS:
        layers = read(data / "networks" / "digits" / f"{name}.onnx")
        for index in IMAGES:
            label, x = images[index][0], np.array(images[index][1:]) / 16
            logits, jacobian = forward(layers, x)
            others = [j for j in range(10) if j != label]
            rival = max(others, key=lambda j: logits[j])
            truth.append({"network": name, "image": index, "label": label, "logits": logits.tolist(),
                          "gradient": float(np.abs(jacobian[label] - jacobian[rival]).sum()),
                          "margins": {str(r): lower_margins(layers, x, r, label).tolist() for r in RADII}})
    text = ",\n".join(json.dumps(entry) for entry in truth)
    (data / "networks" / "digits" / "truth.json").write_text("[\n" + text + "\n]\n", encoding="ascii")


if __name__ == "__main__":
    main()
