//! The plan in words: what `PLAN`, the docs and the snapshots show.
//!
//! Comes in: a plan. Goes out: a few lines of text, the same for the same plan. Must not know: tokens.

use core::fmt::Write as _;

use super::fourier::Fourier;
use super::machine::{REGISTER_FILES, RegisterFile};
use super::panel::Panel;
use super::sparse::Sparse;
use super::tile::Region;
use super::winograd::{Chunk, Kept, Summed, Tiling, View, Winograd};
use super::zeros::BLOCK;
use super::{Body, Instead, Lines, Nest, Order, Parts, Plan, Strip, budget};
use crate::operation::{Inner, Operation};

/// Describes `plan` for `operation`.
pub(super) fn describe(plan: &Plan, operation: &Operation) -> String {
    let mut text = String::new();
    if plan.then.is_some() {
        line(&mut text, format_args!("{} multiply-adds in all", grouped(plan.all_macs())));
    }
    describe_products(&mut text, plan, operation);
    if let Some(choice) = &operation.asked.choice {
        let by = operation.asked.place.as_deref().unwrap_or("`plan`");
        line(&mut text, format_args!("as {by} asks: {choice}"));
    }
    describe_parts(&mut text, plan);
    if describe_algorithm(&mut text, plan, operation) {
        return text;
    }
    describe_packing(&mut text, plan, operation);
    describe_softmax(&mut text, plan, operation);
    if plan.unrolled {
        line(&mut text, format_args!("every row, tile and tap written out"));
    }
    for kernel in &plan.kernels {
        let RegisterFile { name, lanes, registers, serves, .. } = kernel.file;
        line(&mut text, format_args!("{name}: {registers} registers of {lanes} lanes, for {serves}"));
        for nest in &kernel.nests {
            describe_nest(&mut text, plan, operation, nest);
        }
    }
    if let Some(then) = &plan.then {
        let rows = counted(then.rows, "row");
        let what = if then.operation.inner.is_weighted() {
            format!("a pointwise convolution of {} pixels", then.plan.frame.columns.output)
        } else {
            "a pool of their windows".to_owned()
        };
        line(&mut text, format_args!("then, {rows} at a time, {what}:"));
        text.push_str(&describe(&then.plan, &then.operation));
    }
    text
}

/// How many products there are.
fn describe_products(text: &mut String, plan: &Plan, operation: &Operation) {
    let dense: u64 = operation.axes.iter().map(|axis| axis.output as u64 * axis.kernel as u64).product::<u64>()
        * if operation.inner.is_weighted() { plan.frame.depth() as u64 } else { 1 }
        * operation.out_channels as u64;
    let zeros = match &plan.sparse {
        Some(_) => "padding and zeros",
        None if plan.frame.is_trimmed() => "padding and zeros",
        None if operation.transposed => "zeros",
        None => "padding",
    };
    let done = if operation.inner == Inner::AbsoluteDifference { "subtracted" } else { "multiplied" };
    let padding =
        if dense == plan.macs { String::new() } else { format!(", {} if {zeros} were {done} too", grouped(dense)) };
    line(text, format_args!("{} {}{padding}", grouped(plan.macs), noun(operation)));
}

/// How weights are packed, and which are left out.
fn describe_packing(text: &mut String, plan: &Plan, operation: &Operation) {
    if !plan.panels.is_empty() {
        let groups: Vec<String> = plan.panels.iter().map(panel_words).collect();
        let each = match operation.groups {
            _ if plan.frame.diagonal => String::new(),
            1 => String::new(),
            groups => format!(" for each of {groups} groups of channels"),
        };
        line(text, format_args!("weights packed as {}{each}", groups.join(" and ")));
    }
    for (lines, name) in plan.frame.left_out.iter().zip(["row", "column"]) {
        if let [_, ..] = lines.as_slice() {
            let which: Vec<String> = lines.iter().map(usize::to_string).collect();
            let (plural, are) = if lines.len() == 1 { ("", "is") } else { ("s", "are") };
            line(text, format_args!("kernel {name}{plural} {} {are} zeros and left out", which.join(", ")));
        }
    }
    if let Some(Sparse { lists, blocks, filled }) = &plan.sparse {
        let done: usize = lists.iter().map(|list| list.steps.len()).sum();
        let steps = plan.frame.kernel_rows() * plan.frame.row_depth();
        let all: usize = plan.panels.iter().map(|panel| panel.count * steps).sum();
        let [filled, blocks, done, all] = [*filled, *blocks, done, all].map(|count| grouped(count as u64));
        line(
            text,
            format_args!(
                "sparse: {filled} of {blocks} blocks of {BLOCK} outputs are not zero; {done} of {all} steps of panels are done, \
                 by lists of them"
            ),
        );
    }
    if plan.magnitudes {
        line(text, format_args!("and the sums of their magnitudes at each kernel element, for taps in the padding"));
    }
    let is_pointwise = operation.axes.len() > 1 && operation.axes.iter().all(|axis| axis.kernel == 1);
    if is_pointwise && plan.frame.rows_in_layout.is_none() && !plan.kernels.is_empty() {
        let (rows, pixels) =
            (counted(plan.frame.rows.output, "row"), plan.frame.in_elements() / plan.frame.in_channels);
        line(text, format_args!("pointwise: all {pixels} pixels as {rows}"));
    }
}

