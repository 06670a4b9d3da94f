//! Layers that are other items, inside a network: their tensors among its own, and whether they are what it takes them for.
//!
//! Comes in: what the layers say of themselves, and what the network says. Goes out: constants, or a mistake of the compilation. All of
//! it runs while the network's type is compiled.

use toeplitz_tensors::Number;

use crate::{Buffer, DataFormat, Element, Layer, Tensor, WeightsLayout};

/// The tensors of one layer.
pub struct Part {
    /// What is in front of their names and a dot; nothing where those are whole.
    pub prefix: &'static str,
    /// By the names that they have within the layer.
    pub tensors: &'static [Tensor<'static>],
}

impl Part {
    /// Bytes that are in front of each name.
    const fn in_front(&self) -> usize {
        if self.prefix.is_empty() { 0 } else { self.prefix.len() + 1 }
    }
}

/// Bytes of all names, each behind what is in front of it.
pub const fn names_len(parts: &[Part]) -> usize {
    let (mut len, mut part) = (0, 0);
    while part < parts.len() {
        let tensors = parts[part].tensors;
        let mut tensor = 0;
        while tensor < tensors.len() {
            len += parts[part].in_front() + tensors[tensor].name.len();
            tensor += 1;
        }
        part += 1;
    }
    len
}

/// Number of tensors.
pub const fn tensors_len(parts: &[Part]) -> usize {
    let (mut len, mut part) = (0, 0);
    while part < parts.len() {
        len += parts[part].tensors.len();
        part += 1;
    }
    len
}

/// The names, behind each other.
pub const fn names<const LEN: usize>(parts: &[Part]) -> [u8; LEN] {
    let (mut names, mut at, mut part) = ([b'.'; LEN], 0, 0);
    while part < parts.len() {
        let Part { prefix, tensors } = &parts[part];
        let mut tensor = 0;
        while tensor < tensors.len() {
            copy(&mut names, at, prefix);
            at = copy(&mut names, at + parts[part].in_front(), tensors[tensor].name);
            tensor += 1;
        }
        part += 1;
    }
    names
}

/// Copies `text` to `bytes[at..]`, and gives where it ends.
const fn copy(bytes: &mut [u8], at: usize, text: &str) -> usize {
    let mut index = 0;
    while index < text.len() {
        bytes[at + index] = text.as_bytes()[index];
        index += 1;
    }
    at + index
}

/// The tensors of all `parts`, by `names`.
pub const fn tensors<const LEN: usize>(parts: &[Part], names: &'static [u8]) -> [Tensor<'static>; LEN] {
    const NONE: Tensor<'_> = Tensor { name: "", shape: &[], order: &[], layout: WeightsLayout::Hwio, is_bias: false };
    let mut all = [NONE; LEN];
    let (mut rest, mut at, mut part) = (names, 0, 0);
    while part < parts.len() {
        let tensors = parts[part].tensors;
        let mut tensor = 0;
        while tensor < tensors.len() {
            let own;
            (own, rest) = rest.split_at(parts[part].in_front() + tensors[tensor].name.len());
            all[at] = Tensor { name: text(own), ..tensors[tensor] };
            at += 1;
            tensor += 1;
        }
        part += 1;
    }
    all
}

/// Bytes that were text.
const fn text(bytes: &[u8]) -> &str {
    match core::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => unreachable!(),
    }
}

/// The largest length.
pub const fn largest(lens: &[usize]) -> usize {
    let (mut largest, mut at) = (0, 0);
    while at < lens.len() {
        largest = if lens[at] > largest { lens[at] } else { largest };
        at += 1;
    }
    largest
}

/// What a network says of a layer in it.
pub struct Stated {
    /// The layer's name.
    pub name: &'static str,
    /// Its type.
    pub ty: &'static str,
    /// Where its input comes from.
    pub source: &'static str,
    /// Sizes of its input.
    pub input: &'static [usize],
    /// Sizes of its output.
    pub output: &'static [usize],
    /// Of all values.
    pub format: DataFormat,
    /// Whether it says what its tensors are called.
    pub is_named: bool,
}

/// A check that has been made: what [`check_nested`] gives, or an error. Of a type that an error is a part of the compiler says no more,
/// so that there is one for a layer, and none for each place where its buffers meet those of the network.
pub struct Checked<const PASSED: bool>;

/// The layer that a check was about.
pub trait Holds<L> {
    /// It.
    type Layer;
}

impl<L, const PASSED: bool> Holds<L> for Checked<PASSED> {
    type Layer = L;
}

