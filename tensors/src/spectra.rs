//! Spectra of kernels, for convolutions that multiply transforms of signals.
//!
//! Comes in: flat weights along one axis, and the size of the transforms. Goes out: the roots of unity that transforms need, and spectra in the
//! order in which a transform leaves them, into memory that holds zeros. Must not know: signals, vectors.
//!
//! A transform of `size` elements, a power of two or three times one, is a pass over thirds if three divides it, then passes over quarters, and over
//! pairs at last where a two is left. A pass sums up what is a part apart, multiplies the sums by roots of unity, and leaves each to a transform of
//! a part of the size. The second and the third of four sums change places, so that quarters leave the order that halves would. What comes out last is
//! not sorted: a transform back begins with that order.
//!
//! All functions run at compile time for a `static` layer: see [`pack`](mod@crate::pack) for what that allows.

use crate::pack::Weights;

/// The sine of a sixth of a turn.
const SIN_60: f64 = 0.866_025_403_784_438_6;

/// `size` without the three that may divide it.
const fn power(size: usize) -> usize {
    if size.is_multiple_of(3) { size / 3 } else { size }
}

/// How many roots of unity the passes of a transform multiply by.
pub const fn roots_len(size: usize) -> usize {
    let mut len = if size.is_multiple_of(3) { 2 * (size / 3) } else { 0 };
    let mut part = power(size);
    while part > 4 {
        len += part / 4 * 3;
        part /= 4;
    }
    len
}

/// The cosine and the sine of an angle of up to an eighth of a turn.
const fn near(angle: f64) -> [f64; 2] {
    let square = angle * angle;
    let (mut cosine, mut sine, mut step) = (1.0, 1.0, 20.0);
    // 1 - a^2 / (1 2) (1 - a^2 / (3 4) ...), and a (1 - a^2 / (2 3) (1 - a^2 / (4 5) ...)).
    while step > 0.0 {
        cosine = 1.0 - cosine * square / (step * (step - 1.0));
        sine = 1.0 - sine * square / (step * (step + 1.0));
        step -= 2.0;
    }
    [cosine, angle * sine]
}

/// `e^(-2 pi i at / size)`
const fn root(at: usize, size: usize) -> [f64; 2] {
    // Within an eighth of a turn both are exact to the last bit or two; `eighths` counts from the nearest axis.
    let eighths = 8 * at;
    let (quarter, within) = ((eighths + size) / (2 * size) % 4, (eighths + size) % (2 * size));
    let beyond = within >= size;
    let distance = if beyond { within - size } else { size - within };
    let [cosine, sine] = near(core::f64::consts::FRAC_PI_4 * (distance as f64) / (size as f64));
    let sine = if beyond { sine } else { -sine };
    match quarter {
        0 => [cosine, -sine],
        1 => [-sine, -cosine],
        2 => [-cosine, sine],
        _ => [sine, cosine],
    }
}

/// The roots that a transform of `size` elements multiplies by, pass by pass: for each element of a part those of the second sum and on.
///
/// # Panics
///
/// If there are not [`roots_len`] of them.
pub const fn roots(size: usize, roots: &mut [[f64; 2]]) {
    let mut to = 0;
    if size.is_multiple_of(3) {
        let mut at = 0;
        while at < size / 3 {
            roots[to] = root(at, size);
            roots[to + 1] = root(2 * at, size);
            to += 2;
            at += 1;
        }
    }
    let mut part = power(size);
    while part > 4 {
        let mut at = 0;
        while at < part / 4 {
            roots[to] = root(2 * at, part);
            roots[to + 1] = root(at, part);
            roots[to + 2] = root(3 * at, part);
            to += 3;
            at += 1;
        }
        part /= 4;
    }
    assert!(to == roots.len(), "there is room for all roots");
}

/// A product of complex numbers.
macro_rules! times {
    ($a:expr, $b:expr) => {{
        let ([a, b], [c, d]) = ($a, $b);
        [a * c - b * d, a * d + b * c]
    }};
}

