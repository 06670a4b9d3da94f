//! Reads a digit and does not look at it: what a program costs that does nothing else.

use std::process::ExitCode;

use rustix::io::Errno;
use rustix::stdio::{stdin, stdout};
use toeplitz_startup::answer;

fn main() -> ExitCode {
    let classify = |pixels: &[f32; 784]| Ok::<_, Errno>([pixels[0]; 10]);
    if answer(stdin(), stdout(), classify).is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