/// What a softmax does.
fn describe_softmax(text: &mut String, plan: &Plan, operation: &Operation) {
    let Inner::Softmax { log } = operation.inner else { return };
    let last = if log { "differences from its logarithm" } else { "quotients" };
    let pixels = counted(plan.frame.rows.output * plan.frame.columns.output, "pixel");
    let (from, lanes) = (&plan.frame.from, "all lanes that the CPU has");
    let vectors = if from.channel == 1 { "channels of a pixel" } else { "neighbouring pixels" };
    line(text, format_args!("{pixels} of {}, {lanes} on {vectors}", counted(operation.in_channels, "channel")));
    line(text, format_args!("each in three passes: the maximum, exponentials and their sum, {last}"));
}

/// How threads may share a pass.
fn describe_parts(text: &mut String, plan: &Plan) {
    let Some(Parts { of, most, .. }) = plan.parts else { return };
    let lines = match of {
        _ if matches!(&plan.instead, Some(Instead::Winograd(winograd)) if winograd.kept.is_some()) => "blocks of rows",
        _ if plan.instead.is_some() => "rows of tiles, and of their elements",
        Lines::Rows if plan.frame.planes.is_some() => "planes",
        Lines::Rows => "rows",
        Lines::Channels => "channels",
    };
    line(text, format_args!("up to {most} threads, by {lines}"));
}

/// How products are made fewer, if they are.
fn describe_algorithm(text: &mut String, plan: &Plan, operation: &Operation) -> bool {
    match &plan.instead {
        Some(Instead::Winograd(winograd)) => describe_tiles(text, winograd),
        Some(Instead::Fourier(fourier)) => describe_transforms(text, fourier),
        Some(Instead::Factored(factored)) => {
            let [rows, columns] = [0, 1].map(|axis: usize| operation.axes[axis].kernel);
            let words =
                format_args!("every kernel is a column times a row: 1x{columns} first, and then {rows}x1 of that");
            line(text, words);
            for part in [&factored.across, &factored.down] {
                text.push_str(&describe(&part.plan, &part.operation));
            }
        }
        None => return false,
    }
    true
}

/// A convolution by tiles.
fn describe_tiles(text: &mut String, winograd: &Winograd) {
    let [rows, columns] = winograd.axes;
    let tiles = |axis: Tiling| match axis.rest {
        0 if axis.beyond > 0 => {
            let beyond = counted(axis.beyond, "output");
            format!("{} of {}, {beyond} beyond the end", counted(axis.full, "tile"), axis.outputs())
        }
        0 => format!("{} of {}", counted(axis.full, "tile"), axis.outputs()),
        rest => format!("{} of {} and 1 of {rest}", counted(axis.full, "tile"), axis.outputs()),
    };
    let View { folded, axes: [of_rows, _], .. } = winograd.view;
    let taps = if winograd.kept.is_some() { of_rows.kernel } else { rows.convolution.taps };
    line(
        text,
        format_args!(
            "Winograd F({}x{}, {taps}x{}): rows in {}, columns in {}, {} multiply-adds of transformed numbers",
            rows.outputs(),
            columns.outputs(),
            columns.convolution.taps,
            tiles(rows),
            tiles(columns),
            grouped(winograd.macs())
        ),
    );
    if folded > 1 {
        line(text, format_args!("{folded} neighbouring columns of inputs are taken for one"));
    }
    if winograd.turned != [0, 0] {
        line(text, format_args!("channels turned into pixels first, and pixels into channels at last"));
    }
    describe_phases(text, winograd);
}

