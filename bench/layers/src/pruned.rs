//! Layers with known weights of which blocks of eight outputs are zeros, and without zeros. The build script makes the weights.

use toeplitz::network;

/// A network of one layer for each of some kernels of the build script.
macro_rules! layers {
    ($($layer:ident $kernel:ident: $size:tt $operator:ident($($keys:tt)*);)*) => {$(
        network! {
            /// Of whose blocks of eight outputs so many of a hundred are zeros.
            pub struct $layer < in: $size, weights: "$OUT_DIR/pruned.safetensors" > {
                $kernel = $operator!< $($keys)*, bias: false >;
            }
        }
    )*};
}

layers! {
    Few0 few0: 14x14x32 conv2d(kernel: 5x5x64, padding: same);
    Few70 few70: 14x14x32 conv2d(kernel: 5x5x64, padding: same);
    Few80 few80: 14x14x32 conv2d(kernel: 5x5x64, padding: same);
    Few90 few90: 14x14x32 conv2d(kernel: 5x5x64, padding: same);
    Few95 few95: 14x14x32 conv2d(kernel: 5x5x64, padding: same);
    Many0 many0: 14x14x256 conv2d(kernel: 3x3x256, padding: same);
    Many70 many70: 14x14x256 conv2d(kernel: 3x3x256, padding: same);
    Many80 many80: 14x14x256 conv2d(kernel: 3x3x256, padding: same);
    Many90 many90: 14x14x256 conv2d(kernel: 3x3x256, padding: same);
    Many95 many95: 14x14x256 conv2d(kernel: 3x3x256, padding: same);
    Units0 units0: 1024 dense(units: 512);
    Units70 units70: 1024 dense(units: 512);
    Units80 units80: 1024 dense(units: 512);
    Units90 units90: 1024 dense(units: 512);
    Units95 units95: 1024 dense(units: 512);
}
