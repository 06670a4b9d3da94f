//! Joins the layers of a network: names to values, sizes from layer to layer.
//!
//! Comes in: a [`Network`](parse::Network). Goes out: a [`Graph`], or errors at the layers that do not fit. Must not know: how a call is
//! spelled, how an operator is computed.

use super::arrays::check_names;
use super::combined::{add, concat, pad};
use super::graph::{Graph, Layer, Output, Step, View, Work};
use super::nested::nested;
use super::weights::Weights;
use crate::check;
use crate::diag::{Errors, closest};
use crate::operator::Kind;
use crate::parse::{self, Network, Statement, sizes_text};
use crate::shape;
use crate::spec::Spec;
use crate::tuning;
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;

/// The word for a network's own input.
const INPUT: &str = "in";

/// Joins the layers of `network`. `None` only if errors were reported.
pub(super) fn join(network: &Network, cx: &mut Errors) -> Option<Graph> {
    let spec = network.spec.as_ref()?;
    let len = elements("input", &spec.input.value, &spec.input.tokens, cx)?;
    let weights = spec.weights.as_ref().map(|path| Weights::open(path, cx));
    let (steps, views, named) = (Vec::new(), Vec::new(), Vec::new());
    let mut joints = Joints { network, spec, weights, values: vec![len], steps, views, named, is_mistuned: false };
    for (at, statement) in network.statements.iter().enumerate() {
        // What has no tokens, such as a key that is missing, is a mistake of this layer.
        cx.enter(statement.called.clone());
        let output = joints.statement(at, statement, cx);
        cx.enter(TokenStream::new());
        let repeated = joints.named.iter().any(|(name, _)| name == &statement.name);
        if repeated || statement.name == INPUT {
            let name = &statement.name;
            cx.push(name, format_args!("there is a layer `{name}` already: each has a name of its own"));
        }
        joints.named.push((statement.name.clone(), output));
    }
    let outputs = joints.outputs(cx)?;
    let Joints { values, steps, views, weights, .. } = joints;
    let weights = weights.map(|weights| weights.files());
    Some(Graph { views, weights, ..Graph::new(spec, steps, values, outputs) })
}

/// A network while it is joined.
pub(super) struct Joints<'a> {
    network: &'a Network,
    pub(super) spec: &'a Spec,
    pub(super) weights: Option<Weights<'a>>,
    values: Vec<usize>,
    views: Vec<View>,
    pub(super) steps: Vec<Step>,
    /// What each layer so far gives; nothing where that could not be worked out.
    named: Vec<(Ident, Option<Output>)>,
    /// Whether there is a tuning file with mistakes, which were reported.
    is_mistuned: bool,
}

