//! Files of weights for `tests/weights.rs`: the same random numbers in all kinds of files, in both orders.
//!
//! Comes in: the names and the sizes of tensors, and how `PyTorch` has them. Goes out: files in the folder `weights`. Must not know: how the
//! macros read them.

mod factored;
mod pruned;

use std::fs;
use std::io::Write as _;
use std::path::Path;

use rawzip::{CompressionMethod, ZipArchiveWriter};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use super::numeric::random::Random;

/// A tensor: its name, its sizes in Keras' order, each axis for itself; the order of the axes in `PyTorch`'s, and the sizes there.
type Described = (&'static str, &'static [usize], &'static [usize], &'static [usize]);

const TWO_AXES: &[Described] = &[
    ("conv.weight", &[3, 2, 2, 6], &[3, 2, 0, 1], &[6, 2, 3, 2]),
    ("conv.bias", &[6], &[0], &[6]),
    ("conv.slope", &[6], &[0], &[6]),
    ("depth.weight", &[2, 3, 6, 2], &[2, 3, 0, 1], &[12, 1, 2, 3]),
    ("depth.bias", &[12], &[0], &[12]),
    ("up.weight", &[2, 3, 5, 12], &[3, 2, 0, 1], &[12, 5, 2, 3]),
    ("up.bias", &[5], &[0], &[5]),
    ("sep.depthwise.weight", &[3, 2, 5, 2], &[2, 3, 0, 1], &[10, 1, 3, 2]),
    ("sep.pointwise.weight", &[1, 1, 10, 6], &[3, 2, 0, 1], &[6, 10, 1, 1]),
    ("sep.bias", &[6], &[0], &[6]),
    ("norm.weight", &[6], &[0], &[6]),
    ("norm.bias", &[6], &[0], &[6]),
    ("norm.running_mean", &[6], &[0], &[6]),
    ("norm.running_var", &[6], &[0], &[6]),
    ("scaled.weight", &[6, 6, 6], &[2, 0, 1], &[216]),
    ("scaled.bias", &[6, 6, 6], &[2, 0, 1], &[216]),
    ("scaled.running_mean", &[6, 6, 6], &[2, 0, 1], &[216]),
    ("scaled.running_var", &[6, 6, 6], &[2, 0, 1], &[216]),
    ("dense.weight", &[6, 6, 6, 7], &[3, 2, 0, 1], &[7, 216]),
    ("dense.bias", &[7], &[0], &[7]),
    ("dense.slope", &[7], &[0], &[7]),
    ("logits.weight", &[7, 3], &[1, 0], &[3, 7]),
    ("logits.bias", &[3], &[0], &[3]),
];

const ONE_AXIS: &[Described] = &[
    ("a.weight", &[3, 2, 6], &[2, 1, 0], &[6, 2, 3]),
    ("a.bias", &[6], &[0], &[6]),
    ("b.weight", &[2, 2, 6], &[2, 1, 0], &[6, 2, 2]),
    ("b.bias", &[4], &[0], &[4]),
    ("c.weight", &[3, 4, 1], &[1, 2, 0], &[4, 1, 3]),
    ("c.bias", &[4], &[0], &[4]),
    ("d.weight", &[12, 4, 5], &[2, 1, 0], &[5, 48]),
];

const THREE_AXES: &[Described] = &[
    ("a.weight", &[2, 3, 2, 2, 3], &[4, 3, 0, 1, 2], &[3, 2, 2, 3, 2]),
    ("a.bias", &[3], &[0], &[3]),
    ("b.weight", &[2, 1, 2, 4, 3], &[4, 3, 0, 1, 2], &[3, 4, 2, 1, 2]),
    ("b.bias", &[4], &[0], &[4]),
    ("c.weight", &[4, 3, 3, 4, 3], &[4, 3, 0, 1, 2], &[3, 144]),
    ("c.bias", &[3], &[0], &[3]),
];

