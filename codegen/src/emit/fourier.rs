//! Convolutions by transforms of blocks of a signal.
//!
//! Comes in: a [`Fourier`] plan. Goes out: function items. All loops are in the runtime crate. Takes no decisions.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use toeplitz_tensors::spectra;

use super::kernel::{Context, architecture};
use super::vector::{Vector, number, path};
use crate::operation::{Activation, DataFormat, Operation};
use crate::plan::fourier::Fourier;
use crate::plan::machine::REGISTER_FILES;

impl Context<'_> {
    /// The functions of all register files, and what they share.
    pub(super) fn transforms(&self, fourier: &Fourier) -> TokenStream {
        let element = self.operation.element;
        let Fourier { rows, lens, before, channels, size, step, .. } = *fourier;
        let (roots_type, roots) = (path(element), format_ident!("roots_{}", element.name()));
        let count = number(spectra::roots_len(size));
        let [rows, before, size, step] = [rows, before, size, step].map(number);
        let ([input, output], [from, to]) = (lens.map(number), channels.map(number));
        let first = self.operation.format == DataFormat::ChannelsFirst;
        let files = REGISTER_FILES
            .iter()
            .zip(fourier.lanes)
            .map(|(file, lanes)| self.all_blocks(fourier, file.name, Vector::new(element, lanes)));
        quote! {
            static ROOTS: [[#roots_type; 2]; #count] = rt::#roots(#size);
            const SIGNALS: rt::Signals = rt::Signals {
                rows: #rows,
                lens: [#input, #output],
                before: #before,
                channels: [#from, #to],
                first: #first,
                step: #step,
                size: #size,
            };
            #(#files)*
        }
    }

    /// The function of one register file.
    fn all_blocks(&self, fourier: &Fourier, file: &str, vector: Vector) -> TokenStream {
        let (cfg, layer, element) = (architecture(file), self.layer, path(self.operation.element));
        let [input, output, scratch] = [self.sizes.0, self.sizes.1, self.plan.scratch()].map(number);
        let (name, path) = (format_ident!("{file}"), vector.path());
        let [len, lanes, together] = [fourier.len(vector.lanes()), vector.lanes(), fourier.together].map(number);
        let (finished, looped) = (self.finished_sums(vector), self.operation.activation.is_curved());
        quote! {
            #cfg
            #[inline(always)]
            fn #name<__S: rt::Simd>(
                simd: __S, layer: &#layer, input: &[#element; #input], output: &mut [#element; #output],
                scratch: &mut [#element; #scratch],
            ) {
                let [signals] = rt::split(scratch, [#len]);
                rt::overlap_save::<__S, #path, #lanes, #together, #looped>(
                    simd, SIGNALS, &ROOTS, &layer.spectra, (input, output), signals,
                    #[inline(always)] |value, channel| #finished,
                );
            }
        }
    }

    /// What becomes of a vector of sums, `value`, of one channel.
    fn finished_sums(&self, vector: Vector) -> TokenStream {
        let Operation { bias, activation, .. } = *self.operation;
        let bias = bias.then(|| vector.splat(&quote!(layer.bias[channel])));
        let value = bias.map_or(quote!(value), |bias| quote!((value + #bias)));
        let slopes = if activation == Activation::Prelu {
            vector.splat(&quote!(layer.slopes[channel]))
        } else {
            TokenStream::new()
        };
        vector.activate(activation, &value, &slopes)
    }
}
