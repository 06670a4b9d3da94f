#!/usr/bin/env python3
"""Times libraries that come from PyPI on the shapes of this benchmark: ONNX Runtime, PyTorch, XNNPACK (by LiteRT), ncnn.

Comes in: the shapes below, the same as in src/shapes.rs. Goes out: a JSON file for `--merge`. Each library runs on one
thread of one core, with its model prepared beforehand and in full f32 precision, and is checked before it is timed.
All libraries of one shape take turns, sample by sample, as in the Rust program. For ratios that hold, run both right
after one another on the same core of a quiet machine.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python peers.py
    cargo run --release -- --merge results/peers.json
"""

import argparse
import copy
import json
import os
import re
import statistics
import sys
import tempfile
import time
import warnings

# Read by the libraries' thread pools when they are imported.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402

SHAPES = {
    "S1": "28x28x1 -> 5x5x32 same",
    "S2": "14x14x32 -> 5x5x64 same",
    "S3": "8x8x16 -> 3x3x16 same",
    "S4": "56x56x64 -> 3x3x64 same",
    "S5": "56x56x64 -> 1x1x256",
    "S7": "224x224x3 -> 7x7x64 same, stride 2",
    "S8": "14x14x256 -> 3x3x256 same",
    "S9": "32x32x3 -> 3x3x32 same",
    "S12": "512x512x1 -> 3x3x1 same",
    "S13": "28x28x16 -> 3x3x10, stride 2",
}

# The largest error, relative to the largest output, that is taken for rounding. As in src/problem.rs.
TOLERANCE = 1e-4


class Problem:
    """One convolution: input HWC, weights HWIO, and the output HWC that it must have."""

    def __init__(self, text):
        sizes = re.fullmatch(r"(\d+)x(\d+)x(\d+) -> (\d+)x(\d+)x(\d+)( same)?(?:, stride (\d+))?", text).groups()
        self.in_h, self.in_w, self.in_c, self.k_h, self.k_w, self.out_c = map(int, sizes[:6])
        self.same = sizes[6] is not None
        self.stride = int(sizes[7] or 1)
        self.out_h, self.top, self.bottom = self._axis(self.in_h, self.k_h)
        self.out_w, self.left, self.right = self._axis(self.in_w, self.k_w)
        random = np.random.default_rng(1)
        self.input = random.uniform(-1, 1, (self.in_h, self.in_w, self.in_c)).astype(np.float32)
        self.weights = random.uniform(-1, 1, (self.k_h, self.k_w, self.in_c, self.out_c)).astype(np.float32)
        self.bias = random.uniform(-1, 1, self.out_c).astype(np.float32)
        self.expected = self._solve()

    def _axis(self, size, kernel):
        """Output length, padding before and after."""
        if not self.same:
            return (size - kernel) // self.stride + 1, 0, 0
        output = -(-size // self.stride)
        total = max(0, (output - 1) * self.stride + kernel - size)
        return output, total // 2, total - total // 2

    def _solve(self):
        """In f64, one tap at a time."""
        padded = np.pad(self.input.astype(np.float64), ((self.top, self.bottom), (self.left, self.right), (0, 0)))
        output = np.tile(self.bias.astype(np.float64), (self.out_h, self.out_w, 1))
        for ky in range(self.k_h):
            for kx in range(self.k_w):
                rows = padded[ky :: self.stride][: self.out_h]
                output += rows[:, kx :: self.stride][:, : self.out_w] @ self.weights[ky, kx]
        return output

    def error(self, output):
        """The largest error relative to the largest output."""
        return float(np.abs(output.astype(np.float64) - self.expected).max() / np.abs(self.expected).max())

    @property
    def input_nchw(self):
        return np.ascontiguousarray(self.input.transpose(2, 0, 1))[None]

    @property
    def weights_oihw(self):
        return np.ascontiguousarray(self.weights.transpose(3, 2, 0, 1))


def onnxruntime(problem):
    """A session with input and output bound to fixed memory."""
    import onnxruntime as ort
    from onnx import TensorProto, helper, numpy_helper

    pads = [problem.top, problem.left, problem.bottom, problem.right]
    node = helper.make_node("Conv", ["x", "w", "b"], ["y"], strides=[problem.stride] * 2, pads=pads)
    graph = helper.make_graph(
        [node],
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, problem.input_nchw.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, problem.out_c, problem.out_h, problem.out_w))],
        [numpy_helper.from_array(problem.weights_oihw, "w"), numpy_helper.from_array(problem.bias, "b")],
    )
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 13)])
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    output = ort.OrtValue.ortvalue_from_shape_and_type((1, problem.out_c, problem.out_h, problem.out_w), np.float32)
    binding = session.io_binding()
    binding.bind_ortvalue_input("x", ort.OrtValue.ortvalue_from_numpy(problem.input_nchw))
    binding.bind_ortvalue_output("y", output)
    return lambda: session.run_with_iobinding(binding), lambda: output.numpy()[0].transpose(1, 2, 0)


