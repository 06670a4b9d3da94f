//! The packed fields of a layer: what is declared, what the constructor puts there, and the numbers themselves where weights are known.
//!
//! Comes in: the plan's panels. Goes out: fields of the type, as tokens and as numbers by the same description. Takes no decisions.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use toeplitz_tensors::Number;
use toeplitz_tensors::norm::Trained;
use toeplitz_tensors::pack::{self, Panels, Weights};
use toeplitz_tensors::spectra::{self, Spectra};
use toeplitz_tensors::tiles::{Depth, Line};

use super::item::Generator;
use super::vector::number;
use super::winograd::{depth_tokens, line_tokens};
use crate::operation::{Activation, DataFormat, Element, Norm, Operation};
use crate::plan::Instead;
use crate::plan::factored::{self, Factors};
use crate::plan::fourier::Fourier;
use crate::plan::panel::{self, Panel};
use crate::plan::sparse::{List, Sparse};
use crate::plan::winograd::Winograd;

/// A field, nested arrays of numbers.
pub(super) struct Field {
    name: Ident,
    /// Lengths of the arrays, outermost first.
    lens: Vec<usize>,
    /// The constructors' parameter that it is made from.
    parameter: &'static str,
    content: Content,
    element: Element,
}

/// What a field holds.
enum Content {
    /// Weights of the constructors' parameter, as panels.
    Weights { order: Weights, panels: Panels, named: bool },
    /// Those of them that a list has.
    Listed { order: Weights, panels: Panels, list: List },
    /// The steps of a list.
    Steps(List),
    /// Where each part of a list begins and ends.
    Starts(List),
    /// Sums of such weights.
    Magnitudes { order: Weights, panels: Panels, of: Ident, columns: usize },
    /// Such weights, transformed, for the products of elements: what these are summed over, the taps of each axis, and the points.
    Elements { order: Weights, panels: Panels, depth: Depth, lines: [(usize, Vec<f64>); 2] },
    /// The spectra of such weights.
    Spectra { order: Weights, spectra: Spectra },
    /// The parameter as it is.
    Plain,
    /// A bias for each lane that is an output channel.
    Bias(Channels),
    /// A slope for each lane, those of so many channels again and again.
    Slopes(Channels, usize),
}

/// Some channels of each group.
struct Channels {
    groups: usize,
    each: usize,
    first: usize,
    outputs: usize,
    interleave: usize,
}

