fn main() {
    let code: &str = toeplitz::source! { conv4d!< in: 4x4x1, kernel: 3x3x1 > };
    println!("{}", code.len());
}
