//! Files of all kinds: what they hold is read, whatever they are called and however they lie; what is no file of tensors is an error,
//! with any bytes in it.
#![cfg(feature = "files")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use allocation_counter::measure;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rawzip::{CompressionMethod, ZipArchiveWriter};
use safetensors::tensor::TensorView;
use tempfile::TempDir;
use toeplitz_tensors::files::{File, Reason};
use toeplitz_tensors::{Tensor, TensorProblem, WeightsLayout};

/// The arrays that each file here has: names, shapes, and elements that are all different.
const ARRAYS: [(&str, &[usize]); 3] =
    [("conv1.weight", &[2, 3, 1, 4]), ("conv1.bias", &[4]), ("dense.weight", &[6, 2])];

fn elements(shape: &[usize]) -> Vec<f32> {
    (0..shape.iter().product()).map(|index: usize| 0.5 - index as f32 * 1.25).collect()
}

fn bytes(elements: &[f32]) -> Vec<u8> {
    elements.iter().flat_map(|element| element.to_le_bytes()).collect()
}

fn tensor(at: usize) -> Tensor<'static> {
    const ORDERS: [&[(usize, usize)]; 3] = [&[(24, 1)], &[(4, 1)], &[(12, 1)]];
    let (name, shape) = ARRAYS[at];
    Tensor { name, shape, order: ORDERS[at], layout: WeightsLayout::Hwio, is_bias: at == 1 }
}

fn safetensors() -> Vec<u8> {
    let data: Vec<Vec<u8>> = ARRAYS.iter().map(|(_, shape)| bytes(&elements(shape))).collect();
    let views = ARRAYS.iter().zip(&data).map(|((name, shape), data)| {
        (*name, TensorView::new(safetensors::Dtype::F32, shape.to_vec(), data).expect("as many bytes as elements"))
    });
    safetensors::serialize(views, None).expect("tensors")
}

fn npy(descr: &str, fortran: bool, shape: &[usize], data: &[u8]) -> Vec<u8> {
    let sizes = shape.iter().map(usize::to_string).collect::<Vec<String>>().join(", ");
    let order = if fortran { "True" } else { "False" };
    let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({sizes},), }}\n");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.bytes().chain(data.iter().copied()));
    file
}

fn npz(method: CompressionMethod) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (name, shape) in ARRAYS {
        let name = format!("{}.npy", name.replace('.', "_"));
        let (mut entry, config) = archive.new_file(&name).compression_method(method).start().expect("an entry");
        let array = npy("<f4", false, shape, &bytes(&elements(shape)));
        if method == CompressionMethod::STORE {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(&array).expect("room");
            let (_, descriptor) = writer.finish().expect("an end");
            entry.finish(descriptor).expect("an end");
        } else {
            let mut writer =
                config.wrap(flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::default()));
            writer.write_all(&array).expect("room");
            let (encoder, descriptor) = writer.finish().expect("an end");
            encoder.finish().expect("an end");
            entry.finish(descriptor).expect("an end");
        }
    }
    archive.finish().expect("an archive")
}

/// A file of each kind, in `folder`.
fn all(folder: &Path) -> Vec<PathBuf> {
    let files = [
        ("a.safetensors", safetensors()),
        ("stored.npz", npz(CompressionMethod::STORE)),
        ("deflated.NPZ", npz(CompressionMethod::DEFLATE)),
    ];
    let mut paths: Vec<PathBuf> = files.iter().map(|(name, _)| folder.join(name)).collect();
    for ((_, bytes), path) in files.iter().zip(&paths) {
        fs::write(path, bytes).expect("a file");
    }
    let arrays = folder.join("arrays");
    fs::create_dir(&arrays).expect("a folder");
    for (name, shape) in ARRAYS {
        fs::write(arrays.join(format!("{name}.npy")), npy("<f4", false, shape, &bytes(&elements(shape))))
            .expect("a file");
    }
    paths.push(arrays);
    paths
}

