//! The constructor of an unnamed type, in a value, in a static, in any brackets.
use toeplitz::{conv2d, dense, max_pool2d};

fn main() {
    let conv = conv2d!(in: 4x4x1, kernel: 3x3x1, padding: same)(&[1.0; 9], &[0.5; 1]);
    let mut output = [0.0; 16];
    conv.forward(&[1.0; 16], &mut output);
    assert_eq!(output[0], 4.5);
    assert_eq!(output[5], 9.5);

    let pool = max_pool2d![< in: 4x4x1, window: 2x2 >]();
    let mut pooled = [0.0; 4];
    pool.forward(&output, &mut pooled);
    assert_eq!(pooled, [9.5; 4]);

    let dense = dense! { in: 4, units: 1, bias: false, }(&[2.0; 4]);
    let mut sum = [0.0; 1];
    dense.forward(&pooled, &mut sum);
    assert_eq!(sum, [76.0]);
}
