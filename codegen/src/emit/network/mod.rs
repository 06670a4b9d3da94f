//! The type of a network: its layers' types, a struct of them, and the steps of a forward pass.
//!
//! Comes in: a [`Graph`] and its [`Arena`]. Goes out: items. Takes no decisions.

mod constants;
mod constructors;
mod nested;
mod spec;
mod steps;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::item::Generator;
use super::part;
use super::stages;
use super::vector::{number, path};
use crate::network::arena::Arena;
use crate::network::{Graph, Layer, Pass, Step, Work, summary};
use crate::spec::{Form, Item};
use nested::Length;

/// The expansion of a network.
pub(crate) fn network(form: &Form, graph: &Graph, arena: &Arena) -> TokenStream {
    let Form::Item(item) = form else { unreachable!("a network is an item, or an error") };
    let network = Emitter { item, graph, arena, types: types(item, graph), element: path(graph.element) };
    network.items()
}

/// A type for each pass that runs an operator; equal operators have the same, so that their code is there once.
fn types(item: &Item, graph: &Graph) -> Vec<Option<Ident>> {
    let mut types: Vec<Option<Ident>> = Vec::new();
    for (at, pass) in graph.passes.iter().enumerate() {
        let equal = |other: &Pass| match (graph.work(pass), graph.work(other)) {
            (Work::Layer(layer), Work::Layer(other)) => {
                // Where weights are zero, equal operators may have other plans.
                layer.operation == other.operation && layer.plan == other.plan
            }
            _ => false,
        };
        let first = graph.passes[..at].iter().position(equal).and_then(|first| types[first].clone());
        let is_layer = matches!(graph.work(pass), Work::Layer(_) | Work::Nested(_));
        let own = || is_layer.then(|| format_ident!("__{}_{}", item.ident, graph.name(pass)));
        types.push(first.or_else(own));
    }
    types
}

/// An array that constructors take.
struct Parameter {
    name: Ident,
    ty: TokenStream,
    len: Length,
    is_bias: bool,
}

struct Emitter<'a> {
    item: &'a Item,
    graph: &'a Graph,
    arena: &'a Arena,
    /// The type of each step that is a layer.
    types: Vec<Option<Ident>>,
    /// The type of all data.
    element: Ident,
}

