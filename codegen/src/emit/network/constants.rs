//! The packed layers of a network whose weights are known: a `static` of byte strings.
//!
//! Comes in: layers with the elements of their arrays. Goes out: items. Takes no decisions. Numbers are never written one by one: a
//! byte string is a single token, whatever its length.

use core::ops::Range;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use toeplitz_tensors::Number;
use toeplitz_tensors::norm::Trained;

use super::super::included;
use super::super::item::Generator;
use super::super::packed::{Arrays, Field};
use super::super::vector::number;
use super::Emitter;
use super::nested::Length;
use crate::network::tensors::Array;
use crate::network::weights::Read;
use crate::network::{Layer, Nested, Work};
use crate::operation::{Algorithm, Element};

impl Emitter<'_> {
    /// The layers, ready to be used, and what lets the compiler look at the files that they were made from: their type,
    /// `Packed`, and `PACKED`.
    pub(super) fn constants(&self, files: &[Read]) -> TokenStream {
        let fields = self.layer_fields();
        let values = self.typed_passes().map(|(pass, ty)| {
            let (name, work) = (self.graph.name(pass), self.graph.work(pass));
            let value = match work {
                Work::Layer(layer) => self.packed(ty, layer),
                Work::Nested(nested) => known(name, ty, nested),
                Work::Add(_) | Work::Concat(_) | Work::Pad { .. } => unreachable!("these have no type"),
            };
            quote!(#name: #value)
        });
        let files = files.iter().enumerate().map(|(at, file)| {
            let (name, bytes) = (if at == 0 { quote!(FILE) } else { quote!(_) }, file_bytes(file));
            quote!(const #name: &[u8] = #bytes;)
        });
        quote! {
            /// All layers, aligned as vectors want them.
            #[repr(C, align(64))]
            struct Packed { #fields }

            static PACKED: Packed = Packed { #(#values),* };

            // The program is compiled again when a file changes.
            #(#files)*
        }
    }

    /// One layer.
    fn packed(&self, ty: &Ident, layer: &Layer) -> TokenStream {
        let generator = Generator::of(layer, ty);
        let (fields, parameters) = (generator.packed(), generator.parameters());
        let parameters: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
        let fields = match self.graph.element {
            Element::F32 => bytes_of(&fields, &arrays::<f32>(layer, &generator, &parameters)),
            Element::F64 => bytes_of(&fields, &arrays::<f64>(layer, &generator, &parameters)),
        };
        let fields = fields.iter().map(|(field, bytes)| {
            let (name, constant, bytes) = (field.name(), constant(field.number_type()), Literal::byte_string(bytes));
            quote!(#name: #constant(#bytes))
        });
        quote!(#ty { #(#fields),* })
    }

    /// A function of the trait: weights and bias of all steps, as they are before they are packed. Nothing where all of them are what `new`
    /// takes.
    pub(super) fn unpacked(&self) -> Option<TokenStream> {
        let is_constant = self.graph.weights.is_some();
        if !is_constant && self.nested().next().is_none() {
            return None;
        }
        let mut statements = TokenStream::new();
        for (at, step) in self.graph.steps.iter().enumerate() {
            let arrays = match (&step.work, self.type_of(at)) {
                (Work::Nested(_), Some(ty)) => {
                    let [weights, bias] = ["Weights", "Bias"].map(|buffer| Length::of(ty, buffer));
                    statements.extend(quote! {
                        <#ty as rt::Layer>::unpacked(rt::take(&mut weights, #weights), rt::take(&mut bias, #bias), all);
                    });
                    continue;
                }
                (Work::Layer(layer), _) => &*layer.arrays,
                _ => &[],
            };
            for array in arrays {
                let (kind, own) =
                    (number(usize::from(array.is_bias())), if array.is_bias() { "bias" } else { "weights" });
                let (own, len) = (format_ident!("{own}"), number(array.len()));
                statements.extend(if is_constant {
                    let (bytes, order) = self.bytes_before(array);
                    quote!(rt::unpack(#bytes, #order, &mut all[#kind]);)
                } else {
                    quote!(all[#kind].extend_from_slice(rt::take(&mut #own, #len));)
                });
            }
        }
        let element = &self.element;
        Some(quote! {
            rt::if_alloc! {
                // Inlined, so that only a program that asks has constants twice: as they were in the file, where that can be.
                #[inline]
                fn unpacked(mut weights: &[#element], mut bias: &[#element], all: &mut [rt::Vec<#element>; 2]) {
                    #statements
                }
            }
        })
    }

    /// The elements of an array as bytes, those of the file where they lie there as they are, and the layer's order of them.
    fn bytes_before(&self, array: &Array) -> (TokenStream, TokenStream) {
        if let Some(Range { start, end }) = array.place {
            let (start, end) = (number(start), number(end));
            return (quote!(&FILE[#start..#end]), super::super::tensors::order(array));
        }
        let mut bytes = Vec::new();
        for &element in elements(array) {
            match self.graph.element {
                Element::F32 => f32::nearest(element).push_le(&mut bytes),
                Element::F64 => element.push_le(&mut bytes),
            }
        }
        let (bytes, len) = (Literal::byte_string(&bytes), number(array.len()));
        (quote!(#bytes), quote!(&[(#len, 1)]))
    }
}

/// A layer that is another item, which has to know its weights too: an error of the compiler at its type otherwise.
fn known(name: &Ident, ty: &Ident, nested: &Nested) -> TokenStream {
    let message = format!(
        "`{name}` is another item, and its weights come when the program runs, but those of the network are constants: give its type \
         `weights` too"
    );
    let at = nested.path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span());
    quote_spanned! {at.resolved_at(Span::call_site())=>
        match <#ty as rt::Layer>::KNOWN {
            ::core::option::Option::Some(layer) => layer,
            ::core::option::Option::None => ::core::panic!(#message),
        }
    }
}

/// The elements of an array that was read.
fn elements(array: &Array) -> &[f64] {
    array.elements.as_deref().expect("a network with a file has the elements of all arrays, or errors")
}

/// The bytes of each field of a layer.
fn bytes_of<'a, E: Number>(fields: &'a [Field], arrays: &Arrays<E>) -> Vec<(&'a Field, Vec<u8>)> {
    fields.iter().map(|field| (field, field.bytes(arrays))).collect()
}

/// The function that makes numbers of a type of their bytes.
fn constant(number_type: &str) -> TokenStream {
    let constant = format_ident!("constant_{number_type}");
    quote!(rt::#constant)
}

/// What the fields of an operator are made from, which takes such parameters.
fn arrays<E: Number>(layer: &Layer, generator: &Generator<'_>, parameters: &[&'static str]) -> Arrays<E> {
    let numbers = |array: &Array| elements(array).iter().copied().map(E::nearest).collect();
    let arrays: Vec<Vec<E>> = layer.arrays.iter().map(numbers).collect();
    if let (Some(epsilon), [gamma, beta, mean, variance, rest @ ..]) = (layer.operation.epsilon, &*arrays) {
        let (mut scales, mut shifts) = (vec![E::default(); gamma.len()], vec![E::default(); gamma.len()]);
        E::normalise(Trained { gamma, beta, mean, variance, epsilon }, &mut scales, &mut shifts);
        let rest = parameters[4..].iter().copied().zip(rest.iter().cloned());
        return Arrays([("weights", scales), ("bias", shifts)].into_iter().chain(rest).collect());
    }
    let mut arrays = Arrays(parameters.iter().copied().zip(arrays).collect());
    generator.stages().for_each(|stage| arrays.fold(&stage));
    if layer.plan.algorithm() == Algorithm::Factored {
        arrays.factor(&layer.operation);
    }
    arrays
}

/// The bytes of a file, as an expression without a path of this machine.
fn file_bytes(Read { variable, path }: &Read) -> TokenStream {
    if let Some(variable) = variable { included(variable, path) } else { quote!(::core::include_bytes!(#path)) }
}
