//! Convolutions by Winograd's algorithm: tiles are transformed, multiplied element by element, and transformed back.
//!
//! Comes in: a [`Winograd`] plan. Goes out: function items. The transformations' loops are in the runtime crate, and the
//! products' functions are those of any pointwise convolution. Takes no decisions.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::item::Generator;
use super::kernel::{Context, Stage, architecture};
use super::linear;
use super::vector::{Vector, number, path};
use crate::operation::{Activation, Operation, Place, Sum};
use crate::plan::machine::REGISTER_FILES;
use crate::plan::winograd::matrices::Convolution;
use crate::plan::winograd::{Phase, Product, Tiling, Winograd, axes};

/// What the names of the products' functions begin with, in the order of all phases: of one with two classes of rows and of columns, or of
/// two with a class of rows each.
const PREFIXES: [&str; 4] = ["product0_", "product1_", "product2_", "product3_"];

impl Winograd {
    /// The products of all phases, each with what belongs to it.
    fn stages(&self) -> impl Iterator<Item = (&Product, Stage)> {
        let products = self.phases.iter().flat_map(|phase| &phase.products);
        products.zip(PREFIXES).map(|(product, prefix)| (product, Stage { prefix, panels: product.packed.1 }))
    }
}

impl Generator<'_> {
    /// A product as an operator of its own.
    fn product<'a>(&'a self, (product, stage): (&'a Product, Stage)) -> Generator<'a> {
        let Generator { spec, toeplitz, ident, .. } = *self;
        Generator { spec, operation: &product.operation, toeplitz, plan: &product.plan, ident, stage }
    }

    /// The products that have weights of their own, and the taps and points of their rows and columns.
    pub(super) fn own_products<'a>(
        &'a self,
        winograd: &'a Winograd,
    ) -> impl Iterator<Item = (Generator<'a>, [(usize, Vec<f64>); 2])> {
        winograd.stages().take(winograd.packed().len()).map(|stage| {
            let lines = [0, 1].map(|axis: usize| {
                let convolution = winograd.axes[axis].convolution;
                (convolution.taps, convolution.points()[stage.0.elements[axis].clone()].to_vec())
            });
            (self.product(stage), lines)
        })
    }

    /// The pixels that the products loop over.
    pub(super) fn product_bands(&self, winograd: &Winograd) -> TokenStream {
        winograd.stages().map(|stage| self.product(stage).bands()).collect()
    }
}

