//! Queries on a layout against an enumeration of all pairs, and its pictures.
#![cfg(feature = "alloc")]

use toeplitz::DataFormat::{ChannelsFirst, ChannelsLast};
use toeplitz::WeightOrder::{self, InOut, OutIn};
use toeplitz::{Band, Channels, Entry, Run, Tap, Toeplitz};

/// One axis for the enumeration: its lengths and every (output, kernel, input) that meet.
struct Pairs {
    input: usize,
    output: usize,
    kernel: usize,
    meet: Vec<[usize; 3]>,
}

/// A convolution along one axis, straight from its definition.
fn convolution(input: usize, kernel: usize, stride: usize, dilation: usize, before: usize, output: usize) -> Pairs {
    let mut meet = Vec::new();
    for o in 0..output {
        for k in 0..kernel {
            if let Some(i) = (o * stride + k * dilation).checked_sub(before).filter(|&i| i < input) {
                meet.push([o, k, i]);
            }
        }
    }
    Pairs { input, output, kernel, meet }
}

/// A convolution with a stride of 1 along one axis, each of whose taps meets the input that `meet` says.
fn padded(input: usize, kernel: usize, output: usize, meet: impl Fn(usize) -> usize) -> Pairs {
    let meet = (0..output).flat_map(|o| (0..kernel).map(move |k| (o, k))).map(|(o, k)| [o, k, meet(o + k)]);
    Pairs { input, output, kernel, meet: meet.collect() }
}

/// A band for an axis whose outputs have nothing in common.
fn singles(axis: &Pairs) -> Band {
    let run = |start: usize| {
        let taps = axis.meet.iter().filter(|[output, ..]| *output == start);
        let taps: Vec<Tap> = taps.map(|&[_, kernel, input]| Tap { kernel, input }).collect();
        Run { start, step: 1, len: 1, advance: 1, taps: taps.leak() }
    };
    let runs: Vec<Run> = (0..axis.output).map(run).collect();
    Band { input: axis.input, output: axis.output, kernel: axis.kernel, runs: runs.leak() }
}

/// A band for such an axis: neighbouring outputs share a run as long as they have the same kernel elements.
fn band(axis: &Pairs, stride: usize) -> Band {
    let taps = |output: usize| -> Vec<Tap> {
        axis.meet.iter().filter(|[o, ..]| *o == output).map(|&[_, kernel, input]| Tap { kernel, input }).collect()
    };
    let kernels = |output: usize| taps(output).iter().map(|tap| tap.kernel).collect::<Vec<_>>();
    let mut runs: Vec<Run> = Vec::new();
    for output in 0..axis.output {
        match runs.last_mut() {
            Some(run) if kernels(run.start) == kernels(output) => run.len += 1,
            _ => runs.push(Run { start: output, step: 1, len: 1, advance: stride, taps: taps(output).leak() }),
        }
    }
    Band { input: axis.input, output: axis.output, kernel: axis.kernel, runs: runs.leak() }
}

/// A layout with channels innermost, of a convolution or a pool.
const fn channels_last<const N: usize>(bands: [Band; N], channels: Channels) -> Toeplitz<N> {
    Toeplitz { bands, channels, order: InOut, format: ChannelsLast }
}

/// All non-zeros, sorted: every combination of one pair an axis with every pair of channels that meet.
fn enumerate<const N: usize>(axes: &[Pairs], channels: Channels, order: WeightOrder) -> Vec<Entry<N>> {
    let mut blocks = vec![(0, [0; N], 0)];
    for (index, axis) in axes.iter().enumerate() {
        blocks = blocks
            .iter()
            .flat_map(|&(row, mut kernel, col)| {
                axis.meet.iter().map(move |[o, k, i]| {
                    kernel[index] = *k;
                    (row * axis.output + o, kernel, col * axis.input + i)
                })
            })
            .collect();
    }
    let mut entries = Vec::new();
    for (row, kernel, col) in blocks {
        let flat = kernel.iter().zip(axes).fold(0, |flat, (k, axis)| flat * axis.kernel + k);
        let (from, to) = (channels.input(), channels.output());
        let groups = match channels {
            Channels::Dense { .. } => 1,
            Channels::Grouped { groups, .. } => groups,
            Channels::Diagonal(channels) => channels,
        };
        for out in 0..to {
            for channel in (0..from).filter(|channel| channel / (from / groups) == out / (to / groups)) {
                let weight = match (channels, order) {
                    (Channels::Diagonal(_), _) => None,
                    (_, InOut) => Some((flat * (from / groups) + channel % (from / groups)) * to + out),
                    (_, OutIn) => Some((flat * (to / groups) + out % (to / groups)) * from + channel),
                };
                entries.push(Entry { row: row * to + out, col: col * from + channel, kernel, channel, weight });
            }
        }
    }
    entries.sort_by_key(|entry| (entry.row, entry.col));
    entries
}

