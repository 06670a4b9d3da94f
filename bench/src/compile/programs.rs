//! Programs to be compiled: layers as those of a real network, layers that are all alike, of a type each or all of one, and networks.
//!
//! Comes in: names. Goes out: the text of programs that make their layers and run each once.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// SIMD levels and the features of `toeplitz` that build code for them: all, then the one that is always built, being what every
/// x86-64 has, and that one with each of the others.
pub const LEVELS: [(&str, &[&str]); 4] =
    [("all", &["avx2", "avx512"]), ("SSE", &[]), ("SSE, AVX2", &["avx2"]), ("SSE, AVX-512", &["avx512"])];

/// How many layers.
const COUNTS: [usize; 4] = [1, 5, 20, 60];

/// With how many layers the levels are built one by one.
const COUNT_BY_LEVEL: usize = 20;

/// Layers that a program is made of.
struct Kind {
    name: &'static str,
    /// The call of a layer, by its index: the macro, and its keys in braces.
    layer: fn(usize) -> String,
    /// Whether each layer has a type of its own.
    typed: bool,
}

/// The kinds of layers.
const KINDS: [Kind; 3] = [
    Kind { name: "different", layer: different, typed: true },
    Kind { name: "alike", layer: alike, typed: true },
    Kind { name: "shared", layer: alike, typed: false },
];

/// The networks and their types.
const NETWORKS: [(&str, &str); 3] = [("lenet", "Lenet"), ("onet", "Onet"), ("blazeface", "BlazeFace")];

/// A program to be compiled.
pub struct Program {
    /// What it is called on the command line and in the table.
    pub name: String,
    /// The number of layers in it.
    pub layers: usize,
    /// Which of [`LEVELS`] it is built for.
    pub levels: usize,
    /// Its text.
    pub text: String,
}

/// A program without layers, for these of [`LEVELS`].
pub fn empty(levels: usize) -> Program {
    Program { name: "empty".to_owned(), layers: 0, levels, text: "fn main() {}\n".to_owned() }
}

/// The programs that `names` name, `different` layers, layers that are `alike`, those that are `shared`, being values of one type, or a
/// network; all if there are none.
///
/// # Errors
///
/// If there is no such program, or a network cannot be read.
pub fn select(names: &[String]) -> Result<Vec<Program>> {
    let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).chain(NETWORKS.map(|(name, _)| name)).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("nothing called {unknown} is compiled; there are {}", known.join(", "));
    }
    let wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    let mut programs = Vec::new();
    for Kind { name, layer, typed } in KINDS {
        let by_level = (1..LEVELS.len()).map(|levels| (COUNT_BY_LEVEL, levels)).filter(|_| name == "different");
        let all = COUNTS.map(|count| (count, 0)).into_iter().chain(by_level).filter(|_| wanted(name));
        programs.extend(all.map(|(layers, levels)| Program {
            name: format!("{layers} {name}"),
            layers,
            levels,
            text: of_layers(layers, if typed { layers } else { 1 }, layer),
        }));
    }
    for (name, ty) in NETWORKS.into_iter().filter(|(name, _)| wanted(name)) {
        programs.push(of_network(name, ty)?);
    }
    Ok(programs)
}

/// Makes a layer or a network, and runs it once.
const RUN: &str = "
fn run<L: Layer<Element = f32>>() {
    let layer = L::boxed(&L::Weights::zeroed(), &L::Bias::zeroed());
    let (input, mut output) = (L::Input::zeroed(), L::Output::zeroed());
    Layer::forward(&*layer, &input, &mut output);
    println!(\"{}\", output.as_slice()[0]);
}
";

/// A program of so many layers of so many types, whose calls are as in [`Kind::layer`].
fn of_layers(count: usize, types: usize, layer: fn(usize) -> String) -> String {
    let mut text = "use toeplitz::*;\n".to_owned();
    let mut calls = String::new();
    // Writing to a string cannot fail.
    for index in 0..types {
        let _ =
            writeln!(text, "{}", layer(index).replace('{', &format!("{{ pub struct L{index} <")).replace('}', ">; }"));
    }
    for index in 0..count {
        let _ = writeln!(calls, "    run::<L{}>();", index % types);
    }
    format!("{text}{RUN}fn main() {{\n{calls}}}\n")
}

/// Layers of five stages of a network, each with smaller images and more channels than the one before: no two are alike.
fn different(index: usize) -> String {
    const STAGES: [(usize, usize); 5] = [(96, 8), (64, 16), (40, 32), (28, 48), (14, 64)];
    let (stage, place) = (index / 12 % STAGES.len(), index % 12);
    let (size, channels) = STAGES[stage];
    let (wide, narrow) = (2 * channels, channels / 2);
    let input = format!("in: {size}x{size}x");
    match place {
        0 => format!("conv2d! {{ {input}3, kernel: 3x3x{channels}, padding: same, stride: 2, activation: relu }}"),
        1 => format!("conv2d! {{ {input}{channels}, kernel: 3x3x{channels}, padding: same, activation: relu }}"),
        2 => format!("depthwise_conv2d! {{ {input}{channels}, kernel: 3x3, padding: same, activation: relu }}"),
        3 => format!("conv2d! {{ {input}{channels}, kernel: 1x1x{wide}, activation: relu }}"),
        4 => format!("conv2d! {{ {input}{channels}, kernel: 3x3x{wide}, padding: same, activation: relu }}"),
        5 => format!("max_pool2d! {{ {input}{wide}, window: 2x2 }}"),
        6 => format!("conv2d! {{ {input}{wide}, kernel: 1x1x{channels} }}"),
        7 => format!("conv2d! {{ {input}{narrow}, kernel: 5x5x{channels}, padding: same, activation: relu }}"),
        8 => format!("depthwise_conv2d! {{ {input}{wide}, kernel: 3x3, padding: same, stride: 2 }}"),
        9 => format!("conv2d! {{ {input}{channels}, kernel: 3x3x{wide}, padding: same, stride: 2, activation: relu }}"),
        10 => format!("conv2d! {{ {input}{wide}, kernel: 3x3x{channels}, padding: same, activation: relu }}"),
        _ => format!("conv2d! {{ {input}{channels}, kernel: 3x3x{narrow}, activation: relu }}"),
    }
}

/// The same layer again and again.
fn alike(_: usize) -> String {
    "conv2d! { in: 28x28x32, kernel: 3x3x32, padding: same, activation: relu }".to_owned()
}

/// A network in a program of its own.
fn of_network(name: &str, ty: &str) -> Result<Program> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers/src/networks").join(name).with_extension("rs");
    let items = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Program {
        name: name.to_owned(),
        layers: items.matches("!<").count(),
        levels: 0,
        text: format!(
            "#[path = \"{}\"]\nmod items;\nuse toeplitz::*;\n{RUN}fn main() {{\n    run::<items::{ty}>();\n}}\n",
            path.display(),
        ),
    })
}
