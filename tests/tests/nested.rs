//! Networks inside networks, and other layers: against the same network written flat, at every level.

#![expect(clippy::float_cmp, reason = "the same code on the same values gives the same bits")]

use std::sync::Mutex;
use toeplitz::{
    Activation, Algorithm, Arena, Buffer, DataFormat, Layer, Level, Operator, PaddingMode, Spec, conv2d, dense, levels,
    network, verify,
};

conv2d! { struct Stem < in: 11x9x3, kernel: 3x3x6, padding: same, activation: relu >; }

network! {
    /// A block with a shortcut.
    struct Block < in: 11x9x6 > {
        depthwise = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pointwise = conv2d!< kernel: 1x1x6, activation: prelu >;
        norm = batch_norm!<>;
        sum = add!< in, norm, activation: relu >;
    }
}

network! {
    /// Blocks, and a pool behind them.
    struct Body < in: 11x9x6 > {
        first = layer!< type: Block, out: 11x9x6 >;
        second = layer!< type: Block, out: 11x9x6 >;
        sum = add!< first, second >;
        pool = max_pool2d!< window: 2x2 >;
    }
}

network! {
    /// Two outputs, which leave flat.
    struct Heads < in: 5x4x6, outputs: [scores, sizes] > {
        logits = dense!< units: 3 >;
        scores = softmax!<>;
        sizes = dense!< in, units: 4 >;
    }
}

network! {
    struct Outer < in: 11x9x3, outputs: [heads, narrow] > {
        stem = layer!< type: Stem, out: 11x9x6 >;
        body = layer!< type: Body, out: 5x4x6 >;
        narrow = conv2d!< kernel: 1x1x2 >;
        heads = layer!< body, type: Heads, out: 7 >;
    }
}

network! {
    /// The same, flat.
    struct Flat < in: 11x9x3, outputs: [scores, sizes, narrow] > {
        stem = conv2d!< kernel: 3x3x6, padding: same, activation: relu >;
        dw1 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw1 = conv2d!< kernel: 1x1x6, activation: prelu >;
        norm1 = batch_norm!<>;
        first = add!< stem, norm1, activation: relu >;
        dw2 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw2 = conv2d!< kernel: 1x1x6, activation: prelu >;
        norm2 = batch_norm!<>;
        second = add!< first, norm2, activation: relu >;
        sum = add!< first, second >;
        pool = max_pool2d!< window: 2x2 >;
        narrow = conv2d!< kernel: 1x1x2 >;
        logits = dense!< pool, units: 3 >;
        scores = softmax!<>;
        sizes = dense!< pool, units: 4 >;
    }
}

/// Different values, from -1 to 1; those of a variance are positive.
fn spread(values: &mut [f32], seed: u32) {
    let mut state = seed;
    for value in values {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *value = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
    }
}

#[expect(clippy::unnecessary_box_returns, reason = "too large for a stack")]
fn buffer<B: Buffer<Element = f32>>(seed: u32) -> Box<B> {
    let mut buffer = B::zeroed();
    spread(buffer.as_mut_slice(), seed);
    buffer
}

/// Weights of `L`, its variances positive, and its bias.
fn arrays<L: Layer<Element = f32>>(tensors: &[toeplitz::Tensor], seed: u32) -> (Box<L::Weights>, Box<L::Bias>) {
    let mut weights = buffer::<L::Weights>(seed);
    let mut rest = weights.as_mut_slice();
    for tensor in tensors.iter().filter(|tensor| !tensor.is_bias) {
        let (own, behind) = rest.split_at_mut(tensor.len());
        rest = behind;
        if tensor.name.ends_with("running_var") {
            for variance in own {
                *variance = variance.abs() + 0.1;
            }
        }
    }
    assert!(rest.is_empty(), "tensors are all weights");
    (weights, buffer(seed + 1))
}

#[test]
fn every_step_of_every_depth_agrees_with_the_reference() {
    verify::<Block>().unwrap();
    verify::<Body>().unwrap();
    verify::<Outer>().unwrap();
}

#[test]
fn nested_is_the_same_as_flat_at_every_level() {
    let (weights, bias) = arrays::<Outer>(Outer::TENSORS, 1);
    // The flat one has `narrow` before the heads as well, so that all arrays lie in the same order.
    let nested = <Outer as Layer>::boxed(&weights, &bias);
    let flat = <Flat as Layer>::boxed(&weights, &bias);
    let input = buffer(3);
    for level in levels() {
        let (mut expected, mut found) = ([f32::NAN; 47], [f32::NAN; 47]);
        let (mut arena, mut flat_arena) = (Arena::<Outer>::boxed(), Arena::<Flat>::boxed());
        arena.fill(f32::NAN);
        flat.forward_at(level, &input, &mut expected, &mut flat_arena);
        nested.forward_at(level, &input, &mut found, &mut arena);
        assert!(expected.iter().all(|value| value.is_finite()));
        assert_eq!(found, expected, "{}", toeplitz::level_name(level));
    }
}

#[test]
fn constructors_take_the_layer_or_its_arrays() {
    let (weights, bias) = arrays::<Body>(Body::TENSORS, 5);
    let input = buffer(7);
    let half = <Block as Layer>::Weights::LEN;
    let (first, second) = weights.split_at(half);
    let (first_bias, second_bias) = bias.split_at(<Block as Layer>::Bias::LEN);
    let [first, second]: [&<Block as Layer>::Weights; 2] = [first, second].map(|part| part.try_into().unwrap());
    let [first_bias, second_bias]: [&<Block as Layer>::Bias; 2] =
        [first_bias, second_bias].map(|part| part.try_into().unwrap());

    let expected = <Body as Layer>::boxed(&weights, &bias).forward(&input);
    let boxed = Body::boxed(first, first_bias, second, second_bias);
    assert_eq!(boxed.forward(&input), expected);
    let by_value = Body::new(Layer::new(first, first_bias), Layer::new(second, second_bias));
    assert_eq!(by_value.forward(&input), expected);
}