impl Joints<'_> {
    /// Adds the step of a statement. Nothing where an input is unknown or the layer has a mistake; all of it is reported.
    fn statement(&mut self, at: usize, statement: &Statement, cx: &mut Errors) -> Option<Output> {
        let inputs = self.inputs(at, statement, cx);
        let inputs = inputs.filter(|inputs| check_count(statement, inputs.len(), cx).is_some());
        let Some(inputs) = inputs else {
            statement.check_keys(cx);
            return None;
        };
        let kind = statement.operator.kind();
        if kind.is_joint() && kind != Kind::Layer {
            check_names(statement, &[], cx);
        }
        let name = statement.name.clone();
        let (work, sizes) = match kind {
            Kind::Add => add(statement, &inputs, cx)?,
            Kind::Concat => concat(statement, &inputs, self.spec.format, cx)?,
            Kind::Pad => pad(statement, &inputs[0], self.spec.format, cx)?,
            Kind::Flatten => {
                // The same value by other sizes.
                statement.activation(cx);
                let sizes = vec![shape::elements(&inputs[0].sizes)?];
                let (operator, behind) = (statement.operator.macro_name(), self.steps.len());
                self.views.push(View { name: name.clone(), operator, behind, sizes: sizes.clone() });
                return Some(Output { name, value: inputs[0].value, sizes });
            }
            Kind::Layer => nested(statement, &inputs[0], &self.network.form, cx)?,
            _ => self.layer(statement, &inputs[0], cx)?,
        };
        let value = self.values.len();
        self.values.push(elements("output", &sizes, &statement.name.to_token_stream(), cx)?);
        // Each step so far gave one value.
        let sources = inputs.iter().map(|input| input.value).collect();
        let operator = statement.operator.macro_name();
        self.steps.push(Step { name: name.clone(), operator, work, sources, sizes: sizes.clone() });
        Some(Output { name, value, sizes })
    }

    /// What the layer at `at` takes: what it names, or the output of the layer before it.
    fn inputs(&self, at: usize, statement: &Statement, cx: &mut Errors) -> Option<Vec<Output>> {
        if statement.inputs.is_empty() {
            let before =
                self.named.last().map_or_else(|| Some(self.input(&statement.name)), |(_, output)| output.clone());
            return Some(vec![before?]);
        }
        // All of them, so that every unknown name is reported.
        let inputs: Vec<Option<Output>> = statement.inputs.iter().map(|name| self.input_named(at, name, cx)).collect();
        inputs.into_iter().collect()
    }

    /// A layer of its own.
    fn layer(&mut self, statement: &Statement, input: &Output, cx: &mut Errors) -> Option<(Work, Vec<usize>)> {
        if check_rank(statement, input, cx).is_none() {
            statement.check_keys(cx);
            return None;
        }
        let call = statement.call(&input.sizes, &described(input), self.spec, cx)?;
        let spec = parse::spec(statement.operator, &call, cx)?;
        let mut operation = check::operation(&spec, cx)?;
        // What is wrong with the file is told once.
        let folder = tuning::folder().filter(|_| !self.is_mistuned);
        self.is_mistuned |= !tuning::tune(folder.as_deref(), &spec, &mut operation, cx);
        let arrays = self.arrays(statement, input, &operation, cx);
        let sizes = operation.axes.iter().map(|axis| axis.output).chain([operation.last().out_channels]).collect();
        let written = spec.clone();
        let layer = Layer::planned(spec, operation, arrays);
        let layer = layer.map_err(|refused| cx.push(written.refused_at(&refused), refused)).ok()?;
        Some((Work::Layer(Box::new(layer)), sizes))
    }

    /// The network's own input.
    fn input(&self, at: &Ident) -> Output {
        let name = Ident::new(INPUT, at.span());
        Output { name, value: 0, sizes: self.spec.input.value.clone() }
    }

    /// The output of the layer `name`, which is to be computed before the one at `at`.
    fn input_named(&self, at: usize, name: &Ident, cx: &mut Errors) -> Option<Output> {
        if name == INPUT {
            return Some(self.input(name));
        }
        if let Some((_, output)) = self.named.iter().find(|(named, _)| named == name) {
            return output.clone();
        }
        let taker = &self.network.statements[at].name;
        let later = self.network.statements.iter().position(|statement| statement.name == *name);
        let message = match later {
            Some(later) if later == at => format!("`{name}` takes its own output: a network has no cycles"),
            Some(later) if self.depends(later, taker) => {
                format!("`{taker}` takes `{name}`, which takes `{taker}` in turn: a network has no cycles")
            }
            Some(_) => format!("`{name}` is computed after `{taker}`: write it before"),
            None => {
                let known = self.named.iter().map(|(named, _)| named.to_string()).chain([INPUT.to_owned()]);
                let known: Vec<String> = known.collect();
                match closest(&name.to_string(), known.iter().map(String::as_str)) {
                    _ if self.network.statements[at].operator.kind() == Kind::Layer && is_type(name) => {
                        format!("there is no layer `{name}`: a type is written behind a key, `type: {name}`")
                    }
                    Some(meant) => format!("there is no layer `{name}`, did you mean `{meant}`?"),
                    // It may be one that could not be read.
                    None if !self.network.complete => return None,
                    None => format!("there is no layer `{name}` before `{taker}`: it can take {}", known.join(", ")),
                }
            }
        };
        cx.push(name, message);
        None
    }

    /// Whether the layer at `at` takes, directly or through others, the output of `name`.
    fn depends(&self, at: usize, name: &Ident) -> bool {
        let statements = &self.network.statements;
        let mut reached = vec![at];
        let mut next = 0;
        while let Some(&at) = reached.get(next) {
            let mut sources: Vec<&Ident> = statements[at].inputs.iter().collect();
            if sources.is_empty() && at > 0 {
                sources.push(&statements[at - 1].name);
            }
            if sources.contains(&name) {
                return true;
            }
            for source in sources {
                let found = statements.iter().position(|statement| statement.name == *source);
                reached.extend(found.filter(|found| !reached.contains(found)));
            }
            next += 1;
        }
        false
    }

    /// What leaves, and that nothing is computed in vain.
    fn outputs(&self, cx: &mut Errors) -> Option<Vec<Output>> {
        let statements = &self.network.statements;
        let named: Vec<Ident> = match self.spec.outputs.as_slice() {
            [] => statements.last().map(|last| last.name.clone()).into_iter().collect(),
            named => named.to_vec(),
        };
        let mut outputs = Vec::new();
        // What leaves, as far as it can be made out.
        let (mut leaving, mut clear) = (named.clone(), true);
        let mut complete = self.network.complete;
        complete &= check_leaving(&named, cx);
        for name in &named {
            match self.named.iter().find(|(known, _)| known == name) {
                Some((_, Some(output))) if output.value == 0 => {
                    cx.push(name, format_args!("`{name}` is the network's input as it came: an output is computed"));
                    complete = false;
                }
                Some((_, Some(output))) => outputs.push(Output { name: name.clone(), ..output.clone() }),
                Some((_, None)) => complete = false,
                None => {
                    let known: Vec<String> = self.named.iter().map(|(known, _)| known.to_string()).collect();
                    let meant = closest(&name.to_string(), known.iter().map(String::as_str));
                    if meant.is_none() && !self.network.complete {
                        continue;
                    }
                    clear &= meant.is_some();
                    leaving.extend(meant.map(|meant| Ident::new(meant, name.span())));
                    let meant = match meant {
                        Some(meant) => format!(", did you mean `{meant}`?"),
                        None => format!(": there are {}", known.join(", ")),
                    };
                    cx.push(name, format_args!("there is no layer `{name}` to leave{meant}"));
                    complete = false;
                }
            }
        }
        let joined = self.network.complete && self.named.iter().all(|(_, output)| output.is_some());
        if joined && clear {
            self.check_used(&leaving, cx);
        }
        (complete && joined).then_some(outputs)
    }

    /// Reports layers whose output nobody takes.
    fn check_used(&self, outputs: &[Ident], cx: &mut Errors) {
        let statements = &self.network.statements;
        for (at, statement) in statements.iter().enumerate() {
            let name = &statement.name;
            let next = statements.get(at + 1).is_some_and(|next| next.inputs.is_empty());
            let taken = statements.iter().any(|other| other.inputs.contains(name));
            if !(next || taken || outputs.contains(name)) {
                let message = format_args!(
                    "nothing takes the output of `{name}`: remove it, or let it leave by `outputs: [{name}, ...]` of the network"
                );
                cx.push(name, message);
            }
        }
    }
}