/// The blocks of tiles, and their products.
fn describe_phases(text: &mut String, winograd: &Winograd) {
    for phase in &winograd.phases {
        let rows = counted(phase.full + usize::from(phase.rest), "row");
        match &winograd.kept {
            Some(kept) => {
                let beyond = match kept.beyond(winograd.axes[0]) {
                    0 => String::new(),
                    beyond => format!(" ({} beyond the end)", counted(beyond, "row")),
                };
                let blocks = counted(kept.blocks, "block");
                line(text, format_args!("{blocks} of {rows}{beyond}, rows and columns turned"));
                describe_summed(text, winograd, kept);
            }
            None => line(text, format_args!("{} of {rows} of tiles", counted(phase.blocks, "block"))),
        }
        for product in &phase.products {
            let elements = product.elements[0].len() * product.elements[1].len();
            let tiles = counted(product.tiles[0] * product.tiles[1], "tile");
            line(
                text,
                format_args!("{} of {tiles} multiplied, a group of channels each:", counted(elements, "element")),
            );
            text.push_str(&describe(&product.plan, &product.operation));
        }
    }
}

/// The chunks of a block, on register files where products are summed in registers, and on the others.
fn describe_summed(text: &mut String, winograd: &Winograd, kept: &Kept) {
    let chunks = |chunk: &Chunk| {
        let columns = counted(chunk.tiles, "column");
        format!("{} of {columns} of tiles", counted(chunk.count, "chunk"))
    };
    let elements = counted(winograd.axes[1].points(), "element");
    for (file, summed) in REGISTER_FILES.iter().zip(&kept.summed) {
        if let Some(Summed { rows, vectors, chunk, .. }) = summed {
            let RegisterFile { name, serves, .. } = file;
            let (sums, chunks) = (counted(*rows, "row") + " x " + &counted(*vectors, "vector"), chunks(chunk));
            line(text, format_args!("{name}: {chunks}, summed in registers, {elements} x {sums}, for {serves}"));
        }
    }
    if kept.summed.iter().any(Option::is_none) {
        let elsewhere = if kept.summed.iter().all(Option::is_none) { "" } else { "elsewhere " };
        line(text, format_args!("{elsewhere}{}, products in memory", chunks(&kept.chunk)));
    }
}

/// A convolution by transforms.
fn describe_transforms(text: &mut String, fourier: &Fourier) {
    let Fourier { size, step, taps, channels: [from, to], together, .. } = *fourier;
    let [taken, blocks, elements] = [step, fourier.blocks(), size].map(|count| grouped(count as u64));
    let of = if fourier.rows == 1 { String::new() } else { format!(" of {}", counted(fourier.rows, "row")) };
    line(
        text,
        format_args!(
            "overlap-save: transforms of {elements} elements, {blocks} blocks{of} of {taken} outputs each for {}",
            counted(taps, "tap")
        ),
    );
    let products = size as u64 * (from * to) as u64;
    line(
        text,
        format_args!(
            "{} complex products for two blocks, sums of {} together",
            grouped(products),
            counted(together, "output channel")
        ),
    );
    for (file, lanes) in REGISTER_FILES.iter().zip(fourier.lanes) {
        let RegisterFile { name, serves, .. } = file;
        let groups = counted(fourier.groups(lanes), "group");
        line(text, format_args!("{name}: {groups} of two blocks in each of {lanes} lanes, for {serves}"));
    }
}

/// What one product is called.
fn noun(operation: &Operation) -> &'static str {
    match operation.inner {
        Inner::MultiplyAdd => "multiply-adds",
        Inner::AbsoluteDifference => "absolute differences",
        Inner::Max => "comparisons",
        Inner::Mean { .. } => "additions",
        Inner::Softmax { .. } => "exponentials",
    }
}

/// Appends one line.
fn line(text: &mut String, words: core::fmt::Arguments<'_>) {
    writeln!(text, "{words}").expect("writing to a string does not fail");
}

/// `number` with commas between its thousands.
pub(crate) fn grouped(number: u64) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", grouped(number / 1000), number % 1000) }
}

