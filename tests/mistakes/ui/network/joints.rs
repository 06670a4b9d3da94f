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

network! {
    struct Wider < in: 8x8x24, outputs: [none, fewer, huge, keyless, other, sum, both] > {
        none = pad!< in, channels: 24 >;
        fewer = pad!< in, channels: 16 >;
        huge = pad!< in, channels: 100000000 >;
        keyless = pad!< in >;
        other = pad!< in, channels: 32, value: 1 >;
        a = conv2d!< in, kernel: 1x1x28 >;
        sum = add!< in, a >;
        both = pad!< in, a, channels: 32 >;
    }
}

network! {
    struct Huge < in: 100000x100000x3 > {
        pool = max_pool2d!< window: 2x2 >;
    }
}

network! {
    struct Joined < in: 16384x16384x3 > {
        joined = concat!< in, in, in >;
    }
}

fn main() {}
