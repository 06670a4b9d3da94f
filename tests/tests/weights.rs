//! Networks whose weights are in files: of all kinds, in both orders, under other names, while compiling and while running.
//!
//! The build script writes the files, each set of random numbers in several of them. That what is packed is what a file has follows from
//! two sides: `verify` computes each step from the unpacked numbers, and networks that are given the same numbers when they run give the same bits.

#![expect(clippy::float_cmp, reason = "the same code on the same values gives the same bits")]

use std::path::Path;

use allocation_counter::measure;
use safetensors::SafeTensors;
use toeplitz::{Arena, Buffer, Layer, Level, Operator, Spec, max_pool2d, network, source, verify};
use toeplitz_codegen::expand_source;

/// A network of every kind of layer that has weights, with two axes.
macro_rules! two_axes {
    ($name:ident, $($keys:tt)*) => {
        network! {
            struct $name < in: 7x6x4, $($keys)* > {
                conv = conv2d!< kernel: 3x2x6, groups: 2, activation: prelu >;
                depth = depthwise_conv2d!< kernel: 2x3, multiplier: 2 >;
                up = conv_transpose2d!< kernel: 2x3x5, stride: 2 >;
                sep = separable_conv2d!< kernel: 3x2x6, multiplier: 2 >;
                norm = batch_norm!<>;
                list = flatten!<>;
                scaled = batch_norm!<>;
                dense = dense!< units: 7, activation: prelu >;
                logits = dense!< units: 3 >;
            }
        }
    };
}

two_axes!(Two, weights: "$OUT_DIR/weights/two_hwio.safetensors");
two_axes!(TwoTurned, weights: "$OUT_DIR/weights/two_oihw.npz", weights_layout: oihw);
two_axes!(TwoFirst, layout: nchw, weights: "$OUT_DIR/weights/two_oihw.npz");
two_axes!(TwoFirstTurned, layout: nchw, weights: "$OUT_DIR/weights/two_hwio.safetensors", weights_layout: hwio);
two_axes!(TwoLater, weights_layout: hwio);
two_axes!(TwoLaterTurned, weights_layout: oihw);

network! {
    /// As the others, from a file with names of its own.
    struct TwoRenamed < in: 7x6x4, weights: "$OUT_DIR/weights/two_renamed.safetensors", weights_layout: oihw > {
        first = conv2d!<
            kernel: 3x2x6, groups: 2, activation: prelu,
            weights: { weight: "features.0.weight", bias: "features.0.bias", slope: "prelu1.weight" }
        >;
        wide = depthwise_conv2d!< kernel: 2x3, multiplier: 2, weights: "depth" >;
        up = conv_transpose2d!< kernel: 2x3x5, stride: 2 >;
        parts = separable_conv2d!<
            kernel: 3x2x6, multiplier: 2,
            weights: { depthwise: "sep.depthwise.weight", pointwise: "sep.pointwise.weight", bias: "sep.bias" }
        >;
        norm = batch_norm!<>;
        list = flatten!<>;
        scaled = batch_norm!<>;
        boxes = dense!< units: 7, activation: prelu, weights: { weight: "box.kernel", bias: "dense.bias", slope: "dense.slope" } >;
        logits = dense!< units: 3 >;
    }
}

macro_rules! one_axis {
    ($name:ident, $($keys:tt)*) => {
        network! {
            struct $name < in: 15x4, $($keys)* > {
                a = conv1d!< kernel: 3x6, groups: 2, activation: relu >;
                b = conv_transpose1d!< kernel: 2x4, groups: 2 >;
                c = depthwise_conv1d!< kernel: 3 >;
                d = dense!< units: 5, bias: false >;
            }
        }
    };
}

one_axis!(One, weights: "$OUT_DIR/weights/one_hwio");
one_axis!(OneTurned, weights: "$OUT_DIR/weights/one_oihw.safetensors", weights_layout: oihw);
one_axis!(OneChanged, weights: "$OUT_DIR/weights/one_changed.safetensors");