fn read(file: &File, expected: Tensor<'static>) -> Result<Vec<f32>, TensorProblem<'static>> {
    let mut place = vec![f32::NAN; expected.len()];
    file.read(expected, &mut place).map(|()| place)
}

#[test]
fn every_kind_of_file_is_read() {
    let folder = TempDir::new().unwrap();
    for path in all(folder.path()) {
        let file = File::open(&path).unwrap();
        for (at, (_, shape)) in ARRAYS.iter().enumerate() {
            assert_eq!(read(&file, tensor(at)).unwrap(), elements(shape), "{}", path.display());
        }
        assert_eq!(file.paths().len(), if path.ends_with("arrays") { 3 } else { 1 });
    }
}

#[test]
fn what_does_not_fit_is_said() {
    let folder = TempDir::new().unwrap();
    for path in all(folder.path()) {
        let file = File::open(&path).unwrap();
        let error = |expected| read(&file, expected).unwrap_err().to_string();
        let missing = error(Tensor { name: "conv1.weights", ..tensor(0) });
        let meant = missing.strip_prefix("there is no tensor `conv1.weights`, expected one of shape [2, 3, 1, 4]");
        assert!(meant.is_some_and(|meant| meant.starts_with("; did you mean `conv1")), "{missing}");
        // Under a name that says nothing, one of that size is meant.
        let missing = error(Tensor { name: "features.0.bias", ..tensor(1) });
        assert!(missing.contains("expected one of shape [4]; did you mean `conv1"), "{missing}");
        let missing = error(Tensor { name: "features.0.bias", shape: &[7], ..tensor(1) });
        assert_eq!(missing, "there is no tensor `features.0.bias`, expected one of shape [7]");
        assert_eq!(
            error(Tensor { shape: &[4, 1, 2, 3], ..tensor(0) }),
            "tensor `conv1.weight` has shape [2, 3, 1, 4], expected [4, 1, 2, 3]: its axes are in another order, perhaps that of \
             `weights_layout: oihw`"
        );
        assert_eq!(error(Tensor { shape: &[5], ..tensor(1) }), "tensor `conv1.bias` has shape [4], expected [5]");
        let mut place = [0.0_f64; 4];
        assert_eq!(
            file.read(tensor(1), &mut place).unwrap_err().to_string(),
            "tensor `conv1.bias` is of type F32, expected F64, for the network has `dtype: f64`"
        );
    }
}

#[test]
fn what_is_no_file_is_said() {
    let folder = TempDir::new().unwrap();
    let error = |name: &str, content: Option<&[u8]>| {
        let path = folder.path().join(name);
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
        }
        let mut error = File::open(&path).unwrap_err();
        error.path = name.into();
        error.to_string()
    };
    assert_eq!(error("a.npz", None), "there is no file `a.npz`");
    assert_eq!(
        error("a.onnx", Some(&[])),
        "`a.onnx` is none of the files that can be read: `.safetensors`, `.npz`, or a folder of `.npy`"
    );
    assert_eq!(error("b.safetensors", Some(&[])), "`b.safetensors` is damaged: it is empty");
    assert_eq!(error("c.npz", None), "there is no file `c.npz`; did you mean `b.safetensors`?");
    fs::write(folder.path().join("other.npz"), []).unwrap();
    assert_eq!(error("a.safetensors", None), "there is no file `a.safetensors`; did you mean `b.safetensors`?");
    assert_eq!(error("weights.npz", None), "there is no file `weights.npz`");
    fs::remove_file(folder.path().join("other.npz")).unwrap();
    assert!(error("b.npz", Some(b"PK")).starts_with("`b.npz` is damaged: "));
    let empty = || {
        let mut error = File::open(folder.path()).unwrap().empty().unwrap();
        error.path = "arrays".into();
        error.to_string()
    };
    fs::remove_file(folder.path().join("b.npz")).unwrap();
    fs::remove_file(folder.path().join("b.safetensors")).unwrap();
    assert_eq!(empty(), "`arrays` is a folder without `.npy` files");
    fs::write(folder.path().join("net.safetensors"), safetensors()).unwrap();
    assert_eq!(empty(), "`arrays` is a folder without `.npy` files; did you mean `arrays/net.safetensors`?");
    let cut = &safetensors()[..150];
    assert_eq!(error("c.safetensors", Some(cut)), "`c.safetensors` is damaged: invalid header length");
}

/// An array alone in a folder, and what comes of it when it is asked for as `expected`.
fn array(content: &[u8], expected: Tensor<'static>) -> Result<Vec<f32>, String> {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(format!("{}.npy", expected.name.replace('.', "_"))), content).unwrap();
    read(&File::open(folder.path()).unwrap(), expected).map_err(|problem| problem.to_string())
}

#[test]
fn arrays_lie_in_any_way() {
    let expected = Tensor { shape: &[2, 3], order: &[(6, 1)], ..tensor(0) };
    let numbers = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0_f32];
    let big: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
    assert_eq!(array(&npy(">f4", false, &[2, 3], &big), expected).unwrap(), numbers);
    // The first axis innermost.
    assert_eq!(array(&npy("<f4", true, &[2, 3], &bytes(&numbers)), expected).unwrap(), [1.0, 3.0, 5.0, 2.0, 4.0, 6.0]);
    let turned = Tensor { order: &[(3, 1), (2, 3)], ..expected };
    assert_eq!(array(&npy("<f4", false, &[2, 3], &bytes(&numbers)), turned).unwrap(), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
}

