//! The networks that are measured.
//!
//! A new network is one `network!` item, a file of weights and one entry in [`all`]; peers are made from its `Spec`.

mod reference;
mod steps;
mod weights;

use std::path::Path;

use anyhow::{Context, Result, bail};
use toeplitz::{Layer, Level, Operator, Spec, Tensor, Work, level_name};
use toeplitz_bench_layers::networks;

use crate::contender::{Contender, Forward};
use crate::graph::Graph;
use crate::measure::Subject;
use crate::onnx::{self, Model};
use crate::ours::Ours;
use crate::problem::{Numbers, Random};
use crate::timing::Effort;

fn all() -> [Case; 3] {
    [
        Case::new::<networks::Lenet, networks::LenetUnfused, _, _, _, _>(
            "lenet",
            networks::Lenet::TENSORS,
            "../examples/data/lenet/lenet",
            &[],
        ),
        Case::new::<networks::Onet, networks::OnetUnfused, _, _, _, _>(
            "onet",
            networks::Onet::TENSORS,
            "../tests/data/nets/onet",
            &networks::ONET_NAMES,
        ),
        Case::new::<networks::BlazeFace, networks::BlazeFaceUnfused, _, _, _, _>(
            "blazeface",
            networks::BlazeFace::TENSORS,
            "../tests/data/nets/blazeface",
            &[],
        ),
    ]
}

/// A network to be measured.
pub struct Case {
    /// Its name on the command line and in the tables.
    pub name: &'static str,
    spec: Spec,
    macs: u64,
    tensors: &'static [Tensor<'static>],
    /// Where its weights are, without the ending.
    file: &'static str,
    /// Tensors that have another name there: ours first.
    renamed: &'static [(&'static str, &'static str)],
    prepare: fn(&Numbers, Level) -> Box<dyn Forward>,
    /// The same layers, each by itself.
    unfused: fn(&Numbers, Level) -> Box<dyn Forward>,
    steps: fn(&Numbers, Level, Effort) -> Vec<f64>,
}

