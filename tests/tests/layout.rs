//! The layout and the plan against plain enumeration, over a full grid of small geometries.
//!
//! What a window meets is written down here once more, as directly as it can be said, and shares nothing with codegen.

use std::collections::BTreeSet;

use toeplitz_codegen::choice::Asked;
use toeplitz_codegen::layout::{Band, Channels, Run, Tap, Toeplitz};
use toeplitz_codegen::operation::{
    Activation, Algorithm, Axis, DataFormat, Element, Inner, Operation, PaddingMode, Unroll,
};
use toeplitz_codegen::plan::tile::Region;
use toeplitz_codegen::plan::{self, Nest, Plan, Refused};

/// One product along an axis: (output, kernel element, input element).
type Product = (usize, usize, usize);

/// Input and output channels: along the row, interleaved, whole panels, panels with a rest.
const CHANNELS: [(usize, usize); 5] = [(1, 1), (3, 4), (4, 3), (8, 17), (2, 32)];

const MODES: [PaddingMode; 3] = [PaddingMode::Reflect, PaddingMode::Replicate, PaddingMode::Circular];

/// Every axis of the grid; padding behind the input shows as further outputs only.
fn grid() -> BTreeSet<[usize; 6]> {
    let mut grid = BTreeSet::new();
    for input in 1..=12usize {
        for kernel in 1..=5 {
            for stride in 1..=4 {
                for dilation in 1..=3 {
                    for pad_before in 0..=4 {
                        for pad_after in 0..=4 {
                            let extent = (kernel - 1) * dilation + 1;
                            if let Some(slack) = (pad_before + input + pad_after).checked_sub(extent) {
                                grid.insert([input, kernel, stride, dilation, pad_before, slack / stride + 1]);
                            }
                        }
                    }
                }
            }
        }
    }
    grid
}

fn axis([input, kernel, stride, dilation, pad_before, output]: [usize; 6]) -> Axis {
    Axis { input, kernel, stride, dilation, pad_before, output, overhang: 0, mode: PaddingMode::Zeros }
}

/// Every axis of the grid with each padding mode that reaches far enough.
fn grid_of_modes() -> impl Iterator<Item = Axis> {
    let modes = |numbers| MODES.map(|mode| Axis { mode, ..axis(numbers) });
    grid().into_iter().flat_map(modes).filter(|axis| padded(axis).is_some())
}

