//! Joints that do not fit: every one is reported at once, at the later layer.
use toeplitz::network;

network! {
    struct Ranks < in: 28x28x1 > {
        conv1 = conv2d!< kernel: 5x5x32, padding: same >;
        pool1 = max_pool3d!< window: 2x2x2 >;
    }
}

network! {
    struct AfterDense < in: 28x28x1 > {
        dense = dense!< units: 10 >;
        conv = conv2d!< kernel: 3x3x4 >;
        logits = dense!< units: 3 >;
    }
}

network! {
    struct Sums < in: 8x8x4, outputs: [sum, joined] > {
        a = conv2d!< kernel: 3x3x8 >;
        b = conv2d!< in, kernel: 3x3x8, padding: same >;
        sum = add!< a, b >;
        joined = concat!< a, b, in >;
    }
}

network! {
    struct Restated < in: 28x28x1 > {
        conv1 = conv2d!< kernel: 5x5x32, padding: same >;
        conv2 = conv2d!< in: 28x28x16, kernel: 5x5x32, padding: same >;
        pool = max_pool2d!< window: 40x40 >;
    }
}

fn main() {}
