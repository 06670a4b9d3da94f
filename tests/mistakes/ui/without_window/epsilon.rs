use toeplitz::batch_norm;

fn main() {
    let _ = batch_norm!(in: 3, epsilon: 0)(&[0.0; 3], &[0.0; 3], &[0.0; 3], &[1.0; 3]);
    let _ = batch_norm!(in: 3, epsilon: -0.001)(&[0.0; 3], &[0.0; 3], &[0.0; 3], &[1.0; 3]);
    let _ = batch_norm!(in: 3, epsilon: nan)(&[0.0; 3], &[0.0; 3], &[0.0; 3], &[1.0; 3]);
    let _ = batch_norm!(in: 3, epsilon: 1e999)(&[0.0; 3], &[0.0; 3], &[0.0; 3], &[1.0; 3]);
    let _ = batch_norm!(in: 3, epsilon: 1/1000)(&[0.0; 3], &[0.0; 3], &[0.0; 3], &[1.0; 3]);
    let _ = batch_norm!(in: 3, epsilon: 1e-400)(&[0.0; 3], &[0.0; 3], &[0.0; 3], &[1.0; 3]);
    let _ = batch_norm!(in: 3, epsilon: "1e-5")(&[0.0; 3], &[0.0; 3], &[0.0; 3], &[1.0; 3]);
    let _ = batch_norm!(in: 3, eps: 0)(&[0.0; 3], &[0.0; 3], &[0.0; 3], &[1.0; 3]);
}
