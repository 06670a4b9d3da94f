use toeplitz::softmax;

softmax! { struct Classes < in: 10, activation: relu, axis: -1, units: 10, log: true, bias: true, unroll: full, epsilon: 0.1 >; }

fn main() {
    let mut output = [0.0; Classes::OUTPUT.len()];
    Classes::new().forward(&[0.0; 10], &mut output);
}
