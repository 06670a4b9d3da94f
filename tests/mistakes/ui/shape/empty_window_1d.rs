use toeplitz::max_pool1d;

max_pool1d! {
    pub struct Pool1 < in: 4x1, window: 2, padding: 2 >;
}

fn main() {
    let layer = Pool1::new();
    let mut output = [0.0; Pool1::OUTPUT.len()];
    layer.forward(&[0.0; 16], &mut output);
}
