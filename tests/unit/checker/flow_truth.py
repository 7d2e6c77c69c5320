#!/usr/bin/env python3
# Writes flow_truth.json: networks with ode layers, boxes, and value and gradient of output 0 at points of the boxes, by extrapolation of
# the midpoint rule (Gragg, Bulirsch, Stoer) with 40 digits, state and variational equation together. 24 digits are right: halving the
# steps changes no more.
#
#   python3 flow_truth.py > flow_truth.json
import json
import random
from mpmath import mp, mpf, matrix, tanh, sin, cos, exp, log, atan, erf, sqrt, pi, eye, nstr

mp.dps = 40
random.seed(20)

sigmoid = lambda z: 1 / (1 + exp(-z))
phi = lambda z: exp(-z * z / 2) / sqrt(2 * pi)
functions = {  # value and slope
    "tanh": (tanh, lambda z: 1 - tanh(z) ** 2),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "sin": (sin, cos),
    "softplus": (lambda z: log(1 + exp(z)), sigmoid),
    "arctan": (atan, lambda z: 1 / (1 + z * z)),
    "silu": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z)))),
    "gelu": (lambda z: z * (1 + erf(z / sqrt(2))) / 2, lambda z: (1 + erf(z / sqrt(2))) / 2 + z * phi(z)),
    "identity": (lambda z: z, lambda z: mpf(1)),
}


def affine_of(layer):
    if layer["type"] == "affine":
        return matrix(layer["weight"]), matrix(layer["bias"])
    n = len(layer["scale"])
    w, b = matrix(n, n), matrix(n, 1)
    for i in range(n):
        c = mpf(layer["scale"][i]) / sqrt(mpf(layer["variance"][i]) + mpf(layer["epsilon"]))
        w[i, i], b[i] = c, layer["bias"][i] - layer["mean"][i] * c
    return w, b


def simple(layers, mixed, lam, y, jacobian):
    """Layers without residual and ode layers: y, and their Jacobian times `jacobian`; mixed with those of another branch."""
    for i, layer in enumerate(layers):
        if layer["type"] == "activation":
            value, slope = functions[layer["function"]]
            for r in range(len(y)):
                s = slope(y[r])
                for c in range(jacobian.cols):
                    jacobian[r, c] *= s
            y = matrix([value(z) for z in y])
            continue
        w, b = affine_of(layer)
        if mixed is not None:
            w1, b1 = affine_of(mixed[i])
            w, b = (1 - lam) * w + lam * w1, (1 - lam) * b + lam * b1
        y, jacobian = w * y + b, w * jacobian
    return y, jacobian


def extrapolated(f, t, y, h, columns):
    """One step: the midpoint rule with 2, 4, 6, … substeps, extrapolated to none; its error is a series in their squares."""
    table = []
    for j in range(1, columns + 1):
        n = 2 * j
        step = h / n
        before, now = y, y + step * f(t, y)
        for i in range(1, n):
            before, now = now, before + 2 * step * f(t + i * step, now)
        row = [(now + before + step * f(t + h, now)) / 2]
        for k in range(1, j):
            row.append(row[k - 1] + (row[k - 1] - table[j - 2][k - 1]) / ((mpf(j) / (j - k)) ** 2 - 1))
        table.append(row)
    return table[-1][-1]


def integral(f, y, length):
    steps = int(mp.ceil(length * 14))
    h = length / steps
    for i in range(steps):
        y = extrapolated(f, i * h, y, h, 11)
    return y


