//! What `structure` says of a matrix, against the elements of the matrix.

use ndarray::Array2;
use toeplitz::{Structure, conv_transpose1d, conv1d, conv2d, conv3d, dense, depthwise_conv2d, max_pool1d, max_pool2d};

/// How rows follow each other along one axis: so many rows down, so many columns to the right.
type Shift = (usize, usize);

/// The structure of one axis, each a case of the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Kind {
    Circulant,
    Toeplitz,
    Strided,
    Bordered,
}

/// An axis of a matrix: lengths of output and input, and how many elements of the flat arrays are between neighbours.
struct Axis {
    output: usize,
    input: usize,
    below: usize,
    across: usize,
}

/// `index` with its coordinate along an axis moved by `by`, and whether it stayed on the axis.
fn moved(index: usize, by: usize, len: usize, apart: usize) -> (usize, bool) {
    let at = index / apart % len;
    (index - at * apart + (at + by) % len * apart, at + by < len)
}

/// Whether every element equals the one a shift further; `around` also where that is beyond the end, and begins anew.
fn follows(matrix: &Array2<f32>, axis: &Axis, (down, right): Shift, around: bool) -> bool {
    matrix.indexed_iter().all(|((row, col), &element)| {
        let (next_row, row_stays) = moved(row, down, axis.output, axis.below);
        let (next_col, col_stays) = moved(col, right, axis.input, axis.across);
        let counts = around || row_stays && col_stays;
        !counts || element.to_bits() == matrix[[next_row, next_col]].to_bits()
    })
}

fn kind(matrix: &Array2<f32>, axis: &Axis, stride: Shift) -> Kind {
    if axis.output == axis.input && follows(matrix, axis, (1, 1), true) {
        Kind::Circulant
    } else if follows(matrix, axis, (1, 1), false) {
        Kind::Toeplitz
    } else if follows(matrix, axis, stride, false) {
        Kind::Strided
    } else {
        Kind::Bordered
    }
}

/// The structure that the elements of a matrix between two shapes have, channels innermost.
fn found<const N: usize>(
    matrix: &Array2<f32>,
    from: [usize; N],
    to: [usize; N],
    channels: [usize; 2],
    strides: [Shift; N],
) -> Structure {
    let axis = |axis: usize| Axis {
        output: to[axis],
        input: from[axis],
        below: to[axis + 1..].iter().product::<usize>() * channels[1],
        across: from[axis + 1..].iter().product::<usize>() * channels[0],
    };
    match (0..N).map(|at| kind(matrix, &axis(at), strides[at])).max() {
        None => Structure::Dense,
        Some(Kind::Circulant) => Structure::Circulant { axes: N },
        Some(Kind::Toeplitz) => Structure::Toeplitz { axes: N },
        Some(Kind::Strided) => Structure::Strided { axes: N },
        Some(Kind::Bordered) => Structure::Bordered { axes: N },
    }
}

/// A test that a layer's matrix has the structure that it says, and none that is narrower; rows follow each other by the strides.
macro_rules! structures {
    ($($name:ident: $words:literal, [$($stride:expr),*], $macro:ident($($keys:tt)*);)*) => {
        $(
            #[test]
            fn $name() {
                $macro! { struct Layer < $($keys)* >; }
                const MATRIX: toeplitz::Toeplitz<{ Layer::INPUT.spatial.len() }> = Layer::TOEPLITZ;
                // Powers of an irrational number, whose sums differ unless their terms do not.
                let weights: Vec<f32> = (1..=MATRIX.weights()).map(|at| (1.0 + 0.618_034 * at as f32).sqrt()).collect();
                let matrix = MATRIX.to_dense(&weights).expect("as many weights as the layout has");
                let (from, to) = (MATRIX.input(), MATRIX.output());
                let channels = [from.channels, to.channels];
                let strides = [$($stride),*];
                assert_eq!(MATRIX.structure(), found(&matrix, from.spatial, to.spatial, channels, strides));
                assert_eq!(MATRIX.structure().to_string(), $words);
            }
        )*
    };
}

structures! {
    circular: "doubly block circulant", [(1, 1), (1, 1)],
        conv2d(in: 5x6x2, kernel: 3x3x3, padding: same, padding_mode: circular);
    circular_along_one_axis: "circulant", [(1, 1)], conv1d(in: 7x1, kernel: 4x2, padding: same, padding_mode: circular);
    circular_causal: "circulant", [(1, 1)],
        conv1d(in: 9x2, kernel: 3x1, padding: causal, padding_mode: circular, dilation: 2);
    circular_beyond_the_input: "circulant", [(1, 1)],
        conv1d(in: 3x1, kernel: 7x1, padding: same, padding_mode: circular);
    circular_along_three_axes: "triply block circulant", [(1, 1), (1, 1), (1, 1)],
        conv3d(in: 3x4x3x1, kernel: 3x2x3x2, padding: same_lower, padding_mode: circular);
    circular_depthwise: "doubly block circulant", [(1, 1), (1, 1)],
        depthwise_conv2d(in: 4x5x3, kernel: 3x5, padding: same, padding_mode: circular);
    circular_and_shorter: "Toeplitz", [(1, 1)],
        conv1d(in: 8x1, kernel: 3x1, padding: [1, 0], padding_mode: circular);
    circular_with_a_stride: "doubly block Toeplitz with a stride", [(1, 2), (1, 1)],
        conv2d(in: 6x5x1, kernel: 3x3x2, padding: same, stride: 2x1, padding_mode: circular);
    circular_along_one_of_two_axes: "doubly block Toeplitz", [(1, 1), (1, 1)],
        conv2d(in: 6x5x1, kernel: 3x3x2, padding: 1 x 0, padding_mode: circular);
    zeros: "doubly block Toeplitz", [(1, 1), (1, 1)], conv2d(in: 5x6x2, kernel: 3x3x3, padding: same);
    valid: "Toeplitz", [(1, 1)], conv1d(in: 9x1, kernel: 4x1, dilation: 2);
    pointwise: "doubly block circulant", [(1, 1), (1, 1)], conv2d(in: 3x4x2, kernel: 1x1x3);
    stride: "doubly block Toeplitz with a stride", [(1, 2), (1, 3)],
        conv2d(in: 7x9x1, kernel: 3x4x2, padding: same, stride: 2x3);
    pool: "doubly block Toeplitz with a stride", [(1, 2), (1, 2)], max_pool2d(in: 6x7x2, window: 2x2, ceil_mode: true);
    pool_without_a_stride: "Toeplitz", [(1, 1)], max_pool1d(in: 6x2, window: 3, stride: 1, padding: same);
    transposed: "Toeplitz with a stride", [(3, 1)], conv_transpose1d(in: 5x2, kernel: 4x1, stride: 3, padding: [1, 0]);
    transposed_without_a_stride: "Toeplitz", [(1, 1)], conv_transpose1d(in: 5x2, kernel: 4x1, dilation: 2);
    reflect: "doubly block Toeplitz but for its borders", [(1, 1), (1, 1)],
        conv2d(in: 5x6x1, kernel: 3x3x2, padding: same, padding_mode: reflect);
    replicate: "Toeplitz but for its borders", [(1, 2)],
        conv1d(in: 9x1, kernel: 5x2, padding: 4, stride: 2, padding_mode: replicate);
    reflect_without_padding: "Toeplitz", [(1, 1)], conv1d(in: 9x1, kernel: 5x2, padding_mode: reflect);
    no_axis: "dense", [], dense(in: 3x4, units: 5);
}
