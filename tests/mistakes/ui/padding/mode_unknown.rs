use toeplitz::adder2d;

adder2d! {
    pub struct Distances < in: 8x8x1, kernel: 3x3x4, padding: same, padding_mode: random >;
}

fn main() {
    let _ = Distances::OUTPUT;
}
