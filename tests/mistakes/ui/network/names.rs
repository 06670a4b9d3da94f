//! Names that are unknown, unused, taken twice, or go round in a circle.
use toeplitz::network;

network! {
    struct Unknown < in: 8x8x4 > {
        conv1 = conv2d!< kernel: 3x3x8, padding: same >;
        sum = add!< conv1, cnov1 >;
        other = add!< conv1, elsewhere >;
        last = add!< sum, other >;
    }
}

network! {
    struct Unused < in: 8x8x4 > {
        conv1 = conv2d!< kernel: 3x3x8 >;
        conv2 = conv2d!< in, kernel: 3x3x8 >;
    }
}

network! {
    struct Twice < in: 8x8x4 > {
        conv = conv2d!< kernel: 3x3x8 >;
        conv = conv2d!< kernel: 3x3x8 >;
    }
}

network! {
    struct Cycle < in: 8x8x4 > {
        a = add!< in, b >;
        b = conv2d!< a, kernel: 1x1x4 >;
    }
}

network! {
    struct Itself < in: 8x8x4 > {
        a = add!< in, a >;
    }
}

network! {
    struct Late < in: 8x8x4 > {
        a = add!< in, b >;
        b = conv2d!< in, kernel: 1x1x4 >;
    }
}

network! {
    struct Outputs < in: 8x8x4, outputs: [a, bb] > {
        a = conv2d!< in, kernel: 1x1x4 >;
        b = conv2d!< a, kernel: 1x1x4 >;
    }
}

network! {
    struct Nothing < in: 8x8x4, outputs: flat > {
        flat = flatten!<>;
    }
}

network! {
    struct Leaving < in: 8x8x4, outputs: [plan, feat, Feat, plan] > {
        plan = conv2d!< kernel: 3x3x8 >;
        feat = conv2d!< plan, kernel: 3x3x8 >;
        Feat = conv2d!< plan, kernel: 3x3x8 >;
    }
}

fn main() {}