def pytorch(problem):
    """oneDNN under PyTorch: eager in both memory formats and with packed weights, whichever is fastest here."""
    import torch
    from torch.utils import mkldnn

    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    conv = torch.nn.Conv2d(problem.in_c, problem.out_c, (problem.k_h, problem.k_w), problem.stride).eval()
    conv.weight.copy_(torch.from_numpy(problem.weights_oihw))
    conv.bias.copy_(torch.from_numpy(problem.bias))
    sides = (problem.left, problem.right, problem.top, problem.bottom)
    if sides[0] == sides[1] and sides[2] == sides[3]:
        conv.padding, model = (problem.top, problem.left), conv
    else:
        model = torch.nn.Sequential(torch.nn.ZeroPad2d(sides), conv)
    image = torch.from_numpy(problem.input_nchw)
    last = torch.channels_last
    variants = [(model, image), (copy.deepcopy(model).to(memory_format=last), image.to(memory_format=last))]
    if model is conv:
        warnings.simplefilter("ignore", FutureWarning)  # of PyTorch, about how it packs weights itself
        variants.append((mkldnn.to_mkldnn(conv), image.to_mkldnn()))
    model, image = min(variants, key=lambda variant: calibrate(lambda: variant[0](variant[1]), 0.002)[1])
    output = None

    def run():
        nonlocal output
        output = model(image)

    return run, lambda: output.to_dense().numpy()[0].transpose(1, 2, 0)


def xnnpack(problem):
    """A LiteRT interpreter, which hands a convolution to XNNPACK unless told otherwise."""
    from ai_edge_litert import schema_py_generated as schema
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=tflite_model(problem, schema), num_threads=1)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], problem.input[None])
    output = interpreter.get_output_details()[0]["index"]
    return interpreter.invoke, lambda: interpreter.get_tensor(output)[0]


