use toeplitz::{conv2d, max_pool1d};

conv2d! { struct Digits < in: 1x28x28, kernel: 5x5x32, layout: nchw >; }
conv2d! { struct Colours < in: 3x224x224, kernel: 3x3x6, padding: same, groups: 3 >; }
max_pool1d! { struct Stereo < in: 2x16000, window: 4 >; }

fn main() {
    let _ = Digits::OUTPUT;
}