/// The sums of four elements that are a quarter apart, each multiplied by its root.
macro_rules! quarters {
    ($z:ident, $at:expr, $part:expr, $roots:expr) => {{
        let (at, quarter) = ($at, $part / 4);
        let ([a, b, c, d], [second, first, third]) =
            ([$z[at], $z[at + quarter], $z[at + 2 * quarter], $z[at + 3 * quarter]], $roots);
        let even = [a[0] + c[0], a[1] + c[1]];
        let odd = [a[0] - c[0], a[1] - c[1]];
        let (sum, turned) = ([b[0] + d[0], b[1] + d[1]], [b[1] - d[1], d[0] - b[0]]);
        $z[at] = [even[0] + sum[0], even[1] + sum[1]];
        $z[at + quarter] = times!([even[0] - sum[0], even[1] - sum[1]], second);
        $z[at + 2 * quarter] = times!([odd[0] + turned[0], odd[1] + turned[1]], first);
        $z[at + 3 * quarter] = times!([odd[0] - turned[0], odd[1] - turned[1]], third);
    }};
}

/// Transforms `z` in place.
const fn transform(z: &mut [[f64; 2]], roots: &[[f64; 2]]) {
    let (size, mut from) = (z.len(), 0);
    let mut part = power(size);
    if part < size {
        let third = part;
        let mut at = 0;
        while at < third {
            let [a, b, c] = [z[at], z[at + third], z[at + 2 * third]];
            let (sum, difference) = ([b[0] + c[0], b[1] + c[1]], [b[0] - c[0], b[1] - c[1]]);
            let middle = [a[0] - 0.5 * sum[0], a[1] - 0.5 * sum[1]];
            let turned = [SIN_60 * difference[1], -SIN_60 * difference[0]];
            z[at] = [a[0] + sum[0], a[1] + sum[1]];
            z[at + third] = times!([middle[0] + turned[0], middle[1] + turned[1]], roots[2 * at]);
            z[at + 2 * third] = times!([middle[0] - turned[0], middle[1] - turned[1]], roots[2 * at + 1]);
            at += 1;
        }
        from = 2 * third;
    }
    while part > 4 {
        let mut first = 0;
        while first < size {
            let mut at = 0;
            while at < part / 4 {
                let root = from + 3 * at;
                quarters!(z, first + at, part, [roots[root], roots[root + 1], roots[root + 2]]);
                if part >= 8 {
                    quarters!(z, first + at + 1, part, [roots[root + 3], roots[root + 4], roots[root + 5]]);
                }
                at += 2;
            }
            first += part;
        }
        from += part / 4 * 3;
        part /= 4;
    }
    let mut at = 0;
    while at < size {
        if part == 4 {
            quarters!(z, at, 4, [[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]]);
        } else {
            let [a, b] = [z[at], z[at + 1]];
            (z[at], z[at + 1]) = ([a[0] + b[0], a[1] + b[1]], [a[0] - b[0], a[1] - b[1]]);
        }
        at += part;
    }
}

/// Spectra of equal size.
#[derive(Clone, Copy)]
pub struct Spectra {
    /// Taps of a kernel.
    pub taps: usize,
    /// Elements of a transform.
    pub size: usize,
    /// Output channels that are multiplied together.
    pub together: usize,
}

/// A conjugate, rounded.
macro_rules! put {
    ($from:expr, $packed:ident[$to:expr] as $element:ty) => {
        ($packed[$to], $packed[$to + 1]) = ($from[0] as $element, -$from[1] as $element)
    };
}

/// The function for one type of data: constants are worked out by operators of known types alone.
macro_rules! pack_spectra {
    ($pack:ident, $element:ty) => {
        /// The spectra of the mirrored kernels of all pairs of channels, over the size: `[size][blocks of output channels][in][together][2]`, of output
        /// channels that there are not zeros. `roots` are those of the size, and `work` is of the size.
        ///
        /// # Panics
        ///
        /// If the numbers contradict each other.
        pub const fn $pack(
            weights: &[$element],
            order: Weights,
            Spectra { taps, size, together }: Spectra,
            (roots, work): (&[[f64; 2]], &mut [[f64; 2]]),
            packed: &mut [$element],
        ) {
            let Weights { in_channels, out_channels, .. } = order;
            let blocks = out_channels.div_ceil(together);
            assert!(work.len() == size, "a kernel is transformed at the size");
            assert!(packed.len() == 2 * size * blocks * together * in_channels, "there is room for all spectra");
            let scale = 1.0 / size as f64;
            let mut pair = 0;
            while pair < in_channels * out_channels {
                let (input, output) = (pair % in_channels, pair / in_channels);
                let first = input * order.input + output * order.output;
                // A size is a multiple of four.
                let mut at = 0;
                while at < size {
                    work[at] = [0.0, 0.0];
                    work[at + 1] = [0.0, 0.0];
                    work[at + 2] = [0.0, 0.0];
                    work[at + 3] = [0.0, 0.0];
                    at += 4;
                }
                let mut tap = 0;
                while tap < taps {
                    work[tap][0] = weights[first + tap * order.tap] as f64 * scale;
                    tap += 1;
                }
                transform(work, roots);
                let (block, within) = (output / together, output % together);
                let (mut to, apart) =
                    (2 * ((block * in_channels + input) * together + within), 2 * blocks * in_channels * together);
                let mut at = 0;
                while at < size {
                    put!(work[at], packed[to] as $element);
                    put!(work[at + 1], packed[to + apart] as $element);
                    put!(work[at + 2], packed[to + 2 * apart] as $element);
                    put!(work[at + 3], packed[to + 3 * apart] as $element);
                    to += 4 * apart;
                    at += 4;
                }
                pair += 1;
            }
        }
    };
}

