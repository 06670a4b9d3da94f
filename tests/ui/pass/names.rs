//! Names that generated code could have taken for itself.
#![deny(warnings)]

use toeplitz::conv2d;

conv2d! { pub struct S < in: 4x4x1, kernel: 3x3x4 >; }
conv2d! { pub struct Simd < in: 4x4x1, kernel: 3x3x20 >; }
conv2d! {
    #[cfg(any())]
    pub struct Absent < in: 4x4x1, kernel: 3x3x4 >;
}
conv2d! {
    #[deprecated]
    pub struct Old < in: 4x4x1, kernel: 3x3x4 >;
}

fn main() {
    let _ = (S::new(&[0.0; 36], &[0.0; 4]), Simd::new(&[0.0; 180], &[0.0; 20]));
}
