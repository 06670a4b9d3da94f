use toeplitz::source;

const TEXT: &str = source!(conv2d!(Conv1 < in: 4x4x1, kernel: 3x3x1 >));

fn main() {
    println!("{TEXT}");
}
