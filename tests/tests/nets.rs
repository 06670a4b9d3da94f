//! Trained networks of others, against what other programs compute: outputs of every item, and of one item every value in between.
//!
//! The files are those of `data/nets`. Weights come as a constructor of the trait takes them: those of all layers behind each other,
//! slopes behind the weights of their layer, and all biases.

use safetensors::SafeTensors;
use std::fs;
use toeplitz::{Buffer, Layer, Operator, level_name, levels, network, verify};

/// A network twice: with steps done together, and one by one, so that every value in between is there.
macro_rules! both {
    ($name:ident, $plain:ident, ($($head:tt)*) $body:tt) => {
        network! { struct $name < $($head)* > $body }
        network! { struct $plain < $($head)*, fuse: none > $body }
    };
}

/// The first of MTCNN's networks: where in a picture of this size faces may be.
macro_rules! pnet {
    ($name:ident, $plain:ident, $size:tt) => {
        both! {
            $name, $plain, (in: $size, outputs: [boxes, prob]) {
                conv1 = conv2d!< kernel: 3x3x10, activation: prelu >;
                pool1 = max_pool2d!< window: 2x2, padding: same >;
                conv2 = conv2d!< kernel: 3x3x16, activation: prelu >;
                conv3 = conv2d!< kernel: 3x3x32, activation: prelu >;
                boxes = conv2d!< kernel: 1x1x4 >;
                logits = conv2d!< conv3, kernel: 1x1x2 >;
                prob = softmax!<>;
            }
        }
    };
}

pnet!(Pnet, PlainPnet, 12x12x3);
// The pool meets odd lengths.
pnet!(Pnet97x75, PlainPnet97x75, 97x75x3);
pnet!(Pnet56x40, PlainPnet56x40, 56x40x3);

// The second: whether a crop is a face.
both! {
    Rnet, PlainRnet, (in: 24x24x3, outputs: [boxes, prob]) {
        conv1 = conv2d!< kernel: 3x3x28, activation: prelu >;
        pool1 = max_pool2d!< window: 3x3, stride: 2, padding: same >;
        conv2 = conv2d!< kernel: 3x3x48, activation: prelu >;
        pool2 = max_pool2d!< window: 3x3, stride: 2 >;
        conv3 = conv2d!< kernel: 2x2x64, activation: prelu >;
        dense1 = dense!< units: 128, activation: prelu >;
        boxes = dense!< units: 4 >;
        logits = dense!< dense1, units: 2 >;
        prob = softmax!<>;
    }
}

// The third: where its eyes, nose and mouth are.
both! {
    Onet, PlainOnet, (in: 48x48x3, outputs: [boxes, landmarks, prob]) {
        conv1 = conv2d!< kernel: 3x3x32, activation: prelu >;
        pool1 = max_pool2d!< window: 3x3, stride: 2, padding: same >;
        conv2 = conv2d!< kernel: 3x3x64, activation: prelu >;
        pool2 = max_pool2d!< window: 3x3, stride: 2 >;
        conv3 = conv2d!< kernel: 3x3x64, activation: prelu >;
        pool3 = max_pool2d!< window: 2x2, padding: same >;
        conv4 = conv2d!< kernel: 2x2x128, activation: prelu >;
        dense1 = dense!< units: 256, activation: prelu >;
        boxes = dense!< units: 4 >;
        landmarks = dense!< dense1, units: 10 >;
        logits = dense!< dense1, units: 2 >;
        prob = softmax!<>;
    }
}

