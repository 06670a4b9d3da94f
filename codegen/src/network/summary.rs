//! A network in words: a table of its layers, and where their outputs lie.
//!
//! Comes in: a [`Graph`] and its [`Arena`]. Goes out: text. Takes no decisions.

use std::fmt::Write as _;

use quote::ToTokens as _;

use super::arena::Arena;
use super::graph::{Graph, Pass, Step, Work};
use crate::diag::list;
use crate::parse::sizes_text;
use crate::plan::grouped;

/// The table: a line for each layer and one for all of them.
pub(crate) fn summary(graph: &Graph, parameters: &[usize], arena: &Arena) -> String {
    let bytes = |len: usize| grouped((len * graph.element.bytes()) as u64);
    let heads = ["layer", "operator", "output", "parameters", "multiply-adds", "bytes out"].map(str::to_owned);
    let mut rows = vec![
        heads.to_vec(),
        ["in", "", &sizes_text(&graph.input), "", "", &bytes(graph.values[0])].map(str::to_owned).to_vec(),
    ];
    let views = |behind: usize| {
        let views = graph.views.iter().filter(move |view| view.behind == behind);
        views.map(|view| {
            let (name, operator) = (view.name.to_string(), format!("{}!", view.operator));
            vec![name, operator, sizes_text(&view.sizes), String::new(), String::new(), String::new()]
        })
    };
    rows.extend(views(0));
    for (at, (step, &parameters)) in graph.steps.iter().zip(parameters).enumerate() {
        let len: usize = step.sizes.iter().product();
        rows.push(vec![
            step.name.to_string(),
            called(step),
            sizes_text(&step.sizes),
            counted(parameters as u64),
            counted(step.macs()),
            bytes(len),
        ]);
        rows.extend(views(at + 1));
    }
    let macs: u64 = graph.steps.iter().map(Step::macs).sum();
    let all: usize = parameters.iter().sum();
    let outputs: Vec<String> = graph.outputs.iter().map(|output| sizes_text(&output.sizes)).collect();
    rows.push(vec![
        "all".to_owned(),
        String::new(),
        outputs.join(", "),
        counted(all as u64),
        counted(macs),
        String::new(),
    ]);
    let mut text = table(&rows);
    let together: Vec<String> =
        graph.passes.iter().filter(|pass| pass.steps.len() > 1).map(|pass| names(graph, pass)).collect();
    if !together.is_empty() {
        let _ = writeln!(text, "done together: {}", together.join(", "));
    }
    let (len, bound) = (bytes(arena.len), bytes(arena.bound));
    let _ = writeln!(text, "arena of {len} bytes; {bound} are in use at one time, at the most");
    let nested: Vec<String> =
        graph.steps.iter().filter(|step| matches!(step.work, Work::Nested(_))).map(called).collect();
    if !nested.is_empty() {
        let types = list(nested.iter().map(String::as_str), "and");
        let _ = writeln!(text, "parameters, multiply-adds and arena are without those of {types}");
    }
    text
}

/// What a step is, in a word.
fn called(step: &Step) -> String {
    match &step.work {
        Work::Nested(nested) => nested.path.to_token_stream().to_string().replace(' ', ""),
        _ => format!("{}!", step.operator),
    }
}

/// The steps of a pass.
fn names(graph: &Graph, pass: &Pass) -> String {
    pass.steps.iter().map(|&step| graph.steps[step].name.to_string()).collect::<Vec<_>>().join(" + ")
}

/// The table, and the plan of each layer that is an operator.
pub(crate) fn plan(graph: &Graph, summary: &str) -> String {
    let mut text = summary.to_owned();
    for pass in &graph.passes {
        let place = if pass.inputs.contains(&pass.output) { ", in the place of what is added" } else { "" };
        let heading = format!("{}{place}", names(graph, pass));
        match graph.work(pass) {
            Work::Layer(layer) => {
                let _ = write!(text, "\n{heading}\n{}", layer.plan.describe(&layer.operation));
            }
            Work::Add(_) if !place.is_empty() => {
                let _ = writeln!(text, "\n{heading}");
            }
            Work::Nested(_) => {
                let _ = writeln!(text, "\n{heading}\nby the plan of `{}`", called(&graph.steps[pass.last()]));
            }
            Work::Add(_) | Work::Concat(_) | Work::Pad { .. } => {}
        }
    }
    text
}

/// Rows as lines; numbers stand to the right.
fn table(rows: &[Vec<String>]) -> String {
    const NUMBERS: usize = 3;
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            let width = width(column);
            if column < NUMBERS { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// A number, or nothing for none.
fn counted(number: u64) -> String {
    if number == 0 { String::new() } else { grouped(number) }
}