/// Elements of a value, if it is of a sane size.
pub(super) fn elements(what: &str, sizes: &[usize], at: &TokenStream, cx: &mut Errors) -> Option<usize> {
    check::check_elements(what, sizes, at, cx).then(|| sizes.iter().product())
}

/// Whether the operator takes so many inputs.
fn check_count(statement: &Statement, count: usize, cx: &mut Errors) -> Option<()> {
    let several = matches!(statement.operator.kind(), Kind::Add | Kind::Concat);
    let operator = statement.operator.macro_name();
    if several && count < 2 {
        let message = format_args!(
            "`{operator}!` takes two inputs or more: write `{operator}!< a, b >` with the names of layers"
        );
        cx.push(&statement.called, message);
        statement.activation(cx);
        return None;
    }
    if !several && count > 1 {
        cx.push(
            &statement.called,
            format_args!("`{operator}!` takes one input, found {count}: `add!` and `concat!` join several"),
        );
        return None;
    }
    Some(())
}

/// Whether a name looks like that of a type.
fn is_type(name: &Ident) -> bool {
    name.to_string().starts_with(char::is_uppercase)
}

/// `name` and what it gives.
pub(super) fn described(output: &Output) -> String {
    if output.value == 0 { "the network's input".to_owned() } else { format!("`{}`", output.name) }
}

