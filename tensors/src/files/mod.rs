//! Files of tensors.
//!
//! Comes in: a path. Goes out: a [`File`], which finds tensors by name, or a [`FileError`]. Must not know: what the tensors are for. Whatever
//! bytes there are, nothing panics, and nothing is allocated beyond what there are bytes for and what a tensor that is asked for takes.

mod archive;
mod npy;
mod safe;

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::tensor::gather;
use crate::{Number, Tensor, TensorProblem, closest, fill};

/// Names of tensors that a message has at the most.
const MOST_MEANT: usize = 4;

/// The tensors of a file or of a folder.
#[derive(Debug)]
pub struct File {
    store: Store,
    /// What was read, to look whether it changed.
    paths: Vec<PathBuf>,
}

/// Where tensors lie, by the kind of file.
#[derive(Debug)]
enum Store {
    Safe(safe::Safe),
    Archive(archive::Archive),
    Folder(npy::Folder),
}

/// A tensor that was found: what it says about itself, and then its bytes.
struct Found<'a> {
    shape: Vec<usize>,
    /// Its type, as [`Number::NAME`] where it is a number.
    element: String,
    /// Whether the first axis is the innermost.
    fortran: bool,
    /// Reads so many bytes of elements, each number's lowest first, if it has as many.
    bytes: Box<dyn FnOnce(usize) -> io::Result<Vec<u8>> + 'a>,
}

/// Why there are no tensors.
#[derive(Debug)]
pub struct FileError {
    /// Which file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What is wrong with a file.
#[derive(Debug)]
pub enum Reason {
    /// It cannot be read.
    Read(io::Error),
    /// There is none; the name of a file that is there and may be meant.
    Missing(Option<String>),
    /// It is called like nothing that could be read.
    Ending,
    /// It is a folder without arrays; a file in it that could be read itself.
    Empty(Option<String>),
    /// It does not have what its name says.
    Content(String),
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.reason {
            Reason::Missing(near) => {
                write!(f, "there is no file `{path}`")?;
                let near = near.as_ref().map(|near| self.path.with_file_name(near));
                near.map_or(Ok(()), |near| write!(f, "; did you mean `{}`?", near.display()))
            }
            Reason::Read(error) => write!(f, "`{path}` cannot be read: {error}"),
            Reason::Ending => {
                write!(
                    f,
                    "`{path}` is none of the files that can be read: `.safetensors`, `.npz`, or a folder of `.npy`"
                )
            }
            Reason::Empty(other) => {
                write!(f, "`{path}` is a folder without `.npy` files")?;
                other.as_ref().map_or(Ok(()), |other| write!(f, "; did you mean `{path}/{other}`?"))
            }
            Reason::Content(reason) => write!(f, "`{path}` is damaged: {reason}"),
        }
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.reason {
            Reason::Read(error) => Some(error),
            Reason::Missing(_) | Reason::Ending | Reason::Empty(_) | Reason::Content(_) => None,
        }
    }
}

