//! The functions of one register file: tiles transformed, and transformed back.
//!
//! Comes in: a phase of a [`Winograd`] plan, and a vector. Goes out: function items. Takes no decisions.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::super::kernel::{Context, architecture};
use super::super::vector::{Vector, number, path};
use super::grid::grid;
use crate::operation::{Activation, Operation, Place, Sum};
use crate::plan::winograd::matrices::Convolution;
use crate::plan::winograd::{Phase, Tiling, View, Winograd};

/// A phase whose tiles are transformed on a register file.
pub(super) struct Transforms<'a> {
    /// Which phase it is.
    pub(super) index: usize,
    pub(super) phase: &'a Phase,
    pub(super) file: &'a str,
    pub(super) vector: Vector,
    pub(super) tiles: Tiles,
}

impl Context<'_> {
    /// Images turned into pixels, and back.
    pub(super) fn turning(&self, file: &str, vector: Vector) -> TokenStream {
        let (cfg, name, element) = (architecture(file), format_ident!("turn_{file}"), path(self.operation.element));
        let (path, lanes) = (vector.path(), number(vector.lanes()));
        quote! {
            #cfg
            #[inline(always)]
            fn #name<__S: rt::Simd>(
                simd: __S, input: &[#element], sizes: [usize; 2], part: &rt::Range<usize>, output: &mut [#element],
            ) {
                rt::turn::<__S, #path, #lanes>(simd, input, sizes, part, output);
            }
        }
    }

    /// The transformation of some rows of tiles: of each tile's rows, and then of its columns.
    pub(super) fn transformed(&self, winograd: &Winograd, stage: &Transforms<'_>) -> TokenStream {
        let &Transforms { index, phase, file, vector, ref tiles } = stage;
        let (View { axes, in_channels, .. }, Operation { element, .. }) = (&winograd.view, self.operation);
        let [top, left] = [0, 1].map(|axis: usize| {
            let (outputs, before) = (number(winograd.axes[axis].outputs()), number(axes[axis].pad_before));
            let at = if axis == 0 { quote!((first + row)) } else { quote!(tile) };
            quote!(usize::wrapping_sub(#at * #outputs, #before))
        });
        let (path_, lanes) = (vector.path(), number(vector.lanes()));
        let across = tiles.columns.by(|convolution| {
            let across = transform("input", convolution);
            quote! {
                rt::rows::<__S, #path_, _, _>(
                    simd, (input, IMAGE, channel), (#top, #left), &mut half[..high], #[inline(always)] |x| #across(simd, x),
                );
            }
        });
        let down = tiles.rows.by(|convolution| {
            let down = transform("input", convolution);
            quote! {
                rt::columns::<__S, #path_, _, _>(
                    simd, &half, wide, (&mut *transformed, FROM, (row - part.start, tile), channel),
                    #[inline(always)] |x| #down(simd, x),
                );
            }
        });
        let body = tiles.each(&quote!(for channel in rt::vectors(IMAGE.channels, #lanes) { #across #down }));
        let ([high, wide], grid) = (winograd.axes.map(|axis| number(axis.points())), grid(phase, 0, *in_channels));
        let (cfg, name, element) = (architecture(file), format_ident!("transform{index}_{file}"), path(*element));
        quote! {
            #cfg
            #[inline(always)]
            fn #name<__S: rt::Simd>(
                simd: __S, input: &[#element], first: usize, part: &rt::Range<usize>,
                transformed: &mut rt::ClassesMut<'_, #element>,
            ) {
                const FROM: rt::Grid = #grid;
                let mut half = [[<#path_>::splat(simd, 0.0); #wide]; #high];
                #body
            }
        }
    }

    /// The outputs of some rows of tiles: each tile's columns transformed back, and then its rows.
    pub(super) fn finished(&self, winograd: &Winograd, stage: &Transforms<'_>) -> TokenStream {
        let &Transforms { index, phase, file, vector, ref tiles } = stage;
        let (path_, lanes) = (vector.path(), number(vector.lanes()));
        let down = tiles.rows.by(|convolution| {
            let down = transform("output", convolution);
            quote! {
                rt::back_columns::<__S, #path_, _, _, _>(
                    simd, (products, TO, (row, tile), channel), wide, &mut half, #[inline(always)] |x| #down(simd, x),
                );
            }
        });
        let (across, of_channels) = (self.across(vector, tiles), self.of_channels(vector));
        let [high, wide] = [&tiles.rows, &tiles.columns].map(|line| number(line.axis.outputs()));
        let outputs = if tiles.rows.axis.beyond > 0 {
            quote!(usize::min(#high, OUTPUTS.height - (first + row) * #high))
        } else {
            tiles.rows.by(|Convolution { outputs, .. }| number(outputs).into_token_stream())
        };
        let body = tiles.each(&quote! {
            // Counted from the part's first row.
            let (top, left) = ((row - part.start) * #high, tile * #wide);
            let outputs = rt::opaque(#outputs);
            for channel in rt::vectors(OUTPUTS.channels, #lanes) { #of_channels #down #across }
        });
        let ([tall, broad], grid) =
            (winograd.axes.map(|axis| number(axis.points())), grid(phase, 1, self.operation.out_channels));
        let (cfg, name, layer) = (architecture(file), format_ident!("finish{index}_{file}"), self.layer);
        let (element, (term, of_part)) = (path(self.operation.element), self.term());
        let of_part = if of_part.is_empty() {
            TokenStream::new()
        } else {
            quote!(let term = &term[OUTPUTS.row((first + part.start) * #high)..];)
        };
        quote! {
            #cfg
            #[inline(always)]
            fn #name<__S: rt::Simd>(
                simd: __S, layer: &#layer, products: &rt::Classes<'_, #element>, first: usize, part: &rt::Range<usize>,
                #term output: &mut [#element],
            ) {
                const TO: rt::Grid = #grid;
                let mut half = [[<#path_>::splat(simd, 0.0); #broad]; #tall];
                #of_part
                #body
            }
        }
    }

    /// The rows of a tile, whose columns are transformed back.
    fn across(&self, vector: Vector, tiles: &Tiles) -> TokenStream {
        let (path, stored) = (vector.path(), self.stored(vector));
        let stored =
            if tiles.columns.axis.beyond > 0 { quote!(if left + x < OUTPUTS.width { #stored }) } else { stored };
        tiles.columns.by(|convolution| {
            let across = transform("output", convolution);
            quote! {
                rt::back_rows::<#path, _, _, _>(
                    &half[..outputs], #[inline(always)] |x| #across(simd, x), #[inline(always)] |value, (y, x)| {
                        let at = OUTPUTS.at(top + y, left + x) + channel;
                        #stored
                    },
                );
            }
        })
    }

    /// What all outputs of a vector of channels are added to, and multiplied by.
    pub(super) fn of_channels(&self, vector: Vector) -> TokenStream {
        let Operation { bias, activation, .. } = *self.operation;
        let mut tokens = TokenStream::new();
        for name in
            [("bias", bias), ("slopes", activation == Activation::Prelu)].iter().filter(|(_, is_there)| *is_there)
        {
            let name = format_ident!("{}", name.0);
            let value = vector.load(&quote!(layer.#name[channel..]), 0);
            tokens.extend(quote!(let #name = #value;));
        }
        tokens
    }

    /// What becomes of a vector of outputs, `value`, at `at`.
    pub(super) fn stored(&self, vector: Vector) -> TokenStream {
        let Operation { bias, activation, sum, .. } = *self.operation;
        let biased = if bias { quote!((value + bias)) } else { quote!(value) };
        let mut value = vector.activate(activation, &biased, &quote!(slopes));
        if let Some(Sum { place, activation }) = sum {
            let term = if place == Place::Output { quote!(output) } else { quote!(term) };
            let term = vector.load(&quote!(#term[at..]), 0);
            value = vector.activate(activation, &quote!((#value + #term)), &TokenStream::new());
        }
        let store = vector.store(&quote!(value), (0, vector.lanes()), &quote!(output[at..]), 0);
        quote!(let value = #value; #store)
    }
}

/// The name of a transformation along one axis.
pub(super) fn transform(side: &str, convolution: Convolution) -> Ident {
    let Convolution { outputs, taps, .. } = convolution;
    // Of two families of points a matrix may be wanted for as many outputs.
    format_ident!("{side}{outputs}of{taps}at{}", convolution.most_points())
}

/// The tiles of a block along one axis.
pub(super) struct Line {
    pub(super) axis: Tiling,
    /// Which of them is meant.
    at: TokenStream,
    full: usize,
    rest: bool,
}

impl Line {
    /// `body` for whatever computes the tile that is meant.
    fn by(&self, body: impl Fn(Convolution) -> TokenStream) -> TokenStream {
        let (at, full) = (&self.at, number(self.full));
        let (fulls, rest) =
            (body(self.axis.convolution), self.rest.then(|| body(self.axis.convolution.of(self.axis.rest))));
        match rest {
            None => fulls,
            Some(rest) if self.full == 0 => rest,
            Some(rest) => quote!(if #at < #full { #fulls } else { #rest }),
        }
    }

    /// Number of tiles.
    pub(super) fn len(&self) -> usize {
        self.full + usize::from(self.rest)
    }
}

/// The tiles of a block.
pub(super) struct Tiles {
    pub(super) rows: Line,
    pub(super) columns: Line,
}

impl Tiles {
    pub(super) fn new(winograd: &Winograd, phase: &Phase) -> Self {
        let [rows, columns] = winograd.axes;
        Tiles {
            rows: Line { axis: rows, at: quote!(row), full: phase.full, rest: phase.rest },
            columns: Line { axis: columns, at: quote!(tile), full: columns.full, rest: columns.rest > 0 },
        }
    }

    /// `body` for each tile of the part's rows, of which it knows how many points it has.
    fn each(&self, body: &TokenStream) -> TokenStream {
        let points = |line: &Line| line.by(|convolution| number(convolution.inputs()).into_token_stream());
        let (tiles, [high, wide]) = (number(self.columns.len()), [&self.rows, &self.columns].map(points));
        quote! {
            for row in part.start..part.end {
                let high = rt::opaque(#high);
                for tile in 0..#tiles {
                    // No loop over them is written out: each turn is much code.
                    let wide = rt::opaque(#wide);
                    #body
                }
            }
        }
    }
}
