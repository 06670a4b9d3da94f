use toeplitz::max_pool2d;

max_pool2d! {
    pub struct Pool1 < in: 4x4x1, window: 5x2 >;
}

fn main() {
    let layer = Pool1::new();
    let mut output = [0.0; Pool1::OUTPUT.len()];
    layer.forward(&[0.0; 16], &mut output);
}