// The short range of `BlazeFace`: depthwise blocks with shortcuts, which widen now and then. Values are called as in the files.
both! {
    BlazeFace, PlainBlazeFace, (in: 128x128x3, outputs: [regressors, classificators]) {
        relu0 = conv2d!< kernel: 5x5x24, padding: same, stride: 2, activation: relu >;
        dw1 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw1 = conv2d!< kernel: 1x1x24 >;
        relu1 = add!< relu0, pw1, activation: relu >;
        dw2 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw2 = conv2d!< kernel: 1x1x28 >;
        pad2 = pad!< relu1, channels: 28 >;
        relu2 = add!< pad2, pw2, activation: relu >;
        dw3 = depthwise_conv2d!< kernel: 3x3, padding: same, stride: 2 >;
        pool3 = max_pool2d!< relu2, window: 2x2 >;
        pw3 = conv2d!< dw3, kernel: 1x1x32 >;
        pad3 = pad!< pool3, channels: 32 >;
        relu3 = add!< pad3, pw3, activation: relu >;
        dw4 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw4 = conv2d!< kernel: 1x1x36 >;
        pad4 = pad!< relu3, channels: 36 >;
        relu4 = add!< pad4, pw4, activation: relu >;
        dw5 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw5 = conv2d!< kernel: 1x1x42 >;
        pad5 = pad!< relu4, channels: 42 >;
        relu5 = add!< pad5, pw5, activation: relu >;
        dw6 = depthwise_conv2d!< kernel: 3x3, padding: same, stride: 2 >;
        pool6 = max_pool2d!< relu5, window: 2x2 >;
        pw6 = conv2d!< dw6, kernel: 1x1x48 >;
        pad6 = pad!< pool6, channels: 48 >;
        relu6 = add!< pad6, pw6, activation: relu >;
        dw7 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw7 = conv2d!< kernel: 1x1x56 >;
        pad7 = pad!< relu6, channels: 56 >;
        relu7 = add!< pad7, pw7, activation: relu >;
        dw8 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw8 = conv2d!< kernel: 1x1x64 >;
        pad8 = pad!< relu7, channels: 64 >;
        relu8 = add!< pad8, pw8, activation: relu >;
        dw9 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw9 = conv2d!< kernel: 1x1x72 >;
        pad9 = pad!< relu8, channels: 72 >;
        relu9 = add!< pad9, pw9, activation: relu >;
        dw10 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw10 = conv2d!< kernel: 1x1x80 >;
        pad10 = pad!< relu9, channels: 80 >;
        relu10 = add!< pad10, pw10, activation: relu >;
        dw11 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw11 = conv2d!< kernel: 1x1x88 >;
        pad11 = pad!< relu10, channels: 88 >;
        relu11 = add!< pad11, pw11, activation: relu >;
        dw12 = depthwise_conv2d!< kernel: 3x3, padding: same, stride: 2 >;
        pool12 = max_pool2d!< relu11, window: 2x2 >;
        pw12 = conv2d!< dw12, kernel: 1x1x96 >;
        pad12 = pad!< pool12, channels: 96 >;
        relu12 = add!< pad12, pw12, activation: relu >;
        dw13 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw13 = conv2d!< kernel: 1x1x96 >;
        relu13 = add!< relu12, pw13, activation: relu >;
        dw14 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw14 = conv2d!< kernel: 1x1x96 >;
        relu14 = add!< relu13, pw14, activation: relu >;
        dw15 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw15 = conv2d!< kernel: 1x1x96 >;
        relu15 = add!< relu14, pw15, activation: relu >;
        dw16 = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw16 = conv2d!< kernel: 1x1x96 >;
        relu16 = add!< relu15, pw16, activation: relu >;
        score8 = conv2d!< relu11, kernel: 1x1x2 >;
        score16 = conv2d!< relu16, kernel: 1x1x6 >;
        box8 = conv2d!< relu11, kernel: 1x1x32 >;
        box16 = conv2d!< relu16, kernel: 1x1x96 >;
        score8_list = flatten!< score8 >;
        score16_list = flatten!< score16 >;
        box8_list = flatten!< box8 >;
        box16_list = flatten!< box16 >;
        classificators = concat!< score8_list, score16_list >;
        regressors = concat!< box8_list, box16_list >;
    }
}

