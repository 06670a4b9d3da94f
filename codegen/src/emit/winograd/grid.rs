//! Where the elements of a block's tiles lie, class by class.
//!
//! Comes in: a phase. Goes out: constants, and expressions of places. Takes no decisions.
//!
//! Transformed tiles follow each other row by row of tiles, each with all of its elements, so that a range of such rows is one stretch of each
//! class. Products follow each other row by row of elements, each of all tiles, so that a range of those is one stretch.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::super::vector::number;
use crate::plan::winograd::{Phase, Product};

/// Elements that all tiles have, those that all but the last of a row of tiles have, and the same of those that the last row of tiles lacks.
const CLASSES: usize = 4;

/// The product of each class.
fn classes(phase: &Phase) -> [Option<&Product>; CLASSES] {
    [0, 1, 2, 3].map(|class| phase.products.iter().find(|product| product.class() == class))
}

/// Number of elements in each class's memory, on the inputs' side of products or on the outputs'.
pub(super) fn lens(phase: &Phase, side: usize) -> TokenStream {
    let lens = classes(phase).map(|product| number(product.map_or(0, |product| product.sizes[side])));
    quote!([#(#lens),*])
}

/// Where each class's row of tiles `row` begins.
pub(super) fn rows(phase: &Phase) -> TokenStream {
    let places = classes(phase).map(|product| match product {
        None => quote!(0),
        Some(product) => {
            let (rows, len) = (number(product.tiles[0]), number(product.tiles[1] * product.plan.frame.from.pixel));
            quote!(usize::min(row, #rows) * #len)
        }
    });
    quote!([#(#places),*])
}

/// Where each class's first row of elements begins that is at `unit` or behind it.
pub(super) fn elements(phase: &Phase, runs: &Ident) -> TokenStream {
    let places = classes(phase).into_iter().enumerate().map(|(class, product)| {
        let (class, len) = (number(class), number(product.map_or(0, |product| product.plan.frame.to.stretch.1)));
        quote!(rt::within(&#runs[#class], &(0..unit)).end * #len)
    });
    quote!([#(#places),*])
}

/// Each class's rows of elements, one every so many units: what a row costs.
pub(super) fn runs(phase: &Phase) -> TokenStream {
    let mut first = 0;
    let runs = classes(phase).map(|product| {
        let (start, cost, count) =
            (first, product.map_or(1, cost), product.map_or(0, |product| product.elements[0].len()));
        first += cost * count;
        let [start, cost, count] = [start, cost, count].map(number);
        quote!(rt::Run { start: #start, step: #cost, len: #count, advance: 0, taps: &[] })
    });
    quote!([#(#runs),*])
}

/// All of a phase's units.
pub(super) fn units(phase: &Phase) -> usize {
    phase.products.iter().map(|product| product.elements[0].len() * cost(product)).sum()
}

/// What a row of elements costs: as many units as it has elements, of all tiles.
fn cost(product: &Product) -> usize {
    product.elements[1].len() * product.tiles[0] * product.tiles[1]
}

/// A phase's elements on one side, as a constant.
pub(super) fn grid(phase: &Phase, side: usize, channels: usize) -> TokenStream {
    // What is not there is never asked for.
    let classes = classes(phase);
    let each = |of: &dyn Fn(&Product) -> usize| {
        let [a, b, c, d] = classes.map(|product| number(product.map_or(0, of)));
        quote!([#a, #b, #c, #d])
    };
    let strides = |product: &Product| [product.plan.frame.from, product.plan.frame.to][side];
    let (tile, element) = (|product: &Product| strides(product).pixel, |product: &Product| strides(product).group);
    let row = each(&|product| product.tiles[1] * tile(product));
    let line = each(&|product| match strides(product).stretch.1 {
        0 => product.elements[1].len() * element(product),
        stretch => stretch,
    });
    let (tile, element) = (each(&tile), each(&element));
    let first = classes[0].map_or([0, 0], |product| [product.elements[0].end, product.elements[1].end]);
    let ([down, across], channels) = (first.map(number), number(channels));
    quote! {
        rt::Grid {
            split: [#down, #across],
            row: #row,
            tile: #tile,
            line: #line,
            element: #element,
            channels: #channels,
        }
    }
}