fn check<const N: usize>(layout: Toeplitz<N>, axes: &[Pairs]) {
    let expected = enumerate::<N>(axes, layout.channels, layout.order);
    assert_eq!(layout.iter().collect::<Vec<_>>(), expected, "{layout}");
    assert_eq!(layout.nnz(), expected.len() as u64, "{layout}");
    assert!((layout.density() * layout.rows() as f64 * layout.cols() as f64 - expected.len() as f64).abs() < 1e-6);
    for row in 0..layout.rows() {
        let of_row: Vec<_> = expected.iter().copied().filter(|entry| entry.row == row).collect();
        assert_eq!(layout.row(row).len(), of_row.len());
        assert_eq!(layout.row(row).collect::<Vec<_>>(), of_row);
    }
    assert!(expected.iter().all(|entry| entry.col < layout.cols()));
    assert!(expected.iter().filter_map(|entry| entry.weight).all(|weight| weight < layout.weights()));
}

#[test]
fn a_grid_of_axes_matches_the_enumeration() {
    for input in 1..9_usize {
        for (kernel, stride, dilation, before, after) in [
            (1, 1, 1, 0, 0),
            (3, 1, 1, 1, 1),
            (3, 2, 1, 0, 1),
            (2, 3, 1, 0, 2),
            (3, 1, 2, 2, 2),
            (3, 2, 2, 4, 4),
            (1, 1, 1, 2, 3),
        ] {
            let extent = (kernel - 1) * dilation + 1;
            let Some(slack) = (input + before + after).checked_sub(extent) else { continue };
            let axis = || convolution(input, kernel, stride, dilation, before, slack / stride + 1);
            let band = band(&axis(), stride);
            check(channels_last([band], Channels::Dense { input: 2, output: 3 }), &[axis()]);
            check(channels_last([band], Channels::Diagonal(3)), &[axis()]);
            for order in [InOut, OutIn] {
                let channels = Channels::Grouped { groups: 2, input: 2, output: 3 };
                check(Toeplitz { order, ..channels_last([band], channels) }, &[axis()]);
            }
            let other = || convolution(4, 2, 1, 1, 1, 4);
            let bands = [self::band(&other(), 1), band];
            check(channels_last(bands, Channels::Dense { input: 1, output: 2 }), &[other(), axis()]);
        }
    }
}

#[test]
fn kernel_elements_that_share_an_input_stand_side_by_side() {
    let replicate = || padded(4, 5, 4, |at| at.saturating_sub(2).min(3));
    let ring = || padded(3, 7, 3, |at| at % 3);
    let bands = [singles(&replicate()), singles(&ring())];
    for channels in [Channels::Dense { input: 2, output: 3 }, Channels::Grouped { groups: 2, input: 2, output: 1 }] {
        check(channels_last(bands, channels), &[replicate(), ring()]);
        // With channels outermost the order within an input is the same.
        let layout = Toeplitz { format: ChannelsFirst, ..channels_last(bands, channels) };
        let entries: Vec<_> = layout.iter().map(|entry| (entry.row, entry.col, entry.kernel)).collect();
        assert!(entries.is_sorted());
        assert_eq!(entries.len() as u64, layout.nnz());
    }
    // Several on one place darken a picture no more than one.
    let all = channels_last([singles(&padded(1, 4, 2, |_| 0))], Channels::Diagonal(1));
    assert_eq!(all.nnz(), 8);
    assert_eq!(all.spy_text().lines().nth(2), Some("│⠃│"));
}

#[test]
fn three_axes_match_the_enumeration() {
    let axes = [convolution(3, 2, 1, 1, 0, 2), convolution(4, 3, 2, 1, 1, 2), convolution(5, 3, 1, 1, 1, 5)];
    let bands = [band(&axes[0], 1), band(&axes[1], 2), band(&axes[2], 1)];
    check(channels_last(bands, Channels::Dense { input: 2, output: 1 }), &axes);
}

