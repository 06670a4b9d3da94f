//! Arrays by name, as training frameworks write them.
//!
//! Comes in: names, shapes, orders of axes. Goes out: elements in a network's order. Must not know: files, layers.

#[cfg(feature = "alloc")]
use alloc::vec;
#[cfg(feature = "alloc")]
use alloc::vec::Vec;

#[cfg(feature = "alloc")]
use crate::Number;

/// An order of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightsLayout {
    /// Channels last, as in Keras.
    Hwio,
    /// Channels first, as in `PyTorch`.
    Oihw,
}

impl WeightsLayout {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hwio => "hwio",
            Self::Oihw => "oihw",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Hwio => Self::Oihw,
            Self::Oihw => Self::Hwio,
        }
    }
}

/// An array that a network is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tensor<'a> {
    /// What it is called: the layer's name, a dot, and what it is to the layer, `conv1.weight`, unless the network says otherwise.
    pub name: &'a str,
    /// Its sizes, in the order in which it is given; row-major.
    pub shape: &'a [usize],
    /// The same elements in the layer's order: for each of its axes, outermost first, the number of elements, and how far neighbours
    /// are apart in the order in which they are given.
    pub order: &'a [(usize, usize)],
    /// The order in which it is given.
    pub layout: WeightsLayout,
    /// Whether it is a bias, which layers take apart from everything else.
    pub is_bias: bool,
}

impl Tensor<'_> {
    /// Number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it has no elements, as that of no layer.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The numbers in `bytes`, of each the lowest byte first, in another order: `order` is that of [`Tensor`].
///
/// # Panics
///
/// If there are not as many as the order has.
#[cfg(feature = "alloc")]
pub fn ordered<E: Number>(bytes: &[u8], order: &[(usize, usize)]) -> Vec<E> {
    let elements: Vec<E> = bytes.chunks_exact(E::BYTES).map(E::from_le).collect();
    let mut ordered = vec![E::default(); elements.len()];
    let rest = gather(order, &elements, 0, &mut ordered);
    assert!(rest.is_empty(), "the order covers the elements");
    ordered
}

/// Copies elements, of which `order` says where they are from `at` on, to the front of `place`. What is left of it.
#[cfg(feature = "alloc")]
pub(crate) fn gather<'a, E: Copy>(
    order: &[(usize, usize)],
    elements: &[E],
    at: usize,
    place: &'a mut [E],
) -> &'a mut [E] {
    match order {
        [] => {
            let (first, rest) = place.split_first_mut().expect("room for each element");
            *first = elements[at];
            rest
        }
        [(len, 1)] => {
            let (own, rest) = place.split_at_mut(*len);
            own.copy_from_slice(&elements[at..at + len]);
            rest
        }
        [(len, apart)] => {
            let (own, rest) = place.split_at_mut(*len);
            for (index, element) in own.iter_mut().enumerate() {
                *element = elements[at + index * apart];
            }
            rest
        }
        [(len, apart), inner @ ..] => {
            let mut place = place;
            for index in 0..*len {
                place = gather(inner, elements, at + index * apart, place);
            }
            place
        }
    }
}
