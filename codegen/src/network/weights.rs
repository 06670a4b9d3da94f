//! The file that a network takes its weights from.
//!
//! Comes in: a path. Goes out: the elements of each tensor that is asked for, or errors at the path. Must not know: layers, kinds of files.

use std::env;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use toeplitz_tensors::Number;
use toeplitz_tensors::files::{File, Reason};

use super::tensors::Array;
use crate::diag::{Errors, Spanned};
use crate::operation::Element;
use crate::tuning::MANIFEST;

/// An open file.
pub(super) struct Weights<'a> {
    /// Its path as it is written.
    path: &'a Spanned<String>,
    base: Base,
    /// Nothing where it cannot be read or has no tensors at all, which is reported.
    file: Option<File>,
}

/// Where a path begins.
struct Base {
    /// The variable of the environment that has the folder.
    variable: String,
    folder: PathBuf,
}

/// A file that was read.
pub(crate) struct Read {
    /// The variable with the folder that its path begins at; nothing where it begins at the root.
    pub(crate) variable: Option<String>,
    /// The path from there.
    pub(crate) path: String,
}

impl<'a> Weights<'a> {
    /// Opens the file of a path from the crate's folder, or from that in the variable that it begins with: `$OUT_DIR/lenet.npz`.
    pub(super) fn open(path: &'a Spanned<String>, cx: &mut Errors) -> Self {
        let (variable, rest) = match path.value.strip_prefix('$').and_then(|path| path.split_once('/')) {
            Some((variable, rest)) => (variable, rest),
            None => (MANIFEST, &*path.value),
        };
        // Where no crate is compiled, that in which the program runs.
        let folder = env::var_os(variable).map(PathBuf::from);
        if folder.is_none() && variable != MANIFEST {
            let message = format_args!(
                "`{}` begins with the variable `{variable}`, which is not set: cargo sets `OUT_DIR` for a crate with a build script",
                path.value
            );
            cx.push(&path.tokens, message);
            return Self { path, base: Base { variable: String::new(), folder: PathBuf::new() }, file: None };
        }
        let base = Base { variable: variable.to_owned(), folder: folder.unwrap_or_default() };
        let file = File::open(&base.folder.join(rest)).map_err(|mut error| {
            // As it is written: a message is the same wherever the crate lies.
            error.path = PathBuf::from(&path.value);
            let here = variable == MANIFEST && matches!(error.reason, Reason::Missing(None));
            let from = if here { "; the path begins at the folder of the crate's `Cargo.toml`" } else { "" };
            cx.push(&path.tokens, format_args!("{error}{from}"));
        });
        Self { path, base, file: file.ok() }
    }

    /// Reads the elements of an array of a layer.
    pub(super) fn read(&mut self, array: &mut Array, element: Element, cx: &mut Errors) {
        let Some(file) = &self.file else { return };
        let elements = match element {
            Element::F32 => numbers::<f32>(file, array),
            Element::F64 => numbers::<f64>(file, array),
        };
        match elements {
            Ok(elements) => {
                array.elements = Some(elements);
                array.place = file.place(&array.name);
            }
            Err(problem) => match file.empty() {
                None => cx.push(&self.path.tokens, problem),
                Some(mut error) => {
                    error.path = PathBuf::from(&self.path.value);
                    cx.push(&self.path.tokens, error);
                    self.file = None;
                }
            },
        }
    }

    /// What was read: when it changes, so does the program.
    pub(super) fn files(&self) -> Vec<Read> {
        let read = |path: &PathBuf| match path.strip_prefix(&self.base.folder) {
            Ok(rest) => Some(Read { variable: Some(self.base.variable.clone()), path: text(rest)? }),
            Err(_) => Some(Read { variable: None, path: text(path)? }),
        };
        self.file.iter().flat_map(File::paths).filter_map(read).collect()
    }
}

/// A path as it is written on all systems.
fn text(path: &Path) -> Option<String> {
    Some(path.to_str()?.replace('\\', "/"))
}

/// The elements of an array, in the layer's order, or what is wrong with its tensor.
fn numbers<E: Number>(file: &File, array: &Array) -> Result<Rc<[f64]>, String> {
    let mut elements = vec![E::default(); array.len()];
    file.read(array.tensor(), &mut elements).map_err(|problem| problem.to_string())?;
    Ok(elements.into_iter().map(Into::into).collect())
}