/// Ends the compilation, at the call, with what is wrong about `stated`, of a network of `E`, if it is not what `L` is.
#[track_caller]
pub const fn check_nested<L: Layer, E: Element>(stated: &Stated) -> bool {
    let Stated { name, ty, source, input, output, format, is_named } = *stated;
    let mut takes = Sizes::NONE;
    let mut axis = 0;
    while axis < L::SPEC.axes.len() {
        takes = takes.and(L::SPEC.axes[axis].input);
        axis += 1;
    }
    let takes = takes.and(L::SPEC.in_channels);
    if !takes.are(input, L::Input::LEN, L::SPEC.axes.is_empty()) {
        let message = Message::new(name).text("` is of the type `").text(ty).text("`, which takes ");
        let message = message.sizes(takes.slice()).text(", but ").text(source).text(" gives ").sizes(input);
        panic!("{}", message.text(": bring it to these sizes before").finish());
    }
    let gives = Sizes::of(L::FACTS.output, L::Output::LEN);
    if !gives.are(output, L::Output::LEN, L::FACTS.output.is_empty()) {
        let message = Message::new(name).text("` is said to give ").sizes(output).text(", but its type `").text(ty);
        let message = message.text("` gives ").sizes(gives.slice()).text(": write `out: ").sizes(gives.slice());
        panic!("{}", message.text("`").finish());
    }
    let first = matches!(format, DataFormat::ChannelsFirst);
    if !L::SPEC.axes.is_empty() && first != matches!(L::SPEC.format, DataFormat::ChannelsFirst) {
        let (layout, other) = if first { ("nchw", "nhwc") } else { ("nhwc", "nchw") };
        let message = Message::new(name).text("` is of the type `").text(ty).text("`, which has `layout: ").text(other);
        let message = message.text("`, but the network has `layout: ").text(layout).text("`: give both the same");
        panic!("{}", message.finish());
    }
    let (own, all) = (<L::Element as Number>::BYTES, E::BYTES);
    if own != all {
        let (own, all) = (dtype(own), dtype(all));
        let message = Message::new(name).text("` is of the type `").text(ty).text("`, which has `dtype: ").text(own);
        let message = message.text("`, but the network has `dtype: ").text(all).text("`: give both the same");
        panic!("{}", message.finish());
    }
    if is_named && L::FACTS.tensors.is_empty() {
        let message =
            Message::new(name).text("` is of the type `").text(ty).text("`, which takes no tensors: remove `weights`");
        panic!("{}", message.finish());
    }
    true
}

/// The name of the type of data that takes so many bytes.
const fn dtype(bytes: usize) -> &'static str {
    if bytes == 4 { "f32" } else { "f64" }
}

/// Sizes of a value.
struct Sizes {
    sizes: [usize; Self::MOST],
    len: usize,
}

impl Sizes {
    /// More than any value has.
    const MOST: usize = 8;
    const NONE: Self = Self { sizes: [0; Self::MOST], len: 0 };

    /// `sizes`, or where there are none a single one.
    const fn of(sizes: &[usize], len: usize) -> Self {
        if sizes.is_empty() {
            return Self::NONE.and(len);
        }
        let (mut of, mut at) = (Self::NONE, 0);
        while at < sizes.len() {
            of = of.and(sizes[at]);
            at += 1;
        }
        of
    }

    /// One more.
    const fn and(mut self, size: usize) -> Self {
        if self.len < Self::MOST {
            self.sizes[self.len] = size;
            self.len += 1;
        }
        self
    }

    const fn slice(&self) -> &[usize] {
        self.sizes.split_at(self.len).0
    }

    /// Whether they are those of a buffer of `len` elements that is said to have the sizes `stated`; where it is `flat`, any will do.
    const fn are(&self, stated: &[usize], len: usize, flat: bool) -> bool {
        let (mut product, mut equal, mut at) = (1, self.len == stated.len(), 0);
        while at < stated.len() {
            product *= stated[at];
            equal &= at >= self.len || self.sizes[at] == stated[at];
            at += 1;
        }
        product == len && (equal || flat)
    }
}

/// A sentence in the making: there is no formatting while compiling.
struct Message {
    bytes: [u8; Self::MOST],
    len: usize,
}

impl Message {
    /// Longer than any; what is longer ends early.
    const MOST: usize = 1024;

    const fn new(name: &str) -> Self {
        Self { bytes: [0; Self::MOST], len: 0 }.text("`").text(name)
    }

    const fn text(mut self, text: &str) -> Self {
        if self.len + text.len() <= Self::MOST {
            self.len = copy(&mut self.bytes, self.len, text);
        }
        self
    }

    const fn number(mut self, number: usize) -> Self {
        if number >= 10 {
            self = self.number(number / 10);
        }
        let digit = [b'0' + (number % 10) as u8];
        self.text(text(&digit))
    }

    const fn sizes(mut self, sizes: &[usize]) -> Self {
        let mut at = 0;
        while at < sizes.len() {
            self = if at > 0 { self.text("x") } else { self };
            self = self.number(sizes[at]);
            at += 1;
        }
        self
    }

    const fn finish(&self) -> &str {
        text(self.bytes.split_at(self.len).0)
    }
}