/// A network's files, and what its layers are called there.
struct Net {
    files: &'static str,
    /// The layers that have weights, in the order in which they run: the name here, that of the weights, and that of the value.
    layers: &'static [(&'static str, &'static str, &'static str)],
    /// The outputs.
    outputs: &'static [&'static str],
    /// How far an output may be from a golden one, of an array whose largest value is this.
    tolerance: fn(f32) -> f32,
}

const PNET: Net = Net {
    files: "pnet",
    layers: &[
        ("conv1", "conv1", "prelu1"),
        ("conv2", "conv2", "prelu2"),
        ("conv3", "conv3", "prelu3"),
        ("boxes", "box", "box"),
        ("logits", "logits", "logits"),
    ],
    outputs: &["box", "prob"],
    tolerance: |_| 1e-5,
};

const RNET: Net = Net {
    files: "rnet",
    layers: &[
        ("conv1", "conv1", "prelu1"),
        ("conv2", "conv2", "prelu2"),
        ("conv3", "conv3", "prelu3"),
        ("dense1", "dense1", "prelu4"),
        ("boxes", "box", "box"),
        ("logits", "logits", "logits"),
    ],
    outputs: &["box", "prob"],
    tolerance: |_| 1e-5,
};

const ONET: Net = Net {
    files: "onet",
    layers: &[
        ("conv1", "conv1", "prelu1"),
        ("conv2", "conv2", "prelu2"),
        ("conv3", "conv3", "prelu3"),
        ("conv4", "conv4", "prelu4"),
        ("dense1", "dense1", "prelu5"),
        ("boxes", "box", "box"),
        ("landmarks", "landmarks", "landmarks"),
        ("logits", "logits", "logits"),
    ],
    outputs: &["box", "landmarks", "prob"],
    tolerance: |_| 1e-5,
};

const BLAZE_FACE: Net = Net {
    files: "blazeface",
    layers: &[
        ("relu0", "stem", "relu0"),
        ("dw1", "dw1", "dw1"),
        ("pw1", "pw1", "pw1"),
        ("dw2", "dw2", "dw2"),
        ("pw2", "pw2", "pw2"),
        ("dw3", "dw3", "dw3"),
        ("pw3", "pw3", "pw3"),
        ("dw4", "dw4", "dw4"),
        ("pw4", "pw4", "pw4"),
        ("dw5", "dw5", "dw5"),
        ("pw5", "pw5", "pw5"),
        ("dw6", "dw6", "dw6"),
        ("pw6", "pw6", "pw6"),
        ("dw7", "dw7", "dw7"),
        ("pw7", "pw7", "pw7"),
        ("dw8", "dw8", "dw8"),
        ("pw8", "pw8", "pw8"),
        ("dw9", "dw9", "dw9"),
        ("pw9", "pw9", "pw9"),
        ("dw10", "dw10", "dw10"),
        ("pw10", "pw10", "pw10"),
        ("dw11", "dw11", "dw11"),
        ("pw11", "pw11", "pw11"),
        ("dw12", "dw12", "dw12"),
        ("pw12", "pw12", "pw12"),
        ("dw13", "dw13", "dw13"),
        ("pw13", "pw13", "pw13"),
        ("dw14", "dw14", "dw14"),
        ("pw14", "pw14", "pw14"),
        ("dw15", "dw15", "dw15"),
        ("pw15", "pw15", "pw15"),
        ("dw16", "dw16", "dw16"),
        ("pw16", "pw16", "pw16"),
        ("score8", "score8", "score8"),
        ("score16", "score16", "score16"),
        ("box8", "box8", "box8"),
        ("box16", "box16", "box16"),
    ],
    outputs: &["regressors", "classificators"],
    tolerance: |largest| 1e-5 * largest,
};

