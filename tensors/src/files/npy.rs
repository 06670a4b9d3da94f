//! Arrays of `NumPy`: a header, the text of a dictionary of Python, and behind it the elements.
//!
//! Comes in: the bytes of an array, or a folder of such files. Goes out: tensors by name. Must not know: archives. The library for these
//! files evaluates Python, and multiplies the sizes that it is told: the three entries that a header has are read here instead.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{Found, damaged};

/// The longest header that is read, in bytes. `NumPy` writes 118 for the arrays of a network.
const LONGEST_HEADER: usize = 1 << 12;

/// A folder of `.npy` files.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
    files: BTreeMap<String, PathBuf>,
}

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        for entry in path.read_dir()? {
            let file = entry?.path();
            let name = file.file_stem().and_then(|name| name.to_str()).map(str::to_owned);
            if let Some(name) = name.filter(|_| file.extension().is_some_and(|ending| ending == "npy")) {
                files.insert(name, file);
            }
        }
        Ok(Self { path: path.to_path_buf(), files })
    }

    pub(super) fn find(&self, name: &str) -> io::Result<Option<Found<'_>>> {
        match self.files.get(name) {
            Some(path) => found(io::BufReader::new(std::fs::File::open(path)?)).map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.files.keys().map(String::as_str).collect()
    }

    pub(super) fn paths(&self) -> Vec<PathBuf> {
        self.files.values().cloned().collect()
    }
}

/// The array that `reader` reads.
pub(super) fn found<'a>(mut reader: impl Read + 'a) -> io::Result<Found<'a>> {
    let text = header(&mut reader)?;
    let Header { element, big, fortran, shape } = Header::parse(&text).map_err(damaged)?;
    let width = match element {
        "F32" => 4,
        _ => 8,
    };
    let bytes = move |len: usize| {
        let mut bytes = Vec::new();
        // One more, to see whether there is; the end is also where an archive compares its checksum.
        reader.take(len as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() != len {
            let (found, than) = (bytes.len().min(len), if bytes.len() > len { "more" } else { "no more" });
            return Err(damaged(format_args!("it has {than} than {found} bytes of elements, expected {len}")));
        }
        if big {
            bytes.chunks_exact_mut(width).for_each(<[u8]>::reverse);
        }
        Ok(bytes)
    };
    Ok(Found { shape, element: element.to_owned(), fortran, bytes: Box::new(bytes) })
}

/// The text of the header.
fn header(reader: &mut impl Read) -> io::Result<String> {
    let not_numpy = |_| damaged("it is no array of `NumPy`");
    let mut start = [0; 8];
    reader.read_exact(&mut start).map_err(not_numpy)?;
    let [magic @ .., major, _] = start;
    if magic != *b"\x93NUMPY" || !(1..=3).contains(&major) {
        return Err(damaged("it is no array of `NumPy`"));
    }
    let mut len = [0; 4];
    let width = if major == 1 { 2 } else { 4 };
    reader.read_exact(&mut len[..width]).map_err(not_numpy)?;
    let len = u32::from_le_bytes(len) as usize;
    if len > LONGEST_HEADER {
        return Err(damaged(format_args!(
            "its header is said to have {len} bytes, more than any array of numbers needs"
        )));
    }
    let mut text = vec![0; len];
    reader.read_exact(&mut text).map_err(|_| damaged("it ends inside its header"))?;
    String::from_utf8(text).map_err(|_| damaged("its header is no text"))
}

/// What a header says.
#[derive(Debug, PartialEq)]
struct Header<'a> {
    /// The type of elements: as [`Number::NAME`](crate::Number::NAME), or else as it is there.
    element: &'a str,
    /// Whether a number's highest byte comes first.
    big: bool,
    fortran: bool,
    shape: Vec<usize>,
}

impl<'a> Header<'a> {
    /// Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        const SHORT: &str = "its header lacks an entry";
        let (mut descr, mut fortran, mut shape) = (None, None, None);
        let mut rest = text.trim().strip_prefix('{').ok_or("its header is no dictionary")?;
        loop {
            rest = rest.trim_start_matches([' ', ',']);
            if rest.starts_with('}') {
                break;
            }
            let (key, behind) = quoted(rest).ok_or("its header has an entry without a name")?;
            let value = behind.trim_start().strip_prefix(':').ok_or(SHORT)?.trim_start();
            rest = match key {
                "descr" => {
                    let (word, behind) = quoted(value).ok_or("its elements are no numbers")?;
                    descr = Some(word);
                    behind
                }
                "fortran_order" => {
                    let word = value.split([',', '}', ' ']).next().unwrap_or_default();
                    fortran = Some(match word {
                        "True" => true,
                        "False" => false,
                        _ => return Err("its header does not say in which order the elements are"),
                    });
                    &value[word.len()..]
                }
                "shape" => {
                    let (inside, behind) =
                        value.strip_prefix('(').and_then(|value| value.split_once(')')).ok_or(SHORT)?;
                    let sizes = inside.split(',').map(str::trim).filter(|size| !size.is_empty());
                    let sizes: Result<Vec<usize>, _> = sizes.map(|size| size.trim_end_matches('L').parse()).collect();
                    shape = Some(sizes.map_err(|_| "its shape is no list of sizes")?);
                    behind
                }
                _ => return Err("its header has an entry of another name"),
            };
        }
        let (Some(descr), Some(fortran), Some(shape)) = (descr, fortran, shape) else { return Err(SHORT) };
        let element = match descr.strip_prefix(['<', '>', '=']) {
            Some("f4") => "F32",
            Some("f8") => "F64",
            _ => descr,
        };
        Ok(Self { element, big: descr.starts_with('>'), fortran, shape })
    }
}

/// A word in quotes, and what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|quote| ['\'', '"'].contains(quote))?;
    text[1..].split_once(quote)
}

#[cfg(test)]
mod tests {
    use super::Header;

    #[test]
    fn headers_are_read() {
        let header = Header::parse("{'descr': '>f8', 'fortran_order': True, 'shape': (3,), }        \n").unwrap();
        assert_eq!(header, Header { element: "F64", big: true, fortran: true, shape: vec![3] });
        let header = Header::parse("{\"shape\":(),\"descr\":\"<f2\",\"fortran_order\":False}").unwrap();
        assert_eq!(header, Header { element: "<f2", big: false, fortran: false, shape: vec![] });
    }

    #[test]
    fn what_is_no_header_is_said() {
        let error = |text: &str| Header::parse(text).unwrap_err();
        assert_eq!(error("12"), "its header is no dictionary");
        assert_eq!(error("{"), "its header has an entry without a name");
        assert_eq!(error("{'descr': [('a', '<f4')]}"), "its elements are no numbers");
        assert_eq!(error("{'shape': (-1,)}"), "its shape is no list of sizes");
        assert_eq!(error("{'shape': (2,)}"), "its header lacks an entry");
    }
}
