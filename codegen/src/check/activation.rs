//! Numbers of activations in the type of the data.
//!
//! Comes in: a [`Spec`], whose activation has numbers as they were written. Goes out: the activation; errors where the type has no
//! such numbers. Must not know: how it is computed.

use crate::diag::Errors;
use crate::operation::{Activation, Element};
use crate::spec::Spec;

/// Checks the numbers of the activation, which are finite `f64`.
pub(super) fn check(spec: &Spec, cx: &mut Errors) -> Activation {
    let activation = spec.activation.value;
    let (name, numbers): (&str, &[(&str, f64)]) = match activation {
        Activation::LeakyRelu(slope) => ("leaky_relu", &[("slope", slope)]),
        Activation::Elu(alpha) => ("elu", &[("alpha", alpha)]),
        Activation::HardSigmoid { alpha, beta } => ("hard_sigmoid", &[("alpha", alpha), ("beta", beta)]),
        _ => ("", &[]),
    };
    if spec.element == Element::F64 {
        return activation;
    }
    for &(what, number) in numbers {
        let single = number as f32;
        let becomes = match single {
            _ if single.is_infinite() => "not finite",
            // A slope of nothing would be another function.
            _ if single == 0.0 && number > 0.0 => "0",
            _ => continue,
        };
        cx.push(
            &spec.activation.tokens,
            format_args!(
                "`{name}` has {what} {number:e}, which is {becomes} in `f32`: write a number nearer to 1, or `dtype: f64`"
            ),
        );
    }
    activation
}
