//! What may be chosen about a plan: values that are read and written as a few words.
//!
//! Comes in: text, of the key `plan` or of a tuning file. Goes out: a [`Choice`], and its text again. Must not know: operations, what of
//! all that can be written there is for one of them.
//!
//! ```text
//! choice   winograd 4x6 columns beyond         tiles of 4 x 6 outputs, the last column of them reaching beyond the end
//!          [avx512: 2x7x2, avx2: 1x6x2 walk]   product by product, on these register files so, on others as planned
//! shape    2x7x2 blocks outside                2 rows x 7 pixels x 2 vectors of channels, blocks of channels outside the loop over rows
//!          2x7x2 + 2x14x1                      so for the first group of panels, and so for the second
//! ```

use core::fmt;

use crate::plan::Order;
use crate::plan::machine::REGISTER_FILES;

/// A way to compute an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Product by product: names of register files, and a shape for each group of panels.
    Direct(Vec<(&'static str, Vec<Shape>)>),
    /// By Winograd's short convolutions, on all register files, for weights are transformed once.
    Winograd(Tiles),
}

/// The register tile of a group of panels, and the order of the loops around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Output rows.
    pub rows: usize,
    /// Output pixels of a row, of the widest tile.
    pub pixels: usize,
    /// Vectors of output channels: those of a block.
    pub vectors: usize,
    /// Whether the inputs are walked, and all of a kernel row is straight-line code. Otherwise weights are streamed, in a loop.
    pub walk: bool,
    /// Which loop is outside, if there are several blocks; nothing in a text where either will do.
    pub order: Option<Order>,
}

/// Tiles of outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiles {
    /// Rows and columns of outputs.
    pub outputs: [usize; 2],
    /// Whether the last tile is as large as all others, down and across, and reaches beyond the end.
    pub beyond: [bool; 2],
}

/// What is said about an operation's plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// How it is to be computed; nothing where the planner decides.
    pub choice: Option<Choice>,
    /// The file and the line that say so; nothing where the call itself does.
    pub place: Option<String>,
    /// Whether there is a tuning file: when it changes, so may the plan.
    pub has_file: bool,
    /// Whether the plan in words tells what else there was.
    pub explain: bool,
}

impl Asked {
    /// The shapes for a register file, if there are any.
    pub fn shapes(&self, file: &str) -> Option<&[Shape]> {
        let Some(Choice::Direct(files)) = &self.choice else { return None };
        files.iter().find(|(name, _)| *name == file).map(|(_, shapes)| shapes.as_slice())
    }

    /// The tiles, if there are any.
    pub fn tiles(&self) -> Option<Tiles> {
        match self.choice {
            Some(Choice::Winograd(tiles)) => Some(tiles),
            Some(Choice::Direct(_)) | None => None,
        }
    }
}

impl Shape {
    /// Whether this is what `wanted` means, which may leave the order open.
    pub fn is(self, wanted: Self) -> bool {
        let order = if wanted.order.is_some() { wanted.order } else { self.order };
        self == Self { order, ..wanted }
    }
}

impl Choice {
    /// Reads a choice.
    ///
    /// # Errors
    ///
    /// What is wrong with the text, as a sentence goes on after "cannot be `...`: ".
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(tiles) = text.strip_prefix("winograd") {
            return Tiles::read(tiles).map(Choice::Winograd);
        }
        let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        let Some(inside) = inside.map(str::trim).filter(|inside| !inside.is_empty()) else {
            return Err("it takes tiles of outputs, `winograd 4x4`, or a shape for register files, `[avx512: 2x7x2]`"
                .to_owned());
        };
        let mut files: Vec<(&'static str, Vec<Shape>)> = Vec::new();
        for entry in inside.trim_end_matches(',').split(',') {
            let (file, shapes) = entry.split_once(':').ok_or_else(|| {
                format!("`{}` has no register file: write it in front, as in `avx512: 2x7x2`", entry.trim())
            })?;
            let name = REGISTER_FILES.iter().map(|known| known.name).find(|known| *known == file.trim());
            let name = name.ok_or_else(|| {
                let known: Vec<&str> = REGISTER_FILES.iter().map(|known| known.name).collect();
                format!("there is no register file `{}`: there are {}", file.trim(), known.join(", "))
            })?;
            if files.iter().any(|(other, _)| *other == name) {
                return Err(format!("`{name}` is there more than once: keep one"));
            }
            files.push((name, shapes.split('+').map(Shape::read).collect::<Result<_, _>>()?));
        }
        Ok(Choice::Direct(files))
    }
}

