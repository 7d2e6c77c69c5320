#!/usr/bin/python3
"""Trains the convolutional ResNets of data/networks/digits and writes the test images of data/digits_test.csv.

usage: train_digits.py [--modes ibp,adv,std] [--widths 2,4,8,16] [--seeds 0,1,2] [--out FOLDER] [--images FILE]
(needs python3-torch, python3-sklearn and python3-onnx; one thread)

Images: scikit-learn's bundled digits, 8 x 8 pixels of 0..16, divided by 16. A fixed shuffle gives 1297 for training and 500 for
the test. Network of width w:  stem conv3x3 (1 -> w) and ReLU;  two blocks Z + ReLU(conv3x3 ReLU(conv3x3 Z));  fully connected 64w -> 10.

  std   cross-entropy
  adv   cross-entropy at the end of PGD-5 in the sup norm, r = 0.1
  ibp   cross-entropy of the worst logits that interval bounds allow, r = 0.1, mixed with the plain one (Gowal et al., 1810.12715)

The loss is minimised by Adam with a step that falls to zero like a cosine; another torch or processor may round differently and end at
other weights. Prints one line per network: name, loss, test accuracy, float estimates of the accuracy attacked by PGD-20 and of the
accuracy certified by interval bounds at the radii .02, .05 and .1, seconds.
"""
import argparse
import pathlib
import time

import numpy as np
import onnx
import onnx.numpy_helper
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional

RADIUS = 0.1
EPOCHS = {"std": 20, "adv": 15, "ibp": 20}
BATCH = {"std": 64, "adv": 64, "ibp": 32}
FIRST_STEP = {"std": 5e-3, "adv": 5e-3, "ibp": 1e-2}
TRAINING_IMAGES = 1297


def images():
    """(training pixels, labels, test pixels, labels); pixels of shape (n, 1, 8, 8) in 0..16."""
    digits = load_digits()
    order = np.random.RandomState(0).permutation(len(digits.target))
    pixels = digits.images[order].astype(np.float32).reshape(-1, 1, 8, 8)
    labels = digits.target[order]
    n = TRAINING_IMAGES
    return pixels[:n], labels[:n], pixels[n:], labels[n:]


class DigitNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.stem = nn.Conv2d(1, width, 3, padding=1)
        self.inner = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in range(2))
        self.outer = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in range(2))
        self.classes = nn.Linear(64 * width, 10)

    def forward(self, x):
        z = torch.relu(self.stem(x))
        for inner, outer in zip(self.inner, self.outer):
            z = z + torch.relu(outer(torch.relu(inner(z))))
        return self.classes(z.flatten(1))

    def lower_margins(self, x, radius, labels):
        """Lower bounds of logit[label] - logit[j] over the sup-norm ball round x, shape (n, 10); 0 at j = label."""
        def conv(layer, low, high):
            middle, half = (low + high) / 2, (high - low) / 2
            centre = layer(middle)
            spread = functional.conv2d(half, layer.weight.abs(), padding=1)
            return centre - spread, centre + spread

        low, high = (torch.relu(t) for t in conv(self.stem, x - radius, x + radius))
        for inner, outer in zip(self.inner, self.outer):
            a, b = (torch.relu(t) for t in conv(inner, low, high))
            a, b = (torch.relu(t) for t in conv(outer, a, b))
            low, high = low + a, high + b
        middle, half = ((low + high) / 2).flatten(1), ((high - low) / 2).flatten(1)
        weight = self.classes.weight[labels].unsqueeze(1) - self.classes.weight.unsqueeze(0)
        bias = self.classes.bias[labels].unsqueeze(1) - self.classes.bias.unsqueeze(0)
        return torch.einsum("njk,nk->nj", weight, middle) - torch.einsum("njk,nk->nj", weight.abs(), half) + bias


def attack(net, x, labels, radius, steps):
    """Projected gradient ascent of the cross-entropy in the sup-norm ball, inside [0, 1]; a random start."""
    low, high = (x - radius).clamp(min=0), (x + radius).clamp(max=1)
    point = torch.min(torch.max(x + (2 * torch.rand_like(x) - 1) * radius, low), high)
    for _ in range(steps):
        point.requires_grad_(True)
        gradient, = torch.autograd.grad(functional.cross_entropy(net(point), labels), point)
        point = torch.min(torch.max(point.detach() + 2.5 * radius / steps * gradient.sign(), low), high)
    return point


