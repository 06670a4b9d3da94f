//! Names that a user may shadow, and the runtime under another name.
#![no_implicit_prelude]
#![deny(warnings, missing_docs)]
#![expect(clippy::float_cmp, reason = "sums of small integers are exact")]

extern crate toeplitz as renamed;

/// Not `core`'s.
pub struct Option;
/// Not `core`'s.
pub struct Box;

mod inner {
    ::renamed::conv2d! { pub(super) struct Conv1 < in: 4x4x1, kernel: 3x3x1, crate: ::renamed >; }
    ::renamed::max_pool2d! { pub(super) struct Pool1 < in: 2x2x1, window: 2x2, crate: ::renamed >; }
}

mod networks {
    /// A letter that a parameter may have.
    pub(super) const IMAGE: [f32; 16] = [1.0; 16];
    ::renamed::network! {
        /// Another.
        #[derive(Clone, Debug, PartialEq)]
        pub(super) struct E < in: 4x4x1, crate: ::renamed > {
            a = conv2d!< kernel: 3x3x1 >;
            b = max_pool2d!< window: 2x2 >;
        }
    }
    ::renamed::network! {
        /// And one that has both.
        pub(super) struct S < in: 4x4x1, crate: ::renamed > {
            a = layer!< type: E, out: 1x1x1 >;
            b = add!< a, a, activation: relu >;
        }
    }
}

/// Names that generated code could have taken for itself.
mod names {
    ::renamed::conv2d! { pub(super) struct S < in: 4x4x1, kernel: 3x3x4, crate: ::renamed >; }
    ::renamed::conv2d! { pub(super) struct Simd < in: 4x4x1, kernel: 3x3x20, crate: ::renamed >; }
    ::renamed::conv2d! {
        #[cfg(any())]
        pub(super) struct Absent < in: 4x4x1, kernel: 3x3x4, crate: ::renamed >;
    }
    ::renamed::conv2d! {
        #[deprecated]
        pub(super) struct Old < in: 4x4x1, kernel: 3x3x4, crate: ::renamed >;
    }
}

#[::core::prelude::v1::test]
fn names_of_the_user_stay_the_users() {
    let mut output = [0.0; 4];
    inner::Conv1::new(&[1.0; 9], &[0.0; 1]).forward(&[1.0; 16], &mut output);
    let mut largest = [0.0];
    inner::Pool1::new().forward(&output, &mut largest);
    ::std::assert!(largest == [9.0]);
    let inside = networks::E::new(&[1.0; 9], &[0.0; 1]);
    ::std::assert!(::std::clone::Clone::clone(&inside) == inside);
    ::std::assert!(networks::S::new(inside).forward(&networks::IMAGE) == [18.0]);
    let _ = (names::S::new(&[0.0; 36], &[0.0; 4]), names::Simd::new(&[0.0; 180], &[0.0; 20]));
}
