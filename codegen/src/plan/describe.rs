//! The plan in words: what `PLAN`, the docs and the snapshots show.
//!
//! Comes in: a plan. Goes out: a few lines of text, the same for the same plan. Must not know: tokens.

use core::fmt::Write as _;

use super::panel::Panel;
use super::{Body, Kernel, Nest, Order, Plan, Strip, budget};
use crate::operation::Operation;

/// Describes `plan` for `operation`.
pub(super) fn describe(plan: &Plan, operation: &Operation) -> String {
    let mut text = String::new();
    let dense: u64 = operation.axes.iter().map(|axis| axis.output as u64 * axis.kernel as u64).product::<u64>()
        * if plan.panels.is_empty() { 1 } else { operation.in_channels as u64 }
        * operation.out_channels as u64;
    line(&mut text, format_args!("{} {}, {dense} with the border's structural zeros", plan.macs, noun(plan)));
    if !plan.panels.is_empty() {
        let groups: Vec<String> = plan.panels.iter().map(panel_words).collect();
        line(&mut text, format_args!("weights packed as {}", groups.join(" and ")));
    }
    if plan.frame.rows.output == 1 && operation.axes.len() > 1 {
        line(&mut text, format_args!("pointwise: all {} pixels as one row", plan.frame.columns.output));
    }
    if plan.unrolled {
        line(&mut text, format_args!("every row, tile and tap written out"));
    }
    for kernel in &plan.kernels {
        describe_kernel(&mut text, plan, kernel);
    }
    text
}

/// What one product is called.
fn noun(plan: &Plan) -> &'static str {
    if plan.panels.is_empty() { "comparisons" } else { "multiply-adds" }
}

/// Appends one line.
fn line(text: &mut String, words: core::fmt::Arguments<'_>) {
    writeln!(text, "{words}").expect("writing to a string does not fail");
}

/// One panel group.
fn panel_words(panel: &Panel) -> String {
    let Panel { width, interleave, count, .. } = *panel;
    let panels = if count == 1 { "1 panel".to_owned() } else { format!("{count} panels") };
    let inputs = if interleave == 1 { String::new() } else { format!(" x {interleave} inputs") };
    let empty = (count * width).checked_sub(panel.outputs).filter(|&empty| empty > 0);
    let empty = empty.map_or(String::new(), |empty| format!(" ({empty} empty)"));
    format!("{panels} of {width} outputs{inputs}{empty}")
}

/// One register file's nests.
fn describe_kernel(text: &mut String, plan: &Plan, kernel: &Kernel) {
    let file = kernel.file;
    line(text, format_args!("{}: {} lanes, {} registers", file.name, file.lanes, file.registers));
    for nest in &kernel.nests {
        let order = match nest.order {
            Order::BlocksOutside => "channel blocks outside, rows inside",
            Order::PixelsOutside => "rows outside, channel blocks inside",
        };
        let last = nest.first + nest.outputs * nest.blocks;
        let (first, blocks) = (nest.first, nest.blocks);
        let many = if blocks == 1 { format!("{blocks} block") } else { format!("{blocks} blocks, {order}") };
        line(text, format_args!("  channels {first}..{last} in {many}"));
        for (rows, strips) in [(nest.rows, &nest.strips), (1, &nest.singles)] {
            if nest.rows > 1 && !strips.is_empty() {
                let left = if rows == 1 { "a row left over" } else { "rows together" };
                line(text, format_args!("   {rows} {left}"));
            }
            for strip in strips {
                line(text, format_args!("    {}", strip_words(plan, nest, strip, rows)));
            }
        }
    }
}

/// One strip.
fn strip_words(plan: &Plan, nest: &Nest, strip: &Strip, rows: usize) -> String {
    let region = &strip.region;
    let (from, count, outputs) = (region.output, region.count, region.tile.outputs);
    let end = from + count * outputs;
    let lanes = if strip.lanes == 1 { "scalars".to_owned() } else { format!("vectors of {}", strip.lanes) };
    let body = match strip.body {
        Body::Walk => "walk the inputs".to_owned(),
        Body::Stream { unroll: 1 } => "stream the weights".to_owned(),
        Body::Stream { unroll } => format!("stream the weights, {unroll} steps a turn"),
        Body::Along => {
            let step = strip.lanes * strip.vectors / plan.frame.out_channels;
            return format!(
                "columns {from}..{end}: along the row, {step} outputs a turn in {} {lanes}, {} multiply-adds a kernel row",
                strip.vectors,
                budget::strip_statements(plan, nest, strip)
            );
        }
    };
    let sets = if strip.split == 1 { String::new() } else { format!(", {} sets of sums", strip.split) };
    format!(
        "columns {from}..{end}: {count} tile{} of {outputs} x {} {lanes}, {body}, {} {} a kernel row{sets}",
        plural(count),
        strip.vectors,
        budget::strip_statements(plan, nest, strip) * rows as u64,
        noun(plan),
    )
}

/// The plural ending for `count` things.
fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
