"""Models for LiteRT, which hands them to XNNPACK: one layer, or a network.

Comes in: a layer's problem or a network as peers.py and peers_networks.py have them. Goes out: a function that runs it once, and one that
returns the outputs of the last run. LiteRT has channels last, so lists are flattened in another order than the model's, and
weights and outputs are put in that order here. An activation behind a layer is part of it, as LiteRT's own converter would have it.
"""

import numpy as np


class Model:
    """A model under construction. Tensors are counted from 0, the input."""

    def __init__(self):
        from ai_edge_litert import schema_py_generated as schema

        self.schema = schema
        self.tensors, self.operators, self.codes = [], [], []
        self.buffers = [schema.BufferT()]  # the first one is that of all tensors without contents

    def tensor(self, shape, values=None):
        """A value, or with `values` a constant."""
        tensor, kind = self.schema.TensorT(), self.schema.TensorType.FLOAT32
        tensor.buffer = 0
        if values is not None:
            buffer, values = self.schema.BufferT(), np.ascontiguousarray(values)
            buffer.data = np.frombuffer(values.tobytes(), np.uint8)
            tensor.buffer = len(self.buffers)
            self.buffers.append(buffer)
            kind = self.schema.TensorType.INT32 if values.dtype == np.int32 else kind
        tensor.name, tensor.shape, tensor.type = f"t{len(self.tensors)}", list(shape), kind
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def constant(self, values):
        values = np.asarray(values)
        return self.tensor(values.shape, values)

    def operator(self, kind, inputs, shape, options=None, version=1, **settings):
        """The value that an operator gives, of this shape. `kind` and `options` are called as in LiteRT's schema."""
        code, operator = self.schema.OperatorCodeT(), self.schema.OperatorT()
        code.builtinCode = code.deprecatedBuiltinCode = getattr(self.schema.BuiltinOperator, kind)
        code.version = version
        operator.opcodeIndex, operator.inputs, operator.outputs = len(self.codes), inputs, [self.tensor(shape)]
        if options:
            operator.builtinOptionsType = getattr(self.schema.BuiltinOptions, options)
            operator.builtinOptions = getattr(self.schema, f"{options}T")()
            for name, value in settings.items():
                setattr(operator.builtinOptions, name, value)
        self.codes.append(code)
        self.operators.append(operator)
        return operator.outputs[0]

    def bytes(self, outputs):
        import flatbuffers

        graph, model = self.schema.SubGraphT(), self.schema.ModelT()
        graph.tensors, graph.operators, graph.inputs, graph.outputs = self.tensors, self.operators, [0], outputs
        model.version, model.operatorCodes, model.subgraphs, model.buffers = 3, self.codes, [graph], self.buffers
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def interpreter(self, image, outputs):
        """Runs the model once; and gives the outputs of the last run, in the order that was asked for."""
        from ai_edge_litert.interpreter import Interpreter

        interpreter = Interpreter(model_content=self.bytes(outputs), num_threads=1)
        interpreter.allocate_tensors()
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], image)
        places = [each["index"] for each in interpreter.get_output_details()]
        return interpreter.invoke, lambda: [interpreter.get_tensor(place) for place in places]


def layer(problem):
    """One convolution."""
    if problem.rank > 2:
        raise NotImplementedError("has no such convolution")
    # A signal is an image of one row.
    height = [1] * (2 - problem.rank)
    *kernel, inner, outer = problem.weights.shape
    model = Model()
    image, shape = (array.reshape((len(array), *height, *array.shape[1:])) for array in (problem.input, problem.expected))
    x = model.tensor(image.shape)
    settings = {"padding": model.schema.Padding.SAME if problem.same else model.schema.Padding.VALID}
    settings["strideH"] = settings["strideW"] = problem.stride
    bias = model.constant(problem.bias)
    if problem.transposed:
        size, weights = (model.constant(each) for each in (np.int32(shape.shape), problem.weights.transpose(2, 0, 1, 3)))
        # With a bias from version 3 on.
        y = model.operator("TRANSPOSE_CONV", [size, weights, x, bias], shape.shape, "TransposeConvOptions", 3, **settings)
    elif problem.groups > 1:
        inputs = [x, model.constant(problem.weights.reshape(1, *kernel, outer)), bias]
        y = model.operator("DEPTHWISE_CONV_2D", inputs, shape.shape, "DepthwiseConv2DOptions", depthMultiplier=1, **settings)
    else:
        weights = problem.weights.reshape(*height, *kernel, inner, outer).transpose(3, 0, 1, 2)
        y = model.operator("CONV_2D", [x, model.constant(weights), bias], shape.shape, "Conv2DOptions", **settings)
    run, outputs = model.interpreter(image, [y])
    return run, lambda: outputs()[0].reshape(problem.expected.shape)


def network(network):
    """All nodes of a network."""
    graph = Network(network)
    values = [graph.values[name] for name in network.outputs]
    image = np.ascontiguousarray(network.input.transpose(0, 2, 3, 1))
    run, outputs = graph.model.interpreter(image, [tensor for tensor, _, _ in values])
    return run, lambda: [output.reshape(-1)[order] for output, (_, _, order) in zip(outputs(), values)]


