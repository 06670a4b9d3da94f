use toeplitz::adder2d;

adder2d! {
    pub struct Adder < in: 28x28x1, kernel: 5x5x32, padding: same, unroll: full >;
}

fn main() {
    let _ = Adder::OUTPUT;
}