impl Shape {
    fn read(text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let sizes = sizes::<3>(words.next().unwrap_or_default());
        let [rows, pixels, vectors] = sizes
            .ok_or_else(|| format!("`{}` is no shape: write rows x pixels x vectors, as in `2x7x2`", text.trim()))?;
        let mut shape = Shape { rows, pixels, vectors, walk: false, order: None };
        let words: Vec<&str> = words.collect();
        let mut rest = words.as_slice();
        loop {
            rest = match rest {
                [] => return Ok(shape),
                ["walk", rest @ ..] => {
                    shape.walk = true;
                    rest
                }
                ["blocks", "outside", rest @ ..] => {
                    shape.order = Some(Order::BlocksOutside);
                    rest
                }
                ["pixels", "outside", rest @ ..] => {
                    shape.order = Some(Order::PixelsOutside);
                    rest
                }
                [found, ..] => {
                    return Err(format!(
                        "`{found}` says nothing there: behind a shape stand `walk`, `blocks outside` and `pixels outside`"
                    ));
                }
            };
        }
    }
}

impl Tiles {
    fn read(text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let outputs = sizes::<2>(words.next().unwrap_or_default());
        let outputs = outputs.ok_or(
            "behind `winograd` stand rows x columns of a tile of outputs, as in `winograd 4x4`, or `winograd 1x4` along \
             one axis",
        )?;
        let beyond = match words.collect::<Vec<_>>().as_slice() {
            [] => [false, false],
            ["beyond"] => [true, true],
            ["rows", "beyond"] => [true, false],
            ["columns", "beyond"] => [false, true],
            [found, ..] => {
                return Err(format!(
                    "`{found}` says nothing there: behind the tiles stand `beyond`, `rows beyond` or `columns beyond`"
                ));
            }
        };
        Ok(Tiles { outputs, beyond })
    }
}

/// Numbers above 0 with an `x` between them.
fn sizes<const N: usize>(text: &str) -> Option<[usize; N]> {
    let numbers: Option<Vec<usize>> = text.split('x').map(|number| number.parse().ok().filter(|&n| n > 0)).collect();
    numbers?.try_into().ok()
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Choice::Winograd(tiles) => write!(f, "{tiles}"),
            Choice::Direct(files) => {
                let file = |(name, shapes): &(&str, Vec<Shape>)| format!("{name}: {}", joined(shapes));
                write!(f, "[{}]", files.iter().map(file).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// Shapes of the groups of panels, as they are written.
pub fn joined(shapes: &[Shape]) -> String {
    shapes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ")
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shape { rows, pixels, vectors, walk, order } = self;
        let walk = if *walk { " walk" } else { "" };
        let order = match order {
            Some(Order::BlocksOutside) => " blocks outside",
            Some(Order::PixelsOutside) => " pixels outside",
            None => "",
        };
        write!(f, "{rows}x{pixels}x{vectors}{walk}{order}")
    }
}

impl fmt::Display for Tiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [rows, columns] = self.outputs;
        let beyond = match self.beyond {
            [false, false] => "",
            [true, true] => " beyond",
            [true, false] => " rows beyond",
            [false, true] => " columns beyond",
        };
        write!(f, "winograd {rows}x{columns}{beyond}")
    }
}

#[cfg(test)]
mod tests {
    use super::Choice;

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "winograd 4x6",
            "winograd 1x4 beyond",
            "winograd 6x2 columns beyond",
            "winograd 6x2 rows beyond",
            "[avx512: 2x7x2]",
            "[avx2: 1x14x1 walk pixels outside + 3x2x1, narrow: 2x7x2 blocks outside]",
        ] {
            assert_eq!(Choice::read(text).unwrap().to_string(), text);
        }
        let spaced = Choice::read(" [ avx512 : 2x7x2 + 1x14x1 , ] ").unwrap();
        assert_eq!(spaced.to_string(), "[avx512: 2x7x2 + 1x14x1]");
    }

    #[test]
    fn what_cannot_be_read_says_what_can() {
        for (text, says) in [
            ("direct", "`winograd 4x4`"),
            ("[]", "`[avx512: 2x7x2]`"),
            ("winograd", "as in `winograd 4x4`"),
            ("winograd 0x4", "as in `winograd 4x4`"),
            ("winograd 4x4 below", "`below`"),
            ("[2x7x2]", "`2x7x2` has no register file"),
            ("[sse: 2x7x2]", "avx512, avx2, neon, narrow"),
            ("[avx2: 2x7]", "rows x pixels x vectors"),
            ("[avx2: 2x7x2 stroll]", "`stroll`"),
            ("[avx2: 2x7x2, avx2: 2x7x2]", "more than once"),
        ] {
            let message = Choice::read(text).unwrap_err();
            assert!(message.contains(says), "{text}: {message}");
        }
    }
}
