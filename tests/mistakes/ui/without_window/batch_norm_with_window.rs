use toeplitz::batch_norm;

batch_norm! { struct Norm < in: 8x8x3, kernel: 3x3, stride: 2, padding: same, filters: 4, groups: 3 >; }

fn main() {
    let norm = Norm::new(&[0.0; 3], &[0.0; 3], &[0.0; 3], &[1.0; 3]);
    let mut output = [0.0; Norm::OUTPUT.len()];
    norm.forward(&[0.0; 192], &mut output);
}
