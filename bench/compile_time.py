#!/usr/bin/env python3
"""What a network costs to compile: `cargo build --release` of a crate with nothing else, beside an empty one.

Comes in: the networks of src/networks/items. Goes out: a table of user time and peak memory of rustc, dependencies being built already;
and the largest function of each program. The crates are made in a folder that is removed in the end.

    python3 bench/compile_time.py [lenet onet blazeface]
"""

import os
import pathlib
import resource
import subprocess
import sys
import tempfile

BENCH = pathlib.Path(__file__).resolve().parent
NETWORKS = {"lenet": "Lenet", "onet": "Onet", "blazeface": "BlazeFace"}
REPETITIONS = 3

MANIFEST = """[package]
name = "one"
version = "0.1.0"
edition = "2024"
[dependencies]
toeplitz = {{ path = "{}" }}
[workspace]
"""

PROGRAM = """#[path = "{path}"]
mod items;
use toeplitz::{{Buffer, Layer}};
type L = items::{name};
fn main() {{
    let network = <L as Layer>::boxed(&<L as Layer>::Weights::zeroed(), &<L as Layer>::Bias::zeroed());
    let (input, mut output) = (<L as Layer>::Input::zeroed(), <L as Layer>::Output::zeroed());
    Layer::forward(&*network, &input, &mut output);
    println!("{{}}", output[0]);
}}
"""


def build(folder):
    """Seconds of the user and peak KiB of any process while the crate is built."""
    reader, writer = os.pipe()
    if os.fork() == 0:  # a process of its own, for the peak is that of all children ever
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        subprocess.run(["cargo", "build", "--quiet", "--release"], cwd=folder, check=True)
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        os.write(writer, f"{usage.ru_utime - before} {usage.ru_maxrss}".encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        seconds, memory = file.read().split()
    os.wait()
    return float(seconds), int(memory)


def cost(folder, program):
    """The least of several builds of a crate that is this program."""
    main = folder / "src/main.rs"
    main.parent.mkdir(parents=True, exist_ok=True)
    (folder / "Cargo.toml").write_text(MANIFEST.format(BENCH.parent / "runtime"), encoding="utf-8")
    results = []
    for _ in range(REPETITIONS + 1):  # the first builds dependencies
        main.write_text(program, encoding="utf-8")
        results.append(build(folder))
    return [min(each) for each in zip(*results[1:])]


def largest_function(binary):
    """Bytes of the largest function of a program, without those of the standard library."""
    lines = subprocess.run(["nm", "--print-size", "--demangle", binary], capture_output=True, text=True, check=True).stdout
    symbols = [line.split(maxsplit=3) for line in lines.splitlines()]
    ours = ("items::", "toeplitz::", "fearless_simd::")
    return max(int(each[1], 16) for each in symbols if len(each) == 4 and any(name in each[3] for name in ours))


def main():
    names = sys.argv[1:] or list(NETWORKS)
    print("|           | user time | over an empty crate | peak of rustc | over an empty crate | largest function |")
    print("| --------- | ---------:| -------------------:| -------------:| -------------------:| ----------------:|")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        base = cost(folder, "fn main() {}\n")
        print(f"| {'empty':9} | {base[0]:6.2f} s  |                     | {base[1] / 1024:10.0f} MB |                     |                  |")
        for network in names:
            path = BENCH / f"src/networks/items/{network}.rs"
            seconds, memory = cost(folder, PROGRAM.format(path=path, name=NETWORKS[network]))
            size = largest_function(folder / "target/release/one")
            print(
                f"| {network:9} | {seconds:6.2f} s  | {seconds - base[0]:17.2f} s | {memory / 1024:10.0f} MB "
                f"| {(memory - base[1]) / 1024:16.0f} MB | {size / 1024:13.1f} KB |"
            )


if __name__ == "__main__":
    main()
