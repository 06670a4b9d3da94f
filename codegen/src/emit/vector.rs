//! Tokens for the operations of one vector type, or of a scalar.
//!
//! Comes in: a type of data and a lane count. Goes out: expressions over `simd` and named values. Must not know: operators, tiles.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use crate::operation::{Activation, Element};

/// Bytes of the narrowest vector that there is.
const NARROWEST: usize = 16;

/// A number as it is written by hand, without a suffix.
pub(super) fn number(value: usize) -> Literal {
    Literal::usize_unsuffixed(value)
}

/// The type of data as a path.
pub(super) fn path(element: Element) -> Ident {
    format_ident!("{}", element.name())
}

/// The value type of a strip: `f32x16`, `f32x8`, `f32x4`, or `f32` for one lane; `f64x8`, `f64x4`, `f64x2` or `f64`.
#[derive(Clone, Copy)]
pub(super) struct Vector {
    element: Element,
    lanes: usize,
}

impl Vector {
    /// The type with so many lanes.
    pub(super) fn new(element: Element, lanes: usize) -> Self {
        Vector { element, lanes }
    }

    /// Its lanes.
    pub(super) fn lanes(self) -> usize {
        self.lanes
    }

    /// Whether it is no vector.
    fn is_scalar(self) -> bool {
        self.lanes == 1
    }