macro_rules! three_axes {
    ($name:ident, $($keys:tt)*) => {
        network! {
            struct $name < in: 4x5x3x2, dtype: f64, $($keys)* > {
                a = conv3d!< kernel: 2x3x2x3 >;
                b = conv_transpose3d!< kernel: 2x1x2x4 >;
                c = dense!< units: 3 >;
            }
        }
    };
}

three_axes!(Three, weights: "$OUT_DIR/weights/three_hwio.safetensors");
three_axes!(ThreeTurned, weights: "$OUT_DIR/weights/three_oihw.safetensors", weights_layout: oihw);

/// Convolutions whose weights are those of tiles, of one of them after a batch normalisation went into them.
macro_rules! tiles {
    ($name:ident, $($keys:tt)*) => {
        network! {
            struct $name < in: 13x10x16, $($keys)* > {
                plain = conv2d!< kernel: 3x3x32, padding: same, algorithm: winograd, activation: relu >;
                normed = conv2d!< kernel: 3x3x16, bias: false, algorithm: winograd >;
                norm = batch_norm!<>;
            }
        }
    };
}

tiles!(Tiles, weights: "$OUT_DIR/weights/tiles_hwio.safetensors");
tiles!(TilesTurned, weights: "$OUT_DIR/weights/tiles_oihw.npz", weights_layout: oihw);
tiles!(TilesLater, weights_layout: hwio);

macro_rules! lenet {
    ($name:ident, $($keys:tt)*) => {
        network! {
            struct $name < in: 28x28x1, $($keys)* > {
                conv1 = conv2d!< kernel: 5x5x32, padding: same, activation: relu >;
                pool1 = max_pool2d!< window: 2x2 >;
                conv2 = conv2d!< kernel: 5x5x64, padding: same, activation: relu >;
                pool2 = max_pool2d!< window: 2x2 >;
                dense = dense!< units: 10 >;
            }
        }
    };
}

lenet!(Lenet, weights: "../examples/data/lenet/lenet.safetensors");
lenet!(LenetArchive, weights: "$OUT_DIR/weights/lenet.npz");
lenet!(LenetFolder, weights: "$OUT_DIR/weights/lenet");
lenet!(LenetLater, dtype: f32);

max_pool2d! { struct Halved < in: 28x28x32, window: 2x2 >; }

network! {
    /// The end of the digit classifier.
    struct Tail < in: 14x14x32, weights: "../examples/data/lenet/lenet.safetensors" > {
        conv2 = conv2d!< kernel: 5x5x64, padding: same, activation: relu >;
        pool2 = max_pool2d!< window: 2x2 >;
        dense = dense!< units: 10 >;
    }
}

network! {
    /// The digit classifier in parts, all of them constant.
    struct Parts < in: 28x28x1, weights: "../examples/data/lenet/lenet.safetensors" > {
        conv1 = conv2d!< kernel: 5x5x32, padding: same, activation: relu >;
        pool1 = layer!< type: Halved, out: 14x14x32 >;
        tail = layer!< type: Tail, out: 10 >;
    }
}

network! {
    /// The first part's weights come when the program runs.
    struct PartsLater < in: 28x28x1 > {
        conv1 = conv2d!< kernel: 5x5x32, padding: same, activation: relu >;
        pool1 = layer!< type: Halved, out: 14x14x32 >;
        tail = layer!< type: Tail, out: 10 >;
    }
}

network! {
    struct TailLater < in: 14x14x32 > {
        conv2 = conv2d!< kernel: 5x5x64, padding: same, activation: relu >;
        pool2 = max_pool2d!< window: 2x2 >;
        last = dense!< units: 10, weights: "fc" >;
    }
}

network! {
    struct Renamed < in: 28x28x1 > {
        conv1 = conv2d!< kernel: 5x5x32, padding: same, activation: relu, weights: "stem" >;
        pool1 = max_pool2d!< window: 2x2 >;
        tail = layer!< type: TailLater, out: 10, weights: "model.tail" >;
    }
}

/// Where the build script's files are.
fn folder() -> &'static Path {
    Path::new(concat!(env!("OUT_DIR"), "/weights"))
}

