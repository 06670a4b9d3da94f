//! Networks: each step against the reference, all of them against the layers one by one, memory, order of weights.

#![expect(clippy::float_cmp, reason = "the same code on the same values gives the same bits")]

use toeplitz::{
    Arena, Buffer, Layer, batch_norm, conv2d, dense, levels, max_pool2d, network, separable_conv2d, softmax, verify,
};

network! {
    /// Digit classifier, the classic shape.
    pub struct Lenet < in: 28x28x1 > {
        conv1 = conv2d!< kernel: 5x5x32, padding: same, activation: relu >;
        pool1 = max_pool2d!< window: 2x2 >;
        conv2 = conv2d!< kernel: 5x5x64, padding: same, activation: relu >;
        pool2 = max_pool2d!< window: 2x2 >;
        dense = dense!< units: 10 >;
    }
}

network! {
    /// Shortcuts, sums of three, in place and not, several outputs, one of them twice, and layers that are equal.
    struct Graph < in: 13x11x6, outputs: [scores, flat, joined, first] > {
        stem = conv2d!< kernel: 3x3x6, padding: same, activation: prelu >;
        dw1 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw1 = conv2d!< kernel: 1x1x6 >;
        first = add!< stem, pw1, activation: leaky_relu(0.1) >;
        dw2 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw2 = conv2d!< kernel: 1x1x6 >;
        second = add!< first, pw2, in, activation: silu >;
        norm = batch_norm!< second >;
        twice = add!< norm, norm >;
        small = separable_conv2d!< twice, kernel: 3x3x5, padding: same, stride: 2 >;
        pooled = max_pool2d!< second, window: 3x3, stride: 2, padding: same >;
        joined = concat!< small, pooled >;
        mean = global_avg_pool!<>;
        logits = dense!< units: 3 >;
        scores = softmax!<>;
        flat = flatten!< joined >;
    }
}

network! {
    struct First < in: 9x7x4, layout: nchw, dtype: f64 > {
        a = conv2d!< kernel: 3x3x5, padding: same >;
        b = conv2d!< in, kernel: 1x1x3, activation: gelu >;
        joined = concat!< a, b, in >;
        wide = pad!< joined, channels: 15 >;
        twice = add!< wide, wide >;
        logits = dense!< units: 4 >;
    }
}

network! {
    struct Line < in: 40x3 > {
        a = conv1d!< kernel: 3x4, padding: causal >;
        logits = log_softmax!<>;
    }
}

/// Different values, from -1 to 1.
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

#[test]
fn every_step_agrees_with_the_reference_at_every_level() {
    verify::<Lenet>().unwrap();
    verify::<Graph>().unwrap();
    verify::<First>().unwrap();
    verify::<Line>().unwrap();
}

/// What is verified is each step on what the steps before it gave: this is about whether they were the right ones.
#[test]
fn a_chain_is_its_layers_one_after_the_other() {
    conv2d! { struct Conv1 < in: 28x28x1, kernel: 5x5x32, padding: same, activation: relu >; }
    max_pool2d! { struct Pool1 < in: 28x28x32, window: 2x2 >; }
    conv2d! { struct Conv2 < in: 14x14x32, kernel: 5x5x64, padding: same, activation: relu >; }
    max_pool2d! { struct Pool2 < in: 14x14x64, window: 2x2 >; }
    dense! { struct Dense < in: 7x7x64, units: 10 >; }

    let (w1, b1) = (buffer::<[f32; 800]>(1), buffer::<[f32; 32]>(2));
    let (w2, b2) = (buffer::<[f32; 51_200]>(3), buffer::<[f32; 64]>(4));
    let (w3, b3) = (buffer::<[f32; 31_360]>(5), buffer::<[f32; 10]>(6));
    let image = buffer::<[f32; 784]>(7);

    let mut c1 = <[f32; 25_088]>::zeroed();
    Conv1::boxed(&w1, &b1).forward(&image, &mut c1);
    let mut p1 = <[f32; 6272]>::zeroed();
    Pool1::new().forward(&c1, &mut p1);
    let mut c2 = <[f32; 12_544]>::zeroed();
    Conv2::boxed(&w2, &b2).forward(&p1, &mut c2);
    let mut p2 = <[f32; 3136]>::zeroed();
    Pool2::new().forward(&c2, &mut p2);
    let mut expected = [0.0; 10];
    Dense::boxed(&w3, &b3).forward(&p2, &mut expected);

    let network = Lenet::boxed(&w1, &b1, &w2, &b2, &w3, &b3);
    assert_eq!(network.forward(&image), expected);

    // The same arrays behind each other, as the trait takes them; memory that holds anything.
    let weights = [&w1[..], &w2[..], &w3[..]].concat();
    let bias = [&b1[..], &b2[..], &b3[..]].concat();
    let network = <Lenet as Layer>::boxed(Buffer::from_slice(&weights).unwrap(), Buffer::from_slice(&bias).unwrap());
    let mut arena = Arena::<Lenet>::boxed();
    arena.fill(f32::NAN);
    let mut output = [f32::NAN; 10];
    network.forward_in(&image, &mut output, &mut arena);
    assert_eq!(output, expected);
    let mut outputs = [[0.0; 10]; 3];
    network.forward_batch(&[*image; 3], &mut outputs).unwrap();
    assert_eq!(outputs, [expected; 3]);
}

