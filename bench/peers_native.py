"""Libraries of C and C++ without Python around them, for one layer: oneDNN and libxsmm, as the system has them.

Comes in: a problem. Goes out: a function that runs it once, or often without returning to Python, and one that returns the outputs of the
last run. The programs are in native/; they are built when they are first needed, into results/native/.
"""

import ctypes
import os
import subprocess

import numpy as np

from peers_problem import channels_last
from peers_timing import calibrate

HERE = os.path.dirname(os.path.abspath(__file__))

# For each program what it is linked with.
PROGRAMS = {"onednn": ["-ldnnl"], "libxsmm": ["-lxsmm", "-lxsmmnoblas", "-lpthread", "-ldl", "-lm"]}


class Convolution(ctypes.Structure):
    """`Problem` in native/peer.h."""

    _fields_ = [
        *((name, ctypes.c_int) for name in ("images", "rank", "groups", "transposed", "stride", "in_c", "out_c")),
        *((name, ctypes.c_int * 3) for name in ("size", "kernel", "output", "before", "after")),
        *((name, ctypes.c_void_p) for name in ("input", "weights", "bias")),
    ]


class Run:
    """A prepared problem. `repeat` has the loop in C."""

    def __init__(self, library, peer):
        self.library, self.peer = library, ctypes.c_void_p(peer)

    def __call__(self):
        self.repeat(1)

    def repeat(self, runs):
        self.library.run(self.peer, runs)


def build(name):
    """The library that is made of a program, built if it is older than its sources."""
    target = f"{HERE}/results/native/{name}.so"
    sources = [f"{HERE}/native/{file}" for file in ("peer.cpp", f"{name}.cpp")]
    newest = max(os.path.getmtime(file) for file in (*sources, f"{HERE}/native/peer.h"))
    if not os.path.exists(target) or os.path.getmtime(target) < newest:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        command = ["g++", "-std=c++17", "-O3", "-march=native", "-shared", "-fPIC", *sources, "-o", target, *PROGRAMS[name]]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except FileNotFoundError:
            raise ImportError("there is no g++") from None
        except subprocess.CalledProcessError as failed:
            reasons = [line for line in failed.stderr.splitlines() if "error" in line or "cannot find" in line]
            raise ImportError(f"it cannot be built: {reasons[0] if reasons else failed}") from None
    library = ctypes.CDLL(target)
    library.prepare.restype = ctypes.c_void_p
    return library


def layer(name, variants):
    """The peer for single layers that a program makes: the fastest here of these of its variants."""

    def prepare_layer(problem):
        library = build(name)
        weights = problem.weights_first.swapaxes(0, 1) if problem.transposed else problem.weights_first
        arrays = [np.ascontiguousarray(array) for array in (problem.input_first, weights, problem.bias)]
        axes = [problem.size, problem.kernel, problem.output_size, problem.before, problem.after]
        numbers = [problem.images, problem.rank, problem.groups, problem.transposed, problem.stride, problem.in_c, problem.out_c]
        pointers = [array.ctypes.data for array in arrays]
        convolution = Convolution(*numbers, *((ctypes.c_int * 3)(*each) for each in axes), *pointers)
        runs, message = [], ctypes.create_string_buffer(200)
        for variant in variants:
            if peer := library.prepare(ctypes.byref(convolution), variant, message, len(message)):
                runs.append(Run(library, peer))
        if not runs:
            raise NotImplementedError(message.value.decode())
        best = min(runs, key=lambda run: calibrate(run, 0.002)[1])

        def output():
            values = np.empty(problem.output_first, np.float32)
            library.output(best.peer, ctypes.c_void_p(values.ctypes.data))
            return channels_last(values)

        return best, output

    return prepare_layer
