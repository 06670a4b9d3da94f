//! How a network comes to its weights: as constants, from arrays, from tensors by name, from files.
//!
//! Comes in: its layers. Goes out: methods of the network's type. Takes no decisions.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::{Emitter, Parameter};
use crate::network::Work;
use crate::spec::Item;

impl Emitter<'_> {
    /// The constructors.
    pub(super) fn constructors(&self) -> TokenStream {
        let Item { vis, .. } = self.item;
        if self.graph.weights.is_some() {
            return quote! {
                /// The network. Its weights are constants: there is nothing to read or to pack.
                #vis const fn new() -> Self {
                    Self { _constants: () }
                }
            };
        }
        let (packing, named) = (self.of_arrays(), self.of_names());
        quote!(#packing #named)
    }

    /// From arrays.
    fn of_arrays(&self) -> TokenStream {
        let Item { vis, .. } = self.item;
        let declared = |Parameter { name, ty, .. }: &Parameter| quote!(#name: &#ty);
        // A layer that is another item comes as it is; on the heap there is nowhere to take it from, and its arrays do.
        let parameters = self.graph.steps.iter().enumerate().flat_map(|(at, step)| match &step.work {
            Work::Nested(nested) => {
                let (name, ty) = (&step.name, &nested.path);
                vec![quote!(#name: #ty)]
            }
            _ => self.parameters_of(at).iter().map(declared).collect(),
        });
        let parameters = quote!(#(#parameters),*);
        let arrays = self.parameters();
        let arrays = arrays.iter().map(declared);
        let built = self.built(&mut |parameter| parameter.name.to_token_stream());
        let values = self.typed_passes().map(|(pass, ty)| {
            let name = self.graph.name(pass);
            let arguments = pass.steps.iter().flat_map(|&step| self.parameters_of(step)).map(|each| each.name);
            let value = if let Work::Nested(_) = self.graph.work(pass) {
                quote!(#name)
            } else {
                quote!(#ty::new(#(#arguments),*))
            };
            quote!(#name: #value)
        });
        quote! {
            /// Packs the layers' weights.
            #vis const fn new(#parameters) -> Self {
                Self { #(#values),* }
            }

            rt::if_alloc! {
                /// As `new`, on the heap, for a network that is too large for a stack.
                #vis fn boxed(#(#arrays),*) -> rt::Box<Self> {
                    rt::boxed(|| Self::new(#(#built),*))
                }
            }
        }
    }

    /// From tensors by name.
    fn of_names(&self) -> TokenStream {
        let (Item { vis, .. }, element) = (self.item, &self.element);
        quote! {
            rt::if_alloc! {
                /// The tensors that `from_tensors` takes, in the order of `new`'s arrays.
                #vis const TENSORS: &'static [rt::Tensor<'static>] = TENSORS;

                /// The network of the tensors that `find` gives for their names, each with its shape and elements. An error with
                /// all that is missing, or of another shape.
                #vis fn from_tensors<'a>(
                    find: impl ::core::ops::FnMut(&str) -> ::core::option::Option<(&'a [usize], &'a [#element])>,
                ) -> ::core::result::Result<rt::Box<Self>, rt::TensorError<'static>> {
                    rt::from_tensors(Self::TENSORS, find)
                }
            }

            rt::if_load! {
                /// The network of the weights in a file, `.safetensors` or `.npz`, or in a folder of `.npy`. An error if it cannot be
                /// read, or with all that is missing there or does not fit.
                #vis fn load(
                    path: impl ::core::convert::AsRef<rt::FilePath>,
                ) -> ::core::result::Result<rt::Box<Self>, rt::LoadError> {
                    rt::load(Self::TENSORS, path.as_ref())
                }
            }
        }
    }
}
