//! Prints the matrix that a small convolution is, and how it is computed: `cargo run --example layout [-- spy.svg]`.
//!
//! Comes in: the path of a picture to write, if there is one. Goes out: a summary, the pattern of non-zeros and the plan.

use std::{
    env,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

toeplitz::conv2d! {
    /// Small enough to see every non-zero: 64 inputs, 64 outputs, 22 x 22 pairs of an output and an input that meet.
    pub struct Conv < in: 8x8x1, kernel: 3x3x1, padding: same >;
}

fn main() -> ExitCode {
    match print(env::args_os().nth(1).map(PathBuf::from)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn print(picture: Option<PathBuf>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    // The text starts with the summary that `TOEPLITZ` prints as.
    writeln!(out, "{}\n{}", Conv::TOEPLITZ.spy_text(), Conv::PLAN)?;
    if let Some(path) = picture {
        let name = path.display();
        std::fs::write(&path, Conv::TOEPLITZ.spy())
            .map_err(|error| io::Error::new(error.kind(), format!("{name} cannot be written: {error}")))?;
        writeln!(out, "the same pattern as a picture: {name}")?;
    }
    Ok(())
}