    /// The type's path, to call functions on.
    pub(super) fn path(self) -> TokenStream {
        let name = format_ident!("{}x{}", self.element.name(), self.lanes);
        quote!(rt::#name::<__S>)
    }

    /// The function of the runtime that does this for the type.
    fn function(self, name: &str) -> Ident {
        format_ident!("{name}_{}x{}", self.element.name(), self.lanes)
    }

    /// Reads the lanes from `array`, an array or slice expression, at constant offset `at`.
    pub(super) fn load(self, array: &TokenStream, at: usize) -> TokenStream {
        let (from, end) = (number(at), number(at + self.lanes));
        if self.is_scalar() {
            return quote!(#array[#from]);
        }
        let load = self.function("load");
        quote!(rt::#load(simd, &#array[#from..#end]))
    }

    /// Reads `count` lanes, from lane `first` on, from `array` at constant offset `at`; the others are zeros.
    pub(super) fn load_part(self, array: &TokenStream, (first, count): (usize, usize), at: usize) -> TokenStream {
        if count == 0 {
            return self.splat(&quote!(0.0));
        }
        if count == self.lanes {
            return self.load(array, at);
        }
        let (load, half) = (self.function("load"), Vector { lanes: self.lanes / 2, ..self });
        if half.lanes * self.element.bytes() < NARROWEST {
            let lanes = (0..self.lanes).map(|lane| {
                let Some(lane) = lane.checked_sub(first).filter(|&lane| lane < count) else { return quote!(0.0) };
                let at = number(at + lane);
                quote!(#array[#at])
            });
            return quote!(rt::#load(simd, &[#(#lanes),*]));
        }
        let below = count.min(half.lanes.saturating_sub(first));
        let low = half.load_part(array, (first, below), at);
        let high = half.load_part(array, (first.saturating_sub(half.lanes), count - below), at + below);
        let combine = format_ident!("combine_{}x{}", self.element.name(), half.lanes);
        quote!(simd.#combine(#low, #high))
    }

    /// Every `step`-th element of `array` from constant offset `at` on in the first `count` lanes, zeros in the others.
    pub(super) fn gather(self, array: &TokenStream, at: usize, step: usize, count: usize) -> TokenStream {
        let (path, at, step, count) = (self.path(), number(at), number(step), number(count));
        quote!(#path::from_fn(simd, |lane| if lane < #count { #array[#at + lane * #step] } else { 0.0 }))
    }

    /// All lanes equal to a scalar expression.
    pub(super) fn splat(self, scalar: &TokenStream) -> TokenStream {
        if self.is_scalar() {
            return quote!(#scalar);
        }
        let splat = self.function("splat");
        quote!(rt::#splat(simd, #scalar))
    }

    /// `inputs` consecutive elements, repeated until the lanes are full; `chunk` is an array expression of so many.
    /// Where the chunk is longer than a vector, `part` says which piece of it.
    pub(super) fn repeat(self, chunk: &TokenStream, inputs: usize, part: usize) -> TokenStream {
        if inputs >= self.lanes {
            return self.load(chunk, part * self.lanes);
        }
        let name = self.function(&format!("repeat{inputs}"));
        quote!(rt::#name(simd, &#chunk))
    }

    /// Every `step`-th element of `array` from expression `at` on.
    pub(super) fn strided(self, array: &TokenStream, at: usize, step: usize) -> TokenStream {
        match step {
            1 => self.load(array, at),
            2 => {
                let (low, high) = (self.load(array, at), self.load(array, at + self.lanes));
                quote!(#low.unzip_low(#high))
            }
            _ => {
                let (path, at, step) = (self.path(), number(at), number(step));
                quote!(#path::from_fn(simd, |lane| #array[#at + lane * #step]))
            }
        }
    }

    /// Writes `count` lanes of `value`, from lane `first` on, to `array` at constant offset `at`.
    pub(super) fn store(
        self,
        value: &TokenStream,
        (first, count): (usize, usize),
        array: &TokenStream,
        at: usize,
    ) -> TokenStream {
        let (from, end) = (number(at), number(at + count));
        if self.is_scalar() {
            quote!(#array[#from] = #value;)
        } else if count < self.lanes {
            let (first, last) = (number(first), number(first + count));
            quote!(#array[#from..#end].copy_from_slice(&#value.as_slice()[#first..#last]);)
        } else {
            quote!(rt::store(#value, &mut #array[#from..#end]);)
        }
    }

    /// A number as a literal; the caller guarantees that it is finite.
    fn float(self, value: f64) -> Literal {
        match self.element {
            Element::F32 => Literal::f32_suffixed(value as f32),
            Element::F64 => Literal::f64_suffixed(value),
        }
    }

    /// `sum += a * b`
    pub(super) fn multiply_add(self, sum: &TokenStream, a: &TokenStream, b: &TokenStream) -> TokenStream {
        if self.is_scalar() { quote!(#sum += #a * #b;) } else { quote!(#sum = rt::mul_add(#a, #b, #sum);) }
    }

    /// The activation of an expression; `slopes` is a vector of those that it has for each channel.
    pub(super) fn activate(self, activation: Activation, value: &TokenStream, slopes: &TokenStream) -> TokenStream {
        let (name, arguments) = match activation {
            Activation::None => return value.clone(),
            Activation::Relu => ("relu", vec![]),
            Activation::Relu6 => ("relu6", vec![]),
            Activation::LeakyRelu(alpha) => ("leaky_relu", vec![alpha]),
            // Of a single lane the slope is a scalar.
            Activation::Prelu if self.is_scalar() => return quote!(rt::leaky_relu_scalar(#value, #slopes)),
            Activation::Prelu => return quote!(rt::prelu(simd, #value, #slopes)),
            Activation::Elu(alpha) => ("elu", vec![alpha]),
            Activation::Sigmoid => ("sigmoid", vec![]),
            Activation::Tanh => ("tanh", vec![]),
            Activation::Silu => ("silu", vec![]),
            Activation::HardSigmoid { alpha, beta } => ("hard_sigmoid", vec![alpha, beta]),
            Activation::HardSwish => ("hard_swish", vec![]),
            Activation::Gelu => ("gelu", vec![]),
            Activation::GeluTanh => ("gelu_tanh", vec![]),
        };
        let arguments = arguments.into_iter().map(|argument| self.float(argument));
        if !self.is_scalar() {
            let name = format_ident!("{name}");
            quote!(rt::#name(simd, #value #(, #arguments)*))
        } else if activation.is_curved() {
            // There are vectors alone: one lane of the narrowest is of use.
            let narrowest = Vector { lanes: NARROWEST / self.element.bytes(), ..self };
            let (name, value) = (format_ident!("{name}"), narrowest.splat(value));
            quote!(rt::#name(simd, #value #(, #arguments)*)[0])
        } else {
            let name = format_ident!("{name}_scalar");
            quote!(rt::#name(#value #(, #arguments)*))
        }
    }
}
