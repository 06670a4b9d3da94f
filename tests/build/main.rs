//! Writes the test sources that need real macro calls with many shapes: random geometries, and the conformance cases; generated code as
//! text; and files of weights for macro calls that read them.

mod conformance;
mod generated_source;
mod numeric;
mod weights;

fn main() {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=data");
    let out = std::path::PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts"));
    numeric::write(&out);
    conformance::write(&out);
    weights::write(&out);
    generated_source::write(&out);
}
