// Runs a WebAssembly program of WASI (preview 1): node run.mjs program.wasm [argument...]. Its exit code is the program's.
import { readFile } from "node:fs/promises";
import { WASI } from "node:wasi";

const [program, ...args] = process.argv.slice(2);
const wasi = new WASI({ version: "preview1", args: [program, ...args] });

// Rust's standard library links to threads, which older versions of wasi-libc do not even have by name. There are none: whoever asks
// for one hears that there is no room for it (EAGAIN). Anything else that is missing stops the program before it starts.
const threads = {
  pthread_attr_init: () => 0,
  pthread_attr_setstacksize: () => 0,
  pthread_attr_destroy: () => 0,
  pthread_create: () => 6,
  pthread_join: () => 28,
};

const module = await WebAssembly.compile(await readFile(program));
process.exitCode = wasi.start(await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport, env: threads }));