class Network:
    """A walk over a network's nodes. A value is a tensor, its shape, and where each of the model's elements lies in it."""

    def __init__(self, network):
        self.model, self.values = Model(), {}
        _, channels, height, width = network.input.shape
        self.keep("x", self.model.tensor((1, height, width, channels)), (1, height, width, channels))
        relu = {node.input[0]: node.output[0] for node in network.nodes if node.op_type == "Relu"}
        takers = [name for node in network.nodes for name in node.input] + network.outputs
        for node, attributes in zip(network.nodes, network.attributes):
            if node.output[0] in self.values:
                continue  # part of the layer in front
            output = node.output[0]
            fused = output in relu and takers.count(output) == 1
            constants = [network.weights[name] for name in node.input if name in network.weights]
            inputs = [self.values[name] for name in node.input if name not in network.weights]
            settings = {"fusedActivationFunction": self.model.schema.ActivationFunctionType.RELU} if fused else {}
            value = getattr(self, node.op_type.lower())(inputs, constants, attributes, settings)
            for name in (output, relu[output]) if fused else (output,):
                self.keep(name, *value)

    def keep(self, name, tensor, shape, order=None):
        if order is None:
            order = np.arange(np.prod(shape)).reshape(shape)
            order = (order.transpose(0, 3, 1, 2) if len(shape) == 4 else order).reshape(-1)
        self.values[name] = (tensor, shape, order)

    def windows(self, shape, attributes):
        """Settings of an operator with windows, and height and width of its output."""
        padding = self.model.schema.Padding.SAME if any(attributes["pads"]) else self.model.schema.Padding.VALID
        settings = dict(zip(("strideH", "strideW"), attributes["strides"]), padding=padding)
        sizes = zip(shape[1:3], attributes["kernel_shape"], attributes["strides"])
        rest = [0 if any(attributes["pads"]) else kernel - 1 for kernel in attributes["kernel_shape"]]
        return settings, [-(-(size - less) // stride) for (size, _, stride), less in zip(sizes, rest)]

    def conv(self, inputs, constants, attributes, settings):
        [(x, shape, _)], (weights, bias) = inputs, constants
        windows, size = self.windows(shape, attributes)
        kind, options = "CONV_2D", "Conv2DOptions"
        if attributes["group"] > 1:
            kind, options = "DEPTHWISE_CONV_2D", "DepthwiseConv2DOptions"
            weights = weights.swapaxes(0, 1)
            windows["depthMultiplier"] = 1
        shape = (1, *size, len(bias))
        tensors = [x, self.model.constant(weights.transpose(0, 2, 3, 1)), self.model.constant(bias)]
        return self.model.operator(kind, tensors, shape, options, **windows, **settings), shape

    def gemm(self, inputs, constants, _, settings):
        [(x, _, order)], (weights, bias) = inputs, constants
        rows = np.empty_like(weights)
        rows[order] = weights
        shape = (1, len(bias))
        tensors = [x, self.model.constant(rows.T), self.model.constant(bias)]
        return self.model.operator("FULLY_CONNECTED", tensors, shape, "FullyConnectedOptions", **settings), shape

    def maxpool(self, inputs, _, attributes, settings):
        [(x, shape, _)] = inputs
        windows, size = self.windows(shape, attributes)
        windows |= dict(zip(("filterHeight", "filterWidth"), attributes["kernel_shape"]))
        shape = (1, *size, shape[3])
        return self.model.operator("MAX_POOL_2D", [x], shape, "Pool2DOptions", **windows, **settings), shape

    def relu(self, inputs, *_):
        [(x, shape, _)] = inputs
        return self.model.operator("RELU", [x], shape), shape

    def prelu(self, inputs, constants, *_):
        [(x, shape, _)], [slopes] = inputs, constants
        slopes = self.model.constant(slopes.reshape([1] * (len(shape) - 2) + [-1]))
        return self.model.operator("PRELU", [x, slopes], shape), shape

    def softmax(self, inputs, *_):
        [(x, shape, _)] = inputs
        return self.model.operator("SOFTMAX", [x], shape, "SoftmaxOptions", beta=1.0), shape

    def add(self, inputs, _, __, settings):
        (a, shape, _), (b, _, _) = inputs
        return self.model.operator("ADD", [a, b], shape, "AddOptions", **settings), shape

    def concat(self, inputs, *_):
        tensors, shapes, orders = zip(*inputs)
        starts = np.cumsum([0, *(shape[-1] for shape in shapes)])
        if any(len(shape) != 2 for shape in shapes):
            raise NotImplementedError("concatenates lists alone")
        order = np.concatenate([start + order for start, order in zip(starts, orders)])
        shape = (1, int(starts[-1]))
        return self.model.operator("CONCATENATION", list(tensors), shape, "ConcatenationOptions", axis=1), shape, order

    def pad(self, inputs, constants, *_):
        [(x, shape, _)], [pads] = inputs, constants
        zeros = int(pads[5])
        table = self.model.constant(np.int32([[0, 0], [0, 0], [0, 0], [0, zeros]]))
        shape = (*shape[:3], shape[3] + zeros)
        return self.model.operator("PAD", [x, table], shape, "PadOptions"), shape

    def flatten(self, inputs, *_):
        [(x, shape, order)] = inputs
        shape = (1, int(np.prod(shape)))
        table = self.model.constant(np.int32(shape))
        return self.model.operator("RESHAPE", [x, table], shape, "ReshapeOptions", newShape=list(shape)), shape, order
