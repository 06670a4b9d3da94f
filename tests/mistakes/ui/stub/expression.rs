//! Two mistakes, two errors, whatever the value is used for afterwards.
use toeplitz::conv2d;

struct Network<L> {
    layer: L,
}

fn main() {
    let conv = conv2d!(in: 28x28x1, kernel: 5x5x32, padding: smae, strid: 1)(&[0.0; 800], &[0.0; 32]);
    let mut output = [0.0; 25088];
    conv.forward(&[0.0; 784], &mut output);
    let network = Network { layer: conv };
    network.layer.forward(&[0.0; 784], &mut output);
    println!("{}", output.iter().sum::<f32>());
}