#[test]
fn damaged_arrays_are_said_to_be() {
    let (weight, shape) = (tensor(0), ARRAYS[0].1);
    let data = bytes(&elements(shape));
    let damaged = |content: &[u8]| array(content, weight).unwrap_err();
    assert_eq!(
        damaged(&npy("<f4", false, shape, &data[..95])),
        "tensor `conv1.weight` cannot be read: it has no more than 95 bytes of elements, expected 96"
    );
    assert_eq!(
        damaged(&npy("<f4", false, shape, &[&data[..], &[0]].concat())),
        "tensor `conv1.weight` cannot be read: it has more than 96 bytes of elements, expected 96"
    );
    assert_eq!(damaged(b"\x93NUMPY"), "tensor `conv1.weight` cannot be read: it is no array of `NumPy`");
    assert_eq!(
        damaged(b"\x93NUMPY\x02\x00\xff\xff\xff\xff{"),
        "tensor `conv1.weight` cannot be read: its header is said to have 4294967295 bytes, more than any array of numbers needs"
    );
    assert_eq!(
        damaged(&npy("<f4", false, &[usize::MAX, usize::MAX], &[])),
        format!("tensor `conv1.weight` has shape [{0}, {0}], expected [2, 3, 1, 4]", usize::MAX)
    );
    assert_eq!(
        damaged(&npy("<f2", false, shape, &data)),
        "tensor `conv1.weight` is of type <f2, expected F32, for the network has `dtype: f32`"
    );
}

/// Where a file is changed, and how: bytes overwritten, taken out, put in, or the rest cut off.
#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Remove(usize, usize),
    Insert(usize, Vec<u8>),
    Cut(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let some = || {
        prop_oneof![
            proptest::collection::vec(any::<u8>(), 1..9),
            // What sizes and signs are made of.
            proptest::collection::vec(prop_oneof![Just(0), Just(0xFF), b'0'..=b'9', Just(b','), Just(b'-')], 1..5),
        ]
    };
    let at = || any::<usize>();
    prop_oneof![
        (at(), some()).prop_map(|(at, bytes)| Change::Write(at, bytes)),
        (at(), 1..20_usize).prop_map(|(at, len)| Change::Remove(at, len)),
        (at(), some()).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        at().prop_map(Change::Cut),
    ]
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let len = bytes.len().max(1);
        let clamp = |at: usize| at.min(bytes.len());
        match self {
            Self::Write(at, written) => {
                let from = clamp(at % len);
                let to = clamp(from + written.len());
                bytes[from..to].copy_from_slice(&written[..to - from]);
            }
            Self::Remove(at, count) => {
                let from = clamp(at % len);
                bytes.drain(from..clamp(from + count));
            }
            Self::Insert(at, inserted) => {
                let from = clamp(at % len);
                bytes.splice(from..from, inserted.iter().copied());
            }
            Self::Cut(at) => bytes.truncate(at % len),
        }
    }
}

/// Nothing panics, and nothing takes much more memory than the file and the tensors have, whatever a header claims.
#[test]
fn any_bytes_are_read_or_refused() {
    const MOST: u64 = 1 << 18;
    let folder = TempDir::new().unwrap();
    let arrays = folder.path().join("arrays");
    fs::create_dir(&arrays).unwrap();
    let sources = [
        ("x.safetensors", safetensors()),
        ("x.npz", npz(CompressionMethod::STORE)),
        ("x.npz", npz(CompressionMethod::DEFLATE)),
        ("arrays/conv1.weight.npy", npy("<f4", false, ARRAYS[0].1, &bytes(&elements(ARRAYS[0].1)))),
    ];
    let (mut opened, mut intact, mut refused) = (0, 0, 0);
    let mut runner = TestRunner::new(Config { cases: 4000, failure_persistence: None, ..Config::default() });
    let cases = (0..sources.len(), proptest::collection::vec(change(), 1..4));
    let outcomes = std::cell::RefCell::new((&mut opened, &mut intact, &mut refused));
    let run = runner.run(&cases, |(at, changes)| {
        let (name, mut bytes) = sources[at].clone();
        for change in &changes {
            change.apply(&mut bytes);
        }
        let path = folder.path().join(name);
        fs::write(&path, &bytes).unwrap();
        let path = if at == 3 { &arrays } else { &path };
        let used = measure(|| {
            let mut outcomes = outcomes.borrow_mut();
            match File::open(path) {
                Ok(file) => {
                    *outcomes.0 += 1;
                    for at in 0..ARRAYS.len() {
                        *outcomes.1 += u32::from(read(&file, tensor(at)).is_ok());
                    }
                }
                Err(error) => {
                    *outcomes.2 += 1;
                    assert!(matches!(error.reason, Reason::Content(_)), "{error}");
                }
            }
        });
        prop_assert!(used.bytes_max < MOST, "{} bytes", used.bytes_max);
        Ok(())
    });
    run.unwrap();
    // The changes neither leave all files as they are nor spoil all of them at once.
    assert!(opened > 500 && intact > 500 && refused > 500, "{opened} opened, {intact} tensors read, {refused} refused");
}
