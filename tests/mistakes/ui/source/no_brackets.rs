fn main() {
    let code: &str = toeplitz::source! { conv2d! in };
    println!("{}", code.len());
}