/// What is at each place of the padded input, element by element, up to the last that a window meets; nothing where a mode does not
/// reach so far.
fn padded(axis: &Axis) -> Option<Vec<Option<usize>>> {
    let input = axis.input;
    let end = (axis.output - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1;
    let after = end.saturating_sub(axis.pad_before + input);
    // Outwards from either end.
    let (left, right): (Vec<Option<usize>>, Vec<Option<usize>>) = match axis.mode {
        PaddingMode::Zeros => (vec![None; axis.pad_before], vec![None; after]),
        PaddingMode::Reflect => ((1..input).map(Some).collect(), (0..input - 1).rev().map(Some).collect()),
        PaddingMode::Replicate => (vec![Some(0); axis.pad_before], vec![Some(input - 1); after]),
        PaddingMode::Circular => ((0..input).rev().map(Some).collect(), (0..input).map(Some).collect()),
    };
    let (left, right) = (left.get(..axis.pad_before)?, right.get(..after)?);
    Some(left.iter().rev().copied().chain((0..input).map(Some)).chain(right.iter().copied()).collect())
}

/// Every product of `axis`, in ascending order.
fn enumerate(axis: &Axis) -> Vec<Product> {
    let padded = padded(axis).expect("as much padding as the mode allows");
    let mut products = Vec::new();
    for output in 0..axis.output {
        for kernel in 0..axis.kernel {
            let met = padded[output * axis.stride + kernel * axis.dilation];
            products.extend(met.map(|input| (output, kernel, input)));
        }
    }
    products
}

/// Every axis of a grid of transposed operations; what is cropped, and padded, behind shows in the output's length.
fn transposed_grid() -> BTreeSet<[usize; 6]> {
    let mut grid = BTreeSet::new();
    for input in 1..=9usize {
        for kernel in 1..=5 {
            for stride in 1..=4 {
                for dilation in 1..=3 {
                    let full = (input - 1) * stride + (kernel - 1) * dilation + 1;
                    for cropped in 0..=3 {
                        for output in (full.saturating_sub(cropped + 3)..full + 3).filter(|&output| output > 0) {
                            grid.insert([input, kernel, stride, dilation, cropped, output]);
                        }
                    }
                }
            }
        }
    }
    grid
}

/// Every product of a transposed `axis`: each input is spread over the outputs.
fn enumerate_transposed(axis: &Axis) -> Vec<Product> {
    let mut products = Vec::new();
    for input in 0..axis.input {
        for kernel in 0..axis.kernel {
            let full = input * axis.stride + kernel * axis.dilation;
            if full >= axis.pad_before && full - axis.pad_before < axis.output {
                products.push((full - axis.pad_before, kernel, input));
            }
        }
    }
    products.sort_unstable();
    products
}

/// What a run stands for: its outputs, and its products.
fn expand(run: &Run) -> (Vec<usize>, Vec<Product>) {
    let outputs: Vec<usize> = (0..run.len).map(|j| run.start + j * run.step).collect();
    let products = outputs
        .iter()
        .enumerate()
        .flat_map(|(j, &output)| run.taps.iter().map(move |tap| (output, tap.kernel, tap.input + j * run.advance)));
    (outputs.clone(), products.collect())
}

fn operation(axes: Vec<Axis>, (in_channels, out_channels): (usize, usize), inner: Inner, unroll: Unroll) -> Operation {
    let bias = inner == Inner::MultiplyAdd;
    Operation {
        axes,
        in_channels,
        out_channels,
        groups: 1,
        inner,
        transposed: false,
        bias,
        epsilon: None,
        activation: Activation::None,
        format: DataFormat::ChannelsLast,
        element: Element::F32,
        unroll,
        norm: None,
        asked: Asked::default(),
        algorithm: Algorithm::Auto,
        sum: None,
        then: None,
    }
}

#[test]
fn runs_cover_every_output_once_and_hold_every_product() {
    for axis in grid().into_iter().map(axis).chain(grid_of_modes()) {
        let band = Band::new(&axis, false);
        let (mut outputs, mut products) = (Vec::new(), Vec::new());
        for run in &band.runs {
            let (of_run, products_of_run) = expand(run);
            assert!(run.len > 0 && run.taps.is_sorted_by(|a, b| a.kernel < b.kernel), "{axis:?}: {run:?}");
            outputs.extend(of_run);
            products.extend(products_of_run);
        }
        assert!(band.runs.is_sorted_by(|a, b| a.start < b.start), "{axis:?}");
        outputs.sort_unstable();
        products.sort_unstable();
        let expected = enumerate(&axis);
        assert_eq!(outputs, (0..axis.output).collect::<Vec<_>>(), "{axis:?}");
        assert_eq!(products, expected, "{axis:?}");
        assert_eq!(band.nnz(), expected.len() as u64, "{axis:?}");
        let inside = |run: &Run| {
            let evenly = run.taps.windows(2).all(|taps| taps[1].input == taps[0].input + axis.dilation);
            run.taps.len() == axis.kernel && evenly && run.advance == axis.stride
        };
        let stretches =
            (axis.input + axis.pad_before).saturating_sub((axis.kernel - 1) * axis.dilation).div_ceil(axis.stride);
        let first = axis.pad_before.div_ceil(axis.stride);
        let interior = band.interior.map(|at| (band.runs[at].start, band.runs[at].start + band.runs[at].len));
        assert_eq!(
            interior,
            (first < stretches.min(axis.output)).then_some((first, stretches.min(axis.output))),
            "{axis:?}"
        );
        assert!(band.interior.is_none_or(|at| inside(&band.runs[at])), "{axis:?}");
        assert_eq!((band.input, band.output, band.kernel), (axis.input, axis.output, axis.kernel));
    }
}

#[test]
fn runs_of_transposed_axes_hold_every_product() {
    for axis in transposed_grid().into_iter().map(axis) {
        let band = Band::new(&axis, true);
        let (outputs, products): (Vec<_>, Vec<_>) = band.runs.iter().map(expand).unzip();
        let (mut outputs, mut products) = (outputs.concat(), products.concat());
        assert!(band.runs.is_sorted_by(|a, b| a.start < b.start), "{axis:?}");
        outputs.sort_unstable();
        products.sort_unstable();
        assert_eq!(outputs, (0..axis.output).collect::<Vec<_>>(), "{axis:?}");
        assert_eq!(products, enumerate_transposed(&axis), "{axis:?}");
        assert_eq!(band.nnz(), products.len() as u64, "{axis:?}");
        let found = (0..axis.output)
            .flat_map(|output| band.taps(output).into_iter().map(move |Tap { kernel, input }| (output, kernel, input)));
        assert_eq!(found.collect::<Vec<_>>(), products, "{axis:?}");
    }
}

#[test]
fn taps_of_an_output_are_its_products() {
    for axis in grid().into_iter().map(axis).chain(grid_of_modes()) {
        let band = Band::new(&axis, false);
        let found: Vec<Product> = (0..axis.output)
            .flat_map(|output| band.taps(output).into_iter().map(move |Tap { kernel, input }| (output, kernel, input)))
            .collect();
        assert_eq!(found, enumerate(&axis), "{axis:?}");
    }
}

#[test]
fn nnz_counts_the_elements_of_the_dense_matrix() {
    let axes: Vec<Axis> = grid().into_iter().step_by(37).map(axis).collect();
    for (rows, columns) in axes.iter().zip(axes.iter().rev()) {
        for (inner, channels) in [(Inner::MultiplyAdd, (3, 5)), (Inner::Max, (4, 4))] {
            let layout = Toeplitz::new(&operation(vec![*rows, *columns], channels, inner, Unroll::Auto));
            let block = if inner == Inner::Max { 4 } else { 15 };
            assert_eq!(layout.channels == Channels::Diagonal, inner == Inner::Max);
            assert_eq!(layout.nnz(), (enumerate(rows).len() * enumerate(columns).len() * block) as u64);
        }
    }
}

/// The outputs and products of `region`, all its tiles together.
fn region_products(region: &Region) -> (Vec<usize>, Vec<Product>) {
    let (mut outputs, mut products) = (Vec::new(), Vec::new());
    for index in 0..region.count {
        let Region { step, input_step, .. } = *region;
        let (output, input) = (region.output + index * region.tile.outputs * step, region.input + index * input_step);
        outputs.extend((0..region.tile.outputs).map(|at| output + at * step));
        let pairs = region.tile.pairs();
        assert_eq!(pairs.len(), region.tile.products());
        assert!(pairs.iter().all(|pair| pair.output < region.tile.outputs && pair.input < region.tile.inputs));
        products.extend(pairs.iter().map(|pair| (output + pair.output * step, pair.kernel, input + pair.input)));
    }
    (outputs, products)
}

/// The outputs and products of `runs`, through which a loop goes whose tile is `region`'s.
fn looped_products(region: &Region, runs: &[Run]) -> (Vec<usize>, Vec<Product>) {
    assert_eq!((region.tile.outputs, region.tile.products()), (1, 1));
    let (outputs, products): (Vec<_>, Vec<_>) = runs.iter().map(expand).unzip();
    let outputs = outputs.concat();
    assert_eq!((region.output, region.count), (outputs[0], outputs.len()));
    (outputs, products.concat())
}

/// The tiles of `nest` hold each product of a row once, where rows go together and where one is left over.
fn check_tiles(nest: &Nest, plan: &Plan, expected: &[Product], context: &dyn std::fmt::Debug) {
    let left_over = plan.frame.rows.runs.iter().any(|run| run.len % nest.rows > 0);
    for rows in if left_over { vec![nest.rows, 1] } else { vec![nest.rows] } {
        let (mut outputs, mut products) = (Vec::new(), Vec::new());
        for strip in nest.strips(rows) {
            let (of_region, products_of_region) = match &strip.runs {
                None => region_products(&strip.region),
                Some(runs) => looped_products(&strip.region, &plan.frame.columns.runs[runs.clone()]),
            };
            outputs.extend(of_region);
            products.extend(products_of_region);
        }
        products.sort_unstable();
        if plan.frame.columns.interleaved() {
            outputs.sort_unstable();
        }
        assert_eq!(outputs, (0..plan.frame.columns.output).collect::<Vec<_>>(), "{context:?}");
        assert_eq!(products, expected, "{context:?}");
    }
}

/// The nests of each register file compute every output channel once; where channels keep apart, the last block may do some of the one
/// before it again, so that it is whole.
fn check_channels(plan: &Plan, out_channels: usize, context: &dyn std::fmt::Debug) {
    for kernel in &plan.kernels {
        let blocks = kernel.nests.iter().flat_map(|nest| {
            (0..nest.groups * nest.blocks).flat_map(|block| {
                let (group, block) = (block / nest.blocks, block % nest.blocks);
                let first = group * (out_channels / nest.groups) + nest.first + block * nest.outputs;
                let first = if plan.frame.diagonal { first.min(out_channels - nest.outputs) } else { first };
                first..first + nest.outputs
            })
        });
        let mut channels: Vec<usize> = blocks.collect();
        channels.sort_unstable();
        if plan.frame.diagonal {
            let again = channels.len() - out_channels;
            assert!(kernel.nests.iter().all(|nest| again < nest.outputs), "{}: {context:?}", kernel.file.name);
            channels.dedup();
        }
        assert_eq!(channels, (0..out_channels).collect::<Vec<_>>(), "{}: {context:?}", kernel.file.name);
    }
}

/// Plans `operation` and compares every tile with the enumeration of its columns.
fn check_plan(operation: &Operation) {
    let layout = Toeplitz::new(operation);
    let plan = match plan::plan(operation, &layout) {
        Ok(plan) => plan,
        Err(Refused::OverBudget(over)) => {
            assert!(operation.unroll == Unroll::Full && over.statements > over.limit, "{operation:?}: {over}");
            return;
        }
        Err(Refused::NoSuchPlan(_)) => panic!("nothing was asked for: {operation:?}"),
    };
    assert_eq!(plan.macs, layout.nnz(), "{operation:?}");
    let moves = |axis: &Axis| axis.kernel > 1 || axis.stride > 1 || axis.pad_before > 0 || axis.output != axis.input;
    let columns = if operation.axes.iter().any(moves) {
        assert_eq!(plan.frame.rows, layout.bands[0], "{operation:?}");
        if operation.transposed { enumerate_transposed(&operation.axes[1]) } else { enumerate(&operation.axes[1]) }
    } else {
        assert_eq!(plan.frame.rows.output, 1, "{operation:?}");
        (0..operation.axes[0].input * operation.axes[1].input).map(|pixel| (pixel, 0, pixel)).collect()
    };
    for nest in plan.kernels.iter().flat_map(|kernel| &kernel.nests) {
        check_tiles(nest, &plan, &columns, operation);
    }
    check_channels(&plan, operation.out_channels, operation);
    assert!(!plan.describe(operation).is_empty());
}

/// Every axis of the grid as columns, below another one as rows; channels and unrolling take turns.
fn check_plans(inner: Inner) {
    let axes: Vec<Axis> = grid().into_iter().map(axis).collect();
    for (index, columns) in axes.iter().enumerate() {
        // A step that shares no factor with the grid, so that columns meet rows of every kind.
        let rows = axes[index * 7919 % axes.len()];
        let unroll = [Unroll::Auto, Unroll::None, Unroll::Auto, Unroll::Full][index / CHANNELS.len() % 4];
        let (in_channels, out_channels) = CHANNELS[index % CHANNELS.len()];
        let channels = if inner == Inner::Max { (out_channels, out_channels) } else { (in_channels, out_channels) };
        check_plan(&operation(vec![rows, *columns], channels, inner, unroll));
    }
}

#[test]
fn plans_with_padding_modes_compute_every_product_once() {
    let axes: Vec<Axis> = grid_of_modes().step_by(7).collect();
    for (index, columns) in axes.iter().enumerate() {
        let rows = axes[index * 7919 % axes.len()];
        let unroll = [Unroll::Auto, Unroll::None, Unroll::Auto, Unroll::Full][index / CHANNELS.len() % 4];
        let inner = [Inner::MultiplyAdd, Inner::MultiplyAdd, Inner::AbsoluteDifference][index % 3];
        check_plan(&operation(vec![rows, *columns], CHANNELS[index % CHANNELS.len()], inner, unroll));
    }
}

#[test]
fn plans_of_transposed_convolutions_compute_every_product_once() {
    let axes: Vec<Axis> = transposed_grid().into_iter().map(axis).collect();
    for (index, columns) in axes.iter().enumerate() {
        let rows = axes[index * 7919 % axes.len()];
        let unroll = [Unroll::Auto, Unroll::None, Unroll::Auto, Unroll::Full][index / CHANNELS.len() % 4];
        let plain = operation(vec![rows, *columns], CHANNELS[index % CHANNELS.len()], Inner::MultiplyAdd, unroll);
        check_plan(&Operation { transposed: true, ..plain });
    }
}

#[test]
fn plans_of_grouped_convolutions_compute_every_product_once() {
    let axes: Vec<Axis> = grid().into_iter().step_by(5).map(axis).collect();
    for (index, columns) in axes.iter().enumerate() {
        let rows = axes[index * 7919 % axes.len()];
        let unroll = [Unroll::Auto, Unroll::None, Unroll::Auto, Unroll::Full][index / 5 % 4];
        // Whole panels and rests in each group, channels that keep apart, and several outputs of each.
        let (groups, channels) = [(2, (8, 36)), (3, (3, 6)), (20, (20, 20)), (4, (16, 8)), (5, (5, 5))][index % 5];
        let plain = operation(vec![rows, *columns], channels, Inner::MultiplyAdd, unroll);
        check_plan(&Operation { groups, ..plain });
    }
}

/// Kernels so wide that writing out all their borders would be too much.
#[test]
fn plans_of_wide_kernels_compute_every_product_once() {
    let wide = [
        [64, 11, 1, 3, 30, 94],
        [64, 40, 1, 1, 20, 64],
        [300, 99, 2, 1, 49, 150],
        [100, 100, 1, 1, 50, 101],
        [30, 70, 1, 1, 69, 99],
        [90, 61, 3, 2, 60, 50],
        [1, 200, 1, 1, 199, 200],
    ];
    let mut looped = 0;
    for (index, columns) in wide.into_iter().map(axis).enumerate() {
        let rows = axis([9, 3, 1, 1, index % 3, 7 + index % 3]);
        for (inner, channels) in
            CHANNELS.map(|channels| (Inner::MultiplyAdd, channels)).into_iter().chain([(Inner::Max, (20, 20))])
        {
            let operation = operation(vec![rows, columns], channels, inner, Unroll::Auto);
            check_plan(&operation);
            let text = plan::plan(&operation, &Toeplitz::new(&operation))
                .expect("nothing is over budget")
                .describe(&operation);
            looped += usize::from(text.contains("in a loop over their taps"));
        }
    }
    assert!(looped > 30, "{looped} plans loop over columns");
}

#[test]
fn plans_of_convolutions_compute_every_product_once() {
    check_plans(Inner::MultiplyAdd);
}

#[test]
fn plans_of_pools_compute_every_product_once() {
    check_plans(Inner::Max);
}
