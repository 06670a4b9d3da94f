use toeplitz::avg_pool2d;

avg_pool2d! { struct Counted < in: 8x8x1, window: 3x2, padding: 3, count_include_pad: true >; }

fn main() {
    let _ = Counted::OUTPUT;
}
