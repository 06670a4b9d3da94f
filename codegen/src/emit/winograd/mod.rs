//! Convolutions by Winograd's algorithm: tiles are transformed, multiplied element by element, and transformed back.
//!
//! Comes in: a [`Winograd`] plan. Goes out: function items, and the pass that calls them. The transformations' loops are in the runtime crate,
//! and the products' functions are those of any pointwise convolution. Takes no decisions.
//!
//! Each of the three stages may be shared among threads: the transformations by rows of tiles, the products by elements.

mod grid;
mod lines;
mod summed;
mod transforms;

use core::ops::Range;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use toeplitz_tensors::tiles::Depth;

use super::item::Generator;
use super::kernel::{Context, Part, Stage, architecture};
use super::linear;
use super::vector::{Vector, number, path};
use super::{at_level, named};
use crate::operation::{Element, Operation};
use crate::plan::machine::REGISTER_FILES;
use crate::plan::winograd::matrices::Convolution;
use crate::plan::winograd::{Phase, Product, View, Winograd};
use transforms::{Tiles, Transforms, transform};

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
            let line = |axis: usize, elements: &Range<usize>| {
                let convolution = winograd.axes[axis].convolution;
                (convolution.taps, convolution.points()[elements.clone()].to_vec())
            };
            let [down, across] = &stage.0.elements;
            // A tile of one row has its points along that.
            let lines = if winograd.kept.is_some() {
                [line(0, across), line(1, down)]
            } else {
                [line(0, down), line(1, across)]
            };
            (self.product(stage), lines)
        })
    }

    /// What products are summed over, beside input channels.
    pub(super) fn depth(&self, winograd: &Winograd) -> Depth {
        let View { folded, before, .. } = winograd.view;
        let columns = self.operation.axes.last().map_or(1, |axis| axis.kernel);
        Depth { rows: winograd.view.kept_taps(), columns, folded, before }
    }

    /// The pixels that the products loop over.
    pub(super) fn product_bands(&self, winograd: &Winograd) -> TokenStream {
        let multiplied = winograd.stages().filter(|(product, _)| !product.plan.kernels.is_empty());
        multiplied.map(|stage| self.product(stage).bands()).collect()
    }

    /// The pass: stage by stage, block by block.
    pub(super) fn tiled_pass(&self, winograd: &Winograd) -> TokenStream {
        if let Some(kept) = &winograd.kept {
            return self.lined_pass(winograd, kept);
        }
        let [transformed, multiplied, image, turned] = {
            let ([inputs, outputs], [image, turned]) = (winograd.lens(), winograd.turned);
            [inputs, outputs, image, turned].map(number)
        };
        let most = number(self.plan.parts.map_or(1, |parts| parts.most));
        let phases = winograd.phases.iter().enumerate().map(|(index, phase)| self.phase(winograd, (index, phase)));
        let (before, behind) = if winograd.turned == [0, 0] { Default::default() } else { self.turned(winograd) };
        quote! {
            const MOST: usize = #most;
            let [transformed, products, image, turned] =
                rt::split(scratch, [#transformed, #multiplied, #image, #turned]);
            #before
            #(#phases)*
            #behind
        }
    }

    /// What is done before and behind all tiles where channels lie in front: images become pixels, and outputs planes again.
    fn turned(&self, winograd: &Winograd) -> (TokenStream, TokenStream) {
        let Operation { in_channels, out_channels, .. } = *self.operation;
        let shared = |from: &TokenStream, to: &TokenStream, [rows, columns]: [usize; 2]| {
            let call = at_level(named("turn_"), &quote!(#from, [ROWS, COLUMNS], &part, columns));
            let [rows, columns] = [rows, columns].map(number);
            quote! {{
                const ROWS: usize = #rows;
                const COLUMNS: usize = #columns;
                rt::shares(
                    rt::Cuts { count: COLUMNS, first: 0, step: 16, most: MOST }, [&mut #to[..]], |column| [column * ROWS],
                    |part, [columns]| #call,
                );
            }}
        };
        let [pixels, out_pixels] = [winograd.turned[0] / in_channels, winograd.turned[1] / out_channels];
        let before = shared(&quote!(&input[..]), &quote!(image), [in_channels, pixels]);
        let behind = shared(&quote!(&output[..]), &quote!(result), [out_pixels, out_channels]);
        (quote!(#before let (input, result, output) = (&image[..], output, turned);), behind)
    }

    /// The blocks of one phase.
    fn phase(&self, winograd: &Winograd, (index, phase): (usize, &Phase)) -> TokenStream {
        let tiles = Tiles::new(winograd, phase);
        let (rows, high) = (number(tiles.rows.len()), number(tiles.rows.axis.outputs()));
        let [from, to] = [0, 1].map(|side| grid::lens(phase, side));
        let (of_rows, of_elements) = (grid::rows(phase), grid::elements(phase, &format_ident!("ELEMENTS{index}")));
        let units = number(grid::units(phase));
        let call = |stage: &str, arguments: &TokenStream| at_level(named(&format!("{stage}{index}_")), arguments);
        let transform = call("transform", &quote!(input, first, &part, &mut memory));
        let multiply = call("multiply", &quote!(self, &transformed, &part, memory));
        let term = self.term();
        let finish = call("finish", &quote!(self, &products, first, &part, #term output));
        let cuts = |count: &dyn ToTokens| quote!(rt::Cuts { count: #count, first: 0, step: 1, most: MOST });
        let (by_rows, by_units) = (cuts(&rows), cuts(&units));
        let body = quote! {
            rt::shares(#by_rows, rt::cut_mut(transformed, #from), |row| #of_rows, |part, mut memory| #transform);
            let transformed = rt::cut(transformed, #from);
            rt::shares(#by_units, rt::cut_mut(products, #to), |unit| #of_elements, |part, memory| #multiply);
            let products = rt::cut(products, #to);
            rt::shares(
                #by_rows, [&mut output[OUTPUTS.row(first * #high)..]],
                |row| [OUTPUTS.row((first + row) * #high) - OUTPUTS.row(first * #high)],
                |part, [output]| #finish,
            );
        };
        let (first, full, blocks) = (number(phase.first), number(phase.full), number(phase.blocks));
        if phase.blocks == 1 {
            quote!({ let first = #first; #body })
        } else {
            quote!(for block in 0..#blocks { let first = #first + block * #full; #body })
        }
    }
}

/// The taps and points of an axis as generated code has them.
pub(super) fn line_tokens((taps, points): &(usize, Vec<f64>)) -> TokenStream {
    let points = points
        .iter()
        .map(|&point| if point == f64::INFINITY { quote!(f64::INFINITY) } else { linear::signed(point, Element::F64) });
    let taps = number(*taps);
    quote!(rt::Line { taps: #taps, points: &[#(#points),*] })
}

/// What products are summed over, as generated code has it.
pub(super) fn depth_tokens(Depth { rows, columns, folded, before }: Depth) -> TokenStream {
    let [rows, columns, folded, before] = [rows, columns, folded, before].map(number);
    quote!(rt::Depth { rows: #rows, columns: #columns, folded: #folded, before: #before })
}

impl Context<'_> {
    /// The functions of all register files.
    pub(super) fn tiles(&self, winograd: &Winograd) -> TokenStream {
        let element = self.operation.element;
        let mut convolutions: Vec<Convolution> = Vec::new();
        let tiled = if winograd.kept.is_some() { 1.. } else { 0.. };
        for convolution in winograd.axes[tiled].iter().flat_map(|axis| axis.kinds()) {
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
        let images = self.images(&winograd.view);
        let phases = if winograd.kept.is_some() { &[][..] } else { &winograd.phases };
        let elements = phases.iter().enumerate().map(|(index, phase)| {
            let (name, runs) = (format_ident!("ELEMENTS{index}"), grid::runs(phase));
            quote!(const #name: [rt::Run; 4] = #runs;)
        });
        let files = REGISTER_FILES.iter().map(|file| {
            let products = winograd.stages().map(|(product, stage)| {
                let [input, output] = product.sizes;
                let context = Context {
                    plan: &product.plan,
                    operation: &product.operation,
                    layer: self.layer,
                    sizes: (input, output),
                    stage,
                    part: Part::Groups,
                };
                let kernel = product.plan.kernels.iter().find(|kernel| kernel.file.name == file.name);
                kernel.map(|kernel| context.kernel(kernel))
            });
            let lanes = file.holding(element).lanes;
            let all = self.all_tiles(winograd, file.name, Vector::new(element, lanes));
            let products = products.flatten();
            quote!(#all #(#products)*)
        });
        quote!(#(#transforms)* #images #(#elements)* #(#files)*)
    }

    /// The sizes of input and output, as constants.
    fn images(&self, View { axes, in_channels, .. }: &View) -> TokenStream {
        let Operation { out_channels, .. } = self.operation;
        let image = |name: &str, sizes: [usize; 3]| {
            let (name, [height, width, channels]) = (format_ident!("{name}"), sizes.map(number));
            quote!(const #name: rt::Image = rt::Image { height: #height, width: #width, channels: #channels };)
        };
        let input = image("IMAGE", [axes[0].input, axes[1].input, *in_channels]);
        let output = image("OUTPUTS", [axes[0].output, axes[1].output, *out_channels]);
        quote!(#input #output)
    }

    /// The functions of one register file: those of each phase's stages.
    fn all_tiles(&self, winograd: &Winograd, file: &str, vector: Vector) -> TokenStream {
        let turn = if winograd.turned == [0, 0] { TokenStream::new() } else { self.turning(file, vector) };
        if let Some(kept) = &winograd.kept {
            let lines = self.lined((winograd, kept), file, vector);
            return quote!(#lines #turn);
        }
        let mut stages = winograd.stages();
        let phases = winograd.phases.iter().enumerate().map(|(index, phase)| {
            let products = phase.products.iter().zip(&mut stages).map(|(_, stage)| stage);
            let transforms = Transforms { index, phase, file, vector, tiles: Tiles::new(winograd, phase) };
            let transform = self.transformed(winograd, &transforms);
            let multiply = self.multiplied(index, products, file);
            let finish = self.finished(winograd, &transforms);
            quote!(#transform #multiply #finish)
        });
        quote!(#(#phases)* #turn)
    }

    /// The products of some elements of a phase.
    fn multiplied<'a>(
        &self,
        index: usize,
        products: impl Iterator<Item = (&'a Product, Stage)>,
        file: &str,
    ) -> TokenStream {
        let (cfg, layer, element) = (architecture(file), self.layer, path(self.operation.element));
        let (name, runs) = (format_ident!("multiply{index}_{file}"), format_ident!("ELEMENTS{index}"));
        let products: TokenStream = products
            .map(|(product, stage)| {
                let (function, class, input) = (stage.function(file), number(product.class()), number(product.sizes[0]));
                quote! {
                    let elements = rt::within(&#runs[#class], part);
                    #function(simd, layer, rt::window::<_, #input>(transformed[#class], 0), &elements, products[#class]);
                }
            })
            .collect();
        quote! {
            #cfg
            #[inline(always)]
            fn #name<__S: rt::Simd>(
                simd: __S, layer: &#layer, transformed: &rt::Classes<'_, #element>, part: &rt::Range<usize>,
                products: rt::ClassesMut<'_, #element>,
            ) {
                #products
            }
        }
    }
}