impl Case {
    /// `L` and the same network without fusion.
    fn new<L, Unfused, const I: usize, const O: usize, const S: usize, const T: usize>(
        name: &'static str,
        tensors: &'static [Tensor<'static>],
        file: &'static str,
        renamed: &'static [(&'static str, &'static str)],
    ) -> Self
    where
        L: Layer<Element = f32, Input = [f32; I], Output = [f32; O], Scratch = [f32; S]> + 'static,
        Unfused: Layer<Element = f32, Input = [f32; I], Output = [f32; O], Scratch = [f32; T]> + 'static,
    {
        Self {
            name,
            spec: L::SPEC,
            macs: L::MACS,
            tensors,
            file,
            renamed,
            prepare: |numbers, level| Box::new(Ours::<L, I, O, S>::new(numbers, level)),
            unfused: |numbers, level| Box::new(Ours::<Unfused, I, O, T>::new(numbers, level)),
            steps: |numbers, level, effort| steps::fastest(Ours::<L, I, O, S>::new(numbers, level), effort),
        }
    }

    /// Everybody with the trained weights on a random input.
    ///
    /// # Errors
    ///
    /// If the weights cannot be read or the network has layers that are not benchmarked.
    pub fn subject(self, levels: &[Level], peers: bool) -> Result<Subject> {
        let numbers = self.numbers()?;
        let expected = reference::forward(&self.spec, self.tensors, &numbers)?;
        let ours = levels.iter().map(|&level| {
            let name = level_name(level).to_owned();
            (level, Contender { name, forward: Ok((self.prepare)(&numbers, level)) })
        });
        let unfused = levels.iter().map(|&level| {
            let name = format!("unfused {}", level_name(level));
            Contender { name, forward: Ok((self.unfused)(&numbers, level)) }
        });
        let peers = if peers { peers_on(&Graph::new(&self.spec, &numbers)?) } else { Vec::new() };
        Ok(Subject {
            name: self.name,
            shape: self.describe(),
            element: size_of::<f32>(),
            macs: self.macs,
            moved: [numbers.input.len(), expected.len()],
            ours: ours.collect(),
            peers: unfused.chain(peers).collect(),
            expected,
        })
    }

    /// A table of the layers at each level.
    ///
    /// # Errors
    ///
    /// As [`subject`](Self::subject).
    pub fn layers(&self, levels: &[Level], effort: Effort) -> Result<String> {
        let numbers = self.numbers()?;
        let table = |&level: &Level| steps::table(self.name, &self.spec, level, &(self.steps)(&numbers, level, effort));
        levels.iter().map(table).collect()
    }

    /// Writes the network for `peers.py`, as ONNX has its test data: `model.onnx`, and beside it an input and the outputs.
    ///
    /// # Errors
    ///
    /// As [`subject`](Self::subject), and if files cannot be written.
    pub fn export(&self, folder: &Path) -> Result<()> {
        let numbers = self.numbers()?;
        let graph = Graph::new(&self.spec, &numbers)?;
        let model = Model::of_network(&graph, &self.describe());
        let expected = reference::forward(&self.spec, self.tensors, &numbers)?;
        let mut ordered = vec![0.0; expected.len()];
        for (&place, value) in model.order.iter().zip(expected) {
            ordered[place] = value as f32;
        }
        let data = folder.join(self.name).join("test_data_set_0");
        std::fs::create_dir_all(&data).with_context(|| format!("cannot make {}", data.display()))?;
        let write = |file: &str, bytes: &[u8]| {
            let path = data.join(file);
            std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
        };
        write("../model.onnx", &model.bytes)?;
        write("input_0.pb", &onnx::tensor_file("x", &model.shape, &model.input))?;
        let mut rest = ordered.as_slice();
        for (index, &output) in graph.outputs.iter().enumerate() {
            let shape = onnx::one_of(graph.shape_of(output));
            let (values, behind) = rest.split_at(shape.iter().product());
            rest = behind;
            write(&format!("output_{index}.pb"), &onnx::tensor_file(&onnx::name(output), &shape, values))?;
        }
        Ok(())
    }

    /// The trained weights and a random input, the same for every run.
    fn numbers(&self) -> Result<Numbers> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(self.file).with_extension("safetensors");
        let (weights, bias) = weights::read(&path, self.tensors, self.renamed)?;
        let pixels: usize = self.spec.axes.iter().map(|axis| axis.input).product();
        Ok(Numbers { input: Random::default().numbers(pixels * self.spec.in_channels), weights, bias })
    }

    /// The network in words, as in `28x28x1 -> 10, 5 layers`.
    fn describe(&self) -> String {
        let Spec { operator, axes, in_channels, out_channels, .. } = self.spec;
        let sizes: Vec<String> = axes.iter().map(|axis| axis.input.to_string()).collect();
        let layers = match operator {
            Operator::Network { steps, .. } => steps.iter().filter(|step| matches!(step.work, Work::Layer(_))).count(),
            _ => 1,
        };
        format!("{}x{in_channels} -> {out_channels}, {layers} layers", sizes.join("x"))
    }
}

/// The networks that `names` name, in any case of letters; all if there are none.
///
/// # Errors
///
/// If there is no such network.
pub fn select(names: &[String]) -> Result<Vec<Case>> {
    let known = |name: &String| all().iter().any(|case| case.name.eq_ignore_ascii_case(name));
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        bail!("there is no network {unknown}; there are {}", all().map(|case| case.name).join(", "));
    }
    let wanted = |case: &Case| names.is_empty() || names.iter().any(|name| case.name.eq_ignore_ascii_case(name));
    Ok(all().into_iter().filter(wanted).collect())
}

#[cfg(feature = "peers")]
fn peers_on(graph: &Graph) -> Vec<Contender> {
    crate::peers::on_network(graph)
}

#[cfg(not(feature = "peers"))]
fn peers_on(_: &Graph) -> Vec<Contender> {
    Vec::new()
}
