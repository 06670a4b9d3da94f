//! What is no network, and what is no layer.
use toeplitz::network;

network! { in: 28x28x1 }

network! { struct NoBody < in: 28x28x1 >; }

network! { struct Empty < in: 28x28x1 > {} }

network! {
    struct Statements < in: 28x28x1, weigths: "a.npz" > {
        conv1: conv2d!< kernel: 5x5x32 >;
        conv2 = kernel;
        conv3 = cnov2d!< kernel: 5x5x32 >;
        conv4 = conv2d!;
        conv5 = conv2d!< kernel: 5x5x32, conv1 >;
        conv6 = conv2d!< kernal: 5x5x32 > max_pool2d;
        sum = add!< conv6 >;
        pool = max_pool2d!< conv5, conv6, window: 2 >;
        last = add!< conv5, conv6, activation: prelu >
    }
}

network! {
    struct Keywords < in: 28x28x1 > {
        match = conv2d!< kernel: 5x5x32 >;
        r#in = conv2d!< kernel: 5x5x32 >;
    }
}

network! {
    struct Elsewhere < in: 28x28x1, channels: 4 > {
        conv = conv2d!< kernel: 5x5x32, fuse: none >;
        other = conv2d!< input: in, kernel: 5x5x32, weights_layout: oihw >;
        last = max_pool2d!< window: 2x2, outputs: [conv] >;
    }
}

network! {
    struct PyTorch < in: 28x28x1 > {
        conv = Conv2d(1, 32, kernel_size = 5);
        relu = nn.ReLU();
        pool = F.max_pool2d(conv, 2);
        fc = nn::Linear(512, 10);
    }
}

network! {
    struct AllAtOnce < in: 28x28x1 > {
        a = conv2d!< kernel: 5x5x32, padding: smae >;
        b = max_pool2d!< widow: 2x2 >;
        c = add!< b, nothing, activation: rleu >;
        d = layer!< out: 10 >;
        e = dense!< unit: 10 >;
    }
}

network! { struct NoKeys { conv = conv2d!< kernel: 5x5x32 >; } }

network! {
    struct Without < in: 28x28x1 > {
        a = conv2d!< 5x5x32, padding: same >;;
        b = conv2d!< in, 5x5x32, padding: same, foo: 1 >;
        c = add!< a + b, relu >;
        d = pad!< c, padding: 1, channels: 64 >;
        e = dense!< 10 >;
    }
}

network! {
    struct Batch < in: 1x28x28x1 > {
        conv = conv2d!< kernel: 5x5x32 >;
    }
}

fn main() {}
