//! The shape of a feature map: comes in as constants of generated code, goes out as lengths and text.

use core::fmt;

/// A feature map's shape: `N` spatial sizes, outermost first, then channels (`28x28x32`). All sizes are in elements.
///
/// ```
/// toeplitz::conv2d! { struct Conv < in: 28x28x1, kernel: 5x5x32 >; }
///
/// assert_eq!((Conv::OUTPUT.spatial, Conv::OUTPUT.channels), ([24, 24], 32));
/// assert_eq!((Conv::OUTPUT.len(), Conv::OUTPUT.to_string()), (18_432, "24x24x32".to_string()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape<const N: usize> {
    /// Spatial sizes, outermost first (`[height, width]` in two dimensions).
    pub spatial: [usize; N],
    /// Channels, the innermost (fastest) axis.
    pub channels: usize,
}

impl<const N: usize> Shape<N> {
    /// Number of elements: the product of all sizes.
    #[expect(clippy::len_without_is_empty, reason = "no axis is ever zero, so no shape is empty")]
    pub const fn len(&self) -> usize {
        let mut len = self.channels;
        let mut axis = 0;
        while axis < N {
            len *= self.spatial[axis];
            axis += 1;
        }
        len
    }
}

impl<const N: usize> fmt::Display for Shape<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for size in self.spatial {
            write!(f, "{size}x")?;
        }
        write!(f, "{}", self.channels)
    }
}
