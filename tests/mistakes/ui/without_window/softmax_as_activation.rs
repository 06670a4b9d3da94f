use toeplitz::dense;

dense! { struct Classes < in: 64, units: 10, activation: softmax >; }
dense! { struct Logarithms < in: 64, units: 10, activation: log_softmax >; }

fn main() {}