/// Numbers without a pattern.
#[expect(clippy::unnecessary_box_returns, reason = "too large for a stack")]
fn input<L: Layer>() -> Box<L::Input> {
    let mut input = L::Input::zeroed();
    for (index, value) in input.as_mut_slice().iter_mut().enumerate() {
        let mixed = (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 52;
        *value = toeplitz::Element::from_f64(mixed as f64 / 2048.0 - 1.0);
    }
    input
}

fn output<L: Layer>(layer: &L) -> Vec<L::Element> {
    let mut output = L::Output::zeroed();
    layer.forward(&input::<L>(), &mut output);
    output.as_slice().to_vec()
}

#[test]
fn what_is_packed_is_what_was_read() {
    verify::<Two>().unwrap();
    verify::<TwoTurned>().unwrap();
    verify::<TwoFirst>().unwrap();
    verify::<One>().unwrap();
    verify::<Three>().unwrap();
    verify::<Lenet>().unwrap();
    verify::<Tiles>().unwrap();
}

#[test]
fn orders_kinds_of_files_and_names_do_not_matter() {
    let two = output(&Two::new());
    assert!(two.iter().all(|value| value.is_finite() && *value != 0.0));
    assert_eq!(output(&TwoTurned::new()), two);
    assert_eq!(output(&TwoRenamed::new()), two);
    let one = output(&One::new());
    assert!(one.iter().any(|value| *value != 0.0));
    assert_eq!(output(&OneTurned::new()), one);
    assert_ne!(output(&OneChanged::new()), one);
    assert_eq!(output(&Three::new()), output(&ThreeTurned::new()));
    let tiles = output(&Tiles::new());
    assert!(tiles.iter().all(|value| value.is_finite()) && tiles.iter().any(|value| *value != 0.0));
    assert_eq!(output(&TilesTurned::new()), tiles);
}

/// With channels first, the same network of the same image gives the same but for rounding.
#[test]
fn layouts_of_data_do_not_matter() {
    let image = input::<Two>();
    let turned: [f32; 168] = std::array::from_fn(|index| image[index % 42 * 4 + index / 42]);
    let expected = Two::new().forward(&image);
    let first = TwoFirst::new().forward(&turned);
    assert_eq!(first, TwoFirstTurned::new().forward(&turned));
    for (found, expected) in first.iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-4 * expected.abs().max(1.0), "{found} {expected}");
    }
}

