#!/usr/bin/env python3
"""Times libraries that are not in Rust on the shapes of this benchmark: those of `PEERS` below.

Comes in: the shapes below, the same as in src/shapes.rs but for those in `nchw`: each library has a layout of its own; or networks that
the Rust program wrote. Goes out: a JSON file for `--merge`. Each library runs in a process of its own, on one thread of one core, with
its model prepared beforehand and in full f32 precision, and is checked before it is timed. All libraries of one shape take turns, sample
by sample, as in the Rust program. For ratios that hold, run both right after one another on the same core of a quiet machine.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python peers.py
    cargo run --release -- --merge results/peers.json
"""

import argparse
import copy
import json
import os
import statistics
import sys
import tempfile
import warnings

# Read by the libraries' thread pools when they are imported.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402

import peers_native  # noqa: E402
import peers_networks  # noqa: E402
import peers_onnx  # noqa: E402
import peers_tflite  # noqa: E402
import peers_versions  # noqa: E402
from peers_process import Contender  # noqa: E402
from peers_problem import Problem, channels_last  # noqa: E402
from peers_timing import calibrate  # noqa: E402

SHAPES = {
    "S1": "28x28x1 -> 5x5x32 same",
    "S2": "14x14x32 -> 5x5x64 same",
    "S3": "8x8x16 -> 3x3x16 same",
    "S4": "56x56x64 -> 3x3x64 same",
    "S5": "56x56x64 -> 1x1x256",
    "S6": "depthwise 112x112x32 -> 3x3 same",
    "S7": "224x224x3 -> 7x7x64 same, stride 2",
    "S8": "14x14x256 -> 3x3x256 same",
    "S9": "32x32x3 -> 3x3x32 same",
    "S10": "16000x1 -> 80x64, stride 16",
    "S11": "256 x 28x28x1 -> 5x5x32 same",
    "S12": "512x512x1 -> 3x3x1 same",
    "S13": "28x28x16 -> 3x3x10, stride 2",
    "C1": "28x28x64 -> 3x3x64 same",
    "C2": "7x7x512 -> 3x3x512 same",
    "C3": "112x112x16 -> 3x3x16 same",
    "C4": "56x56x32 -> 5x5x32 same",
    "C5": "28x28x96 -> 5x5x64 same",
    "C6": "14x14x128 -> 3x3x256 same",
    "C7": "10x10x24 -> 3x3x40 same",
    "T1": "transposed 14x14x64 -> 2x2x32, stride 2",
    "T2": "transposed 14x14x64 -> 4x4x32 same, stride 2",
    "V1": "16x32x32x8 -> 3x3x3x16 same",
}


def pytorch(problem):
    """oneDNN under PyTorch: eager in both memory formats and with packed weights, whichever is fastest here."""
    import torch
    from torch.utils import mkldnn

    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    name = f"Conv{'Transpose' if problem.transposed else ''}{problem.rank}d"
    sizes = (problem.in_c, problem.out_c, problem.kernel, problem.stride)
    conv = getattr(torch.nn, name)(*sizes, groups=problem.groups).eval()
    conv.weight.copy_(torch.from_numpy(problem.weights_first))
    conv.bias.copy_(torch.from_numpy(problem.bias))
    model = conv
    if problem.before == problem.after:
        conv.padding = tuple(problem.before)
    elif not problem.transposed:
        sides = [side for ends in zip(reversed(problem.before), reversed(problem.after)) for side in ends]
        model = torch.nn.Sequential(getattr(torch.nn, f"ConstantPad{problem.rank}d")(sides, 0.0), conv)
    else:
        raise NotImplementedError("crops both ends alike")
    image = torch.from_numpy(problem.input_first)
    variants = [(model, image)]
    if last := {2: torch.channels_last, 3: torch.channels_last_3d}.get(problem.rank):
        variants.append((copy.deepcopy(model).to(memory_format=last), image.to(memory_format=last)))
    if model is conv and not problem.transposed:
        warnings.simplefilter("ignore", FutureWarning)  # of PyTorch, about how it packs weights itself
        variants.append((mkldnn.to_mkldnn(conv), image.to_mkldnn()))
    model, image = min(variants, key=lambda variant: calibrate(lambda: variant[0](variant[1]), 0.002)[1])
    output = None

    def run():
        nonlocal output
        output = model(image)

    return run, lambda: channels_last(output.to_dense().numpy())


def ncnn(problem):
    """A net of one layer, with everything that lowers the precision switched off."""
    import ncnn as library

    if problem.images > 1:
        raise NotImplementedError("it takes one image at a time")

    # The numbers of a layer's parameters: of width, height and depth in turn.
    numbers = {"kernel": (1, 11, 21), "before": (4, 14, 24), "after": (15, 16, 17)}
    keys = {0: problem.out_c, 3: problem.stride, 5: 1, 6: problem.weights.size}
    for name, places in numbers.items():
        keys |= dict(zip(places, reversed(getattr(problem, name))))
    kind = {1: "Convolution1D", 2: "Convolution", 3: "Convolution3D"}[problem.rank]
    weights = problem.weights_first
    if problem.groups > 1:
        kind, keys[7] = "ConvolutionDepthWise", problem.groups
    if problem.transposed:
        kind, weights = "Deconvolution", np.ascontiguousarray(weights.swapaxes(0, 1))
    layer = " ".join(f"{key}={value}" for key, value in keys.items())
    net = library.Net()
    net.opt.num_threads = 1
    for name in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_storage"):
        setattr(net.opt, f"use_{name}", False)
    with tempfile.TemporaryDirectory() as folder:
        param, model = f"{folder}/net.param", f"{folder}/net.bin"
        with open(param, "w", encoding="ascii") as file:
            file.write(f"7767517\n2 2\nInput x 0 1 x\n{kind} conv 1 1 x y {layer}\n")
        with open(model, "wb") as file:
            # Four zero bytes announce weights in f32.
            file.write(bytes(4) + weights.tobytes() + problem.bias.tobytes())
        if net.load_param(param) != 0 or net.load_model(model) != 0:
            raise RuntimeError("ncnn does not take the model")
    pixels = problem.input_first[0]  # named, for a `Mat` does not keep alive what it is made from
    image = library.Mat(pixels).clone()
    output = None

    def run():
        nonlocal output
        extractor = net.create_extractor()
        extractor.input("x", image)
        output = extractor.extract("y")[1]

    return run, lambda: channels_last(np.array(output).reshape(problem.output_first))


