//! The steps of a network's forward pass, and the memory that each touches.
//!
//! Comes in: a [`Graph`](crate::network::Graph) and where its values lie. Goes out: a function of the network's type, and those that sums dispatch to.
//! Takes no decisions.

use core::ops::Range;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::super::at_level;
use super::super::vector::{Vector, number};
use super::Emitter;
use super::nested::Length;
use crate::network::{Pass, Work};

impl Emitter<'_> {
    /// The forward pass, with a look at each step's output.
    pub(super) fn steps(&self) -> TokenStream {
        let [input, output] = [self.graph.values[0], self.graph.output_len()].map(number);
        let (arena, element) = (self.arena_len(), &self.element);
        let passes = self.graph.passes.iter().enumerate().map(|(at, pass)| self.pass(at, pass));
        // A value that leaves twice is computed where it leaves first.
        let mut copies = TokenStream::new();
        let mut from = 0;
        for output in &self.graph.outputs {
            let len = self.graph.values[output.value];
            let first = self.graph.output_at(output.value).unwrap_or(from);
            if first != from {
                let (start, end, to) = (number(first), number(first + len), number(from));
                copies.extend(quote!(output.copy_within(#start..#end, #to);));
            }
            from += len;
        }
        quote! {
            fn steps(
                &self, level: rt::Level, input: &[#element; #input], output: &mut [#element; #output],
                arena: &mut [#element; #arena],
                mut trace: impl ::core::ops::FnMut(usize, &[#element]),
            ) {
                #(#passes)*
                #copies
            }
        }
    }

    /// One pass. What it gives is shown as the output of its last step.
    fn pass(&self, at: usize, pass: &Pass) -> TokenStream {
        let mut memories = Memories::default();
        let inputs: Vec<TokenStream> = pass.inputs.iter().map(|&value| self.place(value, &mut memories)).collect();
        let output = self.place(pass.output, &mut memories);
        let scratch = match self.graph.scratch(pass) {
            0 => quote!(&mut []),
            len => {
                let offset = self.arena.offsets[self.graph.values.len() + at];
                let region = memories.region(Memory::Arena, offset..offset + len);
                quote!(rt::fixed_mut(#region))
            }
        };
        let (regions, element) = (memories.tokens(), &self.element);
        let work = match self.graph.work(pass) {
            Work::Layer(_) => {
                let (layer, input) = (self.place_of_layer(self.graph.name(pass)), &inputs[0]);
                let term = inputs.get(1).filter(|_| pass.inputs.get(1) != Some(&pass.output));
                let term = term.map(|term| quote!(rt::fixed(#term),));
                quote!(#layer.pass(level, rt::fixed(#input), #term rt::fixed_mut(#output), #scratch);)
            }
            Work::Nested(_) => {
                let (ty, input, step) = (&self.types[at], &inputs[0], number(pass.last()));
                let layer = self.place_of_layer(self.graph.name(pass));
                let scratch = Length::of(ty.as_ref().expect("it has a type"), "Scratch");
                quote! {
                    <#ty as rt::Layer>::forward_traced(
                        &#layer, level, rt::fixed(#input), rt::fixed_mut(#output), rt::fixed_mut(&mut behind[..#scratch]),
                        &mut |place, values| trace(rt::shown::place(#step, place), values),
                    );
                }
            }
            Work::Add(_) => {
                let copied = (pass.inputs[0] != pass.output).then(|| {
                    let first = &inputs[0];
                    quote!(#output.copy_from_slice(&#first[..]);)
                });
                let (plain, last) = (format_ident!("add_{at}_plain"), format_ident!("add_{at}"));
                let rest = inputs[1..].iter().enumerate().map(|(index, input)| {
                    let function = if index + 2 == inputs.len() { &last } else { &plain };
                    at_level(|_| function, &quote!(&mut #output[..], &#input[..]))
                });
                quote!(#copied #(#rest;)*)
            }
            Work::Concat(parts) => {
                let total = number(parts.iter().sum());
                let mut from = 0;
                let places = inputs.iter().zip(parts).map(|(input, &part)| {
                    let (len, first) = (number(part), number(from));
                    from += part;
                    at_level(
                        |_| quote!(rt::place::<_, #element, #len, #first, #total>),
                        &quote!(&#input[..], &mut #output[..]),
                    )
                });
                quote!(#(#places;)*)
            }
            Work::Pad { len, zeros } => {
                let (input, from, total) = (&inputs[0], number(*len), number(len + zeros));
                let widen = |_: &str| quote!(rt::widen::<_, #element, #from, #total>);
                let call = at_level(widen, &quote!(&#input[..], &mut #output[..]));
                quote!(#call;)
            }
        };
        let index = number(pass.last());
        // What the other items work in lies behind what is planned.
        let planned = number(self.arena.len);
        let behind = matches!(self.graph.work(pass), Work::Nested(_))
            .then(|| quote!(let (arena, behind) = arena.split_at_mut(#planned);));
        quote!({ #behind #regions #work trace(#index, &#output[..]); })
    }

    /// Where a layer is.
    fn place_of_layer(&self, name: &Ident) -> TokenStream {
        if self.graph.weights.is_some() { quote!(PACKED.#name) } else { quote!(self.#name) }
    }

    /// The functions that a sum dispatches to.
    pub(super) fn joint(&self, at: usize, pass: &Pass) -> Option<TokenStream> {
        let Work::Add(activation) = self.graph.work(pass) else { return None };
        // Any number of lanes but one: the vectors are as wide as the level has them.
        let activated = Vector::new(self.graph.element, 2).activate(*activation, &quote!(y), &TokenStream::new());
        let (add, element) = (format_ident!("add_{}", self.element), &self.element);
        let function = |name: &Ident, result: &TokenStream| {
            quote! {
                #[inline(always)]
                fn #name<__S: rt::Simd>(simd: __S, sum: &mut [#element], term: &[#element]) {
                    rt::#add(simd, sum, term, #[inline(always)] |y| #result);
                }
            }
        };
        let last = function(&format_ident!("add_{at}"), &activated);
        let plain = (pass.inputs.len() > 2).then(|| function(&format_ident!("add_{at}_plain"), &quote!(y)));
        Some(quote!(#plain #last))
    }

    /// A value as an expression, with the memory it lies in.
    fn place(&self, value: usize, memories: &mut Memories) -> TokenStream {
        let len = self.graph.values[value];
        if value == 0 {
            return quote!(input);
        }
        let (memory, at) = match self.graph.output_at(value) {
            Some(at) => (Memory::Output, at),
            None => (Memory::Arena, self.arena.offsets[value]),
        };
        memories.region(memory, at..at + len)
    }
}

/// Where a value lies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Memory {
    Arena,
    Output,
}

/// The regions of memory that a step touches.
#[derive(Default)]
struct Memories {
    arena: Vec<Range<usize>>,
    output: Vec<Range<usize>>,
}

impl Memories {
    /// The name of a region.
    fn region(&mut self, memory: Memory, range: Range<usize>) -> TokenStream {
        let (ranges, name) = match memory {
            Memory::Arena => (&mut self.arena, "a"),
            Memory::Output => (&mut self.output, "o"),
        };
        let at = ranges.iter().position(|known| *known == range).unwrap_or_else(|| {
            ranges.push(range);
            ranges.len() - 1
        });
        format_ident!("{name}{at}").into_token_stream()
    }

    /// Their declarations.
    fn tokens(&self) -> TokenStream {
        let declared = |memory: &str, name: &str, ranges: &[Range<usize>]| {
            if ranges.is_empty() {
                return TokenStream::new();
            }
            let memory = format_ident!("{memory}");
            let names = (0..ranges.len()).map(|at| format_ident!("{name}{at}"));
            let ranges = ranges.iter().map(|range| {
                let (from, end) = (number(range.start), number(range.end));
                quote!(#from..#end)
            });
            quote!(let [#(#names),*] = rt::regions(#memory, [#(#ranges),*]);)
        };
        let (arena, output) = (declared("arena", "a", &self.arena), declared("output", "o", &self.output));
        quote!(#arena #output)
    }
}
