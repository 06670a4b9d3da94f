use toeplitz::log_softmax;

fn main() {
    let layer = log_softmax!(in: [20, 5], dim: 1)();
    let mut output = [0.0; 100];
    layer.forward(&[0.0; 100], &mut output);
}
