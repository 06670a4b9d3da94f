use toeplitz::conv_transpose2d;

conv_transpose2d! { struct Square < in: 4x4x1, kernel: 3x3x3, stride: 2, output_padding: 2 >; }
conv_transpose2d! { struct Oblong < in: 4x4x1, kernel: 3x3x3, stride: 2x1, output_padding: 2 >; }
conv_transpose2d! { struct Same < in: 4x4x1, kernel: 3x3x3, stride: 2, padding: same, output_padding: 1 >; }
conv_transpose2d! { struct Cropped < in: 2x2x1, kernel: 2x2x3, padding: 2 >; }

fn main() {}
