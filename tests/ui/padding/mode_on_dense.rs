use toeplitz::dense;

dense! {
    pub struct Scores < in: 64, units: 10, padding_mode: zeros >;
}

fn main() {
    let _ = Scores::OUTPUT;
}