#[test]
fn files_give_the_same_when_the_program_runs() {
    let two = output(&Two::new());
    assert_eq!(output(&*TwoLater::load(folder().join("two_hwio.safetensors")).unwrap()), two);
    assert_eq!(output(&*TwoLaterTurned::load(folder().join("two_oihw.npz")).unwrap()), two);
    let tiles = TilesLater::load(folder().join("tiles_hwio.safetensors")).unwrap();
    assert!(TilesLater::PLAN.contains("Winograd F("), "{}", TilesLater::PLAN);
    assert_eq!(output(&*tiles), output(&Tiles::new()));

    let bytes = std::fs::read(folder().join("two_hwio.safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let numbers = |data: &[u8]| data.as_chunks().0.iter().copied().map(f32::from_le_bytes).collect::<Vec<f32>>();
    let tensors: Vec<_> = file.iter().map(|(name, view)| (name, view.shape().to_vec(), numbers(view.data()))).collect();
    let found = TwoLater::from_tensors(|name| {
        let (_, shape, elements) = tensors.iter().find(|(found, ..)| *found == name)?;
        Some((shape, elements))
    });
    assert_eq!(output(&*found.unwrap()), two);

    // As the trait has it: the numbers themselves, in the network's order.
    let all = |is_bias: bool| -> Vec<f32> {
        let own = TwoLater::TENSORS.iter().filter(|tensor| tensor.is_bias == is_bias);
        own.flat_map(|tensor| numbers(file.tensor(tensor.name).unwrap().data())).collect()
    };
    let (weights, bias) = (all(false), all(true));
    let given = <TwoLater as Layer>::boxed(weights.as_slice().try_into().unwrap(), bias.as_slice().try_into().unwrap());
    assert_eq!(output(&*given), two);
}

#[test]
fn what_cannot_be_loaded_is_said() {
    let error = |path: &str| TwoLater::load(folder().join(path)).err().unwrap().to_string();
    let near = error("lenets.npz");
    assert!(near.starts_with("there is no file `") && near.contains("; did you mean `"), "{near}");
    assert!(near.ends_with("lenet.npz`?"), "{near}");
    let missing = error("two_renamed.safetensors");
    let first = "two_renamed.safetensors`: there is no tensor `conv.weight`, expected one of shape [3, 2, 2, 6]";
    assert!(missing.contains(first), "{missing}");
    assert!(missing.contains("tensor `up.weight` has shape [12, 5, 2, 3], expected [2, 3, 5, 12]"), "{missing}");
    assert_eq!(missing.lines().count(), 9, "{missing}");
}

#[test]
fn all_kinds_of_files_have_the_digit_classifier() {
    let lenet = output(&Lenet::new());
    assert_eq!(output(&LenetArchive::new()), lenet);
    assert_eq!(output(&LenetFolder::new()), lenet);
    for path in ["lenet.npz", "lenet"] {
        assert_eq!(output(&*LenetLater::load(folder().join(path)).unwrap()), lenet);
    }
}

#[test]
fn networks_in_networks_keep_their_weights() {
    let lenet = output(&Lenet::new());
    assert_eq!(output(&Parts::new()), lenet);
    assert_eq!(size_of::<Parts>(), 0);
    let path = "../examples/data/lenet/lenet.safetensors";
    let later = PartsLater::load(path).unwrap();
    assert_eq!(output(&*later), lenet);
    let names: Vec<&str> = PartsLater::TENSORS.iter().map(|tensor| tensor.name).collect();
    assert_eq!(names, ["conv1.weight", "conv1.bias"]);
    verify::<Parts>().unwrap();
    verify::<PartsLater>().unwrap();
    let names: Vec<&str> = Renamed::TENSORS.iter().map(|tensor| tensor.name).collect();
    assert_eq!(
        names,
        [
            "stem.weight",
            "stem.bias",
            "model.tail.conv2.weight",
            "model.tail.conv2.bias",
            "model.tail.fc.weight",
            "model.tail.fc.bias"
        ]
    );
}

#[test]
fn nothing_is_packed_when_the_program_starts() {
    static LENET: Lenet = Lenet::new();
    let (image, mut logits) = (input::<Lenet>(), [0.0; 10]);
    let mut arena = Arena::boxed();
    let counted = measure(|| {
        LENET.forward_in(&image, &mut logits, &mut arena);
        Lenet::new().forward_in(&image, &mut logits, &mut arena);
    });
    assert_eq!(counted.count_total, 0);
    assert_eq!(size_of::<Lenet>(), 0);
    assert_eq!(logits, LENET.forward(&image));
}

#[test]
fn a_folder_without_arrays_is_said_to_be_one() {
    let folder = empty_folder();
    let error = TwoLater::load(&folder).err().unwrap().to_string();
    assert!(error.ends_with("is a folder without `.npy` files"), "{error}");
    let call = format!(
        r#"network! {{ struct Network < in: 8, weights: "{}" > {{ a = dense!< units: 2 >; b = dense!< units: 2 >; }} }}"#,
        folder.display()
    );
    let messages = expand_source(&call).unwrap_err().messages().to_vec();
    assert_eq!(messages, [error]);
}

/// A folder with nothing in it.
fn empty_folder() -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nothing");
    std::fs::create_dir_all(&folder).expect("a folder for this test's files");
    folder
}

/// What is wrong with a network as a call of the macro has it; `$` is the folder of the files.
fn mistakes(call: &str) -> Vec<String> {
    expand_source(&call.replace('$', folder().to_str().expect("a path of words"))).unwrap_err().messages().to_vec()
}

#[test]
fn a_file_that_does_not_fit_is_a_mistake_of_the_call() {
    let call = r#"network! {
        struct Network < in: 15x4, weights: "$/one_oihw.safetensors" > {
            a = conv1d!< kernel: 3x6, groups: 2 >;
            b = conv_transpose1d!< kernel: 2x4 >;
            c = depthwise_conv1d!< kernel: 3, activation: prelu, weights: { slope: "c.biass" } >;
            dense = dense!< units: 5 >;
        }
    }"#;
    assert_eq!(
        mistakes(call),
        [
            "tensor `a.weight` has shape [6, 2, 3], expected [3, 2, 6]: its axes are in another order, perhaps that of \
             `weights_layout: oihw`",
            "tensor `b.weight` has shape [6, 2, 2], expected [2, 4, 6]",
            "tensor `c.weight` has shape [4, 1, 3], expected [3, 4, 1]: its axes are in another order, perhaps that of \
             `weights_layout: oihw`",
            "there is no tensor `c.biass`, expected one of shape [4]; did you mean `c.bias`?",
            "there is no tensor `dense.weight`, expected one of shape [48, 5]; did you mean `d.weight`?",
            "there is no tensor `dense.bias`, expected one of shape [5]",
        ]
    );
    let call = r#"network! {
        struct Network < in: 15x4, weights: "$/one_oihw.safetensors", weights_layout: oihw, dtype: f64 > {
            a = conv1d!< kernel: 3x6, groups: 2 >;
        }
    }"#;
    assert_eq!(
        mistakes(call),
        ["a.weight", "a.bias"]
            .map(|name| format!("tensor `{name}` is of type F32, expected F64, for the network has `dtype: f64`"))
    );
}