/// A transposed convolution, 4 inputs, kernel 3, stride 2: output `o` meets input `i` by kernel element `o - 2 * i`.
/// Runs step by 2, and the kernel runs against the input.
const TRANSPOSED: Band = Band {
    input: 4,
    output: 9,
    kernel: 3,
    runs: &[
        Run { start: 0, step: 1, len: 1, advance: 0, taps: &[Tap { kernel: 0, input: 0 }] },
        Run { start: 1, step: 2, len: 4, advance: 1, taps: &[Tap { kernel: 1, input: 0 }] },
        Run {
            start: 2,
            step: 2,
            len: 3,
            advance: 1,
            taps: &[Tap { kernel: 0, input: 1 }, Tap { kernel: 2, input: 0 }],
        },
        Run { start: 8, step: 1, len: 1, advance: 0, taps: &[Tap { kernel: 2, input: 3 }] },
    ],
};

#[test]
fn runs_that_step_match_the_enumeration() {
    let axis = || {
        let meet = (0..4).flat_map(|i| (0..3).map(move |k| [2 * i + k, k, i])).collect();
        Pairs { input: 4, output: 9, kernel: 3, meet }
    };
    check(channels_last([TRANSPOSED], Channels::Dense { input: 2, output: 2 }), &[axis()]);
    let bands = [TRANSPOSED, TRANSPOSED];
    check(channels_last(bands, Channels::Dense { input: 1, output: 2 }), &[axis(), axis()]);
}

#[test]
fn a_layout_without_axes_is_its_channel_block() {
    let layout = channels_last([], Channels::Dense { input: 3, output: 2 });
    check(layout, &[]);
    assert_eq!((layout.rows(), layout.cols(), layout.nnz(), layout.weights()), (2, 3, 6, 6));
}

/// 28 elements, kernel 5, padded by 2 on either side.
fn same28() -> Band {
    band(&convolution(28, 5, 1, 1, 2, 28), 1)
}

#[test]
fn the_first_layer_of_a_digit_classifier() {
    let band = same28();
    assert_eq!(band.runs.len(), 5);
    let layout = channels_last([band, band], Channels::Dense { input: 1, output: 32 });
    assert_eq!((layout.rows(), layout.cols(), layout.nnz()), (25_088, 784, 574_592));
    assert_eq!((layout.input().spatial, layout.output().len()), ([28, 28], 25_088));
    assert_eq!(layout.iter().count(), 574_592);
    assert_eq!(layout.to_string(), "28x28x1 -> 28x28x32: 25088 x 784, 574592 non-zeros (2.92%)");
}

#[test]
fn queries_are_constants() {
    const LAYOUT: Toeplitz<1> = channels_last([TRANSPOSED], Channels::Dense { input: 2, output: 2 });
    const SIZES: (usize, usize, u64, usize) = (LAYOUT.rows(), LAYOUT.cols(), LAYOUT.nnz(), LAYOUT.weights());
    assert_eq!(SIZES, (18, 8, 48, 12));
}

#[test]
#[should_panic(expected = "row 18 of a matrix with 18 rows")]
fn there_is_no_row_past_the_last() {
    channels_last([TRANSPOSED], Channels::Dense { input: 2, output: 2 }).row(18);
}

/// The attribute `name` of every `tag`, after a check that all tags nest.
fn attributes(svg: &str, tag: &str, name: &str) -> Vec<String> {
    let (mut open, mut found) = (Vec::new(), Vec::new());
    for piece in svg.split('<').skip(1) {
        let (inside, text) = piece.split_once('>').expect("a tag ends");
        assert!(!text.contains('>'), "text is escaped: {text}");
        let (this, rest) = inside.split_once([' ', '\n']).unwrap_or((inside, ""));
        if let Some(closing) = this.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closing));
            continue;
        }
        if !inside.ends_with('/') {
            open.push(this);
        }
        assert!(rest.matches('"').count() % 2 == 0, "quotes pair up: {inside}");
        if this == tag {
            found.extend(
                rest.split_once(&format!("{name}=\"")).map(|(_, value)| value.split('"').next().unwrap().into()),
            );
        }
    }
    assert!(open.is_empty(), "{open:?} are not closed");
    found
}

/// The area of all rectangles `M x y h width v height h -width z` of a path, in pixels.
fn area(path: &str) -> usize {
    path.split('M')
        .skip(1)
        .filter_map(|stroke| stroke.split_once('h')?.1.split_once('v'))
        .map(|(width, rest)| {
            width.parse::<usize>().unwrap()
                * rest.split_once('h').map_or(0, |(height, _)| height.parse::<usize>().unwrap())
        })
        .sum()
}

