use toeplitz::adder2d;

adder2d! {
    pub struct Adder < in: 8x8x4, kernel: 3x3x8, multiplier: 2 >;
}

fn main() {
    let _ = Adder::OUTPUT;
}
