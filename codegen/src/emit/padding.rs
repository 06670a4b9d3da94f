//! Taps in the padding where the inner operation does not pass over a zero: against a weight `w`, a padded tap of an adder layer
//! amounts to `-|w|`.
//!
//! Comes in: a tile that is about to begin. Goes out: tokens that take the packed sums of magnitudes, one for each kernel element,
//! off its accumulators. Takes no decisions.
//!
//! An output lacks whole kernel rows, those that its row does not meet, and of the rows that it meets the columns that it does
//! not. A tile away from the borders lacks none, and passes a loop over no rows. There are no planes: an adder layer has two axes.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote};

use super::tile::{Taps, Tile, sum};
use super::vector::number;

impl Tile<'_> {
    /// Takes the kernel rows that the tile's rows lack off `start{vector}`, all their columns.
    pub(super) fn missing_rows(&self) -> TokenStream {
        let columns = number(self.plan.frame.columns.kernel);
        let of_row = |row: &TokenStream| {
            let vectors = (0..self.strip.vectors).map(|v| {
                let (name, value) = (format_ident!("start{v}"), self.magnitude(row, &quote!(column), v));
                quote!(#name = #name - #value;)
            });
            quote!(for column in 0..#columns { #(#vectors)* })
        };
        self.of_missing_rows(of_row)
    }

    /// As [`missing_rows`](Self::missing_rows), of a tile along the row, whose `start{channel}` are scalars.
    pub(super) fn missing_rows_along(&self) -> TokenStream {
        let (field, columns) = (self.field("magnitudes"), number(self.plan.frame.columns.kernel));
        let panel = self.panel_index(0);
        let of_row = |row: &TokenStream| {
            let channels = (0..self.nest.outputs).map(|channel| {
                let (name, channel) = (format_ident!("start{channel}"), number(channel));
                quote!(#name = #name - layer.#field[#panel][#row][column][#channel];)
            });
            quote!(for column in 0..#columns { #(#channels)* })
        };
        self.of_missing_rows(of_row)
    }

    /// `body` for each kernel row that the tile's rows lack.
    fn of_missing_rows(&self, body: impl Fn(&TokenStream) -> TokenStream) -> TokenStream {
        let rows = self.plan.frame.rows.kernel;
        match &self.taps {
            Taps::Looped => {
                let (rows, body) = (number(rows), body(&quote!(row)));
                quote!(for row in rt::missing(run.taps, #rows) { #body })
            }
            Taps::Written(taps) => {
                let missing = (0..rows).filter(|row| taps.iter().all(|(kernel, _)| kernel != row));
                missing.map(|row| body(&number(row).into_token_stream())).collect()
            }
        }
    }

    /// Takes the kernel columns that each output lacks off its accumulators, in the kernel rows that it meets.
    pub(super) fn missing_columns(&self) -> TokenStream {
        let of_row = |row: &TokenStream| {
            if self.strip.runs.is_some() {
                let columns = number(self.plan.frame.columns.kernel);
                let body = self.missing_column(row, &quote!(missing), &[0]);
                return quote!(for missing in rt::missing(column.taps, #columns) { #body });
            }
            let columns = self.lacking().into_iter();
            columns
                .map(|(column, outputs)| self.missing_column(row, &number(column).into_token_stream(), &outputs))
                .collect()
        };
        if self.strip.runs.is_none() && self.lacking().is_empty() {
            return TokenStream::new();
        }
        match &self.taps {
            Taps::Looped => {
                let body = of_row(&quote!(tap.kernel));
                quote!(for tap in run.taps { #body })
            }
            Taps::Written(taps) => {
                taps.iter().map(|&(kernel, _)| of_row(&number(kernel).into_token_stream())).collect()
            }
        }
    }

    /// Takes kernel element (`row`, `column`) off the accumulators of `outputs`.
    fn missing_column(&self, row: &TokenStream, column: &TokenStream, outputs: &[usize]) -> TokenStream {
        let mut tokens = TokenStream::new();
        for v in 0..self.strip.vectors {
            let value = self.magnitude(row, column, v);
            let sums = outputs.iter().flat_map(|&output| (0..self.rows).map(move |row| sum(0, row, output, v)));
            let sums = sums.map(|sum| quote!(#sum = #sum - magnitude;));
            tokens.extend(quote!(let magnitude = #value; #(#sums)*));
        }
        tokens
    }

    /// Kernel columns that some outputs of the tile lack, and those outputs.
    fn lacking(&self) -> Vec<(usize, Vec<usize>)> {
        let (tile, pairs) = (&self.strip.region.tile, self.strip.region.tile.pairs());
        let lacks =
            |output: usize, column: usize| pairs.iter().all(|pair| (pair.output, pair.kernel) != (output, column));
        let columns = (0..self.plan.frame.columns.kernel)
            .map(|column| (column, (0..tile.outputs).filter(|&output| lacks(output, column)).collect::<Vec<_>>()));
        columns.filter(|(_, outputs)| !outputs.is_empty()).collect()
    }

    /// Vector `v` of the block's sums of magnitudes at one kernel element.
    fn magnitude(&self, row: &TokenStream, column: &TokenStream, v: usize) -> TokenStream {
        let field = self.field("magnitudes");
        if self.plan.frame.diagonal {
            return self.of_channels(&quote!(layer.#field[0][#row][#column]), v);
        }
        let (panel, at) = self.in_panel(v);
        let panel = self.panel_index(panel);
        self.vector().load(&self.slice(quote!(layer.#field[#panel][#row][#column])), at)
    }
}