const TILES: &[Described] = &[
    ("plain.weight", &[3, 3, 16, 32], &[3, 2, 0, 1], &[32, 16, 3, 3]),
    ("plain.bias", &[32], &[0], &[32]),
    ("normed.weight", &[3, 3, 32, 16], &[3, 2, 0, 1], &[16, 32, 3, 3]),
    ("norm.weight", &[16], &[0], &[16]),
    ("norm.bias", &[16], &[0], &[16]),
    ("norm.running_mean", &[16], &[0], &[16]),
    ("norm.running_var", &[16], &[0], &[16]),
];

/// A tensor as a file has it.
struct Tensor {
    name: String,
    shape: Vec<usize>,
    elements: Vec<f64>,
}

/// Writes all files into the folder `weights` of `out`.
pub(super) fn write(out: &Path) {
    let out = &out.join("weights");
    fs::create_dir_all(out).expect("the folder of build scripts");
    let (hwio, oihw) = both(TWO_AXES, 1);
    save(&out.join("two_hwio.safetensors"), &safetensors::<f32>(&hwio));
    save(&out.join("two_oihw.npz"), &npz(&oihw, CompressionMethod::DEFLATE));
    // Under names of a training framework.
    let renamed = |name: &str| match name {
        "conv.slope" => "prelu1.weight".to_owned(),
        "dense.weight" => "box.kernel".to_owned(),
        name => name.replace("conv.", "features.0."),
    };
    let other: Vec<Tensor> = oihw.into_iter().map(|tensor| Tensor { name: renamed(&tensor.name), ..tensor }).collect();
    save(&out.join("two_renamed.safetensors"), &safetensors::<f32>(&other));

    let (hwio, oihw) = both(ONE_AXIS, 2);
    folder(&out.join("one_hwio"), &hwio);
    save(&out.join("one_oihw.safetensors"), &safetensors::<f32>(&oihw));
    let changed = both(ONE_AXIS, 3).0;
    save(&out.join("one_changed.safetensors"), &safetensors::<f32>(&changed));

    let (hwio, oihw) = both(THREE_AXES, 4);
    save(&out.join("three_hwio.safetensors"), &safetensors::<f64>(&hwio));
    save(&out.join("three_oihw.safetensors"), &safetensors::<f64>(&oihw));

    let (hwio, oihw) = both(TILES, 5);
    save(&out.join("tiles_hwio.safetensors"), &safetensors::<f32>(&hwio));
    save(&out.join("tiles_oihw.npz"), &npz(&oihw, CompressionMethod::STORE));

    let pruned = pruned::tensors();
    save(&out.join("pruned.safetensors"), &safetensors::<f32>(&pruned));
    save(&out.join("pruned_f64.safetensors"), &safetensors::<f64>(&pruned));

    let factored = factored::tensors();
    save(&out.join("factored.safetensors"), &safetensors::<f32>(&factored));
    save(&out.join("factored_f64.safetensors"), &safetensors::<f64>(&factored));

    let lenet = lenet();
    save(&out.join("lenet.npz"), &npz(&lenet, CompressionMethod::STORE));
    folder(&out.join("lenet"), &lenet);
}

/// Random tensors in both orders.
fn both(described: &[Described], seed: u64) -> (Vec<Tensor>, Vec<Tensor>) {
    let mut random = Random(seed);
    let (mut hwio, mut oihw) = (Vec::new(), Vec::new());
    for (name, axes, order, torch) in described {
        let len: usize = axes.iter().product();
        // A variance is no negative number.
        let least = if name.ends_with("running_var") { 40.0 } else { -256.0 };
        let elements: Vec<f64> = (0..len).map(|_| (least + random.below(512) as f64) / 512.0).collect();
        oihw.push(Tensor { name: (*name).to_owned(), shape: torch.to_vec(), elements: turned(&elements, axes, order) });
        hwio.push(Tensor { name: (*name).to_owned(), shape: joined(axes, torch), elements });
    }
    (hwio, oihw)
}

