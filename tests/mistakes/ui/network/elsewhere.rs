//! Layers as other tools have them, and other ways to write one.
use toeplitz::network;

network! {
    struct Words < in: 8x8x1, output: flat > {
        conv = Conv2d!< kernel: 3x3x4 >;
        relu = relu!<>;
        dropout = Dropout!< rate: 0.5 >;
        flat = reshape!<>;
        body = Backbone!<>;
        logits = linear!< units: 10 >;
    }
}

network! {
    struct Spellings < in: 8x8x4 > {
        let a = conv2d!< kernel: 1x1x4 >;
        b = conv2d< kernel: 1x1x4 >;
        c = conv2d!< kernel: 1x1x4 >, d = dense!< units: 2 >;
        e = add!< "in", c >;
    }
}

network! {
    struct Inputs < in: 8x8x4, outputs: [scoers, joined] > {
        a = conv2d!< kernel: 1x1x4 >;
        sum = add!< inputs: [a, in] >;
        b = conv2d!< in, in: a, kernel: 1x1x4 >;
        joined = concat!< a, in, axis: 1, order: 2 >;
    }
}

network! {
    struct Outputs < in: 8x8x4, outputs: [scoers] > {
        scores = conv2d!< kernel: 1x1x4 >;
        boxes = conv2d!< in, kernel: 1x1x4 >;
    }
}

network! {
    struct Alike < in: 8x8x4, layout: nchw > {
        a = conv2d!< kernel: 3x3x4, layout: nhwc >;
        b = conv2d!< in, kernel: 3x3x4, dtype: f64, layout: nchw >;
        c = conv2d!< in, kernel: 3x3x8, stride: 2 >;
        sum = add!< in, c >;
    }
}

network! {
    struct NoChannels < in: 28x28 > {
        a = conv2d!< kernel: 3x3x4 >;
    }
}

fn main() {}
