//! One mistake, one error, whatever the type is used for afterwards.
use toeplitz::{Layer, conv2d};

conv2d! {
    /// Documented.
    #[derive(Clone, Debug)]
    pub struct Conv1 < in: 28x28x1, kernal: 5x5x32, padding: same >;
}

static WEIGHTS: [f32; 800] = [0.0; 800];
static LAYER: Conv1 = Conv1::new(&WEIGHTS, &[0.0; 32]);
const OUTPUTS: usize = Conv1::OUTPUT.len();

#[derive(Clone, Debug)]
struct Network {
    first: Conv1,
    second: Box<Conv1>,
}

impl Conv1 {
    fn twice(&self, input: &[f32; 784]) -> [f32; OUTPUTS] {
        let mut output = [0.0; OUTPUTS];
        self.forward(input, &mut output);
        self.forward(input, &mut output);
        output
    }
}

impl Default for Conv1 {
    fn default() -> Self {
        Self::new(&WEIGHTS, &Default::default())
    }
}

fn macs<L: Layer>(_: &L) -> u64 {
    L::MACS
}

fn main() {
    let network = Network { first: Conv1::new(&WEIGHTS, &[0.0; 32]), second: Conv1::boxed(&WEIGHTS, &[0.0; 32]) };
    let mut output = [0.0; Conv1::OUTPUT.len()];
    network.first.forward(&[0.0; Conv1::INPUT.len()], &mut output);
    network.second.clone().forward(&[0.0; 784], &mut output);
    let largest = output.iter().copied().fold(0.0, f32::max);
    println!("{largest} {} {} {network:?}", Conv1::PLAN, Conv1::MACS + macs(&LAYER));
    for entry in Conv1::TOEPLITZ.iter().take(3) {
        println!("{}", entry.row + 1);
    }
    println!("{} {:?}", Conv1::TOEPLITZ.nnz(), Conv1::default().twice(&[0.0; 784]));
    match toeplitz::verify::<Conv1>() {
        Ok(report) => println!("{report}"),
        Err(failure) => println!("{failure}"),
    }
    let input: <Conv1 as Layer>::Input = [0.0; 784];
    LAYER.forward(&input, &mut output);
}
