fn main() {
    let code: &str = toeplitz::source! { conv2d!< in: 4x4x1, kernel: 3x3, stride: 0 > };
    println!("{}", code.len());
}