/// The arrays that a layer's fields are made from, by the constructors' parameters.
pub(super) struct Arrays<E>(pub(super) Vec<(&'static str, Vec<E>)>);

impl<E> Arrays<E> {
    /// Takes the batch normalisation of a part into its weights and bias.
    pub(super) fn fold(&mut self, stage: &Generator<'_>)
    where
        E: Number,
    {
        let Some(Norm { epsilon, .. }) = stage.operation.norm else { return };
        let [own_weights, own_bias, _] = stage.own_parameters();
        let [gamma, beta, mean, variance] = stage.norm_parameters().map(|name| self.of(name));
        let (mut weights, mut shifts) = (self.of(own_weights).to_vec(), vec![E::default(); gamma.len()]);
        let trained = Trained { gamma, beta, mean, variance, epsilon };
        E::fold(trained, stage.weights_order(), self.of(own_bias), &mut weights, &mut shifts);
        self.0.retain(|(name, _)| ![own_weights, own_bias].contains(name));
        self.0.extend([(own_weights, weights), (own_bias, shifts)]);
    }

    /// Puts the columns and the rows of a layer's kernels beside them.
    pub(super) fn factor(&mut self, operation: &Operation)
    where
        E: Number,
    {
        let weights: Vec<f64> = self.of("weights").iter().map(|&weight| weight.into()).collect();
        let Factors { down, across } = factored::factors(operation, &weights);
        let rounded = |factor: Vec<f64>| factor.into_iter().map(E::nearest).collect();
        self.0.extend([("down", rounded(down)), ("across", rounded(across))]);
    }

    fn of(&self, parameter: &str) -> &[E] {
        self.0.iter().find(|(name, _)| *name == parameter).map_or(&[], |(_, elements)| elements)
    }
}

impl Field {
    /// The field in the type.
    pub(super) fn declaration(&self) -> TokenStream {
        let (name, number_type) = (&self.name, format_ident!("{}", self.number_type()));
        let nested = self.lens.iter().rev().fold(quote!(#number_type), |inner, &len| {
            let len = number(len);
            quote!([#inner; #len])
        });
        quote!(#name: #nested,)
    }

    /// The type of its numbers.
    pub(super) fn number_type(&self) -> &'static str {
        match self.content {
            Content::Steps(_) | Content::Starts(_) => "u32",
            Content::Weights { .. }
            | Content::Listed { .. }
            | Content::Magnitudes { .. }
            | Content::Elements { .. }
            | Content::Spectra { .. }
            | Content::Plain
            | Content::Bias(_)
            | Content::Slopes(..) => self.element.name(),
        }
    }

    /// The field's value in the constructor, and what has to be worked out before all of them.
    pub(super) fn value(&self) -> (TokenStream, TokenStream) {
        let (name, parameter) = (&self.name, format_ident!("{}", self.parameter));
        match &self.content {
            Content::Weights { order, panels, named } => {
                let order = order_tokens(order);
                let [first, outputs, interleave] = [panels.first, panels.outputs, panels.interleave].map(number);
                let packed = quote!(rt::pack(#parameter, #order, #first, #outputs, #interleave));
                if *named {
                    (quote!(let #name = #packed;), quote!(#name,))
                } else {
                    (TokenStream::new(), quote!(#name: #packed,))
                }
            }
            Content::Listed { .. } | Content::Steps(_) | Content::Starts(_) => {
                unreachable!("of weights that a constructor takes no zeros are known")
            }
            Content::Elements { order, panels, depth, lines } => {
                let (order, pack) = (order_tokens(order), format_ident!("pack_tiles_{}", self.element.name()));
                let depth = depth_tokens(*depth);
                let [first, outputs, interleave] = [panels.first, panels.outputs, panels.interleave].map(number);
                let lines = lines.each_ref().map(line_tokens);
                let packed =
                    quote!(rt::#pack(#parameter, #order, #depth, [#(#lines),*], #first, #outputs, #interleave));
                (TokenStream::new(), quote!(#name: #packed,))
            }
            Content::Spectra { order, spectra } => {
                let (order, pack) = (order_tokens(order), format_ident!("spectra_{}", self.element.name()));
                let Spectra { taps, size, together } = *spectra;
                let [roots, size, together, cells] =
                    [spectra::roots_len(size), size, together, self.lens[0]].map(number);
                let taps = number(taps);
                let packed = quote!(rt::#pack::<#roots, #size, #together, #cells>(#parameter, #order, #taps));
                (TokenStream::new(), quote!(#name: #packed,))
            }
            Content::Plain => (TokenStream::new(), quote!(#name: *#parameter,)),
            Content::Magnitudes { of, .. } => {
                let sums = format_ident!("magnitudes_{}", self.element.name());
                (TokenStream::new(), quote!(#name: rt::#sums(&#of),))
            }
            Content::Bias(Channels { groups, each, first, outputs, interleave }) => {
                let [groups, each, first, outputs, interleave] =
                    [*groups, *each, *first, *outputs, *interleave].map(number);
                (
                    TokenStream::new(),
                    quote!(#name: rt::pad(#parameter, (#groups, #each), #first, #outputs, #interleave),),
                )
            }
            Content::Slopes(Channels { groups, each, first, outputs, .. }, width) => {
                let [groups, each, first, outputs, width] = [*groups, *each, *first, *outputs, *width].map(number);
                (TokenStream::new(), quote!(#name: rt::spread(#parameter, (#groups, #each), #first, #outputs, #width),))
            }
        }
    }

    /// The field's bytes, of each number the lowest first.
    pub(super) fn bytes<E: Number>(&self, arrays: &Arrays<E>) -> Vec<u8> {
        match &self.content {
            Content::Steps(list) => return list.steps.iter().flat_map(|step| step.to_le_bytes()).collect(),
            Content::Starts(list) => return list.starts.iter().flat_map(|start| start.to_le_bytes()).collect(),
            _ => {}
        }
        let numbers = self.numbers(arrays);
        let mut bytes = Vec::with_capacity(numbers.len() * E::BYTES);
        for number in numbers {
            number.push_le(&mut bytes);
        }
        bytes
    }

    /// The field's numbers, as they lie in memory.
    fn numbers<E: Number>(&self, arrays: &Arrays<E>) -> Vec<E> {
        let mut numbers = vec![E::default(); self.lens.iter().product()];
        let elements = arrays.of(self.parameter);
        match &self.content {
            Content::Weights { order, panels, .. } => pack::pack(elements, *order, *panels, &mut numbers),
            Content::Listed { order, panels, list } => {
                let mut weights = vec![E::default(); panels.len()];
                pack::pack(elements, *order, *panels, &mut weights);
                let steps = list.places(panels.steps).map(|step| &weights[step * panels.lanes..][..panels.lanes]);
                numbers = steps.flatten().copied().collect();
            }
            Content::Steps(_) | Content::Starts(_) => unreachable!("no elements of a layer"),
            Content::Elements { order, panels, depth, lines } => {
                let lines = lines.each_ref().map(|(taps, points)| Line { taps: *taps, points });
                E::pack_tiles(elements, *order, *depth, lines, *panels, &mut numbers);
            }
            Content::Spectra { order, spectra } => {
                let mut roots = vec![[0.0; 2]; spectra::roots_len(spectra.size)];
                spectra::roots(spectra.size, &mut roots);
                let mut work = vec![[0.0; 2]; spectra.size];
                E::pack_spectra(elements, *order, *spectra, (&roots, &mut work), &mut numbers);
            }
            Content::Plain => numbers.copy_from_slice(elements),
            Content::Magnitudes { order, panels, columns, .. } => {
                let mut weights = vec![E::default(); panels.len()];
                pack::pack(elements, *order, *panels, &mut weights);
                E::magnitudes(&weights, panels.lanes, panels.steps, *columns, &mut numbers);
            }
            Content::Bias(Channels { groups, each, first, outputs, interleave }) => {
                pack::pad(elements, (*groups, *each), *first, *outputs, *interleave, &mut numbers);
            }
            Content::Slopes(Channels { groups, each, first, outputs, .. }, width) => {
                let lanes = self.lens[1];
                pack::spread(elements, (*groups, *each), *first, *outputs, *width, lanes, &mut numbers);
            }
        }
        numbers
    }

    pub(super) fn name(&self) -> &Ident {
        &self.name
    }
}

impl Generator<'_> {
    /// The packed fields of all parts.
    pub(super) fn packed(&self) -> Vec<Field> {
        let of = |stage: Generator<'_>| -> Vec<Field> {
            let panels = stage.plan.panels.iter().enumerate();
            panels.flat_map(|(index, panel)| stage.packed_panels(index, panel)).collect()
        };
        match &self.plan.instead {
            Some(Instead::Winograd(winograd)) => self.packed_tiles(winograd),
            Some(Instead::Fourier(fourier)) => self.packed_transforms(fourier),
            Some(Instead::Factored(factored)) => self.parts(factored).into_iter().flat_map(of).collect(),
            None => self.stages().flat_map(of).collect(),
        }
    }

    /// Those of a convolution by tiles: the weights of its products, and a bias and a slope for each channel.
    fn packed_tiles(&self, winograd: &Winograd) -> Vec<Field> {
        let [own_weights, ..] = self.own_parameters();
        let mut fields = Vec::new();
        for (product, lines) in self.own_products(winograd) {
            for (index, panel) in product.plan.panels.iter().enumerate() {
                let mut field = product.packed_panels(index, panel).swap_remove(0);
                if let Content::Weights { panels, .. } = field.content {
                    let (order, depth) = (self.weights_order(), self.depth(winograd));
                    field.content = Content::Elements { order, panels, depth, lines: lines.clone() };
                }
                fields.push(Field { parameter: own_weights, ..field });
            }
        }
        fields.extend(self.packed_plainly());
        fields
    }

    /// Those of a convolution by transforms: spectra, and a bias and a slope for each channel.
    fn packed_transforms(&self, fourier: &Fourier) -> Vec<Field> {
        let [parameter, ..] = self.own_parameters();
        let Fourier { taps, size, together, .. } = *fourier;
        let content = Content::Spectra { order: self.weights_order(), spectra: Spectra { taps, size, together } };
        let lens = vec![fourier.spectra(), together, 2];
        let spectra =
            Field { name: format_ident!("spectra"), lens, parameter, content, element: self.operation.element };
        core::iter::once(spectra).chain(self.packed_plainly()).collect()
    }

    /// A bias and a slope for each channel, where there are some.
    fn packed_plainly(&self) -> impl Iterator<Item = Field> {
        let Operation { bias, activation, element, out_channels, .. } = *self.operation;
        let [_, own_bias, own_slopes] = self.own_parameters();
        let plain = move |name: &str, parameter| Field {
            name: format_ident!("{name}"),
            lens: vec![out_channels],
            parameter,
            content: Content::Plain,
            element,
        };
        let bias = bias.then(|| plain("bias", own_bias));
        bias.into_iter().chain((activation == Activation::Prelu).then(|| plain("slopes", own_slopes)))
    }

    /// Those of one panel group.
    fn packed_panels(&self, index: usize, panel: &Panel) -> Vec<Field> {
        let name = |kind| format_ident!("{kind}{}", self.stage.panels + index);
        let Operation { bias, activation, element, out_channels, .. } = *self.operation;
        let groups = self.packed_groups();
        let (count, lanes) = (panel.count * groups, panel.lanes());
        let (rows, steps) = (self.plan.frame.kernel_rows(), self.plan.frame.row_depth() / panel.interleave);
        let Panel { first, outputs, interleave, width, .. } = *panel;
        let (panels, order) = (Panels { first, outputs, interleave, lanes, steps, rows, count }, self.weights_order());
        let channels = || Channels { groups, each: out_channels / groups, first, outputs, interleave };
        let [own_weights, own_bias, own_slopes] = self.own_parameters();
        let field = |kind, lens: &[usize], parameter, content| Field {
            name: name(kind),
            lens: lens.to_vec(),
            parameter,
            content,
            element,
        };
        let mut fields = if let Some(Sparse { lists, .. }) = &self.plan.sparse {
            let (list, columns) = (lists[index].clone(), self.plan.frame.columns.kernel);
            let starts = field("starts", &[count, rows, columns + 1], own_weights, Content::Starts(list.clone()));
            let kept = list.steps.len();
            let steps = field("steps", &[kept], own_weights, Content::Steps(list.clone()));
            vec![field("weights", &[kept, lanes], own_weights, Content::Listed { order, panels, list }), steps, starts]
        } else {
            let weights = Content::Weights { order, panels, named: self.plan.magnitudes };
            vec![field("weights", &[count, rows, steps, lanes], own_weights, weights)]
        };
        if bias {
            fields.push(field("bias", &[count, lanes], own_bias, Content::Bias(channels())));
        }
        if self.plan.magnitudes {
            let columns = self.plan.frame.columns.kernel;
            let sums = Content::Magnitudes { order, panels, of: name("weights"), columns };
            fields.push(field("magnitudes", &[count, rows, columns, lanes], own_weights, sums));
        }
        if activation == Activation::Prelu {
            // After sums across lanes, results of several columns share a vector.
            let lanes = width.max(if interleave == 1 { 1 } else { panel::widest(element) });
            fields.push(field("slopes", &[count, lanes], own_slopes, Content::Slopes(channels(), width)));
        }
        fields
    }

    /// How the flat weights lie.
    pub(super) fn weights_order(&self) -> Weights {
        let Operation { in_channels, out_channels, groups, transposed, .. } = *self.operation;
        let (depth, each) = (in_channels / groups, out_channels / groups);
        let taps: usize = self.operation.axes.iter().map(|axis| axis.kernel).product();
        let (tap, input, output, group) = match (self.operation.format, transposed) {
            (DataFormat::ChannelsLast, true) => (in_channels * each, 1, in_channels, depth),
            (DataFormat::ChannelsLast, false) => (depth * out_channels, out_channels, 1, each),
            (DataFormat::ChannelsFirst, true) => (1, each * taps, taps, depth * each * taps),
            (DataFormat::ChannelsFirst, false) => (1, taps, depth * taps, each * depth * taps),
        };
        // Where channels keep apart, they are packed as the outputs of one group.
        let output = if self.plan.frame.diagonal { group } else { output };
        let (groups, each) = (self.packed_groups(), out_channels / self.packed_groups());
        Weights { groups, in_channels: depth, out_channels: each, tap, input, output, group }
    }

    /// Groups of channels with panels of their own.
    pub(super) fn packed_groups(&self) -> usize {
        if self.plan.frame.diagonal { 1 } else { self.operation.groups }
    }
}

/// An order of weights as generated code has it.
pub(super) fn order_tokens(order: &Weights) -> TokenStream {
    let Weights { groups, in_channels, out_channels, tap, input, output, group } = *order;
    let [groups, depth, each, tap, input, output, group] =
        [groups, in_channels, out_channels, tap, input, output, group].map(number);
    quote! {
        rt::Weights {
            groups: #groups,
            in_channels: #depth,
            out_channels: #each,
            tap: #tap,
            input: #input,
            output: #output,
            group: #group,
        }
    }
}
