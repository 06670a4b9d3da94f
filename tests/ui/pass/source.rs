fn main() {
    const CODE: &str = toeplitz::source! { conv2d!< in: 4x4x1, kernel: 3x3x4, padding: same > };
    assert!(CODE.contains("pub struct Conv2d"));
    assert!(toeplitz::source!(toeplitz::max_pool2d!(in: 4x4x1, window: 2x2);).contains("pub struct MaxPool2d"));
    assert!(toeplitz::source! { dense! { pub(crate) struct Last < in: 4, units: 2 >; } }.contains("pub(crate) struct Last"));
}