#[test]
fn tensors_have_the_names_of_all_layers_on_the_way() {
    let names: Vec<&str> = Outer::TENSORS.iter().map(|tensor| tensor.name).collect();
    assert_eq!(names[..4], ["stem.weight", "stem.bias", "body.first.depthwise.weight", "body.first.depthwise.bias"]);
    assert!(names.contains(&"body.second.norm.running_var") && names.contains(&"heads.sizes.bias"), "{names:?}");
    let shape = |name: &str| Outer::TENSORS.iter().find(|tensor| tensor.name == name).map(|tensor| tensor.shape);
    assert_eq!(shape("stem.weight"), Some(&[3, 3, 3, 6][..]));
    assert_eq!(shape("heads.sizes.weight"), Some(&[120, 4][..]));

    let (weights, bias) = arrays::<Outer>(Outer::TENSORS, 11);
    let (mut w, mut b) = (&weights[..], &bias[..]);
    let mut file = Vec::new();
    for tensor in Outer::TENSORS {
        let from = if tensor.is_bias { &mut b } else { &mut w };
        let (own, rest) = from.split_at(tensor.len());
        *from = rest;
        file.push((tensor.name, tensor.shape, own));
    }
    let find = |name: &str| file.iter().find(|(known, ..)| *known == name).map(|&(_, shape, own)| (shape, own));
    let input = buffer(13);
    let expected = <Outer as Layer>::boxed(&weights, &bias).forward(&input);
    assert_eq!(Outer::from_tensors(find).unwrap().forward(&input), expected);

    let error = Outer::from_tensors(|name| (name != "body.first.norm.weight").then(|| find(name)).flatten());
    let message = "there is no tensor `body.first.norm.weight`, expected one of shape [6]";
    assert_eq!(error.err().unwrap().to_string(), message);
}

#[test]
fn constants_count_what_is_inside() {
    assert_eq!(Outer::MACS, Flat::MACS);
    assert_eq!(Body::ARENA, {
        // What two blocks give, in a whole number of cache lines, and what one of them works in.
        let value = 11 * 9 * 6_usize;
        2 * value.next_multiple_of(16) + Block::ARENA
    });
    assert!(Outer::SUMMARY.contains("without those of `Stem`, `Body` and `Heads`"), "{}", Outer::SUMMARY);
}

/// A layer by hand: each element twice, with one weight for all.
struct Twice(f32);

impl Layer for Twice {
    type Element = f32;
    type Weights = [f32; 1];
    type Bias = [f32; 0];
    type Input = [f32; 12];
    type Output = [f32; 24];
    type Scratch = [f32; 12];
    const SPEC: Spec = Spec {
        operator: Operator::Convolution,
        axes: &[],
        in_channels: 12,
        out_channels: 24,
        groups: 1,
        bias: false,
        activation: Activation::None,
        format: DataFormat::ChannelsLast,
        padding_mode: PaddingMode::Zeros,
        algorithm: Algorithm::Direct,
    };
    const MACS: u64 = 12;
    const PLAN: &'static str = "";

    fn new(weights: &[f32; 1], _: &[f32; 0]) -> Self {
        Self(weights[0])
    }

    fn forward_at(&self, _: Level, input: &[f32; 12], output: &mut [f32; 24], scratch: &mut [f32; 12]) {
        for (scaled, value) in scratch.iter_mut().zip(input) {
            *scaled = self.0 * value;
        }
        for (pair, scaled) in output.chunks_exact_mut(2).zip(scratch) {
            pair.fill(*scaled);
        }
    }
}

#[test]
fn any_layer_can_be_inside_and_an_arena_be_static() {
    network! {
        struct WithTwice < in: 2x2x3 > {
            twice = layer!< type: Twice, out: 2x2x6 >;
            dense = dense!< units: 2 >;
        }
    }
    dense! { struct Dense < in: 2x2x6, units: 2 >; }

    static NETWORK: WithTwice = WithTwice::new(Twice(0.5), &WEIGHTS, &[0.25, -0.25]);
    static WEIGHTS: [f32; 48] = {
        let mut weights = [0.0; 48];
        let mut at = 0;
        while at < 48 {
            weights[at] = at as f32 / 16.0 - 1.0;
            at += 1;
        }
        weights
    };
    static ARENA: Mutex<Arena<WithTwice>> = Mutex::new(Arena::new());

    let input: Box<[f32; 12]> = buffer(17);
    let doubled: Vec<f32> = input.iter().flat_map(|value| [value * 0.5; 2]).collect();
    let mut expected = [0.0; 2];
    Dense::new(&WEIGHTS, &[0.25, -0.25]).forward(doubled.as_slice().try_into().unwrap(), &mut expected);

    let mut output = [f32::NAN; 2];
    let mut arena = ARENA.lock().unwrap();
    arena.fill(f32::NAN);
    assert_eq!(arena.as_ptr().addr() % 64, 0);
    NETWORK.forward_in(&input, &mut output, &mut arena);
    assert_eq!(output, expected);
    let names: Vec<(&str, &[usize])> = WithTwice::TENSORS.iter().map(|tensor| (tensor.name, tensor.shape)).collect();
    assert_eq!(names, [("twice.weight", &[1][..]), ("dense.weight", &[24, 2]), ("dense.bias", &[2])]);
}