impl File {
    /// Opens `path`: a file that ends with `.safetensors` or `.npz`, or a folder of files that end with `.npy`.
    ///
    /// # Errors
    ///
    /// If it is neither, cannot be read, or is damaged.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let fail = |reason| FileError { path: path.to_path_buf(), reason };
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
        if path.is_dir() {
            let folder = npy::Folder::open(path).map_err(|error| fail(Reason::Read(error)))?;
            return Ok(Self { paths: folder.paths(), store: Store::Folder(folder) });
        }
        if !path.exists() {
            return Err(fail(Reason::Missing(near(path))));
        }
        if !["safetensors", "npz"].contains(&&*ending) {
            return Err(fail(Reason::Ending));
        }
        let bytes = std::fs::read(path).map_err(|error| fail(Reason::Read(error)))?;
        if bytes.is_empty() {
            return Err(fail(Reason::Content("it is empty".to_owned())));
        }
        let store = if ending == "npz" {
            archive::Archive::new(bytes).map(Store::Archive)
        } else {
            safe::Safe::new(bytes).map(Store::Safe)
        };
        let store = store.map_err(|reason| fail(Reason::Content(reason)))?;
        Ok(Self { store, paths: vec![path.to_path_buf()] })
    }

    /// What to say of a folder without arrays when one is missing.
    pub fn empty(&self) -> Option<FileError> {
        match &self.store {
            Store::Folder(folder) if folder.names().is_empty() => Some(FileError {
                path: folder.path.clone(),
                reason: Reason::Empty(readable(&folder.path).into_iter().next()),
            }),
            _ => None,
        }
    }

    /// All files that were read or may be.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Where the elements of the tensor `name` lie in the first of the files, in bytes. Nothing where they do not lie there as numbers with
    /// the lowest byte first, the last axis innermost.
    pub fn place(&self, name: &str) -> Option<Range<usize>> {
        match &self.store {
            Store::Safe(safe) => safe.place(name),
            Store::Archive(_) | Store::Folder(_) => None,
        }
    }

    /// Reads a tensor, in the layer's order, to `place`.
    ///
    /// # Errors
    ///
    /// If it is not there or not what is expected.
    ///
    /// # Panics
    ///
    /// If `place` has not as many elements as `expected`.
    pub fn read<'a, E: Number>(&self, expected: Tensor<'a>, place: &mut [E]) -> Result<(), TensorProblem<'a>> {
        let unreadable = |error: io::Error| TensorProblem::Unreadable { expected, reason: error.to_string() };
        let Some(found) = self.find(expected.name).map_err(unreadable)? else {
            return Err(TensorProblem::Missing { expected, meant: self.meant(expected) });
        };
        if found.element != E::NAME {
            return Err(TensorProblem::Type { expected, element: E::NAME, found: found.element });
        }
        if found.shape != expected.shape {
            return Err(TensorProblem::Shape { expected, found: found.shape });
        }
        let bytes = (found.bytes)(expected.len() * E::BYTES).map_err(unreadable)?;
        let mut elements: Vec<E> = bytes.chunks_exact(E::BYTES).map(E::from_le).collect();
        if found.fortran {
            elements = last_axis_innermost(&found.shape, &elements);
        }
        fill(expected, &found.shape, &elements, place)
    }

    /// The tensor `name`. In files of `NumPy` also with `_` for `.`, since the names of arrays are those of variables.
    fn find(&self, name: &str) -> io::Result<Option<Found<'_>>> {
        match &self.store {
            Store::Safe(safe) => Ok(safe.find(name)),
            Store::Archive(archive) => either(name, |name| archive.find(name)),
            Store::Folder(folder) => either(name, |name| folder.find(name)),
        }
    }

    /// What a tensor may be called that is not there: the nearest name of those that have its sizes, in whatever order, or else some of them,
    /// or else the nearest name of all.
    fn meant(&self, expected: Tensor<'_>) -> Vec<String> {
        let sorted = |shape: &[usize]| {
            let mut sizes = shape.to_vec();
            sizes.sort_unstable();
            sizes
        };
        let sizes = sorted(expected.shape);
        let names = self.names();
        let is_alike = |name: &&str| self.find(name).ok().flatten().is_some_and(|found| sorted(&found.shape) == sizes);
        let alike: Vec<&str> = names.iter().copied().filter(is_alike).collect();
        let nearest = closest(expected.name, alike.iter().copied());
        let meant = match nearest {
            None if alike.is_empty() => closest(expected.name, names.iter().copied()).into_iter().collect(),
            None => alike.into_iter().take(MOST_MEANT).collect(),
            Some(nearest) => vec![nearest],
        };
        meant.into_iter().map(str::to_owned).collect()
    }

    /// The names of all tensors.
    fn names(&self) -> Vec<&str> {
        match &self.store {
            Store::Safe(safe) => safe.names(),
            Store::Archive(archive) => archive.names(),
            Store::Folder(folder) => folder.names(),
        }
    }
}

/// The names of files in `folder` that could be read themselves, in order.
fn readable(folder: &Path) -> Vec<String> {
    let names = folder.read_dir().into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let endings = [".safetensors", ".npz"];
    let mut names: Vec<String> = names.filter(|name| endings.iter().any(|ending| name.ends_with(ending))).collect();
    names.sort_unstable();
    names
}

/// The name of a file beside `path` that may be meant: one that is called nearly alike, or the only one that could be read.
fn near(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match readable(folder).as_slice() {
        [only] => Some(only.clone()),
        several => closest(path.file_name()?.to_str()?, several.iter().map(String::as_str)).map(str::to_owned),
    }
}

/// What `find` finds for a name, or else for that with `_` for `.`.
fn either<T>(name: &str, find: impl Fn(&str) -> io::Result<Option<T>>) -> io::Result<Option<T>> {
    match find(name)? {
        Some(found) => Ok(Some(found)),
        None => find(&name.replace('.', "_")),
    }
}

/// The elements of an array whose first axis is the innermost, turned.
fn last_axis_innermost<E: Number>(shape: &[usize], elements: &[E]) -> Vec<E> {
    let (mut apart, mut order) = (1, Vec::new());
    for &len in shape {
        order.push((len, apart));
        apart *= len;
    }
    let mut turned = vec![E::default(); elements.len()];
    gather(&order, elements, 0, &mut turned);
    turned
}

/// That the bytes of a file are not what they should be.
fn damaged(reason: impl fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_string())
}