#[test]
fn shortcuts_and_outputs_go_where_they_are_named() {
    conv2d! { struct Stem < in: 13x11x6, kernel: 3x3x6, padding: same, activation: prelu >; }
    toeplitz::depthwise_conv2d! { struct Dw < in: 13x11x6, kernel: 3x3, padding: same >; }
    conv2d! { struct Pw < in: 13x11x6, kernel: 1x1x6 >; }
    batch_norm! { struct Norm < in: 13x11x6 >; }
    separable_conv2d! { struct Small < in: 13x11x6, kernel: 3x3x5, padding: same, stride: 2 >; }
    max_pool2d! { struct Pooled < in: 13x11x6, window: 3x3, stride: 2, padding: same >; }
    toeplitz::global_avg_pool! { struct Mean < in: 7x6x11 >; }
    dense! { struct Logits < in: 1x1x11, units: 3 >; }
    softmax! { struct Scores < in: 3 >; }

    fn run<L: Layer<Element = f32>>(arrays: (&[f32], &[f32]), input: &[f32]) -> Vec<f32> {
        let [weights, bias] = [arrays.0, arrays.1];
        let layer = L::boxed(Buffer::from_slice(weights).unwrap(), Buffer::from_slice(bias).unwrap());
        let mut output = L::Output::zeroed();
        layer.forward(Buffer::from_slice(input).unwrap(), &mut output);
        output.as_slice().to_vec()
    }
    let sum = |terms: &[&[f32]]| -> Vec<f32> {
        (0..terms[0].len()).map(|at| terms[1..].iter().fold(terms[0][at], |sum, term| sum + term[at])).collect()
    };

    let mut weights = buffer::<<Graph as Layer>::Weights>(1);
    let bias = buffer::<<Graph as Layer>::Bias>(2);
    let input = buffer::<<Graph as Layer>::Input>(3);
    // Stem with slopes, two of depthwise and pointwise, four rows of a normalisation, a separable, a dense layer.
    let sizes = [324 + 6, 54, 36, 54, 36, 24, 54 + 30, 33];
    assert_eq!(weights.len(), sizes.iter().sum::<usize>());
    weights[528..534].iter_mut().for_each(|variance| *variance = variance.abs());
    let (mut w, mut b): (&[f32], &[f32]) = (&weights[..], &bias[..]);
    let mut next = |weight_count: usize, bias_count: usize| {
        let (weights, bias) = (&w[..weight_count], &b[..bias_count]);
        (w, b) = (&w[weight_count..], &b[bias_count..]);
        (weights, bias)
    };
    let stem = run::<Stem>(next(330, 6), &input[..]);
    let dw1 = run::<Dw>(next(54, 6), &stem);
    let pw1 = run::<Pw>(next(36, 6), &dw1);
    let first: Vec<f32> = sum(&[&stem, &pw1]).iter().map(|&x| if x < 0.0 { 0.1 * x } else { x }).collect();
    let dw2 = run::<Dw>(next(54, 6), &first);
    let pw2 = run::<Pw>(next(36, 6), &dw2);
    let second: Vec<f32> = sum(&[&first, &pw2, &input[..]]).iter().map(|&x| x / (1.0 + (-x).exp())).collect();
    let norm = run::<Norm>(next(24, 0), &second);
    let twice = sum(&[&norm, &norm]);
    let small = run::<Small>(next(84, 5), &twice);
    let pooled = run::<Pooled>((&[], &[]), &second);
    let joined: Vec<f32> = small.chunks(5).zip(pooled.chunks(6)).flat_map(|(a, b)| [a, b].concat()).collect();
    let logits = run::<Logits>(next(33, 3), &run::<Mean>((&[], &[]), &joined));
    let scores = run::<Scores>((&[], &[]), &logits);

    let network = <Graph as Layer>::boxed(&weights, &bias);
    let output = network.forward(&input);
    let expected = [&scores[..], &joined, &joined, &first].concat();
    assert_eq!(output.len(), expected.len());
    for (at, (found, expected)) in output.iter().zip(&expected).enumerate() {
        assert!((found - expected).abs() <= 1e-4 * expected.abs().max(1.0), "{at}: {found}, {expected}");
    }
    assert_eq!(output[3..3 + joined.len()], output[3 + joined.len()..3 + 2 * joined.len()], "the same value twice");
}