/// `count` things, of which one is called `one`.
fn counted(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// One panel group.
fn panel_words(panel: &Panel) -> String {
    let Panel { width, interleave, count, .. } = *panel;
    let (panels, outputs) = (counted(count, "panel"), counted(width, "output"));
    let inputs = if interleave == 1 { String::new() } else { format!(" x {interleave} inputs") };
    let empty = (count * width).checked_sub(panel.outputs).filter(|&empty| empty > 0);
    let empty = empty.map_or(String::new(), |empty| format!(" ({empty} empty)"));
    format!("{panels} of {outputs}{inputs}{empty}")
}

/// The blocks of one nest and their strips.
fn describe_nest(text: &mut String, plan: &Plan, operation: &Operation, nest: &Nest) {
    let (first, last) = (nest.first, nest.first + nest.outputs * nest.blocks);
    let (last, overlap) = match plan.frame.out_channels {
        all if plan.frame.diagonal && last > all => (all, ", of which the last overlaps the one before it"),
        _ => (last, ""),
    };
    let of = if nest.groups == 1 { "" } else { " of each group" };
    let order = match (nest.blocks, nest.order) {
        (1, _) => "",
        (_, Order::BlocksOutside) => ", outside the loop over rows",
        (_, Order::PixelsOutside) => ", inside the loop over rows",
    };
    let blocks = counted(nest.blocks, "block");
    let down = if nest.down { ", each tile down all rows" } else { "" };
    line(text, format_args!("  channels {first}..{last}{of}: {blocks} of {}{overlap}{order}{down}", nest.outputs));
    if nest.rows == 1 {
        describe_strips(text, plan, operation, nest, 1, "    ");
        return;
    }
    line(text, format_args!("    {} rows at a time", nest.rows));
    describe_strips(text, plan, operation, nest, nest.rows, "      ");
    if !nest.singles.is_empty() {
        line(text, format_args!("    single rows, where fewer are left"));
        describe_strips(text, plan, operation, nest, 1, "      ");
    }
}

/// The strips of tiles of `rows` rows.
fn describe_strips(text: &mut String, plan: &Plan, operation: &Operation, nest: &Nest, rows: usize, indent: &str) {
    for strip in nest.strips(rows) {
        let Region { output: from, step, .. } = strip.region;
        let last = from + (strip.region.count * strip.region.tile.outputs - 1) * step;
        let columns = if step == 1 || last == from {
            format!("{from}..{}", last + 1)
        } else {
            format!("{from}, {}..={last}", from + step)
        };
        line(text, format_args!("{indent}columns {columns}: {}", strip_words(plan, operation, nest, strip, rows)));
    }
}

/// One strip.
fn strip_words(plan: &Plan, operation: &Operation, nest: &Nest, strip: &Strip, rows: usize) -> String {
    let (count, outputs) = (strip.region.count, strip.region.tile.outputs);
    let (vectors, kind) = if strip.lanes == 1 {
        (counted(strip.vectors, "scalar"), "")
    } else {
        (format!("{} of {}", counted(strip.vectors, "vector"), strip.lanes), "vector ")
    };
    let tiles = match (&strip.runs, strip.body) {
        (Some(_), _) => format!("one by one, in a loop over their taps, {vectors}"),
        (None, Body::Along { .. }) => {
            let turn = strip.lanes * strip.vectors / nest.outputs;
            format!("along the row, {turn} outputs a turn in {vectors}")
        }
        (None, _) => format!("{} of {outputs} x {vectors}", counted(count, "tile")),
    };
    let body = match strip.body {
        Body::Along { .. } => "",
        Body::Walk => ", walks the inputs",
        Body::Stream { .. } => ", streams the weights",
        Body::Sparse { .. } => ", streams the weights that are listed",
    };
    let unroll = match strip.body {
        Body::Stream { unroll } | Body::Sparse { unroll } if unroll > 1 => format!(", {unroll} steps a turn"),
        _ => String::new(),
    };
    let statements = grouped(budget::strip_statements(plan, nest, strip, rows));
    let each = match strip.body {
        Body::Sparse { .. } => "step",
        _ if strip.runs.is_some() => "tap",
        _ => "kernel row",
    };
    let sets = if strip.split == 1 { String::new() } else { format!(", {} sets of sums", strip.split) };
    format!("{tiles}{body}{unroll}, {statements} {kind}{} a {each}{sets}", noun(operation))
}
