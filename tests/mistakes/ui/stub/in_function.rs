use toeplitz::max_pool2d;

fn pool(input: &[f32; 16]) -> [f32; 4] {
    max_pool2d! { struct Pool < in: 4x4x1, window: 2 >; }
    let mut output = [0.0; 4];
    Pool::new().forward(input, &mut output);
    output
}

fn main() {
    println!("{:?}", pool(&[0.0; 16]));
}
