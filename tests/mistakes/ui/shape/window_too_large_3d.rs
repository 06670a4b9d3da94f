use toeplitz::max_pool3d;

max_pool3d! {
    pub struct Pool1 < in: 4x4x4x1, window: 2x5x2 >;
}

fn main() {
    let layer = Pool1::new();
    let mut output = [0.0; Pool1::OUTPUT.len()];
    layer.forward(&[0.0; 16], &mut output);
}