def through(network, x):
    y, jacobian = matrix(x), eye(len(x))
    for layer in network["layers"]:
        if layer["type"] == "residual":
            inner, inner_jacobian = simple(layer["branch"], None, 0, y.copy(), jacobian.copy())
            y = mpf(layer["skip"]) * y + mpf(layer["residual"]) * inner
            jacobian = mpf(layer["skip"]) * jacobian + mpf(layer["residual"]) * inner_jacobian
        elif layer["type"] == "ode":
            branches = layer.get("branches", [layer.get("branch")])
            linear = layer.get("interpolation") == "linear"
            arcs = len(branches) - (1 if linear else 0)
            length, n, d = mpf(layer["time"][1]) / arcs, len(y), len(x)
            for k in range(arcs):
                def field(t, state, k=k):
                    a, b = matrix(state[:n]), matrix(n, d)
                    for i in range(n * d):
                        b[i // d, i % d] = state[n + i]
                    f, g = simple(branches[k], branches[k + 1] if linear else None, t / length, a, b)
                    return matrix(list(f) + [g[i // d, i % d] for i in range(n * d)])
                end = integral(field, matrix(list(y) + [jacobian[i // d, i % d] for i in range(n * d)]), length)
                y = matrix(end[:n])
                for i in range(n * d):
                    jacobian[i // d, i % d] = end[n + i]
        else:
            y, jacobian = simple([layer], None, 0, y, jacobian)
    return y[0], [jacobian[0, j] for j in range(len(x))]


def number(scale=1.0):
    return round(random.gauss(0, 1) * scale * 64) / 64  # a double


def affine(n, m, scale=1.0):
    return {"type": "affine", "weight": [[number(scale) for _ in range(m)] for _ in range(n)], "bias": [number(0.3) for _ in range(n)]}


def activation(name):
    return {"type": "activation", "function": name}


def batch_norm(n):
    return {"type": "batch_norm", "scale": [1 + number(0.3) for _ in range(n)], "bias": [number(0.2) for _ in range(n)],
            "mean": [number(0.2) for _ in range(n)], "variance": [0.5 + random.randrange(8) / 8 for _ in range(n)], "epsilon": 0.125}


def mlp(n, m, name, normed=False):
    return [affine(m, n), activation(name)] + ([batch_norm(m)] if normed else []) + [affine(n, m, 0.7)]


def network(d, *layers):
    return {"format": "narrows-network/1", "input_dim": d, "layers": list(layers)}


def ode(time, *branches, interpolation=None):
    layer = {"type": "ode", "branches": list(branches), "time": [0, time]}
    if interpolation:
        layer["interpolation"] = interpolation
    return layer


networks = [
    network(2, ode(2, [{"type": "affine", "weight": [[1.25, -0.75], [1, 0.5]], "bias": [0.125, -0.25]}, activation("tanh")]), affine(1, 2)),
    network(2, ode(1, mlp(2, 4, "softplus")), affine(1, 2)),
    network(2, affine(2, 2), activation("tanh"), ode(1, mlp(2, 3, "tanh"), mlp(2, 3, "tanh"), mlp(2, 3, "tanh"), interpolation="linear"),
            affine(3, 2), activation("sigmoid"), affine(1, 3)),
    network(1, ode(1.5, mlp(1, 2, "gelu"), mlp(1, 3, "silu")), affine(1, 1)),
    network(3, ode(0.75, mlp(3, 3, "sin", True), mlp(3, 3, "sin", True), interpolation="linear"),
            {"type": "residual", "skip": 1, "residual": 0.5, "branch": [affine(3, 3), activation("tanh")]}, affine(1, 3)),
    network(2, ode(1, mlp(2, 2, "arctan"), interpolation="constant"), ode(0.5, [affine(2, 2), activation("sigmoid")]), affine(1, 2)),
    network(2, ode(1, [affine(2, 2)], [affine(2, 2)], interpolation="linear"), affine(1, 2)),
    network(2, affine(4, 2), ode(0.5, [affine(4, 4), activation("identity"), batch_norm(4)]), affine(1, 4)),
]

cases = []
for net in networks:
    d = net["input_dim"]
    for radius in (0.125, 2.0 ** -7, 0.0):
        centre = [round(random.uniform(-0.5, 0.5) * 256) / 256 for _ in range(d)]
        points = []
        for i in range(1 if radius == 0 else 3):
            x = [c + radius * (random.choice((-1, 1)) if i < 2 else round(random.uniform(-1, 1) * 64) / 64) for c in centre]
            value, gradient = through(net, x)
            points.append({"x": x, "value": nstr(value, 26), "gradient": [nstr(g, 26) for g in gradient]})
        cases.append({"model": json.dumps(net), "box": [[c - radius, c + radius] for c in centre], "points": points})
print("[" + ",\n".join(json.dumps(case) for case in cases) + "]")
