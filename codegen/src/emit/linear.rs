//! Straight-line code for a matrix of constants times a few vectors.
//!
//! Comes in: a matrix of fractions. Goes out: a function item. Must not know: what it transforms.
//!
//! Rows, or columns, that differ in the sign of every second number alone share half of their work: the sum of what is even, and that of
//! what is odd.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::vector::{number, path};
use crate::operation::Element;
use crate::plan::winograd::matrices::{Fraction, Matrix};

/// A number as it is written, with its sign.
pub(super) fn signed(value: f64, element: Element) -> TokenStream {
    let literal = match element {
        Element::F32 => Literal::f32_unsuffixed(value.abs() as f32),
        Element::F64 => Literal::f64_unsuffixed(value.abs()),
    };
    if value < 0.0 { quote!(-#literal) } else { quote!(#literal) }
}

/// The function `name`, which gives `matrix` times its vectors.
pub(super) fn function(name: &Ident, matrix: &Matrix, element: Element) -> TokenStream {
    let (rows, columns) = (matrix.len(), matrix[0].len());
    let inputs: Vec<Ident> = (0..columns).map(|column| format_ident!("x{column}")).collect();
    let mut body = TokenStream::new();
    let vectors = halve_columns(matrix, &inputs, &mut body);
    let mut results: Vec<Option<TokenStream>> = vec![None; rows];
    for row in 0..rows {
        if results[row].is_some() {
            continue;
        }
        let terms = |wanted: Option<usize>| {
            let chosen = (0..columns).filter(|column| wanted.is_none_or(|parity| column % 2 == parity));
            let terms = chosen.map(|column| (matrix[row][column], &vectors[column][row % 2]));
            combination(terms.filter_map(|(factor, vector)| Some((factor, vector.as_ref()?))), element)
        };
        let pairs =
            |other: usize| -> Vec<_> { matrix[row].iter().copied().zip(matrix[other].iter().copied()).collect() };
        let twin = (row + 1..rows).find(|&other| alternates(&pairs(other)));
        let Some(twin) = twin else {
            results[row] = Some(terms(None));
            continue;
        };
        let (even, odd) = (format_ident!("even{row}"), format_ident!("odd{row}"));
        let [evens, odds] = [0, 1].map(|parity| terms(Some(parity)));
        body.extend(quote!(let (#even, #odd) = (#evens, #odds);));
        results[row] = Some(quote!(#even + #odd));
        results[twin] = Some(quote!(#even - #odd));
    }
    let (element, rows, columns) = (path(element), number(rows), number(columns));
    quote! {
        #[inline(always)]
        fn #name<__S: rt::Simd, V: rt::Vector<__S, Element = #element>>(simd: __S, x: [V; #columns]) -> [V; #rows] {
            let [#(#inputs),*] = x;
            #body
            [#(#results),*]
        }
    }
}

/// Whether the second of each pair is the first with its sign changed at every second place, and any differs.
fn alternates(pairs: &[(Fraction, Fraction)]) -> bool {
    let flipped = |at: usize, value: Fraction| if at.is_multiple_of(2) { value } else { -value };
    pairs.iter().enumerate().all(|(at, &(a, b))| flipped(at, a) == b) && pairs.iter().any(|(a, b)| a != b)
}

/// What each column is multiplied by, in even rows and in odd ones; nothing where another column's sum has it too.
fn halve_columns(matrix: &Matrix, inputs: &[Ident], body: &mut TokenStream) -> Vec<[Option<TokenStream>; 2]> {
    let mut vectors: Vec<[Option<TokenStream>; 2]> =
        inputs.iter().map(|x| [Some(quote!(#x)), Some(quote!(#x))]).collect();
    for column in 0..inputs.len() {
        let pairs = |other: usize| -> Vec<_> { matrix.iter().map(|row| (row[column], row[other])).collect() };
        let twin = (column + 1..inputs.len()).find(|&other| alternates(&pairs(other)));
        if let Some(twin) = twin {
            let (x, y) = (&inputs[column], &inputs[twin]);
            let (sum, difference) = (format_ident!("sum{column}"), format_ident!("difference{column}"));
            body.extend(quote!(let (#sum, #difference) = (#x + #y, #x - #y);));
            vectors[column] = [Some(quote!(#sum)), Some(quote!(#difference))];
            vectors[twin] = [None, None];
        }
    }
    vectors
}

/// A sum of vectors times numbers; what needs no product comes first.
fn combination<'a>(terms: impl Iterator<Item = (Fraction, &'a TokenStream)>, element: Element) -> TokenStream {
    let one = Fraction::whole(1);
    let mut terms: Vec<_> = terms.filter(|(factor, _)| !factor.is_zero()).collect();
    terms.sort_by_key(|&(factor, _)| if factor == one { 0 } else { 1 + usize::from(factor != -one) });
    let scale = |factor: Fraction| {
        let factor = signed(factor.value(), element);
        quote!(V::splat(simd, #factor))
    };
    let mut sum: Option<TokenStream> = None;
    for (factor, vector) in terms {
        sum = Some(match sum {
            None if factor == one => vector.clone(),
            None if factor == -one => quote!(-#vector),
            None => {
                let factor = scale(factor);
                quote!((#vector * #factor))
            }
            Some(sum) if factor == one => quote!((#sum + #vector)),
            Some(sum) if factor == -one => quote!((#sum - #vector)),
            Some(sum) => {
                let factor = scale(factor);
                quote!(#vector.mul_add(#factor, #sum))
            }
        });
    }
    sum.unwrap_or_else(|| quote!(V::splat(simd, 0.0)))
}