#[test]
fn the_svg_of_a_small_matrix_has_a_square_for_each_non_zero() {
    let axis = convolution(8, 3, 1, 1, 1, 8);
    let layout = channels_last([band(&axis, 1); 2], Channels::Dense { input: 1, output: 1 });
    let svg = layout.spy();
    assert!(svg.contains("64 outputs down, 64 inputs across") && svg.contains("484 non-zeros"), "{svg}");
    let paths = attributes(&svg, "path", "d");
    // 64 cells over 512 pixels: squares of 8 x 8. The first path is the grid.
    assert_eq!(paths[0].matches('M').count(), 2 * 7);
    assert_eq!(paths[1..].iter().map(|path| area(path)).sum::<usize>(), 484 * 64);
}

#[test]
fn the_svg_of_a_large_matrix_is_of_reasonable_size() {
    let large = band(&convolution(512, 3, 1, 1, 1, 512), 1);
    let deep = band(&convolution(14, 3, 1, 1, 1, 14), 1);
    let pool = band(&convolution(28, 2, 2, 1, 0, 14), 2);
    for svg in [
        channels_last([same28(); 2], Channels::Dense { input: 1, output: 32 }).spy(),
        channels_last([large; 2], Channels::Dense { input: 1, output: 1 }).spy(),
        channels_last([deep; 2], Channels::Dense { input: 256, output: 256 }).spy(),
        channels_last([pool; 2], Channels::Diagonal(32)).spy(),
        channels_last([], Channels::Dense { input: 3136, output: 10 }).spy(),
    ] {
        assert!(attributes(&svg, "path", "d").len() > 1);
        assert!(svg.contains("a cell is"));
        assert!(svg.len() < 400_000, "{} bytes", svg.len());
        assert!(attributes(&svg, "svg", "width")[0].parse::<usize>().unwrap() <= 600);
    }
}

/// Dots set in braille characters.
fn dots(text: &str) -> u32 {
    text.chars()
        .map(u32::from)
        .filter(|code| (0x2800..0x2900).contains(code))
        .map(|code| (code & 0xff).count_ones())
        .sum()
}

#[test]
fn the_text_of_a_small_matrix_has_a_dot_for_each_non_zero() {
    let axis = convolution(4, 3, 1, 1, 1, 4);
    let layout = channels_last([band(&axis, 1)], Channels::Dense { input: 1, output: 1 });
    // Rows 1100, 1110, 0111, 0011.
    assert_eq!(layout.spy_text(), "4x1 -> 4x1: 4 x 4, 10 non-zeros (62.50%)\n┌──┐\n│⠻⣦│\n└──┘\n");
    let axis = convolution(8, 3, 1, 1, 1, 8);
    let layout = channels_last([band(&axis, 1); 2], Channels::Dense { input: 1, output: 1 });
    assert_eq!(dots(&layout.spy_text()), 484);
}

#[test]
fn the_text_of_a_large_matrix_fits_a_terminal() {
    let layout = channels_last([same28(); 2], Channels::Dense { input: 1, output: 32 });
    let text = layout.spy_text();
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    assert!(text.lines().count() <= 43, "{text}");
    assert!(dots(&text) > 500, "{text}");
}

#[cfg(feature = "ndarray")]
#[test]
fn the_dense_matrix_holds_the_weights() {
    let axis = convolution(3, 3, 1, 1, 1, 3);
    let layout = channels_last([band(&axis, 1)], Channels::Dense { input: 1, output: 1 });
    let dense = layout.to_dense(&[1.0, 2.0, 3.0]).unwrap();
    assert_eq!(dense, ndarray::arr2(&[[2.0, 3.0, 0.0], [1.0, 2.0, 3.0], [0.0, 1.0, 2.0]]));
    let error = layout.to_dense(&[1.0]).unwrap_err();
    assert_eq!(error.to_string(), "weights must have 3 elements, found 1");
    let pool = Toeplitz { channels: Channels::Diagonal(1), ..layout };
    assert_eq!(pool.to_dense::<f32>(&[]).unwrap().sum().to_bits(), 7.0_f32.to_bits());
}

#[cfg(feature = "ndarray")]
#[test]
fn a_dense_matrix_that_is_too_large_is_an_error() {
    let layout = channels_last([], Channels::Dense { input: 1 << 15, output: 1 << 16 });
    let error = layout.to_dense::<f32>(&[]).unwrap_err();
    assert_eq!(error, toeplitz::DenseError::TooLarge { rows: 1 << 16, cols: 1 << 15, element: 4 });
    assert_eq!(
        error.to_string(),
        "the dense matrix would have 65536 x 32768 elements (8589934592 bytes), at most 1073741824 (4294967296 bytes) \
         are allowed"
    );
}