#[test]
fn tensors_are_found_by_name() {
    let mut weights = buffer::<<Graph as Layer>::Weights>(1);
    weights[528..534].iter_mut().for_each(|variance| *variance = variance.abs());
    let bias = buffer::<<Graph as Layer>::Bias>(2);
    let (mut weights_at, mut bias_at) = (0, 0);
    let mut tensors = Vec::new();
    for tensor in Graph::TENSORS {
        let (from, at) = if tensor.is_bias { (&bias[..], &mut bias_at) } else { (&weights[..], &mut weights_at) };
        tensors.push((tensor.name, tensor.shape, &from[*at..*at + tensor.len()]));
        *at += tensor.len();
    }
    assert_eq!((weights_at, bias_at), (weights.len(), bias.len()), "the trait's arrays are these, in this order");
    let names: Vec<&str> = tensors.iter().map(|(name, ..)| *name).collect();
    assert_eq!(names[..3], ["stem.weight", "stem.bias", "stem.slope"]);
    assert!(names.contains(&"norm.running_var") && names.contains(&"small.pointwise.weight"));

    // In any order.
    tensors.reverse();
    let find =
        |name: &str| tensors.iter().find(|(known, ..)| *known == name).map(|&(_, shape, elements)| (shape, elements));
    let found = Graph::from_tensors(find).unwrap();
    let input = buffer(3);
    assert_eq!(found.forward(&input), <Graph as Layer>::boxed(&weights, &bias).forward(&input));

    let error = Graph::from_tensors(|name| match name {
        "pw1.weight" => None,
        "stem.weight" => Some((&[6, 3, 3, 6], &[0.0; 324])),
        "stem.bias" => Some((&[7], &[0.0; 7])),
        "stem.slope" => Some((&[6], &[0.0; 5])),
        name => find(name),
    });
    assert_eq!(
        error.err().unwrap().to_string(),
        "tensor `stem.weight` has shape [6, 3, 3, 6], expected [3, 3, 6, 6]: its axes are in another order, perhaps that of \
         `weights_layout: oihw`\n\
         tensor `stem.bias` has shape [7], expected [6]\n\
         tensor `stem.slope` has 5 elements, expected 6\n\
         there is no tensor `pw1.weight`, expected one of shape [1, 1, 6, 6]"
    );
}

#[test]
fn tensors_have_the_shapes_of_their_layout() {
    let shapes: Vec<(&str, &[usize])> = First::TENSORS.iter().map(|tensor| (tensor.name, tensor.shape)).collect();
    let expected: [(&str, &[usize]); 6] = [
        ("a.weight", &[5, 4, 3, 3]),
        ("a.bias", &[5]),
        ("b.weight", &[3, 4, 1, 1]),
        ("b.bias", &[3]),
        ("logits.weight", &[4, 945]),
        ("logits.bias", &[4]),
    ];
    assert_eq!(shapes, expected);
}

#[test]
fn constants_say_what_there_is() {
    assert_eq!(Lenet::INPUT.to_string(), "28x28x1");
    assert_eq!(Lenet::OUTPUT.to_string(), "10");
    assert_eq!(Graph::JOINED.to_string(), "7x6x11");
    // What only changes sizes has a line too.
    assert!(Graph::SUMMARY.lines().any(|line| line.split_whitespace().eq(["flat", "flatten!", "462"])));
    assert_eq!(Lenet::MACS, 574_592 + 25_088 + 8_388_608 + 12_544 + 31_360);
    // Of the first layer's map there are two rows at a time, beside what is pooled of them: less than the second layer's map and its input, and
    // the tiles that it works in.
    conv2d! { struct Conv2 < in: 14x14x32, kernel: 5x5x64, padding: same, activation: relu >; }
    assert_eq!(Lenet::ARENA, 14 * 14 * 32 + 14 * 14 * 64 + <Conv2 as Layer>::Scratch::LEN);
}

#[test]
fn levels_differ_in_rounding_alone() {
    let network = <Lenet as Layer>::boxed(&buffer(1), &buffer(2));
    let input = buffer(3);
    let mut outputs = Vec::new();
    for level in levels() {
        let (mut output, mut arena) = ([f32::NAN; 10], <[f32; Lenet::ARENA]>::zeroed());
        network.forward_at(level, &input, &mut output, &mut arena);
        outputs.push(output);
    }
    let largest = outputs[0].iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    for output in &outputs {
        for (a, b) in output.iter().zip(&outputs[0]) {
            assert!((a - b).abs() <= 1e-5 * largest, "{a} {b}");
        }
    }
}