pack_spectra!(pack_spectra_f32, f32);
pack_spectra!(pack_spectra_f64, f64);

#[cfg(test)]
mod tests {
    use core::f64::consts::TAU;

    use super::{roots, roots_len, transform};

    /// Numbers without a pattern, from -1 to 1.
    fn numbers() -> impl Iterator<Item = f64> {
        let mut state = 3_u64;
        core::iter::from_fn(move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            Some((state >> 33) as f64 / f64::from(1 << 30) - 1.0)
        })
    }

    /// `z`, transformed in place.
    fn transformed<const SIZE: usize>(mut z: [[f64; 2]; SIZE]) -> [[f64; 2]; SIZE] {
        let mut table = [[0.0; 2]; 1024];
        let table = &mut table[..roots_len(SIZE)];
        roots(SIZE, table);
        transform(&mut z, table);
        z
    }

    /// A transform of so many elements gives the sum at each frequency, in some order.
    fn is_a_transform<const SIZE: usize>() {
        let mut impulse = [[0.0; 2]; SIZE];
        impulse[1][0] = 1.0;
        // Which frequency is where shows in what becomes of an element that is not the first.
        let frequencies = transformed(impulse).map(|[real, imaginary]| {
            ((-imaginary).atan2(real) / TAU * SIZE as f64).round().rem_euclid(SIZE as f64) as usize
        });
        let mut sorted = frequencies;
        sorted.sort_unstable();
        assert!(sorted.iter().enumerate().all(|(at, &frequency)| at == frequency), "{SIZE}: {frequencies:?}");

        let mut values = numbers();
        let z: [[f64; 2]; SIZE] =
            core::array::from_fn(|_| [values.next().unwrap_or_default(), values.next().unwrap_or_default()]);
        for (frequency, found) in frequencies.into_iter().zip(transformed(z)) {
            let mut sum = [0.0; 2];
            for (at, [a, b]) in z.into_iter().enumerate() {
                let (sine, cosine) = (-TAU * (at * frequency % SIZE) as f64 / SIZE as f64).sin_cos();
                sum = [sum[0] + a * cosine - b * sine, sum[1] + a * sine + b * cosine];
            }
            let error = (sum[0] - found[0]).abs().max((sum[1] - found[1]).abs());
            assert!(error < 1e-13 * SIZE as f64, "{SIZE} at {frequency}: {found:?}, not {sum:?}");
        }
    }

    #[test]
    fn transforms_are_sums_at_frequencies() {
        is_a_transform::<32>();
        is_a_transform::<48>();
        is_a_transform::<64>();
        is_a_transform::<96>();
        is_a_transform::<128>();
        is_a_transform::<192>();
        is_a_transform::<256>();
        is_a_transform::<384>();
        is_a_transform::<512>();
        is_a_transform::<768>();
    }

    /// Roots are those of the standard library, to the last bit or two.
    #[test]
    fn roots_are_exact() {
        let mut table = [[0.0; 2]; 1024];
        let table = &mut table[..roots_len(768)];
        roots(768, table);
        for at in 0..256 {
            for (turns, [cosine, sine]) in [(at, table[2 * at]), (2 * at, table[2 * at + 1])] {
                let exact = (-TAU * turns as f64 / 768.0).sin_cos();
                let error = (exact.1 - cosine).abs().max((exact.0 - sine).abs());
                assert!(error < 4e-16 + 1e-15 * turns as f64 / 768.0, "{turns}: {cosine} {sine}, not {exact:?}");
            }
        }
    }
}