impl Net {
    /// The bytes of the file with this ending.
    fn read(&self, ending: &str) -> Vec<u8> {
        let path = format!("data/nets/{}{ending}.safetensors", self.files);
        fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    #[expect(clippy::unnecessary_box_returns, reason = "too large for a stack")]
    fn load<L: Layer<Element = f32>>(&self) -> Box<L> {
        let bytes = self.read("");
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let (mut weights, mut bias) = (Vec::new(), Vec::new());
        for (_, parameters, value) in self.layers {
            weights.extend(floats(&file, &format!("{parameters}.weight")).unwrap());
            weights.extend(floats(&file, &format!("{value}.slope")).unwrap_or_default());
            bias.extend(floats(&file, &format!("{parameters}.bias")).unwrap());
        }
        assert_eq!(weights.len() + bias.len(), file.iter().map(|(_, tensor)| tensor.data().len() / 4).sum::<usize>());
        L::boxed(Buffer::from_slice(&weights).unwrap(), Buffer::from_slice(&bias).unwrap())
    }

    /// Every item of a case, at every level.
    fn check<L: Layer<Element = f32>>(&self, case: &str) {
        let network = self.load::<L>();
        let bytes = self.read("_goldens");
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let inputs = floats(&file, &format!("{case}.input")).unwrap();
        let items = inputs.len() / L::Input::LEN;
        assert_eq!(inputs.len(), items * L::Input::LEN, "a whole number of items");
        let goldens: Vec<(&str, Vec<f32>)> =
            self.outputs.iter().map(|&name| (name, floats(&file, &format!("{case}.{name}")).unwrap())).collect();
        for level in levels() {
            let (mut output, mut arena) = (L::Output::zeroed(), L::Scratch::zeroed());
            let mut worst = vec![0.0_f32; goldens.len()];
            for item in 0..items {
                let input = Buffer::from_slice(&inputs[item * L::Input::LEN..][..L::Input::LEN]).unwrap();
                // What is not written shows.
                output.as_mut_slice().fill(f32::NAN);
                arena.as_mut_slice().fill(f32::NAN);
                network.forward_at(level, input, &mut output, &mut arena);
                let mut rest = output.as_slice();
                for ((name, golden), worst) in goldens.iter().zip(&mut worst) {
                    let (found, behind) = rest.split_at(golden.len() / items);
                    rest = behind;
                    let what = format!("{} {case}, item {item}, {name} at {}", self.files, level_name(level));
                    let bound = (self.tolerance)(largest(golden));
                    *worst = worst.max(compare(found, &golden[item * found.len()..][..found.len()], bound, &what));
                }
                assert!(rest.is_empty(), "all outputs have goldens");
            }
            let worst: Vec<String> =
                goldens.iter().zip(worst).map(|((name, _), worst)| format!("{name} {worst:.1e}")).collect();
            println!("{} {case} at {}: {items} items, {}", self.files, level_name(level), worst.join(", "));
        }
    }

    /// Every value between the layers, of the first item of `case`, at every level.
    fn check_layers<L: Layer<Element = f32>>(&self, case: &str) {
        let Operator::Network { steps, .. } = L::SPEC.operator else { panic!("no network") };
        let network = self.load::<L>();
        let (goldens, layers) = (self.read("_goldens"), self.read("_layers"));
        let (goldens, layers) =
            (SafeTensors::deserialize(&goldens).unwrap(), SafeTensors::deserialize(&layers).unwrap());
        let inputs = floats(&goldens, &format!("{case}.input")).unwrap();
        let input = Buffer::from_slice(&inputs[..L::Input::LEN]).unwrap();
        for level in levels() {
            let (mut output, mut arena) = (L::Output::zeroed(), L::Scratch::zeroed());
            let (mut worst, mut values) = (0.0_f32, 0);
            network.forward_traced(level, input, &mut output, &mut arena, &mut |step, found| {
                let step = steps[step].name;
                let value = self.layers.iter().find(|(layer, ..)| *layer == step).map_or(step, |(_, _, value)| *value);
                let golden = floats(&layers, value).expect("every step gives a value of the file");
                let scale = largest(&golden).max(1.0);
                let what = format!("{} {value} at {}", self.files, level_name(level));
                worst = worst.max(compare(found, &golden, 1e-5 * scale, &what) / scale);
                values += 1;
            });
            assert_eq!(values, layers.len(), "every value of the file is there");
            println!("{} at {}: {values} values, {worst:.1e}", self.files, level_name(level));
        }
    }
}

/// A tensor's values, if there is one of this name.
fn floats(file: &SafeTensors, name: &str) -> Option<Vec<f32>> {
    let tensor = file.tensor(name).ok()?;
    assert_eq!(tensor.dtype(), safetensors::Dtype::F32, "{name}");
    Some(tensor.data().as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect())
}

fn largest(values: &[f32]) -> f32 {
    values.iter().fold(0.0, |largest, value| largest.max(value.abs()))
}

/// The largest difference, which is at the most `bound`.
fn compare(found: &[f32], golden: &[f32], bound: f32, what: &str) -> f32 {
    assert_eq!(found.len(), golden.len(), "{what}");
    let mut worst = 0.0_f32;
    for (at, (found, golden)) in found.iter().zip(golden).enumerate() {
        let difference = (found - golden).abs();
        assert!(difference <= bound, "{what}: element {at} is {found}, not {golden}, within {bound:e}");
        worst = worst.max(difference);
    }
    worst
}

#[test]
fn pnet_proposes_what_it_proposes_elsewhere() {
    PNET.check::<Pnet>("crops");
    PNET.check::<PlainPnet>("crops");
    PNET.check::<Pnet97x75>("97x75");
    PNET.check::<PlainPnet97x75>("97x75");
    PNET.check::<Pnet56x40>("56x40");
    PNET.check::<PlainPnet56x40>("56x40");
    PNET.check_layers::<PlainPnet>("crops");
}

#[test]
fn rnet_refines_as_it_does_elsewhere() {
    RNET.check::<Rnet>("crops");
    RNET.check::<PlainRnet>("crops");
    RNET.check_layers::<PlainRnet>("crops");
}

#[test]
fn onet_finds_what_it_finds_elsewhere() {
    ONET.check::<Onet>("crops");
    ONET.check::<PlainOnet>("crops");
    ONET.check_layers::<PlainOnet>("crops");
}

#[test]
fn blaze_face_finds_what_it_finds_elsewhere() {
    BLAZE_FACE.check::<BlazeFace>("views");
    BLAZE_FACE.check::<PlainBlazeFace>("views");
}

/// The table's last line has both numbers.
#[test]
fn little_of_the_arenas_is_wasted() {
    for (name, summary, arena) in [
        ("P-Net", Pnet::SUMMARY, Pnet::ARENA),
        ("P-Net of odd sizes", Pnet97x75::SUMMARY, Pnet97x75::ARENA),
        ("R-Net", Rnet::SUMMARY, Rnet::ARENA),
        ("O-Net", Onet::SUMMARY, Onet::ARENA),
        ("BlazeFace", BlazeFace::SUMMARY, BlazeFace::ARENA),
    ] {
        let line = summary.lines().find(|line| line.starts_with("arena of")).unwrap();
        let numbers = line.replace(',', "");
        let mut numbers = numbers.split_whitespace().filter_map(|word| word.parse::<usize>().ok());
        let (len, bound) = (numbers.next().unwrap(), numbers.next().unwrap());
        println!("{name}: {len} bytes, {bound} at the least");
        assert_eq!(len, arena * size_of::<f32>(), "{name}");
        assert!(bound <= len && len * 10 <= bound * 11, "{name}: {line}");
    }
}

#[test]
fn every_step_agrees_with_the_reference() {
    verify::<Onet>().unwrap();
    verify::<BlazeFace>().unwrap();
    verify::<PlainOnet>().unwrap();
    verify::<PlainBlazeFace>().unwrap();
}