impl Emitter<'_> {
    /// All items.
    fn items(&self) -> TokenStream {
        let attrs = &self.item.attrs;
        let krate = &self.graph.crate_path;
        let (layers, fields) = (self.layers(), self.fields());
        let constants = self.graph.weights.as_ref().map(|files| self.constants(files));
        let counts: Vec<usize> = self
            .graph
            .steps
            .iter()
            .map(|step| layer_parameters(step).iter().map(|parameter| parameter.len).sum())
            .collect();
        let summary = summary::summary(self.graph, &counts, self.arena);
        let plan = summary::plan(self.graph, &summary);
        let docs = format!("```text\n{summary}```");
        let docs: Vec<String> = docs.lines().map(|line| format!(" {line}")).collect();
        let separator = if attrs.is_empty() { TokenStream::new() } else { quote!(#[doc = ""]) };
        let cfgs = attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
        let (inherent, layer, lints) = (self.inherent(), self.layer(), super::lints());
        let tensors = self.tensors();
        let joints = self.graph.passes.iter().enumerate().filter_map(|(at, pass)| self.joint(at, pass));
        quote! {
            #layers
            #(#attrs)*
            #separator
            #(#[doc = #docs])*
            #fields

            #lints
            #(#cfgs)*
            const _: () = {
                use #krate::__private as rt;

                #constants
                #inherent
                #layer
                const SUMMARY: &str = #summary;
                const PLAN: &str = #plan;
                #tensors
                #(#joints)*
            };
        }
    }

    /// The passes that have a type, each with it.
    fn typed_passes(&self) -> impl Iterator<Item = (&Pass, &Ident)> {
        self.graph.passes.iter().zip(&self.types).filter_map(|(pass, ty)| Some((pass, ty.as_ref()?)))
    }

    /// The type of a step that is another item, which is always a pass of its own.
    fn type_of(&self, step: usize) -> Option<&Ident> {
        let of_step = |(pass, _): &(&Pass, &Ident)| pass.steps.contains(&step);
        self.typed_passes().find(of_step).map(|(_, ty)| ty)
    }

    /// The passes that run an operator, each with its type.
    fn layer_passes(&self) -> impl Iterator<Item = (&Pass, &Ident, &Layer)> {
        self.typed_passes().filter_map(|(pass, ty)| match self.graph.work(pass) {
            Work::Layer(layer) => Some((pass, ty, &**layer)),
            _ => None,
        })
    }

    /// The type: its layers, or nothing where they are constants.
    fn fields(&self) -> TokenStream {
        let Item { vis, ident, .. } = self.item;
        if self.graph.weights.is_some() {
            return quote!(#vis struct #ident { _constants: () });
        }
        let fields = self.layer_fields();
        quote! {
            #[repr(C, align(64))]
            #vis struct #ident { #fields }
        }
    }

    /// A field for each pass that has a type.
    fn layer_fields(&self) -> TokenStream {
        let fields = self.typed_passes().map(|(pass, ty)| {
            let name = self.graph.name(pass);
            quote!(#name: #ty,)
        });
        fields.collect()
    }

    /// The operators' types, each once.
    fn layers(&self) -> TokenStream {
        let mut seen: Vec<&Ident> = Vec::new();
        let mut items = TokenStream::new();
        // What is derived for a struct its fields have to have too.
        let is_derive = |attr: &&syn::Attribute| self.graph.weights.is_none() && attr.path().is_ident("derive");
        let derives: Vec<_> = self.item.attrs.iter().filter(is_derive).collect();
        let cfgs = self.item.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
        let mut attrs: Vec<syn::Attribute> = cfgs.cloned().collect();
        attrs.push(syn::parse_quote!(#[doc(hidden)]));
        attrs.push(syn::parse_quote!(#[allow(non_camel_case_types, missing_docs, reason = "generated")]));
        for (_, ty, layer) in self.layer_passes() {
            if seen.contains(&ty) {
                continue;
            }
            seen.push(ty);
            let attrs = attrs.iter().chain(derives.iter().copied()).cloned().collect();
            let item = Item { attrs, vis: syn::Visibility::Inherited, ident: ty.clone() };
            items.extend(part::part(&item, layer));
        }
        for (step, ty, nested) in self.nested() {
            let checked = self.checked(step, nested);
            items.extend(quote!(#(#attrs)* type #ty = #checked;));
        }
        items
    }

    /// The arrays of a step.
    fn parameters_of(&self, at: usize) -> Vec<Parameter> {
        let step = &self.graph.steps[at];
        if let (Work::Nested(_), Some(ty)) = (&step.work, self.type_of(at)) {
            return nested::parameters(step, ty);
        }
        let named = |parameter: &stages::Parameter| {
            let (own, len, element) = (parameter.ident(), number(parameter.len), &self.element);
            Parameter {
                name: format_ident!("{}_{own}", step.name),
                ty: quote!([#element; #len]),
                len: parameter.len.into(),
                is_bias: parameter.is_bias(),
            }
        };
        layer_parameters(step).iter().map(named).collect()
    }

    /// The arrays of all layers that the constructors take: none where they are constants.
    fn parameters(&self) -> Vec<Parameter> {
        if self.graph.weights.is_some() {
            return Vec::new();
        }
        (0..self.graph.steps.len()).flat_map(|step| self.parameters_of(step)).collect()
    }

    /// Constants and methods of the type itself.
    fn inherent(&self) -> TokenStream {
        let (Item { vis, ident, .. }, element) = (self.item, &self.element);
        let [input, output] = [self.graph.values[0], self.graph.output_len()].map(number);
        let arena = self.arena_len();
        let macs = proc_macro2::Literal::u64_unsuffixed(self.graph.steps.iter().map(Step::macs).sum());
        let others = self.nested().map(|(_, ty, _)| quote!(<#ty as rt::Layer>::MACS));
        let macs = quote!(#macs #(+ #others)*);
        let input_shape = shape(&self.graph.input);
        let outputs = self.graph.outputs.iter().map(|output| {
            let (name, shape) = (output.name.to_string(), shape(&output.sizes));
            let doc = format!(" Shape of the output of `{name}`.");
            let constant = match self.graph.outputs.len() {
                1 => format_ident!("OUTPUT"),
                _ => format_ident!("{}", name.to_uppercase()),
            };
            quote!(#[doc = #doc] #vis const #constant: #shape;)
        });
        let (constructors, steps) = (self.constructors(), self.steps());
        quote! {
            impl #ident {
                /// Shape of the input.
                #vis const INPUT: #input_shape;
                #(#outputs)*
                /// Elements of the memory that a forward pass works in.
                #vis const ARENA: usize = #arena;
                /// Multiply-adds of one forward pass; structural zeros are not counted.
                #vis const MACS: u64 = #macs;
                /// A table of the layers.
                #vis const SUMMARY: &'static str = SUMMARY;
                /// The plan in words: the table, and how each layer is computed.
                #vis const PLAN: &'static str = PLAN;

                #constructors

                rt::if_alloc! {
                    /// The output of `input`, at the best SIMD level of this CPU. Allocates memory to work in; `forward_in` does not.
                    #vis fn forward(&self, input: &[#element; #input]) -> [#element; #output] {
                        let mut output = [0.0; #output];
                        rt::with_arena(|arena| self.steps(rt::level(), input, &mut output, arena, |_, _| {}));
                        output
                    }

                    /// The graph of the layers in the language of Graphviz.
                    #vis fn to_dot() -> rt::String {
                        rt::picture::dot::<Self>()
                    }
                }

                rt::if_picture! {
                    /// The graph of the layers as an SVG document.
                    #vis fn to_svg() -> rt::String {
                        rt::picture::svg::<Self>()
                    }
                }

                /// Computes `output` from `input`, at the best SIMD level of this CPU, and works in `arena`, whatever it holds.
                #vis fn forward_in(&self, input: &[#element; #input], output: &mut [#element; #output], arena: &mut rt::Arena<Self>) {
                    self.steps(rt::level(), input, output, arena, |_, _| {});
                }

                #steps
            }
        }
    }

    /// The trait's implementation.
    fn layer(&self) -> TokenStream {
        let (ident, element) = (&self.item.ident, &self.element);
        let [input, output] = [self.graph.values[0], self.graph.output_len()].map(number);
        let (weights, bias, arena) = (self.total(false), self.total(true), self.arena_len());
        let (mut weight_at, mut bias_at) = (Length::default(), Length::default());
        let built = &mut |parameter: &Parameter| {
            let (array, at) =
                if parameter.is_bias { (quote!(bias), &mut bias_at) } else { (quote!(weights), &mut weight_at) };
            let from = at.to_token_stream();
            *at += &parameter.len;
            quote!(rt::window(#array, #from))
        };
        let is_constant = self.graph.weights.is_some();
        let arguments = if is_constant { Vec::new() } else { self.built(built) };
        let known = is_constant.then(|| {
            quote!(
                const KNOWN: ::core::option::Option<Self> = ::core::option::Option::Some(Self::new());
            )
        });
        let unpacked = self.unpacked();
        let (spec, sizes) = (self.spec(), self.output_sizes());
        let macs = self.graph.steps.iter().enumerate().map(|(at, step)| match (&step.work, self.type_of(at)) {
            (Work::Nested(_), Some(ty)) => quote!(<#ty as rt::Layer>::MACS),
            _ => proc_macro2::Literal::u64_unsuffixed(step.macs()).into_token_stream(),
        });
        quote! {
            impl rt::Layer for #ident {
                type Element = #element;
                type Weights = [#element; #weights];
                type Bias = [#element; #bias];
                type Input = [#element; #input];
                type Output = [#element; #output];
                type Scratch = [#element; #arena];
                const SPEC: rt::Spec = #spec;
                const MACS: u64 = Self::MACS;
                const PLAN: &'static str = Self::PLAN;
                const FACTS: rt::Facts = rt::Facts { output: &[#(#sizes),*], tensors: TENSORS, macs: &[#(#macs),*] };

                #known

                fn new(weights: &Self::Weights, bias: &Self::Bias) -> Self {
                    Self::new(#(#arguments),*)
                }

                fn forward_at(&self, level: rt::Level, input: &Self::Input, output: &mut Self::Output, scratch: &mut Self::Scratch) {
                    self.steps(level, input, output, scratch, |_, _| {});
                }

                fn forward_traced(
                    &self, level: rt::Level, input: &Self::Input, output: &mut Self::Output, scratch: &mut Self::Scratch,
                    trace: &mut dyn ::core::ops::FnMut(usize, &[#element]),
                ) {
                    self.steps(level, input, output, scratch, trace);
                }

                #unpacked
            }
        }
    }

    /// The sizes of what leaves: of several outputs the number of all elements.
    fn output_sizes(&self) -> Vec<proc_macro2::Literal> {
        match self.graph.outputs.as_slice() {
            [output] => output.sizes.iter().map(|&size| number(size)).collect(),
            _ => vec![number(self.graph.output_len())],
        }
    }
}

/// What a layer's own constructors take; nothing of anything else.
fn layer_parameters(step: &Step) -> Vec<stages::Parameter> {
    let Work::Layer(layer) = &step.work else { return Vec::new() };
    Generator::of(layer, &step.name).parameters()
}

/// The type of a shape, and its value: `Shape<2> = Shape { ... }`.
fn shape(sizes: &[usize]) -> TokenStream {
    let (channels, spatial) = sizes.split_last().expect("a value has sizes");
    let (rank, channels) = (number(spatial.len()), number(*channels));
    let spatial = spatial.iter().map(|&size| number(size));
    quote!(rt::Shape<#rank> = rt::Shape { spatial: [#(#spatial),*], channels: #channels })
}
