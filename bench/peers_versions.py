"""Versions of the libraries.

Comes in: nothing. Goes out: for each peer that is installed its package and version.
"""

import subprocess
from importlib import metadata

# The peers by where they come from.
WHEELS = {
    "onnxruntime": "onnxruntime",
    "openvino": "openvino",
    "mnn": "MNN",
    "mnn-small": "MNN",
    "pytorch": "torch",
    "xnnpack": "ai-edge-litert",
    "ncnn": "ncnn",
}
DEBIAN = {"onednn": "libdnnl-dev", "onednn-winograd": "libdnnl-dev", "libxsmm": "libxsmm-dev"}


def found():
    versions = {}
    for peer, package in WHEELS.items():
        try:
            versions[peer] = f"{package} {metadata.version(package)}"
        except metadata.PackageNotFoundError:
            continue
    for peer, package in DEBIAN.items():
        try:
            command = ["dpkg-query", "--show", "--showformat=${Version}", package]
            versions[peer] = f"{package} {subprocess.run(command, check=True, capture_output=True, text=True).stdout}"
        except (FileNotFoundError, subprocess.CalledProcessError):
            continue
    return versions