def train(mode, width, seed, x, y):
    """The trained network and its last loss."""
    torch.manual_seed(1000 * seed + width)
    net = DigitNet(width)
    batch = BATCH[mode]
    batches = -(-len(x) // batch)
    steps = EPOCHS[mode] * batches
    optimizer = torch.optim.Adam(net.parameters(), lr=FIRST_STEP[mode])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for step in range(steps):
        if step % batches == 0:
            order = torch.randperm(len(x))
        chosen = order[step % batches * batch:(step % batches + 1) * batch]
        image, label = x[chosen], y[chosen]
        if mode == "ibp":
            ramp = min(1.0, step / (0.5 * steps))
            worst = functional.cross_entropy(-net.lower_margins(image, ramp * RADIUS, label), label)
            loss = (1 - 0.5 * ramp) * functional.cross_entropy(net(image), label) + 0.5 * ramp * worst
        else:
            point = attack(net, image, label, RADIUS, 5) if mode == "adv" else image
            loss = functional.cross_entropy(net(point), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return net, loss.item()


def export(net, path, comment):
    """Writes the network as ONNX, opset 13, float32; the batch is free."""
    nodes, constants = [], []

    def constant(name, tensor):
        constants.append(onnx.numpy_helper.from_array(tensor.detach().numpy(), name))
        return name

    def conv(layer, source, name):
        nodes.append(onnx.helper.make_node("Conv", [source, constant(name + ".weight", layer.weight), constant(name + ".bias", layer.bias)],
                                           [name], kernel_shape=[3, 3], pads=[1, 1, 1, 1]))
        nodes.append(onnx.helper.make_node("Relu", [name], [name + ".relu"]))
        return name + ".relu"

    state = conv(net.stem, "image", "stem")
    for k, (inner, outer) in enumerate(zip(net.inner, net.outer)):
        branch = conv(outer, conv(inner, state, f"inner{k}"), f"outer{k}")
        nodes.append(onnx.helper.make_node("Add", [state, branch], [f"block{k}"]))
        state = f"block{k}"
    nodes.append(onnx.helper.make_node("Flatten", [state], ["features"]))
    nodes.append(onnx.helper.make_node("Gemm", ["features", constant("classes.weight", net.classes.weight),
                                                constant("classes.bias", net.classes.bias)], ["logits"], transB=1))
    real = onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(nodes, path.stem, [onnx.helper.make_tensor_value_info("image", real, ["n", 1, 8, 8])],
                                   [onnx.helper.make_tensor_value_info("logits", real, ["n", 10])], constants, doc_string=comment)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)], producer_name="train_digits.py")
    model.ir_version = 7
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def write_images(path, pixels, labels):
    """label,v1,...,v64 per line; the pixels are the numbers times the scale."""
    lines = ["# scikit-learn's digits, the 500 test images: label, then 8 rows of 8 pixels", "# scale 1/16"]
    lines += [",".join(map(str, [label] + image.flatten().astype(int).tolist())) for image, label in zip(pixels, labels)]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def main():
    torch.set_num_threads(1)
    data = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modes", default="ibp,adv,std")
    parser.add_argument("--widths", default="2,4,8,16")
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--out", type=pathlib.Path, default=data / "networks" / "digits")
    parser.add_argument("--images", type=pathlib.Path, default=data / "digits_test.csv")
    options = parser.parse_args()
    train_pixels, train_labels, test_pixels, test_labels = images()
    write_images(options.images, test_pixels, test_labels)
    options.out.mkdir(parents=True, exist_ok=True)
    x, y = torch.tensor(train_pixels / 16), torch.tensor(train_labels)
    tx, ty = torch.tensor(test_pixels / 16), torch.tensor(test_labels)
    for mode in options.modes.split(","):
        for width in map(int, options.widths.split(",")):
            for seed in map(int, options.seeds.split(",")):
                start = time.monotonic()
                net, loss = train(mode, width, seed, x, y)
                clean = (net(tx).argmax(1) == ty).float().mean().item()
                radii = (0.02, 0.05, 0.1)
                attacked = [(net(attack(net, tx, ty, r, 20)).argmax(1) == ty).float().mean().item() for r in radii]
                with torch.no_grad():
                    margins = [net.lower_margins(tx, r, ty).scatter(1, ty[:, None], 1).amin(1) for r in radii]
                    certified = [(m > 0).float().mean().item() for m in margins]
                name = f"{mode}_w{width}_s{seed}"
                export(net, options.out / f"{name}.onnx", f"digits, width {width}, {mode} training, seed {seed}, train_digits.py; "
                                                          f"test accuracy {clean:.3f}")
                print(name, f"{loss:.3f} {clean:.3f}", *[f"{v:.3f}" for v in attacked], *[f"{v:.3f}" for v in certified],
                      f"{time.monotonic() - start:.0f}", flush=True)


if __name__ == "__main__":
    main()
