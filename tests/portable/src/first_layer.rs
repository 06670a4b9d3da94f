//! The first layer of a digit classifier, for a program without a heap.
//!
//! Comes in: nothing. Goes out: a type, whose code is measured as the target has it. Must not know: an allocator, or `std`.

toeplitz::conv2d! {
    /// Image to features.
    pub struct Conv1 < in: 28x28x1, kernel: 5x5x32, padding: same, stride: 1 >;
}
