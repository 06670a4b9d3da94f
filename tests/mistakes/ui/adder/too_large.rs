use toeplitz::adder2d;

adder2d! {
    pub struct Adder < in: 4x8x4, kernel: 5x5x8 >;
}

fn main() {
    let _ = Adder::OUTPUT;
}
