"""What peers.py gives to every library: one convolution with its input, and the output that it must have.

Comes in: a shape in words, as in src/shapes.rs. Goes out: numbers, channels last as in the Rust program and channels first as most other
libraries have them, and the same as an ONNX model.
"""

import re

import numpy as np


class Problem:
    """One convolution, channels last: input [images, spatial, in], weights [kernel, in / groups, out] or, transposed, [kernel, out, in],
    and the output that it must have."""

    def __init__(self, text):
        pattern = r"(?:(\d+) x )?(transposed |depthwise )?([\dx]+) -> ([\dx]+)( same)?(?:, stride (\d+))?"
        images, kind, sizes, kernel, same, stride = re.fullmatch(pattern, text).groups()
        self.images = int(images or 1)
        self.transposed, depthwise = kind == "transposed ", kind == "depthwise "
        *self.size, self.in_c = map(int, sizes.split("x"))
        self.rank = len(self.size)
        self.kernel = [int(number) for number in kernel.split("x")]
        self.out_c = self.in_c if depthwise else self.kernel.pop()
        self.groups = self.in_c if depthwise else 1
        self.shape = text
        self.same, self.stride = same is not None, int(stride or 1)
        axes = [self._axis(size, kernel) for size, kernel in zip(self.size, self.kernel)]
        self.output_size, self.before, self.after = (list(each) for each in zip(*axes))
        random = np.random.default_rng(1)
        channels = (self.out_c, self.in_c) if self.transposed else (self.in_c // self.groups, self.out_c)
        self.input = random.uniform(-1, 1, (self.images, *self.size, self.in_c)).astype(np.float32)
        self.weights = random.uniform(-1, 1, (*self.kernel, *channels)).astype(np.float32)
        self.bias = random.uniform(-1, 1, self.out_c).astype(np.float32)
        self.expected = np.stack([self._solve(image) for image in self.input.astype(np.float64)])

    def _axis(self, size, kernel):
        """Output length, padding before and after; of a transposed convolution what is cropped there."""
        long, short = (size * self.stride, size) if self.transposed else (size, -(-size // self.stride))
        total = max(0, (short - 1) * self.stride + kernel - long) if self.same else 0
        full = (size - 1) * self.stride + kernel if self.transposed else None
        output = full - total if self.transposed else (size + total - kernel) // self.stride + 1
        return output, total // 2, total - total // 2

    def _solve(self, image):
        """One image in f64, one tap at a time."""
        weights = self.weights.astype(np.float64)
        span = [size + before + after for size, before, after in zip(self.output_size, self.before, self.after)]
        full = np.zeros((*span, self.out_c))
        padded = np.pad(image, (*zip(self.before, self.after), (0, 0)))
        for tap in np.ndindex(*self.kernel):
            if self.transposed:
                windows = tuple(slice(k, k + n * self.stride, self.stride) for k, n in zip(tap, self.size))
                full[windows] += image @ weights[tap].T
            else:
                windows = tuple(slice(k, k + (n - 1) * self.stride + 1, self.stride) for k, n in zip(tap, self.output_size))
                product = padded[windows] * weights[tap][0] if self.groups > 1 else padded[windows] @ weights[tap]
                full[tuple(slice(n) for n in self.output_size)] += product
        start = self.before if self.transposed else [0] * self.rank
        cropped = full[tuple(slice(first, first + n) for first, n in zip(start, self.output_size))]
        return cropped + self.bias.astype(np.float64)

    def error(self, output):
        """The largest error relative to the largest output."""
        return float(np.abs(output.astype(np.float64) - self.expected).max() / np.abs(self.expected).max())

    @property
    def input_first(self):
        """[images, in, spatial]"""
        return np.ascontiguousarray(np.moveaxis(self.input, -1, 1))

    @property
    def weights_first(self):
        """[out, in / groups, kernel], transposed [in, out, kernel]"""
        return np.ascontiguousarray(self.weights.transpose(self.rank + 1, self.rank, *range(self.rank)))

    @property
    def output_first(self):
        """The shape [images, out, spatial]."""
        return (self.images, self.out_c, *self.output_size)

    @property
    def model(self):
        """An ONNX model of one node: from `x`, which is `input_first`, to `y`."""
        from onnx import TensorProto, helper, numpy_helper

        operator = "ConvTranspose" if self.transposed else "Conv"
        attributes = {"strides": [self.stride] * self.rank, "pads": self.before + self.after, "group": self.groups}
        graph = helper.make_graph(
            [helper.make_node(operator, ["x", "w", "b"], ["y"], **attributes)],
            "graph",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.input_first.shape)],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, self.output_first)],
            [numpy_helper.from_array(self.weights_first, "w"), numpy_helper.from_array(self.bias, "b")],
        )
        return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 13)]).SerializeToString()


def channels_last(output):
    """An output [images, out, spatial] as [images, spatial, out]."""
    return np.moveaxis(output, 1, -1)
