//! The place of a step among those of a network and of the networks in it, as one number.
//!
//! Comes in: indices of steps, from the outermost network inwards. Goes out: a place, or the indices again. Must not know: networks.
//!
//! A place has room for so many levels as a `usize` has for the steps of a network: four of 64 bits, two of 32.

/// Steps of one network at the most.
const STEPS: usize = 1 << 16;

/// The place of what is at `place` in the network that is step `step`.
pub const fn place(step: usize, place: usize) -> usize {
    step + place.wrapping_add(1).wrapping_mul(STEPS)
}

/// The step of the outermost network.
pub const fn step(place: usize) -> usize {
    place % STEPS
}

/// The place within the network that is that step, if it is one.
pub const fn within(place: usize) -> Option<usize> {
    (place / STEPS).checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::{place, step, within};

    #[test]
    fn a_place_is_taken_apart_again() {
        let inner = place(3, place(0, 7));
        assert_eq!((step(inner), within(inner).map(step), within(inner).and_then(within)), (3, Some(0), Some(7)));
        assert_eq!((step(5), within(5)), (5, None));
    }
}
