//! Every key of every operator is where people look for it: in its macro's documentation and in the README, and in both with what
//! other frameworks call it.

use std::fs;
use toeplitz_codegen::Operator;

/// Keys that no other framework has.
const OWN: [&str; 6] = ["unroll", "crate", "algorithm", "accuracy", "plan", "explain"];

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The tables of a text: lines that begin with a bar.
fn rows(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with('|')).collect()
}

/// Whether the first cell of a row of `text` names `key`.
fn has_row(text: &str, key: &str) -> bool {
    let name = format!("`{key}`");
    rows(text).iter().any(|row| row.split('|').nth(1).is_some_and(|cell| cell.contains(&name)))
}

#[test]
fn the_documentation_of_a_macro_has_each_of_its_keys() {
    let missing = |operator: Operator| {
        let name = operator.macro_name();
        let text = read(&format!("../macros/docs/{name}.md"));
        let missing: Vec<&str> = operator.keys().filter(|key| !has_row(&text, key)).collect();
        (!missing.is_empty()).then(|| format!("{name}.md has no row for {}", missing.join(", ")))
    };
    let missing: Vec<String> = Operator::all().filter_map(missing).collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn the_readme_has_each_macro_and_each_key() {
    let readme = read("../README.md");
    for operator in Operator::all() {
        let macro_name = format!("{}!", operator.macro_name());
        assert!(has_row(&readme, &macro_name), "no row for {macro_name}");
        for key in operator.keys() {
            assert!(has_row(&readme, key), "no row for the key {key} of {macro_name}");
        }
    }
}

#[test]
fn each_operator_has_its_names_in_other_frameworks() {
    let frameworks = read("../macros/docs/frameworks.md");
    for operator in Operator::all() {
        let name = format!("{}!", operator.macro_name());
        assert!(has_row(&frameworks, &name), "no row for {name}");
    }
}

#[test]
fn each_key_has_its_names_in_other_frameworks() {
    let frameworks = read("../macros/docs/frameworks.md");
    for operator in Operator::all() {
        for key in operator.keys().filter(|key| !OWN.contains(key)) {
            let row = format!("| `{key}");
            assert!(rows(&frameworks).iter().any(|line| line.starts_with(&row)), "no row for {key}");
        }
    }
    let table: Vec<&str> = frameworks.split("| key |").nth(1).expect("a table of keys").lines().collect();
    let readme = read("../README.md");
    for row in table.iter().filter(|line| line.starts_with("| `")) {
        assert!(readme.contains(row), "the README lacks the row {row}");
    }
}
