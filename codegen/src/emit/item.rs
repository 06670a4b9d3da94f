//! The generated type: struct, constants, constructors, `forward`, the `Layer` trait.
//!
//! Comes in: the names the user chose, and the plan. Goes out: items, or a block whose value is the constructor.
//! Takes no decisions.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::kernel::{Context, Part, Stage};
use super::layout;
use super::stages::Parameter;
use super::tensors;
use super::vector::{number, path};
use super::{at_level, named};
use crate::layout::Toeplitz;
use crate::network;
use crate::operation::{Activation, Axis, Inner, Operation, Place, Sum};
use crate::plan::frame::Frame;
use crate::plan::{Instead, Lines, Parts, Plan};
use crate::spec::{Form, Spec};
use crate::tuning::{FILE, MANIFEST};

/// Bytes of memory to work in that a layer takes from the stack by itself. More is on the heap.
const STACK: usize = 64 << 10;

/// The expansion of a call.
pub(crate) fn emit(form: &Form, spec: &Spec, operation: &Operation, toeplitz: &Toeplitz, plan: &Plan) -> TokenStream {
    let unnamed = || Ident::new(spec.type_name, Span::call_site());
    let (attrs, vis, ident) = match form {
        Form::Item(item) => (item.attrs.as_slice(), item.vis.to_token_stream(), item.ident.clone()),
        Form::Expression | Form::Unclear => (&[][..], TokenStream::new(), unnamed()),
    };
    let generator = Generator { spec, operation, toeplitz, plan, ident: &ident, stage: Stage::FIRST };
    let items = generator.items(attrs, &vis);
    match form {
        Form::Item(_) => items,
        Form::Expression | Form::Unclear => quote!({ #items #ident::new }),
    }
}

/// What the parts of the type are made from.
pub(super) struct Generator<'a> {
    pub(super) spec: &'a Spec,
    pub(super) operation: &'a Operation,
    pub(super) toeplitz: &'a Toeplitz,
    pub(super) plan: &'a Plan,
    pub(super) ident: &'a Ident,
    /// Which part of the operator `operation` and `plan` are.
    pub(super) stage: Stage,
}

/// Element counts of the flat buffers.
pub(super) struct Sizes {
    pub(super) weights: usize,
    pub(super) bias: usize,
    /// Slopes of the activation.
    pub(super) slopes: usize,
    pub(super) input: usize,
    pub(super) output: usize,
    /// Between the two.
    pub(super) scratch: usize,
}

impl Generator<'_> {
    /// The struct and everything about it.
    fn items(&self, attrs: &[syn::Attribute], vis: &TokenStream) -> TokenStream {
        let docs = self.docs().lines().map(|line| format!(" {line}")).collect::<Vec<_>>();
        let separator = if attrs.is_empty() { TokenStream::new() } else { quote!(#[doc = ""]) };
        let docs = quote!(#separator #(#[doc = #docs])*);
        let (inherent, layer, plan) = (self.inherent(vis), self.layer(), self.plan.describe(self.operation));
        let members = quote! {
            #inherent
            #layer
            // By name, so that the documentation of the type does not repeat it.
            const PLAN: &str = #plan;
        };
        self.with_members(attrs, vis, &docs, &members)
    }

    /// The struct, its `members`, and the functions that these call.
    pub(super) fn with_members(
        &self,
        attrs: &[syn::Attribute],
        vis: &TokenStream,
        docs: &TokenStream,
        members: &TokenStream,
    ) -> TokenStream {
        let (ident, krate, sizes) = (self.ident, &self.spec.crate_path, self.sizes());
        let cfgs = attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
        let fields = self.all_fields();
        let context = Context {
            plan: self.plan,
            operation: self.operation,
            layer: ident,
            sizes: (sizes.input, sizes.output),
            stage: self.stage,
            part: self.part(),
        };
        let (kernels, bands) = match &self.plan.instead {
            Some(Instead::Winograd(winograd)) => (context.tiles(winograd), self.product_bands(winograd)),
            Some(Instead::Fourier(fourier)) => (context.transforms(fourier), TokenStream::new()),
            Some(Instead::Factored(factored)) => {
                (context.in_parts(factored), self.parts(factored).iter().map(Generator::bands).collect())
            }
            None => {
                let tiled = self.stages().filter(|stage| !stage.plan.kernels.is_empty());
                let kernels = self.plan.kernels.iter().map(|kernel| context.kernel(kernel)).collect();
                (kernels, tiled.map(|stage| stage.bands()).collect())
            }
        };
        let lints = super::lints();
        // What is built is built anew when the file changes.
        let tuning = self.operation.asked.has_file.then(|| {
            let file = super::included(MANIFEST, FILE);
            quote!(const _: &[u8] = #file;)
        });
        quote! {
            #(#attrs)*
            #docs
            #[repr(C, align(64))]
            #vis struct #ident { #fields }

            #lints
            #(#cfgs)*
            const _: () = {
                use #krate::__private as rt;
                use #krate::__private::{Simd as _, SimdBase as _, SimdFloat as _};

                #tuning
                #members
                #bands
                #kernels
            };
        }
    }

    /// Element counts of the flat buffers.
    pub(super) fn sizes(&self) -> Sizes {
        let operation = self.operation;
        let product = |of: fn(&Axis) -> usize| operation.axes.iter().map(of).product::<usize>();
        let has_weights = operation.inner.is_weighted();
        // Not worked out for a pool: nothing bounds the product there.
        let weights =
            || product(|axis| axis.kernel) * (operation.in_channels / operation.groups) * operation.out_channels;
        Sizes {
            weights: if has_weights { weights() } else { 0 },
            bias: if operation.bias { operation.out_channels } else { 0 },
            slopes: if operation.activation == Activation::Prelu { operation.out_channels } else { 0 },
            input: product(|axis| axis.input) * operation.in_channels,
            output: operation.last().axes.iter().map(|axis| axis.output).product::<usize>()
                * operation.last().out_channels,
            scratch: self.plan.scratch(),
        }
    }

    /// The layout as a constant; of what is no matrix times the inputs there is none to show.
    pub(super) fn toeplitz(&self, vis: &TokenStream) -> TokenStream {
        if matches!(self.operation.inner, Inner::Softmax { .. }) {
            return TokenStream::new();
        }
        let rank = number(self.operation.axes.len());
        let toeplitz = match &self.operation.then {
            Some(then) => layout::toeplitz(&self.toeplitz.before(then)),
            None => layout::toeplitz(self.toeplitz),
        };
        quote! {
            /// The layout: which input meets which output, and with which weight.
            #vis const TOEPLITZ: rt::Toeplitz<#rank> = #toeplitz;
        }
    }

    /// Constants and methods of the type itself.
    fn inherent(&self, vis: &TokenStream) -> TokenStream {
        let ident = self.ident;
        let rank = number(self.operation.axes.len());
        let (input_shape, output_shape) = (
            self.shape(|axis| axis.input, self.operation.in_channels),
            self.shape(|axis| axis.output, self.operation.last().out_channels),
        );
        let toeplitz = self.toeplitz(vis);
        let macs = proc_macro2::Literal::u64_unsuffixed(self.plan.all_macs());
        let Sizes { input, output, scratch, .. } = self.sizes();
        let forward = match scratch {
            _ if scratch * self.operation.element.bytes() > STACK => {
                quote!(<Self as rt::Layer>::forward(self, input, output);)
            }
            scratch => {
                let zeros = number(scratch);
                let scratch = if scratch == 0 { quote!([]) } else { quote!([0.0; #zeros]) };
                quote!(<Self as rt::Layer>::forward_at(self, rt::level(), input, output, &mut #scratch);)
            }
        };
        let (input, output, element) = (number(input), number(output), path(self.operation.element));
        let parameters = self.parameters();
        let arguments = parameters.iter().map(Parameter::ident);
        let parameters = parameters.iter().map(|parameter| parameter.declaration(&element));
        let parameters = quote!(#(#parameters),*);
        let (before, values) = self.all_field_values();
        quote! {
            impl #ident {
                /// Shape of the input.
                #vis const INPUT: rt::Shape<#rank> = #input_shape;
                /// Shape of the output.
                #vis const OUTPUT: rt::Shape<#rank> = #output_shape;
                #toeplitz
                /// The plan in words.
                #vis const PLAN: &'static str = PLAN;
                /// Multiply-adds (of a pool: comparisons or additions, of an adder layer: absolute differences, of a softmax: exponentials) of one forward pass; structural zeros are not counted.
                #vis const MACS: u64 = #macs;

                /// Packs the weights.
                #vis const fn new(#parameters) -> Self {
                    #before
                    Self { #values }
                }

                rt::if_alloc! {
                    /// As `new`, on the heap, for a layer that is too large for a stack.
                    #vis fn boxed(#parameters) -> rt::Box<Self> {
                        rt::boxed(|| Self::new(#(#arguments),*))
                    }
                }

                /// Computes `output` from `input`, at the best SIMD level of this CPU.
                #vis fn forward(&self, input: &[#element; #input], output: &mut [#element; #output]) {
                    #forward
                }

                /// Computes each of `outputs` from the input of the same index; with the feature `rayon` on all cores. An error,
                /// and nothing written, if there are not as many outputs as inputs.
                // Inlined, so that only a crate that calls it compiles it.
                #[inline]
                #vis fn forward_batch(
                    &self, inputs: &[[#element; #input]], outputs: &mut [[#element; #output]],
                ) -> ::core::result::Result<(), rt::WrongLength> {
                    <Self as rt::Layer>::forward_batch(self, inputs, outputs)
                }
            }
        }
    }

    /// Calls the function for `level`.
    pub(super) fn dispatch(&self) -> TokenStream {
        if let Inner::Softmax { log } = self.operation.inner {
            let name = if log { "log_softmax" } else { "softmax" };
            let function = format_ident!("{name}_{}", self.operation.element.name());
            let (channels, first) = (number(self.operation.in_channels), self.plan.frame.from.channel > 1);
            return at_level(|_| quote!(rt::#function), &quote!(input, output, #channels, #first));
        }
        if let Some(Instead::Winograd(winograd)) = &self.plan.instead {
            return self.tiled_pass(winograd);
        }
        let scratch = if self.plan.scratch() > 0 { quote!(, scratch) } else { TokenStream::new() };
        let term = self.term();
        let call = |part: TokenStream| at_level(named(""), &quote!(self, input, #part #term output #scratch));
        let Some(Parts { of, most, first, step }) = self.plan.parts else { return call(TokenStream::new()) };
        let Frame { planes, rows, out_channels, to, .. } = &self.plan.frame;
        let (count, len) = match (of, planes) {
            (Lines::Channels, _) => (*out_channels, to.channel),
            (Lines::Rows, Some(planes)) => (planes.output, rows.output * self.plan.frame.output_row()),
            (Lines::Rows, None) => (rows.output, self.plan.frame.output_row()),
        };
        let [count, first, step, most, len] = [count, first, step, most, len].map(number);
        let of_part = if term.is_empty() { TokenStream::new() } else { quote!(let term = &term[part.start * #len..];) };
        let call = call(quote!(&part,));
        quote! {
            rt::shares(
                rt::Cuts { count: #count, first: #first, step: #step, most: #most }, [&mut output[..]], |row| [row * #len],
                |part, [output]| { #of_part #call },
            )
        }
    }

    /// What is added to the outputs, where that is a value of its own, as an argument.
    pub(super) fn term(&self) -> TokenStream {
        let is_beside = |sum: Sum| sum.place == Place::Beside;
        if self.operation.last().sum.is_some_and(is_beside) { quote!(term,) } else { TokenStream::new() }
    }

    /// What a call of a kernel computes.
    fn part(&self) -> Part {
        match self.plan.parts.map(|parts| parts.of) {
            None => Part::Whole,
            Some(Lines::Rows) => Part::Rows,
            Some(Lines::Channels) => Part::Channels,
        }
    }

    /// The trait's implementation.
    fn layer(&self) -> TokenStream {
        let (ident, element) = (self.ident, path(self.operation.element));
        let Sizes { input, output, scratch, .. } = self.sizes();
        let [input, output, scratch] = [input, output, scratch].map(number);
        let dispatch = self.dispatch();
        let parameters = self.parameters();
        let total = |bias: bool| {
            let lens = parameters.iter().filter(|parameter| parameter.is_bias() == bias).map(|parameter| parameter.len);
            lens.sum::<usize>()
        };
        let (weights, bias) = (number(total(false)), number(total(true)));
        let several = parameters.iter().filter(|parameter| !parameter.is_bias()).count() > 1;
        let mut from = 0;
        let arguments = parameters.iter().map(|parameter| {
            if parameter.is_bias() || !several {
                return if parameter.is_bias() { quote!(bias) } else { quote!(weights) };
            }
            let at = number(from);
            from += parameter.len;
            quote!(rt::window(weights, #at))
        });
        let spec = layout::spec(self.spec, self.operation, self.plan);
        let sizes =
            self.operation.axes.iter().map(|axis| axis.output).chain([self.operation.last().out_channels]).map(number);
        let arrays = network::tensors::arrays(self.spec, self.operation);
        let tensors = arrays.iter().map(tensors::tensor);
        let known = parameters.is_empty().then(|| {
            quote!(
                const KNOWN: ::core::option::Option<Self> = ::core::option::Option::Some(Self::new());
            )
        });
        quote! {
            impl rt::Layer for #ident {
                type Element = #element;
                type Weights = [#element; #weights];
                type Bias = [#element; #bias];
                type Input = [#element; #input];
                type Output = [#element; #output];
                type Scratch = [#element; #scratch];
                const SPEC: rt::Spec = #spec;
                const MACS: u64 = Self::MACS;
                const PLAN: &'static str = Self::PLAN;
                const FACTS: rt::Facts = rt::Facts { output: &[#(#sizes),*], tensors: &[#(#tensors),*], macs: &[] };

                #known

                fn new(weights: &Self::Weights, bias: &Self::Bias) -> Self {
                    Self::new(#(#arguments),*)
                }

                fn forward_at(&self, level: rt::Level, input: &Self::Input, output: &mut Self::Output, scratch: &mut Self::Scratch) {
                    #dispatch
                }
            }
        }
    }

    /// The planes, rows and columns that the kernels loop over: the layout's own, unless the plan sees the image differently.
    pub(super) fn bands(&self) -> TokenStream {
        let ident = self.ident;
        let rows = match self.plan.frame.rows_in_layout.map(number) {
            Some(band) => quote!(#ident::TOEPLITZ.bands[#band].runs),
            None => layout::runs(&self.plan.frame.rows),
        };
        let planes = if self.plan.frame.planes.is_some() {
            quote!(const PLANES: &[rt::Run] = #ident::TOEPLITZ.bands[0].runs;)
        } else {
            TokenStream::new()
        };
        let nests = self.plan.kernels.iter().flat_map(|kernel| &kernel.nests);
        let mut strips = nests.flat_map(|nest| nest.strips.iter().chain(&nest.singles));
        let columns = if strips.any(|strip| strip.runs.is_some()) {
            let (name, last) = (self.stage.constant("COLUMNS"), number(self.toeplitz.bands.len() - 1));
            let layout = self.toeplitz.bands.last();
            let runs = if self.stage == Stage::FIRST && layout == Some(&self.plan.frame.columns) {
                quote!(#ident::TOEPLITZ.bands[#last].runs)
            } else {
                layout::runs(&self.plan.frame.columns)
            };
            quote!(const #name: &[rt::Run] = #runs;)
        } else {
            TokenStream::new()
        };
        let name = self.stage.constant("ROWS");
        quote!(#planes const #name: &[rt::Run] = #rows; #columns)
    }

    /// A shape constant.
    fn shape(&self, of: fn(&Axis) -> usize, channels: usize) -> TokenStream {
        let spatial = self.operation.axes.iter().map(|axis| number(of(axis)));
        let channels = number(channels);
        quote!(rt::Shape { spatial: [#(#spatial),*], channels: #channels })
    }
}
