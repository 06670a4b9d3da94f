//! The networks, with layers called as in the files of their weights where the language allows it. Each is a file by itself, for
//! `--compile` compiles it alone.

#[macro_use]
mod blazeface;
#[macro_use]
mod lenet;
#[macro_use]
mod onet;

use toeplitz::network;

pub use blazeface::BlazeFace;
pub use lenet::Lenet;
pub use onet::Onet;

blazeface!(BlazeFaceUnfused, fuse: none);
lenet!(LenetUnfused, fuse: none);
onet!(OnetUnfused, fuse: none);

/// `Onet`'s tensors, and what they are called in the file.
pub const ONET_NAMES: [(&str, &str); 7] = [
    ("conv1.slope", "prelu1.slope"),
    ("conv2.slope", "prelu2.slope"),
    ("conv3.slope", "prelu3.slope"),
    ("conv4.slope", "prelu4.slope"),
    ("dense1.slope", "prelu5.slope"),
    ("boxes.weight", "box.weight"),
    ("boxes.bias", "box.bias"),
];
