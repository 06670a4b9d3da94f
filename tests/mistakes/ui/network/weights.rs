use toeplitz::network;

network! {
    struct Missing < in: 4x4x1, weights: "nothing.safetensors" > {
        conv = conv2d!< kernel: 3x3x2 >;
    }
}

network! {
    struct Ending < in: 4x4x1, weights: "Cargo.toml" > {
        conv = conv2d!< kernel: 3x3x2 >;
    }
}

network! {
    struct Unset < in: 4x4x1, weights: "$NOWHERE/conv.npz" > {
        conv = conv2d!< kernel: 3x3x2 >;
    }
}

network! {
    struct Values < in: 4x4x1, weights: lenet, weights_layout: chw > {
        conv = conv2d!< kernel: 3x3x2, weights: 3 >;
        pool = max_pool2d!< window: 2x2, weights: "pool" >;
    }
}

network! {
    struct Names < in: 4x4x1, weights_layout: oihw_ > {
        conv = conv2d!< kernel: 3x3x2, weights: { slope: "a", kernel: "b" }, weights: "conv" >;
        dense = dense!< units: 3, activation: prelu, weights: { weight: "a", slope: "b", weight: "c" } >;
    }
}

network! {
    struct Mixed < in: 4x4x2, weights_layout: oihw > {
        a = conv2d!< kernel: 3x3x2 >;
        b = conv2d!< in, kernel: 2x2x2 >;
        first = flatten!< a >;
        second = flatten!< b >;
        both = concat!< first, second, weights: "both" >;
        dense = dense!< units: 3 >;
    }
}

toeplitz::conv2d! { struct Alone < in: 4x4x1, kernel: 3x3x2, weights: "conv.npz" >; }

fn main() {
    let output = Missing::new().forward(&[0.0; 16]);
    let _ = (output, Ending::new(), Values::new(), Names::TENSORS, Mixed::ARENA, Unset::new());
}
