//! Layers that are other items: what the call says, and what they turn out to be.
use toeplitz::{conv2d, max_pool2d, network};

conv2d! { struct Conv < in: 8x8x3, kernel: 3x3x4, padding: same >; }
conv2d! { struct Double < in: 8x8x3, kernel: 3x3x4, padding: same, dtype: f64 >; }
max_pool2d! { struct Pool < in: 8x8x4, window: 2x2 >; }
conv2d! { struct First < in: 8x8x3, kernel: 3x3x4, padding: same, layout: nchw >; }

network! {
    struct Heads < in: 8x8x4, outputs: [a, b] > {
        a = conv2d!< kernel: 1x1x2 >;
        b = conv2d!< in, kernel: 1x1x2 >;
    }
}

network! {
    struct Keys < in: 8x8x3 > {
        nothing = layer!<>;
        no_type = layer!< in, out: 8x8x4 >;
        positional = layer!< Conv, out: 8x8x4 >;
        called = Conv!< in: 8x8x3 >;
        number = layer!< in, type: 3, out: 8x8x4 >;
        zero = layer!< in, type: Conv, out: 8x0x4 >;
        five = layer!< in, type: Conv, out: 1x2x3x4x5 >;
        unknown = layer!< in, type: Conv, out: 8x8x4, activation: relu >;
        huge = layer!< in, type: Conv, out: 100000x100000 >;
        itself = layer!< in, type: Keys, out: 8x8x3 >;
    }
}

network! {
    struct Sizes < in: 8x8x3 > {
        conv = layer!< type: Conv, out: 8x8x5 >;
        other = conv2d!< kernel: 1x1x3 >;
        again = layer!< type: Conv, out: 6x6x4 >;
        third = layer!< type: Conv, out: 8x8x4 >;
    }
}

network! {
    struct Layouts < in: 8x8x3 > {
        first = layer!< type: First, out: 8x8x4 >;
    }
}

network! {
    struct Several < in: 8x8x4 > {
        heads = layer!< type: Heads, out: 8x8x4 >;
    }
}

network! {
    struct Types < in: 8x8x3 > {
        half = layer!< type: Double, out: 8x8x4 >;
        dense = dense!< units: 10 >;
    }
}

network! {
    struct Others < in: 8x8x4 > {
        pool = layer!< type: Pool, out: 4x4x4, weights: "pool" >;
    }
}

fn main() {
    let _ = (Types::SUMMARY, Others::SUMMARY, Sizes::SUMMARY, Layouts::SUMMARY, Several::SUMMARY);
}
