//! Layers with channels in front whose input is a single pixel, as at the head of a decoder: its channels are neighbours, those of the
//! output are not.

use toeplitz::{Layer, adder2d, conv_transpose2d, conv1d, conv2d, separable_conv2d};

conv_transpose2d! { struct Head < in: 1x1x100, kernel: 4x4x3, layout: nchw >; }
conv_transpose2d! { struct Seven < in: 1x1x128, kernel: 7x7x10, layout: nchw >; }
conv2d! { struct Full < in: 1x1x16, kernel: 3x3x2, padding: full, layout: nchw >; }
conv1d! { struct Padded < in: 1x16, kernel: 1x2, padding: 1, layout: nchw, dtype: f64 >; }
adder2d! { struct Adder < in: 1x1x16, kernel: 1x1x2, padding: 1, layout: nchw >; }
separable_conv2d! { struct Separable < in: 1x1x16, kernel: 3x3x20, padding: same, layout: nchw >; }
// A row between the halves has a single pixel.
separable_conv2d! { struct Column < in: 9x1x16, kernel: 3x1x20, layout: nchw >; }

fn check<L: Layer>() {
    let report = toeplitz::verify::<L>().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(report.levels.len(), toeplitz::levels().count(), "{report}");
}

#[test]
fn one_pixel_becomes_an_image() {
    check::<Head>();
    check::<Seven>();
    check::<Full>();
    check::<Padded>();
    check::<Adder>();
    check::<Separable>();
    check::<Column>();
}
