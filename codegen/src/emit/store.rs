//! The end of a tile: sums across sets and lanes, activation, stores.
//!
//! Comes in: a tile whose accumulators are complete. Goes out: tokens. Takes no decisions.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::kernel::Part;
use super::tile::{Taps, Tile, sum};
use super::vector::{number, path};
use crate::layout::Band;
use crate::operation::{Activation, Inner, Place, Sum};
use crate::plan::Nest;
use crate::plan::frame::{Frame, Strides};
use crate::plan::tile::Region;

impl Tile<'_> {
    /// Adds up what is spread over several accumulators and writes the outputs.
    pub(super) fn finish(&self) -> TokenStream {
        let merged = self.merge_sets();
        let mean = if let Inner::Mean { padding } = self.inner { self.divide(padding) } else { TokenStream::new() };
        let (added, values) = self.add_across();
        let stored = self.store_rows(&values);
        quote!(#merged #mean #added #stored)
    }

    /// Divides each sum by the number of its elements.
    fn divide(&self, padding: bool) -> TokenStream {
        let Region { output: first, step, .. } = self.strip.region;
        let tile = &self.strip.region.tile;
        let pairs = tile.pairs();
        let mut tokens = TokenStream::new();
        for output in 0..tile.outputs {
            let met = number(pairs.iter().filter(|pair| pair.output == output).count());
            let count = match (padding, self.strip.runs.is_some()) {
                (false, true) => self.count_inside(&quote!(column.taps.len())),
                (false, false) => self.count_inside(&quote!(#met)),
                (true, true) => self.count_whole(&quote!(column.start + k * column.step)),
                (true, false) => self.count_whole(&self.place(first + output * step, tile.outputs * step, 1)),
            };
            tokens.extend(quote!(let count = #count;));
            tokens.extend((0..self.strip.vectors).map(|v| {
                let sum = sum(0, 0, output, v);
                quote!(#sum = #sum / count;)
            }));
        }
        tokens
    }

    /// A vector of the number of elements of a window inside the input, where it meets so many `columns`.
    pub(super) fn count_inside(&self, columns: &TokenStream) -> TokenStream {
        let rows = match &self.taps {
            Taps::Written(taps) => {
                let taps = number(taps.len());
                quote!(#taps)
            }
            Taps::Looped if self.plan.frame.planes.is_some() => quote!(plane.taps.len() * run.taps.len()),
            Taps::Looped => quote!(run.taps.len()),
        };
        let element = path(self.element);
        self.vector().splat(&quote!((#rows * #columns) as #element))
    }

    /// A vector of the number of elements of the window at output column `column`, those in the padding included.
    pub(super) fn count_whole(&self, column: &TokenStream) -> TokenStream {
        let Frame { planes, rows, columns, .. } = &self.plan.frame;
        let (row, height) = (&self.output_row, number(rows.output));
        let (plane, row) = match planes {
            Some(_) => (quote!(#row / #height), quote!(#row % #height)),
            None => (TokenStream::new(), row.clone()),
        };
        let axes = [(planes.as_ref(), &plane), (Some(rows), &row), (Some(columns), column)];
        let axes: Vec<(&Band, &TokenStream)> = axes.into_iter().filter_map(|(band, at)| Some((band?, at))).collect();
        let all = number(axes.iter().map(|(band, _)| band.kernel).product());
        let hanging = axes.iter().filter(|(band, _)| band.overhang > 0).map(|(band, at)| {
            let [kernel, last, overhang] = [band.kernel, band.output - 1, band.overhang].map(number);
            quote!(* (#kernel - usize::from(#at == #last) * #overhang) / #kernel)
        });
        let element = path(self.element);
        self.vector().splat(&quote!((#all #(#hanging)*) as #element))
    }

    /// Adds the other sets of a split stream to the first.
    fn merge_sets(&self) -> TokenStream {
        let others = (1..self.strip.split).map(|set| {
            let pairs = self.sums(0).into_iter().zip(self.sums(set));
            pairs.map(|(sum, other)| quote!(#sum = #sum + #other;)).collect::<TokenStream>()
        });
        others.collect()
    }

    /// Stores each row of the tile through a window on its output row, from the first output's first channel on.
    fn store_rows(&self, values: &[TokenStream]) -> TokenStream {
        let frame = &self.plan.frame;
        let tile = &self.strip.region.tile;
        let Region { output, step, .. } = self.strip.region;
        let Strides { pixel, channel, .. } = frame.to;
        let len = number((tile.outputs - 1) * step * pixel + (self.nest.outputs - 1) * channel + 1);
        let column = self.place(output, tile.outputs * step, pixel);
        let (row_len, output_row, first) = (number(frame.output_row()), self.row_of_part(), self.first_output());
        let stores = (0..self.rows).map(|row| {
            let (store, term) = (self.store_row(row, values), self.term_window(&len));
            let at = if row == 0 {
                quote!(#output_row)
            } else {
                let row = number(row);
                let row = if frame.rows.interleaved() { quote!(#row * run.step) } else { quote!(#row) };
                quote!((#output_row + #row))
            };
            quote! {
                let at = #at * #row_len + #column + #first;
                let out = rt::window_mut::<_, #len>(output, at);
                #term
                #store
            }
        });
        stores.collect()
    }

    /// The window on what is added to the outputs, where that is a value of its own: as long as that on the outputs, and at the same
    /// place.
    pub(super) fn term_window(&self, len: &Literal) -> TokenStream {
        match self.sum {
            Some(Sum { place: Place::Beside, .. }) => quote!(let added = rt::window::<_, #len>(term, at);),
            Some(Sum { place: Place::Output, .. }) | None => TokenStream::new(),
        }
    }

    /// A vector of outputs with what is added to them, which `term` reads out of an array: the outputs' own before they are stored, or
    /// another.
    pub(super) fn summed(&self, value: &TokenStream, term: impl Fn(&TokenStream) -> TokenStream) -> TokenStream {
        let Some(Sum { place, activation }) = self.sum else { return value.clone() };
        let term = term(&if place == Place::Output { quote!(out) } else { quote!(added) });
        self.vector().activate(activation, &quote!((#value + #term)), &TokenStream::new())
    }

    /// Stores `count` lanes of `value`, from lane `first` on, to `out` at constant offset `at`.
    pub(super) fn store(&self, value: &TokenStream, lanes: (usize, usize), at: usize) -> TokenStream {
        if self.sum.is_none() {
            return self.vector().store(value, lanes, &quote!(out), at);
        }
        let value = self.summed(value, |array| self.vector().load_part(array, lanes, at));
        let store = self.vector().store(&quote!(value), lanes, &quote!(out), at);
        quote!({ let value = #value; #store })
    }

    /// Adds up lanes that share an output, by halves, until each output has one; activates the results, which follow each
    /// other in the order of the accumulators.
    fn add_across(&self) -> (TokenStream, Vec<TokenStream>) {
        let mut tokens = TokenStream::new();
        let mut values = self.sums(0);
        let parts = (self.interleave() / self.strip.lanes).max(1);
        values = values.chunks(parts).map(|parts| quote!((#(#parts)+*))).collect();
        let mut shared = self.interleave().min(self.strip.lanes);
        let mut level = 0;
        while shared > 1 {
            let mut halved = Vec::new();
            for (index, pair) in values.chunks(2).enumerate() {
                let (low, high) = (&pair[0], pair.last().expect("a chunk is not empty"));
                let name = format_ident!("f{level}_{index}");
                tokens.extend(quote!(let #name = #low.unzip_low(#high) + #low.unzip_high(#high);));
                halved.push(quote!(#name));
            }
            values = halved;
            shared /= 2;
            level += 1;
        }
        let values = self.activated(&values, |index| self.slopes_of(index), &mut tokens);
        (tokens, values)
    }

    /// The activations of `values`, of which the `index`-th has `slopes(index)`. What has to be declared for them goes to `tokens`.
    pub(super) fn activated(
        &self,
        values: &[TokenStream],
        slopes: impl Fn(usize) -> TokenStream,
        tokens: &mut TokenStream,
    ) -> Vec<TokenStream> {
        let vector = self.vector();
        if self.activation.is_curved() {
            let result = vector.activate(self.activation, &quote!(*y), &TokenStream::new());
            tokens.extend(quote!(let mut y = [#(#values),*]; for y in &mut y { *y = #result; }));
            return (0..values.len()).map(number).map(|index| quote!(y[#index])).collect();
        }
        let activate = |(index, value)| {
            let name = format_ident!("y{index}");
            let slopes = if self.activation == Activation::Prelu { slopes(index) } else { TokenStream::new() };
            let value = vector.activate(self.activation, value, &slopes);
            tokens.extend(quote!(let #name = #value;));
            quote!(#name)
        };
        values.iter().enumerate().map(activate).collect()
    }

    /// The slopes of the `index`-th vector of results, whose lanes are output channels after sums across lanes.
    fn slopes_of(&self, index: usize) -> TokenStream {
        if self.interleave() == 1 {
            return self.channel_vector("slopes", index % self.strip.vectors);
        }
        // A panel's channels follow each other again and again, in the results and in the field.
        let (field, panel, lanes) = (self.field("slopes"), self.panel_index(0), self.strip.lanes);
        let width = self.panel().map_or(1, |panel| panel.width);
        self.vector().load(&quote!(layer.#field[#panel]), index * lanes % width.max(lanes))
    }

    /// The first output row, counted from that of the part of the output that there is.
    pub(super) fn row_of_part(&self) -> TokenStream {
        let Tile { output_row: row, part, .. } = self;
        let height = number(self.plan.frame.rows.output);
        match (part, &self.plan.frame.planes) {
            (Part::Rows, None) => quote!((#row - part.start)),
            (Part::Rows, Some(_)) => quote!((#row - part.start * #height)),
            (Part::Whole | Part::Channels | Part::Groups, _) => row.clone(),
        }
    }

    /// Where the block's first output channel lies, counted from the pixel's first.
    pub(super) fn first_output(&self) -> TokenStream {
        let Strides { channel, group: each, stretch: (groups, apart), .. } = self.plan.frame.to;
        let Nest { blocks, first, outputs, .. } = *self.nest;
        if self.part == Part::Groups {
            let [first, outputs, each, groups, apart] = [first, outputs, each, groups, apart].map(number);
            let (group, block, blocks) = (self.group(), &self.block, number(blocks));
            let within = quote!(#group % #groups * #each + #block % #blocks * #outputs);
            return quote!((#group / #groups - part.start) * #apart + #first + #within);
        }
        let (first, apart) = (self.first_channel(), number(channel));
        match self.part {
            Part::Channels => quote!((#first - part.start) * #apart),
            _ if channel == 1 => first,
            _ => quote!((#first) * #apart),
        }
    }

    /// Stores tile row `row` to `out`, output column by output column.
    fn store_row(&self, row: usize, values: &[TokenStream]) -> TokenStream {
        if self.plan.frame.to.channel > 1 {
            return self.store_planes(row, values);
        }
        let (columns, lanes) = (self.strip.region.tile.outputs, self.strip.lanes);
        // Lanes that one output column has in `values`, the empty ones of the last vector included.
        let per_column = (self.strip.vectors * lanes / self.interleave()).max(1);
        let mut tokens = TokenStream::new();
        for column in 0..columns {
            let mut stored = 0;
            while stored < self.nest.outputs {
                let at = (row * columns + column) * per_column + stored;
                let count = (lanes - at % lanes).min(self.nest.outputs - stored);
                let to = column * self.strip.region.step * self.plan.frame.to.pixel + stored;
                tokens.extend(self.store(&values[at / lanes], (at % lanes, count), to));
                stored += count;
            }
        }
        tokens
    }
}
