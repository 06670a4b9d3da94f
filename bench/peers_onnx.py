"""Libraries that read ONNX models, for one layer or a network: ONNX Runtime, OpenVINO, MNN.

Comes in: a model's bytes, its input `x`, and its outputs' names with their shapes. Goes out, by one function a library: a function that
runs the model once, and one that returns the outputs of the last run.
"""

import tempfile

import numpy as np

from peers_problem import channels_last
from peers_timing import calibrate


def layer(prepare):
    """The peer for single layers that a library's function makes."""

    def prepare_layer(problem):
        run, outputs = prepare(problem.model, problem.input_first, {"y": problem.output_first})
        return run, lambda: channels_last(outputs()[0])

    return prepare_layer


def network(prepare):
    """The peer for networks that a library's function makes."""

    def prepare_network(network):
        shapes = {name: expected.shape for name, expected in zip(network.outputs, network.expected, strict=True)}
        return prepare(network.model, network.input, shapes)

    return prepare_network


def onnxruntime(model, image, shapes):
    """A session with input and outputs bound to fixed memory."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    outputs = [ort.OrtValue.ortvalue_from_shape_and_type(shape, np.float32) for shape in shapes.values()]
    binding = session.io_binding()
    binding.bind_ortvalue_input("x", ort.OrtValue.ortvalue_from_numpy(image))
    for name, output in zip(shapes, outputs):
        binding.bind_ortvalue_output(name, output)
    return lambda: session.run_with_iobinding(binding), lambda: [output.numpy() for output in outputs]


def openvino(model, image, shapes):
    """A compiled model and one request: with channels first outside and with channels last, whichever is fastest here."""
    variants = [openvino_request(model, image, shapes, last) for last in (False, True)]
    return min(variants, key=lambda variant: calibrate(variant[0], 0.002)[1])


def openvino_request(model, image, shapes, last):
    """A request with input and outputs in memory of the library's own. With `last` their channels are last."""
    import openvino as library

    core = library.Core()
    model = core.read_model(model)
    images = [name for name, shape in shapes.items() if last and len(shape) > 2]
    if last:
        process = library.preprocess.PrePostProcessor(model)
        for port, rank in [(process.input("x"), image.ndim), *((process.output(name), len(shapes[name])) for name in images)]:
            size = "DHW"[5 - rank :]
            port.model().set_layout(library.Layout(f"NC{size}"))
            port.tensor().set_layout(library.Layout(f"N{size}C"))
        model = process.build()
        image = np.ascontiguousarray(np.moveaxis(image, 1, -1))
    settings = {
        "INFERENCE_NUM_THREADS": 1,
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",
        "ENABLE_CPU_PINNING": False,  # for this process is pinned already, and maybe to another core
    }
    request = core.compile_model(model, "CPU", settings).create_infer_request()
    request.set_tensor("x", library.Tensor(image, shared_memory=False))

    def outputs():
        values = {name: request.get_tensor(name).data for name in shapes}
        return [np.moveaxis(value, -1, 1) if name in images else value for name, value in values.items()]

    return request.infer, outputs


# MNN's hint for how many sizes of Winograd's tiles it may choose from, and its number for fewer than it does without. With the largest it
# is fastest, and on some layers wrong.
MNN_TILES, MNN_FEWER_TILES = 3, 2


def mnn_small(model, image, shapes):
    """MNN without the largest of Winograd's tiles."""
    return mnn(model, image, shapes, {MNN_TILES: MNN_FEWER_TILES})


def mnn(model, image, shapes, hints=None):
    """A session on what MNN's converter makes of the model, with input and outputs in memory of the library's own."""
    # The converter itself: the script around it would install a package and report what it is used for.
    import _tools
    import MNN

    with tempfile.TemporaryDirectory() as folder:
        paths = [f"{folder}/net.onnx", f"{folder}/net.mnn"]
        with open(paths[0], "wb") as file:
            file.write(model)
        if not _tools.mnnconvert(["mnnconvert", "-f", "ONNX", "--modelFile", paths[0], "--MNNModel", paths[1], "--bizCode", "bench"]):
            raise RuntimeError("MNN does not take the model")
        net = MNN.Interpreter(paths[1])
    for hint, value in (hints or {}).items():
        net.setSessionHint(hint, value)
    session = net.createSession({"backend": "CPU", "numThread": 1, "precision": "high", "memory": "high", "power": "normal"})

    def tensor(values):
        return MNN.Tensor(values.shape, MNN.Halide_Type_Float, values, MNN.Tensor_DimensionType_Caffe)

    def copy_of(output, values):
        host = tensor(values)
        output.copyToHostTensor(host)
        return host.getNumpyData().reshape(values.shape).copy()  # for those are no longer than `host`

    def outputs():
        return [copy_of(net.getSessionOutput(session, name), np.zeros(shape, np.float32)) for name, shape in shapes.items()]

    net.getSessionInput(session, "x").copyFrom(tensor(image))
    return lambda: net.runSession(session), outputs