/// Whether the operator takes so many sizes.
fn check_rank(statement: &Statement, input: &Output, cx: &mut Errors) -> Option<()> {
    let (operator, count) = (statement.operator, input.sizes.len());
    let wanted = match operator.kind() {
        Kind::Dense => return Some(()),
        Kind::BatchNorm | Kind::Softmax | Kind::LogSoftmax if count <= 4 => return Some(()),
        Kind::GlobalMaxPool | Kind::GlobalAvgPool if (2..=4).contains(&count) => return Some(()),
        Kind::GlobalMaxPool | Kind::GlobalAvgPool => "one to three sizes and channels".to_owned(),
        _ if count == operator.rank() + 1 => return Some(()),
        _ => format!("{} x channels", operator.axes().join(" x ")),
    };
    let way = match operator.along(count - 1) {
        _ if count == 1 => ", which has no pixels any more: put this layer before it".to_owned(),
        // Of the network's input, the channels may have been forgotten.
        Some(other) if input.value == 0 && count == operator.rank() => {
            let sizes = sizes_text(&input.sizes);
            format!(": write the channels too, `in: {sizes}x1`, or `{}!`", other.macro_name())
        }
        // And a batch may have been meant.
        other if input.value == 0 && input.sizes[0] == 1 && count == operator.rank() + 2 => {
            let sizes = sizes_text(&input.sizes[1..]);
            let other = other.map_or(String::new(), |other| format!(", or `{}!`", other.macro_name()));
            format!(": one image is taken at a time, write it without the 1 of a batch, `in: {sizes}`{other}")
        }
        Some(other) => format!(": write `{}!`", other.macro_name()),
        None => String::new(),
    };
    let message = format_args!(
        "`{}!` takes {wanted}, but {} gives {}{way}",
        operator.macro_name(),
        described(input),
        sizes_text(&input.sizes),
    );
    cx.push(&statement.called, message);
    None
}

/// What a network is called by, besides its outputs.
const CONSTANTS: [&str; 6] = ["INPUT", "ARENA", "MACS", "SUMMARY", "PLAN", "TENSORS"];

/// That each of several outputs leaves once, under a name that can be a constant of the network.
fn check_leaving(outputs: &[Ident], cx: &mut Errors) -> bool {
    let mut good = true;
    for (at, name) in outputs.iter().enumerate() {
        let constant = name.to_string().to_uppercase();
        let same = outputs[..at].iter().find(|other| other.to_string().to_uppercase() == constant);
        let message = match same {
            Some(other) if other == name => format!("`{name}` leaves already: name it once"),
            Some(other) => {
                format!(
                    "the shapes of `{other}` and `{name}` would both be called `{constant}`: give one of them another name"
                )
            }
            None if outputs.len() > 1 && CONSTANTS.contains(&&*constant) => {
                format!(
                    "the shape of `{name}` would be called `{constant}`, as something else of a network is: give the layer another name"
                )
            }
            None => continue,
        };
        cx.push(name, message);
        good = false;
    }
    good
}
