//! Layers of all kinds without vectors: what every other test runs at the SIMD levels of this CPU, here in scalar code too.

use toeplitz::{Level, level_name, levels};

#[test]
fn layers_of_all_kinds_are_right_without_vectors() {
    assert!(levels().any(Level::is_fallback));
    let wanted: Vec<&str> = levels().map(level_name).collect();
    println!("{}", toeplitz_portable::run(&wanted, |report| println!("{report}")).unwrap());
}