/// Code that is written to a file has all numbers; text to be read says how many there are.
#[test]
fn long_byte_strings_are_left_out_of_the_text() {
    let text = source! { network! { struct Network < in: 15x4, weights: "$OUT_DIR/weights/one_hwio" > {
        a = conv1d!< kernel: 3x6, groups: 2 >;
    } } };
    assert!(text.contains("weights0: rt::constant_f32(b\"192 bytes\")"), "{text}");
    assert!(
        text.contains(r#"::core::concat!(::core::env!("OUT_DIR"), "/", "weights/one_hwio/a.weight.npy")"#),
        "{text}"
    );
    let call =
        r#"network! { struct Network < in: 15x4, weights: "$/one_hwio" > { a = conv1d!< kernel: 3x6, groups: 2 >; } }"#;
    let code = expand_source(&call.replace('$', folder().to_str().unwrap())).unwrap();
    assert!(!code.contains("192 bytes") && code.contains("rt::unpack(b\"\\0\\0"), "{code}");
}

/// One network that runs, and the weights of another.
struct Wrong(One);

impl Layer for Wrong {
    type Element = f32;
    type Weights = [f32; 0];
    type Bias = [f32; 0];
    type Input = <One as Layer>::Input;
    type Output = <One as Layer>::Output;
    type Scratch = <One as Layer>::Scratch;
    const SPEC: Spec = One::SPEC;
    const MACS: u64 = One::MACS;
    const PLAN: &'static str = One::PLAN;

    fn new(_: &[f32; 0], _: &[f32; 0]) -> Self {
        Self(One::new())
    }

    fn forward_at(&self, level: Level, input: &Self::Input, output: &mut Self::Output, scratch: &mut Self::Scratch) {
        self.0.forward_at(level, input, output, scratch);
    }

    fn forward_traced(
        &self,
        level: Level,
        input: &Self::Input,
        output: &mut Self::Output,
        scratch: &mut Self::Scratch,
        trace: &mut dyn FnMut(usize, &[f32]),
    ) {
        self.0.forward_traced(level, input, output, scratch, trace);
    }

    fn unpacked(weights: &[f32], bias: &[f32], all: &mut [Vec<f32>; 2]) {
        let first = all[0].len();
        One::unpacked(weights, bias, all);
        // The last of the first layer's: by no more than a hundredth.
        all[0][first + 35] += 0.01;
    }
}

#[test]
fn a_single_wrong_weight_is_found() {
    assert!(matches!(One::SPEC.operator, Operator::Network { .. }));
    let failure = verify::<Wrong>().unwrap_err().to_string();
    assert!(failure.contains("step `a`"), "{failure}");
}
