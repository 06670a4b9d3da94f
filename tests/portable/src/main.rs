//! Checks every layer at the levels that the arguments name, best first.
//!
//! Comes in: `SSE4.2 SSE2`, say. Goes out: a report of each layer and, in the last line, one of all. Must not know: the target.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let wanted: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match toeplitz_portable::run(&wanted, |report| println!("{report}")) {
        Ok(summary) => {
            println!("{summary}");
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            eprintln!("{wrong}");
            ExitCode::FAILURE
        }
    }
}