def tflite_model(problem, schema):
    """The bytes of a model with one convolution."""
    import flatbuffers

    def buffer(values=None):
        buffer = schema.BufferT()
        if values is not None:
            buffer.data = np.frombuffer(np.ascontiguousarray(values, np.float32).tobytes(), np.uint8)
        return buffer

    def tensor(name, shape, place):
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.buffer, tensor.type = name, list(shape), place, schema.TensorType.FLOAT32
        return tensor

    options = schema.Conv2DOptionsT()
    options.padding = schema.Padding.SAME if problem.same else schema.Padding.VALID
    options.strideH = options.strideW = problem.stride
    operator = schema.OperatorT()
    operator.inputs, operator.outputs = [0, 1, 2], [3]
    operator.builtinOptionsType, operator.builtinOptions = schema.BuiltinOptions.Conv2DOptions, options
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.CONV_2D
    code.version = 1
    weights = problem.weights.transpose(3, 0, 1, 2)
    graph = schema.SubGraphT()
    graph.tensors = [
        tensor("x", (1, *problem.input.shape), 1),
        tensor("w", weights.shape, 2),
        tensor("b", problem.bias.shape, 3),
        tensor("y", (1, *problem.expected.shape), 4),
    ]
    graph.inputs, graph.outputs, graph.operators = [0], [3], [operator]
    model = schema.ModelT()
    model.version, model.operatorCodes, model.subgraphs = 3, [code], [graph]
    model.buffers = [buffer(), buffer(), buffer(weights), buffer(problem.bias), buffer()]
    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def ncnn(problem):
    """A net of one layer, with everything that lowers the precision switched off."""
    import ncnn as library

    keys = {0: problem.out_c, 1: problem.k_w, 11: problem.k_h, 3: problem.stride, 4: problem.left, 15: problem.right}
    keys |= {14: problem.top, 16: problem.bottom, 5: 1, 6: problem.weights.size}
    layer = " ".join(f"{key}={value}" for key, value in keys.items())
    net = library.Net()
    net.opt.num_threads = 1
    for name in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_storage"):
        setattr(net.opt, f"use_{name}", False)
    with tempfile.TemporaryDirectory() as folder:
        param, model = f"{folder}/net.param", f"{folder}/net.bin"
        with open(param, "w", encoding="ascii") as file:
            file.write(f"7767517\n2 2\nInput x 0 1 x\nConvolution conv 1 1 x y {layer}\n")
        with open(model, "wb") as file:
            # Four zero bytes announce weights in f32.
            file.write(bytes(4) + problem.weights_oihw.tobytes() + problem.bias.tobytes())
        if net.load_param(param) != 0 or net.load_model(model) != 0:
            raise RuntimeError("ncnn does not take the model")
    pixels = problem.input_nchw[0]  # named, for a `Mat` does not keep alive what it is made from
    image = library.Mat(pixels).clone()
    output = None

    def run():
        nonlocal output
        extractor = net.create_extractor()
        extractor.input("x", image)
        output = extractor.extract("y")[1]

    return run, lambda: np.array(output).reshape(problem.out_c, problem.out_h, problem.out_w).transpose(1, 2, 0)


PEERS = {"onnxruntime": onnxruntime, "pytorch": pytorch, "xnnpack": xnnpack, "ncnn": ncnn}


def seconds(run, runs):
    """The processor time that so many runs take, in all threads together."""
    start = time.process_time()
    for _ in range(runs):
        run()
    return time.process_time() - start


def calibrate(run, sample):
    """The number of runs that take `sample` seconds, and how long one takes. Warms up, too."""
    runs = 1
    while (elapsed := seconds(run, runs)) < sample / 4:
        runs *= 2
    return max(1, round(runs * sample / elapsed)), elapsed / runs


def measure(name, repetitions, sample):
    """One entry a peer for the shape of this name."""
    problem = Problem(SHAPES[name])
    entries, contenders = [], []
    for peer, prepare in PEERS.items():
        entry = {"peer": peer, "name": name, "shape": SHAPES[name]}
        entries.append(entry)
        try:
            run, output = prepare(problem)
            run()
            error = problem.error(output())
            if error > TOLERANCE:
                raise ArithmeticError(f"wrong: relative error {error:.1e}, {TOLERANCE:.0e} is allowed")
            contenders.append((entry, run, calibrate(run, sample)[0], []))
        except ImportError as missing:
            print(f"{peer} is left out: {missing}", file=sys.stderr)
            entries.remove(entry)
        except Exception as error:  # whatever a library raises is its result
            entry["failure"] = str(error)
    for _ in range(repetitions):
        for _, run, runs, samples in contenders:
            samples.append(seconds(run, runs) / runs)
    for entry, _, _, samples in contenders:
        lower, median, upper = statistics.quantiles(samples, n=4)
        entry.update(median=median, fastest=min(samples), spread=(upper - lower) / median)
    return entries


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", default=",".join(SHAPES), help="names, with commas between them")
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
    runs = []
    for name in names:
        for entry in measure(name, args.repetitions, args.sample / 1000):
            result = f"{entry['median'] * 1e6:12.2f} us" if "median" in entry else entry["failure"]
            print(f"{name:4} {entry['peer']:12} {result}", file=sys.stderr)
            runs.append(entry)
    os.makedirs(os.path.dirname(os.path.abspath(args.out)), exist_ok=True)
    with open(args.out, "w", encoding="utf-8") as file:
        json.dump({"runs": runs}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