/// Sizes in Keras' order: of what is a list in `PyTorch`'s a list, and of a matrix there a matrix.
fn joined(axes: &[usize], torch: &[usize]) -> Vec<usize> {
    match torch {
        [_] => vec![axes.iter().product()],
        [out, _] => vec![axes[..axes.len() - 1].iter().product(), *out],
        _ => axes.to_vec(),
    }
}

/// Elements with their axes in another order.
fn turned(elements: &[f64], axes: &[usize], order: &[usize]) -> Vec<f64> {
    let sizes: Vec<usize> = order.iter().map(|&axis| axes[axis]).collect();
    let element = |mut index: usize| {
        let mut indices = vec![0; axes.len()];
        for (&axis, &size) in order.iter().zip(&sizes).rev() {
            indices[axis] = index % size;
            index /= size;
        }
        elements[indices.iter().zip(axes).fold(0, |at, (index, size)| at * size + index)]
    };
    (0..elements.len()).map(element).collect()
}

/// The trained digit classifier.
fn lenet() -> Vec<Tensor> {
    let path = "../examples/data/lenet/lenet.safetensors";
    println!("cargo::rerun-if-changed={path}");
    let bytes = fs::read(path).expect("the digit classifier's weights");
    let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    let tensor = |(name, view): (&str, TensorView<'_>)| {
        let numbers = view.data().as_chunks::<4>().0.iter();
        let elements = numbers.map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect();
        Tensor { name: name.to_owned(), shape: view.shape().to_vec(), elements }
    };
    file.iter().map(tensor).collect()
}

fn save(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// A type of elements of a safetensors file.
trait Element {
    const DTYPE: Dtype;
    fn bytes(element: f64) -> Vec<u8>;
}

impl Element for f32 {
    const DTYPE: Dtype = Dtype::F32;
    fn bytes(element: f64) -> Vec<u8> {
        (element as f32).to_le_bytes().to_vec()
    }
}

impl Element for f64 {
    const DTYPE: Dtype = Dtype::F64;
    fn bytes(element: f64) -> Vec<u8> {
        element.to_le_bytes().to_vec()
    }
}

fn safetensors<E: Element>(tensors: &[Tensor]) -> Vec<u8> {
    let bytes = |tensor: &Tensor| tensor.elements.iter().flat_map(|&element| E::bytes(element)).collect();
    let data: Vec<Vec<u8>> = tensors.iter().map(bytes).collect();
    let views = tensors.iter().zip(&data).map(|(tensor, data)| {
        (&tensor.name, TensorView::new(E::DTYPE, tensor.shape.clone(), data).expect("as many elements as sizes say"))
    });
    safetensors::serialize(views, None).expect("tensors of a file")
}

/// An array of `f32`.
fn npy(tensor: &Tensor) -> Vec<u8> {
    let sizes = tensor.shape.iter().map(usize::to_string).collect::<Vec<String>>().join(", ");
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({sizes},), }}");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.bytes());
    file.extend(tensor.elements.iter().flat_map(|&element| f32::bytes(element)));
    file
}

fn folder(path: &Path, tensors: &[Tensor]) {
    fs::create_dir_all(path).expect("the folder of build scripts");
    for tensor in tensors {
        save(&path.join(format!("{}.npy", tensor.name)), &npy(tensor));
    }
}

/// An archive whose names are those of variables.
fn npz(tensors: &[Tensor], method: CompressionMethod) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for tensor in tensors {
        let name = format!("{}.npy", tensor.name.replace('.', "_"));
        let (mut entry, config) = archive.new_file(&name).compression_method(method).start().expect("an entry");
        let descriptor = if method == CompressionMethod::STORE {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(&npy(tensor)).expect("room in memory");
            writer.finish().expect("an end").1
        } else {
            let mut writer =
                config.wrap(flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::default()));
            writer.write_all(&npy(tensor)).expect("room in memory");
            let (encoder, descriptor) = writer.finish().expect("an end");
            encoder.finish().expect("an end");
            descriptor
        };
        entry.finish(descriptor).expect("an end");
    }
    archive.finish().expect("an archive")
}