impl Context<'_> {
    /// The functions of all register files.
    pub(super) fn tiles(&self, winograd: &Winograd) -> TokenStream {
        let element = self.operation.element;
        let mut convolutions: Vec<Convolution> = Vec::new();
        for convolution in winograd.axes.iter().flat_map(|axis| axis.kinds()) {
            if !convolutions.contains(&convolution) {
                convolutions.push(convolution);
            }
        }
        let transforms = convolutions.iter().map(|&convolution| {
            let [input, output] = ["input", "output"].map(|side| transform(side, convolution));
            let input = linear::function(&input, &convolution.input(), element);
            let output = linear::function(&output, &convolution.output(), element);
            quote!(#input #output)
        });
        let images = self.images();
        let files = REGISTER_FILES.iter().enumerate().map(|(index, file)| {
            let products = winograd.stages().map(|(product, stage)| {
                let [input, output] = product.sizes();
                let context = Context {
                    plan: &product.plan,
                    operation: &product.operation,
                    layer: self.layer,
                    sizes: (input, output),
                    stage,
                };
                context.kernel(&product.plan.kernels[index])
            });
            let lanes = file.holding(element).lanes;
            let all = self.all_tiles(winograd, file.name, Vector::new(element, lanes));
            quote!(#all #(#products)*)
        });
        quote!(#(#transforms)* #images #(#files)*)
    }

    /// The sizes of input and output, as constants.
    fn images(&self) -> TokenStream {
        let (axes, Operation { in_channels, out_channels, .. }) = (axes(self.operation), self.operation);
        let image = |name: &str, sizes: [usize; 3]| {
            let (name, [height, width, channels]) = (format_ident!("{name}"), sizes.map(number));
            quote!(const #name: rt::Image = rt::Image { height: #height, width: #width, channels: #channels };)
        };
        let input = image("IMAGE", [axes[0].input, axes[1].input, *in_channels]);
        let output = image("OUTPUTS", [axes[0].output, axes[1].output, *out_channels]);
        quote!(#input #output)
    }

    /// The function of one register file.
    fn all_tiles(&self, winograd: &Winograd, file: &str, vector: Vector) -> TokenStream {
        let (cfg, layer, element) = (architecture(file), self.layer, path(self.operation.element));
        let [input, output, scratch] = [self.sizes.0, self.sizes.1, self.plan.scratch()].map(number);
        let [transformed, multiplied, image, turned] = {
            let ([inputs, outputs], [image, turned]) = (winograd.lens(), winograd.turned);
            [inputs, outputs, image, turned].map(number)
        };
        let (before, behind) = self.turned(winograd, vector);
        let (name, (term, _)) = (format_ident!("{file}"), self.term());
        let mut stages = winograd.stages();
        let phases: Vec<TokenStream> = winograd
            .phases
            .iter()
            .map(|phase| {
                let products = phase.products.iter().zip(&mut stages);
                let products = products.map(|(_, (product, stage))| {
                    let function = stage.function(file);
                    let ([from, to], [input, output]) = (product.begin.map(number), product.sizes().map(number));
                    quote! {
                        #function(
                            simd, layer, rt::window::<_, #input>(transformed, #from),
                            rt::window_mut::<_, #output>(products, #to),
                        );
                    }
                });
                let products: TokenStream = products.collect();
                self.phase(winograd, phase, vector, &products)
            })
            .collect();
        quote! {
            #cfg
            #[inline(always)]
            fn #name<__S: rt::Simd>(
                simd: __S, layer: &#layer, input: &[#element; #input], #term output: &mut [#element; #output],
                scratch: &mut [#element; #scratch],
            ) {
                let [transformed, products, image, turned] =
                    rt::split(scratch, [#transformed, #multiplied, #image, #turned]);
                #before
                #(#phases)*
                #behind
            }
        }
    }

    /// What is done before and behind all tiles where channels lie in front: images become pixels, and outputs planes again.
    fn turned(&self, winograd: &Winograd, vector: Vector) -> (TokenStream, TokenStream) {
        if winograd.turned == [0, 0] {
            return Default::default();
        }
        let Operation { in_channels, out_channels, .. } = *self.operation;
        let (path, lanes) = (vector.path(), number(vector.lanes()));
        let [from, to] = [(0, in_channels), (1, out_channels)]
            .map(|(side, channels)| [channels, winograd.turned[side] / channels].map(number));
        let ([channels, pixels], [out_channels, out_pixels]) = (from, to);
        let before = quote! {
            rt::turn::<__S, #path, #lanes>(simd, input, [#channels, #pixels], image);
            let (input, result, output) = (&image[..], output, turned);
        };
        (before, quote!(rt::turn::<__S, #path, #lanes>(simd, output, [#out_pixels, #out_channels], result);))
    }

    /// The blocks of one phase.
    fn phase(&self, winograd: &Winograd, phase: &Phase, vector: Vector, products: &TokenStream) -> TokenStream {
        let Operation { in_channels, out_channels, .. } = *self.operation;
        let [from, to] = [(0, in_channels), (1, out_channels)].map(|(side, channels)| grid(phase, side, channels));
        let tiles = Tiles::new(winograd, phase);
        let inputs = tiles.each(&self.transformed(winograd, vector, &tiles));
        let outputs = tiles.each(&self.finished(vector, &tiles));
        let (first, full, blocks) = (number(phase.first), number(phase.full), number(phase.blocks));
        let body = quote!(#inputs #products #outputs);
        let (first, body) =
            if phase.blocks == 1 { (quote!(#first), body) } else { (quote!(#first + block * #full), body) };
        let body = quote!(let first = #first; #body);
        let looped = if phase.blocks == 1 { body } else { quote!(for block in 0..#blocks { #body }) };
        let [high, wide] = winograd.axes.map(|axis| number(axis.points()));
        let path = vector.path();
        quote! {{
            const FROM: rt::Grid = #from;
            const TO: rt::Grid = #to;
            let mut half = [[<#path>::splat(simd, 0.0); #wide]; #high];
            #looped
        }}
    }

    /// The transformation of one tile: of its rows, and then of its columns.
    fn transformed(&self, winograd: &Winograd, vector: Vector, tiles: &Tiles) -> TokenStream {
        let axes = axes(self.operation);
        let [top, left] = [0, 1].map(|axis: usize| {
            let (outputs, before) = (number(winograd.axes[axis].outputs()), number(axes[axis].pad_before));
            let at = if axis == 0 { quote!((first + row)) } else { quote!(tile) };
            quote!(usize::wrapping_sub(#at * #outputs, #before))
        });
        let (path, lanes) = (vector.path(), number(vector.lanes()));
        let across = tiles.columns.by(|convolution| {
            let across = transform("input", convolution);
            quote! {
                rt::rows::<__S, #path, _, _>(
                    simd, (input, IMAGE, channel), (#top, #left), &mut half[..high], #[inline(always)] |x| #across(simd, x),
                );
            }
        });
        let down = tiles.rows.by(|convolution| {
            let down = transform("input", convolution);
            quote! {
                rt::columns::<__S, #path, _, _>(
                    simd, &half, wide, (&mut transformed[..], FROM, (row, tile), channel),
                    #[inline(always)] |x| #down(simd, x),
                );
            }
        });
        quote!(for channel in rt::vectors(IMAGE.channels, #lanes) { #across #down })
    }

    /// The outputs of one tile: its columns transformed back, and then its rows.
    fn finished(&self, vector: Vector, tiles: &Tiles) -> TokenStream {
        let (path, lanes, stored) = (vector.path(), number(vector.lanes()), self.stored(vector));
        let down = tiles.rows.by(|convolution| {
            let down = transform("output", convolution);
            quote! {
                rt::back_columns::<__S, #path, _, _, _>(
                    simd, (&products[..], TO, (row, tile), channel), wide, &mut half, #[inline(always)] |x| #down(simd, x),
                );
            }
        });
        let [high, wide] = [&tiles.rows, &tiles.columns].map(|line| number(line.axis.outputs()));
        let outputs = if tiles.rows.axis.beyond > 0 {
            quote!(usize::min(#high, OUTPUTS.height - top))
        } else {
            tiles.rows.by(|Convolution { outputs, .. }| number(outputs).into_token_stream())
        };
        let stored =
            if tiles.columns.axis.beyond > 0 { quote!(if left + x < OUTPUTS.width { #stored }) } else { stored };
        let across = tiles.columns.by(|convolution| {
            let across = transform("output", convolution);
            quote! {
                rt::back_rows::<#path, _, _, _>(
                    &half[..outputs], #[inline(always)] |x| #across(simd, x), #[inline(always)] |value, (y, x)| {
                        let at = OUTPUTS.at(top + y, left + x) + channel;
                        #stored
                    },
                );
            }
        });
        quote! {
            let (top, left) = ((first + row) * #high, tile * #wide);
            let outputs = rt::opaque(#outputs);
            for channel in rt::vectors(OUTPUTS.channels, #lanes) { #down #across }
        }
    }

    /// What becomes of a vector of outputs, `value`, at `at`.
    fn stored(&self, vector: Vector) -> TokenStream {
        let Operation { bias, activation, sum, .. } = *self.operation;
        let of_channel = |field: &str| {
            let field = format_ident!("{field}");
            vector.load(&quote!(layer.#field[channel..]), 0)
        };
        let mut value = quote!(value);
        if bias {
            let bias = of_channel("bias");
            value = quote!((#value + #bias));
        }
        let slopes = if activation == Activation::Prelu { of_channel("slopes") } else { TokenStream::new() };
        value = vector.activate(activation, &value, &slopes);
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
fn transform(side: &str, convolution: Convolution) -> Ident {
    let Convolution { outputs, taps, .. } = convolution;
    // Of two families of points a matrix may be wanted for as many outputs.
    format_ident!("{side}{outputs}of{taps}at{}", convolution.most_points())
}

/// The tiles of a block along one axis.
struct Line {
    axis: Tiling,
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
    fn len(&self) -> usize {
        self.full + usize::from(self.rest)
    }
}

/// The tiles of a block.
struct Tiles {
    rows: Line,
    columns: Line,
}

impl Tiles {
    fn new(winograd: &Winograd, phase: &Phase) -> Self {
        let [rows, columns] = winograd.axes;
        Tiles {
            rows: Line { axis: rows, at: quote!(row), full: phase.full, rest: phase.rest },
            columns: Line { axis: columns, at: quote!(tile), full: columns.full, rest: columns.rest > 0 },
        }
    }

    /// `body` for each tile, of which it knows how many points it has.
    fn each(&self, body: &TokenStream) -> TokenStream {
        let points = |line: &Line| line.by(|convolution| number(convolution.inputs()).into_token_stream());
        let ([rows, tiles], [high, wide]) =
            ([&self.rows, &self.columns].map(|line| number(line.len())), [&self.rows, &self.columns].map(points));
        quote! {
            for row in 0..#rows {
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

/// Where a block's elements lie, on the inputs' side of products or on the outputs'.
fn grid(phase: &Phase, side: usize, channels: usize) -> TokenStream {
    // What is not there is never asked for.
    let class = |down: usize, across: usize| {
        let is = |product: &&Product| {
            [down, across].iter().zip(&product.elements).all(|(&class, elements)| (elements.start > 0) == (class > 0))
        };
        phase.products.iter().find(is)
    };
    let line = |product: &Product| product.elements[1].len() * channels;
    let tile = |product: &Product| product.strides()[side];
    let each = |of: &dyn Fn(&Product) -> usize| {
        let of = |down, across| number(class(down, across).map_or(0, of));
        let [a, b, c, d] = [of(0, 0), of(0, 1), of(1, 0), of(1, 1)];
        quote!([[#a, #b], [#c, #d]])
    };
    let begin = each(&|product| product.begin[side]);
    let (rows, tiles) = (each(&|product| product.tiles[1] * tile(product)), each(&tile));
    let [near, far] = [0, 1].map(|across| number(class(0, across).map_or(0, line)));
    let first = class(0, 0).map_or([0, 0], |product| [product.elements[0].end, product.elements[1].end]);
    let ([down, across], channels) = (first.map(number), number(channels));
    quote! {
        rt::Grid {
            split: [#down, #across],
            begin: #begin,
            row: #rows,
            tile: #tiles,
            line: [#near, #far],
            channels: #channels,
        }
    }
}