PEERS = {
    "onnxruntime": peers_onnx.layer(peers_onnx.onnxruntime),
    "openvino": peers_onnx.layer(peers_onnx.openvino),
    "mnn": peers_onnx.layer(peers_onnx.mnn),
    "mnn-small": peers_onnx.layer(peers_onnx.mnn_small),
    "pytorch": pytorch,
    "xnnpack": peers_tflite.layer,
    "ncnn": ncnn,
    "onednn": peers_native.layer("onednn", [0]),
    "onednn-winograd": peers_native.layer("onednn", [1]),
    "libxsmm": peers_native.layer("libxsmm", [0, 1]),
}


def start(problem, peers, sample):
    """A process for each peer that there is, ready to take samples."""
    contenders = {peer: Contender(prepare, problem, sample) for peer, prepare in peers.items()}
    for peer, contender in contenders.items():
        if contender.missing:
            print(f"{peer} is left out: {contender.missing}", file=sys.stderr)
            contender.end()
    return {peer: contender for peer, contender in contenders.items() if not contender.missing}


def measure(name, problem, contenders, repetitions):
    """One entry a peer for the layer or network of this name, of samples that are taken now, in turns."""
    for contender in contenders.values():
        contender.samples.clear()
    for _ in range(repetitions):
        for contender in contenders.values():
            contender.measure()
    entries = []
    for peer, contender in contenders.items():
        entry = {"peer": peer, "name": name, "shape": problem.shape, **contender.entry}
        if "failure" not in entry:
            lower, median, upper = statistics.quantiles(contender.samples, n=4)
            entry |= {"median": median, "fastest": min(contender.samples), "spread": (upper - lower) / median}
        entries.append(entry)
    return entries


def serve(answers, problems, repetitions, sample):
    """Says which versions there are; then, for each line with a name, measures that problem once more. `problems` gives the problem of a
    name and the peers for it, none if it is unknown here."""
    print(json.dumps(peers_versions.found()), file=answers, flush=True)
    current, contenders = None, {}
    for line in sys.stdin:
        if (name := line.strip()) != current:
            for contender in contenders.values():
                contender.end()
            problem, peers = problems(name)
            current, contenders = name, start(problem, peers, sample)
        print(json.dumps({"runs": measure(name, problem, contenders, repetitions)}), file=answers, flush=True)
    for contender in contenders.values():
        contender.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", default=",".join(SHAPES), help="names, with commas between them")
    parser.add_argument("--serve", action="store_true", help="measure what is named on standard input, for the Rust program's `--proof`")
    parser.add_argument("--networks", metavar="DIR", help="networks instead: what the Rust program wrote with `--networks --onnx DIR`")
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)), help="core to run on; the last without it")
    parser.add_argument("--repetitions", type=int, default=21, help="samples of each library on each shape")
    parser.add_argument("--sample", type=float, default=4, help="milliseconds of one sample")
    results = os.path.join(os.path.dirname(os.path.abspath(__file__)), "results", "peers.json")
    parser.add_argument("--out", default=results, help="file to write; results/peers.json beside this script without it")
    args = parser.parse_args()
    names = args.shapes.split(",")
    if unknown := [name for name in names if name not in SHAPES]:
        parser.error(f"there is no shape {unknown[0]}; there are {', '.join(SHAPES)}")
    os.sched_setaffinity(0, {args.core})
    if args.serve:
        networks = peers_networks.read(args.networks) if args.networks else {}
        answers, sys.stdout = os.fdopen(os.dup(1), "w"), sys.stderr
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # for libraries print what they like

        def problems(name):
            if name in networks:
                return networks[name], peers_networks.PEERS
            return (Problem(SHAPES[name]), PEERS) if name in SHAPES else (None, {})

        serve(answers, problems, args.repetitions, args.sample / 1000)
        return
    if args.networks:
        problems, peers = peers_networks.read(args.networks), peers_networks.PEERS
    else:
        problems, peers = {name: Problem(SHAPES[name]) for name in names}, PEERS
    runs = []
    for name, problem in problems.items():
        contenders = start(problem, peers, args.sample / 1000)
        for entry in measure(name, problem, contenders, args.repetitions):
            result = f"{entry['median'] * 1e6:12.2f} us, error {entry['error']:.1e}" if "median" in entry else entry["failure"]
            print(f"{name:9} {entry['peer']:12} {result}", file=sys.stderr)
            runs.append(entry)
        for contender in contenders.values():
            contender.end()
    os.makedirs(os.path.dirname(os.path.abspath(args.out)), exist_ok=True)
    with open(args.out, "w", encoding="utf-8") as file:
        json.dump({"runs": runs}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
