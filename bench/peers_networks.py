"""Networks for peers.py: the models that `--onnx` writes, for those of `PEERS` below.

Comes in: a folder with `model.onnx`, and in `test_data_set_0` an input and the outputs that it has to give. Goes out: for each library a
function that runs it once, and one that returns the outputs of the last run. One walk over the model's nodes for each library that
does not read such files.
"""

import os
import tempfile
import warnings

import numpy as np

import peers_onnx
import peers_tflite
from peers_timing import calibrate


class Network:
    """A model, its weights by name, an input and the outputs that belong to it."""

    def __init__(self, folder):
        import onnx
        from onnx import helper, numpy_helper

        def tensor(name):
            tensor = onnx.TensorProto()
            with open(f"{folder}/test_data_set_0/{name}.pb", "rb") as file:
                tensor.ParseFromString(file.read())
            return numpy_helper.to_array(tensor)

        with open(f"{folder}/model.onnx", "rb") as file:
            self.model = file.read()
        graph = onnx.load_from_string(self.model).graph
        self.shape = graph.doc_string
        self.nodes = graph.node
        self.attributes = [{each.name: helper.get_attribute_value(each) for each in node.attribute} for node in graph.node]
        self.weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        self.outputs = [output.name for output in graph.output]
        self.input = tensor("input_0")
        self.expected = [tensor(f"output_{index}") for index in range(len(self.outputs))]

    def error(self, outputs):
        """The largest error relative to the largest output."""
        pairs = [(np.reshape(output, -1), expected.reshape(-1)) for output, expected in zip(outputs, self.expected, strict=True)]
        largest = max(np.abs(expected).max() for _, expected in pairs)
        return float(max(np.abs(output - expected).max() for output, expected in pairs) / largest)


def pytorch(network):
    """Eager in both memory formats, and traced, frozen and optimised for inference: whichever is fastest here."""
    import torch

    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    image = torch.from_numpy(network.input.copy())
    model = torch_module(network).eval()
    with warnings.catch_warnings(action="ignore"):
        traced = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(model, image)))
    last = torch.channels_last
    variants = [(model, image), (traced, image), (model.to(memory_format=last), image.to(memory_format=last))]
    results = None

    def runner(model, image):
        def run():
            nonlocal results
            results = model(image)

        return run

    best = min((runner(*variant) for variant in variants), key=lambda run: calibrate(run, 0.1)[1])
    return best, lambda: [result.numpy() for result in results]


