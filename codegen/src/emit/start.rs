//! The beginning of a tile: what each accumulator holds before the first product.
//!
//! Comes in: a tile. Goes out: the declarations of its accumulators. Takes no decisions.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::tile::Tile;

impl Tile<'_> {
    /// Declares the accumulators.
    pub(super) fn start(&self) -> TokenStream {
        let empty = self.vector().splat(&self.empty());
        let mut tokens = TokenStream::new();
        for v in 0..self.strip.vectors {
            let name = format_ident!("start{v}");
            let value = if self.bias { self.channel_vector("bias", v) } else { empty.clone() };
            // What taps in the padding amount to is still to be taken off.
            let mutable = if self.plan.magnitudes { quote!(mut) } else { TokenStream::new() };
            tokens.extend(quote!(let #mutable #name = #value;));
        }
        if self.plan.magnitudes {
            tokens.extend(self.missing_rows());
        }
        for set in 0..self.strip.split {
            for (at, sum) in self.sums(set).into_iter().enumerate() {
                let value = format_ident!("start{}", at % self.strip.vectors);
                let value = if set == 0 { quote!(#value) } else { empty.clone() };
                tokens.extend(quote!(let mut #sum = #value;));
            }
        }
        if self.plan.magnitudes {
            tokens.extend(self.missing_columns());
        }
        tokens
    }

    /// What one vector of the block has of a field with a value for each channel: its bias, or its slopes.
    pub(super) fn channel_vector(&self, field: &str, vector: usize) -> TokenStream {
        let field = self.field(field);
        if self.plan.frame.diagonal {
            return self.of_channels(&quote!(layer.#field[0]), vector);
        }
        let (panel, at) = self.in_panel(vector);
        let panel = self.panel_index(panel);
        self.vector().load(&self.slice(quote!(layer.#field[#panel])), at)
    }
}
