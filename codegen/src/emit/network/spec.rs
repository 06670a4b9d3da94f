//! What was asked for, for the reference: each step, and what it takes.
//!
//! Comes in: a [`Graph`](crate::network::Graph). Goes out: a `Spec` as an expression. Must not know: passes, the arena.

use proc_macro2::TokenStream;
use quote::quote;

use super::Emitter;
use crate::emit::layout;
use crate::emit::vector::number;
use crate::network::Work;

impl Emitter<'_> {
    /// What was asked for, step by step.
    pub(super) fn spec(&self) -> TokenStream {
        let steps = self.graph.steps.iter().enumerate().map(|(at, step)| {
            let name = step.name.to_string();
            let sources = step.sources.iter().map(|&source| number(source));
            let work = match &step.work {
                Work::Layer(layer) => {
                    let spec = layout::spec(&layer.spec, &layer.operation, &layer.plan);
                    quote!(rt::Work::Layer(#spec))
                }
                Work::Add(activation) => {
                    let activation = layout::activation(*activation);
                    quote!(rt::Work::Add(#activation))
                }
                Work::Concat(parts) => {
                    let parts = parts.iter().map(|&part| number(part));
                    quote!(rt::Work::Concat(&[#(#parts),*]))
                }
                Work::Pad { len, zeros } => {
                    let (len, zeros) = (number(*len), number(*zeros));
                    quote!(rt::Work::Pad { len: #len, zeros: #zeros })
                }
                Work::Nested(_) => {
                    let ty = self.type_of(at);
                    quote!(rt::Work::Layer(<#ty as rt::Layer>::SPEC))
                }
            };
            quote!(rt::Step { name: #name, work: #work, inputs: &[#(#sources),*] })
        });
        let outputs = self.graph.outputs.iter().map(|output| number(output.value));
        let (channels, spatial) = self.graph.input.split_last().expect("an input has sizes");
        let axes = spatial.iter().map(|&size| {
            let size = number(size);
            quote! {
                rt::Axis {
                    input: #size, kernel: 1, stride: 1, dilation: 1, padding: rt::Padding::Valid, output_padding: 0,
                }
            }
        });
        let (channels, len) = (number(*channels), number(self.graph.output_len()));
        let (format, constant) = (layout::format(self.graph.format), self.graph.weights.is_some());
        quote! {
            rt::Spec {
                operator: rt::Operator::Network {
                    steps: &[#(#steps),*], outputs: &[#(#outputs),*], constant: #constant,
                },
                axes: &[#(#axes),*],
                in_channels: #channels,
                out_channels: #len,
                groups: 1,
                bias: false,
                activation: rt::Activation::None,
                format: #format,
                padding_mode: rt::PaddingMode::Zeros,
                algorithm: rt::Algorithm::Direct,
            }
        }
    }
}