def torch_module(network):
    """The network as a module with one operator a node."""
    import torch
    from torch.nn import functional

    def constant(name):
        return torch.from_numpy(network.weights[name].copy())

    def pad(pads, value=0.0):
        """Before the operator, where its own padding is the same at both ends or none."""
        top, left, bottom, right = pads
        if (top, left) == (bottom, right):
            return (top, left), lambda x: x
        return (0, 0), lambda x: functional.pad(x, (left, right, top, bottom), value=value)

    def operator(node, attributes):
        kind, names = node.op_type, node.input[1:]
        if kind == "Conv":
            padding, padded = pad(attributes["pads"])
            # A parameter, for `to` reaches no others.
            module.weights.append(torch.nn.Parameter(constant(names[0]), requires_grad=False))
            weight, bias = module.weights[-1], constant(names[1])
            stride, groups = attributes["strides"], attributes["group"]
            return lambda x: functional.conv2d(padded(x), weight, bias, stride, padding, groups=groups)
        if kind == "Gemm":
            weight, bias = constant(names[0]).T.contiguous(), constant(names[1])
            return lambda x: functional.linear(x, weight, bias)
        if kind == "PRelu":
            slopes = constant(names[0]).reshape(-1)
            return lambda x: functional.prelu(x, slopes)
        if kind == "MaxPool":
            padding, padded = pad(attributes["pads"], -np.inf)
            window, stride = attributes["kernel_shape"], attributes["strides"]
            return lambda x: functional.max_pool2d(padded(x), window, stride, padding)
        if kind == "Pad":
            zeros = int(network.weights[names[0]][5])
            return lambda x: functional.pad(x, (0, 0, 0, 0, 0, zeros))
        return {
            "Relu": functional.relu,
            "Add": torch.add,
            "Concat": lambda *x: torch.cat(x, 1),
            "Flatten": lambda x: torch.flatten(x, 1),
            "Softmax": lambda x: functional.softmax(x, 1),
        }[kind]

    class Module(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weights = torch.nn.ParameterList()

        def forward(self, x):
            values = {"x": x}
            for node, compute in self.operators:
                values[node.output[0]] = compute(*(values[name] for name in node.input if name in values))
            return tuple(values[name] for name in network.outputs)

    module = Module()
    module.operators = [(node, operator(node, each)) for node, each in zip(network.nodes, network.attributes)]
    return module


def ncnn(network):
    """A net with activations inside convolutions where ncnn's own optimiser would put them, in full precision."""
    import ncnn as library

    net = library.Net()
    net.opt.num_threads = 1
    for name in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_storage"):
        setattr(net.opt, f"use_{name}", False)
    lines, weights = ncnn_layers(network)
    blobs = len({blob for line in lines for blob in blobs_of(line)})
    with tempfile.TemporaryDirectory() as folder:
        param, model = f"{folder}/net.param", f"{folder}/net.bin"
        with open(param, "w", encoding="ascii") as file:
            file.write("\n".join(["7767517", f"{len(lines)} {blobs}", *lines, ""]))
        with open(model, "wb") as file:
            file.write(weights)
        if net.load_param(param) != 0 or net.load_model(model) != 0:
            raise RuntimeError("ncnn does not take the model")
    pixels = network.input[0]  # named, for a `Mat` does not keep alive what it is made from
    image = library.Mat(pixels).clone()
    results = None

    def run():
        nonlocal results
        extractor = net.create_extractor()
        extractor.input("x", image)
        results = [extractor.extract(name)[1] for name in network.outputs]

    return run, lambda: [np.array(result) for result in results]


def blobs_of(line):
    """The names of the values that a line of a param file takes and gives."""
    _, _, inputs, outputs, *rest = line.split()
    return rest[: int(inputs) + int(outputs)]


def ncnn_layers(network):
    """The lines of a param file, and the bytes of the weights beside it. A value that is taken more than once is split first."""
    takers = {}
    for node in network.nodes:
        for name in node.input:
            takers[name] = takers.get(name, 0) + 1
    lines, weights, alias = ["Input x 0 1 x"], bytearray(), {}

    def line(kind, inputs, output, keys=None):
        keys = " ".join(f"{key}={value}" for key, value in (keys or {}).items())
        lines.append(f"{kind} {kind}_{output} {len(inputs)} 1 {' '.join(inputs)} {output} {keys}")
        copies = [f"{output}_{index}" for index in range(takers.get(output, 0))]
        if output in network.outputs or len(copies) < 2:
            return
        lines.append(f"Split split_{output} 1 {len(copies)} {output} {' '.join(copies)}")
        alias[output] = copies

    skipped = set()
    for node, attributes in zip(network.nodes, network.attributes):
        output = node.output[0]
        if output in skipped:
            continue
        constants = [network.weights[name] for name in node.input if name in network.weights]
        inputs = [alias[name].pop() if name in alias else name for name in node.input if name not in network.weights]
        kind, keys = ncnn_layer(node, attributes, constants)
        follower = [other for other in network.nodes if output in other.input]
        if kind.startswith("Convolution") and len(follower) == 1 and follower[0].op_type == "Relu":
            keys[9] = 1
            output = follower[0].output[0]
            skipped.add(output)
        if kind.startswith("Convolution") or kind == "InnerProduct":
            # Four zero bytes announce weights in f32.
            weight = constants[0].T if kind == "InnerProduct" else constants[0]
            weights += bytes(4) + np.ascontiguousarray(weight).tobytes() + constants[1].tobytes()
        elif kind == "PReLU":
            weights += constants[0].tobytes()
        line(kind, inputs, output, keys)
    return lines, bytes(weights)


def ncnn_layer(node, attributes, constants):
    """The kind of a layer, and its parameters by number."""
    kind = node.op_type
    if kind in ("Conv", "MaxPool"):
        (h, w), (stride_h, stride_w) = attributes["kernel_shape"], attributes["strides"]
        top, left, bottom, right = attributes["pads"]
    if kind == "Conv":
        groups = attributes["group"]
        keys = {0: len(constants[1]), 1: w, 11: h, 3: stride_w, 13: stride_h, 4: left, 14: top, 15: right, 16: bottom, 5: 1}
        keys[6] = constants[0].size
        return ("ConvolutionDepthWise", keys | {7: groups}) if groups > 1 else ("Convolution", keys)
    if kind == "MaxPool":
        return "Pooling", {0: 0, 1: w, 11: h, 2: stride_w, 12: stride_h, 3: left, 13: top, 14: right, 15: bottom, 5: 1}
    if kind == "Gemm":
        return "InnerProduct", {0: len(constants[1]), 1: 1, 2: constants[0].size}
    return {
        "Relu": lambda: ("ReLU", {}),
        "PRelu": lambda: ("PReLU", {0: constants[0].size}),
        "Add": lambda: ("BinaryOp", {0: 0}),
        "Concat": lambda: ("Concat", {0: 0}),
        "Flatten": lambda: ("Flatten", {}),
        "Softmax": lambda: ("Softmax", {0: 0, 1: 1}),
        "Pad": lambda: ("Padding", {8: int(constants[0][5])}),
    }[kind]()


PEERS = {
    "onnxruntime": peers_onnx.network(peers_onnx.onnxruntime),
    "openvino": peers_onnx.network(peers_onnx.openvino),
    "mnn": peers_onnx.network(peers_onnx.mnn),
    "mnn-small": peers_onnx.network(peers_onnx.mnn_small),
    "pytorch": pytorch,
    "xnnpack": peers_tflite.network,
    "ncnn": ncnn,
}


def read(folder):
    """The networks of a folder, by name."""
    names = sorted(name for name in os.listdir(folder) if os.path.exists(f"{folder}/{name}/model.onnx"))
    return {name: Network(f"{folder}/{name}") for name in names}
