//! Layers whose plans stand in `toeplitz.toml`, beside this crate's manifest.
#![cfg(test)]

use toeplitz::{conv2d, network, verify};

conv2d! { struct Listed < in: 9x10x16, kernel: 3x3x32, padding: 1, activation: relu, bias: false >; }
conv2d! { struct Asked < in: 9x10x16, kernel: 3x3x32, padding: same, plan: winograd 4x2 >; }
conv2d! { struct Other < in: 9x11x16, kernel: 3x3x32, padding: same >; }
conv2d! { struct Direct < in: 9x10x16, kernel: 3x3x24, algorithm: direct >; }

network! {
    struct Net < in: 9x10x16 > {
        first = conv2d!< kernel: 3x3x32, padding: same >;
        second = conv2d!< kernel: 3x3x16 >;
    }
}

#[test]
fn a_listed_call_is_planned_as_the_file_says_however_it_is_written() {
    assert!(Listed::PLAN.contains("as toeplitz.toml, line 5 asks: winograd 2x4\n"), "{}", Listed::PLAN);
    assert!(Listed::PLAN.contains("Winograd F(2x4, 3x3)"), "{}", Listed::PLAN);
    verify::<Listed>().unwrap();
}

#[test]
fn the_call_itself_comes_first() {
    assert!(Asked::PLAN.contains("as `plan` asks: winograd 4x2\n"), "{}", Asked::PLAN);
    verify::<Asked>().unwrap();
}

#[test]
fn other_calls_are_planned_as_ever() {
    assert!(!Other::PLAN.contains("asks"), "{}", Other::PLAN);
}

#[test]
fn each_register_file_has_its_shape() {
    let plan = Direct::PLAN;
    assert!(plan.contains("as toeplitz.toml, line 9 asks: [avx512: 1x4x1 + 1x3x2, avx2: 2x2x1"), "{plan}");
    let avx2 = plan.split("avx2: 16 registers").nth(1).and_then(|rest| rest.split("neon: ").next()).unwrap();
    assert!(avx2.contains("2 rows at a time") && avx2.contains("of 2 x 1 vector of 8"), "{plan}");
    verify::<Direct>().unwrap();
}

#[test]
fn layers_of_networks_are_listed_too() {
    assert!(Net::PLAN.contains("as toeplitz.toml, line 5 asks: winograd 2x4"), "{}", Net::PLAN);
    verify::<Net>().unwrap();
    assert_eq!(Net::OUTPUT.len(), 7 * 8 * 16);
}
