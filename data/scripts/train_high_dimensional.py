#!/usr/bin/python3
"""Trains the trained_* networks of data/networks/high_dimensional: ball against shell in R^4 and R^6, with tanh ResNets
whose width is the input dimension.

usage: train_high_dimensional.py [FOLDER]      (needs python3-torch; one thread)

Label +1 is the ball of radius 1, label -1 the shell of radii 2 to 3; directions are uniform, and so are the radii in [0,1]
and [2,3]. The logistic loss log(1 + exp(-label*output)) plus WEIGHT_DECAY/2 times the sum of all squared weights is minimised by
Adam on all POINTS at once, with a step that falls to zero like a cosine. Data and start come from numpy's frozen
RandomState; another torch or processor may still round differently and end at other weights.

trained_dD_LL_sS has D inputs, L blocks and seed S. Prints one line per network: name, loss, accuracies in percent, seconds.
"""
import math
import pathlib
import sys
import time

import numpy as np
import torch

import network_file

SHAPES = [(dim, depth) for dim in (4, 6) for depth in (4, 6, 8)]
SEEDS = (0, 1)
POINTS = 2000
TEST_POINTS = 100000
STEPS = 3000
FIRST_STEP = 0.02
WEIGHT_DECAY = 1e-4


def ball_and_shell(dim, count, random):
    """`count` points, of shape (count, dim), the first half in the ball and the rest in the shell, and their labels."""
    points = random.standard_normal((count, dim))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    in_ball = np.arange(count) < count // 2
    radii = random.uniform(0, 1, count) + np.where(in_ball, 0, 2)
    return points * radii[:, None], np.where(in_ball, 1.0, -1.0)


def train(dim, depth, points, labels, random):
    """The trained (blocks, row, shift) and the final loss."""
    def parameter(*shape):
        return torch.tensor(random.standard_normal(shape) / math.sqrt(dim), requires_grad=True)

    blocks = [(parameter(dim, dim), parameter(dim)) for _ in range(depth)]
    row, shift = parameter(dim), parameter(1)
    parameters = [entry for block in blocks for entry in block] + [row, shift]
    x, y = torch.tensor(points), torch.tensor(labels)
    optimizer = torch.optim.Adam(parameters, lr=FIRST_STEP)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _ in range(STEPS):
        hidden = x
        for weight, bias in blocks:
            hidden = hidden + network_file.DELTA * torch.tanh(hidden @ weight.T + bias)
        decay = sum((p * p).sum() for p in parameters)
        loss = torch.nn.functional.softplus(-y * (hidden @ row + shift)).mean() + WEIGHT_DECAY / 2 * decay
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    arrays = [(weight.detach().numpy(), bias.detach().numpy()) for weight, bias in blocks]
    return (arrays, row.detach().numpy(), shift.item()), loss.item()


def accuracy(network, points, labels):
    """Percent of points on the right side."""
    return 100 * np.mean(network_file.value(network, points) * labels > 0)


def main():
    torch.set_num_threads(1)
    here = pathlib.Path(__file__).resolve().parent
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here.parent / "networks" / "high_dimensional"
    for dim, depth in SHAPES:
        for seed in SEEDS:
            start = time.monotonic()
            random = np.random.RandomState(10000 * dim + 100 * depth + seed)
            points, labels = ball_and_shell(dim, POINTS, random)
            network, loss = train(dim, depth, points, labels, random)
            name = f"trained_d{dim}_L{depth}_s{seed}"
            on_training = accuracy(network, points, labels)
            on_test = accuracy(network, *ball_and_shell(dim, TEST_POINTS, random))
            comment = (f"tanh ResNet trained on ball of radius 1 (+1) against shell 2..3 (-1) by train_high_dimensional.py; "
                       f"training accuracy {on_training:.2f} %, test accuracy {on_test:.2f} %")
            network_file.write(folder / f"{name}.json", name, comment, *network)
            print(f"{name} {loss:.4f} {on_training:.2f} {on_test:.2f} {time.monotonic() - start:.1f}", flush=True)


if __name__ == "__main__":
    main()
