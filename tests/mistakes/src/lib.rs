//! What a mistake looks like to its author: each case in `ui/` is compiled, and its errors compared with the `.stderr`
//! beside it. The cases use the type after the mistake too, so that a follow-on error would show.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

/// Files below `dir` that end in `.extension`.
fn files(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.expect("a readable entry").path()) {
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn mistakes() {
    let cases = trybuild::TestCases::new();
    for case in files(Path::new("ui"), "rs") {
        cases.compile_fail(case);
    }
}

#[test]
fn every_stderr_has_its_case_and_holds_our_messages_only() {
    for stderr in files(Path::new("ui"), "stderr") {
        let name = stderr.display();
        assert!(stderr.with_extension("rs").exists(), "{name} has no case");
        let text = fs::read_to_string(&stderr).expect("a readable file");
        // The compiler's own errors have a code or a capital letter. Where it evaluates constants, the message is ours all the same.
        for line in text.lines().filter(|line| line.starts_with("error") || line.starts_with("warning")) {
            let ours = ["error: ", "error[E0080]: evaluation panicked: "]
                .iter()
                .find_map(|&head| line.strip_prefix(head))
                .is_some_and(|message| !message.starts_with(char::is_uppercase));
            assert!(ours, "{name}: {line}");
        }
    }
}
